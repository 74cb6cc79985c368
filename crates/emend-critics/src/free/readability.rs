//! Readability: the Automated Readability Index (Smith and Senter 1967).
//!
//! It counts letters, where the Flesch-Kincaid grade of `emend eval` counts syllables: what rewards must not be what
//! measures.

use emend_text::{Span, sentences};

use crate::{Judgement, Pair};

/// Grade up to which any reader is at ease.
const EASY: f32 = 6.0;

/// Grade of a text that only people of the trade read.
const HARD: f32 = 18.0;

/// 1 for a rewrite of grade 6 or less, 0 for one of grade 18 or more, a straight line between.
pub(crate) fn judge(pair: &Pair<'_>) -> Judgement {
    let (before, after) = (grade(pair.source), grade(pair.rewrite));
    Judgement::graded((HARD - after) / (HARD - EASY), || {
        format!("it takes {after:.0} years of school to read it at ease (your text: {before:.0})")
    })
}

/// 4.71 · characters/words + 0.5 · words/sentences − 21.43: years of school; 0 for a text without words.
pub(crate) fn grade(text: &str) -> f32 {
    let words: Vec<usize> = text
        .split_whitespace()
        .map(|word| word.chars().filter(|c| c.is_alphanumeric()).count())
        .filter(|letters| *letters > 0)
        .collect();
    if words.is_empty() {
        return 0.0;
    }
    let sentences = sentences(text, Span::new(0, text.len()), &[]).len().max(1) as f32;
    let (letters, words) = (words.iter().sum::<usize>() as f32, words.len() as f32);
    4.71 * letters / words + 0.5 * words / sentences - 21.43
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pair::tests::{check, judged};

    #[test]
    fn the_index_is_the_published_formula() {
        // 12 letters, 4 words, 2 sentences.
        assert!((grade("We sat. All left.") - (4.71 * 12.0 / 4.0 + 0.5 * 4.0 / 2.0 - 21.43)).abs() < 1e-4);
        assert!(grade("…").abs() < 1e-6);
    }

    #[test]
    fn long_words_and_long_sentences_are_hard() {
        let hard = "Notwithstanding considerable organisational complications, the subcommittee unanimously \
            recommended comprehensive administrative restructuring.";
        check(&judged(judge, "simpler", "We met.", "We met, and we ate."), 1.0, "");
        check(&judged(judge, "simpler", "We met.", hard), 0.0, "years of school");
    }
}
