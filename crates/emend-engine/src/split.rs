//! Dividing what is too long for a model.

use emend_text::Span;

/// Divides `span` until `fits` holds for every part: after a semicolon, colon or dash if there is one near the
/// middle, else after a comma, else between two words; never inside a frozen span. A part that cannot be divided is
/// returned as it is. Parts are trimmed, in order, and cover everything but white space.
pub(crate) fn split(text: &str, span: Span, frozen: &[Span], fits: &dyn Fn(Span) -> bool) -> Vec<Span> {
    let mut parts = Vec::new();
    // A stack rather than recursion: the text is the user's, and so would be the depth.
    let mut rest = vec![span];
    while let Some(part) = rest.pop() {
        match (!fits(part)).then(|| place(text, part, frozen)).flatten() {
            None => parts.push(part),
            Some(at) => rest.extend([trimmed(text, at, part.end), trimmed(text, part.start, at)]),
        }
    }
    parts
}

/// The best place to divide `span`: the start of a word.
fn place(text: &str, span: Span, frozen: &[Span]) -> Option<usize> {
    let part = &text[span.start..span.end];
    let middle = span.len() / 2;
    let mut best: Option<(u8, usize)> = None;
    let mut place = None;
    let mut before = None;
    for (at, c) in part.char_indices() {
        if let Some(mark) = before
            && !c.is_whitespace()
            && !frozen.iter().any(|frozen| frozen.start < span.start + at && span.start + at < frozen.end)
        {
            let distance = at.abs_diff(middle);
            let rank = match mark {
                _ if distance > middle / 2 => 3,
                ';' | ':' | '\u{2013}' | '\u{2014}' => 0,
                ',' => 1,
                _ => 2,
            };
            if best.is_none_or(|best| (rank, distance) < best) {
                best = Some((rank, distance));
                place = Some(span.start + at);
            }
        }
        // The last visible character, once white space follows it.
        before = match (c.is_whitespace(), before) {
            (true, Some(mark)) => Some(mark),
            (true, None) => part[..at].chars().next_back(),
            (false, _) => None,
        };
    }
    place
}

fn trimmed(text: &str, start: usize, end: usize) -> Span {
    let part = &text[start..end];
    let start = start + (part.len() - part.trim_start().len());
    Span::new(start, start + part.trim().len())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parts<'t>(text: &'t str, frozen: &[Span], most: usize) -> Vec<&'t str> {
        split(text, Span::new(0, text.len()), frozen, &|span| span.len() <= most)
            .into_iter()
            .map(|span| &text[span.start..span.end])
            .collect()
    }

    #[test]
    fn divides_at_the_strongest_mark_near_the_middle() {
        let text = "We came early, for the room was cold; they left, as always, very late.";
        assert_eq!(
            parts(text, &[], 40),
            ["We came early, for the room was cold;", "they left, as always, very late."]
        );
        assert_eq!(parts("one two, three four", &[], 12), ["one two,", "three four"]);
        assert_eq!(parts("one two three four", &[], 10), ["one two", "three four"]);
    }

    #[test]
    fn what_fits_or_has_no_place_stays_whole() {
        assert_eq!(parts("one two", &[], 7), ["one two"]);
        assert_eq!(parts("unbreakable", &[], 3), ["unbreakable"]);
        assert_eq!(parts("a `b c d e f` g", &[Span::new(2, 13)], 5), ["a", "`b c d e f`", "g"]);
    }

    proptest! {
        #[test]
        fn nothing_but_space_is_lost(text in "[a-zé ,;\n]{0,80}", most in 1usize..30) {
            let ink = |text: &str| text.split_whitespace().collect::<String>();
            let parts = parts(&text, &[], most);
            prop_assert_eq!(parts.iter().map(|part| ink(part)).collect::<String>(), ink(&text));
            for part in parts {
                prop_assert!(part.len() <= most || !part.trim().contains(char::is_whitespace), "{part:?}");
            }
        }
    }
}
