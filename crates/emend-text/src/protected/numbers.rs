//! Numbers with what belongs to them: sign, decimals, magnitude, unit, currency; versions; names with digits.

use std::sync::LazyLock;

use regex::Regex;

use super::units::{currency_sign, currency_word, magnitude, unit};
use super::{Found, Key, ProtectedKind, UnitKind, dates};
use crate::chars::{after, before, joins_words};
use crate::pattern::pattern;
use crate::span::Span;

static DIGITS: LazyLock<Regex> = LazyLock::new(|| pattern(r"[\p{Nd}¼½¾⅐-⅞]+"));

/// How far a name with digits reaches to each side of a digit, in bytes.
const REACH: usize = 64;

pub(super) fn find(text: &str, found: &mut Vec<Found>) {
    let mut reached = 0;
    for digits in DIGITS.find_iter(text) {
        if digits.start() < reached {
            continue;
        }
        let number = read(text, digits.start());
        // A date may begin before its digits, but not inside the number before it.
        if number.span.start >= reached {
            reached = number.span.end;
            found.push(number);
        }
    }
}

/// The number whose first digit is at `at`.
fn read(text: &str, at: usize) -> Found {
    if before(text, at).is_some_and(|c| c != '_' && joins_words(c)) {
        return name_with_digits(text, at);
    }
    if let Some(date) = dates::at(text, at) {
        return date;
    }
    let numeral = Numeral::read(text, at);
    let (start, sign) = signed(text, at);
    let value = format!("{sign}{}{}", if text[start..at].ends_with('.') { "0." } else { "" }, numeral.value);
    if numeral.is_version {
        let end = version_end(text, numeral.end);
        let form = format!("version {}", text[at..end].to_lowercase());
        return Found::exact(Span::new(start, end), ProtectedKind::Number, form);
    }
    let tail = Tail::read(text, numeral.end);
    let value = shifted(&value, tail.zeros);
    if let Some((from, currency)) = currency_before(text, start) {
        return money(Span::new(from, tail.after_magnitude), currency, &value);
    }
    let span = Span::new(start, tail.end);
    match tail.says {
        Says::Currency(currency) => money(span, currency, &value),
        Says::Unit(unit, kind) => {
            let key = Key { form: format!("n {value} {unit}"), value: Some(value), unit: kind };
            Found { span, kind: ProtectedKind::Number, keys: vec![key] }
        }
        Says::Name => {
            // "1990's" is "1990s".
            let name = text[at..tail.end].to_lowercase().replace(['\'', '’'], "");
            Found::exact(span, ProtectedKind::Number, format!("id {name}"))
        }
        Says::Nothing => {
            let key = Key { form: format!("n {value}"), value: Some(value), unit: UnitKind::None };
            Found { span, kind: ProtectedKind::Number, keys: vec![key] }
        }
    }
}

fn money(span: Span, currency: &str, value: &str) -> Found {
    let value = value.strip_suffix(".00").unwrap_or(value);
    Found::exact(span, ProtectedKind::Money, format!("money {currency} {value}"))
}

/// `A4`, `COVID19`, `x86`, `v1.2.3`: letters that a digit belongs to.
fn name_with_digits(text: &str, at: usize) -> Found {
    let start = text[..at]
        .char_indices()
        .rev()
        .take_while(|(i, c)| at - i <= REACH && *c != '_' && joins_words(*c))
        .last()
        .map_or(at, |(i, _)| i);
    let end = name_end(text, at);
    let form = format!("id {}", text[start..end].to_lowercase());
    Found::exact(Span::new(start, end), ProtectedKind::Number, form)
}

/// Where letters and digits end, with dots and commas between digits.
fn name_end(text: &str, at: usize) -> usize {
    let mut end = at;
    for c in text[at..].chars() {
        let inner = matches!(c, '.' | ',') && text[end + 1..].starts_with(|c: char| c.is_numeric());
        if end - at > REACH || !((c != '_' && joins_words(c)) || inner) {
            break;
        }
        end += c.len_utf8();
    }
    end
}

/// A version's `-beta.1` or `+build`.
fn version_end(text: &str, end: usize) -> usize {
    let rest = &text[end..];
    if rest.starts_with(['-', '+']) && rest[1..].starts_with(|c: char| c.is_ascii_alphanumeric()) {
        let tail =
            rest[1..].bytes().take(REACH).take_while(|b| b.is_ascii_alphanumeric() || *b == b'.').count();
        let tail = &rest[..=tail];
        return end + tail.trim_end_matches('.').len();
    }
    name_end(text, end)
}

