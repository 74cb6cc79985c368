//! What sort of change an edit is, and how to say so to the person who wrote the text.
//!
//! A class is read off the two texts; no model takes part. The wording stays modest, because the diff knows what
//! changed and not whether it is better.

use super::Edit;
use super::tokens::{Token, tokens};
use super::words::{Family, confused, family, same_lemma, spelled_alike};

/// Longest text, in characters, that a reason quotes.
const LONGEST_QUOTE: usize = 32;

/// The class of an edit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum EditKind {
    /// Adds words.
    Insertion,
    /// Takes words out.
    Deletion,
    /// One word, or one and two (`alot`, `a lot`), that differ by a slip of the pen.
    Spelling,
    /// Marks or spacing; capitals may follow from them.
    Punctuation,
    /// Capital and small letters only.
    Case,
    /// Another form of the same word, or another word of the same closed class (articles, prepositions, …).
    Grammar,
    /// Other words.
    Wording,
    /// The same words in another order.
    Order,
}

impl EditKind {
    /// Every kind, in the order of declaration.
    pub const ALL: [EditKind; 8] = [
        EditKind::Insertion,
        EditKind::Deletion,
        EditKind::Spelling,
        EditKind::Punctuation,
        EditKind::Case,
        EditKind::Grammar,
        EditKind::Wording,
        EditKind::Order,
    ];

    /// The class of replacing `old` by `new`.
    pub fn of(old: &str, new: &str) -> EditKind {
        let (old_words, new_words) = changed_words(old, new);
        // A joining word is content: what becomes of an argument without its `because`?
        let small = |words: &[String]| {
            words.iter().all(|word| family(word).is_some_and(|family| family != Family::Conjunction))
        };
        match (old_words.as_slice(), new_words.as_slice()) {
            ([], []) if marks_and_spaces(old) == marks_and_spaces(new) => EditKind::Case,
            ([], []) => EditKind::Punctuation,
            ([], added) if small(added) => EditKind::Grammar,
            ([], _) => EditKind::Insertion,
            (removed, []) if small(removed) => EditKind::Grammar,
            (_, []) => EditKind::Deletion,
            ([a], [b]) => one_for_one(a, b),
            (old, new) => many_for_many(old, new),
        }
    }

    /// One word for a badge.
    pub fn label(self) -> &'static str {
        match self {
            EditKind::Insertion => "Addition",
            EditKind::Deletion => "Deletion",
            EditKind::Spelling => "Spelling",
            EditKind::Punctuation => "Punctuation",
            EditKind::Case => "Capitals",
            EditKind::Grammar => "Grammar",
            EditKind::Wording => "Wording",
            EditKind::Order => "Word order",
        }
    }
}

fn one_for_one(old: &str, new: &str) -> EditKind {
    let same_family = family(old).is_some() && family(old) == family(new);
    match () {
        () if has_digit(old) || has_digit(new) => EditKind::Wording,
        () if confused(old, new) || letters(old) == letters(new) => EditKind::Spelling,
        () if same_family || same_lemma(old, new) => EditKind::Grammar,
        () if spelled_alike(old, new) => EditKind::Spelling,
        () => EditKind::Wording,
    }
}

fn many_for_many(old: &[String], new: &[String]) -> EditKind {
    let sorted = |words: &[String]| {
        let mut words = words.to_vec();
        words.sort_unstable();
        words
    };
    match () {
        () if letters(&old.concat()) == letters(&new.concat()) => EditKind::Spelling,
        () if sorted(old) == sorted(new) => EditKind::Order,
        () if same_but_grammar(old, new) => EditKind::Grammar,
        () => EditKind::Wording,
    }
}

