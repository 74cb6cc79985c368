//! A calibration for one person, from their decisions, where it is better than the one that came with the model.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use emend_engine::Calibration;
use emend_engine::confidence::{FitError, Labelled, Origin, Provenance, Stage, contenders, floors};
use emend_eval::HeadEvaluation;

use super::decisions::Decided;
use super::measured::{Promise, evaluated, promises};
use crate::app::App;
use crate::{AppError, Cancel, files};

/// The label in words, for files and reports.
pub const LABEL: &str =
    "a rewrite is kept when more than half of the edits that the person decided stand as proposed";

/// Fewest decided answers of an intent that a calibration is said to know.
const LEAST_OF_INTENT: usize = 10;

/// What decisions say of the answers of one adapter, or of the model alone.
#[derive(Debug, Clone)]
pub struct OwnCalibration {
    /// The adapter.
    pub adapter: Option<String>,
    /// Answers that were decided about.
    pub rows: usize,
    /// Share of them that was kept.
    pub kept: f64,
    /// Intents of which there were enough.
    pub intents: BTreeSet<String>,
    /// What came of it.
    pub outcome: OwnOutcome,
}

/// What came of it.
#[derive(Debug, Clone)]
pub enum OwnOutcome {
    /// There are too few decisions, and nothing is changed.
    TooFew(FitError),
    /// All that were compared, on rows that none was fitted on: the best first, and that one is used from now on.
    Compared {
        /// Where each comes from, and how good it is.
        contenders: Vec<(Origin, HeadEvaluation)>,
        /// What can be promised by the best.
        promises: Vec<Promise>,
        /// The file of the best; `None` when that is the one that came with the model, in which case there is none.
        path: Option<PathBuf>,
    },
}

/// Decided answers that say nothing of this model's confidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LeftOut {
    /// The large model, or another small one, wrote them.
    pub other_model: usize,
    /// An adapter wrote them that does not answer this intent any more.
    pub other_adapter: usize,
    /// Nothing is known of them in numbers: they are from an older version.
    pub unknown: usize,
    /// There were too few of their intent.
    pub rare_intent: usize,
}

impl App {
    /// Fits the confidence to the person's decisions, for the model alone and for each adapter in use, and keeps what is
    /// better than the calibration that came with the model; `None` when cancelled.
    ///
    /// Decisions about answers of an adapter count for that adapter as long as it answers that intent.
    pub async fn calibrate_on_decisions(
        &self,
        cancel: &Cancel,
        on: impl FnMut(u64, u64),
    ) -> Result<Option<(Vec<OwnCalibration>, LeftOut)>, AppError> {
        let weights_id = self.weights_id().await?;
        let Some((all, mut left_out)) = self.decided_answers(&weights_id, cancel, on).await? else {
            return Ok(None);
        };
        let choice = self.adapter_choice()?;
        let mut groups: BTreeMap<Option<String>, Vec<Decided>> = BTreeMap::new();
        for decided in all {
            if choice.of(Some(&decided.intent)) == decided.adapter.as_deref() {
                groups.entry(decided.adapter.clone()).or_default().push(decided);
            } else {
                left_out.other_adapter += 1;
            }
        }
        if groups.is_empty() {
            groups.insert(choice.all.clone(), Vec::new());
        }
        let mut found = Vec::new();
        for (adapter, decided) in groups {
            let before = decided.len();
            let (decided, intents) = of_known_intents(decided);
            left_out.rare_intent += before - decided.len();
            found.push(self.own_calibration(&weights_id, adapter, &decided, intents).await?);
        }
        Ok(Some((found, left_out)))
    }

