//! One batch of segments through the cascade: first drafts, second thoughts, the large tier.

use std::ops::Range;

use emend_decode::Cancel;

use crate::cascade::{Next, SAMPLES, agreement, is_audited};
use crate::confidence::Features;
use crate::judge::{Judged, judge};
use crate::rewrite::{drafts, ranked, shown};
use crate::view::View;
use crate::{
    Candidate, Cascade, Decision, Draft, Drafting, EngineError, Path, Policy, Prompt, Request, Rewriter,
    Segment, SegmentOutcome, SegmentRewrite, SkipReason, Tier, VetoReason,
};

/// A segment that a model is asked about.
struct Asked<'a> {
    segment: &'a Segment,
    view: View,
    /// The view on one line.
    line: String,
}

/// What is known of it so far.
struct Answer {
    outcome: SegmentOutcome,
    /// Best first.
    candidates: Vec<Candidate>,
    decision: Decision,
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
    let Some(mut answers) = first_answers(cascade, request, &asked, first, cancel)? else {
        return Ok((Vec::new(), true));
    };
    let cancelled = !look_again(cascade, request, &asked, &mut answers, failed, cancel)?;

    let mut answers = answers.into_iter();
    let finished = batch.zip(skipped).map(|(index, skip)| {
        let answer = match skip {
            Some(reason) => Answer {
                outcome: SegmentOutcome::Skipped { reason },
                candidates: Vec::new(),
                decision: Decision::of(first, None, Features::new()),
            },
            None => answers.next().unwrap_or_else(|| Answer::nothing(first)),
        };
        let edits = match (&answer.outcome, answer.candidates.first()) {
            (SegmentOutcome::Rewritten, Some(best)) => best.edits.clone(),
            _ => Vec::new(),
        };
        let Answer { outcome, candidates, decision } = answer;
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
    let calibration = if tier == Tier::Small { cascade.calibration } else { None };
    let confidence = |features: &Features| calibration.map(|known| known.confidence(features));
    let answer = |(asked, (first, others)): (&Asked<'_>, (Vec<Draft>, Vec<Draft>))| {
        let judged = |draft: &Draft| judge(request, asked.segment, &asked.view, draft, tier);
        let mut all = first.iter().chain(&others).map(judged);
        let (best, features) = all.next().unwrap_or((Judged::Vetoed(VetoReason::Empty), Features::new()));
        let others = all.filter_map(|(judged, _)| judged.candidate()).collect();
        let others = ranked(others, request.alternatives);
        let mut answer = decided(best, others);
        answer.decision = Decision::of(tier, confidence(&features), features);
        for candidate in &mut answer.candidates {
            candidate.confidence = confidence(&candidate.features);
        }
        answer
    };
    Ok(Some(asked.iter().zip(first.into_iter().zip(others)).map(answer).collect()))
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

/// Compares answers with further drafts of the small tier: how much they agree says how sure it is. The answer stays the
/// first draft. False when cancelled.
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
    for (&at, samples) in which.iter().zip(samples) {
        let Asked { segment, view, .. } = &asked[at];
        let judged = samples.iter().map(|draft| judge(request, segment, view, draft, Tier::Small).0);
        let fit: Vec<Option<Candidate>> = judged.filter(Judged::is_fit).map(Judged::candidate).collect();
        let answer = &mut answers[at];
        let own = answer.candidates.first().filter(|_| answer.outcome == SegmentOutcome::Rewritten);
        answer.decision.features.extend(agreement(own, &fit));
        answer.decision.path = Path::SecondThought;
        if let Some(calibration) = cascade.calibration {
            answer.decision.confidence = Some(calibration.confidence(&answer.decision.features));
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
    let drafted = match written(large, request, asked, which, &Drafting::Best, cancel) {
        Ok(Some(drafted)) => drafted,
        Ok(None) => {
            for &at in which {
                answers[at].decision.path = Path::LargeCancelled;
            }
            return Asking::Cancelled;
        }
        Err(error) => {
            let causes =
                std::iter::successors(Some(&error as &dyn std::error::Error), |error| error.source());
            return Asking::Failed(causes.map(ToString::to_string).collect::<Vec<_>>().join(": "));
        }
    };
    for (&at, drafts) in which.iter().zip(drafted) {
        let Asked { segment, view, .. } = &asked[at];
        let judged = drafts.first().map(|draft| judge(request, segment, view, draft, Tier::Large).0);
        answers[at].take(judged.unwrap_or(Judged::Vetoed(VetoReason::Empty)), audit);
    }
    Asking::Answered
}

impl Answer {
    fn nothing(tier: Tier) -> Self {
        Self {
            outcome: SegmentOutcome::Vetoed { reason: VetoReason::Empty },
            candidates: Vec::new(),
            decision: Decision::of(tier, None, Features::new()),
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
