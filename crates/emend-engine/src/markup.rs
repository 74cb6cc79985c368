//! Markup that a model invents: stars, backticks and brackets that the writer did not put there, and words that
//! become a list or a heading because they came to stand at the beginning of a line.

/// Characters that mark something up inside a line.
const INLINE: &[char] = &['`', '*', '_', '[', ']', '<', '>', '|', '\\'];

/// What the replacement of `old` by `new` would mark up, as the characters themselves.
pub(crate) fn inline(old: &str, new: &str) -> Vec<String> {
    let more = |mark: &&char| new.matches(**mark).count() > old.matches(**mark).count();
    INLINE.iter().filter(more).map(char::to_string).collect()
}

/// The first line that begins like a list item, a heading, a quotation or a rule in `after`, when there are more such
/// lines than in `before`. Both must begin where a line does.
pub(crate) fn line(before: &str, after: &str) -> Option<String> {
    let marked = |text: &str| -> Vec<String> {
        text.lines().map(str::trim_start).filter(|line| opens_block(line)).map(str::to_owned).collect()
    };
    let (old, new) = (marked(before), marked(after));
    if new.len() <= old.len() {
        return None;
    }
    new.into_iter().find(|line| !old.contains(line))
}

fn opens_block(line: &str) -> bool {
    let first = line.split_whitespace().next().unwrap_or("");
    let number = first.trim_end_matches(['.', ')']);
    let is_number =
        number.len() < first.len() && !number.is_empty() && number.chars().all(|c| c.is_ascii_digit());
    let is_rule = line.len() > 1 && line.trim_end().chars().all(|c| matches!(c, '-' | '=' | '*' | '_' | ' '));
    is_number || is_rule || matches!(first, "-" | "+" | "*") || first.starts_with('>') || is_heading(first)
}

fn is_heading(first: &str) -> bool {
    !first.is_empty() && first.len() <= 6 && first.chars().all(|c| c == '#')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn new_marks_are_seen_and_old_ones_are_not() {
        assert_eq!(inline("very big", "**very** big"), ["*"]);
        assert_eq!(inline("the code", "the `code` [here]"), ["`", "[", "]"]);
        assert!(inline("*very* big", "*quite* big").is_empty());
        assert!(inline("big", "bigger, and (so) better: yes!").is_empty());
    }

    #[track_caller]
    fn check(before: &str, after: &str, expected: Option<&str>) {
        assert_eq!(line(before, after).as_deref(), expected);
    }

    #[test]
    fn a_word_must_not_become_a_list_by_moving() {
        check("We came in\nthe end - late.", "We came in the end\n- late.", Some("- late."));
        check("It was\nin 1999. Then", "It was in\n1999. Then", Some("1999. Then"));
        check("a\nb #1", "a b\n# 1", Some("# 1"));
        check("a\nb", "a\n---", Some("---"));
        check("one\n- two", "one\n- three", None);
        check("one\ntwo", "one\n1990 was two", None);
        check("one", "- one", Some("- one"));
        check("- one", "- two", None);
    }
}
