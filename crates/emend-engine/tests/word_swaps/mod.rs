//! A deterministic rewriter for tests of the pipeline: it swaps words by a list. It is no model and claims none.

use std::cell::RefCell;

use emend_engine::{
    Cancel, Draft, DraftToken, Drafted, Drafting, Ending, EngineError, Measure, Prompt, Rewriter,
};

/// Swaps whole words (marks around them stay); knows no emoji.
#[derive(Default)]
pub(crate) struct WordSwaps {
    /// What its first draft swaps.
    pub(crate) best: Vec<(&'static str, &'static str)>,
    /// What each of its further drafts swaps.
    pub(crate) others: Vec<Vec<(&'static str, &'static str)>>,
    /// Raised during this call of `draft`, counted from 1.
    pub(crate) cancel_in_call: Option<(usize, Cancel)>,
    /// The texts of each call of `draft`.
    pub(crate) calls: RefCell<Vec<Vec<String>>>,
}

/// A rewriter whose first draft makes these swaps.
pub(crate) fn swapping(best: &[(&'static str, &'static str)]) -> WordSwaps {
    WordSwaps { best: best.to_vec(), ..WordSwaps::default() }
}

impl Rewriter for WordSwaps {
    fn name(&self) -> &'static str {
        "word swaps"
    }

    fn max_source_tokens(&self) -> usize {
        100
    }

    fn measure(&self, text: &str) -> Measure {
        Measure { tokens: text.split_whitespace().count(), survives: !text.contains('🙂') }
    }

    fn draft(&self, prompts: &[Prompt<'_>], how: &Drafting, cancel: &Cancel) -> Result<Drafted, EngineError> {
        self.calls.borrow_mut().push(prompts.iter().map(|prompt| prompt.text.to_owned()).collect());
        if let Some((call, raised)) = &self.cancel_in_call
            && self.calls.borrow().len() == *call
        {
            raised.cancel();
        }
        if cancel.is_cancelled() {
            return Ok(Drafted::Cancelled);
        }
        let write = |prompt: &Prompt<'_>| match how {
            Drafting::Best => vec![swapped(prompt.text, &self.best)],
            Drafting::Several { .. } => self.others.iter().map(|swaps| swapped(prompt.text, swaps)).collect(),
        };
        Ok(Drafted::Done(prompts.iter().map(write).collect()))
    }
}

/// Copied words have probability 0.9, swapped ones 0.5.
fn swapped(text: &str, swaps: &[(&str, &str)]) -> Draft {
    let mut draft = Draft {
        text: String::new(),
        tokens: Vec::new(),
        ending: Ending::Finished { logprob: Some(0.9f32.ln()) },
    };
    for word in text.split(' ') {
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
        let swap = swaps.iter().find(|(from, _)| *from == bare);
        if !draft.text.is_empty() {
            draft.text.push(' ');
        }
        match swap {
            Some((from, to)) => draft.text.push_str(&word.replace(from, to)),
            None => draft.text.push_str(word),
        }
        let logprob: f32 = if swap.is_some() { 0.5 } else { 0.9 };
        draft.tokens.push(DraftToken { end: draft.text.len(), logprob: logprob.ln(), entropy: None });
    }
    draft
}
