//! The judgement at one mark: does a sentence end here?

use super::abbreviations::{
    Abbreviation, SENTENCE_STARTERS, SPEECH_VERBS, abbreviation, is_month, names_with_mark,
};

/// What kind of mark it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Marks {
    /// One full stop: the end of a sentence or of an abbreviation.
    Dot,
    /// Two or more dots: a pause or an end.
    Ellipsis,
    /// An exclamation or question mark.
    Strong,
    /// A mark that ends a sentence without white space behind it.
    Fullwidth,
}

impl Marks {
    pub(super) fn of(run: &str) -> Marks {
        if run.contains(['。', '｡', '！', '？', '।', '॥', '།', '។', '៕', '။', '።', '፧', '፨'])
        {
            Marks::Fullwidth
        } else if run.contains(['!', '?', '‽', '⁇', '⁈', '⁉', '؟', '۔', '։']) {
            Marks::Strong
        } else if matches!(run, "." | "．") {
            Marks::Dot
        } else {
            Marks::Ellipsis
        }
    }
}

/// A mark with its surroundings.
pub(super) struct Stop<'t> {
    /// From the start of the sentence to the mark.
    pub(super) sentence: &'t str,
    pub(super) marks: Marks,
    /// Quotation marks, brackets and the like directly behind the mark.
    pub(super) closers: &'t str,
    /// Everything behind that.
    pub(super) rest: &'t str,
}

/// How the next word begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    Upper,
    Lower,
    Digit,
    /// A letter of a script without capitals.
    Caseless,
    /// A symbol, an emoji, code.
    Other,
    Nothing,
}

/// How many characters before a mark, and behind it, can matter.
const REACH: usize = 32;

impl Stop<'_> {
    pub(super) fn ends_sentence(&self) -> bool {
        let (next, word, second) = self.next();
        if next == Next::Nothing {
            return true;
        }
        if self.closers.contains(['"', '\'', '”', '’', '»', '«', '“', '」', '』'])
            && (next == Next::Lower || (next == Next::Upper && SPEECH_VERBS.contains(&second)))
        {
            // "Stop!" he said. "Stop!" Ann said.
            return false;
        }
        match self.marks {
            Marks::Fullwidth => !self.goes_on_in_japanese(),
            Marks::Strong => {
                next != Next::Lower || (self.closers.is_empty() && !names_with_mark(last_word(self.sentence)))
            }
            Marks::Ellipsis => {
                next != Next::Lower && !matches!(word, "I" | "I'm" | "I’m" | "I'd" | "I'll" | "I've")
            }
            Marks::Dot => self.dot_ends_sentence(next, word),
        }
    }

    fn dot_ends_sentence(&self, next: Next, word: &str) -> bool {
        let starter = next == Next::Upper && SENTENCE_STARTERS.contains(&word.to_lowercase().as_str());
        let token = last_word(self.sentence);
        if is_enumerator(self.sentence.trim()) {
            return false;
        }
        if !self.closers.is_empty() && !self.closers.starts_with(['[', '<']) {
            return next != Next::Lower;
        }
        match abbreviation(token) {
            Some(Abbreviation::Never) => return false,
            Some(Abbreviation::BeforeNumber) if matches!(next, Next::Digit | Next::Lower) => return false,
            Some(Abbreviation::BeforeNumber) if is_roman(word) && word != "I" => return false,
            Some(Abbreviation::BeforeNumber) | None => {}
            Some(Abbreviation::Hour) => {
                return !(next == Next::Lower || is_month(word) || is_weekday_or_zone(word));
            }
            Some(Abbreviation::List) => return next != Next::Lower,
            Some(Abbreviation::BeforeName) => return starter,
        }
        let mut letters = token.chars();
        match (letters.next(), letters.next()) {
            (Some('i'), None) => {}
            (Some('I'), None) => {
                // "It was I. Bob knew." but "I. Newton".
                let earlier = self.sentence.trim_end_matches('I').trim_end();
                return starter
                    || (next == Next::Upper && last_word(earlier).starts_with(char::is_lowercase));
            }
            (Some(initial), None) if initial.is_uppercase() || initial.is_lowercase() => return starter,
            _ => {}
        }
        let dotted = token.contains('.') && token.split('.').all(|part| part.chars().count() <= 3);
        if dotted && token.chars().any(char::is_alphabetic) {
            return starter;
        }
        if token.len() <= 2
            && token.bytes().all(|b| b.is_ascii_digit())
            && !token.is_empty()
            && is_month(word)
        {
            return false;
        }
        if next == Next::Lower {
            // People who write without capitals still end sentences; unknown abbreviations are short or odd.
            return token.chars().count() >= 3
                && token.chars().all(char::is_lowercase)
                && token.contains(['a', 'e', 'i', 'o', 'u', 'y'])
                && abbreviation(token).is_none();
        }
        true
    }

    /// `「…。」と言った`: a particle behind the closing bracket continues the sentence.
    fn goes_on_in_japanese(&self) -> bool {
        self.closers.contains(['」', '』', '）'])
            && self.rest.starts_with(['と', 'っ', '、', '，', 'の', 'は', 'が', 'を', 'に'])
    }

    /// The next word, how it begins, and the word after it.
    fn next(&self) -> (Next, &str, &str) {
        let mut rest = self.rest.trim_start();
        if rest.is_empty() {
            return (Next::Nothing, "", "");
        }
        for _ in 0..REACH {
            let opened = rest.strip_prefix(|c: char| {
                c.is_whitespace()
                    || matches!(
                        c,
                        '"' | '\''
                            | '“'
                            | '”'
                            | '‘'
                            | '’'
                            | '„'
                            | '«'
                            | '»'
                            | '('
                            | '['
                            | '{'
                            | '¿'
                            | '¡'
                            | '*'
                            | '_'
                            | '~'
                            | '-'
                            | '–'
                            | '—'
                    )
            });
            match opened {
                Some(inner) => rest = inner,
                None => break,
            }
        }
        let word = word_at_start(rest);
        let second = word_at_start(rest[word.len()..].trim_start());
        let next = match rest.chars().next() {
            Some(c) if c.is_lowercase() => Next::Lower,
            Some(c) if c.is_uppercase() => Next::Upper,
            Some(c) if c.is_numeric() => Next::Digit,
            Some(c) if c.is_alphabetic() => Next::Caseless,
            None | Some(_) => Next::Other,
        };
        (next, word, second)
    }
}

