//! Is it a word? A small model spells with pieces of words and can put together what no one has ever written.

use std::collections::HashSet;
use std::sync::LazyLock;

/// English words of three letters and more in lower case, sorted, one a line: those of the training prose and of
/// spelling lists, made by `models/recipes/rewriter/words.py`.
///
/// A set: each word of each sentence of a document is looked up on every request.
static ENGLISH: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| LIST.lines().chain(RECENT.lines()).collect());

const LIST: &str = include_str!("words/english.txt");

/// Words that are younger than that prose, or of everyday life that it does not speak of; kept by hand.
const RECENT: &str = include_str!("words/recent.txt");

/// The most frequent of them in the training prose, made by the same script.
static COMMON: LazyLock<HashSet<&'static str>> = LazyLock::new(|| FREQUENT.lines().collect());

const FREQUENT: &str = include_str!("words/common.txt");

/// Words shorter than this are never doubted: abbreviations look like anything.
const LEAST: usize = 3;

/// The words of `after` that stand neither in `before` nor in the list of English words, in their order, each once.
///
/// A word is a run of ASCII letters of any case; a run beside other letters, digits or an underscore (`naïve`, `x86`)
/// is part of something else and passes.
pub fn invented<'a>(before: &str, after: &'a str) -> Vec<&'a str> {
    let mut seen: HashSet<String> = words(before).map(str::to_ascii_lowercase).collect();
    words(after)
        .filter(|word| {
            let word = word.to_ascii_lowercase();
            !is_english(&word) && seen.insert(word)
        })
        .collect()
}

/// The share of the words of `text` that stand in the list of English words, from 0 to 1; 0 without words. Words of one or two
/// letters are not counted, and one with letters beyond ASCII is not English.
pub fn english_share(text: &str) -> f32 {
    let (mut all, mut english) = (0usize, 0usize);
    for word in text.split(|c: char| !c.is_alphabetic()).filter(|word| word.len() >= LEAST) {
        all += 1;
        english += usize::from(is_english(&word.to_ascii_lowercase()));
    }
    english as f32 / all.max(1) as f32
}

/// Whether a word in lower case stands in the list of English words; it has none of fewer than three letters.
pub fn is_english(word: &str) -> bool {
    ENGLISH.contains(word)
}

/// Whether a word is left where an ending was taken away: as it is, with an e, with y for i, with its last letter once.
pub fn is_stem(stem: &str) -> bool {
    let mut letters = stem.chars().rev();
    let (last, before) = (letters.next(), letters.next());
    let without = || stem.chars().take(stem.chars().count() - 1).collect::<String>();
    stem.len() > 2
        && (is_english(stem)
            || is_english(&format!("{stem}e"))
            || (last == Some('i') && is_english(&format!("{}y", without())))
            || (last == before && is_english(&without())))
}

/// Whether a word in lower case is one that everybody meets every day; one or two letters are.
pub fn is_common(word: &str) -> bool {
    word.len() < LEAST || COMMON.contains(word)
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_')
        .filter(|run| run.len() >= LEAST && run.bytes().all(|byte| byte.is_ascii_alphabetic()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(before: &str, after: &str, expected: &[&str]) {
        assert_eq!(invented(before, after), expected, "{before:?} -> {after:?}");
    }

    #[test]
    fn the_lists_are_of_words() {
        let is_word = |word: &str| word.len() >= LEAST && word.bytes().all(|b| b.is_ascii_lowercase());
        for list in [LIST, RECENT, FREQUENT] {
            assert!(list.lines().is_sorted() && list.lines().all(is_word));
        }
        let once = LIST.lines().count() + RECENT.lines().count();
        assert!(ENGLISH.len() > 50_000 && ENGLISH.len() == once);
        assert!(COMMON.len() == 4_000 && COMMON.iter().all(|word| is_english(word)));
        assert!(is_common("their") && is_common("he") && !is_common("boarder"));
        for word in ["before", "colour", "color", "grateful", "emailed", "wifi", "ebook"] {
            assert!(is_english(word), "{word}");
        }
        for word in ["isfor", "recieve", "becuase"] {
            assert!(!is_english(word), "{word}");
        }
    }

    #[test]
    fn words_out_of_nowhere_are_found() {
        check("tasks befor Friday", "tasks isfor Friday", &["isfor"]);
        check("tasks befor Friday", "tasks before Friday", &[]);
        check("He come.", "He comess, and Comess goes.", &["comess"]);
    }

    #[test]
    fn what_the_writer_has_written_passes() {
        check("the Emend app and the xyzzy file", "The emend app, XYZZY and all", &[]);
        check("I didnt go.", "I didn't go.", &[]);
    }

    #[test]
    fn the_share_of_english_words_counts_words_of_three_letters_and_more() {
        let near = |text: &str, expected: f32| {
            let found = english_share(text);
            assert!((found - expected).abs() < 1e-6, "{text:?}: {found} is not {expected}");
        };
        near("We walked to Xyzzy, didn't we?", 2.0 / 3.0); // walked, Xyzzy, didn
        near("Über naïve Leute 42", 0.0);
        near("to be or 日本", 0.0);
        near("", 0.0);
    }

    #[test]
    fn other_scripts_numbers_and_short_words_pass() {
        check("a", "naïvely x86_64 v2beta qz 日本 Ångström snake_kase", &[]);
    }
}
