//! A wish, cut into clauses of words with their places.

use std::ops::Range;

/// A word, a number, a mark or a quoted phrase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    /// In lower case; what stands between quotation marks as it is.
    pub(super) text: String,
    /// Whether it was quoted.
    pub(super) quoted: bool,
    /// Where it stands, in bytes of the wish, quotation marks included.
    pub(super) at: Range<usize>,
}

/// Words that join clauses.
const JOINTS: [&str; 5] = ["and", "but", "also", "then", "yet"];

/// Clauses that have words. They end at commas, semicolons, line breaks, full stops, and at words that join.
pub(super) fn clauses(wish: &str) -> Vec<Vec<Token>> {
    let mut found: Vec<Vec<Token>> = vec![Vec::new()];
    for token in tokens(wish) {
        let ends = !token.quoted
            && (matches!(token.text.as_str(), "," | ";" | "\n" | ".")
                || JOINTS.contains(&token.text.as_str()));
        match found.last_mut() {
            Some(clause) if !ends => clause.push(token),
            _ => found.push(Vec::new()),
        }
    }
    found.retain(|clause| !clause.is_empty());
    found
}

fn tokens(wish: &str) -> Vec<Token> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(c) = wish[at..].chars().next() {
        let start = at;
        at += c.len_utf8();
        let opens = matches!(c, '"' | '\u{201c}');
        let closing = wish[at..].find(['"', '\u{201d}', '\n']).map(|end| at + end);
        if opens && let Some(end) = closing.filter(|end| !wish[*end..].starts_with('\n')) {
            let text = wish[at..end].to_owned();
            at = end + wish[end..].chars().next().map_or(0, char::len_utf8);
            found.push(Token { text, quoted: true, at: start..at });
        } else if c == '\n' || !(c.is_whitespace() || is_word(c)) {
            found.push(Token { text: c.to_string(), quoted: false, at: start..at });
        } else if is_word(c) {
            let rest = &wish[start..];
            at = start + rest.find(|c: char| !is_word(c)).unwrap_or(rest.len());
            let text = wish[start..at].to_lowercase().replace('\u{2019}', "'");
            found.push(Token { text, quoted: false, at: start..at });
        }
    }
    found
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '\'' | '\u{2019}' | '-')
}
