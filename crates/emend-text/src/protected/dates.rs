//! Dates and times of day that begin at, or just before, a digit.

use std::sync::LazyLock;

use regex::{Captures, Regex};
use unicode_segmentation::UnicodeSegmentation;

use super::{Found, Key, ProtectedKind, UnitKind};
use crate::chars::{after, joins_words};
use crate::pattern::pattern;
use crate::span::Span;

static NUMERIC: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^(?:([0-9]{4})-([0-9]{2})-([0-9]{2})(?:T[0-9]{2}:[0-9]{2}(?::[0-9]{2})?(?:\.[0-9]+)?(?:Z|[+-][0-9]{2}:?[0-9]{2})?)?|([0-9]{1,2})/([0-9]{1,2})/([0-9]{4}|[0-9]{2})|([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})|([0-9]{1,2})-([0-9]{1,2})-([0-9]{4}))",
    )
});

/// Also abbreviated to three letters, September to four.
const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

static DAY_FIRST: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"(?i)^([0-9]{1,2})(?:st|nd|rd|th|\.)?[ \u{a0}-](?:of )?([a-z]{3,9})(\.?,?[ -]([0-9]{4}))?")
});

static AFTER_MONTH: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i)^(?:([0-9]{4})|([0-9]{1,2})(?:st|nd|rd|th)?(,? ([0-9]{4}))?)"));

static TIME: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)^([0-9]{1,2})(?:[:.]([0-9]{2}))?(?::([0-9]{2}))?(?:[ \u{a0}]?([ap])(?:\.[ ]?m\.?|m)|[ ]?o['’]clock)|^([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?|^([0-9]{1,2})h([0-9]{2})",
    )
});

/// How far a date or a time reaches, in bytes.
const REACH: usize = 48;

/// The date or time whose first digit is at `at`.
pub(super) fn at(text: &str, at: usize) -> Option<Found> {
    let window = window(text, at);
    month_first(text, at, window)
        .or_else(|| numeric(text, at, window))
        .or_else(|| day_first(text, at, window))
        .or_else(|| time(text, at, window))
}

fn window(text: &str, at: usize) -> &str {
    let mut end = (at + REACH).min(text.len());
    while !text.is_char_boundary(end) {
        end += 1;
    }
    &text[at..end]
}

/// Whether a word or number would be cut at `at`.
fn cuts(text: &str, at: usize) -> bool {
    after(text, at).is_some_and(joins_words)
}

/// Whether a year may end at `at`: in "on 5 May, 2024-05-06" the second date is another one.
fn ends_here(text: &str, at: usize) -> bool {
    let goes_on = text[at..].starts_with(['-', '/', '.']) && digit_follows(text, at);
    !(goes_on || cuts(text, at))
}

fn numeric(text: &str, at: usize, window: &str) -> Option<Found> {
    let found = NUMERIC.captures(window)?;
    let span = Span::new(at, at + found[0].len());
    if cuts(text, span.end) || text[span.end..].starts_with(['/', '-']) {
        return None;
    }
    let parts: Vec<&str> = found.iter().skip(1).flatten().map(|group| group.as_str()).collect();
    let month = found.get(1).is_some().then(|| number(parts[1])).and_then(|month| month.parse().ok());
    let keys = parts
        .iter()
        .enumerate()
        .map(|(i, part)| match month {
            Some(month) if i == 1 => month_key(month),
            _ => number_key(&number(part)),
        })
        .chain(found[0].split_once('T').map(|(_, time)| Key::exact(format!("time {time}"))))
        .collect();
    Some(Found { span, kind: ProtectedKind::Date, keys })
}

fn day_first(text: &str, at: usize, window: &str) -> Option<Found> {
    let found = DAY_FIRST.captures(window)?;
    let month = month(&found[2])?;
    let name_end = at + found.get(2)?.end();
    let year = found.get(4).filter(|year| ends_here(text, at + year.end()));
    let end = year.map_or(name_end, |year| at + year.end());
    if cuts(text, name_end) {
        return None;
    }
    let keys = [number_key(&number(&found[1])), month_key(month)];
    let keys = keys.into_iter().chain(year.map(|year| number_key(year.as_str()))).collect();
    Some(Found { span: Span::new(at, end), kind: ProtectedKind::Date, keys })
}

fn month_first(text: &str, at: usize, window: &str) -> Option<Found> {
    let before = text[..at].strip_suffix([' ', '\u{a0}', '\n'])?;
    let name = before.strip_suffix('.').unwrap_or(before);
    let start = name
        .char_indices()
        .rev()
        .take(10)
        .take_while(|(_, c)| c.is_ascii_alphabetic())
        .last()
        .map(|(i, _)| i)
        .filter(|start| text[..*start].chars().next_back().is_none_or(|c| !joins_words(c)))?;
    let month = month(&name[start..])?;
    let found = AFTER_MONTH.captures(window)?;
    let fits = |group: usize| found.get(group).filter(|group| ends_here(text, at + group.end()));
    let whole = |found: &Captures<'_>| at + found[0].len();
    let (end, numbers) = match (fits(1), fits(4), found.get(2)) {
        (Some(year), _, _) => (at + year.end(), vec![number(year.as_str())]),
        (None, Some(year), Some(day)) => (at + year.end(), vec![number(day.as_str()), number(year.as_str())]),
        (None, None, Some(day)) => {
            let end = found.get(3).map_or(whole(&found), |tail| at + tail.start());
            (end, vec![number(day.as_str())])
        }
        _ => return None,
    };
    if cuts(text, end)
        || text[end..].starts_with(':')
        || text[end..].starts_with([',', '.']) && digit_follows(text, end)
    {
        return None;
    }
    let keys = std::iter::once(month_key(month)).chain(numbers.iter().map(|n| number_key(n))).collect();
    Some(Found { span: Span::new(start, end), kind: ProtectedKind::Date, keys })
}

