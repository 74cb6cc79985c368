//! llama.cpp's context: what it has read lies in numbered slots, each a sequence of its own.
//!
//! Whatever would make llama.cpp end the process is checked here: token ids, the size of a batch, the number of
//! slots.

use std::num::NonZeroU32;

use emend_decode::TokenId;
use llama_cpp_2::context::LlamaContext;
use llama_cpp_2::context::params::LlamaContextParams;
use llama_cpp_2::llama_backend::LlamaBackend;
use llama_cpp_2::llama_batch::LlamaBatch;
use llama_cpp_2::model::LlamaModel;
use llama_cpp_2::token::LlamaToken;

use crate::refusal::Refusal;
use crate::types::Kind;
use crate::wire::Load;

/// Outputs that T5 writes at the same time.
pub(crate) const MAX_ROWS: usize = 16;

/// Tokens that T5's encoder reads at once; it cannot read in parts. Scores of as many tokens lie in memory.
const LONGEST_SOURCE: u32 = 512;

/// Tokens of a prompt between two looks at the cancel flag.
const CHUNK: u32 = 128;

/// One token for llama.cpp.
#[derive(Clone, Copy)]
pub(crate) struct Entry<'a> {
    pub(crate) token: TokenId,
    /// How many tokens its slots have read before it.
    pub(crate) position: usize,
    pub(crate) slots: &'a [i32],
    /// True when the scores after it will be asked for.
    pub(crate) scored: bool,
}

/// A context with a batch to fill.
pub(crate) struct Engine<'m> {
    context: LlamaContext<'m>,
    batch: LlamaBatch<'static>,
    /// Number of tokens in the vocabulary.
    pub(crate) vocab: usize,
    /// Tokens that it can hold, over all slots.
    pub(crate) cells: usize,
    /// Tokens per batch at most.
    pub(crate) widest: usize,
    /// Tokens that it has read since it was made.
    pub(crate) evaluated: u64,
}

impl<'m> Engine<'m> {
    /// A context for `context` tokens.
    pub(crate) fn new(
        backend: &LlamaBackend,
        model: &'m LlamaModel,
        kind: Kind,
        context: u32,
        load: &Load,
    ) -> Result<Self, Refusal> {
        let (slots, widest) = match kind {
            Kind::T5 => (MAX_ROWS as u32, LONGEST_SOURCE.min(context)),
            Kind::Chat => (1, CHUNK),
        };
        let threads = load.threads.clamp(1, 512) as i32;
        let params = LlamaContextParams::default()
            .with_n_ctx(NonZeroU32::new(context))
            .with_n_batch(widest)
            .with_n_ubatch(widest)
            .with_n_seq_max(slots)
            // T5's graph is only right when all slots share one memory.
            .with_kv_unified(kind == Kind::T5)
            .with_n_threads(threads)
            .with_n_threads_batch(threads);
        let context =
            model.new_context(backend, params).map_err(|_| Refusal::Context { context: load.context })?;
        let widest = context.n_batch().min(context.n_ubatch()) as usize;
        Ok(Self {
            batch: LlamaBatch::new(widest, slots as i32),
            vocab: usize::try_from(model.n_vocab()).unwrap_or(0),
            cells: context.n_ctx() as usize,
            widest,
            context,
            evaluated: 0,
        })
    }

    /// Forgets everything.
    pub(crate) fn clear(&mut self) {
        self.context.clear_kv_cache();
    }

    /// Forgets what `slot` read from position `from` on. False when this model can only forget all (recurrent
    /// ones); then nothing was forgotten.
    pub(crate) fn forget(&mut self, slot: i32, from: usize) -> bool {
        self.context.kv_cache_seq_rm(slot, Some(from as u32), None).is_ok()
    }

    /// Makes `to` have read what `from` has read.
    pub(crate) fn copy(&mut self, from: i32, to: i32) -> Result<(), Refusal> {
        self.context.kv_cache_seq_cp(from, to, None, None).map_err(failed)
    }

    /// Reads sources into the slots of their entries, with T5's encoder. Forgets everything else.
    pub(crate) fn encode<'a>(&mut self, entries: impl Iterator<Item = Entry<'a>>) -> Result<(), Refusal> {
        self.clear();
        self.fill(entries)?;
        self.context.encode(&mut self.batch).map_err(failed)
    }

    /// Reads further tokens.
    pub(crate) fn decode<'a>(&mut self, entries: impl Iterator<Item = Entry<'a>>) -> Result<(), Refusal> {
        self.fill(entries)?;
        self.context.decode(&mut self.batch).map_err(failed)?;
        self.evaluated += u64::try_from(self.batch.n_tokens()).unwrap_or(0);
        Ok(())
    }

    /// The scores after the `entry`-th token of the last batch, one per token of the vocabulary. That entry must
    /// have been `scored`.
    pub(crate) fn scores(&self, entry: usize) -> &[f32] {
        self.context.get_logits_ith(entry as i32)
    }

    fn fill<'a>(&mut self, entries: impl Iterator<Item = Entry<'a>>) -> Result<(), Refusal> {
        self.batch.clear();
        for entry in entries {
            check_token(entry.token, self.vocab)?;
            let token = LlamaToken::new(entry.token as i32);
            self.batch.add(token, entry.position as i32, entry.slots, entry.scored).map_err(failed)?;
        }
        if self.batch.n_tokens() == 0 { Err(failed("nothing to read")) } else { Ok(()) }
    }
}

/// Refuses a token outside the vocabulary.
pub(crate) fn check_token(token: TokenId, vocab: usize) -> Result<(), Refusal> {
    if (token as usize) < vocab { Ok(()) } else { Err(Refusal::Token { token, vocab }) }
}

/// A failure that llama.cpp reported.
pub(crate) fn failed(why: impl ToString) -> Refusal {
    Refusal::Compute { why: why.to_string() }
}
