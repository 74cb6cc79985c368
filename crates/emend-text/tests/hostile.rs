//! Long and hostile texts: the time grows with the length, not with its square.

#![allow(clippy::unwrap_used, clippy::expect_used)]
#![allow(clippy::disallowed_methods, reason = "the crate has no clock; this measures it from outside")]

use std::time::{Duration, Instant};

use emend_text::{Format, Glossary, Span, Utf16Index, breach, prose, protected, sentences};

/// Quadratic work on any of these texts takes minutes; the limit leaves room for slow and busy machines.
const LIMIT: Duration = Duration::from_secs(5);

/// Everything that is done with a text before a model sees it. Gives the number of sentences.
fn plan(text: &str, format: Format) -> usize {
    let glossary =
        Glossary::new(["GitHub", "machine learning", "Infrastructure as a Service"].map(str::to_owned));
    let index = Utf16Index::new(text);
    let mut count = 0;
    for piece in prose(text, format) {
        for sentence in sentences(text, piece.span, &piece.frozen) {
            index.span_to_utf16(text, sentence).unwrap();
            count += 1;
        }
    }
    assert!(protected(text, &glossary).iter().all(|found| found.span.end <= text.len()));
    count
}

#[track_caller]
fn check(name: &str, text: &str) {
    for format in [Format::Plain, Format::Markdown] {
        let start = Instant::now();
        let count = plan(text, format);
        let time = start.elapsed();
        println!("{name}, {format:?}: {} bytes, {count} sentences, {time:?}", text.len());
        assert!(time < LIMIT, "{name}, {format:?}: {time:?} for {} bytes", text.len());
    }
    let start = Instant::now();
    let whole = Span::new(0, text.len());
    sentences(text, whole, &[]);
    let time = start.elapsed();
    assert!(time < LIMIT, "{name}: sentences of the whole text took {time:?}");
}

const PAGE: &str = "\
# Chapter 12: what we found

Dr. Keller **met** Mr. Lind at 5 p.m. on 12 March 2024 in [the old house](https://a.example/x?y=1) of *Machine \
learning* Inc. He said, \"I will never go there again,\" and left `main.rs` open (it was late). It cost $1,250.50, \
i.e. 12 % more… Did she agree? No! See ann@mail.example or @bob.

- one item with a [label] and 5 km of text
- another item, e.g. This one

| a | b |
|---|---|
| 1 | 2 |

> somebody else's words

```rust
let x = 5;
```

Das war „ein ganz anderes Wort“. 今天下雨。我不去！ Ça va ? Oui, c’est $a + b$ fini.

[label]: https://b.example
";

#[test]
fn a_book() {
    check("a book", &PAGE.repeat(1_000_000 / PAGE.len() + 1));
}

#[test]
fn a_breach_check_of_a_long_text() {
    let text = PAGE.repeat(200);
    let start = Instant::now();
    assert!(breach(&text, &text.replace("1,250.50", "1,250.51"), &Glossary::empty()).is_some());
    assert!(start.elapsed() < LIMIT, "{:?}", start.elapsed());
}

#[test]
fn lines_of_a_hundred_thousand_characters() {
    for part in [
        "a",
        " ",
        ".",
        ". ",
        "! ",
        "?!",
        "…",
        "。",
        "的",
        "ไ",
        "(",
        ")",
        "()",
        "[",
        "]",
        "![",
        "[a](",
        "[^1]",
        "[1] ",
        "*",
        "**a ",
        "_a",
        "~~",
        "`",
        "``` ",
        "` `` ",
        "$",
        "$$ ",
        "$a",
        "<",
        "<a ",
        "<b>",
        "<code>",
        "</code>",
        "<!--",
        "\"",
        " \"",
        "\"a ",
        "“",
        "”",
        "'",
        " 'a",
        "’",
        "«",
        "「",
        "「。",
        "{",
        "{{",
        "{%",
        "${",
        "\\",
        "\\(",
        "\\[",
        "&",
        "&amp;",
        "@",
        "a@",
        "a@b.",
        "@a",
        "#",
        "#a",
        "://",
        "a://",
        "http://a",
        "www.",
        "www.a",
        ".com",
        "a.com",
        ".com@",
        "/",
        "/a",
        "a/",
        "\\a",
        "a_",
        "()a",
        "--a",
        ".rs",
        ".rs ",
        "5",
        "5 ",
        "5,",
        "1,000,",
        "5.",
        "5:",
        "5/",
        "5-",
        "-5 ",
        "$5",
        "5$",
        "5 k",
        "½",
        "March ",
        "March 5 ",
        "5 March ",
        "12:30:",
        "a5",
        "😀",
        "! 😀",
        "\u{301}",
        ".\u{301}",
        "\u{200d}",
        "\0",
        "\u{feff}",
        "\n",
        "\r",
        "\r\n",
        "a\n",
        "a \n",
        "a  \n",
        "- ",
        "- a\n",
        "1. ",
        "> ",
        ">",
        "# ",
        "#\n",
        "|",
        "|a",
        "|a|\n|-|\n",
        "    a\n",
        "\t",
        "---\n",
        "+++\n",
        ": a\n",
        "[a]: b\n",
        "[^a]: b\n",
        "Mr. ",
        "A. ",
        "U.S. ",
        "e.g. A",
        "Infrastructure as a ",
        "GitHub ",
        "machine\n",
        "é",
        "שלום ",
        "، ",
        "؟ ",
        "\u{2029}",
        "one two ",
    ] {
        check(&format!("{part:?}"), &part.repeat(100_000 / part.chars().count()));
    }
}

#[test]
fn deep_nesting_does_not_exhaust_the_stack() {
    for part in ["> ", "- ", "* a\n ", "(", "**a", "*a **b ", "[", "<b>", "\"“‘«"] {
        let text = part.repeat(20_000) + "text. And more.";
        plan(&text, Format::Markdown);
        plan(&text, Format::Plain);
    }
}
