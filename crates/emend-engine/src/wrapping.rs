//! What models put around a rewrite, and where in their answer the rewrite itself stands.
//!
//! Seq2seq models echo their instruction now and then. Chat models think aloud, announce what they are about to say,
//! fence it, quote it, and close with a remark. None of it belongs into the document, unless the original has the same.
//! What is removed is always a beginning or an end, so the rest keeps its place in the draft and with it the
//! probabilities of its tokens.

use emend_text::{Instruction, Span};

use crate::chat::TAG;

/// How announcements begin that are not yet the rewrite, in lower case.
const OPENINGS: &[&str] = &[
    "here is",
    "here's",
    "here are",
    "sure",
    "certainly",
    "of course",
    "okay",
    "corrected",
    "rewritten",
    "revised",
    "rewrite",
    "revision",
    "the corrected",
    "the rewritten",
    "the revised",
    "i've corrected",
    "i've rewritten",
    "i have corrected",
    "i have rewritten",
    "output",
    "answer",
];

/// An announcement is not longer than this, in bytes: a real sentence with a colon usually is.
const LONGEST_OPENING: usize = 80;

/// What an announcement without a colon speaks of, in lower case.
const ANNOUNCED: &[&str] = &["version", "text", "rewrit", "correct", "revis", "sentence", "paragraph"];

/// How remarks begin that follow the rewrite on a line of their own, in lower case.
const REMARKS: &[&str] = &[
    "note:",
    "note that i",
    "please note that i",
    "explanation:",
    "changes:",
    "changes made",
    "key changes",
    "i changed",
    "i corrected",
    "i replaced",
    "i've changed",
    "i've corrected",
    "i've made",
    "i've replaced",
    "i've rewritten",
    "i have changed",
    "i have corrected",
    "i hope this helps",
    "this version",
];

/// Offers that close an answer, in lower case. A letter may close with one as well: only with one of
/// [`OFFERED`] is it the model that speaks.
const OFFERS: &[&str] = &[
    "let me know",
    "please let me know",
    "feel free to",
    "please feel free to",
    "if you need",
    "if you'd like",
    "if you would like",
    "would you like",
    "is there anything else",
];

/// What a model offers to do, in lower case.
const OFFERED: &[&str] =
    &["version", "rewrit", "revis", "adjust", "tone", "further", "assist", "anything else", "the text"];

/// Marks of emphasis and lists that may stand around an announcement or a remark.
const MARKUP: &[char] = &['*', '_', '#', '>', '-', '(', '[', ' '];

const QUOTES: &[(char, char)] =
    &[('"', '"'), ('\u{201C}', '\u{201D}'), ('\u{2018}', '\u{2019}'), ('\'', '\'')];

/// Where in `draft` the rewrite of `original` stands; empty when there is none.
pub(crate) fn strip(original: &str, instruction: &Instruction, draft: &str) -> Span {
    let original = original.trim();
    let mut span = trimmed(draft, Span::new(0, draft.len()));
    span = without_thoughts(original, draft, span);
    // The prompt without its text is the instruction as the model saw it: "Fix the grammar: ".
    let prompt = instruction.prompt("");
    for beginning in [echo as fn(&str, &str) -> usize, |_, text| opening(text)] {
        let text = &draft[span.start..span.end];
        let length = beginning(&prompt, text);
        if !starts_with_ignoring_case(original, &text[..length]) {
            span = trimmed(draft, Span::new(span.start + length, span.end));
        }
    }
    span = without_remarks(original, draft, span);
    span = unfenced(original, draft, span);
    unquoted(original, draft, span)
}

/// `span` after what a model thought aloud: `<think>…</think>`, of which the template may have written the beginning.
fn without_thoughts(original: &str, draft: &str, span: Span) -> Span {
    let text = &draft[span.start..span.end];
    for (open, close) in [("<think>", "</think>"), ("<thinking>", "</thinking>")] {
        if original.contains(open) || original.contains(close) {
            continue;
        }
        if let Some(end) = text.rfind(close) {
            return trimmed(draft, Span::new(span.start + end + close.len(), span.end));
        }
        if text.starts_with(open) {
            // It never came to the rewrite.
            return Span::new(span.end, span.end);
        }
    }
    span
}

/// Length of the instruction at the beginning of `text`, or 0.
fn echo(prompt: &str, text: &str) -> usize {
    let prompt = prompt.trim();
    if starts_with_ignoring_case(text, prompt) { prompt.len() } else { 0 }
}

