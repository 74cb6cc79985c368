//! Ours: guided by the input, as the application decodes, and plainly, a token a pass.

use std::time::Instant;

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
    guided: bool,
}

fn open(bench: &Bench<'_>, guided: bool) -> Opened {
    Ok(Some(Box::new(Emend { model: open_folder(&bench.settings.model)?, guided })))
}

impl System for Emend {
    fn write(&mut self, texts: &[Text], rows: usize) -> Result<Written, BenchError> {
        let start = Instant::now();
        let (mut outputs, mut row_passes) = (Vec::with_capacity(texts.len()), 0);
        for batch in texts.chunks(rows) {
            let sources: Vec<&[TokenId]> = batch.iter().map(|text| text.source.as_slice()).collect();
            let limits: Vec<Limits> = batch.iter().map(|text| text.limits).collect();
            let reading = self.model.t5.read(&sources)?;
            let search = Search { limits: &limits, processors: &[], cancel: &Cancel::new() };
            let written = if self.guided {
                let texts: Vec<&[TokenId]> = batch.iter().map(|text| text.alone.as_slice()).collect();
                // A new pace for each request, as in the application.
                let mut pace = Pace::measured(Instant::now);
                let written =
                    input_guided(&reading, &search, Guide { texts: &texts, streams: &[], pace: &mut pace });
                row_passes += pace.row_passes;
                written
            } else {
                greedy(&reading, &search)
            };
            if let Decoded::Done(written) = written.map_err(EngineError::from)? {
                outputs.extend(written.into_iter().map(|hypothesis| hypothesis.tokens));
            }
        }
        let row_passes = self.guided.then_some(row_passes);
        Ok(Written { outputs, seconds: start.elapsed().as_secs_f64(), row_passes })
    }
}
