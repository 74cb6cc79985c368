//! From what a model wrote to the rewrite that it means, or the reason why it means none.
//!
//! Seq2seq models echo their instruction now and then, chat models announce what they are about to say and
//! put it in quotes. None of it belongs into the document. What was removed is always a beginning or an
//! end, so the rest keeps its place in the draft and with it the probabilities of its tokens.

use emend_text::{Bounds, Instruction, Span, count_words, runaway};

use crate::rare;
use crate::script::Letters;
use crate::{Draft, VetoReason};

/// How openings of an answer begin that is not yet the rewrite, in lower case.
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
    "output",
    "answer",
];

/// An opening is not longer than this, in bytes: a real sentence with a colon usually is.
const LONGEST_OPENING: usize = 80;

/// A draft may have this much more of another script than its original, as a share of its letters.
const STRAY_LETTERS: f32 = 0.1;

const QUOTES: &[(char, char)] =
    &[('"', '"'), ('\u{201C}', '\u{201D}'), ('\u{2018}', '\u{2019}'), ('\'', '\'')];

/// Where in `draft.text` the rewrite of `original` stands.
pub(crate) fn refine(original: &str, instruction: &Instruction, draft: &Draft) -> Result<Span, VetoReason> {
    let span = strip(original, instruction, &draft.text);
    let text = &draft.text[span.start..span.end];
    if text.is_empty() {
        return Err(VetoReason::Empty);
    }
    // Looked for first, because a model that runs in circles also hits its limit, and this says why.
    if let Some(words) = runaway(original, text) {
        return Err(VetoReason::Repetition { words });
    }
    if draft.end_logprob.is_none() {
        return Err(VetoReason::Unfinished);
    }
    let (before, after) = (Letters::of(original), Letters::of(text));
    if after.other > before.other && after.other_share() > before.other_share() + STRAY_LETTERS {
        return Err(VetoReason::OtherScript);
    }
    if let Some(reason) = rare::lost(original, text) {
        return Err(reason);
    }
    let (original, draft) = (count_words(original), count_words(text));
    if draft == 0 {
        return Err(VetoReason::Empty);
    }
    if Bounds::of(instruction).is_outside(original, draft) {
        return Err(VetoReason::Length { original, draft });
    }
    Ok(span)
}

/// The draft without white space, echo, opening and quotes around it, unless the original has them as well.
fn strip(original: &str, instruction: &Instruction, draft: &str) -> Span {
    let original = original.trim();
    let mut span = trimmed(draft, Span::new(0, draft.len()));
    // The prompt without its text is the instruction as the model saw it: "Fix the grammar: ".
    let prompt = instruction.prompt("");
    for beginning in [Some(echo(&prompt, draft, span)), Some(opening(draft, span))].into_iter().flatten() {
        let begins_alike = starts_with_ignoring_case(original, &draft[span.start..span.start + beginning]);
        if !begins_alike {
            span = trimmed(draft, Span::new(span.start + beginning, span.end));
        }
    }
    unquoted(original, draft, span)
}

/// Length of the instruction at the beginning of `span`, or 0.
fn echo(prompt: &str, draft: &str, span: Span) -> usize {
    let prompt = prompt.trim();
    if !prompt.is_empty() && starts_with_ignoring_case(&draft[span.start..span.end], prompt) {
        prompt.len()
    } else {
        0
    }
}

/// Length of an opening such as "Sure, here is the text:" at the beginning of `span`, or 0.
fn opening(draft: &str, span: Span) -> usize {
    let text = &draft[span.start..span.end];
    let Some(colon) = text.find(':').filter(|&colon| colon <= LONGEST_OPENING) else { return 0 };
    let first = text[..colon].to_lowercase();
    let is_opening = OPENINGS.iter().any(|opening| {
        first.strip_prefix(opening).is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
    });
    // Followed by a space, so that "Output:80" and "sure://" stay.
    if is_opening && text[colon + 1..].starts_with(char::is_whitespace) { colon + 1 } else { 0 }
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

    fn fix() -> Instruction {
        Instruction::Intent(intent("fix").expect("the first intent"))
    }

    fn refined(original: &str, draft: &str) -> Result<String, VetoReason> {
        let draft = Draft { text: draft.to_owned(), tokens: Vec::new(), end_logprob: Some(-0.1) };
        refine(original, &fix(), &draft).map(|span| draft.text[span.start..span.end].to_owned())
    }

    #[track_caller]
    fn check(original: &str, draft: &str, expected: &str) {
        assert_eq!(refined(original, draft).as_deref(), Ok(expected));
    }

    #[test]
    fn echo_opening_and_quotes_go() {
        check("He go home.", "  He goes home.\n", "He goes home.");
        check("He go home.", "Fix the grammar: He goes home.", "He goes home.");
        check("He go home.", "fix the grammar: \"He goes home.\"", "He goes home.");
        check("He go home.", "Sure, here is the corrected text: He goes home.", "He goes home.");
        check("He go home.", "Corrected text: \u{201C}He goes home.\u{201D}", "He goes home.");
    }

    #[test]
    fn what_the_original_has_as_well_stays() {
        check("Fix the grammar: it is bad.", "Fix the grammar: it is bad.", "Fix the grammar: it is bad.");
        check("Here is the plan: we leaves.", "Here is the plan: we leave.", "Here is the plan: we leave.");
        check("\"He go home.\"", "\"He goes home.\"", "\"He goes home.\"");
        check("\"Yes\" is not \"no\"", "\"Yes\" is not \"no\"", "\"Yes\" is not \"no\"");
        check("Surely: he go.", "Surely: he goes.", "Surely: he goes.");
        check("The output is 5: good.", "The output was 5: good.", "The output was 5: good.");
    }

    #[test]
    fn no_rewrite_has_a_reason() {
        assert_eq!(refined("He go home.", "  "), Err(VetoReason::Empty));
        assert_eq!(refined("He go home.", "..."), Err(VetoReason::Empty));
        assert_eq!(refined("He go home.", "Fix the grammar:"), Err(VetoReason::Empty));
        assert_eq!(
            refined("He go home.", "He goes goes goes home."),
            Err(VetoReason::Repetition { words: "goes".into() })
        );
        assert_eq!(
            refined("He go home to the others.", "Он идёт домой к другим."),
            Err(VetoReason::OtherScript)
        );
        let long = "One word after the other comes out of it and none was ever asked for by anybody here.";
        assert_eq!(refined("He go home.", long), Err(VetoReason::Length { original: 3, draft: 18 }));
    }

    #[test]
    fn an_unfinished_draft_is_refused() {
        let draft = Draft { text: "He goes".into(), tokens: Vec::new(), end_logprob: None };
        assert_eq!(refine("He go home.", &fix(), &draft), Err(VetoReason::Unfinished));
    }
}
