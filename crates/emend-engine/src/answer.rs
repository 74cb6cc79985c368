//! One batch of segments through the cascade: first drafts, second thoughts, the large tier.

use std::ops::Range;

use emend_decode::Cancel;

use crate::cascade::{Next, SAMPLES, agreement, is_audited};
use crate::confidence::{Features, VETOED};
use crate::judge::{Judged, judge};
use crate::opinions::{Assessed, Floors, Worth, ask};
use crate::rewrite::{drafts, ranked, shown};
use crate::view::View;
use crate::{
    Candidate, Cascade, Decision, Draft, Drafted, Drafting, EngineError, Path, Policy, Prompt, Request,
    Rewriter, Segment, SegmentOutcome, SegmentRewrite, SkipReason, Tier, VetoReason,
};

/// A segment that a model is asked about.
struct Asked<'a> {
    segment: &'a Segment,
    view: View,
    /// The view on one line.
    line: String,
}

impl Asked<'_> {
    fn source<'r>(&self, request: &Request<'r>) -> &'r str {
        let span = self.segment.span;
        &request.text[span.start..span.end]
    }
}

/// How much better the critics must like another answer than the first one, which the model prefers.
const CLEARLY: f32 = 0.05;

/// What is known of it so far.
struct Answer {
    outcome: SegmentOutcome,
    /// Best first.
    candidates: Vec<Candidate>,
    decision: Decision,
    worth: Option<Worth>,
}

/// The batch from text to finished segments, and whether somebody asked to stop.
///
/// Stopped before the first answers, there are no segments; after them, they stand as they are. Once the large tier has
/// `failed`, it is not asked again for this request: each try may cost its time-out.
pub(crate) fn answer_batch(
    cascade: &Cascade<'_>,
    request: &Request<'_>,
    planned: &[Segment],
    batch: Range<usize>,
    failed: &mut Option<String>,
    cancel: &Cancel,
) -> Result<(Vec<SegmentRewrite>, bool), EngineError> {
    let shown: Vec<(View, String, Option<SkipReason>)> =
        planned[batch.clone()].iter().map(|segment| shown(cascade.reader(), request, segment)).collect();
    let mut asked: Vec<Asked<'_>> = Vec::new();
    let mut skipped: Vec<Option<SkipReason>> = Vec::new();
    for (segment, (view, line, skip)) in planned[batch.clone()].iter().zip(shown) {
        skipped.push(skip);
        if skip.is_none() {
            asked.push(Asked { segment, view, line });
        }
    }
    let first = Tier::of(cascade.policy);
    let mut cancelled = false;
    let mut answers = match (first, &*failed) {
        (Tier::Large, Some(reason)) => asked.iter().map(|_| Answer::missing(reason)).collect(),
        _ => match first_answers(cascade, request, &asked, first, cancel) {
            Ok(Some(answers)) => answers,
            Ok(None) => return Ok((Vec::new(), true)),
            // What was finished before must not be lost: the rest stays as it is, and says why.
            Err(error) if first == Tier::Large && batch.start > 0 => {
                let reason = in_words(&error);
                let missing = asked.iter().map(|_| Answer::missing(&reason)).collect();
                *failed = Some(reason);
                missing
            }
            Err(error) => return Err(error),
        },
    };
    if first == Tier::Small {
        cancelled = !look_again(cascade, request, &asked, &mut answers, failed, cancel)?;
    }

    let mut answers = answers.into_iter();
    let finished = batch.zip(skipped).map(|(index, skip)| {
        let answer = match skip {
            Some(reason) => Answer {
                outcome: SegmentOutcome::Skipped { reason },
                ..Answer::nothing(first)
            },
            None => answers.next().unwrap_or_else(|| Answer::nothing(first)),
        };
        let edits = match (&answer.outcome, answer.candidates.first()) {
            (SegmentOutcome::Rewritten, Some(best)) => best.edits.clone(),
            _ => Vec::new(),
        };
        let Answer { outcome, candidates, decision, worth: _ } = answer;
        SegmentRewrite { index, span: planned[index].span, candidates, edits, outcome, decision }
    });
    Ok((finished.collect(), cancelled))
}

