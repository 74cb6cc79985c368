//! `calibration/<weights_id>.json`: everything that was fitted for one set of weights.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::{AGREEMENT, Calibrator, Features, Part, Stage, risk};

/// Raised with every change of [`FEATURES`](super::FEATURES): a calibration of another set is not used.
pub const FEATURE_SET: u32 = 1;

/// The chance that a promise made with certainty is broken all the same.
const DELTA: f64 = 0.05;

/// Largest file, in bytes.
const MAX_FILE: u64 = 4 << 20;

/// A fitted confidence.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Calibration {
    /// The features it was fitted on; see [`FEATURE_SET`].
    pub feature_set: u32,
    /// Identity of the weights whose answers it was fitted on.
    pub weights_id: String,
    /// The adapter on top of them, if there was one.
    pub adapter: Option<String>,
    /// Where the labels come from.
    pub provenance: Provenance,
    /// For first answers.
    pub first: Stage,
    /// For answers that were compared with further drafts: knows their agreement as well.
    pub second: Option<Stage>,
    /// By intent id, a least confidence. A place in the format: nothing fills or reads it yet.
    #[serde(default)]
    pub floors: BTreeMap<String, f64>,
}

/// Where labels come from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Provenance {
    /// Sets of texts with references, or `decisions`, with the number of rows of each.
    pub rows: BTreeMap<String, usize>,
    /// What counts as kept.
    pub label: String,
}

/// Why a calibration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CalibrationError {
    /// The file cannot be read.
    #[error("cannot use the calibration {}: {source}", path.display())]
    File {
        /// Which one.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file holds something else.
    #[error("{} is no calibration: {reason}", path.display())]
    Content {
        /// Which one.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
}

impl Calibration {
    /// A calibration without floors.
    pub fn new(weights_id: String, provenance: Provenance, first: Stage, second: Option<Stage>) -> Self {
        Self {
            feature_set: FEATURE_SET,
            weights_id,
            adapter: None,
            provenance,
            first: rounded(first),
            second: second.map(rounded),
            floors: BTreeMap::new(),
        }
    }

    /// The chance, from 0 to 1, that a person would keep an answer with these features.
    pub fn confidence(&self, features: &Features) -> f32 {
        let stage = self.second.as_ref().filter(|_| features.contains_key(AGREEMENT)).unwrap_or(&self.first);
        stage.confidence(features) as f32
    }

    /// The confidence from which on answers are accepted when at most a share `risk` of the accepted ones may be bad:
    /// the strictest of the promises in [`risk`]. `None` when it cannot be promised of any answer.
    pub fn threshold(&self, risk: f64) -> Option<f64> {
        let strictest = |stage: &Stage| {
            risk::conformal(&stage.known, risk).max(risk::with_certainty(&stage.known, risk, DELTA))
        };
        let tau = self.second.iter().map(strictest).fold(strictest(&self.first), f64::max);
        tau.is_finite().then_some(tau)
    }

    /// The file of a model's calibration, in a folder of calibrations.
    pub fn path(folder: &Path, weights_id: &str, adapter: Option<&str>) -> PathBuf {
        match adapter {
            None => folder.join(format!("{weights_id}.json")),
            Some(adapter) => folder.join(format!("{weights_id}+{adapter}.json")),
        }
    }

    /// Reads and checks a file.
    pub fn read(path: &Path) -> Result<Self, CalibrationError> {
        let failed = |source| CalibrationError::File { path: path.to_owned(), source };
        let wrong = |reason: String| CalibrationError::Content { path: path.to_owned(), reason };
        let length = fs::metadata(path).map_err(failed)?.len();
        if length > MAX_FILE {
            return Err(wrong(format!("it has {length} bytes, more than {MAX_FILE}")));
        }
        let text = fs::read_to_string(path).map_err(failed)?;
        let read: Self = serde_json::from_str(&text).map_err(|error| wrong(error.to_string()))?;
        read.check().map_err(wrong)?;
        Ok(read)
    }

    /// What [`Calibration::read`] reads.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(self).map(|json| json + "\n")
    }

    fn check(&self) -> Result<(), String> {
        if self.feature_set != FEATURE_SET {
            return Err(format!(
                "it was fitted on feature set {}, and this version measures set {FEATURE_SET}: run `emend calibrate`",
                self.feature_set
            ));
        }
        check_stage(&self.first)?;
        self.second.as_ref().map_or(Ok(()), check_stage)
    }
}

