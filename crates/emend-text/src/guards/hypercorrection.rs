//! Corrections of what was right. A small model has seen mistakes made by a program far more often than rare words, and one
//! variety of English far more often than the others.

use std::collections::HashSet;
use std::sync::LazyLock;

use crate::Span;
use crate::words::{is_common, is_english};

/// Nouns for a group of people, which many speakers of English let do things in the plural, and "data".
static GROUPS: LazyLock<HashSet<&str>> =
    LazyLock::new(|| include_str!("hypercorrection/groups.txt").lines().collect());

/// What a group does as one, for what it does as many.
const AS_ONE: &[(&str, &str)] = &[("are", "is"), ("were", "was"), ("have", "has"), ("do", "does")];

/// Words that mean two things side by side.
const TWICE: &[&str] = &["had", "that"];

/// What somebody wants to be: after these and "that" stands the bare verb.
static WANTED: LazyLock<HashSet<&str>> =
    LazyLock::new(|| include_str!("hypercorrection/wanted.txt").lines().collect());

/// Verbs that stand before a "not", and in "ain't".
const AUXILIARIES: &[&str] = &["am", "are", "is", "was", "were", "have", "has", "had", "do", "does", "did"];

/// So many words may stand between "that" and the bare verb.
const SUBJECT: usize = 4;

/// Words that sound or look alike and that writers take for each other, though one of the two is seldom met.
static CONFUSED: LazyLock<HashSet<(&str, &str)>> = LazyLock::new(|| {
    include_str!("hypercorrection/confused.txt").lines().filter_map(|line| line.split_once(' ')).collect()
});

/// Whether writing `replacement` at `span` of `text` corrects what is no mistake: a rare word is read as one that it
/// resembles, a group loses its plural, "had had" a "had", a wish its bare verb, "ain't" gets a second verb.
pub fn is_hypercorrection(text: &str, span: Span, replacement: &str) -> bool {
    let parts = (text.get(..span.start), span.of(text), text.get(span.end..));
    let (Some(before), Ok(old), Some(after)) = parts else { return false };
    let (before, old, after) = (lower(before), lower(old), lower(after));
    let new = lower(replacement);
    is_misread(&old, &new)
        || is_group(&before, &old, &new)
        || is_undoubled(&before, &old, &after, &new)
        || is_wish(&before, &old, &after, &new)
        || is_second_auxiliary(&old, &after, &new)
}

/// Whether a word of `old` that is spelt right and seldom met has become something else than a form of itself.
fn is_misread(old: &[String], new: &[String]) -> bool {
    let rare = |word: &&String| is_english(word) && !is_common(word);
    let counterpart = |word: &str, new: &str| new == word || is_form(word, new) || is_confused(word, new);
    old.concat() != new.concat()
        && old.iter().filter(rare).any(|word| !new.iter().any(|new| counterpart(word, new)))
}

fn is_confused(word: &str, other: &str) -> bool {
    CONFUSED.contains(&(word, other)) || CONFUSED.contains(&(other, word))
}

fn is_group(before: &[String], old: &[String], new: &[String]) -> bool {
    let ([old], [new]) = (old, new) else { return false };
    let group = before.last().is_some_and(|word| GROUPS.contains(word.as_str()));
    group && AS_ONE.contains(&(old.as_str(), new.as_str()))
}

fn is_undoubled(before: &[String], old: &[String], after: &[String], new: &[String]) -> bool {
    let word = match (old, new) {
        ([word], []) if before.last() == Some(word) || after.first() == Some(word) => word,
        ([first, word], [left]) if first == word && word == left => word,
        _ => return false,
    };
    TWICE.contains(&word.as_str())
}

/// Whether "ain't", which has its auxiliary in it, gets another one: "I have ain't".
fn is_second_auxiliary(old: &[String], after: &[String], new: &[String]) -> bool {
    let ends = |words: &[String]| words.last().is_some_and(|word| AUXILIARIES.contains(&word.as_str()));
    after.starts_with(&["ain".to_owned(), "t".to_owned()]) && ends(new) && !ends(old)
}

fn is_wish(before: &[String], old: &[String], after: &[String], new: &[String]) -> bool {
    let ([old], [new]) = (old, new) else { return false };
    if !(old == "be" || (new.ends_with('s') && is_form(old, new))) {
        return false;
    }
    // "So be it": nothing else begins like this.
    if old == "be"
        && before.last().is_some_and(|word| word == "so")
        && after.first().is_some_and(|word| word == "it")
    {
        return true;
    }
    let that = before.iter().rev().take(SUBJECT + 1).position(|word| word == "that");
    let wanted = that.and_then(|back| before.get(before.len().checked_sub(back + 2)?));
    that.is_some_and(|back| back > 0) && wanted.is_some_and(|word| WANTED.contains(word.as_str()))
}

