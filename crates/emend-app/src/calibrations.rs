//! Where calibrations lie: the person's own, and those that came with the models.

use std::path::{Path, PathBuf};

use emend_engine::Calibration;
use emend_engine::confidence::CalibrationError;
use emend_models::Manifest;
use emend_models::manifest::joint_id;

use crate::AppError;
use crate::model_files;

/// The name of the folder beside the models and in the profile.
pub(crate) const FOLDER: &str = "calibration";

/// What is known of the answers of one set of weights.
#[derive(Debug, Clone, Default)]
pub(crate) struct Calibrations {
    /// Fitted on this profile.
    pub(crate) own: Option<Calibration>,
    /// What came with the model.
    pub(crate) bundled: Option<Calibration>,
}

impl Calibrations {
    /// The one for an intent: the person's own, where it knows the intent.
    pub(crate) fn of(&self, intent: &str) -> Option<&Calibration> {
        self.own.as_ref().filter(|own| own.knows(intent)).or(self.bundled.as_ref())
    }
}

/// Folders of calibrations.
#[derive(Debug, Clone)]
pub(crate) struct CalibrationFolders {
    /// The profile's.
    pub(crate) own: PathBuf,
    /// Those of the models, in which calibrations came along, and the critic.
    pub(crate) models: Vec<PathBuf>,
    /// That of the downloaded judges.
    pub(crate) critics: PathBuf,
}

impl CalibrationFolders {
    /// The calibrations of these weights with the adapter that is on them, and what is wrong with files that cannot be used
    /// or do not hold here. Such a file hides none behind it: a person's file of an older version must not switch off the
    /// bundled one. What was fitted for a base is not lent to an adapter on it.
    pub(crate) fn find(
        &self,
        weights_id: &str,
        adapter: Option<&str>,
    ) -> (Calibrations, Vec<CalibrationError>) {
        let critic = self.critic();
        let mut problems = Vec::new();
        let mut read = |folder: &Path| {
            let path = Calibration::path(folder, weights_id, adapter);
            if !path.is_file() {
                return None;
            }
            match Calibration::read(&path) {
                Ok(found) => match found.mismatch(weights_id, adapter, critic.as_deref()) {
                    None => return Some(found),
                    Some(reason) => problems.push(CalibrationError::Content { path, reason }),
                },
                Err(problem) => problems.push(problem),
            }
            None
        };
        let own = read(&self.own);
        let bundled = self.models.iter().find_map(|models| read(&models.join(FOLDER)));
        (Calibrations { own, bundled }, problems)
    }

    /// Identity of the critic whose opinions are asked, with the judges that were downloaded; `None` without one. One that
    /// cannot be read has no opinions either.
    pub(crate) fn critic(&self) -> Option<String> {
        let judges = model_files::judges(&self.models, &self.critics);
        let manifests: Vec<Manifest> =
            judges.iter().map(|path| Manifest::read(path)).collect::<Result<_, _>>().ok()?;
        if manifests.is_empty() { None } else { joint_id(&manifests).ok() }
    }
}

/// Deletes the profile's calibrations of an adapter that is gone: another one may get its name.
pub(crate) fn forget_adapter(folder: &Path, adapter: &str) -> Result<(), AppError> {
    let ending = format!("+{adapter}.json");
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().ends_with(&ending) {
            let path = entry.path();
            std::fs::remove_file(&path).map_err(|source| AppError::Write { path, source })?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use emend_engine::confidence::{Calibrator, Head, Part, Provenance, Stage};

    use super::*;

    fn put(folder: &Path, adapter: Option<&str>, named: Option<&str>) {
        let head = Head { bias: 0.0, terms: Vec::new() };
        let part = Part { head, calibrator: Calibrator::Platt { slope: 1.0, offset: 0.0 } };
        let stage = Stage { changed: part.clone(), unchanged: part, known: Vec::new() };
        let provenance = Provenance { rows: [].into(), label: "none".into() };
        let calibration = Calibration {
            adapter: named.map(str::to_owned),
            ..Calibration::new("w".into(), provenance, stage, None)
        };
        std::fs::write(Calibration::path(folder, "w", adapter), calibration.to_json().unwrap()).unwrap();
    }

    #[test]
    fn the_confidence_of_the_base_is_not_lent_to_an_adapter() {
        let (own, bundled) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let folders = CalibrationFolders {
            own: own.path().into(),
            models: vec![bundled.path().into()],
            critics: own.path().join("critics"),
        };
        std::fs::create_dir(bundled.path().join(FOLDER)).unwrap();
        put(&bundled.path().join(FOLDER), None, None);
        let of = |adapter| {
            let (found, problems) = folders.find("w", adapter);
            (found.own.is_some(), found.bundled.is_some(), problems.len())
        };
        assert_eq!(of(None), (false, true, 0));
        assert_eq!(of(Some("mine")), (false, false, 0));
        put(own.path(), Some("mine"), Some("mine"));
        assert_eq!(of(Some("mine")), (true, false, 0));
        assert_eq!(of(None), (false, true, 0));
        put(own.path(), Some("renamed"), Some("mine"));
        assert_eq!(of(Some("renamed")), (false, false, 1));
        forget_adapter(own.path(), "mine").unwrap();
        assert_eq!(of(Some("mine")), (false, false, 0));
    }
}
