//! What an instruction allows, in numbers.

use crate::intents::{Instruction, Unit, Window};

/// Bounds of a rewrite.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bounds {
    /// What is rewritten in one piece.
    pub unit: Unit,
    /// Words in the rewrite per word in the original.
    pub window: Window,
    /// Largest share of words that may change.
    pub edit_budget: f32,
}

/// A person's own instruction may ask for anything from a headline to twice the text.
const OWN: Bounds = Bounds { unit: Unit::Sentence, window: Window { min: 0.2, max: 3.0 }, edit_budget: 1.0 };

/// Words by which every bound is wider than its ratio says at most; see [`slack`].
const FEW_WORDS: usize = 3;

impl Bounds {
    /// The bounds of `instruction`.
    pub fn of(instruction: &Instruction) -> Self {
        match instruction {
            Instruction::Intent(intent) => {
                Self { unit: intent.unit, window: intent.length_window, edit_budget: intent.edit_budget }
            }
            Instruction::Own(_) => OWN,
        }
    }

    /// Fewest and most words that may be made of `original` words.
    pub fn words(&self, original: usize) -> Window {
        let (slack, words) = (slack(original), original as f32);
        Window { min: self.window.min * words - slack, max: self.window.max * words + slack }
    }

    /// Most of `original` words that may be changed.
    pub fn most_changed(&self, original: usize) -> f32 {
        self.edit_budget * original as f32 + slack(original)
    }

    /// True when `draft` words are not what may be made of `original` words.
    pub fn is_outside(&self, original: usize, draft: usize) -> bool {
        !self.words(original).contains(draft as f32)
    }

    /// True when changing `changed` of `original` words is more than was asked for.
    pub fn is_over_budget(&self, original: usize, changed: usize) -> bool {
        changed as f32 > self.most_changed(original)
    }
}

/// Words, that is runs between white space with at least one letter or digit.
pub fn count_words(text: &str) -> usize {
    text.split_whitespace().filter(|word| word.contains(char::is_alphanumeric)).count()
}

/// What a ratio of few words means is a matter of luck, so half of a short sentence comes on top, but never more than
/// [`FEW_WORDS`].
fn slack(original: usize) -> f32 {
    original.div_ceil(2).min(FEW_WORDS) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIX: Bounds = Bounds { window: Window { min: 0.8, max: 1.25 }, edit_budget: 0.4, ..OWN };

    #[track_caller]
    fn check(original: usize, draft: usize, outside: bool) {
        assert_eq!(FIX.is_outside(original, draft), outside, "{original} to {draft}");
    }

    #[test]
    fn short_sentences_have_room_and_long_ones_do_not() {
        check(1, 2, false); // 1.25 * 1 + 1 = 2.25
        check(1, 3, true);
        check(4, 2, false); // 0.8 * 4 - 2 = 1.2
        check(4, 1, true);
        check(4, 7, false); // 1.25 * 4 + 2 = 7
        check(4, 8, true);
        check(20, 13, false); // 0.8 * 20 - 3 = 13
        check(20, 12, true);
        check(20, 28, false); // 1.25 * 20 + 3 = 28
        check(20, 29, true);
    }

    #[test]
    fn the_budget_is_a_share_and_a_few_words() {
        assert!(!FIX.is_over_budget(3, 3), "three words may all change"); // 0.4 * 3 + 2 = 3.2
        assert!(FIX.is_over_budget(4, 4)); // 0.4 * 4 + 2 = 3.6
        assert!(!FIX.is_over_budget(20, 11)); // 0.4 * 20 + 3 = 11
        assert!(FIX.is_over_budget(20, 12));
        assert!(!OWN.is_over_budget(100, 100));
    }
}
