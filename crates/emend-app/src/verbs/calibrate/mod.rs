//! Calibrate: find out how much the answers of the small model can be trusted, from texts that people have rewritten
//! ([`App::calibrate`]) or from what the person has decided ([`App::calibrate_on_decisions`]).

mod decisions;
mod known;
mod label;
mod measured;
mod own;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use emend_engine::Calibration;
use emend_engine::confidence::{Compared, Gain, Labelled, NeedsEdit, Provenance, fit, fit_gain, floors};
use emend_eval::{Deferral, Judge, Metric, Pair, Row, deferral};
use emend_text::{Format, Instruction, Intent};
use serde::Deserialize;

pub use emend_engine::confidence::risk::Known;

pub use self::known::{CalibrationInfo, KnownCalibrations};
pub use self::label::{Answers, LABEL, Worth, worth};
pub use self::measured::{Measured, Promise, promises};
pub use self::own::{LABEL as DECISIONS_LABEL, LeftOut, OwnCalibration, OwnOutcome};
use crate::app::App;
use crate::files::{self, Access};
use crate::verbs::batch::{Batch, BatchOutcome, BatchProgress, regular};
use crate::{AppError, Cancel, TierChoice};

/// Texts of one kind with what people made of them.
#[derive(Debug, Clone)]
pub struct LabelledSet {
    /// Its name in reports and files.
    pub name: String,
    /// What is asked of the model.
    pub intent: &'static Intent,
    /// The texts.
    pub rows: Vec<Row>,
    /// Says how good a rewrite of them is.
    pub metric: &'static Metric,
    /// The large model's rewrites, if the small one's are to be compared with them.
    pub large: Option<LargeRewrites>,
}

/// What a large model wrote.
#[derive(Debug, Clone)]
pub struct LargeRewrites {
    /// Its name.
    pub model: String,
    /// One for each text.
    pub texts: Vec<String>,
}

/// What to do.
#[derive(Debug, Clone)]
pub struct Calibrate {
    /// The texts.
    pub sets: Vec<LabelledSet>,
    /// Judges style and meaning, for metrics that ask it.
    pub judge: Option<Judge>,
    /// Where the model's answers are kept while they are made; an interrupted run goes on from there.
    pub answers: PathBuf,
    /// Where to write the calibration; the profile's own if absent.
    pub output: Option<PathBuf>,
}

/// What was found.
#[derive(Debug, Clone)]
pub struct Calibrated {
    /// The file.
    pub path: PathBuf,
    /// How good it is.
    pub measured: Measured,
}

/// A row of the answers.
#[derive(Deserialize)]
struct AnswerRow {
    hyp: Option<String>,
    #[serde(default)]
    scores: BTreeMap<String, f64>,
}

/// What the large model brings, and whether it would be asked where it brings something: as heads tell that did not see the
/// answer. `both` are places of first answers with 100 where a person would keep the small model's and the large one's, else 0.
/// In points of the sets' own metrics a mended error is worth two or three of 100 and a style that was met all of them, so
/// that the large model would hardly ever be asked about errors.
fn gain(
    large: &str,
    both: &[(usize, f64, f64)],
    first: &[Labelled],
    known: &[Known],
) -> (Gain, Option<Deferral>) {
    let compared =
        |&(at, small, large): &(usize, f64, f64)| Compared { answer: first[at].clone(), gain: large - small };
    let rows: Vec<Compared> = both.iter().map(compared).collect();
    let confidences: Vec<f64> = both.iter().map(|&(at, ..)| known[at].confidence).collect();
    let (gain, expected) = fit_gain(large.to_owned(), &rows, &confidences);
    let pairs =
        both.iter().zip(expected).map(|(&(_, small, large), priority)| Pair { priority, small, large });
    let deferral = deferral(&pairs.collect::<Vec<_>>(), measured::SEED);
    let curve = deferral.as_ref().map(|deferral| sampled(&deferral.curve)).unwrap_or_default();
    (Gain { curve, ..gain }, deferral)
}

fn points(answer: Worth) -> f64 {
    if answer.kept { 100.0 } else { 0.0 }
}

/// A point for every twentieth of the texts: enough for a plot. Two digits of a quality are more than the texts can tell.
fn sampled(curve: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let at = |share: f64| curve.iter().find(|point| point.0 >= share - 1e-9).map(|point| point.1);
    let point = |step: u32| {
        let share = f64::from(step) / 20.0;
        Some((share, (at(share)? * 100.0).round() / 100.0))
    };
    (0..=20).filter_map(point).collect()
}