/// Where a number with its sign and leading decimal point begins, and its sign if it is negative.
fn signed(text: &str, at: usize) -> (usize, &'static str) {
    let outside = |at: usize| {
        before(text, at).is_none_or(|c| c.is_whitespace() || matches!(c, '(' | '[' | '"' | '“' | '='))
    };
    let mut start = at;
    if text[..at].ends_with('.') && (outside(at - 1) || text[..at - 1].ends_with(['-', '+', '−'])) {
        start -= 1;
    }
    match before(text, start) {
        Some('+') if outside(start - 1) => (start - 1, ""),
        Some(minus @ ('-' | '−')) if outside(start - minus.len_utf8()) => (start - minus.len_utf8(), "-"),
        _ => (start, ""),
    }
}

/// The digits of a number with their separators.
struct Numeral {
    end: usize,
    /// In ASCII digits, without group separators, with a decimal point.
    value: String,
    /// Three parts or more: `1.2.3`.
    is_version: bool,
}

impl Numeral {
    fn read(text: &str, at: usize) -> Numeral {
        let (mut end, mut value) = digits(text, at);
        let mut dots = 0;
        let mut grouped = false;
        let in_list = text[..at].ends_with(',');
        while let Some(separator) = after(text, end) {
            let (next_end, next) = digits(text, end + separator.len_utf8());
            let count = next.len();
            if count == 0 {
                break;
            }
            let group = count == 3 && dots == 0 && (grouped || value.len() <= 3);
            match separator {
                ',' | '\'' | '’' | '\u{a0}' | '\u{202f}' | '\u{2009}' if group => {
                    grouped = true;
                    value.push_str(&next);
                }
                // "1.234,56" and "3,5", but "1,2,3" is a list.
                ',' if count <= 2
                    && !in_list
                    && !grouped
                    && dots <= 1
                    && !text[next_end..].starts_with(',') =>
                {
                    value.retain(|c| c != '.');
                    value.push('.');
                    value.push_str(&next);
                    return Numeral { end: next_end, value, is_version: false };
                }
                '.' => {
                    dots += 1;
                    value.push('.');
                    value.push_str(&next);
                }
                '/' if dots == 0 && !grouped && count <= 3 && !text[next_end..].starts_with('/') => {
                    value.push('/');
                    value.push_str(&next);
                    return Numeral { end: next_end, value, is_version: false };
                }
                _ => break,
            }
            end = next_end;
        }
        Numeral { end, value, is_version: dots > 1 }
    }
}

/// The run of digits at `at`, in ASCII where the script is known; other numerals (½, ²) stay as they are.
fn digits(text: &str, at: usize) -> (usize, String) {
    let mut end = at;
    let mut value = String::new();
    for c in text[at..].chars() {
        match digit(c) {
            Some(digit) => value.push(char::from(b'0' + digit)),
            None if c.is_numeric() => value.push(c),
            None => break,
        }
        end += c.len_utf8();
    }
    (end, value)
}

/// The value of a decimal digit; the scripts whose zeros are known, others count as no digit.
fn digit(c: char) -> Option<u8> {
    const ZEROS: [u32; 14] =
        [0x30, 0x660, 0x6F0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xBE6, 0xC66, 0xE50, 0xED0, 0x1040, 0x17E0, 0xFF10];
    let code = u32::from(c);
    ZEROS.iter().find(|zero| (**zero..**zero + 10).contains(&code)).map(|zero| (code - zero) as u8)
}

/// What follows the digits.
struct Tail {
    /// One past all that belongs to the number.
    end: usize,
    /// One past the magnitude, before any unit.
    after_magnitude: usize,
    /// How many zeros the magnitude adds.
    zeros: usize,
    says: Says,
}

