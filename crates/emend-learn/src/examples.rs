//! What a run learns from, as the model reads it. Sources and targets have their end tokens.

use emend_decode::{Limits, TokenId};

/// A text that is to be rewritten.
#[derive(Debug, Clone, PartialEq)]
pub struct Prompt {
    /// What is wanted: an intent's id, or `own`.
    pub intent: String,
    /// The person's own instruction, where that is what is wanted.
    pub instruction: Option<String>,
    /// The text alone, without an instruction.
    pub text: String,
    /// Instruction and text as the encoder reads them.
    pub source: Vec<TokenId>,
    /// When a rewrite of it ends.
    pub limits: Limits,
}

/// A rewrite to imitate.
#[derive(Debug, Clone, PartialEq)]
pub struct Demonstration {
    /// The text.
    pub prompt: Prompt,
    /// Its rewrite.
    pub target: Vec<TokenId>,
    /// How much it counts, above 0.
    pub weight: f32,
}

/// Two rewrites, of which one was preferred.
#[derive(Debug, Clone, PartialEq)]
pub struct Pair {
    /// The text.
    pub prompt: Prompt,
    /// The preferred rewrite.
    pub chosen: Vec<TokenId>,
    /// The other one.
    pub rejected: Vec<TokenId>,
    /// How much it counts, above 0.
    pub weight: f32,
}

/// A rewrite that was taken or refused.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// The text.
    pub prompt: Prompt,
    /// The rewrite.
    pub target: Vec<TokenId>,
    /// Whether it was taken.
    pub accepted: bool,
    /// How much it counts, above 0.
    pub weight: f32,
}

/// All of it; a recipe uses what its method learns from.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Examples {
    /// Texts to rewrite and be judged on.
    pub prompts: Vec<Prompt>,
    /// Texts that need no change, asked for as if they did.
    pub clean: Vec<Prompt>,
    /// Rewrites to imitate.
    pub demonstrations: Vec<Demonstration>,
    /// Preferences.
    pub pairs: Vec<Pair>,
    /// Single decisions.
    pub verdicts: Vec<Verdict>,
}
