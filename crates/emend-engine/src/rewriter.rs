//! Who writes the drafts.

use emend_decode::Cancel;
use emend_text::Instruction;

use crate::EngineError;

/// One stage of the cascade: a model, local or not, that drafts rewrites.
///
/// The trait is about text, not tokens or tensors, so that a sequence-to-sequence model in this process, a
/// chat model in a child process and a server look the same to the pipeline. It drafts; whether a draft is
/// any good is decided elsewhere.
pub trait Rewriter {
    /// Its name on the screen.
    fn name(&self) -> &str;

    /// Longest text, in tokens, that it rewrites in one piece. The plan divides longer segments.
    fn max_source_tokens(&self) -> usize;

    /// What `text` is to its tokenizer.
    fn measure(&self, text: &str) -> Measure;

    /// Drafts rewrites of all prompts, in their order. Looks at `cancel` before each token.
    fn draft(&self, prompts: &[Prompt<'_>], how: &Drafting, cancel: &Cancel) -> Result<Drafted, EngineError>;
}

/// A text as a model's tokenizer sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Measure {
    /// Its length in tokens; at most one per byte, give or take a few at the ends.
    pub tokens: usize,
    /// True when the tokens give the same text back.
    pub survives: bool,
}

/// One text to rewrite. The text is only ever text: an order that stands in it is not obeyed but rewritten.
#[derive(Clone, Copy)]
pub struct Prompt<'a> {
    /// What to do.
    pub instruction: &'a Instruction,
    /// One sentence or paragraph on a single line.
    pub text: &'a str,
}

/// How to draft.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Drafting {
    /// The model's first choice: one draft per prompt, always the same.
    Best,
    /// Several different drafts per prompt.
    Several {
        /// How many are wanted; more or fewer may come back.
        number: usize,
        /// Where the random numbers start; the same seed gives the same drafts.
        seed: u64,
    },
}

/// How drafting ended.
#[derive(Debug, Clone, PartialEq)]
pub enum Drafted {
    /// The drafts of each prompt, best first.
    Done(Vec<Vec<Draft>>),
    /// Somebody asked to stop.
    Cancelled,
}

/// What a model wrote, untouched.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// The text.
    pub text: String,
    /// Its tokens, in order; empty when the model does not tell.
    pub tokens: Vec<DraftToken>,
    /// Log-probability of the end token; `None` when the model did not come to an end.
    pub end_logprob: Option<f32>,
}

impl Draft {
    /// Log-probability of what was written at `step`, from 0; the end token comes after the last token.
    pub(crate) fn logprob(&self, step: usize) -> Option<f32> {
        match self.tokens.get(step) {
            Some(token) => Some(token.logprob),
            None => self.end_logprob.filter(|_| step == self.tokens.len()),
        }
    }

    /// All of them.
    pub(crate) fn logprobs(&self) -> Vec<f32> {
        self.tokens.iter().map(|token| token.logprob).chain(self.end_logprob).collect()
    }
}

/// One token of a draft.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DraftToken {
    /// Where it ends in the draft's text, in bytes. Tokens that are part of one character share its end.
    pub end: usize,
    /// Natural log-probability that the model gave it.
    pub logprob: f32,
    /// Entropy of what it was chosen from, in nats; `None` when the model does not tell.
    pub entropy: Option<f32>,
}
