//! The tokenization of `mteval-v13a`, which BLEU and SARI are told in.
//!
//! Source: NIST mteval-v13a.pl; `tokenizer_13a.py` and `tokenizer_re.py` of sacreBLEU 2.

/// The tokens of a text, one space apart.
pub fn thirteen_a(text: &str) -> String {
    let mut line = text.replace("<skipped>", "").replace("-\n", "").replace('\n', " ");
    for (entity, mark) in [("&quot;", "\""), ("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">")] {
        line = line.replace(entity, mark);
    }
    let digit = |c: char| c.is_ascii_digit();
    let stop = |c: char| matches!(c, '.' | ',');
    let line: Vec<char> = marks_apart(&line);
    // A full stop or comma stays inside a number only.
    let line = pairs(&line, |c| !digit(c), stop, |a, b| [a, ' ', b, ' ']);
    let line = pairs(&line, stop, |c| !digit(c), |a, b| [' ', a, ' ', b]);
    let line = pairs(&line, digit, |c| c == '-', |a, b| [a, ' ', b, ' ']);
    super::one_line(&line.into_iter().collect::<String>())
}

/// Spaces around ASCII marks other than `'`, `,`, `-` and `.`.
fn marks_apart(text: &str) -> Vec<char> {
    let mut line = vec![' '];
    for c in text.chars() {
        match c {
            '{'..='~' | '['..='`' | ' '..='&' | '('..='+' | ':'..='@' | '/' => line.extend([' ', c, ' ']),
            c => line.push(c),
        }
    }
    line.push(' ');
    line
}

/// Replaces pairs of characters from left to right; a character belongs to one pair at most.
fn pairs(
    line: &[char],
    first: impl Fn(char) -> bool,
    second: impl Fn(char) -> bool,
    apart: impl Fn(char, char) -> [char; 4],
) -> Vec<char> {
    let mut out = Vec::with_capacity(line.len());
    let mut at = 0;
    while at < line.len() {
        match line.get(at + 1) {
            Some(&next) if first(line[at]) && second(next) => {
                out.extend(apart(line[at], next));
                at += 2;
            }
            _ => {
                out.push(line[at]);
                at += 1;
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stay_whole_and_marks_stand_alone() {
        assert_eq!(thirteen_a("It's 3.50, or 1,000-odd (maybe)."), "It's 3.50 , or 1,000 - odd ( maybe ) .");
        assert_eq!(thirteen_a("a &amp; b"), "a & b");
    }
}
