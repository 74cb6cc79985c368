//! Reading grade: long sentences and long words are hard to read.

use super::{Signal, lower_words, sentence_count};

pub(super) static GRADE: Signal = Signal {
    name: "reading grade",
    about: "Flesch-Kincaid grade (Kincaid et al. 1975), with syllables counted as runs of vowels.",
    value,
};

/// 0.39·words/sentences + 11.8·syllables/words − 15.59, in years of school.
fn value(text: &str) -> f64 {
    let words = lower_words(text);
    if words.is_empty() {
        return 0.0;
    }
    let syllables: usize = words.iter().map(|word| syllables(word)).sum();
    let count = words.len() as f64;
    0.39 * count / sentence_count(text) + 11.8 * syllables as f64 / count - 15.59
}

/// Runs of vowels, a silent `e` at the end left out; at least one.
fn syllables(word: &str) -> usize {
    let vowel = |c: char| matches!(c, 'a' | 'e' | 'i' | 'o' | 'u' | 'y');
    let mut runs = 0;
    let mut before = false;
    for c in word.chars() {
        runs += usize::from(vowel(c) && !before);
        before = vowel(c);
    }
    let silent = word.ends_with('e') && !word.ends_with("le") && runs > 1;
    usize::max(runs - usize::from(silent), 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn syllables_are_runs_of_vowels() {
        for (word, count) in [("cat", 1), ("table", 2), ("make", 1), ("simplify", 3), ("the", 1), ("hmm", 1)]
        {
            assert_eq!(syllables(word), count, "{word}");
        }
    }
}
