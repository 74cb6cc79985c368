//! Which tokens of two texts are the same: words and marks are aligned by `similar`, white space follows them.

use std::hash::Hash;
use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::tokens::Token;

/// Above this many words and marks in both texts together, alignment is anchored on words that are unique in both
/// (patience diff) before the shortest script is sought in between. Myers alone grows with the number of differences
/// times the length.
const ANCHORED_FROM: usize = 4_000;

/// A stretch of tokens that the rewrite replaces. Between two changes everything is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Change {
    /// Token numbers in the original; empty for an insertion.
    pub(crate) old: Range<usize>,
    /// Token numbers in the rewrite; empty for a deletion.
    pub(crate) new: Range<usize>,
}

/// Numbers of the words that `old` and `new` share, as pairs that rise on both sides.
pub(crate) fn matches<T: Eq + Hash>(old: &[T], new: &[T]) -> Vec<(usize, usize)> {
    let algorithm =
        if old.len() + new.len() > ANCHORED_FROM { Algorithm::Patience } else { Algorithm::Myers };
    let equal = capture_diff_slices(algorithm, old, new).into_iter().filter_map(|op| match op {
        DiffOp::Equal { old_index, new_index, len } => Some((old_index, new_index, len)),
        _ => None,
    });
    equal.flat_map(|(old, new, len)| (0..len).map(move |i| (old + i, new + i))).collect()
}

/// The stretches in which two texts differ, in order, each as short as whole tokens allow.
///
/// White space is left out of the alignment: it is everywhere and would attract matches that mean nothing.
pub(crate) fn align(old: &[Token], new: &[Token]) -> Vec<Change> {
    let (old_solid, new_solid) = (solid(old), solid(new));
    let shared = matches(&keys(old, &old_solid), &keys(new, &new_solid));
    let anchors = shared.into_iter().map(|(i, j)| (old_solid[i], new_solid[j]));
    between(old, new, Change { old: 0..old.len(), new: 0..new.len() }, anchors)
}

/// What is left of `whole` between anchors (pairs of equal tokens, in order), trimmed.
pub(crate) fn between(
    old: &[Token],
    new: &[Token],
    whole: Change,
    anchors: impl IntoIterator<Item = (usize, usize)>,
) -> Vec<Change> {
    let (mut i, mut j) = (whole.old.start, whole.new.start);
    let mut changes = Vec::new();
    let end = (whole.old.end, whole.new.end);
    for (anchor_old, anchor_new) in anchors.into_iter().chain([end]) {
        changes.extend(trim(old, new, Change { old: i..anchor_old, new: j..anchor_new }));
        (i, j) = (anchor_old + 1, anchor_new + 1);
    }
    changes
}

/// The change without the tokens that both sides start or end with; nothing if both sides are the same.
pub(crate) fn trim(old: &[Token], new: &[Token], mut change: Change) -> Option<Change> {
    let same = |i: usize, j: usize| old[i] == new[j];
    while !change.old.is_empty() && !change.new.is_empty() && same(change.old.start, change.new.start) {
        change.old.start += 1;
        change.new.start += 1;
    }
    while !change.old.is_empty() && !change.new.is_empty() && same(change.old.end - 1, change.new.end - 1) {
        change.old.end -= 1;
        change.new.end -= 1;
    }
    (!change.old.is_empty() || !change.new.is_empty()).then_some(change)
}

/// Numbers of the tokens that are not white space.
fn solid(tokens: &[Token]) -> Vec<usize> {
    (0..tokens.len()).filter(|&i| !tokens[i].is_space()).collect()
}

fn keys<'t>(tokens: &[Token<'t>], numbers: &[usize]) -> Vec<(&'t str, bool)> {
    numbers.iter().map(|&i| tokens[i].key()).collect()
}

#[cfg(test)]
mod tests {
    use super::super::tokens::tokens;
    use super::*;

    #[track_caller]
    fn check(original: &str, rewrite: &str, expected: &[(&str, &str)]) {
        let (old, new) = (tokens(original), tokens(rewrite));
        let text = |tokens: &[Token]| tokens.iter().map(|token| token.text).collect::<String>();
        let found: Vec<_> = align(&old, &new)
            .into_iter()
            .map(|change| (text(&old[change.old]), text(&new[change.new])))
            .collect();
        let expected: Vec<_> = expected.iter().map(|&(old, new)| (old.to_owned(), new.to_owned())).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_word_comes_and_goes_with_one_space() {
        check("a very good idea", "a good idea", &[("very ", "")]);
        check("a good idea", "a very good idea", &[("", "very ")]);
        check("We left early.", "We left.", &[(" early", "")]);
    }

    #[test]
    fn words_are_anchors_and_spaces_are_not() {
        check("one two three four", "one 2 3 four", &[("two three", "2 3")]);
        check("same", "same", &[]);
        check("", "new", &[("", "new")]);
    }

    #[test]
    fn changed_white_space_is_a_change() {
        check("one  two", "one two", &[("  ", " ")]);
    }
}
