//! candle-transformers' `quantized_t5` on the same quantized tensors.
//!
//! It reads one unpadded sequence at a time. Its decoder counts relative positions on both sides, so its words can
//! differ from ours after some tokens, which the share of identical outputs shows.

use std::time::Instant;

use candle_core::{Device, IndexOp, Tensor};
use candle_transformers::models::quantized_t5::T5ForConditionalGeneration;
use emend_decode::TokenId;

use super::{Kind, System, Written};
use crate::BenchError;
use crate::texts::Text;

pub(super) const KIND: Kind = Kind {
    name: "candle-transformers",
    batches: false,
    open: |bench| Ok(Some(Box::new(Candle { model: bench.candle_file()?.load()? }))),
};

struct Candle {
    model: T5ForConditionalGeneration,
}

impl System for Candle {
    fn write(&mut self, texts: &[Text], _: usize) -> Result<Written, BenchError> {
        let start = Instant::now();
        let outputs = texts.iter().map(|text| self.greedy(text)).collect::<Result<_, _>>()?;
        Ok(Written { outputs, seconds: start.elapsed().as_secs_f64(), row_passes: None })
    }
}

impl Candle {
    fn greedy(&mut self, text: &Text) -> Result<Vec<TokenId>, BenchError> {
        let tensor = |tokens: &[TokenId]| Tensor::new(tokens, &Device::Cpu)?.unsqueeze(0);
        self.model.clear_kv_cache();
        let read = self.model.encode(&tensor(&text.source)?)?;
        let mut written = Vec::new();
        let mut last = text.limits.start;
        for _ in 0..text.limits.max_tokens {
            let logits = self.model.decode(&tensor(&[last])?, &read)?;
            last = logits.i(0)?.argmax(0)?.to_scalar::<u32>()?;
            if last == text.limits.end {
                break;
            }
            written.push(last);
        }
        Ok(written)
    }
}