enum Says {
    Nothing,
    Unit(&'static str, UnitKind),
    Currency(&'static str),
    /// Other letters without a space: `3D`, `4x4`.
    Name,
}

impl Tail {
    fn read(text: &str, end: usize) -> Tail {
        let mut tail = Tail { end, after_magnitude: end, zeros: 0, says: Says::Nothing };
        let decade = text[..end].ends_with('0').then(|| &text[end..]);
        if let Some(rest) =
            decade.and_then(|rest| rest.strip_prefix("'s").or_else(|| rest.strip_prefix("’s")))
            && !rest.starts_with(joins_words)
        {
            tail.end = text.len() - rest.len();
            tail.says = Says::Name;
            return tail;
        }
        let attached = word(text, end);
        match attached {
            "" => {}
            "st" | "nd" | "rd" | "th" => {
                tail.end = end + attached.len();
                tail.after_magnitude = tail.end;
                return tail;
            }
            _ => {
                let word_end = end + attached.len();
                let free = after(text, word_end).is_none_or(|c| !joins_words(c));
                let is_decade = attached == "s" && text[..end].ends_with('0');
                if let Some(zeros) = magnitude(attached, true).filter(|_| free) {
                    tail.zeros = zeros;
                    tail.end = word_end;
                    tail.after_magnitude = word_end;
                } else if let Some(says) = unit_or_currency(text, end, true).filter(|_| free && !is_decade) {
                    (tail.end, tail.says) = says;
                    return tail;
                } else {
                    tail.end = name_end(text, end).max(word_end);
                    tail.after_magnitude = tail.end;
                    tail.says = Says::Name;
                    return tail;
                }
            }
        }
        let mut at = tail.end;
        if tail.zeros == 0
            && let Some(gap) = gap(text, at)
            && let word = word(text, at + gap)
            && let Some(zeros) = magnitude(word, false)
        {
            tail.zeros = zeros;
            at += gap + word.len();
            tail.end = at;
            tail.after_magnitude = at;
        }
        if let Some((end, says)) = unit_or_currency(text, at, true) {
            (tail.end, tail.says) = (end, says);
        } else if let Some(gap) = gap(text, at)
            && let Some((end, says)) = unit_or_currency(text, at + gap, false)
            && (!text[at..].starts_with('-') || matches!(says, Says::Unit(_, UnitKind::Word)))
        {
            (tail.end, tail.says) = (end, says);
        }
        tail
    }
}

/// Length of the one space or hyphen that may stand between a number and its unit.
fn gap(text: &str, at: usize) -> Option<usize> {
    after(text, at)
        .filter(|c| matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}' | '-' | '\n'))
        .map(char::len_utf8)
}

/// The letters at `at`; empty when they are more than any unit has.
fn word(text: &str, at: usize) -> &str {
    let rest = &text[at..];
    let end = rest
        .char_indices()
        .take(16)
        .take_while(|(_, c)| c.is_alphabetic() && joins_words(*c))
        .last()
        .map_or(0, |(i, c)| i + c.len_utf8());
    &rest[..end]
}

fn unit_or_currency(text: &str, at: usize, attached: bool) -> Option<(usize, Says)> {
    let c = after(text, at)?;
    let rest = &text[at..];
    if matches!(c, '%' | '‰' | '％') {
        let sign = if c == '‰' { "‰" } else { "%" };
        return Some((at + c.len_utf8(), Says::Unit(sign, UnitKind::Symbol)));
    }
    if c == '°' {
        let scale = rest[c.len_utf8()..].strip_prefix([' ', '\u{a0}']).unwrap_or(&rest[c.len_utf8()..]);
        let free = scale.get(1..).is_none_or(|behind| !behind.starts_with(joins_words));
        let from = text.len() - scale.len();
        return Some(match scale.as_bytes().first() {
            Some(b'C') if free => (from + 1, Says::Unit("°C", UnitKind::Symbol)),
            Some(b'F') if free => (from + 1, Says::Unit("°F", UnitKind::Symbol)),
            _ => (at + c.len_utf8(), Says::Unit("°", UnitKind::Symbol)),
        });
    }
    if let Some(currency) = currency_sign(c) {
        return Some((at + c.len_utf8(), Says::Currency(currency)));
    }
    let letters = word(text, at);
    if letters.is_empty() {
        return None;
    }
    let mut long = letters.len();
    if let Some(power) = after(text, at + long).filter(|c| matches!(c, '²' | '³')) {
        long += power.len_utf8();
    } else if rest[long..].starts_with('/') {
        long += 1 + word(text, at + long + 1).len();
    }
    for len in [long, letters.len()] {
        let end = at + len;
        if after(text, end).is_some_and(joins_words) {
            continue;
        }
        if let Some((unit, kind)) = unit(&text[at..end], attached) {
            return Some((end, Says::Unit(unit, kind)));
        }
        if let Some(currency) = currency_word(&text[at..end]) {
            return Some((end, Says::Currency(currency)));
        }
    }
    let percent = ["percent", "per cent", "pct"].into_iter().find(|name| {
        rest.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name))
            && !rest[name.len()..].starts_with(joins_words)
    })?;
    Some((at + percent.len(), Says::Unit("%", UnitKind::Symbol)))
}

