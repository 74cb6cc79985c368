//! What is known of the small model's answers: the calibrations in use, and taking one's own away.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use emend_engine::Calibration;
use emend_eval::HeadEvaluation;

use super::measured::{Promise, evaluated, promises};
use crate::AppError;
use crate::app::App;

/// The calibrations of a model and of the adapters in use.
#[derive(Debug, Clone)]
pub struct KnownCalibrations {
    /// Identity of the model.
    pub weights_id: String,
    /// Identity of the critic; `None` without one.
    pub critic: Option<String>,
    /// All that hold, the person's own before the one that came with the model.
    pub found: Vec<CalibrationInfo>,
    /// Adapters in use of whose answers nothing is known.
    pub unknown: BTreeSet<String>,
    /// What is wrong with files that do not hold.
    pub problems: Vec<String>,
}

/// One calibration.
#[derive(Debug, Clone)]
pub struct CalibrationInfo {
    /// The adapter whose answers it is about; none: the model's alone.
    pub adapter: Option<String>,
    /// The person's own file; `None` for what came with the model.
    pub own: Option<PathBuf>,
    /// Sets of texts, or `decisions`, with the number of rows of each.
    pub rows: BTreeMap<String, usize>,
    /// What counted as kept.
    pub label: String,
    /// Intents that it knows; `None`: all.
    pub intents: Option<BTreeSet<String>>,
    /// How good it is, on rows that it was not fitted on.
    pub confidence: HeadEvaluation,
    /// What it promises.
    pub promises: Vec<Promise>,
}

impl App {
    /// What is known of the answers of the small model, alone and with the adapters in use.
    pub async fn known_calibrations(&self) -> Result<KnownCalibrations, AppError> {
        let weights_id = self.weights_id().await?;
        let choice = self.adapter_choice()?;
        let in_use: BTreeSet<Option<String>> =
            choice.intents.values().cloned().chain([None, choice.all.clone()]).collect();
        let (mut found, mut unknown, mut problems) = (Vec::new(), BTreeSet::new(), Vec::new());
        for adapter in in_use {
            let (calibrations, wrong) = self.calibrations.find(&weights_id, adapter.as_deref());
            problems.extend(wrong.iter().map(ToString::to_string));
            let own = self.own_path(&weights_id, adapter.as_deref());
            let own = calibrations.own.map(|own_one| info(own_one, Some(own)));
            let both: Vec<_> =
                own.into_iter().chain(calibrations.bundled.map(|one| info(one, None))).collect();
            if both.is_empty() {
                unknown.extend(adapter);
            }
            found.extend(both);
        }
        Ok(KnownCalibrations { weights_id, critic: self.calibrations.critic(), found, unknown, problems })
    }

    /// Takes away what was fitted on this profile for the model and all of its adapters: how many files that were. What came
    /// with the model holds again.
    pub async fn remove_calibrations(&self) -> Result<usize, AppError> {
        let weights_id = self.weights_id().await?;
        let folder = self.paths.calibrations();
        let mut removed = 0;
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let rest = name.strip_prefix(&weights_id).and_then(|rest| rest.strip_suffix(".json"));
            if rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('+')) {
                let path = entry.path();
                std::fs::remove_file(&path).map_err(|source| AppError::Write { path, source })?;
                removed += 1;
            }
        }
        self.model.forget().await?;
        Ok(removed)
    }

    pub(super) fn own_path(&self, weights_id: &str, adapter: Option<&str>) -> PathBuf {
        Calibration::path(&self.paths.calibrations(), weights_id, adapter)
    }
}

fn info(calibration: Calibration, own: Option<PathBuf>) -> CalibrationInfo {
    CalibrationInfo {
        confidence: evaluated(if own.is_some() { "own" } else { "shipped" }, &calibration.first.known),
        promises: promises(&calibration.first.known),
        adapter: calibration.adapter,
        own,
        rows: calibration.provenance.rows,
        label: calibration.provenance.label,
        intents: calibration.intents,
    }
}
