//! `calibration/<weights_id>.json`: everything that was fitted for one set of weights.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::{AGREEMENT, Calibrator, Features, Gain, Head, NeedsEdit, Part, Stage, risk};
use crate::Floors;

/// Raised with every change of [`FEATURES`](super::FEATURES) or [`OPINIONS`](super::OPINIONS), or of what else a file must
/// say: a calibration of another set is not used.
pub const FEATURE_SET: u32 = 3;

/// The chance that a promise made with certainty is broken all the same.
const DELTA: f64 = 0.05;

/// Largest file, in bytes.
const MAX_FILE: u64 = 4 << 20;

/// Fitted numbers are far smaller, and no sum of products of numbers up to this overflows.
const LARGEST: f64 = 1e9;
/// Smallest deviation that a feature may have; see [`LARGEST`].
const SMALLEST: f64 = 1e-9;

/// The share of kept answers whose scores lie below a floor.
const BELOW_FLOOR: f64 = 0.25;
/// Fewest kept answers behind a floor.
const LEAST_FOR_FLOOR: usize = 20;

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
    /// Identity of the critic whose opinions are among its features; none if it was fitted without one.
    pub critic: Option<String>,
    /// Where the labels come from.
    pub provenance: Provenance,
    /// For first answers.
    pub first: Stage,
    /// For answers that were compared with further drafts: knows their agreement as well.
    pub second: Option<Stage>,
    /// Intents that it knows, by id; absent: all of them. The person's own decisions are about some.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub intents: Option<BTreeSet<String>>,
    /// What the large model is expected to do better, if it was measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gain: Option<Gain>,
    /// By intent id and critic, the score that three in four kept answers reach: what falls below is ranked lower.
    #[serde(default)]
    pub floors: BTreeMap<String, Floors>,
    /// How clean texts looked that needed a correction, if texts to be corrected were among the rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub needs_edit: Option<NeedsEdit>,
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
    /// A calibration for all intents, without floors.
    pub fn new(weights_id: String, provenance: Provenance, first: Stage, second: Option<Stage>) -> Self {
        Self {
            feature_set: FEATURE_SET,
            weights_id,
            adapter: None,
            critic: None,
            provenance,
            first: rounded(first),
            second: second.map(rounded),
            intents: None,
            gain: None,
            floors: BTreeMap::new(),
            needs_edit: None,
        }
    }

    /// The same with what the large model is expected to do better.
    #[must_use]
    pub fn with_gain(self, gain: Option<Gain>) -> Self {
        let short = |mut gain: Gain| {
            shorten(&mut gain.changed);
            shorten(&mut gain.unchanged);
            gain.refused = gain.refused.map(four_digits);
            gain.worth.iter_mut().for_each(|confidence| *confidence = four_digits(*confidence));
            gain
        };
        Self { gain: gain.map(short), ..self }
    }

    /// Why it does not hold for the answers of these weights with this adapter, beside this critic; `None` when it does.
    ///
    /// An adapter answers otherwise than its base, and is as sure of other things. Another critic gives other numbers to
    /// the same answer, and one that is missing gives none.
    pub fn mismatch(&self, weights_id: &str, adapter: Option<&str>, critic: Option<&str>) -> Option<String> {
        let again = "run `emend calibrate`";
        if self.weights_id != weights_id || self.adapter.as_deref() != adapter {
            let with = self.adapter.as_ref().map(|adapter| format!(" with {adapter}")).unwrap_or_default();
            return Some(format!("it belongs to the weights {}{with}", self.weights_id));
        }
        match (self.critic.as_deref(), critic) {
            (None, _) => None,
            (Some(fitted), Some(found)) if fitted == found => None,
            (Some(_), None) => {
                Some(format!("it was fitted beside a critic, and there is none: install it, or {again}"))
            }
            (Some(fitted), Some(found)) => Some(format!(
                "it was fitted beside the critic {}, and this one is {}: {again}",
                short(fitted),
                short(found)
            )),
        }
    }

    /// Whether it was fitted to answers of this intent, or to all kinds.
    pub fn knows(&self, intent: &str) -> bool {
        self.intents.as_ref().is_none_or(|known| known.contains(intent))
    }

    /// The chance, from 0 to 1, that a person would keep an answer with these features.
    pub fn confidence(&self, features: &Features) -> f32 {
        let stage = self.second.as_ref().filter(|_| features.contains_key(AGREEMENT)).unwrap_or(&self.first);
        stage.confidence(features) as f32
    }

    /// Whether the large model of this name is expected to do so much better that it should be asked; so it is where nobody
    /// measured that.
    pub fn is_worth_a_call(&self, large: &str, features: &Features) -> bool {
        self.gain
            .as_ref()
            .filter(|gain| gain.large == large)
            .is_none_or(|gain| gain.is_worth_a_call(features))
    }

    /// Share of the first answers about which the large model of this name is asked when those from `tau` on are accepted: of the
    /// rows that it was fitted on.
    pub fn asked(&self, large: &str, tau: f64) -> f64 {
        let below =
            |confidences: &mut dyn Iterator<Item = f64>| confidences.filter(|c| *c < tau).count() as f64;
        let asked = match self.gain.as_ref().filter(|gain| gain.large == large) {
            Some(gain) => below(&mut gain.worth.iter().copied()),
            None => below(&mut self.first.known.iter().map(|row| row.confidence)),
        };
        asked / self.first.known.len().max(1) as f64
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
        let wrong = self.floors.values().flatten().find(|(_, f)| !(0.0..=1.0).contains(*f));
        if let Some((critic, floor)) = wrong {
            return Err(format!("the floor of {critic} is {floor}, not between 0 and 1"));
        }
        if let Some(Gain { large: _, changed, unchanged, refused, worth, curve }) = &self.gain {
            let inside = |(share, quality): &(f64, f64)| {
                (0.0..=1.0).contains(share) && (0.0..=100.0).contains(quality)
            };
            if refused.is_some_and(|mean| !(-100.0..=100.0).contains(&mean)) {
                return Err("the gain of refused drafts is not between -100 and 100".to_owned());
            }
            if !curve.iter().all(inside) {
                return Err(
                    "its curve leaves the shares from 0 to 1 or the qualities from 0 to 100".to_owned()
                );
            }
            check_head(changed)?;
            check_head(unchanged)?;
            worth.iter().try_for_each(|confidence| check_confidence(*confidence))?;
        }
        self.needs_edit.as_ref().map_or(Ok(()), NeedsEdit::check)?;
        check_stage(&self.first)?;
        self.second.as_ref().map_or(Ok(()), check_stage)
    }
}

