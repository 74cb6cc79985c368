//! What a word that no dictionary has may be a misspelling of, and how much speaks for it.
//!
//! Of such words half are misspelt, and half are names, terms and words that are younger than the dictionary. What tells them
//! apart was weighed by logistic regression on 1,375 of them in texts of learners (JFLEG's and GMEG's development sets), in texts
//! from the web (GMEG, CWEB), and in clean prose: right was what a reference has at that place. One of the inputs was what a
//! model says of the text with the correction and without, in nats, so that all weights divided by that one's are in nats, too.
//! With them 378 of 465 corrections that a reference has are made in the texts of learners, and 9 words that it leaves; 15 of 282
//! words from the web and 24 of 185 in clean prose are touched (328, 12, 49 and 42 by letters, edits and rank alone). These are
//! the words that the weights were fitted to; fitted to one half, they do on the other what they do on all. No command repeats
//! the fit: `emend eval` measures what comes of it.

use std::collections::HashSet;
use std::sync::LazyLock;

use emend_text::{is_common, is_english, is_stem};
use strsim::osa_distance;

use crate::misspellings::meant_by;

/// What speaks against a word being misspelt, before anything is known of it; less than the regression says, which would miss
/// more than it gets wrong.
const BIAS: f32 = -15.0;
/// For each of its letters: a longer word is more surely a misspelt one than a name.
const LETTER: f32 = 3.0;
/// Letters that count.
const MOST_LETTERS: usize = 12;
/// For each letter that would be inserted, removed, changed or swapped with the next.
const EDIT: f32 = -7.5;
/// More letters are not mended: it was another word.
const MOST_EDITS: usize = 3;
/// The same letters in another order.
const SWAPPED: f32 = 13.0;
/// Nothing differs but that a letter is doubled.
const DOUBLED: f32 = 16.0;
/// Nothing differs but vowels.
const VOWELS: f32 = 8.5;
/// For each suggestion that comes before this one.
const RANK: f32 = -11.0;
/// The correction is one of the most common words.
const COMMON: f32 = 10.5;
/// It is in the list of English words.
const LISTED: f32 = 10.0;
/// People are known to misspell it so.
const KNOWN: f32 = 11.0;
/// The word is made of another one by a prefix or an ending ("upregulated"). Twice what the regression says: a term that becomes
/// another word is worse than an error that stays.
const FORMED: f32 = -14.0;
/// It has a capital, though that says little where a sentence begins.
const CAPITAL: f32 = -10.5;
/// Nothing is missing but a capital, whatever else was suggested before.
const CASE: f32 = 20.0;

/// Words of fewer letters are mostly abbreviations, if people are not known to misspell something so.
const FEWEST_LETTERS: usize = 4;

/// Names that everybody writes, always with a capital, so that one with a capital may be one of them misspelt.
static EVERYBODYS: LazyLock<HashSet<&str>> = LazyLock::new(|| include_str!("names.txt").lines().collect());

/// Of which new words are made.
static PREFIXES: LazyLock<Vec<&str>> = LazyLock::new(|| include_str!("prefixes.txt").lines().collect());
static ENDINGS: LazyLock<Vec<&str>> = LazyLock::new(|| include_str!("endings.txt").lines().collect());

/// Of what is `suggested` in place of `old`, the best first, what is likely enough, with what speaks for it in nats. Nothing where
/// it looks like a name, a term or an abbreviation. `first`: nothing stands before it, so that a capital says nothing.
pub(super) fn corrections<'s>(
    old: &str,
    suggested: impl Iterator<Item = &'s str>,
    first: bool,
) -> Vec<(String, f32)> {
    let known = meant_by(old);
    suggested
        .enumerate()
        .filter_map(|(rank, new)| {
            let is_known = known.iter().any(|known| known == new);
            Some((new.to_owned(), worth(old, new, rank, is_known, first)?))
        })
        .collect()
}

