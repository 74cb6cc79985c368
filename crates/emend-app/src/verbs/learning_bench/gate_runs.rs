//! The gate, asked about one adapter again and again, each time with other decisions about texts that were held out.

use std::collections::BTreeMap;

use emend_learn::LearnError;
use emend_learn::preferences::is_held_out;
use emend_learn::promote::{Bounds, Decision, Evidence, Reason, Verdict, judge};
use emend_learn::simulate::{Offer, Writer};
use emend_models::t5::T5;
use serde::Serialize;

use super::bench::Examined;
use super::writers::Ground;
use crate::AppError;
use crate::learning::prompts;
use crate::verbs::gate::margin;
use crate::verbs::preferences::HELD_OUT;

/// Resamples behind an interval when the gate is asked again and again: fewer than its own, since it only asks on which
/// side of 0 an interval ends.
const RESAMPLES: usize = 500;

/// What the gate said of a row's adapters, each time about other held-out decisions.
#[derive(Debug, Clone, Default, Serialize)]
pub struct GateRuns {
    /// How often it was asked.
    pub runs: usize,
    /// How often the decisions spoke for the adapter beyond chance, whatever its guards said.
    pub gained: usize,
    /// How often it promoted.
    pub promoted: usize,
    /// Why it did not, how often; one run may have several reasons.
    pub reasons: BTreeMap<String, usize>,
}

/// A text with the one rewrite that a writer is shown of it.
struct Shown<'b> {
    offer: &'b Offer,
    rewrite: &'b str,
    /// By how many nats the base finds the rewrite likelier than the text as it is.
    base: f64,
}

impl Ground<'_> {
    /// Asks the gate again and again; each time the writer decides anew about some of the texts that were held out.
    pub(super) fn ask_gate(
        &self,
        writer: &Writer,
        held_out: usize,
        policy: &T5,
        adapted: &Examined,
        gate: &mut GateRuns,
    ) -> Result<(), AppError> {
        let mut evidence = Evidence::default();
        self.examiner.add(&mut evidence, (&self.base.0, &adapted.0), (&self.base.1, &adapted.1));
        let pool = self.pool(writer)?;
        let mut new = Vec::with_capacity(pool.len());
        for shown in &pool {
            new.push(self.gap(policy, shown.offer, shown.rewrite)?);
        }
        let bounds = Bounds { resamples: RESAMPLES, ..Bounds::default() };
        let runs = self.how.gate_runs;
        for run in 0..runs {
            // Another person of the same taste; seeds of training are small numbers.
            let other = Writer { seed: (writer.seed + 1) * 1_000_000 + run as u64, ..*writer };
            let decided = other.some(pool.len(), held_out).into_iter().map(|at| {
                let (shown, new) = (&pool[at], new[at]);
                let source = &shown.offer.asked.source;
                let taken = other.takes(source, shown.rewrite);
                Decision { text: source.clone(), taken, live: shown.base, new }
            });
            let evidence = Evidence { decisions: decided.collect(), ..evidence.clone() };
            let report = judge(&evidence, &bounds).map_err(|error| LearnError::Feedback(error.into()))?;
            gate.runs += 1;
            match &report.verdict {
                Verdict::Promoted => {
                    gate.promoted += 1;
                    gate.gained += 1;
                }
                Verdict::NotPromoted { reasons } => {
                    gate.gained += usize::from(reasons.iter().all(|reason| !lacks_gain(reason)));
                    for reason in reasons {
                        *gate.reasons.entry(reason.name().to_owned()).or_default() += 1;
                    }
                }
            }
        }
        Ok(())
    }

    /// The texts that no training sees and of which a rewrite makes a difference to the writer.
    fn pool(&self, writer: &Writer) -> Result<Vec<Shown<'_>>, AppError> {
        let held_out = self.offers.iter().filter(|offer| is_held_out(&offer.asked.source, HELD_OUT));
        let mut pool = Vec::new();
        for offer in held_out {
            if let Some(rewrite) = writer.telling(offer) {
                let base = self.gap(&self.bench.model.t5, offer, rewrite)?;
                pool.push(Shown { offer, rewrite, base });
            }
        }
        Ok(pool)
    }

    /// By how many nats a model finds the rewrite likelier than the text as it is; nothing where it can write one of them
    /// in no way.
    fn gap(&self, model: &T5, offer: &Offer, rewrite: &str) -> Result<f64, AppError> {
        let (base, text) = (self.bench.model, &offer.asked.source);
        let pair = prompts::prompt(base, &self.what.instruction, text)
            .and_then(|prompt| prompts::pair(base, &prompt, (rewrite, text), 1.0));
        pair.map_or(Ok(0.0), |pair| margin(model, &pair))
    }
}

/// Whether it is about what was to be gained, not about a guard.
fn lacks_gain(reason: &Reason) -> bool {
    match reason {
        Reason::NoSignificantGain { .. } | Reason::OverOptimised { .. } => true,
        Reason::TooLittleEvidence { need, .. } => *need == Bounds::default().decided_texts,
        _ => false,
    }
}