fn word_at_start(text: &str) -> &str {
    let end = text
        .char_indices()
        .take(REACH)
        .take_while(|(_, c)| c.is_alphanumeric() || matches!(c, '\'' | '’'))
        .last()
        .map_or(0, |(at, c)| at + c.len_utf8());
    &text[..end]
}

/// The last word with the dots inside it: `U.S`, `e.g`, `Mr`. Empty when it is longer than any abbreviation.
fn last_word(text: &str) -> &str {
    let mut start = text.len();
    for (count, (at, c)) in text.char_indices().rev().enumerate() {
        if !(c.is_alphanumeric() || matches!(c, '.' | '\'' | '’')) {
            break;
        }
        if count >= REACH {
            return "";
        }
        start = at;
    }
    text[start..].trim_matches(['.', '\'', '’'])
}

/// A whole "sentence" such as `1`, `12`, `b` or `IV` is the number of a list item.
fn is_enumerator(sentence: &str) -> bool {
    let digits = !sentence.is_empty() && sentence.len() <= 3 && sentence.bytes().all(|b| b.is_ascii_digit());
    let letter = sentence.len() == 1 && sentence.bytes().all(|b| b.is_ascii_alphabetic());
    digits || letter || (sentence.len() <= 4 && is_roman(sentence))
}

fn is_roman(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|b| matches!(b, b'I' | b'V' | b'X' | b'L'))
}

fn is_weekday_or_zone(word: &str) -> bool {
    const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    const ZONES: [&str; 15] = [
        "EST", "EDT", "CST", "CDT", "MST", "MDT", "PST", "PDT", "ET", "PT", "CT", "GMT", "UTC", "CET", "CEST",
    ];
    ZONES.contains(&word) || (word.len() <= 9 && DAYS.iter().any(|day| word.starts_with(day)))
}
