//! Gives a rewrite the white space of its original: models answer in one line, people wrap theirs.
//!
//! Here a word is whatever stands between white space, marks included.

use crate::diff::matches;

/// `rewrite` with the line breaks, double spaces and indentation of `original`.
///
/// White space between two words that both texts share is taken from the original, so are its first and last. A line
/// break inside a rewritten stretch stays about where it was; one behind a removed word moves to the next gap. New
/// words get one space. The words of the result are those of the rewrite; when they are also those of the original, so
/// is every byte.
///
/// ```
/// let original = "The meeting was\n    held in  June.";
/// assert_eq!(emend_text::keep_layout(original, "We held the meeting in June."), "We held the meeting\n    in  June.");
/// ```
pub fn keep_layout(original: &str, rewrite: &str) -> String {
    let Words { words: old, gaps: mut old_gaps } = Words::of(original);
    let new: Vec<&str> = rewrite.split_whitespace().collect();
    if new.is_empty() || old.is_empty() {
        let around =
            if old.is_empty() { original.to_owned() } else { [old_gaps[0], old_gaps[old.len()]].concat() };
        return around + &new.join(" ");
    }
    // The white space at both ends stays there, whatever becomes of the words next to it.
    let leading = std::mem::replace(&mut old_gaps[0], " ");
    let trailing = std::mem::replace(&mut old_gaps[old.len()], " ");
    // gaps[k] stands before word k of the rewrite, the last one behind all words.
    let mut gaps = vec![" "; new.len() + 1];
    let (mut i, mut j) = (0, 0);
    for (match_old, match_new) in matches(&old, &new).into_iter().chain([(old.len(), new.len())]) {
        fill(&mut gaps[j..=match_new], &old_gaps[i..=match_old]);
        (i, j) = (match_old + 1, match_new + 1);
    }
    (gaps[0], gaps[new.len()]) = (leading, trailing);
    let mut text = String::with_capacity(original.len().max(rewrite.len()));
    for (gap, word) in gaps.iter().zip(new.iter().chain([&""])) {
        text.push_str(gap);
        text.push_str(word);
    }
    text
}

/// Words and what stands around them: `gaps[k]` before word k, one more at the end.
struct Words<'t> {
    words: Vec<&'t str>,
    gaps: Vec<&'t str>,
}

impl<'t> Words<'t> {
    fn of(text: &'t str) -> Self {
        let (mut words, mut gaps) = (Vec::new(), Vec::new());
        let mut rest = text;
        loop {
            let word = rest.trim_start();
            gaps.push(&rest[..rest.len() - word.len()]);
            if word.is_empty() {
                return Words { words, gaps };
            }
            let end = word.find(char::is_whitespace).unwrap_or(word.len());
            words.push(&word[..end]);
            rest = &word[end..];
        }
    }
}

/// Spreads the gaps of a stretch of the original over the gaps of what replaced it. Both have one gap more than words.
fn fill<'t>(new: &mut [&'t str], old: &[&'t str]) {
    let weight = |gap: &&&str| (gap.matches('\n').count(), **gap != " ");
    match (new, old) {
        // Words were taken out: of the gaps around them the most telling stays.
        ([only], old) => {
            if let Some(gap) = old.iter().rev().max_by_key(weight) {
                *only = gap;
            }
        }
        // Words were put in: they continue the line, and the old gap follows.
        ([.., last], [gap]) => *last = gap,
        ([first, inner @ .., last], [old_first, old_inner @ .., old_last]) => {
            (*first, *last) = (old_first, old_last);
            for (at, gap) in old_inner.iter().enumerate().filter(|(_, gap)| **gap != " ") {
                // As far into the new stretch as it was in the old one.
                let place = (at * 2 + 1) * inner.len() / (old_inner.len() * 2);
                match inner.get_mut(place) {
                    Some(inner) => *inner = gap,
                    // One word has no gap inside; a line break is then kept before what follows.
                    None if weight(&gap) > weight(&&*last) => *last = gap,
                    None => {}
                }
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(original: &str, rewrite: &str, expected: &str) {
        assert_eq!(keep_layout(original, rewrite), expected);
    }

    #[test]
    fn line_breaks_survive_an_edit() {
        check("We was\nlate on\nMonday.", "We were late on Monday.", "We were\nlate on\nMonday.");
        check("First line,\n  second  line.\n", "First line, third line.", "First line,\n  third  line.\n");
    }

    #[test]
    fn a_removed_word_takes_no_line_break_with_it() {
        check("one two\nthree four", "one two four", "one two\nfour");
        check("one\ntwo\n\nthree", "one three", "one\n\nthree");
    }

    #[test]
    fn new_words_get_one_space() {
        check("one\ntwo", "one and a half two", "one and a half\ntwo");
        check("  one", "zero one more", "  zero one more");
        check("", "  new  words ", "new words");
    }

    #[test]
    fn a_rewritten_stretch_is_wrapped_where_it_was() {
        check("Due to the\nfact that it rained", "Because of how it rained", "Because of\nhow it rained");
    }

    #[test]
    fn nothing_but_space() {
        check(" \n ", "word", " \n word");
        check(" a ", "", "  ");
    }

    /// Short words, so that texts share many of them, between all sorts of white space.
    fn text() -> impl Strategy<Value = String> {
        "([ab.]{1,2}|[ \n\t\u{a0}]{1,3}|é|👍🏽){0,24}"
    }

    proptest! {
        #[test]
        fn the_words_are_those_of_the_rewrite(original in text(), rewrite in text()) {
            let kept = keep_layout(&original, &rewrite);
            prop_assert!(kept.split_whitespace().eq(rewrite.split_whitespace()), "{kept:?}");
        }

        #[test]
        fn the_same_words_are_the_same_bytes(original in text()) {
            let one_line = original.split_whitespace().collect::<Vec<_>>().join(" ");
            prop_assert_eq!(keep_layout(&original, &one_line), original);
        }
    }
}