    async fn own_calibration(
        &self,
        weights_id: &str,
        adapter: Option<String>,
        decided: &[Decided],
        intents: BTreeSet<String>,
    ) -> Result<OwnCalibration, AppError> {
        let rows: Vec<Labelled> = decided.iter().map(|decided| decided.row.clone()).collect();
        let first: Vec<Labelled> = rows.iter().map(Labelled::before_second_thought).collect();
        let kept = rows.iter().filter(|row| row.kept).count() as f64 / rows.len().max(1) as f64;
        let done = |outcome| OwnCalibration {
            adapter: adapter.clone(),
            rows: rows.len(),
            kept,
            intents: intents.clone(),
            outcome,
        };
        // An adapter has none of its own at first; that of its base is where to start from, not what to use.
        let prior = self.calibrations.find(weights_id, None).0.bundled;
        let mut compared = match contenders(&first, prior.as_ref().map(|prior| &prior.first)) {
            Ok(compared) => compared,
            Err(too_few) => return Ok(done(OwnOutcome::TooFew(too_few))),
        };
        compared.sort_by_key(|contender| adapter.is_some() && contender.origin == Origin::Shipped);
        let best = &compared[0];
        let path = self.own_path(weights_id, adapter.as_deref());
        let is_shipped = best.origin == Origin::Shipped;
        let outcome = done(OwnOutcome::Compared {
            contenders: compared
                .iter()
                .map(|c| (c.origin, evaluated(c.origin.id(), &c.stage.known)))
                .collect(),
            promises: promises(&best.stage.known),
            path: (!is_shipped).then(|| path.clone()),
        });
        if is_shipped {
            files::remove_if_there(&path)?;
            self.model.forget().await?;
            return Ok(outcome);
        }
        let mut known_floors = prior.as_ref().map(|prior| prior.floors.clone()).unwrap_or_default();
        known_floors.extend(floors(decided.iter().map(|decided| (decided.intent.as_str(), &decided.row))));
        known_floors.retain(|intent, _| intents.contains(intent));
        let provenance = Provenance {
            rows: BTreeMap::from([("decisions".to_owned(), rows.len())]),
            label: LABEL.to_owned(),
        };
        let second = second_thoughts(&rows, prior.as_ref());
        let calibration = Calibration {
            adapter: adapter.clone(),
            critic: self.calibrations.critic(),
            intents: Some(intents.clone()),
            floors: known_floors,
            // Nobody decides about both models' answers to one text, nor about one that was left out: what came with the model
            // holds on.
            gain: prior.as_ref().filter(|_| adapter.is_none()).and_then(|prior| prior.gain.clone()),
            needs_edit: prior
                .as_ref()
                .filter(|_| adapter.is_none())
                .and_then(|prior| prior.needs_edit.clone()),
            ..Calibration::new(weights_id.to_owned(), provenance, best.stage.clone(), second)
        };
        self.keep_calibration(&path, &calibration).await?;
        Ok(outcome)
    }
}

/// The confidence after a second thought: of the person's own, where enough of those were decided; else what came with
/// the model.
fn second_thoughts(rows: &[Labelled], prior: Option<&Calibration>) -> Option<Stage> {
    let shipped = prior.and_then(|prior| prior.second.clone());
    let thought: Vec<Labelled> =
        rows.iter().filter(|row| **row != row.before_second_thought()).cloned().collect();
    let best = contenders(&thought, shipped.as_ref()).ok().and_then(|found| found.into_iter().next());
    // That of the model as it is keeps its own rows: they are thousands.
    best.filter(|best| best.origin != Origin::Shipped).map(|best| best.stage).or(shipped)
}