/// Whether one of two different words is the other with an ending: "stop" and "stopped", "nice" and "nicer", "reply" and
/// "replies".
fn is_form(word: &str, other: &str) -> bool {
    const ENDINGS: &[&str] = &[
        "", "s", "es", "d", "ed", "ing", "r", "er", "st", "est", "ly", "n", "en", "y", "ies", "ied", "ier",
        "iest", "ily", "e",
    ];
    let stem: String =
        word.chars().zip(other.chars()).take_while(|(a, b)| a == b).map(|(letter, _)| letter).collect();
    let last = stem.chars().next_back();
    let ending = |word: &str| -> Option<&'static str> {
        let rest = &word[stem.len()..];
        // "stop", "stopped": the last letter may stand twice.
        let single = rest.strip_prefix(|c| Some(c) == last).unwrap_or(rest);
        ENDINGS.iter().copied().find(|ending| *ending == rest || *ending == single)
    };
    let (Some(one), Some(two)) = (ending(word), ending(other)) else { return false };
    // "finale" is no form of "final".
    stem.chars().count() >= 2 && !matches!((one, two), ("e", "") | ("", "e"))
}

/// The words of `text` in lower case, without what stands between them.
fn lower(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty()).map(str::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diff;

    #[track_caller]
    fn check(text: &str, rewrite: &str, expected: bool) {
        let edits = diff(text, rewrite);
        let found = edits.iter().any(|edit| is_hypercorrection(text, edit.span, &edit.replacement));
        assert_eq!(found, expected, "{text:?} -> {rewrite:?}: {edits:?}");
    }

    #[test]
    fn a_rare_word_is_no_other_one() {
        check("The wifi is down.", "The wife is down.", true);
        check("We saw the finale.", "We saw the final.", true);
        check("A boarder in the house heard it.", "A border in the house heard it.", true);
        check("It is understandable that he left.", "It is understand that he left.", true);
        check("They was woken by it.", "They were want by it.", true);
    }

    #[test]
    fn forms_and_spellings_of_a_rare_word_may_be_mended() {
        check("The boarder are here.", "The boarders are here.", false);
        check("He was exhaling slow.", "He exhaled slowly.", false);
        check("The goverment fell.", "The government fell.", false);
        check("I dont know.", "I don't know.", false);
        check("He use a goalkeepers glove.", "He uses a goalkeeper's glove.", false);
    }

    #[test]
    fn common_words_are_confused_by_people_as_well() {
        check("I like it more then you.", "I like it more than you.", false);
        check("She is very quite.", "She is very quiet.", false);
        check("He have a dog.", "He has a dog.", false);
    }

    #[test]
    fn rare_words_that_people_confuse_may_be_mended() {
        check("I loose my keys.", "I lose my keys.", false);
        check("Can I burrow your pen?", "Can I borrow your pen?", false);
        check("Can I burrow your pen?", "Can I book your pen?", true);
    }

    #[test]
    fn groups_may_be_many() {
        check("The team are playing well.", "The team is playing well.", true);
        check("The data were noisy.", "The data was noisy.", true);
        check("The car are new.", "The car is new.", false);
        check("The team is playing well.", "The team are playing well.", false);
    }

    #[test]
    fn two_words_with_two_offices_stay_two() {
        check("He had had enough.", "He had enough.", true);
        check("I know that that is true.", "I know that is true.", true);
        check("I saw the the house.", "I saw the house.", false);
    }

    #[test]
    fn what_somebody_wants_keeps_its_bare_verb() {
        check("I insist that he be present.", "I insist that he is present.", true);
        check("We suggest that the old man go home.", "We suggest that the old man goes home.", true);
        check("So be it.", "So is it.", true);
        check("I know that he be late.", "I know that he is late.", false);
        check("I think that he go home.", "I think that he goes home.", false);
        check("They request that be done.", "They request that is done.", false);
    }

    #[test]
    fn aint_needs_no_auxiliary() {
        check("I ain't going.", "I have ain't going.", true);
        check("I ain’t going.", "I am ain’t going.", true);
        check("I going now.", "I am going now.", false);
    }

    #[test]
    fn a_span_out_of_place_is_no_correction() {
        assert!(!is_hypercorrection("Short.", Span::new(90, 95), "is"));
    }
}
