//! Web addresses, e-mail addresses, @names and #tags.

use std::sync::LazyLock;

use regex::Regex;

use super::{Found, ProtectedKind};
use crate::chars::{after, before, joins_words};
use crate::pattern::pattern;
use crate::span::Span;

/// What an address can be recognised by; the rest is read from there to both sides. The last alternative is the
/// end of a host name without scheme; country codes that are also words (`it`, `is`, `me`) are left out.
static ANCHORS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"://|[wW][wW][wW]\.|@|#|\.(?:com|org|net|edu|gov|int|io|dev|app|info|ai|uk|de|fr|eu|ch|nl|es|pl|cz|jp|cn|ru|br|au|se|dk|fi|gg|xyz)",
    )
});

/// Longest scheme, local part or host that is looked for before an anchor, in bytes.
const REACH: usize = 64;

pub(super) fn find(text: &str, found: &mut Vec<Found>) {
    let mut reached = 0;
    for anchor in ANCHORS.find_iter(text) {
        let at = anchor.start();
        if at < reached {
            continue;
        }
        let link = match anchor.as_str() {
            "://" => with_scheme(text, at, anchor.end()),
            "@" => email(text, at).or_else(|| mention(text, at)),
            "#" => mention(text, at),
            tld if tld.starts_with('.') => host(text, at, anchor.end()),
            _ => www(text, at, anchor.end()),
        };
        if let Some(link) = link.filter(|link| link.span.start >= reached) {
            reached = link.span.end;
            found.push(link);
        }
    }
}

fn url(text: &str, span: Span) -> Found {
    let address = &text[span.start..span.end];
    Found::exact(span, ProtectedKind::Url, format!("url {}", address.trim_end_matches('/')))
}

