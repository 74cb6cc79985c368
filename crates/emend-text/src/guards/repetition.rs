//! Runaway repetition: what a small model does when it is lost.

/// The longest run of words that is looked at.
const LONGEST: usize = 12;

/// The words that `draft` repeats back to back more often than `original` does, and too often for prose:
/// a single word three times, two or three words three times, a longer run twice.
pub fn runaway(original: &str, draft: &str) -> Option<String> {
    let (original, draft) = (words(original), words(draft));
    (1..=LONGEST).find_map(|length| {
        let allowed = if length <= 3 { 2 } else { 1 };
        let (times, at) = most_in_a_row(&draft, length);
        let (usual, _) = most_in_a_row(&original, length);
        (times > allowed.max(usual)).then(|| draft[at..at + length].join(" "))
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
