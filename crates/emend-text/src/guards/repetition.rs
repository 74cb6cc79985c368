//! Runaway repetition: what a small model does when it is lost.

/// The longest run of words that is looked at.
const LONGEST: usize = 12;

/// Words that English writes twice in a row with nothing between: for emphasis, or with two offices.
const TWICE: &[&str] = &[
    "blah", "bye", "far", "had", "her", "is", "long", "many", "more", "much", "no", "really", "so", "that",
    "very",
];

/// The words that `draft` repeats back to back more often than `original` does, and too often for prose: a single word twice
/// with nothing but white space between, or three times, two or three words three times, a longer run twice.
pub fn runaway(original: &str, draft: &str) -> Option<String> {
    let twice = || {
        let word = doubled(draft).find(|word| !doubled(original).any(|other| other == *word))?;
        Some(format!("{word} {word}"))
    };
    often(&words(original), &words(draft)).or_else(twice)
}

fn often(original: &[String], draft: &[String]) -> Option<String> {
    (1..=LONGEST).find_map(|length| {
        let allowed = if length <= 3 { 2 } else { 1 };
        let (times, at) = most_in_a_row(draft, length);
        let (usual, _) = most_in_a_row(original, length);
        (times > allowed.max(usual)).then(|| draft[at..at + length].join(" "))
    })
}

/// Words that stand twice in a row with white space between, in lower case.
fn doubled(text: &str) -> impl Iterator<Item = String> {
    let pairs = text.split_whitespace().zip(text.split_whitespace().skip(1));
    pairs.filter_map(|(first, second)| {
        let (first, second) = (first.to_lowercase(), second.to_lowercase());
        let bare = second.trim_end_matches(|c: char| !c.is_alphanumeric());
        (first == bare && first.chars().all(char::is_alphabetic) && !TWICE.contains(&bare)).then_some(first)
    })
}

/// Words in lower case without the punctuation around them.
fn words(text: &str) -> Vec<String> {
    text.split_whitespace()
        .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase())
        .filter(|word| !word.is_empty())
        .collect()
}

/// How often a run of `length` words stands back to back at most, and where that begins.
fn most_in_a_row(words: &[String], length: usize) -> (usize, usize) {
    let mut most = (0, 0);
    if words.len() < length {
        return most;
    }
    // `same` counts back how many words in a row equal the word `length` places before them.
    let mut same = 0;
    most = (1, 0);
    for at in length..words.len() {
        same = if words[at] == words[at - length] { same + 1 } else { 0 };
        let times = same / length + 1;
        if times > most.0 {
            most = (times, at + 1 - times * length);
        }
    }
    most
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(original: &str, draft: &str, expected: Option<&str>) {
        assert_eq!(runaway(original, draft).as_deref(), expected);
    }

    #[test]
    fn finds_words_and_phrases_that_run_away() {
        check("It was cold.", "It was cold cold cold.", Some("cold"));
        check("It was cold.", "It was cold, it was cold, it was cold.", Some("it was cold"));
        check(
            "She left the room early.",
            "She left the room early. She left the room early.",
            Some("she left the room early"),
        );
    }

    #[test]
    fn a_word_is_not_written_twice() {
        check("Send it befor Friday.", "Send it before before Friday.", Some("before before"));
        check("It was cold.", "It was was cold.", Some("was was"));
        check("It was was cold", "It was was cold.", None);
        check("Well well, it works.", "Well, well, it works.", None);
        check("What it is is a test.", "What it is is a good test.", None);
        check("Rooms 12 and 12 are free.", "Rooms 12 12 are free.", None);
    }

    #[test]
    fn leaves_ordinary_prose_alone() {
        check("It was very cold.", "It was very, very cold.", None);
        check("I had had enough.", "I had had enough.", None);
        check("", "", None);
        check("One two three.", "One two three and then one two three again.", None);
    }

    #[test]
    fn what_the_original_repeats_may_be_repeated() {
        check("No, no, no, no!", "No, no, no, no!", None);
        check("No, no, no!", "No, no, no, no!", Some("no"));
    }
}