/// Whether only small words and forms differ: `was going` and `went`, `has been` and `was`.
fn same_but_grammar(old: &[String], new: &[String]) -> bool {
    let open =
        |words: &[String]| words.iter().filter(|word| family(word).is_none()).cloned().collect::<Vec<_>>();
    let (old_open, new_open) = (open(old), open(new));
    if old_open.is_empty() && new_open.is_empty() {
        // One closed class for another is rather a matter of wording: `in the` and `their`.
        return old.iter().chain(new).all(|word| family(word) == family(&old[0]));
    }
    old_open.len() == new_open.len()
        && old_open.iter().zip(&new_open).all(|(a, b)| a == b || same_lemma(a, b))
        // `go` for `would have had to go` says something else.
        && old.len().abs_diff(new.len()) <= 2
}

/// One sentence about the edit for the person who wrote `original`.
///
/// Says what changed, quoting short texts, never that it is right. A span outside `original` is described by the
/// replacement alone.
pub fn reason(edit: &Edit, original: &str) -> String {
    let old = edit.span.of(original).unwrap_or_default();
    let new = edit.replacement.as_str();
    let (old_words, new_words) = changed_words(old, new);
    let added = || changed_text(new, &new_words);
    let removed = || changed_text(old, &old_words);
    match (edit.kind, old_words.as_slice(), new_words.as_slice()) {
        (EditKind::Insertion | EditKind::Grammar, [], [word]) => {
            named("Adds", word).unwrap_or_else(|| format!("Adds {}.", added()))
        }
        (EditKind::Insertion | EditKind::Grammar, [], _) => format!("Adds {}.", added()),
        (EditKind::Deletion | EditKind::Grammar, _, []) if repeats(edit, original) => {
            format!("Removes a repeated {}.", removed())
        }
        (EditKind::Deletion | EditKind::Grammar, [word], []) => {
            named("Removes", word).unwrap_or_else(|| format!("Removes {}.", removed()))
        }
        (EditKind::Deletion | EditKind::Grammar, _, []) => format!("Removes {}.", removed()),
        (EditKind::Grammar, [a], [b]) => arrow(form_of(a, b), old, new),
        (EditKind::Grammar, ..) => arrow("Changes the grammar", old, new),
        (EditKind::Spelling, ..) => arrow("Spelling", old, new),
        (EditKind::Punctuation, ..) => punctuation(old, new),
        (EditKind::Case, ..)
            if new.starts_with(char::is_uppercase) && !old.starts_with(char::is_uppercase) =>
        {
            "Starts with a capital letter.".to_owned()
        }
        (EditKind::Case, ..) => "Changes capital letters.".to_owned(),
        (EditKind::Order, ..) => "Changes the word order.".to_owned(),
        (_, [a], [b]) if has_digit(a) && has_digit(b) => {
            format!("Changes a number: “{}” → “{}”. Check it.", old.trim(), new.trim())
        }
        (_, [_], [_]) => arrow("Chooses another word", old, new),
        (_, old, new) if new.len() < old.len() => "Says it in fewer words.".to_owned(),
        _ => "Says it in other words.".to_owned(),
    }
}

/// What happens when one word takes the place of another that is related to it.
fn form_of(old: &str, new: &str) -> &'static str {
    match (family(old), family(new)) {
        (Some(Family::Article), Some(Family::Article)) => "Changes the article",
        (Some(Family::Preposition), Some(Family::Preposition)) => "Changes the preposition",
        (Some(Family::Pronoun), Some(Family::Pronoun)) => "Changes the pronoun",
        (Some(Family::Auxiliary), Some(Family::Auxiliary)) => "Changes the verb form",
        (Some(_), Some(_)) => "Changes a small word",
        _ => {
            let verbal = |word: &str| word.ends_with("ed") || word.ends_with("ing");
            if verbal(old) || verbal(new) { "Changes the verb form" } else { "Changes the form of the word" }
        }
    }
}

/// The sentence about a small word that has a name of its own.
fn named(verb: &str, word: &str) -> Option<String> {
    match family(word)? {
        Family::Article => Some(format!("{verb} the article “{word}”.")),
        Family::Preposition => Some(format!("{verb} the preposition “{word}”.")),
        _ => None,
    }
}