fn digit_follows(text: &str, at: usize) -> bool {
    text[at + 1..].starts_with(|c: char| c.is_ascii_digit())
}

fn time(text: &str, at: usize, window: &str) -> Option<Found> {
    let found = TIME.captures(window)?;
    let span = Span::new(at, at + found[0].len());
    if (cuts(text, span.end) && !found[0].ends_with('.'))
        || (text[span.end..].starts_with(':') && digit_follows(text, span.end))
    {
        return None;
    }
    let part = |groups: [usize; 3]| {
        groups.iter().find_map(|group| found.get(*group)).and_then(|m| m.as_str().parse::<u32>().ok())
    };
    let hour = part([1, 5, 8])?;
    let minute = part([2, 6, 9]).unwrap_or(0);
    let half = found.get(4).map(|half| half.as_str().eq_ignore_ascii_case("p"));
    if hour > 24 || minute > 59 || half.is_some_and(|_| hour > 12 || hour == 0) {
        return None;
    }
    // One form for "5 p.m.", "5:00 PM" and "17:00".
    let hour = match half {
        Some(true) => hour % 12 + 12,
        Some(false) => hour % 12,
        None => hour,
    };
    let seconds = part([3, 7, 7]).map_or(String::new(), |seconds| format!(":{seconds:02}"));
    Some(Found::exact(span, ProtectedKind::Time, format!("time {hour}:{minute:02}{seconds}")))
}

/// The number of a month, 1 to 12. Names that are also words count only with a capital.
fn month(name: &str) -> Option<usize> {
    if matches!(name, "may" | "march" | "mar" | "dec" | "sep" | "jan") {
        return None;
    }
    month_of(&name.to_lowercase())
}

fn month_of(lower: &str) -> Option<usize> {
    let is = |month: &&str| {
        **month == *lower || month[..3] == *lower || (lower == "sept" && month.starts_with(lower))
    };
    MONTHS.iter().position(is).map(|position| position + 1)
}

/// Whether `text` names the month of this key anywhere, in any case: in "on may 5" the writer forgot a capital.
pub(super) fn names_month_of(text: &str, key: &Key) -> bool {
    let month: Option<usize> = key.form.strip_prefix(MONTH_FORM).and_then(|month| month.parse().ok());
    month.is_some() && text.unicode_words().any(|word| month_of(&word.to_lowercase()) == month)
}

/// How the form of a month begins.
const MONTH_FORM: &str = "month ";

fn month_key(month: usize) -> Key {
    Key { form: format!("{MONTH_FORM}{month}"), value: Some(month.to_string()), unit: UnitKind::Word }
}

fn number_key(value: &str) -> Key {
    Key { form: format!("n {value}"), value: Some(value.to_owned()), unit: UnitKind::None }
}

/// Without leading zeros.
fn number(digits: &str) -> String {
    let bare = digits.trim_start_matches('0');
    if bare.is_empty() { "0".to_owned() } else { bare.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_are_known_by_name_and_abbreviation() {
        for (number, name) in MONTHS.iter().enumerate() {
            assert_eq!(month(&name.to_uppercase()), Some(number + 1));
            assert_eq!(month(&name[..3].to_uppercase()), Some(number + 1));
        }
        assert_eq!(month("Sept"), Some(9));
        assert_eq!(month("may"), None, "a verb without its capital");
        assert_eq!(month("mars"), None);
    }

    #[track_caller]
    fn forms(text: &str) -> Vec<String> {
        let at = text.find(|c: char| c.is_ascii_digit()).unwrap_or(0);
        let mut forms: Vec<String> = super::at(text, at)
            .map(|found| found.keys.into_iter().map(|key| key.form).collect())
            .unwrap_or_default();
        forms.sort();
        forms
    }

    #[test]
    fn one_day_in_many_spellings() {
        for text in [
            "12 March 2024",
            "March 12, 2024",
            "2024-03-12",
            "12th of March 2024",
            "Mar. 12th 2024",
            "12-Mar-2024",
        ] {
            assert_eq!(forms(text), ["month 3", "n 12", "n 2024"], "{text}");
        }
        assert_eq!(forms("May 2024"), ["month 5", "n 2024"]);
        assert!(forms("may 2024 people").is_empty());
    }

    #[test]
    fn one_time_in_many_spellings() {
        for text in ["5 p.m.", "5pm", "5:00 PM", "17:00", "17h00"] {
            assert_eq!(forms(text), ["time 17:00"], "{text}");
        }
        assert_eq!(forms("12 am"), ["time 0:00"]);
        assert!(forms("99:99").is_empty() && forms("3:1").is_empty() && forms("5 amps").is_empty());
    }
}
