//! The capitals of a word that takes the place of another.

use crate::Span;
use crate::terms::starts_sentence;

/// `new` with the capitals of what stands at `span` of `text`, where a rule has `old`. What the rule itself writes with capitals
/// keeps them.
pub(super) fn like(new: &str, text: &str, span: Span, old: &str) -> String {
    let found = &text[span.start..span.end];
    let has_capitals = |text: &str| text.chars().any(char::is_uppercase);
    let many = found.chars().count() > 1;
    let shouts = many && has_capitals(found) && !found.chars().any(char::is_lowercase);
    // A capital that the rule asks for, or that a word of one letter has ("I"), says nothing of the place.
    let is_first = starts_sentence(text, span.start);
    let is_title = many && !has_capitals(old);
    let mut letters = new.chars();
    match letters.next() {
        _ if has_capitals(new) => new.to_owned(),
        _ if shouts && !has_capitals(old) => new.to_uppercase(),
        Some(first) if found.starts_with(char::is_uppercase) && (is_first || is_title) => {
            first.to_uppercase().chain(letters).collect()
        }
        _ => new.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `found` stands between bars.
    #[track_caller]
    fn check(new: &str, marked: &str, old: &str, expected: &str) {
        let parts: Vec<&str> = marked.split('|').collect();
        let start = parts[0].len();
        let span = Span::new(start, start + parts[1].len());
        assert_eq!(like(new, &parts.concat(), span, old), expected, "{marked}");
    }

    #[test]
    fn capitals_are_those_of_what_stood_there() {
        check("use", "We |utilise| it.", "utilise", "use");
        check("use", "|Utilise| it.", "utilise", "Use");
        check("use", "How To |Utilise| It", "utilise", "Use");
        check("use", "|UTILISE| IT", "utilise", "USE");
        check("iPad", "The |TOOL|", "tool", "iPad");
        check("–", "Wait |--| what?", "--", "–");
    }

    #[test]
    fn a_capital_of_the_rule_says_nothing_but_at_the_start_of_a_sentence() {
        check("information technology", "The |IT| team.", "IT", "information technology");
        check("information technology", "|IT| is hard.", "IT", "Information technology");
        check("internet", "The |Internet|.", "Internet", "internet");
        check("we", "And |I| think.", "i", "we");
        check("we", "So it is. |I| think.", "I", "We");
    }
}
