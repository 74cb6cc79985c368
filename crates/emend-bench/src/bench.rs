//! What all scenarios share: the model, the texts, and the files that other engines need.

use std::cell::OnceCell;
use std::path::Path;

use emend_models::{Seq2Seq, open_folder};
use emend_text::Instruction;

use crate::app::{App, OpenApp};
use crate::sample;
use crate::systems::{CandleFile, PythonFiles};
use crate::texts::{Text, fix, prepare};
use crate::{BenchError, Settings};

pub(crate) struct Bench<'s> {
    pub(crate) settings: &'s Settings,
    pub(crate) model: Seq2Seq,
    /// All texts, different from each other.
    pub(crate) lines: Vec<String>,
    candle: OnceCell<CandleFile>,
    python: OnceCell<PythonFiles>,
}

impl<'s> Bench<'s> {
    pub(crate) fn open(settings: &'s Settings) -> Result<Self, BenchError> {
        let lines = match &settings.texts {
            Some(path) => sample::from_file(path)?,
            None => sample::sentences(settings.extent.longest_document.max(settings.extent.texts) + 1),
        };
        let model = open_folder(&settings.model)?;
        Ok(Self { settings, model, lines, candle: OnceCell::new(), python: OnceCell::new() })
    }

    /// The texts of a turn, spread evenly over all, asked to be corrected.
    pub(crate) fn texts(&self) -> Vec<Text> {
        let instruction = fix();
        self.spread(self.settings.extent.texts).map(|line| prepare(&self.model, line, &instruction)).collect()
    }

    /// At most `number` lines, spread evenly over all.
    pub(crate) fn spread(&self, number: usize) -> impl Iterator<Item = &str> {
        let number = number.min(self.lines.len());
        (0..number).map(move |at| self.lines[at * self.lines.len() / number].as_str())
    }

    /// An application that has its model loaded.
    pub(crate) fn warm_app<'a>(open: &OpenApp<'a>) -> Result<Box<App<'a>>, BenchError> {
        let mut app = open().map_err(BenchError::App)?;
        ask(&mut *app, sample::WARM_UP, &fix())?;
        Ok(app)
    }

    pub(crate) fn weights(&self) -> &Path {
        &self.model.manifest.weights.path
    }

    /// The weights under the names that candle-transformers expects; written when first asked for.
    pub(crate) fn candle_file(&self) -> Result<&CandleFile, BenchError> {
        made_once(&self.candle, || CandleFile::of(self.weights()))
    }

    /// The weights as the Python engines read them; `None` when there is no environment for these.
    pub(crate) fn python_files(&self) -> Result<Option<&PythonFiles>, BenchError> {
        let Some(peers) = &self.settings.peers else { return Ok(None) };
        made_once(&self.python, || PythonFiles::of(peers, &self.model.manifest)).map(Some)
    }
}

fn made_once<T>(cell: &OnceCell<T>, make: impl FnOnce() -> Result<T, BenchError>) -> Result<&T, BenchError> {
    if let Some(made) = cell.get() {
        return Ok(made);
    }
    let made = make()?;
    Ok(cell.get_or_init(|| made))
}

/// Asks the application.
pub(crate) fn ask(
    app: &mut App<'_>,
    text: &str,
    instruction: &Instruction,
) -> Result<crate::Answered, BenchError> {
    app(text, instruction).map_err(BenchError::App)
}