/// As much of an identity as people compare.
fn short(id: &str) -> &str {
    id.get(..8).unwrap_or(id)
}

/// Four digits of a confidence are more than the labels can tell, seven of a weight more than it is known to, and they
/// keep the file small.
fn rounded(mut stage: Stage) -> Stage {
    for row in &mut stage.known {
        row.confidence = four_digits(row.confidence);
    }
    for part in [&mut stage.changed, &mut stage.unchanged] {
        shorten(&mut part.head);
    }
    stage
}

fn four_digits(confidence: f64) -> f64 {
    (confidence * 1e4).round() / 1e4
}

fn shorten(head: &mut Head) {
    for term in &mut head.terms {
        for number in [&mut term.mean, &mut term.scale, &mut term.weight] {
            *number = f64::from(*number as f32);
        }
    }
}

/// For each intent and critic, the 25th percentile of its scores among kept rewrites: `(intent, row)` as they were fitted.
pub fn floors<'r>(
    rows: impl IntoIterator<Item = (&'r str, &'r super::Labelled)>,
) -> BTreeMap<String, Floors> {
    let mut scores: BTreeMap<(&str, &str), Vec<f64>> = BTreeMap::new();
    for (intent, row) in rows {
        let changed = row.features.get(super::UNCHANGED).is_some_and(|&unchanged| unchanged < 0.5);
        for (critic, feature) in CRITICS.iter().filter(|_| row.kept && changed) {
            scores.entry((intent, critic)).or_default().extend(row.features.get(*feature));
        }
    }
    let mut found: BTreeMap<String, Floors> = BTreeMap::new();
    for ((intent, critic), mut scores) in scores {
        if scores.len() >= LEAST_FOR_FLOOR {
            scores.sort_by(f64::total_cmp);
            let floor = scores[(BELOW_FLOOR * (scores.len() - 1) as f64) as usize];
            let floor = (floor.clamp(0.0, 1.0) * 1e4).floor() / 1e4;
            found.entry(intent.to_owned()).or_default().insert(critic.to_owned(), floor);
        }
    }
    found
}

