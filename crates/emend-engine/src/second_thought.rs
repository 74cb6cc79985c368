//! Second thoughts of the small tier: further drafts, how much they agree, and which one the critics like best.

use emend_decode::Cancel;

use crate::answer::{Answer, Asked, CLEARLY, ask_critics, assess, written};
use crate::cascade::{SAMPLES, agreement};
use crate::confidence::Features;
use crate::judge::Judged;
use crate::opinions::{Assessed, Worth};
use crate::{Candidate, Cascade, Draft, Drafting, EngineError, Path, Policy, Request, SegmentOutcome, Tier};

/// Compares answers with further drafts of the small tier: how much they agree says how sure it is, and the critics may
/// like one of them, or the original, clearly better. False when cancelled.
pub(crate) fn think_again(
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
            let sure = |features: &Features| cascade.calibration.map(|known| known.confidence(features));
            answer.prefer(samples, sure);
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

impl Answer {
    /// Takes one of `others`, which are fit to be shown, or the original instead, if the critics like it clearly better.
    ///
    /// They are easily pleased by fluent inventions, so another draft must also be no less likely to be kept than the first
    /// one, as far as that is known: `sure` says how likely.
    fn prefer(&mut self, others: Vec<Assessed>, sure: impl Fn(&Features) -> Option<f32>) {
        let Some(Worth { answer: own, original }) = self.worth else { return };
        let of = |other: &Assessed| other.worth.map_or(f32::NEG_INFINITY, |worth| worth.answer);
        let first = self.decision.confidence;
        let likely = others.into_iter().filter(|other| sure(&other.features) >= first);
        let best = likely.max_by(|a, b| of(a).total_cmp(&of(b)));
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
            _ if self.is_worse() => self.give_way(),
            _ => {}
        }
    }
}