/// What `tier` says first; `None` when cancelled.
fn first_answers(
    cascade: &Cascade<'_>,
    request: &Request<'_>,
    asked: &[Asked<'_>],
    tier: Tier,
    cancel: &Cancel,
) -> Result<Option<Vec<Answer>>, EngineError> {
    let model = cascade.reader();
    let everything: Vec<usize> = (0..asked.len()).collect();
    let Some(first) = written(model, request, asked, &everything, &Drafting::Best, cancel)? else {
        return Ok(None);
    };
    let others = if request.alternatives > 0 {
        let how = Drafting::Several { number: request.alternatives, seed: request.seed };
        let Some(others) = written(model, request, asked, &everything, &how, cancel)? else {
            return Ok(None);
        };
        others
    } else {
        vec![Vec::new(); asked.len()]
    };
    let mut all: Vec<Vec<Assessed>> = Vec::with_capacity(asked.len());
    for (asked, (first, others)) in asked.iter().zip(first.iter().zip(&others)) {
        let mut assessed = Vec::with_capacity(first.len() + others.len());
        for draft in first {
            match judged_or_mended(model, request, asked, draft, tier, cancel)? {
                Some(found) => assessed.push(found),
                None => return Ok(None),
            }
        }
        assessed.extend(others.iter().map(|draft| assess(request, asked, draft, tier)));
        all.push(assessed);
    }
    let calibration = cascade.calibration.filter(|_| tier == Tier::Small);
    if tier == Tier::Small {
        ask_critics(cascade, request, asked, &(0..asked.len()).collect::<Vec<_>>(), &mut all);
    }
    let confidence = |features: &Features| calibration.map(|known| known.confidence(features));
    let answer = |all: Vec<Assessed>| {
        let mut all = all.into_iter();
        let best = all.next().unwrap_or_else(Assessed::nothing);
        let others = ranked(all.filter_map(|other| other.judged.candidate()).collect(), request.alternatives);
        let mut answer = decided(best.judged, others);
        answer.decision = Decision::of(tier, confidence(&best.features), best.features);
        answer.worth = best.worth;
        for candidate in &mut answer.candidates {
            candidate.confidence = confidence(&candidate.features);
        }
        answer
    };
    Ok(Some(all.into_iter().map(answer).collect()))
}

fn assess(request: &Request<'_>, asked: &Asked<'_>, draft: &Draft, tier: Tier) -> Assessed {
    let (judged, features) = judge(request, asked.segment, &asked.view, draft, tier);
    Assessed { judged, features, worth: None }
}

/// A draft judged; mended once by its writer when that was told what is wrong with it. `None` when cancelled.
fn judged_or_mended(
    model: &dyn Rewriter,
    request: &Request<'_>,
    asked: &Asked<'_>,
    draft: &Draft,
    tier: Tier,
    cancel: &Cancel,
) -> Result<Option<Assessed>, EngineError> {
    let first = assess(request, asked, draft, tier);
    let reason = match &first.judged {
        Judged::Vetoed(reason) if reason.is_mendable() => reason,
        _ => return Ok(Some(first)),
    };
    let prompt = Prompt { instruction: request.instruction, text: &asked.line };
    let mended = match model.repair(&prompt, &draft.text, reason, cancel)? {
        Drafted::Cancelled => return Ok(None),
        Drafted::Done(drafts) => drafts.into_iter().flatten().next(),
    };
    let mended = mended.map(|draft| assess(request, asked, &draft, tier));
    Ok(Some(mended.filter(|mended| mended.judged.is_fit()).unwrap_or(first)))
}

/// Asks the critics about all drafts of the segments in `which`, where their opinion is needed.
fn ask_critics(
    cascade: &Cascade<'_>,
    request: &Request<'_>,
    asked: &[Asked<'_>],
    which: &[usize],
    drafts: &mut [Vec<Assessed>],
) {
    let mut all: Vec<(&str, &mut Assessed)> = Vec::new();
    for (&at, drafts) in which.iter().zip(drafts) {
        let source = asked[at].source(request);
        all.extend(drafts.iter_mut().map(|draft| (source, draft)));
    }
    let floors: Option<&Floors> =
        cascade.calibration.and_then(|known| known.floors.get(request.instruction.id()));
    ask(cascade.critics, floors, request, &mut all);
}

/// The outcome of a segment. The model's first choice decides, as long as it is fit to be shown; the others are there to
/// be picked by a person, and to step in for a first choice that was vetoed.
fn decided(best: Judged, others: Vec<Candidate>) -> Answer {
    let (outcome, candidates) = match best {
        Judged::Unchanged => (SegmentOutcome::Unchanged, others),
        Judged::Vetoed(reason) if others.is_empty() => (SegmentOutcome::Vetoed { reason }, others),
        Judged::Vetoed(_) => (SegmentOutcome::Rewritten, others),
        Judged::Candidate(best) => {
            let rest = others.into_iter().filter(|other| other.text != best.text).collect::<Vec<_>>();
            (SegmentOutcome::Rewritten, std::iter::once(best).chain(rest).collect())
        }
    };
    Answer { outcome, candidates, ..Answer::nothing(Tier::Small) }
}

/// Second thoughts and the large tier, where they are due. False when somebody asked to stop.
fn look_again(
    cascade: &Cascade<'_>,
    request: &Request<'_>,
    asked: &[Asked<'_>],
    answers: &mut [Answer],
    failed: &mut Option<String>,
    cancel: &Cancel,
) -> Result<bool, EngineError> {
    let next: Vec<Next> = asked
        .iter()
        .zip(&*answers)
        .map(|(asked, answer)| {
            cascade.next(answer.decision.confidence, |share| is_audited(&asked.line, share))
        })
        .collect();
    let which = |wanted: Next| -> Vec<usize> {
        next.iter().enumerate().filter(|(_, next)| **next == wanted).map(|(at, _)| at).collect()
    };
    let thinking = which(Next::Think);
    if !think_again(cascade, request, asked, answers, &thinking, cancel)? {
        return Ok(false);
    }
    let mut escalated = which(Next::Escalate);
    escalated.extend(thinking.iter().filter(|&&at| cascade.escalates(answers[at].decision.confidence)));
    escalated.sort_unstable();
    let Some(large) = cascade.large else { return Ok(true) };
    for (which, audit) in [(escalated, false), (which(Next::Audit), true)] {
        if failed.is_none() {
            match ask_large(large, request, asked, answers, &which, audit, cancel) {
                Asking::Answered => {}
                Asking::Cancelled => return Ok(false),
                Asking::Failed(reason) => *failed = Some(reason),
            }
        }
        if let (Some(reason), false) = (&*failed, audit) {
            for at in which {
                answers[at].decision.path = Path::LargeFailed { reason: reason.clone() };
            }
        }
    }
    Ok(true)
}

/// Compares answers with further drafts of the small tier: how much they agree says how sure it is, and the critics may
/// like one of them, or the original, clearly better. False when cancelled.
fn think_again(
    cascade: &Cascade<'_>,
    request: &Request<'_>,
    asked: &[Asked<'_>],
    answers: &mut [Answer],
    which: &[usize],
    cancel: &Cancel,
) -> Result<bool, EngineError> {
    let how = Drafting::Several { number: SAMPLES, seed: request.seed };
    let Some(samples) = written(cascade.small, request, asked, which, &how, cancel)? else {
        return Ok(false);
    };
    let assessed = |(&at, drafts): (&usize, &Vec<Draft>)| -> Vec<Assessed> {
        let all = drafts.iter().map(|draft| assess(request, &asked[at], draft, Tier::Small));
        all.filter(|sample| sample.judged.is_fit()).collect()
    };
    let mut samples: Vec<Vec<Assessed>> = which.iter().zip(&samples).map(assessed).collect();
    let ranks = cascade.policy != Policy::Study;
    if ranks {
        ask_critics(cascade, request, asked, which, &mut samples);
    }
    for (&at, samples) in which.iter().zip(samples) {
        let answer = &mut answers[at];
        let drafted: Vec<Option<Candidate>> =
            samples.iter().map(|sample| sample.judged.clone().candidate()).collect();
        if ranks {
            answer.prefer(samples);
        }
        let own = answer.candidates.first().filter(|_| answer.outcome == SegmentOutcome::Rewritten);
        answer.decision.features.extend(agreement(own, &drafted));
        answer.decision.path = Path::SecondThought;
        if let Some(calibration) = cascade.calibration {
            let confidence = calibration.confidence(&answer.decision.features);
            answer.decision.confidence = Some(confidence);
        }
    }
    Ok(true)
}

/// What came of asking the large tier.
enum Asking {
    Answered,
    Cancelled,
    Failed(String),
}

/// Asks the large tier. Whatever goes wrong, the answers of the small one stand.
fn ask_large(
    large: &dyn Rewriter,
    request: &Request<'_>,
    asked: &[Asked<'_>],
    answers: &mut [Answer],
    which: &[usize],
    audit: bool,
    cancel: &Cancel,
) -> Asking {
    let stopped = |answers: &mut [Answer]| {
        for &at in which {
            answers[at].decision.path = Path::LargeCancelled;
        }
        Asking::Cancelled
    };
    let drafted = match written(large, request, asked, which, &Drafting::Best, cancel) {
        Ok(Some(drafted)) => drafted,
        Ok(None) => return stopped(answers),
        Err(error) => return Asking::Failed(in_words(&error)),
    };
    let mut found = Vec::with_capacity(which.len());
    for (&at, drafts) in which.iter().zip(&drafted) {
        let Some(draft) = drafts.first() else {
            found.push(Judged::Vetoed(VetoReason::Empty));
            continue;
        };
        match judged_or_mended(large, request, &asked[at], draft, Tier::Large, cancel) {
            Ok(Some(assessed)) => found.push(assessed.judged),
            Ok(None) => return stopped(answers),
            Err(error) => return Asking::Failed(in_words(&error)),
        }
    }
    for (&at, judged) in which.iter().zip(found) {
        answers[at].take(judged, audit);
    }
    Asking::Answered
}

/// An error with its causes.
fn in_words(error: &EngineError) -> String {
    let causes = std::iter::successors(Some(error as &dyn std::error::Error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

impl Answer {
    fn nothing(tier: Tier) -> Self {
        Self {
            outcome: SegmentOutcome::Vetoed { reason: VetoReason::Empty },
            candidates: Vec::new(),
            decision: Decision::of(tier, None, Features::new()),
            worth: None,
        }
    }

    /// Of a large tier that had failed.
    fn missing(reason: &str) -> Self {
        let mut answer = Self::nothing(Tier::Large);
        answer.outcome =
            SegmentOutcome::Vetoed { reason: VetoReason::NoAnswer { reason: reason.to_owned() } };
        answer.decision.path = Path::LargeFailed { reason: reason.to_owned() };
        answer
    }

    /// Takes one of `others`, which are fit to be shown, or the original instead, if the critics like it clearly better.
    fn prefer(&mut self, others: Vec<Assessed>) {
        let Some(Worth { answer: own, original }) = self.worth else { return };
        let of = |other: &Assessed| other.worth.map_or(f32::NEG_INFINITY, |worth| worth.answer);
        let best = others.into_iter().max_by(|a, b| of(a).total_cmp(&of(b)));
        match best {
            Some(best) if of(&best) > own + CLEARLY && of(&best) >= original => {
                self.worth = best.worth;
                self.decision.features = best.features;
                match best.judged {
                    Judged::Candidate(candidate) => {
                        self.candidates.retain(|other| other.text != candidate.text);
                        self.candidates.insert(0, candidate);
                        self.outcome = SegmentOutcome::Rewritten;
                    }
                    Judged::Unchanged | Judged::Vetoed(_) => self.outcome = SegmentOutcome::Unchanged,
                }
            }
            _ if original > own + CLEARLY && self.outcome == SegmentOutcome::Rewritten => {
                self.decision.features.insert(VETOED, 1.0);
                self.outcome = SegmentOutcome::Vetoed { reason: VetoReason::Worse };
            }
            _ => {}
        }
    }

    /// Takes what the large tier says: instead of this answer, or beside it when it is only an audit.
    fn take(&mut self, judged: Judged, audit: bool) {
        match judged {
            Judged::Vetoed(_) => {
                self.decision.path = if audit { Path::Audited } else { Path::LargeDeclined };
            }
            Judged::Unchanged if audit => self.decision.path = Path::Audited,
            Judged::Unchanged => {
                self.outcome = SegmentOutcome::Unchanged;
                self.decision.tier = Tier::Large;
                self.decision.path = Path::Escalated;
            }
            Judged::Candidate(candidate) => {
                self.candidates.retain(|other| other.text != candidate.text);
                if audit {
                    self.candidates.insert(1.min(self.candidates.len()), candidate);
                    self.decision.path = Path::Audited;
                } else {
                    self.candidates.insert(0, candidate);
                    self.outcome = SegmentOutcome::Rewritten;
                    self.decision.tier = Tier::Large;
                    self.decision.path = Path::Escalated;
                }
            }
        }
    }
}

impl Tier {
    /// Who is asked first.
    fn of(policy: Policy) -> Self {
        if policy == Policy::Large { Self::Large } else { Self::Small }
    }
}

/// Drafts of some of the segments, a list for each; `None` when cancelled.
fn written(
    model: &dyn Rewriter,
    request: &Request<'_>,
    asked: &[Asked<'_>],
    which: &[usize],
    how: &Drafting,
    cancel: &Cancel,
) -> Result<Option<Vec<Vec<Draft>>>, EngineError> {
    let prompts: Vec<Prompt<'_>> =
        which.iter().map(|&at| Prompt { instruction: request.instruction, text: &asked[at].line }).collect();
    drafts(model, &prompts, how, cancel)
}
