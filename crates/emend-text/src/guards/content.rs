//! A correction that drops a word drops what it said.

use std::collections::HashSet;

use crate::words::{is_english, is_stem};

/// Words of four letters and more that carry grammar rather than content.
const FUNCTION: &[&str] = &[
    "about", "after", "also", "although", "among", "because", "been", "before", "being", "between", "could",
    "does", "doing", "done", "down", "during", "each", "else", "even", "ever", "every", "from", "have",
    "having", "here", "hers", "into", "itself", "just", "like", "more", "most", "much", "must", "only",
    "onto", "other", "ours", "over", "really", "same", "shall", "should", "since", "some", "such", "than",
    "that", "their", "theirs", "them", "then", "there", "these", "they", "this", "those", "though",
    "through", "thus", "until", "upon", "very", "want", "well", "were", "what", "when", "where", "which",
    "while", "whom", "whose", "will", "with", "within", "would", "your", "yours",
];

/// Shorter words are never missed: most are grammar.
const LEAST: usize = 4;

/// Words of `before` that say something and have no counterpart in `after`, in their order and as they were written, when
/// `after` has fewer new words than that: what was said has not been said otherwise, but dropped.
///
/// A counterpart is the same word in any case, one that begins alike or is spelt nearly alike ("befor", "before"; "goes",
/// "going"), or one that it was joined with or cut from ("light weight", "lightweight"). New words of grammar count as far as
/// they do not stand for others of their kind ("was", "were"): "gotta" may have become "have to".
pub fn dropped<'a>(before: &'a str, after: &str) -> Vec<&'a str> {
    let lost = without_counterpart(before, after);
    let (old, new) = (grammar(before), grammar(after));
    let spelt = |word: &String| words(before).any(|other| alike(word, &other.to_lowercase()));
    let gained = new.difference(&old).filter(|word| !spelt(word)).count();
    let grammatical = gained.saturating_sub(old.difference(&new).count());
    if lost.len() > without_counterpart(after, before).len() + grammatical { lost } else { Vec::new() }
}

/// Words of `old` that no list of English words has and of which nothing in `new`, which takes their place, is a spelling.
///
/// A misspelt word is mended by one that is spelt nearly alike. Who writes another one instead has not read it: of names and
/// terms it makes words that it knows better. A word with a regular ending that it does not have ("buyed", "mouses") is no name.
pub fn unread<'a>(old: &'a str, new: &str) -> Vec<&'a str> {
    let there: Vec<String> = words(new).map(str::to_lowercase).collect();
    let joined = there.concat();
    let missing = |word: &&str| {
        let word = word.to_lowercase();
        is_strange(&word)
            && !is_regularised(&word)
            && !there.iter().chain([&joined]).any(|other| *other == word || alike(&word, other))
    };
    words(old).filter(missing).collect()
}

/// Whether nothing is different in `after` but the spelling of words that no list of English words has: both say the same.
pub fn is_respelt(before: &str, after: &str) -> bool {
    let between =
        |text: &str| text.split(char::is_alphabetic).filter(|run| !run.is_empty()).collect::<String>();
    let respelt = |(old, new): (&str, &str)| {
        let (old, new) = (old.to_lowercase(), new.to_lowercase());
        old == new || (is_strange(&old) && is_english(&new) && alike(&old, &new))
    };
    before != after
        && words(before).count() == words(after).count()
        && between(before) == between(after)
        && words(before).zip(words(after)).all(respelt)
}

/// Whether a word in lower case is in no list of English words.
fn is_strange(word: &str) -> bool {
    word.chars().count() >= SHORTEST_STRANGE && !is_english(word)
}

/// Whether a word is one that the list has, and the ending of the past or of the plural.
fn is_regularised(word: &str) -> bool {
    let stem = |ending: &str| {
        word.strip_suffix(ending).is_some_and(|stem| is_stem(stem) || matches!(stem, "do" | "go"))
    };
    stem("ed") || stem("s")
}

/// Shorter words are never strange: the list has none of one or two letters.
const SHORTEST_STRANGE: usize = 3;