/// Critics that have floors, and the features with their scores.
const CRITICS: [(&str, &str); 6] = [
    ("fluency", "critic_fluency"),
    ("meaning", "critic_meaning"),
    ("harmless", "critic_harmless"),
    ("appropriate", "critic_appropriate"),
    ("readability", "critic_readability"),
    ("lints", "critic_lints"),
];

fn check_stage(stage: &Stage) -> Result<(), String> {
    check_part(&stage.changed)?;
    check_part(&stage.unchanged)?;
    stage.known.iter().try_for_each(|row| check_confidence(row.confidence))
}

fn check_confidence(confidence: f64) -> Result<(), String> {
    let sound = (0.0..=1.0).contains(&confidence);
    if sound { Ok(()) } else { Err(format!("a confidence is {confidence}, not between 0 and 1")) }
}

fn finite(name: &str, value: f64) -> Result<(), String> {
    let sound = value.abs() <= LARGEST;
    if sound { Ok(()) } else { Err(format!("{name} is {value}, which nothing can be fitted to")) }
}

fn check_head(head: &Head) -> Result<(), String> {
    finite("the bias", head.bias)?;
    for term in &head.terms {
        finite(&term.feature, term.mean)?;
        finite(&term.feature, term.weight)?;
        if !(SMALLEST..=LARGEST).contains(&term.scale) {
            return Err(format!("the scale of {} is {}, not above 0", term.feature, term.scale));
        }
    }
    Ok(())
}

