//! What must hold for any two texts.

#![allow(clippy::unwrap_used, clippy::expect_used)]
// A bound on time is measured with a clock; the crate itself has none.
#![allow(clippy::disallowed_methods)]

use std::collections::BTreeSet;

use emend_text::{Edit, HunkId, Review, Span, Verdict, apply, diff, reason};
use proptest::prelude::*;
use unicode_segmentation::UnicodeSegmentation;

/// Any text at all, and texts that are more likely to break a diff: few words, odd spacing, parts of graphemes.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        1 => any::<String>(),
        2 => "(the|cat|Cat|sat|a|40|400|3[.]5|[.]|,|\"| |  |\n| |\n\n){0,24}",
        2 => "(\u{1F468}|\u{200D}|\u{1F3FD}|\u{1F680}|\u{1F1E9}|\u{1F1EA}|e|\u{301}|\u{903}|\u{600}|\r|\n| |\u{1100}|\u{1161}){0,16}",
    ]
}

/// Prose and a rewrite of it: words replaced, removed, added, swapped, in plain spacing.
fn rewritten() -> impl Strategy<Value = (String, String)> {
    let words = prop::sample::select(vec![
        "the", "a", "to", "of", "was", "were", "we", "We", "house", "houses", "large", "40", "400", "and",
        "quickly", "walked", "however,", "done.", "\"so\"", "it's",
    ]);
    let sentence = prop::collection::vec(words.clone(), 1..20);
    (sentence, prop::collection::vec((any::<prop::sample::Index>(), 0..4_u8, words), 0..8)).prop_map(
        |(before, actions)| {
            let mut after = before.clone();
            for (at, action, word) in actions {
                let at = at.index(after.len());
                match action {
                    0 => after[at] = word,
                    1 => after.insert(at, word),
                    2 if after.len() > 1 => _ = after.remove(at),
                    _ => {
                        let word = after.remove(at);
                        after.insert(at / 2, word);
                    }
                }
            }
            (before.join(" "), after.join(" "))
        },
    )
}

/// The edits that `chosen` picks.
fn subset(edits: &[Edit], chosen: u64) -> Vec<Edit> {
    edits
        .iter()
        .enumerate()
        .filter(|(i, _)| chosen >> (i % 64) & 1 == 1)
        .map(|(_, edit)| edit.clone())
        .collect()
}

/// No edge of an edit lies inside a grapheme.
fn check_edges(original: &str, rewrite: &str, edits: &[Edit]) -> Result<(), TestCaseError> {
    let edges = |text: &str| {
        text.grapheme_indices(true).map(|(at, _)| at).chain([text.len()]).collect::<BTreeSet<_>>()
    };
    let (old, new) = (edges(original), edges(rewrite));
    let (mut grown, mut shrunk) = (0, 0);
    for Edit { span, replacement, .. } in edits {
        prop_assert!(old.contains(&span.start) && old.contains(&span.end), "{span:?} cuts a grapheme");
        let start = span.start + grown - shrunk;
        let end = start + replacement.len();
        prop_assert!(new.contains(&start) && new.contains(&end), "{replacement:?} is cut from a grapheme");
        grown += replacement.len();
        shrunk += span.len();
    }
    Ok(())
}