impl App {
    /// Rewrites all sets with the small model, fits its confidence to the labels, and keeps it for later requests.
    /// `None` when it was cancelled.
    pub async fn calibrate(
        &self,
        what: &Calibrate,
        cancel: &Cancel,
        mut on: impl FnMut(&str, BatchProgress),
    ) -> Result<Option<Calibrated>, AppError> {
        let weights_id = self.weights_id().await?;
        let adapter = self.one_adapter(what.sets.iter().map(|set| set.intent.id)).await?;
        let path = match &what.output {
            Some(path) => path.clone(),
            None => Calibration::path(&self.paths.calibrations(), &weights_id, adapter.as_deref()),
        };
        // Better said now than after the work.
        regular(&path, "the output")?;
        let (mut labelled, mut names, mut intents) = (Vec::new(), Vec::new(), Vec::new());
        let mut both = Vec::new();
        for set in &what.sets {
            let Some(answers) = self.study(set, &what.answers, cancel, |at| on(&set.name, at)).await? else {
                return Ok(None);
            };
            for (number, answer) in answers.into_iter().enumerate() {
                let Some(hyp) = answer.hyp.filter(|_| !answer.scores.is_empty()) else { continue };
                let worth = worth(set, what.judge.as_ref(), number, &hyp);
                let Some(Answers { small, large }) = worth else { continue };
                both.extend(large.map(|large| (labelled.len(), points(small), points(large))));
                labelled.push(Labelled { kept: small.kept, features: answer.scores });
                names.push(set.name.clone());
                intents.push(set.intent.id);
            }
        }
        let first: Vec<Labelled> = labelled.iter().map(Labelled::before_second_thought).collect();
        let refused = |error: emend_engine::confidence::FitError| AppError::Invalid {
            what: "the texts",
            expected: "enough of both kinds".into(),
            found: error.to_string(),
        };
        let (first_fit, second_fit) = (fit(&first).map_err(refused)?, fit(&labelled).map_err(refused)?);
        let large = what.sets.iter().find_map(|set| set.large.as_ref());
        let fitted = large.map(|large| gain(&large.model, &both, &first, &first_fit.known));
        let (gain, deferral) = fitted.unzip();
        let measured = Measured {
            deferral: deferral.flatten(),
            ..Measured::new(&names, &labelled, &first_fit.known, &second_fit.known)
        };
        let mut rows = BTreeMap::new();
        for name in names {
            *rows.entry(name).or_default() += 1;
        }
        let provenance = Provenance { rows, label: LABEL.split_whitespace().collect::<Vec<_>>().join(" ") };
        let corrections = intents.iter().zip(&labelled).filter(|(intent, _)| **intent == "fix");
        let calibration = Calibration {
            adapter,
            critic: self.calibrations.critic(),
            needs_edit: NeedsEdit::fit(corrections.map(|(_, row)| row)),
            floors: floors(intents.iter().copied().zip(&labelled)),
            ..Calibration::new(weights_id.clone(), provenance, first_fit, Some(second_fit)).with_gain(gain)
        };
        self.keep_calibration(&path, &calibration).await?;
        Ok(Some(Calibrated { path, measured }))
    }

    /// Identity of the small model, which a calibration must name.
    async fn weights_id(&self) -> Result<String, AppError> {
        let model = self.model.load().await?;
        model.weights_id.ok_or_else(|| AppError::Invalid {
            what: "the model",
            expected: "weights that state their identity (`emend models convert` writes it)".into(),
            found: model.path.display().to_string(),
        })
    }

    /// Writes a calibration; later requests use it.
    async fn keep_calibration(&self, path: &Path, calibration: &Calibration) -> Result<(), AppError> {
        let failed = |source| AppError::Write { path: path.to_owned(), source };
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(failed)?;
        }
        let json = calibration.to_json().map_err(|error| failed(error.into()))?;
        files::write(path, json.as_bytes(), Access::AsUsual)?;
        self.model.forget().await
    }

    /// The small model's answers to a set, with their features; `None` when cancelled.
    async fn study(
        &self,
        set: &LabelledSet,
        folder: &Path,
        cancel: &Cancel,
        on: impl FnMut(BatchProgress),
    ) -> Result<Option<Vec<AnswerRow>>, AppError> {
        let failed = |source| AppError::Write { path: folder.to_owned(), source };
        fs::create_dir_all(folder).map_err(failed)?;
        let input = folder.join(format!("{}.texts.jsonl", set.name));
        let texts: String = set
            .rows
            .iter()
            .map(|row| serde_json::json!({ "id": row.id, "src": row.src }).to_string() + "\n")
            .collect();
        let output = folder.join(format!("{}.jsonl", set.name));
        // Answers to other texts are none to these.
        if fs::read(&input).is_ok_and(|before| before != texts.as_bytes()) && output.exists() {
            fs::remove_file(&output).map_err(failed)?;
        }
        files::write(&input, texts.as_bytes(), Access::Private)?;
        let batch = Batch {
            instruction: Instruction::Intent(set.intent),
            input,
            output,
            format: Format::Markdown,
            keep: Vec::new(),
            tier: TierChoice::Study,
            rated: true,
        };
        if let BatchOutcome::Cancelled(_) = self.batch(&batch, cancel, on).await? {
            return Ok(None);
        }
        let read = |source| AppError::Read { path: batch.output.clone(), source };
        let text = fs::read_to_string(&batch.output).map_err(read)?;
        let rows: Result<Vec<AnswerRow>, _> = text.lines().map(serde_json::from_str).collect();
        rows.map(Some).map_err(|error| AppError::Invalid {
            what: "the answers",
            expected: "what `emend batch` wrote".into(),
            found: format!("{}: {error}", batch.output.display()),
        })
    }
}