/// The words of `text` that say something and that `other` has in no form.
fn without_counterpart<'a>(text: &'a str, other: &str) -> Vec<&'a str> {
    let there: HashSet<String> = words(other).map(str::to_lowercase).collect();
    let missing = |word: &&str| {
        let word = word.to_lowercase();
        // Most words come back as they were; only the others are compared one by one.
        !is_grammar(&word) && !there.contains(&word) && there.iter().all(|other| !alike(&word, other))
    };
    words(text).filter(missing).collect()
}

/// The words of grammar in `text`, in lower case.
fn grammar(text: &str) -> HashSet<String> {
    words(text).map(str::to_lowercase).filter(|word| is_grammar(word)).collect()
}

fn is_grammar(word: &str) -> bool {
    word.chars().count() < LEAST || FUNCTION.contains(&word)
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty())
}

/// Whether `word`, a content word in lower case, may have become `other`.
fn alike(word: &str, other: &str) -> bool {
    let (long, short) = if word.len() < other.len() { (other, word) } else { (word, other) };
    let shared = word.chars().zip(other.chars()).take_while(|(a, b)| a == b).count();
    let within = short.chars().count() >= LEAST && long.contains(short);
    within || shared >= LEAST || similar::TextDiff::from_chars(word, other).ratio() >= NEARLY
}

/// From this share of common letters on, two words may be spellings of one.
const NEARLY: f32 = 0.6;

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(before: &str, after: &str, expected: &[&str]) {
        assert_eq!(dropped(before, after), expected, "{before:?} -> {after:?}");
    }

    #[test]
    fn a_word_that_was_not_read_is_named() {
        for (old, new, expected) in [
            ("Zwoltrix", "American", &["Zwoltrix"] as &[&str]),
            ("the blorpin were", "the town was", &["blorpin"]),
            ("documant tomorow", "dates to the decision", &["documant", "tomorow"]),
            ("documant tomorow", "document tomorrow", &[]),
            ("becuase teh alot", "because the a lot", &[]),
            ("pls send tmrw", "please send tomorrow", &[]),
            ("imidiatly", "immediately", &[]),
            ("go", "goes", &[]),
            ("good house", "nice flat", &[]),
            ("buyed runned goed mouses", "bought ran went mice", &[]),
            ("Blorpined", "bought", &["Blorpined"]),
            ("Zwoltrix office", "office", &["Zwoltrix"]),
        ] {
            assert_eq!(unread(old, new), expected, "{old:?} -> {new:?}");
        }
    }

    #[test]
    fn words_that_are_spelt_right_say_the_same() {
        assert!(is_respelt("The goverment anounced it, Mr. Fox.", "The government announced it, Mr. Fox."));
        assert!(!is_respelt("The govermint fell.", "The governor stood."));
        assert!(!is_respelt("The house fell.", "The horse fell."));
        assert!(!is_respelt("The goverment fell.", "The government fell!"));
        assert!(!is_respelt("The goverment fell.", "The old government fell."));
        assert!(!is_respelt("The same.", "The same."));
    }

    #[test]
    fn what_is_gone_is_named() {
        check("Check the tasks befor Friday.", "Check the tasks before.", &["Friday"]);
        check(
            "For them, the phone, the only thing, is work.",
            "For them, the only thing, is work.",
            &["phone"],
        );
        check("It helps in various different ways.", "It helps in different ways.", &["various"]);
        check("Sie kam am Donnerstag.", "Sie kam.", &["Donnerstag"]);
        check("40 people was there.", "40 were there.", &["people"]);
    }

    #[test]
    fn what_is_spelt_or_said_otherwise_is_not() {
        for (before, after) in [
            ("I recieved teh letter.", "I received the letter."),
            ("He was was there there.", "He was there."),
            ("a light weight page", "a lightweight page"),
            ("Its apart of the plan.", "It's a part of the plan."),
            ("We discussed about the plan.", "We discussed the plan."),
            ("She go to school.", "She goes to school."),
            ("He buyed it.", "He bought it."),
            ("I would of gone.", "I would have gone."),
            ("It was bigly good.", "It was very good."),
            ("We gotta go.", "We have to go."),
        ] {
            check(before, after, &[]);
        }
    }
}
