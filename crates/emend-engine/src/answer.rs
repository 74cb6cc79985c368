//! One batch of segments through the cascade: first drafts, second thoughts, the large tier.

use std::ops::Range;

use emend_critics::Pair;
use emend_decode::Cancel;

use crate::cascade::{Next, is_audited};
use crate::clean::clean;
use crate::confidence::{Features, VETOED};
use crate::escalation::{Asking, ask_large, in_words, judged_or_mended};
use crate::house;
use crate::judge::{Judged, judge};
use crate::opinions::{Assessed, Floors, Worth, ask, original};
use crate::rewrite::{drafts, ranked, shown};
use crate::second_thought::think_again;
use crate::view::View;
use crate::{
    Candidate, Cascade, Decision, Draft, Drafting, EngineError, Path, Policy, Prompt, Request, Rewriter,
    Segment, SegmentOutcome, SegmentRewrite, SkipReason, Tier, VetoReason,
};

/// How much better than an answer the critics must like another one, or the text as it is, to have it instead.
pub(crate) const CLEARLY: f32 = 0.05;

/// An answer that is at least this likely to be kept is proposed whatever the critics think of it.
const LIKELY: f32 = 0.5;

/// A segment that a model is asked about.
pub(crate) struct Asked<'a> {
    pub(crate) segment: &'a Segment,
    pub(crate) view: View,
    /// The view on one line.
    pub(crate) line: String,
}

impl Asked<'_> {
    fn source<'r>(&self, request: &Request<'r>) -> &'r str {
        let span = self.segment.span;
        &request.text[span.start..span.end]
    }
}
/// What is known of it so far.
pub(crate) struct Answer {
    pub(crate) outcome: SegmentOutcome,
    /// Best first.
    pub(crate) candidates: Vec<Candidate>,
    pub(crate) decision: Decision,
    pub(crate) worth: Option<Worth>,
}

