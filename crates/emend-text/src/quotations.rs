//! Inline quotations: pairs of quotation marks around somebody else's words.

use std::sync::LazyLock;

use regex::Regex;

use crate::chars::is_unspaced;
use crate::span::Span;

/// Marks, and the blank lines that no quotation crosses.
static MARKS: LazyLock<Regex> =
    LazyLock::new(|| crate::pattern::pattern(r#"["'“”„‟‘’‚«»‹›「」『』]|(?:\r\n?|\n)[ \t]*(?:\r\n?|\n)"#));

/// Words that begin with an apostrophe, which is then no opening mark.
const CLIPPED: [&str; 10] = ["tis", "twas", "twill", "em", "til", "cause", "bout", "n", "round", "cos"];

/// The outermost quotations of `text`, marks included, in order and disjoint. A mark without a partner in its
/// paragraph (an inch sign, an apostrophe, a forgotten mark) opens nothing.
pub(crate) fn quotations(text: &str) -> Vec<Span> {
    let mut pairs = Vec::new();
    let mut open: [Option<(usize, char)>; FAMILIES] = [None; FAMILIES];
    for found in MARKS.find_iter(text) {
        let mark = found.as_str().chars().next().unwrap_or('\n');
        let Some(family) = family(mark) else {
            open = [None; FAMILIES];
            continue;
        };
        let before = text[..found.start()].chars().next_back();
        let after = text[found.end()..].chars().next();
        match open[family] {
            Some((start, with)) if closes(with, mark, before, after) => {
                pairs.push(Span::new(start, found.end()));
                open[family] = None;
            }
            _ if opens(mark, before, after, &text[found.end()..]) => {
                open[family] = Some((found.start(), mark));
            }
            _ => {}
        }
    }
    pairs.sort_unstable_by_key(|pair| (pair.start, std::cmp::Reverse(pair.end)));
    let mut outer: Vec<Span> = Vec::with_capacity(pairs.len());
    for pair in pairs {
        if outer.last().is_none_or(|last| last.end <= pair.start) {
            outer.push(pair);
        }
    }
    outer
}

/// Number of mark families; a mark closes only a mark of its own family.
const FAMILIES: usize = 7;

fn family(mark: char) -> Option<usize> {
    match mark {
        '"' => Some(0),
        '\'' => Some(1),
        '“' | '”' | '„' | '‟' => Some(2),
        '‘' | '’' | '‚' => Some(3),
        '«' | '»' => Some(4),
        '‹' | '›' => Some(5),
        '「' | '」' | '『' | '』' => Some(6),
        _ => None,
    }
}

fn closes(with: char, mark: char, before: Option<char>, after: Option<char>) -> bool {
    let shape = match with {
        '"' | '\'' => mark == with,
        '“' | '‟' => mark == '”',
        '„' => matches!(mark, '“' | '”'),
        '‘' => mark == '’',
        '‚' => matches!(mark, '‘' | '’'),
        '«' | '»' | '‹' | '›' => mark != with,
        '「' => mark == '」',
        '『' => mark == '』',
        _ => false,
    };
    // Only straight marks and the apostrophe need their surroundings to tell what they are.
    let place = match mark {
        '"' | '\'' | '’' => {
            before.is_some_and(|c| !c.is_whitespace())
                && after.is_none_or(|c| !c.is_alphanumeric() || is_unspaced(c))
        }
        _ => true,
    };
    shape && place
}

fn opens(mark: char, before: Option<char>, after: Option<char>, rest: &str) -> bool {
    let into_text = after.is_some_and(|c| !c.is_whitespace());
    let from_outside = before.is_none_or(|c| !c.is_alphanumeric() || is_unspaced(c));
    match mark {
        '“' | '„' | '‟' | '‚' | '「' | '『' | '«' | '‹' => true,
        '"' | '»' | '›' => into_text && from_outside,
        '\'' | '‘' => {
            into_text && from_outside && !after.is_some_and(char::is_numeric) && {
                let word = rest.split(|c: char| !c.is_alphabetic()).next().unwrap_or("");
                word.len() > 5 || !CLIPPED.contains(&word.to_lowercase().as_str())
            }
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let found: Vec<&str> = quotations(text).iter().map(|span| &text[span.start..span.end]).collect();
        assert_eq!(found, expected, "in {text:?}");
    }

    #[test]
    fn pairs_of_many_languages() {
        check(r#"He said "I will go" and left."#, &[r#""I will go""#]);
        check("“Come in,” she said, „bitte sehr“ — « oui ».", &["“Come in,”", "„bitte sehr“", "« oui »"]);
        check("»Guten Tag«, sagte er. 「お元気ですか」と", &["»Guten Tag«", "「お元気ですか」"]);
        check("他说\"你好吗\"然后", &["\"你好吗\""]);
        check("a 'very odd' day", &["'very odd'"]);
        check("“outer ‘inner’ text”", &["“outer ‘inner’ text”"]);
    }

    #[test]
    fn apostrophes_inches_and_lonely_marks_open_nothing() {
        check("The dogs' bones and the cats' toys, rock 'n' roll in the '90s.", &[]);
        check("It’s a 5\" pipe and a 6\" pipe; 'tis the dogs' home.", &[]);
        check(
            "She said \"never mind and left.\n\nThe next \"quoted words here\" count.",
            &["\"quoted words here\""],
        );
        check("\"one \"two three\"", &["\"two three\""]);
    }
}
