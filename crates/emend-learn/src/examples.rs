//! What a run learns from, as the model reads it. Sources and targets have their end tokens.

use emend_decode::{Limits, TokenId};
use sha2::{Digest, Sha256};

use crate::grades::Graded;

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
    /// What a larger model thinks of rewrites, for the reward.
    pub graded: Vec<Graded>,
}

impl Examples {
    /// A hash of all of it, hexadecimal: another text, weight or order is another hash.
    pub fn identity(&self) -> String {
        let mut hash = Hash(Sha256::new());
        hash.list(self.prompts.iter().chain(&self.clean), Hash::prompt);
        hash.number(self.prompts.len());
        hash.list(&self.demonstrations, |hash, one| {
            hash.prompt(&one.prompt);
            hash.tokens(&one.target);
            hash.number(one.weight.to_bits() as usize);
        });
        hash.list(&self.pairs, |hash, one| {
            hash.prompt(&one.prompt);
            hash.tokens(&one.chosen);
            hash.tokens(&one.rejected);
            hash.number(one.weight.to_bits() as usize);
        });
        hash.list(&self.verdicts, |hash, one| {
            hash.prompt(&one.prompt);
            hash.tokens(&one.target);
            hash.number(usize::from(one.accepted));
            hash.number(one.weight.to_bits() as usize);
        });
        hash.list(&self.graded, |hash, one| {
            hash.text(&one.wish);
            hash.text(&one.source);
            hash.text(&one.rewrite);
            hash.number(one.grade.to_bits() as usize);
        });
        emend_models::hex(&hash.0.finalize())
    }
}

/// Every list is preceded by its length, so that no two examples read the same.
struct Hash(Sha256);

impl Hash {
    fn number(&mut self, number: usize) {
        self.0.update((number as u64).to_le_bytes());
    }

    fn list<'e, E: 'e>(
        &mut self,
        items: impl IntoIterator<Item = &'e E>,
        mut one: impl FnMut(&mut Self, &'e E),
    ) {
        let items: Vec<&E> = items.into_iter().collect();
        self.number(items.len());
        for item in items {
            one(self, item);
        }
    }

    fn text(&mut self, text: &str) {
        self.number(text.len());
        self.0.update(text);
    }

    fn tokens(&mut self, tokens: &[TokenId]) {
        self.list(tokens, |hash, token| hash.number(*token as usize));
    }

    fn prompt(&mut self, prompt: &Prompt) {
        self.text(&prompt.intent);
        self.text(prompt.instruction.as_deref().unwrap_or_default());
        self.text(&prompt.text);
        self.tokens(&prompt.source);
        self.number(prompt.limits.max_tokens);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_examples_have_another_identity() {
        let limits = Limits { max_tokens: 9, start: 0, end: 1 };
        let prompt = |text: &str| Prompt {
            intent: "fix".into(),
            instruction: None,
            text: text.into(),
            source: vec![5, 1],
            limits,
        };
        let verdict =
            |accepted, weight| Verdict { prompt: prompt("a"), target: vec![7, 1], accepted, weight };
        let of = |prompts: &[&str], verdicts: &[(bool, f32)]| {
            let prompts = prompts.iter().map(|text| prompt(text)).collect();
            let verdicts = verdicts.iter().map(|&(accepted, weight)| verdict(accepted, weight)).collect();
            Examples { prompts, verdicts, ..Examples::default() }.identity()
        };
        let one = of(&["a"], &[(true, 1.0)]);
        assert_eq!(one, of(&["a"], &[(true, 1.0)]));
        for other in [of(&["b"], &[(true, 1.0)]), of(&["a"], &[(false, 1.0)]), of(&["a"], &[(true, 0.5)])] {
            assert_ne!(one, other);
        }
        let learned = Examples { prompts: vec![prompt("a")], ..Examples::default() };
        let clean = Examples { clean: vec![prompt("a")], ..Examples::default() };
        assert_ne!(learned.identity(), clean.identity());
    }
}
