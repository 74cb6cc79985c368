//! Phrases that people write who learn English, and what they mean by them.

use std::sync::LazyLock;

use emend_text::{Dictionary, Span};

use super::Found;

/// One a line, and what is meant. `|` stands between words of which any may stand there, and `~` for the one that does, the first
/// for the first. Only what is hardly ever meant as it is written: it is underlined wherever it stands.
static PHRASES: LazyLock<Dictionary> = LazyLock::new(|| {
    let lines: Vec<String> = include_str!("phrases.txt").lines().flat_map(expand).collect();
    Dictionary::new(lines.iter().map(String::as_str))
});

/// What of `text` is one of the phrases, with what is meant; nothing within or beside `frozen` parts.
pub(super) fn find(text: &str, frozen: &[Span]) -> Vec<Found> {
    let ruled = PHRASES.read(text, frozen).ruled;
    ruled.into_iter().map(|one| Found { span: one.span, replacement: one.replacement }).collect()
}

/// A line without `|`, once for each choice of words.
fn expand(line: &str) -> Vec<String> {
    let Some(word) = line.split(' ').find(|word| word.contains('|')) else { return vec![line.to_owned()] };
    let one = |choice: &str| expand(&line.replacen(word, choice, 1).replacen('~', choice, 1));
    word.split('|').flat_map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_choice_of_words_is_a_phrase() {
        assert_eq!(expand("in spite the -> in spite of the"), ["in spite the -> in spite of the"]);
        assert_eq!(
            expand("ask|asks to me|him -> ~ ~"),
            [
                "ask to me -> ask me",
                "ask to him -> ask him",
                "asks to me -> asks me",
                "asks to him -> asks him"
            ]
        );
        assert_eq!(expand("to hear|meet -> ~ing"), ["to hear -> hearing", "to meet -> meeting"]);
    }

    #[test]
    fn no_line_is_lost_or_contradicts_another() {
        let lines: Vec<String> = include_str!("phrases.txt").lines().flat_map(expand).collect();
        for line in &lines {
            let (old, new) = line.split_once(" -> ").unwrap_or_else(|| panic!("{line}"));
            let text = format!("So {old} here.");
            let found = find(&text, &[]);
            assert_eq!(found.len(), 1, "{line}: {found:?}");
            assert_eq!(found[0].replacement, new, "{line}");
        }
    }
}