fn punctuation(old: &str, new: &str) -> String {
    let (before, after) = (marks(old), marks(new));
    match (before.as_slice(), after.as_slice()) {
        (before, after) if before == after => "Changes the spacing.".to_owned(),
        ([], [mark]) => format!("Adds {}.", mark_name(mark)),
        ([mark], []) => format!("Removes {}.", mark_name(mark)),
        ([a], [b]) => format!("Replaces {} with {}.", mark_name(a), mark_name(b)),
        _ => "Changes the punctuation.".to_owned(),
    }
}

fn mark_name(mark: &str) -> String {
    let name = match mark {
        "," => "a comma",
        "." => "a full stop",
        ";" => "a semicolon",
        ":" => "a colon",
        "?" => "a question mark",
        "!" => "an exclamation mark",
        "—" | "–" | "--" => "a dash",
        "..." | "…" => "an ellipsis",
        "\"" | "“" | "”" => "a quotation mark",
        _ => return format!("“{mark}”"),
    };
    name.to_owned()
}

fn arrow(what: &str, old: &str, new: &str) -> String {
    let (old, new) = (old.trim(), new.trim());
    if old.chars().count().max(new.chars().count()) > LONGEST_QUOTE {
        format!("{what}.")
    } else {
        format!("{what}: “{old}” → “{new}”.")
    }
}

/// `text` in quotation marks, or only its `changed` words if it has others too, or their number if they are many.
fn changed_text(text: &str, changed: &[String]) -> String {
    let all = words(text);
    let written: Vec<&str> =
        tokens(text).iter().filter(|token| token.is_word()).map(|token| token.text).collect();
    let at = all.windows(changed.len().max(1)).position(|window| window == changed).unwrap_or(0);
    let changed_only =
        written[at.min(written.len())..].iter().take(changed.len()).copied().collect::<Vec<_>>();
    let quoted = if all.len() == changed.len() { text.trim().to_owned() } else { changed_only.join(" ") };
    if quoted.chars().count() <= LONGEST_QUOTE {
        format!("“{quoted}”")
    } else {
        format!("{} words", changed.len())
    }
}

/// Whether the words taken out stand right before or after the edit as well.
fn repeats(edit: &Edit, original: &str) -> bool {
    let (Some(before), Some(after)) = (original.get(..edit.span.start), original.get(edit.span.end..)) else {
        return false;
    };
    let removed = words(edit.span.of(original).unwrap_or_default());
    // Only the neighbourhood matters; the rest of a long document is not cut into words.
    let near = removed.iter().map(String::len).sum::<usize>() * 4 + 64;
    let tail_at = (before.len().saturating_sub(near)..=before.len()).find(|&at| before.is_char_boundary(at));
    let head_at = (after.len().min(near)..=after.len()).find(|&at| after.is_char_boundary(at));
    let tail = tail_at.map_or(Vec::new(), |at| words(&before[at..]));
    let head = head_at.map_or(Vec::new(), |at| words(&after[..at]));
    !removed.is_empty() && (tail.ends_with(&removed) || head.starts_with(&removed))
}

/// The words of both texts in lower case, without those that they start and end with alike.
fn changed_words(old: &str, new: &str) -> (Vec<String>, Vec<String>) {
    let (old, new) = (words(old), words(new));
    let start = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let (old, new) = (&old[start..], &new[start..]);
    let end = old.iter().rev().zip(new.iter().rev()).take_while(|(a, b)| a == b).count();
    (old[..old.len() - end].to_vec(), new[..new.len() - end].to_vec())
}

fn has_digit(word: &str) -> bool {
    word.contains(|c: char| c.is_ascii_digit())
}

/// The word without what is often forgotten in it.
fn letters(word: &str) -> String {
    word.replace(['-', '\'', '’'], "")
}

fn words(text: &str) -> Vec<String> {
    tokens(text).iter().filter(|token| token.is_word()).map(|token| token.text.to_lowercase()).collect()
}

