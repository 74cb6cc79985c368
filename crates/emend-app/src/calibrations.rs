//! Where calibrations lie: the person's own first, then those that came with the models.

use std::path::PathBuf;

use emend_engine::Calibration;
use emend_engine::confidence::CalibrationError;

/// The name of the folder beside the models and in the profile.
pub(crate) const FOLDER: &str = "calibration";

/// The calibration of these weights in the first of `folders` that has one. One that cannot be used hides none behind
/// it: a person's file of an older version must not switch off the bundled one.
pub(crate) fn find(folders: &[PathBuf], weights_id: &str) -> (Option<Calibration>, Vec<CalibrationError>) {
    let mut problems = Vec::new();
    for path in folders.iter().map(|folder| Calibration::path(folder, weights_id, None)) {
        if !path.is_file() {
            continue;
        }
        match Calibration::read(&path) {
            Ok(found) if found.weights_id == weights_id => return (Some(found), problems),
            Ok(found) => problems.push(CalibrationError::Content {
                path,
                reason: format!("it belongs to the weights {}", found.weights_id),
            }),
            Err(problem) => problems.push(problem),
        }
    }
    (None, problems)
}
