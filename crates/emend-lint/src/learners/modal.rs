//! "He can swims": behind a modal verb, or "does", a verb has no ending.

use harper_core::spell::{Dictionary as _, FstDictionary};

use super::sentence::{Found, Sentence};

pub(super) fn find(sentence: &Sentence<'_>, dictionary: &FstDictionary) -> Vec<Found> {
    let words = sentence.words();
    let mut found = Vec::new();
    let mut follows = None;
    for at in 1..words.len() {
        if follows != Some(at) && !is_behind_modal(sentence, &words, at) {
            continue;
        }
        if let Some(base) = base(words[at], dictionary) {
            found.push(sentence.instead(at, at, &base));
            // "She can sings and dances": the second hangs on the same modal.
            let goes_on = matches!(words.get(at + 1), Some(&("and" | "or"))) && at + 2 < words.len();
            follows = (goes_on && sentence.is_together(at, at + 2)).then_some(at + 2);
        }
    }
    found
}

fn is_behind_modal(sentence: &Sentence<'_>, words: &[&str], at: usize) -> bool {
    let between = usize::from(at > 1 && BETWEEN.contains(&words[at - 1]));
    let Some(modal) = at.checked_sub(1 + between) else { return false };
    let subject = modal.checked_sub(1).filter(|subject| sentence.is_together(*subject, at));
    // "She'll" has its subject in it. Where a question begins ("Why can't boys be sensible?"), there is none, and a noun follows.
    let is_modal = words[modal].ends_with("'ll")
        || subject.map(|subject| words[subject]).is_some_and(|subject| {
            (ALWAYS.contains(&words[modal]) && !ASK.contains(&subject))
                || (OFTEN.contains(&words[modal]) && PRONOUNS.contains(&subject))
        });
    is_modal && sentence.is_together(modal, at)
}

/// The verb of which this is the form for he, she and it.
fn base(word: &str, dictionary: &FstDictionary) -> Option<String> {
    let known = |word: &str| dictionary.get_word_metadata_str(word);
    // "He must needs go" is old, and right.
    if word == "needs" || !known(word)?.is_verb_third_person_singular_present_form() {
        return None;
    }
    if let Some((_, base)) = IRREGULAR.iter().find(|(form, _)| *form == word) {
        return Some((*base).to_owned());
    }
    let stems = [("ies", "y"), ("es", ""), ("s", "")];
    let mut bases =
        stems.iter().filter_map(|(ending, instead)| Some(format!("{}{instead}", word.strip_suffix(ending)?)));
    bases.find(|base| known(base).is_some_and(|known| known.is_verb_lemma()))
}

const IRREGULAR: [(&str, &str); 3] = [("does", "do"), ("goes", "go"), ("has", "have")];

/// Words that are nothing else.
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

/// What these stand before may be the subject yet to come.
const ASK: [&str; 11] = ["and", "but", "how", "nor", "only", "or", "so", "what", "when", "where", "why"];

/// Words that are nouns and names as well: only behind a pronoun.
const OFTEN: [&str; 5] = ["can", "may", "might", "will", "would"];

const PRONOUNS: [&str; 8] = ["he", "i", "it", "she", "they", "we", "who", "you"];

/// What may stand between the two.
const BETWEEN: [&str; 6] = ["also", "always", "never", "not", "only", "still"];