fn with_scheme(text: &str, at: usize, end: usize) -> Option<Found> {
    let start = back(text, at, |c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
    let bare = text[start..at].trim_start_matches(|c: char| !c.is_ascii_alphabetic());
    if bare.is_empty() {
        return None;
    }
    let stop = url_end(text, end);
    (stop > end).then(|| url(text, Span::new(at - bare.len(), stop)))
}

fn www(text: &str, at: usize, end: usize) -> Option<Found> {
    let free = before(text, at).is_none_or(|c| !joins_words(c));
    (free && text[end..].starts_with(char::is_alphanumeric))
        .then(|| url(text, Span::new(at, url_end(text, end).max(end))))
}

/// `example.com/path` without scheme; `at` is the last dot that was recognised.
fn host(text: &str, at: usize, end: usize) -> Option<Found> {
    let start = back(text, at, |c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.'));
    let label = text[start..at].trim_start_matches(['-', '.']);
    let start = at - label.len();
    let outside = before(text, start).is_none_or(|c| !joins_words(c) && !matches!(c, '@' | '\\' | '/'));
    if label.is_empty() || !outside {
        return None;
    }
    let mut stop = end;
    // ".com" may be followed by ".au".
    while let Some(c) = after(text, stop) {
        let inner =
            matches!(c, '.' | '-') && text[stop + 1..].starts_with(|c: char| c.is_ascii_alphanumeric());
        if !(c.is_ascii_alphanumeric() || inner) || stop - end > REACH {
            break;
        }
        stop += 1;
    }
    let labels = &text[end..stop];
    if !(labels.is_empty() || labels.starts_with('.'))
        || after(text, stop).is_some_and(|c| joins_words(c) || c == '@')
    {
        return None;
    }
    if text[stop..].starts_with(['/', ':', '?', '#']) {
        stop = url_end(text, stop);
    }
    Some(url(text, Span::new(start, stop)))
}

fn email(text: &str, at: usize) -> Option<Found> {
    let local = back(text, at, |c| c.is_alphanumeric() || matches!(c, '.' | '_' | '%' | '+' | '-'));
    let name = text[local..at].trim_start_matches(['.', '-', '%', '+']);
    let mut start = at - name.len();
    let domain = &text[at + 1..];
    let end = domain.find(|c: char| !(c.is_alphanumeric() || matches!(c, '.' | '-'))).unwrap_or(domain.len());
    let domain = domain[..end].trim_end_matches(['.', '-']);
    let top = domain.rsplit('.').next().unwrap_or("");
    let whole =
        domain.len() > top.len() + 1 && top.chars().count() >= 2 && top.chars().all(char::is_alphabetic);
    if name.is_empty() || !whole {
        return None;
    }
    let stop = at + 1 + domain.len();
    let form = format!("email {}@{}", &text[start..at], domain.to_lowercase());
    // "@user@host.org" and "mailto:user@host.org" are one address each.
    if text[..start].ends_with("mailto:") {
        start -= "mailto:".len();
    } else if text[..start].ends_with('@') {
        start -= 1;
    }
    Some(Found::exact(Span::new(start, stop), ProtectedKind::Email, form))
}

fn mention(text: &str, at: usize) -> Option<Found> {
    let sign = &text[at..=at];
    let free = before(text, at).is_none_or(|c| !joins_words(c) && !matches!(c, '&' | '/' | '@' | '#'));
    let rest = &text[at + 1..];
    let end = rest
        .find(|c: char| {
            !(c.is_alphanumeric() || c == '_' || c == '-' || (sign == "@" && matches!(c, '.' | '/')))
        })
        .unwrap_or(rest.len());
    let name = rest[..end].trim_end_matches(['.', '-', '/']);
    if !free || !name.starts_with(|c: char| c.is_alphanumeric() || c == '_') {
        return None;
    }
    let span = Span::new(at, at + 1 + name.len());
    Some(Found::exact(span, ProtectedKind::Mention, format!("mention {sign}{name}")))
}

/// Where the run of characters that satisfy `part` and end at `at` begins, at most [`REACH`] bytes back.
fn back(text: &str, at: usize, part: impl Fn(char) -> bool) -> usize {
    text[..at]
        .char_indices()
        .rev()
        .take_while(|(i, c)| at - i <= REACH && part(*c))
        .last()
        .map_or(at, |(i, _)| i)
}

/// Where an address ends that goes on at `from`: at white space, at a bracket that it did not open, and before
/// punctuation that belongs to the sentence.
fn url_end(text: &str, from: usize) -> usize {
    let mut depth = 0_usize;
    let mut end = from;
    for c in text[from..].chars() {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' if depth == 0 => break,
            ')' | ']' => depth -= 1,
            '<' | '>' | '"' | '`' | '|' | '“' | '”' | '«' | '»' | '「' | '」' | '。' | '，' | '、' | '；'
            | '（' | '）' => break,
            c if c.is_whitespace() || c.is_control() => break,
            _ => {}
        }
        end += c.len_utf8();
    }
    let address = &text[from..end];
    from + address
        .trim_end_matches(['.', ',', ':', ';', '!', '?', '\'', '’', '*', '_', '~', '…', '(', '['])
        .len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let mut found = Vec::new();
        find(text, &mut found);
        let found: Vec<&str> = found.iter().map(|f| &text[f.span.start..f.span.end]).collect();
        assert_eq!(found, expected, "in {text:?}");
    }

    #[test]
    fn an_address_ends_where_the_sentence_goes_on() {
        check(
            "(see https://a.example/x_(y)), or http://b.example/?q=1&r=2.",
            &["https://a.example/x_(y)", "http://b.example/?q=1&r=2"],
        );
        check("[text](https://a.example/b)**bold**", &["https://a.example/b"]);
        check(
            "Visit www.example.org/a! Or example.co.uk, shop.example.com.au:8080/x.",
            &["www.example.org/a", "example.co.uk", "shop.example.com.au:8080/x"],
        );
    }

    #[test]
    fn words_around_dots_are_no_hosts() {
        check("the end.It was.command and .NET or a.deep look", &[]);
    }

    #[test]
    fn mail_names_and_tags() {
        check(
            "Ask ann.b+x@mail.example.org, @bob_c. or #help-1; not a@b or 5 @ 3, C# or ## x.",
            &["ann.b+x@mail.example.org", "@bob_c", "#help-1"],
        );
        check("mailto:a@b.example <c@d.example>", &["mailto:a@b.example", "c@d.example"]);
    }
}