/// Answers of intents about which enough was decided, and those intents.
fn of_known_intents(decided: Vec<Decided>) -> (Vec<Decided>, BTreeSet<String>) {
    let mut numbers: BTreeMap<String, usize> = BTreeMap::new();
    for decided in &decided {
        *numbers.entry(decided.intent.clone()).or_default() += 1;
    }
    let known: BTreeSet<String> = numbers
        .into_iter()
        .filter(|(_, number)| *number >= LEAST_OF_INTENT)
        .map(|(intent, _)| intent)
        .collect();
    (decided.into_iter().filter(|decided| known.contains(&decided.intent)).collect(), known)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::path::Path;

    use emend_engine::confidence::Calibrator;
    use emend_store::tables::candidates::{NewCandidate, NewEdit};
    use emend_store::tables::requests::{NewRequest, Segment};

    use super::*;
    use crate::verbs::decide::{Choice, Decision};
    use crate::verbs::tests::open_with_models;

    /// The models that come with the program.
    fn shipped(models: &Path) {
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models");
        for name in ["starter.toml", "starter", "critic.toml", "critic", "calibration"] {
            std::os::unix::fs::symlink(from.join(name).canonicalize().unwrap(), models.join(name)).unwrap();
        }
    }

    /// An answer to a text of its own, of the model or of another one, and whether its edit is taken.
    async fn decided(app: &App, number: usize, weights_id: &str, adapter: Option<&str>, taken: bool) {
        let source = format!("The {number} ferry leave the harbour at noon.");
        let text = source.replace("leave", "leaves");
        let start = source.find("leave").unwrap() as i64;
        let end = source.len() as i64;
        let request = app
            .store
            .requests()
            .begin(
                &NewRequest {
                    document: None,
                    revision: None,
                    format: "plain",
                    instruction_id: "fix",
                    instruction: "Fix the grammar",
                    range_start: 0,
                    range_end: end,
                    alternatives: 0,
                    seed: 0,
                },
                0,
            )
            .await
            .unwrap();
        let outcome = "rewritten".to_owned();
        let segment = Segment { number: 0, range_start: 0, range_end: end, source, outcome, reason: None };
        let edit = NewEdit {
            number: 0,
            range_start: start,
            range_end: start + 5,
            original: "leave",
            replacement: "leaves",
            kind: "grammar",
            reason: "For the test.",
            confidence: None,
        };
        let candidate = NewCandidate {
            text: &text,
            kept: "as_is",
            // Nothing that the person goes by, and a number that is no feature.
            scores: [
                ("unchanged", 0.0),
                ("edits", 0.7),
                ("edited_min", (number % 7) as f32 - 7.0),
                ("own", 1.0),
            ]
            .into(),
            token_logprobs: &[],
            tier: "small",
            model: "starter",
            adapter,
            weights_id: Some(weights_id),
            edits: vec![edit],
        };
        app.store.candidates().record(request, &segment, &[candidate], 0).await.unwrap();
        let choice = if taken { Choice::Accept } else { Choice::Reject };
        app.decide(&[Decision { request, edit: 0, choice }]).await.unwrap();
    }

    async fn calibrated(app: &App) -> (OwnCalibration, LeftOut) {
        let (mut found, left_out) =
            app.calibrate_on_decisions(&Cancel::new(), |_, _| {}).await.unwrap().unwrap();
        assert_eq!(found.len(), 1);
        (found.swap_remove(0), left_out)
    }

    #[tokio::test]
    async fn decisions_become_a_calibration_that_holds_until_it_is_taken_away() {
        let (app, _folder) = open_with_models(shipped).await;
        let weights_id = app.weights_id().await.unwrap();
        let before = app.model.calibrations().await.unwrap();
        assert!(before.own.is_none() && before.bundled.is_some());

        decided(&app, 0, "another model", None, true).await;
        decided(&app, 1, &weights_id, Some("gone"), true).await;
        for number in 2..12 {
            decided(&app, number, &weights_id, None, true).await;
        }
        let (few, left_out) = calibrated(&app).await;
        assert!(matches!(few.outcome, OwnOutcome::TooFew(FitError::TooFew { kept: 10, rejected: 0 })));
        assert_eq!((left_out.other_model, left_out.other_adapter, left_out.unknown), (1, 1, 0));

        // The same edit, taken three times in four whatever its text: far more than people do.
        for number in 12..132 {
            decided(&app, number, &weights_id, None, number % 4 != 0).await;
        }
        let (found, _) = calibrated(&app).await;
        assert_eq!((found.rows, found.intents.len()), (130, 1));
        let OwnOutcome::Compared { contenders, path: Some(path), .. } = found.outcome else {
            panic!("{found:?}")
        };
        assert_eq!(contenders.len(), 3);
        assert_ne!(contenders[0].0, Origin::Shipped);

        let after = app.model.calibrations().await.unwrap();
        let own = after.own.clone().unwrap();
        assert!(after.of("fix") == Some(&own) && after.of("simpler") == before.bundled.as_ref());
        assert_eq!(own.critic, app.calibrations.critic());
        let kept = |known: &[emend_engine::confidence::risk::Known]| {
            known.iter().map(|row| row.confidence).sum::<f64>() / known.len() as f64
        };
        assert!(
            (kept(&own.first.known) - found.kept).abs() < 0.06,
            "{} {}",
            kept(&own.first.known),
            found.kept
        );

        let known = app.known_calibrations().await.unwrap();
        assert_eq!(known.found.iter().map(|one| one.own.is_some()).collect::<Vec<_>>(), [true, false]);

        // With another critic it does not hold, and says so; what came with the model does.
        let other = Calibration { critic: Some("0123456789abcdef".into()), ..own };
        std::fs::write(&path, other.to_json().unwrap()).unwrap();
        let known = app.known_calibrations().await.unwrap();
        assert!(known.problems[0].contains("critic 01234567"), "{:?}", known.problems);
        assert_eq!(known.found.iter().map(|one| one.own.is_some()).collect::<Vec<_>>(), [false]);

        assert_eq!(app.remove_calibrations().await.unwrap(), 1);
        assert!(app.model.calibrations().await.unwrap().own.is_none());
        assert_eq!(app.remove_calibrations().await.unwrap(), 0);
    }

    #[test]
    fn few_second_thoughts_leave_those_of_the_model() {
        let row = |kept| Labelled { features: BTreeMap::from([("edits".to_owned(), 1.0)]), kept };
        assert_eq!(second_thoughts(&[row(true), row(false)], None), None);
        let part = emend_engine::confidence::Part {
            head: emend_engine::confidence::Head { bias: 1.0, terms: Vec::new() },
            calibrator: Calibrator::Platt { slope: 1.0, offset: 0.0 },
        };
        let stage = Stage { changed: part.clone(), unchanged: part, known: Vec::new() };
        let provenance = Provenance { rows: BTreeMap::new(), label: String::new() };
        let prior = Calibration::new("w".into(), provenance, stage.clone(), Some(stage.clone()));
        assert_eq!(second_thoughts(&[row(true), row(false)], Some(&prior)), Some(stage));
    }
}
