//! Words, joined by apostrophes, and single marks: `Don't stop, it's 3.50.` is `Don't` `stop` `,` `it's` `3` `.` `50` `.`
//!
//! The regular expression `\w+(?:['’]\w+)*|[^\w\s]` of the training recipes, whose figures are told in the same units.

/// The words and marks of a text, in order.
pub(crate) fn words(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let end = if in_word(first) { word_end(rest) } else { first.len_utf8() };
        let (token, after) = rest.split_at(end);
        if !first.is_whitespace() {
            found.push(token);
        }
        rest = after;
    }
    found
}

/// Whether a token is a word and no mark.
pub(crate) fn is_word(token: &str) -> bool {
    token.chars().next().is_some_and(in_word)
}

fn word_end(text: &str) -> usize {
    let run = |from: usize| text[from..].find(|c| !in_word(c)).map_or(text.len(), |length| from + length);
    let mut end = run(0);
    while let Some(apostrophe) = text[end..].chars().next().filter(|c| matches!(c, '\'' | '’')) {
        let from = end + apostrophe.len_utf8();
        let to = run(from);
        if to == from {
            break;
        }
        end = to;
    }
    end
}

fn in_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn apostrophes_join_and_marks_stand_alone() {
        let found = words("Don't stop, it’s 'fine' (3.50)… né_1");
        let expected =
            ["Don't", "stop", ",", "it’s", "'", "fine", "'", "(", "3", ".", "50", ")", "…", "né_1"];
        assert_eq!(found, expected);
        assert!(words(" \n").is_empty());
        assert!(is_word("né") && !is_word("…"));
    }
}