/// What speaks for `old` being a misspelt `new`, before which `rank` others were suggested.
fn worth(old: &str, new: &str, rank: usize, is_known: bool, first: bool) -> Option<f32> {
    let capital = old.starts_with(char::is_uppercase);
    let is_plain = old.chars().all(|c| c.is_alphabetic() || matches!(c, '\'' | '’'))
        && !old.chars().skip(1).any(char::is_uppercase)
        && (first || !capital || EVERYBODYS.contains(new));
    let letters = old.chars().count();
    let (small, meant) = (old.to_lowercase(), new.to_lowercase());
    let edits = osa_distance(&small, &meant);
    if !is_plain || edits > MOST_EDITS || (letters < FEWEST_LETTERS && !is_known) {
        return None;
    }
    if edits == 0 {
        return Some(CASE);
    }
    let speaks = [
        (is_swapped(&small, &meant), SWAPPED),
        (single(&small) == single(&meant), DOUBLED),
        (consonants(&small).eq(consonants(&meant)), VOWELS),
        (is_common(&meant), COMMON),
        (is_english(&meant), LISTED),
        (is_known, KNOWN),
        (is_formed(&small), FORMED),
        (capital, CAPITAL),
    ];
    let speaks: f32 = speaks.iter().filter(|(is_so, _)| *is_so).map(|(_, worth)| worth).sum();
    let counted = [(LETTER, letters.min(MOST_LETTERS)), (EDIT, edits), (RANK, rank)];
    let counted: f32 = counted.iter().map(|(worth, number)| worth * *number as f32).sum();
    Some(BIAS + counted + speaks)
}

fn is_swapped(a: &str, b: &str) -> bool {
    let sorted = |word: &str| {
        let mut letters: Vec<char> = word.chars().collect();
        letters.sort_unstable();
        letters
    };
    sorted(a) == sorted(b)
}

/// A word with each doubled letter once.
fn single(word: &str) -> Vec<char> {
    let mut letters: Vec<char> = word.chars().collect();
    letters.dedup();
    letters
}

fn consonants(word: &str) -> impl Iterator<Item = char> {
    word.chars().filter(|letter| !"aeiouy".contains(*letter))
}

/// Whether a word is a prefix and a word, a word and an ending, or two common words.
fn is_formed(word: &str) -> bool {
    let prefixed = || {
        let rests = PREFIXES.iter().filter_map(|prefix| word.strip_prefix(prefix));
        rests.into_iter().any(|rest| rest.len() >= FEWEST_LETTERS && is_english(rest))
    };
    let ended = || ENDINGS.iter().filter_map(|ending| word.strip_suffix(ending)).any(is_stem);
    let two = || {
        let cuts = word.char_indices().map(|(at, _)| word.split_at(at));
        cuts.into_iter().any(|(a, b)| a.len() > 2 && b.len() > 2 && is_common(a) && is_common(b))
    };
    prefixed() || ended() || two()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_misspell_so_comes_first() {
        let all = corrections("Becuase", ["Because", "Became"].into_iter(), true);
        assert!(all[0].1 > all[1].1 + KNOWN, "{all:?}");
    }

    #[test]
    fn common_words_speak_more_for_a_misspelling_than_rare_ones() {
        let worth = |old, new| worth(old, new, 0, false, false);
        assert!(worth("strainge", "strange") > worth("inulin", "insulin"));
        assert!(worth("tecnology", "technology") > worth("tecnolgy", "technology"), "fewer edits");
        assert!(worth("embarras", "embarrass") > worth("embarrafs", "embarrass"), "a doubled letter");
    }

    #[test]
    fn words_that_are_made_of_others_are_terms() {
        for word in ["upregulated", "nonmuscle", "bursty", "clickable"] {
            assert!(is_formed(word), "{word}");
        }
        assert!(!is_formed("trafic") && !is_formed("becuase") && !is_formed("ed"));
        assert!(
            worth("upregulated", "unregulated", 0, false, false)
                < worth("inregulated", "unregulated", 0, false, false)
        );
    }

    #[test]
    fn names_and_abbreviations_are_left_alone() {
        assert_eq!(worth("Marta", "Mart", 0, false, false), None);
        assert!(worth("Wich", "Which", 0, false, true).is_some());
        assert_eq!(worth("oin", "on", 0, false, false), None);
        assert_eq!(worth("abcdefgh", "stuvwxyz", 0, false, false), None);
    }
}
