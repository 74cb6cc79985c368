//! Code in prose: inline code, placeholders, file names and paths, identifiers, flags.

use std::sync::LazyLock;

use regex::Regex;

use super::{Found, ProtectedKind};
use crate::chars::{after, before, joins_words};
use crate::pattern::pattern;
use crate::span::Span;

static TICKS: LazyLock<Regex> = LazyLock::new(|| pattern(r"`+|(?:\r\n?|\n)[ \t]*(?:\r\n?|\n)"));

/// Template placeholders, printf directives, citation keys, LaTeX formulas.
static PLACEHOLDERS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\{\{[^{}\n]*\}\}|\{%[^%\n]*%\}|\$\{[^{}\n]*\}|\{[A-Za-z_][A-Za-z0-9_.]*\}|\{[0-9]\}|%\([a-z_]+\)[sd]|%[sd]|\[@[^\]\n]+\]|\\\([^\n]*?\\\)|\\\[[^\]]*?\\\]",
    )
});

/// What makes a run without white space worth a look.
static HINTS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"[/\\_]|\(\)|--[a-z]|\.(?:rs|py|js|ts|jsx|tsx|json|toml|ya?ml|md|txt|pdf|docx?|odt|tex|xlsx?|csv|tsv|png|jpe?g|gif|svg|html?|css|sh|exe|dll|zip|gz|tar|log|cfg|ini|xml|sql|db|cpp|hpp|java|go|rb|php|ipynb|gguf)(?-u:\b)",
    )
});

static PATH: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^(?:(?:~|\.{1,2})?/[\p{L}0-9_.+@-][\p{L}0-9_.+@/~-]*|[A-Za-z]:\\[^*?<>|]*|\\\\[^*?<>|]+|(?:[\p{L}0-9_.+@-]+[/\\])+[\p{L}0-9_+@-]*\.[A-Za-z][A-Za-z0-9]{0,5}|(?:[\p{L}0-9_.+@-]+/){2,})$",
    )
});

static NAME: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^(?:[\p{L}0-9_-]+(?:\.[\p{L}0-9_-]+)*\.[a-z]{2,5}|[A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)+(?:\(\))?|[A-Za-z_][A-Za-z0-9_.:]*\(\)|--[a-z][a-z0-9-]*(?:=\S+)?)$",
    )
});

/// Longer runs without white space are not looked at, in bytes.
const LONGEST: usize = 512;

pub(super) fn find(text: &str, found: &mut Vec<Found>) {
    in_ticks(text, found);
    for placeholder in PLACEHOLDERS.find_iter(text) {
        // "100%s" would be a typo, "%short" a word.
        let directive = placeholder.as_str().starts_with('%');
        let alone = before(text, placeholder.start()).is_none_or(|c| !c.is_alphanumeric())
            && after(text, placeholder.end()).is_none_or(|c| !joins_words(c));
        if !directive || alone {
            push(text, placeholder.start(), placeholder.end(), found);
        }
    }
    let mut reached = 0;
    for hint in HINTS.find_iter(text) {
        if hint.start() < reached {
            continue;
        }
        let (start, end) = run_around(text, hint.start());
        reached = end;
        if end - start <= LONGEST {
            let run = &text[start..end];
            let open = ['(', '[', '{', '<', '"', '\'', '“', '‘', '«', '*', '_', '`'];
            let close =
                ['.', ',', ':', ';', '!', '?', ']', '}', '>', '"', '\'', '”', '’', '»', '*', '_', '`', '…'];
            let inner = run.trim_start_matches(open);
            let start = end - inner.len();
            let mut inner = inner.trim_end_matches(close);
            if inner.ends_with(')') && !inner.ends_with("()") {
                inner = inner.trim_end_matches(')').trim_end_matches(close);
            }
            if PATH.is_match(inner) || NAME.is_match(inner) {
                push(text, start, start + inner.len(), found);
            }
        }
    }
}

fn push(text: &str, start: usize, end: usize, found: &mut Vec<Found>) {
    let form = format!("code {}", text[start..end].trim_matches('`').trim());
    found.push(Found::exact(Span::new(start, end), ProtectedKind::Code, form));
}

/// Spans between runs of equally many backticks in one paragraph.
fn in_ticks(text: &str, found: &mut Vec<Found>) {
    let mut runs: Vec<Span> = Vec::new();
    for mark in TICKS.find_iter(text) {
        if mark.as_str().starts_with('`') {
            runs.push(Span::new(mark.start(), mark.end()));
        } else {
            pair(text, &runs, found);
            runs.clear();
        }
    }
    pair(text, &runs, found);
}

fn pair(text: &str, runs: &[Span], found: &mut Vec<Found>) {
    // Lengths that have no partner any more: without this, many lonely runs would each search to the end.
    let mut lonely: Vec<usize> = Vec::new();
    let mut i = 0;
    while i < runs.len() {
        let open = runs[i];
        let close = if lonely.contains(&open.len()) {
            None
        } else {
            (i + 1..runs.len()).find(|j| runs[*j].len() == open.len())
        };
        if let Some(j) = close {
            push(text, open.start, runs[j].end, found);
            i = j + 1;
        } else {
            lonely.push(open.len());
            i += 1;
        }
    }
}

/// The run without white space around `at`; looks at most a little further than [`LONGEST`] bytes to each side.
fn run_around(text: &str, at: usize) -> (usize, usize) {
    let start = text[..at]
        .char_indices()
        .rev()
        .take_while(|(i, c)| !c.is_whitespace() && at - i <= LONGEST + 4)
        .last()
        .map_or(at, |(i, _)| i);
    let end = text[at..]
        .char_indices()
        .take_while(|(i, c)| !c.is_whitespace() && *i <= LONGEST + 4)
        .last()
        .map_or(at, |(i, c)| at + i + c.len_utf8());
    (start, end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let mut found = Vec::new();
        find(text, &mut found);
        found.sort_by_key(|f| f.span);
        let found: Vec<&str> = found.iter().map(|f| &text[f.span.start..f.span.end]).collect();
        assert_eq!(found, expected, "in {text:?}");
    }

    #[test]
    fn ticks_pair_by_length_within_a_paragraph() {
        check("Use `a`, ``b ` c`` and `d.\n\nThen `e`.", &["`a`", "``b ` c``", "`e`"]);
    }

    #[test]
    fn placeholders() {
        check(
            "Hi {name}, {{ user.mail }}, ${HOME}, %s and [@doe2020] but { not this } or 100%s",
            &["{name}", "{{ user.mail }}", "${HOME}", "%s", "[@doe2020]"],
        );
    }

    #[test]
    fn paths_names_and_flags_but_not_slashed_words() {
        check(
            "Open /etc/hosts, ~/x.txt, (src/main.rs) or C:\\Temp\\a.log.",
            &["/etc/hosts", "~/x.txt", "src/main.rs", "C:\\Temp\\a.log"],
        );
        check(
            "Call do_it() or print(), pass --dry-run, read report.pdf; and/or he/she at 5 km/h, _soft_.",
            &["do_it()", "print()", "--dry-run", "report.pdf"],
        );
    }
}