/// A currency before a number that begins at `start`: `$5`, `US$ 5`, `EUR 5`, `-$5`.
fn currency_before(text: &str, start: usize) -> Option<(usize, &'static str)> {
    let left = &text[..start];
    let near = left.strip_suffix([' ', '\u{a0}', '\u{202f}']).unwrap_or(left);
    if let Some(sign) = near.chars().next_back().and_then(|c| Some((c, currency_sign(c)?))) {
        let mut from = near.len() - sign.0.len_utf8();
        let country = near[..from].bytes().rev().take_while(u8::is_ascii_uppercase).count();
        if (1..=3).contains(&country) {
            from -= country;
        }
        return Some((from, sign.1));
    }
    let code = near.get(near.len().checked_sub(3)?..)?;
    let from = near.len() - 3;
    let is_code =
        code.bytes().all(|b| b.is_ascii_uppercase()) && before(text, from).is_none_or(|c| !joins_words(c));
    is_code.then(|| currency_word(code)).flatten().map(|currency| (from, currency))
}

/// The value times ten to the `zeros`.
fn shifted(value: &str, zeros: usize) -> String {
    if zeros == 0 || !value.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-')) {
        return value.to_owned();
    }
    let (whole, decimals) = value.split_once('.').unwrap_or((value, ""));
    let moved = decimals.len().min(zeros);
    let mut shifted = format!("{whole}{}{}", &decimals[..moved], "0".repeat(zeros - moved));
    if moved < decimals.len() {
        shifted.push('.');
        shifted.push_str(&decimals[moved..]);
    }
    let bare = shifted.trim_start_matches('0');
    if bare.is_empty() || bare.starts_with('.') { format!("0{bare}") } else { bare.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[(&str, &str)]) {
        let mut found = Vec::new();
        find(text, &mut found);
        let found: Vec<(&str, String)> = found
            .iter()
            .map(|f| {
                let forms: Vec<&str> = f.keys.iter().map(|key| key.form.as_str()).collect();
                (&text[f.span.start..f.span.end], forms.join(" + "))
            })
            .collect();
        let found: Vec<(&str, &str)> = found.iter().map(|(text, form)| (*text, form.as_str())).collect();
        assert_eq!(found, expected, "in {text:?}");
    }

    #[test]
    fn separators() {
        check(
            "1,000 and 1000, 3.14; 1.234,56 or 3,5 (1,2,3).",
            &[
                ("1,000", "n 1000"),
                ("1000", "n 1000"),
                ("3.14", "n 3.14"),
                ("1.234,56", "n 1234.56"),
                ("3,5", "n 3.5"),
                ("1", "n 1"),
                ("2", "n 2"),
                ("3", "n 3"),
            ],
        );
        check(
            "10\u{a0}000 -5 .5 10-12 1/2 ٣٤",
            &[
                ("10\u{a0}000", "n 10000"),
                ("-5", "n -5"),
                (".5", "n 0.5"),
                ("10", "n 10"),
                ("12", "n 12"),
                ("1/2", "n 1/2"),
                ("٣٤", "n 34"),
            ],
        );
    }

    #[test]
    fn units_magnitudes_and_money() {
        check(
            "5 km, 5km, 5 kilometres, 80 km/h, 20 °C, 12%, 12 percent",
            &[
                ("5 km", "n 5 km"),
                ("5km", "n 5 km"),
                ("5 kilometres", "n 5 km"),
                ("80 km/h", "n 80 km/h"),
                ("20 °C", "n 20 °C"),
                ("12%", "n 12 %"),
                ("12 percent", "n 12 %"),
            ],
        );
        check(
            "$5, US$ 5.00, 5 dollars, €2.5 million, 2,500,000 EUR, EUR 7, 10k",
            &[
                ("$5", "money $ 5"),
                ("US$ 5.00", "money $ 5"),
                ("5 dollars", "money $ 5"),
                ("€2.5 million", "money € 2500000"),
                ("2,500,000 EUR", "money € 2500000"),
                ("EUR 7", "money € 7"),
                ("10k", "n 10000"),
            ],
        );
    }

    #[test]
    fn versions_ordinals_and_names() {
        check(
            "v1.2.3, 1.2.3-beta.1, 3rd, 1990s, 4x4, A4, GPT-4, a 3-day trip",
            &[
                ("v1.2.3", "id v1.2.3"),
                ("1.2.3-beta.1", "version 1.2.3-beta.1"),
                ("3rd", "n 3"),
                ("1990s", "id 1990s"),
                ("4x4", "id 4x4"),
                ("A4", "id a4"),
                ("4", "n 4"),
                ("3-day", "n 3 d"),
            ],
        );
    }
}
