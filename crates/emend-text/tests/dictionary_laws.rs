//! What holds of any personal dictionary and any text.

use emend_text::{Dictionary, Span};
use proptest::prelude::*;

/// Pieces that meet in texts and on both sides of rules.
fn piece() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "a",
        "an",
        "the",
        "apple",
        "Apple",
        "APPLE",
        "IT",
        "it's",
        "client’s",
        "K8s",
        ".NET",
        ":note",
        "see:",
        ",",
        "--",
        "`",
        "\"",
        "_",
        "*",
        "-",
        "/",
        " ",
        "  ",
        "\n",
        "\n\n",
        "é",
        "e\u{301}",
        "東京",
        "👩",
        "\u{200D}",
        "🚀",
        "ß",
        "İ",
    ])
}

fn text(most: usize) -> impl Strategy<Value = String> {
    prop::collection::vec(piece(), 0..most).prop_map(|pieces| pieces.concat())
}

fn lines() -> impl Strategy<Value = Vec<String>> {
    let rule = (text(4), text(4)).prop_map(|(old, new)| format!("{old} -> {new}"));
    prop::collection::vec(prop_oneof![text(4), rule], 0..6)
}

proptest! {
    #[test]
    fn rulings_stand_apart_and_change_something(text in text(24), lines in lines(), frozen in (0usize..40, 0usize..10)) {
        let dictionary = Dictionary::new(lines.iter().map(String::as_str));
        let frozen = Span::new(frozen.0, frozen.0 + frozen.1);
        let reading = dictionary.read(&text, &[frozen]);
        let mut end = 0;
        for ruling in &reading.ruled {
            prop_assert!(end <= ruling.span.start, "{reading:?}");
            end = ruling.span.end;
            prop_assert_ne!(Ok(ruling.replacement.as_str()), ruling.span.of(&text), "{:?}", reading);
            prop_assert!(!ruling.span.overlaps(frozen));
        }
        for right in &reading.right {
            prop_assert!(right.of(&text).is_ok());
            prop_assert!(reading.ruled.iter().all(|ruling| !ruling.span.overlaps(*right)), "{reading:?}");
        }
    }
}
