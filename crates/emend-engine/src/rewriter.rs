//! Who writes the drafts.

use emend_decode::Cancel;
use emend_text::Instruction;

use crate::{EngineError, VetoReason};

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

    /// Reads `texts[i]`, which others wrote, as rewrites for `prompts[i]`: for each prompt its texts in their order, as
    /// drafts with the probabilities that the model gives their tokens. A model that cannot tell has none to offer.
    fn reread(
        &self,
        prompts: &[Prompt<'_>],
        texts: &[Vec<String>],
        cancel: &Cancel,
    ) -> Result<Drafted, EngineError> {
        let _ = (texts, cancel);
        Ok(Drafted::Done(vec![Vec::new(); prompts.len()]))
    }

    /// Mends `draft`, which was refused for `reason`: one draft for the one prompt. A model that cannot be told what was
    /// wrong has none to offer.
    fn repair(
        &self,
        prompt: &Prompt<'_>,
        draft: &str,
        reason: &VetoReason,
        cancel: &Cancel,
    ) -> Result<Drafted, EngineError> {
        let _ = (prompt, draft, reason, cancel);
        Ok(Drafted::Done(vec![Vec::new()]))
    }
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
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
    /// How it ended.
    pub ending: Ending,
}

/// How a draft ended.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Ending {
    /// The model came to its end.
    Finished {
        /// Natural log-probability of the end token; most servers do not tell.
        logprob: Option<f32>,
    },
    /// It met the limit of tokens.
    Cut,
    /// The model, or a filter behind it, declined to write.
    Refused,
}

impl Ending {
    /// Natural log-probability of the end token, if there is one and the model tells.
    pub fn logprob(self) -> Option<f32> {
        match self {
            Self::Finished { logprob } => logprob,
            Self::Cut | Self::Refused => None,
        }
    }
}

impl Draft {
    /// Log-probability of what was written at `step`, from 0; the end token comes after the last token.
    pub(crate) fn logprob(&self, step: usize) -> Option<f32> {
        match self.tokens.get(step) {
            Some(token) => Some(token.logprob),
            None => self.ending.logprob().filter(|_| step == self.tokens.len()),
        }
    }

    /// All that are known.
    pub(crate) fn logprobs(&self) -> Vec<f32> {
        self.tokens.iter().map(|token| token.logprob).chain(self.ending.logprob()).collect()
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