/// The batch from text to finished segments while the critics read the `next` one, and whether somebody asked to stop.
///
/// Stopped before the first answers, there are no segments; after them, they stand as they are. Once the large tier has
/// `failed`, it is not asked again for this request: each try may cost its time-out.
pub(crate) fn answer_batch(
    cascade: &Cascade<'_>,
    request: &Request<'_>,
    planned: &[Segment],
    (batch, next): (Range<usize>, Range<usize>),
    failed: &mut Option<String>,
    cancel: &Cancel,
) -> Result<(Vec<SegmentRewrite>, bool), EngineError> {
    let shown: Vec<(View, String, Option<SkipReason>)> =
        planned[batch.clone()].iter().map(|segment| shown(cascade.reader(), request, segment)).collect();
    let clean = clean(cascade, request, planned, &planned[batch.clone()], &planned[next.clone()]);
    let mut asked: Vec<Asked<'_>> = Vec::new();
    let mut skipped: Vec<Option<SkipReason>> = Vec::new();
    for ((segment, (view, line, skip)), clean) in planned[batch.clone()].iter().zip(shown).zip(clean) {
        let skip = skip.or(clean);
        skipped.push(skip);
        if skip.is_none() {
            asked.push(Asked { segment, view, line });
        }
    }
    // What may be left out is told when it is known that it is not.
    let next = if cascade.skip.is_some() { next.end..next.end } else { next };
    if cascade.skip.is_some() || batch.start == 0 {
        tell_critics(cascade, request, asked.iter().map(|asked| asked.segment));
    }
    let first = Tier::of(cascade.policy);
    let mut cancelled = false;
    let mut answers = match (first, &*failed) {
        (Tier::Large, Some(reason)) => asked.iter().map(|_| Answer::missing(reason)).collect(),
        _ => match first_answers(cascade, request, &asked, &planned[next], first, cancel) {
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
        if cascade.policy != Policy::Study {
            answers.iter_mut().filter(|answer| answer.is_worse()).for_each(Answer::give_way);
        }
    }

    let mut answers = answers.into_iter();
    let finished = batch.zip(skipped).map(|(index, skip)| {
        let answer = match skip {
            Some(reason) => Answer { outcome: SegmentOutcome::Skipped { reason }, ..Answer::nothing(first) },
            None => answers.next().unwrap_or_else(|| Answer::nothing(first)),
        };
        let edits = match (&answer.outcome, answer.candidates.first()) {
            (SegmentOutcome::Rewritten, Some(best)) => best.edits.clone(),
            _ => Vec::new(),
        };
        let Answer { outcome, candidates, decision, worth: _ } = answer;
        let mut segment =
            SegmentRewrite { index, span: planned[index].span, candidates, edits, outcome, decision };
        house::hold(request, &planned[index], &mut segment);
        segment
    });
    Ok((finished.collect(), cancelled))
}

/// What `tier` says first, while the critics look at the segments that are `next`; `None` when cancelled.
fn first_answers(
    cascade: &Cascade<'_>,
    request: &Request<'_>,
    asked: &[Asked<'_>],
    next: &[Segment],
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
    // Told before they are asked about these, the critics never wait for the model.
    tell_critics(cascade, request, next);
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

/// Tells the critics of the originals of segments, which they will be asked about whatever is made of them.
fn tell_critics<'s>(
    cascade: &Cascade<'_>,
    request: &Request<'_>,
    segments: impl IntoIterator<Item = &'s Segment>,
) {
    let Some(tell) = cascade.ahead.filter(|_| Tier::of(cascade.policy) == Tier::Small) else { return };
    let asked = segments.into_iter().filter(|segment| segment.skip.is_none());
    let text = |segment: &Segment| &request.text[segment.span.start..segment.span.end];
    let pairs: Vec<Pair<'_>> = asked.map(|segment| original(request, text(segment))).collect();
    if !pairs.is_empty() {
        tell(&pairs);
    }
}

pub(crate) fn assess(request: &Request<'_>, asked: &Asked<'_>, draft: &Draft, tier: Tier) -> Assessed {
    let (judged, features) = judge(request, asked.segment, &asked.view, draft, tier);
    Assessed { judged, features, worth: None }
}
/// Asks the critics about all drafts of the segments in `which`, where their opinion is needed.
pub(crate) fn ask_critics(
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
        .map(|(asked, answer)| cascade.next(&answer.decision, |share| is_audited(&asked.line, share)))
        .collect();
    let which = |wanted: Next| -> Vec<usize> {
        next.iter().enumerate().filter(|(_, next)| **next == wanted).map(|(at, _)| at).collect()
    };
    let thinking = which(Next::Think);
    if !think_again(cascade, request, asked, answers, &thinking, cancel)? {
        return Ok(false);
    }
    let (mut escalated, mut spared) = (which(Next::Escalate), which(Next::Spare));
    for &at in &thinking {
        match cascade.after_thought(&answers[at].decision) {
            Next::Escalate => escalated.push(at),
            Next::Spare => spared.push(at),
            Next::Accept | Next::Audit | Next::Think => {}
        }
    }
    escalated.sort_unstable();
    for at in spared {
        answers[at].decision.path = Path::LargeSpared;
    }
    if cascade.large.is_none() {
        return Ok(true);
    }
    for (which, audit) in [(escalated, false), (which(Next::Audit), true)] {
        if failed.is_none() {
            match ask_large(cascade, request, asked, answers, &which, audit, cancel) {
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
impl Answer {
    fn nothing(tier: Tier) -> Self {
        Self {
            outcome: SegmentOutcome::Vetoed { reason: VetoReason::Empty },
            candidates: Vec::new(),
            decision: Decision::of(tier, None, Features::new()),
            worth: None,
        }
    }

    /// Whether the text as it is should stand: the critics like it clearly better. An answer that is likely to be kept stands
    /// all the same, for that was fitted to what people keep.
    pub(crate) fn is_worse(&self) -> bool {
        let sure = self.decision.confidence.filter(|_| self.decision.tier == Tier::Small);
        self.outcome == SegmentOutcome::Rewritten
            && self.worth.is_some_and(|worth| worth.original > worth.answer + CLEARLY)
            && sure.is_none_or(|sure| sure < LIKELY)
    }

    /// Leaves the text as it is.
    pub(crate) fn give_way(&mut self) {
        self.outcome = SegmentOutcome::Vetoed { reason: VetoReason::Worse };
        // They are of the small tier's answer, whoever answers.
        if self.decision.tier == Tier::Small {
            self.decision.features.insert(VETOED, 1.0);
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
}

impl Tier {
    /// Who is asked first.
    fn of(policy: Policy) -> Self {
        if policy == Policy::Large { Self::Large } else { Self::Small }
    }
}

/// Drafts of some of the segments, a list for each; `None` when cancelled.
pub(crate) fn written(
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
