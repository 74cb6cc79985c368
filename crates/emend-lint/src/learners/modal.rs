//! "He can swims": behind a modal verb, or "doesn't", a verb has no ending.

use harper_core::spell::{Dictionary as _, FstDictionary};

use super::sentence::{Found, Sentence};

pub(super) fn find(sentence: &Sentence<'_>, dictionary: &FstDictionary) -> Vec<Found> {
    let words = sentence.words();
    let mut found = Vec::new();
    let mut follows = None;
    for at in 1..words.len() {
        let Some((base, is_noun)) = base(words[at], dictionary) else { continue };
        if follows != Some(at) && !is_behind_modal(sentence, &words, at, is_noun) {
            continue;
        }
        found.push(sentence.instead(at, at, &base));
        // "She can sings and dances": the second hangs on the same modal.
        let goes_on = matches!(words.get(at + 1), Some(&("and" | "or"))) && at + 2 < words.len();
        follows = (goes_on && sentence.is_together(at, at + 2)).then_some(at + 2);
    }
    found
}

/// Whether the verb at `at` hangs on a modal. What may be a noun as well does so only behind a pronoun: "Often should parents …".
fn is_behind_modal(sentence: &Sentence<'_>, words: &[&str], at: usize, is_noun: bool) -> bool {
    let between = usize::from(at > 1 && BETWEEN.contains(&words[at - 1]));
    let Some(modal) = at.checked_sub(1 + between) else { return false };
    // "She'll" has its subject in it.
    if words[modal].ends_with("'ll") {
        return sentence.is_together(modal, at);
    }
    let Some(subject) = modal.checked_sub(1) else { return false };
    let is_pronoun = PRONOUNS.contains(&words[subject]);
    let is_modal = (ALWAYS.contains(&words[modal]) && !ASK.contains(&words[subject]) && !is_noun)
        || (is_pronoun && (ALWAYS.contains(&words[modal]) || OFTEN.contains(&words[modal])));
    // "Doing what you can makes a difference": the clause may end with the modal.
    let may_end = words[..subject].iter().any(|word| RELATIVE.contains(word));
    is_modal && !may_end && sentence.is_together(subject, at)
}

/// The verb of which this is the form for he, she and it, and whether it is a noun as well.
fn base(word: &str, dictionary: &FstDictionary) -> Option<(String, bool)> {
    let known = |word: &str| dictionary.get_word_metadata_str(word);
    let form = known(word)?;
    // "He must needs go" is old, and right.
    if word == "needs" || !form.is_verb_third_person_singular_present_form() {
        return None;
    }
    if let Some((_, base)) = IRREGULAR.iter().find(|(form, _)| *form == word) {
        return Some(((*base).to_owned(), false));
    }
    // The longest base first: "writes" is no form of "writ".
    let stems = [("ies", "y"), ("s", ""), ("es", "")];
    let mut bases =
        stems.iter().filter_map(|(ending, instead)| Some(format!("{}{instead}", word.strip_suffix(ending)?)));
    let base = bases.find(|base| known(base).is_some_and(|known| known.is_verb_lemma()))?;
    Some((base, form.is_noun()))
}

const IRREGULAR: [(&str, &str); 3] = [("does", "do"), ("goes", "go"), ("has", "have")];

/// Words that are hardly ever anything else.
const ALWAYS: [&str; 11] = [
    "can't",
    "cannot",
    "could",
    "couldn't",
    "didn't",
    "doesn't",
    "don't",
    "must",
    "should",
    "shouldn't",
    "won't",
];

/// Words that are nouns and names as well, or ask for one that follows.
const OFTEN: [&str; 5] = ["can", "may", "might", "will", "would"];

const PRONOUNS: [&str; 7] = ["he", "i", "it", "she", "they", "we", "you"];

/// What is no subject: it may be yet to come ("Why don't boys …"), or there is none ("a must").
const ASK: [&str; 14] =
    ["a", "an", "and", "but", "how", "nor", "only", "or", "so", "the", "what", "when", "where", "why"];

/// Behind these a clause may end with a modal.
const RELATIVE: [&str; 14] = [
    "all",
    "anyone",
    "as",
    "everyone",
    "everything",
    "if",
    "than",
    "that",
    "what",
    "whatever",
    "when",
    "who",
    "whoever",
    "which",
];

/// What may stand between the two.
const BETWEEN: [&str; 6] = ["also", "always", "never", "not", "only", "still"];
