//! The units that a diff compares: words, runs of white space, and marks.
//!
//! A token starts and ends where a grapheme does, so no edit can take an accent from its letter or a skin tone from
//! its emoji. White space is always one token between two others: what is kept on both sides of an edit therefore
//! keeps its spacing. `We paid 3.50, didn't we?` is the words `We`, `paid`, `3.50`, `didn't`, `we`, the marks `,` and
//! `?`, and four spaces.

use unicode_segmentation::UnicodeSegmentation;

/// What a token is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TokenKind {
    /// Letters and digits, joined by apostrophes, hyphens, and the dots or commas inside numbers and addresses.
    Word,
    /// White space only, as long as it goes on.
    Space,
    /// Anything else: a run of the same punctuation mark, one symbol, one emoji.
    Mark,
}

/// One unit of a text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Token<'t> {
    /// The token itself.
    pub(crate) text: &'t str,
    /// Its first byte in the text it was cut from.
    pub(crate) start: usize,
    pub(crate) kind: TokenKind,
    /// Whether a mark that opens and closes alike (`"`, `*`) stands where it closes.
    pub(crate) closing: bool,
}

impl Token<'_> {
    pub(crate) fn is_word(&self) -> bool {
        self.kind == TokenKind::Word
    }

    pub(crate) fn is_space(&self) -> bool {
        self.kind == TokenKind::Space
    }

    pub(crate) fn is_mark(&self) -> bool {
        self.kind == TokenKind::Mark
    }

    /// Whether the token closes a sentence.
    pub(crate) fn ends_sentence(&self) -> bool {
        self.is_mark() && self.text.starts_with(['.', '!', '?', '…', '。'])
    }

    /// Whether the token leaves an empty line: what follows is another paragraph.
    pub(crate) fn ends_paragraph(&self) -> bool {
        self.is_space() && self.text.matches('\n').count() > 1
    }

    /// Whether the mark opens something that another one closes.
    pub(crate) fn opens(&self) -> bool {
        matches!(self.text, "(" | "[" | "“" | "‘" | "«") || (opens_and_closes(self.text) && !self.closing)
    }

    pub(crate) fn has_digit(&self) -> bool {
        self.text.contains(|c: char| c.is_ascii_digit())
    }
}

/// Two tokens are the same when their texts are, and a quotation mark opens or closes in both; where they stand is what
/// the diff finds out. The end of one quotation taken for the start of another would glue words together.
impl PartialEq for Token<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl<'t> Token<'t> {
    /// What makes two tokens the same.
    pub(crate) fn key(&self) -> (&'t str, bool) {
        (self.text, self.closing)
    }
}

/// Cuts `text` into tokens, in order and without gaps.
pub(crate) fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut graphemes = text.grapheme_indices(true).peekable();
    let mut tokens: Vec<Token<'_>> = Vec::new();
    let mut previous = "";
    while let Some((at, grapheme)) = graphemes.next() {
        let next = graphemes.peek().map_or("", |&(_, next)| next);
        let mut kind = kind_of(grapheme);
        let joins = match (tokens.last().map(|token| token.kind), kind) {
            (Some(TokenKind::Space), TokenKind::Space) => true,
            (Some(TokenKind::Word), TokenKind::Word) => !stands_alone(previous) && !stands_alone(grapheme),
            (Some(TokenKind::Word), TokenKind::Mark) if joins_words(previous, grapheme, next) => {
                kind = TokenKind::Word;
                true
            }
            (Some(TokenKind::Mark), TokenKind::Mark) => previous == grapheme && grapheme.is_ascii(),
            _ => false,
        };
        match tokens.last_mut() {
            Some(last) if joins => last.text = &text[last.start..at + grapheme.len()],
            _ => tokens.push(Token { text: grapheme, start: at, kind, closing: false }),
        }
        previous = grapheme;
    }
    for at in 1..tokens.len() {
        tokens[at].closing = opens_and_closes(tokens[at].text) && ends_something(&tokens[at - 1]);
    }
    tokens
}

fn opens_and_closes(mark: &str) -> bool {
    matches!(mark, "\"" | "'" | "*" | "**" | "_" | "__" | "`" | "~~")
}

/// Whether a quotation mark behind this token closes.
fn ends_something(token: &Token) -> bool {
    token.is_word()
        || (token.is_mark()
            && (token.closing
                || token.text.starts_with([',', ';', ':', '.', '!', '?', '…', ')', ']', '”', '’', '%'])))
}

fn kind_of(grapheme: &str) -> TokenKind {
    if grapheme.chars().all(char::is_whitespace) {
        TokenKind::Space
    } else if grapheme.starts_with(|c: char| c.is_alphanumeric() || c == '_') {
        TokenKind::Word
    } else {
        TokenKind::Mark
    }
}

/// Scripts written without spaces: each character is compared on its own.
fn stands_alone(grapheme: &str) -> bool {
    grapheme.starts_with(|c: char| {
        matches!(c, '\u{0E00}'..='\u{0EFF}' | '\u{1000}'..='\u{109F}' | '\u{3040}'..='\u{30FF}'
            | '\u{3400}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
    })
}

/// Whether `mark`, between two letters or digits, belongs to the word around it.
fn joins_words(before: &str, mark: &str, after: &str) -> bool {
    let digit = |text: &str| text.starts_with(|c: char| c.is_ascii_digit());
    if kind_of(after) != TokenKind::Word || stands_alone(before) || stands_alone(after) {
        return false;
    }
    match mark {
        "'" | "’" | "-" | "\u{2010}" | "\u{2011}" | "." | "@" => true,
        "," | ":" | "/" => digit(before) && digit(after),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let found: Vec<&str> = tokens(text).iter().map(|token| token.text).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn words_keep_their_apostrophes_hyphens_and_decimals() {
        check("I didn't pay 3.50.", &["I", " ", "didn't", " ", "pay", " ", "3.50", "."]);
        check("a well-known 1,000/2 trick", &["a", " ", "well-known", " ", "1,000/2", " ", "trick"]);
        check("mail ann@example.org, now", &["mail", " ", "ann@example.org", ",", " ", "now"]);
    }

    #[test]
    fn marks_stand_alone_unless_repeated() {
        check("Really?! \"No...\"", &["Really", "?", "!", " ", "\"", "No", "...", "\""]);
        check("either/or, 1/2", &["either", "/", "or", ",", " ", "1/2"]);
    }

    #[test]
    fn a_closing_quotation_mark_is_not_an_opening_one() {
        let tokens = tokens("(\"so\") \"No.\"");
        let marks: Vec<&Token> = tokens.iter().filter(|token| token.text == "\"").collect();
        let closing: Vec<bool> = marks.iter().map(|mark| mark.closing).collect();
        assert_eq!(closing, [false, true, false, true]);
        assert!(marks[0] == marks[2] && marks[0] != marks[1]);
    }

    #[test]
    fn white_space_is_one_token_whatever_it_holds() {
        check("one \r\n\t two", &["one", " \r\n\t ", "two"]);
    }

    #[test]
    fn graphemes_stay_whole() {
        check("cafe\u{301} 👩🏽‍🚀🇩🇪🇫🇷!", &["cafe\u{301}", " ", "👩🏽‍🚀", "🇩🇪", "🇫🇷", "!"]);
    }

    #[test]
    fn scripts_without_spaces_are_compared_by_character() {
        check("我们去ok", &["我", "们", "去", "ok"]);
    }
}