fn spaces_are_single(text: &str) -> bool {
    !text.contains("  ") && !text.starts_with(' ') && !text.ends_with(' ')
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn all_edits_give_the_rewrite(original in text(), rewrite in text()) {
        let edits = diff(&original, &rewrite);
        prop_assert_eq!(apply(&original, &edits), rewrite.clone());
        check_edges(&original, &rewrite, &edits)?;
    }

    #[test]
    fn edits_are_in_order_apart_and_change_something(original in text(), rewrite in text()) {
        let edits = diff(&original, &rewrite);
        for edit in &edits {
            prop_assert!(edit.span.of(&original).unwrap() != edit.replacement, "{edit:?} changes nothing");
            prop_assert!(reason(edit, &original).ends_with('.'));
        }
        for pair in edits.windows(2) {
            prop_assert!(pair[0].span.end < pair[1].span.start, "{pair:?} touch");
        }
        prop_assert!(diff(&original, &original).is_empty());
    }

    /// Each grapheme of the result comes whole from one of the two texts.
    #[test]
    fn any_subset_keeps_graphemes_whole(original in text(), rewrite in text(), chosen in any::<u64>()) {
        let edits = subset(&diff(&original, &rewrite), chosen);
        let result = apply(&original, &edits);
        let known: BTreeSet<&str> = original.graphemes(true).chain(rewrite.graphemes(true)).collect();
        for grapheme in result.graphemes(true) {
            prop_assert!(known.contains(grapheme), "{grapheme:?} in {result:?} is in neither text");
        }
    }

    #[test]
    fn any_subset_of_a_plain_rewrite_is_spaced_plainly((original, rewrite) in rewritten(), chosen in any::<u64>()) {
        prop_assume!(spaces_are_single(&original) && spaces_are_single(&rewrite));
        let result = apply(&original, &subset(&diff(&original, &rewrite), chosen));
        prop_assert!(spaces_are_single(&result), "{result:?}");
        let known: BTreeSet<&str> = original.split(' ').chain(rewrite.split(' ')).collect();
        for word in result.split(' ') {
            // A mark may be accepted without its word (`done.` and `done`), but words never run together.
            let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
            prop_assert!(known.iter().any(|known| known.trim_matches(|c: char| !c.is_alphanumeric()) == bare), "{word}");
        }
    }

    #[test]
    fn edits_elsewhere_leave_a_range_alone(
        original in text(), rewrite in text(), at in any::<prop::sample::Index>(), len in 0..9_usize,
    ) {
        let graphemes: Vec<_> = original.grapheme_indices(true).collect();
        prop_assume!(!graphemes.is_empty());
        let first = at.index(graphemes.len());
        let start = graphemes[first].0;
        let end = graphemes.get(first + len + 1).map_or(original.len(), |&(at, _)| at);
        let protected = Span::new(start, end);
        let outside: Vec<Edit> = diff(&original, &rewrite)
            .into_iter()
            .filter(|edit| edit.span.end <= start || edit.span.start >= end)
            .collect();
        let before: Vec<Edit> = outside.iter().filter(|edit| edit.span.end <= start).cloned().collect();
        let moved = start + before.iter().map(|edit| edit.replacement.len()).sum::<usize>()
            - before.iter().map(|edit| edit.span.len()).sum::<usize>();
        let result = apply(&original, &outside);
        prop_assert_eq!(protected.of(&original).unwrap(), Span::new(moved, moved + protected.len()).of(&result).unwrap());
    }

    #[test]
    fn the_order_of_decisions_does_not_matter(
        original in text(), rewrite in text(), chosen in any::<u64>(), order in any::<u64>(),
    ) {
        let edits = diff(&original, &rewrite);
        let expected = apply(&original, &subset(&edits, chosen));
        let mut review = Review::new(original.clone(), edits).unwrap();
        let count = review.hunks().len() as u64;
        let mut ids: Vec<u64> = (0..count).collect();
        ids.sort_by_key(|id| (id + 1).wrapping_mul(order | 1));
        for id in ids {
            let verdict = if chosen >> (id % 64) & 1 == 1 { Verdict::Accepted } else { Verdict::Rejected };
            review.decide(HunkId(u32::try_from(id).unwrap()), verdict).unwrap();
        }
        prop_assert_eq!(review.text(), expected);
        while review.undo() {}
        prop_assert_eq!(review.text(), original.clone());
        review.accept_all();
        prop_assert_eq!(review.text(), rewrite);
        review.undo();
        review.reject_all();
        prop_assert_eq!(review.text(), original);
    }
}

/// A fixed sequence that looks like prose: no clock and no randomness in the library, none in its tests.
fn prose(words: usize, seed: u64) -> String {
    let mut state = seed;
    let mut text = String::new();
    for _ in 0..words {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        // Few frequent words and many rare ones.
        let rank = (state >> 33) % ((state >> 17) % 2_000 + 1);
        text.extend(["w", &rank.to_string(), if state >> 60 == 0 { ". " } else { " " }]);
    }
    text
}

#[test]
fn a_hundred_kilobytes_against_unrelated_text_stay_quick() {
    let (original, rewrite) = (prose(20_000, 1), prose(20_000, 2));
    assert!(original.len() > 90_000);
    let started = std::time::Instant::now();
    let edits = diff(&original, &rewrite);
    let took = started.elapsed();
    assert_eq!(apply(&original, &edits), rewrite);
    // A tenth of a second of processor time; the bound leaves room for a busy machine, not for a square of the length.
    assert!(took.as_secs_f32() < 3.0, "took {took:?}");
}

#[test]
fn a_hundred_kilobytes_with_one_change_give_one_edit() {
    let original = prose(20_000, 1);
    let rewrite = original.replacen("w17 ", "elsewhere ", 1);
    assert_eq!(diff(&original, &rewrite).len(), 1);
}