/// Length of an announcement at the beginning of `text`, or 0: "Sure, here is the text:", or "Sure!" on a line of its
/// own.
fn opening(text: &str) -> usize {
    let line = text.split('\n').next().unwrap_or_default();
    let colon = line.find(':').map(|colon| colon + 1);
    let end = match colon {
        // "**Corrected:** He goes."
        Some(end) => end + (line[end..].len() - line[end..].trim_start_matches(['*', '_']).len()),
        None => line.len(),
    };
    // Followed by white space, so that "Output:80" and "sure://" stay.
    if end > LONGEST_OPENING || !text[end..].starts_with(char::is_whitespace) {
        return 0;
    }
    let first = text[..end].trim_start_matches(MARKUP).to_lowercase();
    let begins = OPENINGS.iter().any(|opening| {
        first.strip_prefix(opening).is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
    });
    let announces = colon.is_some()
        || OPENINGS.contains(&first.trim_end_matches(['!', '.', ',']))
        || ANNOUNCED.iter().any(|announced| first.contains(announced));
    if begins && announces { end } else { 0 }
}

/// `span` before the first line that is a remark on the rewrite above it.
fn without_remarks(original: &str, draft: &str, span: Span) -> Span {
    let original = original.to_lowercase();
    let text = &draft[span.start..span.end];
    for (at, _) in text.match_indices('\n') {
        let line = text[at..].trim_start().trim_start_matches(MARKUP);
        let line = line.split('\n').next().unwrap_or_default().to_lowercase();
        let begins = |list: &[&str]| list.iter().any(|new| line.starts_with(new) && !original.contains(new));
        let offers = || OFFERED.iter().any(|offered| line.contains(offered) && !original.contains(offered));
        if begins(REMARKS) || (begins(OFFERS) && offers()) {
            return trimmed(draft, Span::new(span.start, span.start + at));
        }
    }
    span
}

/// `span` without a code fence or our own tags around the rewrite, and without what follows them. Either tag may be
/// missing.
fn unfenced(original: &str, draft: &str, span: Span) -> Span {
    let (mut start, mut end) = (span.start, span.end);
    let text = &draft[span.start..span.end];
    if !original.contains("```")
        && let Some(rest) = text.strip_prefix("```")
    {
        // The language of the code, if the line has nothing else.
        let line = rest.split('\n').next().unwrap_or_default();
        let language =
            if line.chars().all(char::is_alphanumeric) && line.len() < rest.len() { line.len() } else { 0 };
        start += 3 + language;
        end = draft[start..end].find("```").map_or(end, |close| start + close);
    } else if !original.contains(&format!("<{TAG}")) && !original.contains(&format!("</{TAG}")) {
        start += opening_tag(text);
        end = draft[start..end].find(&format!("</{TAG}")).map_or(end, |close| start + close);
    }
    trimmed(draft, Span::new(start, end))
}

/// Length of `<text>` or `<text-2>` at the beginning of `text`, or 0.
fn opening_tag(text: &str) -> usize {
    let name = text.split_once('>').and_then(|(tag, _)| tag.strip_prefix('<'));
    let number = name.and_then(|name| name.strip_prefix(TAG));
    let is_ours = |number: &str| {
        number.is_empty()
            || number.strip_prefix('-').is_some_and(|digits| digits.bytes().all(|b| b.is_ascii_digit()))
    };
    number.filter(|number| is_ours(number)).map_or(0, |number| "<>".len() + TAG.len() + number.len())
}

/// `span` without a pair of quotes around all of it that the original does not have.
fn unquoted(original: &str, draft: &str, span: Span) -> Span {
    let text = &draft[span.start..span.end];
    for &(open, close) in QUOTES {
        let inner = text.strip_prefix(open).and_then(|rest| rest.strip_suffix(close));
        if let Some(inner) = inner
            // Otherwise: "yes" and "no".
            && !inner.contains(open)
            && !inner.contains(close)
            && !(original.starts_with(open) && original.ends_with(close))
        {
            let start = span.start + open.len_utf8();
            return trimmed(draft, Span::new(start, start + inner.len()));
        }
    }
    span
}

fn trimmed(text: &str, span: Span) -> Span {
    let part = &text[span.start..span.end];
    let start = span.start + (part.len() - part.trim_start().len());
    Span::new(start, start + part.trim().len())
}

/// ASCII case only, so that byte lengths agree.
fn starts_with_ignoring_case(text: &str, beginning: &str) -> bool {
    text.get(..beginning.len()).is_some_and(|start| start.eq_ignore_ascii_case(beginning))
}

