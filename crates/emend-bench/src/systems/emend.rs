//! Ours: guided by the input, as the application decodes, and plainly, a token a pass.

use std::time::Instant;

use emend_decode::logits::Unwritable;
use emend_decode::{Cancel, Decoded, Guide, Limits, Pace, Search, TokenId, greedy, input_guided};
use emend_engine::EngineError;
use emend_models::{Seq2Seq, open_folder};

use super::{Kind, Opened, System, Written};
use crate::BenchError;
use crate::bench::Bench;
use crate::texts::Text;

pub(crate) const GUIDED: Kind = Kind { name: "emend", batches: true, open: |bench| open(bench, true) };
pub(crate) const PLAIN: Kind = Kind { name: "plain greedy", batches: true, open: |bench| open(bench, false) };

struct Emend {
    model: Seq2Seq,
    /// For guided decoding: what was learned of the machine, kept from request to request, as in the application.
    pace: Option<Pace>,
}

fn open(bench: &Bench<'_>, guided: bool) -> Opened {
    let pace = guided.then(|| Pace::measured(Instant::now));
    Ok(Some(Box::new(Emend { model: open_folder(&bench.settings.model)?, pace })))
}

impl System for Emend {
    fn write(&mut self, texts: &[Text], rows: usize) -> Result<Written, BenchError> {
        let start = Instant::now();
        let mut outputs = Vec::with_capacity(texts.len());
        let tokens = &self.model.tokens;
        let unwritable = Unwritable { pad: tokens.pad(), known: tokens.len() };
        let passes_before = self.pace.as_ref().map_or(0, |pace| pace.row_passes);
        for batch in texts.chunks(rows) {
            let sources: Vec<&[TokenId]> = batch.iter().map(|text| text.source.as_slice()).collect();
            let limits: Vec<Limits> = batch.iter().map(|text| text.limits).collect();
            let reading = self.model.t5.read(&sources)?;
            let search = Search { limits: &limits, processors: &[&unwritable], cancel: &Cancel::new() };
            let written = if let Some(pace) = &mut self.pace {
                let texts: Vec<&[TokenId]> = batch.iter().map(|text| text.alone.as_slice()).collect();
                input_guided(&reading, &search, Guide { texts: &texts, streams: &[], pace })
            } else {
                greedy(&reading, &search)
            };
            if let Decoded::Done(written) = written.map_err(EngineError::from)? {
                outputs.extend(written.into_iter().map(|hypothesis| hypothesis.tokens));
            }
        }
        let row_passes = self.pace.as_ref().map(|pace| pace.row_passes - passes_before);
        Ok(Written { outputs, seconds: start.elapsed().as_secs_f64(), row_passes })
    }
}
