//! From what a model wrote to the rewrite that it means, or the reason why it means none.

use emend_text::{Bounds, Instruction, Span, count_words, missing_word, runaway};

use crate::rare;
use crate::script::Letters;
use crate::wrapping::strip;
use crate::{Draft, Ending, VetoReason};

/// A draft may have this much more of another script than its original, as a share of its letters.
const STRAY_LETTERS: f32 = 0.1;

/// Where in `draft.text` the rewrite of `original` stands.
pub(crate) fn refine(original: &str, instruction: &Instruction, draft: &Draft) -> Result<Span, VetoReason> {
    if draft.ending == Ending::Refused {
        return Err(VetoReason::Refused);
    }
    let span = strip(original, instruction, &draft.text);
    let text = &draft.text[span.start..span.end];
    if text.is_empty() {
        return Err(VetoReason::Empty);
    }
    // Looked for first, because a model that runs in circles also hits its limit, and this says why.
    if let Some(words) = runaway(original, text) {
        return Err(VetoReason::Repetition { words });
    }
    if draft.ending == Ending::Cut {
        return Err(VetoReason::Unfinished);
    }
    let (before, after) = (Letters::of(original), Letters::of(text));
    if after.other > before.other && after.other_share() > before.other_share() + STRAY_LETTERS {
        return Err(VetoReason::OtherScript);
    }
    if let Some(reason) = rare::lost(original, text) {
        return Err(reason);
    }
    if let Some(words) = missing_word(original, text) {
        return Err(VetoReason::Incomplete { words });
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

#[cfg(test)]
mod tests {
    use emend_text::intent;

    use super::*;

    fn fix() -> Instruction {
        Instruction::Intent(intent("fix").expect("the first intent"))
    }

    fn refined(original: &str, draft: &str) -> Result<String, VetoReason> {
        let draft =
            Draft { text: draft.to_owned(), tokens: Vec::new(), ending: Ending::Finished { logprob: None } };
        refine(original, &fix(), &draft).map(|span| draft.text[span.start..span.end].to_owned())
    }

    #[test]
    fn what_stands_around_the_rewrite_does_not_count() {
        assert_eq!(refined("He go home.", "Sure: \"He goes home.\"").as_deref(), Ok("He goes home."));
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
            refined("Only an fool go home.", "Only an would go home."),
            Err(VetoReason::Incomplete { words: "an would".into() })
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
        let draft = Draft { text: "He goes".into(), tokens: Vec::new(), ending: Ending::Cut };
        assert_eq!(refine("He go home.", &fix(), &draft), Err(VetoReason::Unfinished));
    }
}