#[cfg(test)]
mod tests {
    use emend_text::intent;

    use super::*;

    #[track_caller]
    fn check(original: &str, draft: &str, expected: &str) {
        let fix = Instruction::Intent(intent("fix").expect("the first intent"));
        let span = strip(original, &fix, draft);
        assert_eq!(&draft[span.start..span.end], expected);
    }

    #[test]
    fn echo_opening_and_quotes_go() {
        check("He go home.", "  He goes home.\n", "He goes home.");
        check("He go home.", "Fix the grammar: He goes home.", "He goes home.");
        check("He go home.", "fix the grammar: \"He goes home.\"", "He goes home.");
        check("He go home.", "Sure, here is the corrected text: He goes home.", "He goes home.");
        check("He go home.", "Corrected text: \u{201C}He goes home.\u{201D}", "He goes home.");
        check("He go home.", "**Corrected text:** He goes home.", "He goes home.");
        check("He go home.", "Sure!\n\nHe goes home.", "He goes home.");
        check("He go home.", "Here is the corrected version.\n\nHe goes home.", "He goes home.");
    }

    #[test]
    fn thoughts_go() {
        check("He go home.", "<think>\nThe verb: \"goes\".\n</think>\n\nHe goes home.", "He goes home.");
        check("He go home.", "The verb must agree.</think>He goes home.", "He goes home.");
        check("He go home.", "<think>\nThe verb must agree, and", "");
    }

    #[test]
    fn fences_and_what_follows_them_go() {
        check("He go home.", "```\nHe goes home.\n```", "He goes home.");
        check(
            "He go home.",
            "Sure, here you are:\n```text\nHe goes home.\n```\nIt agrees now.",
            "He goes home.",
        );
        check("He go home.", "```He goes home.```", "He goes home.");
        check("He go home.", "<text>He goes home.</text>", "He goes home.");
        check("He go home.", "<text-2>\nHe goes home.\n</text-2>", "He goes home.");
        check("He go home.", "He goes home.\n</text>", "He goes home.");
        check("He go home.", "<text>He goes home.", "He goes home.");
    }

    #[test]
    fn remarks_go() {
        check("He go home.", "He goes home.\n\nLet me know if you need anything else!", "He goes home.");
        check("He go home.", "\"He goes home.\"\n\n**Changes made:**\n- go: goes\n", "He goes home.");
        check("He go home.", "He goes home.\n(Note: the verb agrees.)", "He goes home.");
        check("He go home.", "Sure:\n\n```\nHe goes home.\n```\n\nI hope this helps.", "He goes home.");
    }

    #[test]
    fn what_the_original_has_as_well_stays() {
        check("Fix the grammar: it is bad.", "Fix the grammar: it is bad.", "Fix the grammar: it is bad.");
        check("Here is the plan: we leaves.", "Here is the plan: we leave.", "Here is the plan: we leave.");
        check("\"He go home.\"", "\"He goes home.\"", "\"He goes home.\"");
        check("\"Yes\" is not \"no\"", "\"Yes\" is not \"no\"", "\"Yes\" is not \"no\"");
        check("Surely: he go.", "Surely: he goes.", "Surely: he goes.");
        check("The output is 5: good.", "The output was 5: good.", "The output was 5: good.");
        check("It go. Let me know when.", "It goes.\nLet me know when.", "It goes.\nLet me know when.");
        check("Write </think> after it.", "Write </think> after it.", "Write </think> after it.");
        check("A <text> tag are bold.", "<text> tags are bold.", "<text> tags are bold.");
        check("Sure, see you their. Tom", "Sure, see you there.\nTom", "Sure, see you there.\nTom");
        check("okey thx tom", "Okay, thanks!\nTom", "Okay, thanks!\nTom");
        check(
            "tell me if u need it",
            "Hello,\nlet me know if you need it.",
            "Hello,\nlet me know if you need it.",
        );
        check("Use ```x``` there.", "```x``` is used there.", "```x``` is used there.");
    }

    #[test]
    fn marks_of_any_width_are_safe_at_every_place() {
        for draft in
            ["é:", "…\n…", "```é", "<texté>", "“", "*:*é*", "</text", "<text", "</think>", "\u{a0}:\u{a0}"]
        {
            let fix = Instruction::Intent(intent("fix").expect("the first intent"));
            let span = strip("…", &fix, draft);
            assert!(draft.get(span.start..span.end).is_some(), "{draft:?}");
        }
    }
}
