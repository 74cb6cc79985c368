//! llama.cpp's T5 in its own process, on the same GGUF file.

use std::time::Instant;

use emend_decode::{Cancel, Decoded, Limits, TokenId};
use emend_llama::{How, Options, Outcome, Worker};

use super::{Kind, Opened, System, Written};
use crate::BenchError;
use crate::bench::Bench;
use crate::texts::Text;

pub(super) const KIND: Kind = Kind { name: "llama.cpp", batches: true, open };

struct Llama(Worker);

fn open(bench: &Bench<'_>) -> Opened {
    let model = bench.weights();
    if model.extension().is_none_or(|extension| extension != "gguf") {
        return Ok(None);
    }
    let worker = Worker::new(Options {
        threads: emend_models::threads() as u32,
        program: Some(bench.settings.program.clone()),
        ..Options::new(model.to_owned())
    });
    match worker.info(&Cancel::new())? {
        Outcome::Done(_) => Ok(Some(Box::new(Llama(worker)))),
        Outcome::Cancelled => Ok(None),
    }
}

impl System for Llama {
    fn write(&mut self, texts: &[Text], rows: usize) -> Result<Written, BenchError> {
        let start = Instant::now();
        let mut outputs = Vec::with_capacity(texts.len());
        for batch in texts.chunks(rows) {
            let sources: Vec<Vec<TokenId>> = batch.iter().map(|text| text.source.clone()).collect();
            let limits: Vec<Limits> = batch.iter().map(|text| text.limits).collect();
            let written = self.0.write(&sources, &limits, How::Greedy, &Cancel::new())?;
            if let Decoded::Done(written) = written {
                outputs.extend(written.into_iter().map(|hypothesis| hypothesis.tokens));
            }
        }
        Ok(Written { outputs, seconds: start.elapsed().as_secs_f64(), row_passes: None })
    }
}
