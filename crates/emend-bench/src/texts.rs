//! A text as tokens, the same for every engine.

use emend_decode::{Limits, TokenId};
use emend_engine::Prompt;
use emend_engine::seq2seq::{limits, source};
use emend_models::Seq2Seq;
use emend_text::{Instruction, intent};

/// What an engine is given.
pub(crate) struct Text {
    /// As it was written.
    pub(crate) line: String,
    /// With the instruction, and the end token.
    pub(crate) source: Vec<TokenId>,
    /// Without both: what input-guided decoding drafts from.
    pub(crate) alone: Vec<TokenId>,
    /// How much may be written.
    pub(crate) limits: Limits,
}

pub(crate) fn prepare(model: &Seq2Seq, line: &str, instruction: &Instruction) -> Text {
    let prompt = Prompt { instruction, text: line };
    let source = source(&model.tokens, &model.manifest.prompt_form, &prompt);
    let limits = limits(&model.tokens, instruction, source.len());
    Text { line: line.to_owned(), source, alone: model.tokens.encode(line), limits }
}

/// What all engines are asked to do.
pub(crate) fn fix() -> Instruction {
    intent("fix").map_or_else(|| unreachable!("`fix` is built in"), Instruction::Intent)
}