fn check_part(Part { head, calibrator }: &Part) -> Result<(), String> {
    check_head(head)?;
    match calibrator {
        Calibrator::Platt { slope, offset } => {
            finite("the offset", *offset)?;
            if !(0.0..=LARGEST).contains(slope) {
                return Err(format!("the slope is {slope}, not between 0 and {LARGEST}"));
            }
        }
        Calibrator::Isotonic { points } => {
            let ordered = points.windows(2).all(|two| two[0].0 < two[1].0 && two[0].1 <= two[1].1);
            let inside = points.iter().all(|p| p.0.abs() <= LARGEST && (0.0..=1.0).contains(&p.1));
            if points.is_empty() || !ordered || !inside {
                return Err("its points do not rise from 0 to 1".to_owned());
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::risk::Known;
    use super::super::{Head, Labelled, Term};
    use super::*;

    fn calibration() -> Calibration {
        let row = |i: u8| Known { confidence: f64::from(i) / 200.0, kept: i >= 100 };
        let known = (100..200).chain(0..100).map(row).collect();
        let term = Term { feature: "words".into(), mean: 1.0, scale: 2.0, weight: 0.25 };
        let head = Head { bias: 0.5, terms: vec![term] };
        let part = Part { head, calibrator: Calibrator::Platt { slope: 1.0, offset: 0.0 } };
        let fitted = Stage { changed: part.clone(), unchanged: part, known };
        let provenance = Provenance { rows: [("own".to_owned(), 200)].into(), label: "kept".into() };
        let mut made = Calibration::new("abc".into(), provenance, fitted.clone(), Some(fitted));
        made.floors.insert("fix".into(), [("meaning".to_owned(), 0.5)].into());
        let terms = vec![Term { feature: "edits".into(), mean: 3.0, scale: 4.0, weight: 0.5 }];
        let (changed, unchanged) = (Head { bias: 2.5, terms }, Head { bias: -1.5, terms: Vec::new() });
        made.with_gain(Some(Gain {
            large: "tiny".into(),
            changed,
            refused: Some(2.0),
            unchanged,
            worth: vec![0.25, 0.75],
            curve: vec![(0.0, 40.0), (1.0, 50.0)],
        }))
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
            (r#""feature_set":3"#, r#""feature_set":0"#, "emend calibrate"),
            (r#""slope":1.0"#, r#""slope":-1.0"#, "slope"),
            (r#""slope":1.0"#, r#""slope":1e300"#, "slope"),
            (r#""bias":0.5"#, r#""bias":-1e200"#, "bias"),
            ("[1.0,2.0,0.25]", "[1.0,1e-300,0.25]", "scale"),
            ("[3.0,4.0,0.5]", "[3.0,0.0,0.5]", "scale of edits"),
            (r#""worth":[0.25"#, r#""worth":[2.5"#, "between 0 and 1"),
            ("[1.0,50.0]", "[1.0,500.0]", "curve"),
            (r#""bias":-1.5"#, r#""bias":1e200"#, "bias"),
            ("[1.0,2.0,0.25]", "[1.0,2.0,1e300]", "words"),
            (r#""rejected":[0.0,"#, r#""rejected":[7.0,"#, "between 0 and 1"),
            (r#""meaning":0.5"#, r#""meaning":1.5"#, "floor of meaning"),
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
    fn what_a_large_model_gains_is_known_of_that_one_only() {
        let wrote = |edits: f32| Features::from([("edits", edits), (super::super::UNCHANGED, 0.0)]);
        let same = Features::from([(super::super::UNCHANGED, 1.0)]);
        let worth = |large: &str, features: &Features| calibration().is_worth_a_call(large, features);
        // 2.5 points, and half a point for each 4 edits above 3.
        assert!(worth("tiny", &wrote(7.0)) && !worth("tiny", &wrote(-2.0)) && !worth("tiny", &same));
        assert!(worth("other", &wrote(-2.0)) && worth("other", &same));
        // Of the 200 rows, half are below 0.5, and one of the two that are worth it.
        assert!((calibration().asked("tiny", 0.5) - 0.005).abs() < 1e-9);
        assert!((calibration().asked("other", 0.5) - 0.5).abs() < 1e-9);
    }

    #[test]
    fn a_floor_is_what_three_in_four_kept_rewrites_reach() {
        let row = |score: u32, kept: bool, unchanged: f64| Labelled {
            features: [
                ("critic_meaning".to_owned(), f64::from(score) / 100.0),
                ("unchanged".to_owned(), unchanged),
            ]
            .into(),
            kept,
        };
        let mut rows: Vec<Labelled> = (0..=100).map(|score| row(score, true, 0.0)).collect();
        rows.extend((0..100).map(|_| row(0, false, 0.0)));
        rows.extend((0..100).map(|_| row(0, true, 1.0)));
        let found = floors(rows.iter().map(|row| ("fix", row)));
        assert_eq!(found["fix"], [("meaning".to_owned(), 0.25)].into());
        assert_eq!(floors(rows.iter().take(19).map(|row| ("fix", row))), BTreeMap::new(), "too few");
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
    fn what_was_fitted_beside_another_critic_does_not_hold() {
        let alone = calibration();
        let beside = Calibration { critic: Some("0123456789".into()), ..calibration() };
        assert_eq!(alone.mismatch("abc", None, Some("0123456789")), None, "it asks no critic");
        assert_eq!(beside.mismatch("abc", None, Some("0123456789")), None);
        for (weights, adapter, critic, part) in [
            ("abd", None, Some("0123456789"), "weights abc"),
            ("abc", Some("mine"), Some("0123456789"), "weights abc"),
            ("abc", None, Some("9876543210"), "critic 01234567, and this one is 98765432"),
            ("abc", None, None, "there is none"),
        ] {
            let reason = beside.mismatch(weights, adapter, critic).expect(part);
            assert!(reason.contains(part), "{reason}");
        }
    }

    #[test]
    fn a_smaller_risk_needs_more_confidence() {
        let calibration = calibration();
        let (careful, bold) = (calibration.threshold(0.1), calibration.threshold(0.3));
        assert!(careful > bold && bold.is_some(), "{careful:?} {bold:?}");
        assert_eq!(calibration.threshold(0.001), None);
    }
}
