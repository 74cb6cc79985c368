//! The engines: ours, and those that it is measured beside. All of them decode greedily, from the same token ids.

mod candle;
mod candle_file;
mod emend;
mod llama;
mod process;
mod python;

use emend_decode::TokenId;

use crate::BenchError;
use crate::bench::Bench;
use crate::texts::Text;

pub(crate) use candle_file::CandleFile;
pub(crate) use emend::{GUIDED, PLAIN};
pub(crate) use process::Process;
pub(crate) use python::PythonFiles;

/// Every engine; the first is what the others are compared with.
pub(crate) const SYSTEMS: &[Kind] =
    &[emend::GUIDED, emend::PLAIN, candle::KIND, python::CTRANSLATE2, llama::KIND, python::PYTORCH];

/// An engine that was found, or none.
pub(crate) type Opened = Result<Option<Box<dyn System>>, BenchError>;

/// An engine that can be opened.
pub(crate) struct Kind {
    /// Its name in reports.
    pub(crate) name: &'static str,
    /// Whether it can write several texts together.
    pub(crate) batches: bool,
    /// Loads the model; `None` where this engine is not there or does not read the file.
    pub(crate) open: fn(&Bench<'_>) -> Opened,
}

/// An engine with its model loaded.
pub(crate) trait System {
    /// Writes all texts, `rows` at a time.
    fn write(&mut self, texts: &[Text], rows: usize) -> Result<Written, BenchError>;
}

/// What an engine wrote, and what it cost.
pub(crate) struct Written {
    /// Tokens per text, without start and end.
    pub(crate) outputs: Vec<Vec<TokenId>>,
    /// Time that it took.
    pub(crate) seconds: f64,
    /// Decoder passes, one counted for each text that took part; `None` where each token takes one.
    pub(crate) row_passes: Option<usize>,
}

impl Written {
    /// Tokens that were decided: an end is a token like any other.
    pub(crate) fn tokens(&self, texts: &[Text]) -> usize {
        let decided = |(output, text): (&Vec<TokenId>, &Text)| (output.len() + 1).min(text.limits.max_tokens);
        self.outputs.iter().zip(texts).map(decided).sum()
    }
}

/// An open engine and its name.
pub(crate) struct Open {
    pub(crate) name: &'static str,
    pub(crate) system: Box<dyn System>,
}

/// All engines that are there, in the order of [`SYSTEMS`].
pub(crate) fn open_all(bench: &Bench<'_>, wanted: fn(&Kind) -> bool) -> Result<Vec<Open>, BenchError> {
    let mut all = Vec::new();
    for kind in SYSTEMS.iter().filter(|kind| wanted(kind)) {
        all.extend((kind.open)(bench)?.map(|system| Open { name: kind.name, system }));
    }
    Ok(all)
}
