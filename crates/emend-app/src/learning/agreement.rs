//! Held-out decisions while a run learns: with how many of them the model agrees, before the first step and since.
//!
//! It only looks. Nothing is learned from these texts, and what is learned does not depend on when it looks.

use std::time::Instant;

use emend_learn::StepReport;
use emend_learn::examples::Pair;
use emend_models::Seq2Seq;
use emend_models::t5::T5;

use super::texts::LearnText;
use crate::verbs::gate::{decided, margin};
use crate::{AppError, Cancel};

/// What it is called in the reports of steps.
pub(crate) const METRIC: &str = "held-out";
/// Decisions that are looked at, spread evenly over all of them.
const MOST: usize = 40;
/// The steps between two looks take at least so many times as long as a look.
const STEPS_BETWEEN: f64 = 10.0;

/// The decisions, and when they were looked at.
pub(crate) struct Agreement {
    pairs: Vec<Pair>,
    /// How long the last look took, in seconds.
    took: f64,
    /// How long the steps since then took.
    since: f64,
}

impl Agreement {
    /// Looks at decisions that the run does not learn from.
    pub(crate) fn new(model: &Seq2Seq, held_out: &[LearnText]) -> Self {
        let pairs: Vec<Pair> = decided(model, held_out).into_iter().map(|one| one.pair).collect();
        let stride = pairs.len().div_ceil(MOST).max(1);
        Self { pairs: pairs.into_iter().step_by(stride).collect(), took: 0.0, since: 0.0 }
    }

    /// After a step: the share of the decisions in which the model finds the preferred text likelier than the other one.
    /// The first step has that of the model as it was before, the last one has it always, others where it is time. `None`
    /// when it is not, when there are no such decisions, and when it was cancelled.
    pub(crate) fn after(
        &mut self,
        report: &StepReport,
        (before, now): (&T5, &T5),
        cancel: &Cancel,
    ) -> Result<Option<f64>, AppError> {
        self.since += report.seconds;
        let (is_first, is_last) = (report.step == 1, report.step == report.steps);
        let is_time = self.since >= STEPS_BETWEEN * self.took;
        if self.pairs.is_empty() || !(is_first || is_last || is_time) {
            return Ok(None);
        }
        let start = Instant::now();
        let model = if is_first { before } else { now };
        let mut agreed = 0;
        for pair in &self.pairs {
            if cancel.is_cancelled() {
                return Ok(None);
            }
            agreed += usize::from(margin(model, pair)? > 0.0);
        }
        (self.took, self.since) = (start.elapsed().as_secs_f64(), 0.0);
        Ok(Some(agreed as f64 / self.pairs.len() as f64))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::collections::BTreeMap;

    use emend_models::adapter::{LoraConfig, fresh};
    use emend_text::{Instruction, intent};

    use super::*;
    use crate::learning::base;
    use crate::learning::texts::Known;
    use crate::verbs::tests::open;

    const RIGHT: &str = "She goes to school every day.";
    const WRONG: &str = "She go to school every day.";

    fn preferred(chosen: &str, rejected: &str) -> LearnText {
        let known = Known::Preference { chosen: chosen.into(), rejected: rejected.into() };
        let instruction = Instruction::Intent(intent("fix").unwrap());
        LearnText { instruction, source: WRONG.into(), known, weight: 1.0 }
    }

    fn report(step: usize, seconds: f64) -> StepReport {
        StepReport { step, steps: 9, metrics: BTreeMap::new(), samples: Vec::new(), seconds }
    }

    #[tokio::test]
    async fn it_looks_at_the_first_step_at_the_last_and_when_enough_time_was_learned() {
        let (app, _folder) = open().await;
        let model = base::open(&app).unwrap();
        let config: LoraConfig = serde_json::from_str(
            r#"{"rank": 2, "alpha": 4.0, "targets": ["attention"], "stacks": ["decoder"]}"#,
        )
        .unwrap();
        let mut policy = model.t5.clone();
        let variables = fresh(&mut policy, &config, 1).unwrap();
        let go_on = Cancel::new();

        // Three of four prefer the one, so the share says which of them the model finds likelier.
        let mut decisions = vec![preferred(RIGHT, WRONG); 3];
        decisions.push(preferred(WRONG, RIGHT));
        let mut held_out = Agreement::new(&model, &decisions);
        let pair = held_out.pairs[0].clone();
        let share = |t5: &T5| if margin(t5, &pair).unwrap() > 0.0 { 0.75 } else { 0.25 };
        let before = share(&model.t5);
        let mut look =
            |step, seconds| held_out.after(&report(step, seconds), (&model.t5, &policy), &go_on).unwrap();
        assert_eq!(look(1, 1.0), Some(before));
        assert_eq!(look(2, 0.0), None, "no time was learned since");
        assert_eq!(look(3, 1e6), Some(before));
        assert_eq!(look(9, 0.0), Some(before), "the last");

        // What was learned since is seen, but not in the first step.
        let learn = |by: f64| {
            for (_, b) in variables.iter().filter(|(name, _)| name.contains("lora_B")) {
                b.set(&b.ones_like().unwrap().affine(by, 0.0).unwrap()).unwrap();
            }
            share(&policy)
        };
        let changed = |by: &f64| (learn(*by) - before).abs() > 0.0;
        assert!([-9.0, 9.0, -3.0, 3.0, -1.0, 1.0].iter().any(changed), "whatever is learned");
        assert_eq!(look(1, 0.0), Some(before));
        assert_eq!(look(9, 0.0), Some(1.0 - before));

        assert_eq!(Agreement::new(&model, &vec![preferred(RIGHT, WRONG); 100]).pairs.len(), 34);
        assert_eq!(
            Agreement::new(&model, &[]).after(&report(1, 1.0), (&model.t5, &policy), &go_on).unwrap(),
            None
        );
        let stopped = Cancel::new();
        stopped.cancel();
        assert_eq!(held_out.after(&report(1, 1.0), (&model.t5, &policy), &stopped).unwrap(), None);
    }
}