fn marks(text: &str) -> Vec<String> {
    tokens(text).iter().filter(|token| token.is_mark()).map(|token| token.text.to_owned()).collect()
}

fn marks_and_spaces(text: &str) -> Vec<String> {
    let not_word = |token: &Token| (!token.is_word()).then(|| token.text.to_owned());
    tokens(text).iter().filter_map(not_word).collect()
}

#[cfg(test)]
mod tests {
    use super::super::diff;
    use super::*;

    /// The only edit between two texts: its kind and what is said about it.
    #[track_caller]
    fn check(original: &str, rewrite: &str, kind: EditKind, said: &str) {
        let edits = diff(original, rewrite);
        assert_eq!(edits.len(), 1, "{edits:?}");
        assert_eq!((edits[0].kind, reason(&edits[0], original).as_str()), (kind, said));
    }

    #[test]
    fn spelling_and_grammar_are_told_apart() {
        check("I recieve it.", "I receive it.", EditKind::Spelling, "Spelling: “recieve” → “receive”.");
        check("It is alot.", "It is a lot.", EditKind::Spelling, "Spelling: “alot” → “a lot”.");
        check(
            "He go home.",
            "He goes home.",
            EditKind::Grammar,
            "Changes the form of the word: “go” → “goes”.",
        );
        check(
            "He walk home.",
            "He walked home.",
            EditKind::Grammar,
            "Changes the verb form: “walk” → “walked”.",
        );
        check("We was late.", "We were late.", EditKind::Grammar, "Changes the verb form: “was” → “were”.");
        check("Take a apple.", "Take an apple.", EditKind::Grammar, "Changes the article: “a” → “an”.");
        check("I am in work.", "I am at work.", EditKind::Grammar, "Changes the preposition: “in” → “at”.");
        check("Open door.", "Open the door.", EditKind::Grammar, "Adds the article “the”.");
    }

    #[test]
    fn words_that_sound_alike_are_spelling() {
        check("Is it there car?", "Is it their car?", EditKind::Spelling, "Spelling: “there” → “their”.");
        check("more then two", "more than two", EditKind::Spelling, "Spelling: “then” → “than”.");
        check("I want too go.", "I want to go.", EditKind::Spelling, "Spelling: “too” → “to”.");
    }

    #[test]
    fn a_capital_that_follows_does_not_hide_what_was_removed() {
        check(
            "I am writing to say that the plan is good.",
            "The plan is good.",
            EditKind::Deletion,
            "Removes “I am writing to say that”.",
        );
    }

    #[test]
    fn marks_and_capitals() {
        check("Yes I do.", "Yes, I do.", EditKind::Punctuation, "Adds a comma.");
        check("Is it.", "Is it?", EditKind::Punctuation, "Replaces a full stop with a question mark.");
        check("see london", "see London", EditKind::Case, "Starts with a capital letter.");
        check("one  two", "one two", EditKind::Punctuation, "Changes the spacing.");
    }

    #[test]
    fn wording() {
        check("It was really good.", "It was good.", EditKind::Deletion, "Removes “really”.");
        check("It was good good.", "It was good.", EditKind::Deletion, "Removes a repeated “good”.");
        check("We saw the the cat.", "We saw the cat.", EditKind::Grammar, "Removes a repeated “the”.");
        check("I will come.", "I will certainly come.", EditKind::Insertion, "Adds “certainly”.");
        check("a big house", "a large house", EditKind::Wording, "Chooses another word: “big” → “large”.");
        check("We make a decision.", "We decide.", EditKind::Wording, "Says it in fewer words.");
        check("We sold 40.", "We sold 400.", EditKind::Wording, "Changes a number: “40” → “400”. Check it.");
        check("He quickly ran.", "He ran quickly.", EditKind::Order, "Changes the word order.");
    }

    #[test]
    fn labels_are_distinct() {
        let labels: std::collections::BTreeSet<_> = EditKind::ALL.iter().map(|kind| kind.label()).collect();
        assert_eq!(labels.len(), EditKind::ALL.len());
    }
}