/// Four digits are more than the labels can tell, and keep the file small.
fn rounded(mut stage: Stage) -> Stage {
    for row in &mut stage.known {
        row.confidence = (row.confidence * 1e4).round() / 1e4;
    }
    stage
}

fn check_stage(stage: &Stage) -> Result<(), String> {
    check_part(&stage.changed)?;
    check_part(&stage.unchanged)?;
    let wrong = stage.known.iter().find(|row| !(0.0..=1.0).contains(&row.confidence));
    wrong.map_or(Ok(()), |row| Err(format!("a confidence is {}, not between 0 and 1", row.confidence)))
}

fn check_part(Part { head, calibrator }: &Part) -> Result<(), String> {
    let finite = |name: &str, value: f64| {
        if value.is_finite() { Ok(()) } else { Err(format!("{name} is not a number")) }
    };
    finite("the bias", head.bias)?;
    for term in &head.terms {
        finite(&term.feature, term.mean)?;
        finite(&term.feature, term.weight)?;
        if !(term.scale.is_finite() && term.scale > 0.0) {
            return Err(format!("the scale of {} is {}, not above 0", term.feature, term.scale));
        }
    }
    match calibrator {
        Calibrator::Platt { slope, offset } => {
            finite("the offset", *offset)?;
            if !(slope.is_finite() && *slope >= 0.0) {
                return Err(format!("the slope is {slope}, below 0"));
            }
        }
        Calibrator::Isotonic { points } => {
            let ordered = points.windows(2).all(|two| two[0].0 < two[1].0 && two[0].1 <= two[1].1);
            let inside = points.iter().all(|p| p.0.is_finite() && (0.0..=1.0).contains(&p.1));
            if points.is_empty() || !ordered || !inside {
                return Err("its points do not rise from 0 to 1".to_owned());
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::Head;
    use super::super::risk::Known;
    use super::*;

    fn calibration() -> Calibration {
        let known = (0..200).map(|i| Known { confidence: f64::from(i) / 200.0, kept: i >= 100 }).collect();
        let head = Head { bias: 0.5, terms: Vec::new() };
        let part = Part { head, calibrator: Calibrator::Platt { slope: 1.0, offset: 0.0 } };
        let fitted = Stage { changed: part.clone(), unchanged: part, known };
        let provenance = Provenance { rows: [("own".to_owned(), 200)].into(), label: "kept".into() };
        Calibration::new("abc".into(), provenance, fitted.clone(), Some(fitted))
    }

    #[test]
    fn a_file_comes_back_as_it_was_written() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = Calibration::path(folder.path(), "abc", Some("mine"));
        fs::write(&path, calibration().to_json().expect("JSON")).expect("written");
        assert_eq!(Calibration::read(&path).expect("read"), calibration());
        assert!(path.ends_with("abc+mine.json"));
    }

    #[test]
    fn broken_files_are_refused_by_name() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("abc.json");
        let whole = serde_json::to_string(&calibration()).expect("JSON");
        for (from, to, part) in [
            (r#""feature_set":1"#, r#""feature_set":0"#, "emend calibrate"),
            (r#""slope":1.0"#, r#""slope":-1.0"#, "slope"),
            (r#""confidence":0.0,"#, r#""confidence":7.0,"#, "between 0 and 1"),
            (r#""weights_id""#, r#""weight""#, "weight"),
            ("{", "", "no calibration"),
        ] {
            fs::write(&path, whole.replacen(from, to, 1)).expect("written");
            let error = Calibration::read(&path).expect_err(to).to_string();
            assert!(error.contains(part), "{to}: {error}");
        }
        assert!(matches!(
            Calibration::read(&folder.path().join("no.json")),
            Err(CalibrationError::File { .. })
        ));
    }

    #[test]
    fn second_thoughts_have_a_head_of_their_own() {
        let mut calibration = calibration();
        calibration.first.changed.head.bias = -1.0;
        let (first, second) = (Features::new(), Features::from([(AGREEMENT, 1.0)]));
        assert!(calibration.confidence(&first) < 0.5 && calibration.confidence(&second) > 0.5);
        calibration.second = None;
        assert!(calibration.confidence(&second) < 0.5, "better than nothing");
    }

    #[test]
    fn a_smaller_risk_needs_more_confidence() {
        let calibration = calibration();
        let (careful, bold) = (calibration.threshold(0.1), calibration.threshold(0.3));
        assert!(careful > bold && bold.is_some(), "{careful:?} {bold:?}");
        assert_eq!(calibration.threshold(0.001), None);
    }
}
