//! From what a chat model answered to the draft that it means.

use emend_text::{Instruction, Span};

use super::refusal::is_refusal;
use super::{Ending, Reply};
use crate::wrapping::strip;
use crate::{Draft, DraftToken};

/// The draft in `reply`, which is the answer to `instruction` on `original`: without thoughts, announcements, fences,
/// quotes and remarks, and with the place of each token in what is left. A refusal has no text.
pub fn answer(original: &str, instruction: &Instruction, reply: &Reply) -> Draft {
    let span = strip(original, instruction, &reply.text);
    let text = &reply.text[span.start..span.end];
    if reply.ending == Ending::Refused || is_refusal(original, text) {
        return Draft { text: String::new(), tokens: Vec::new(), ending: Ending::Refused };
    }
    Draft { text: text.to_owned(), tokens: within(&reply.tokens, span), ending: reply.ending }
}

/// The tokens that wrote something of `span`, with their ends counted from its start.
fn within(tokens: &[DraftToken], span: Span) -> Vec<DraftToken> {
    let mut from = 0;
    let mut kept = Vec::new();
    for &token in tokens {
        let wrote = from < span.end && token.end > span.start;
        // A part of a character stands before the character that its last part completes.
        let is_part = from == token.end && (span.start..span.end).contains(&from);
        if wrote || is_part {
            kept.push(DraftToken { end: token.end.clamp(span.start, span.end) - span.start, ..token });
        }
        from = token.end;
    }
    kept
}

#[cfg(test)]
mod tests {
    use emend_text::intent;

    use super::*;

    /// A reply whose tokens end there, each half as likely as the one before.
    fn reply(text: &str, ends: &[usize]) -> Reply {
        let tokens = (1..)
            .zip(ends)
            .map(|(number, &end)| DraftToken { end, logprob: -(number as f32), entropy: None })
            .collect();
        Reply { text: text.into(), tokens, ending: Ending::Finished { logprob: Some(-0.5) } }
    }

    #[track_caller]
    fn draft(original: &str, reply: &Reply) -> Draft {
        let fix = Instruction::Intent(intent("fix").expect("the first intent"));
        let draft = answer(original, &fix, reply);
        assert_ne!(draft.ending, Ending::Refused);
        draft
    }

    fn ends(draft: &Draft) -> Vec<(usize, i32)> {
        draft.tokens.iter().map(|token| (token.end, token.logprob as i32)).collect()
    }

    #[test]
    fn tokens_keep_their_place_when_something_was_removed() {
        // Sure|: "|He| goes|."
        let found = draft("He go.", &reply("Sure: \"He goes.\"", &[4, 7, 9, 14, 16]));
        assert_eq!(found.text, "He goes.");
        assert_eq!(ends(&found), [(2, -3), (7, -4), (8, -5)], "the last token also wrote the quote");
        assert_eq!(found.ending, Ending::Finished { logprob: Some(-0.5) });
    }

    #[test]
    fn parts_of_a_character_are_kept_with_it() {
        let found = draft("Wait...", &reply("Wait\u{2026}", &[4, 4, 4, 7]));
        assert_eq!(ends(&found), [(4, -1), (4, -2), (4, -3), (7, -4)]);
        let found = draft("Wait...", &reply("\u{201C}Wait\u{201D}", &[0, 0, 3, 7, 7, 7, 10]));
        assert_eq!(ends(&found), [(4, -4)], "the quotes' parts went with them");
    }

    #[test]
    fn endings_tell_drafts_from_refusals() {
        let fix = Instruction::Intent(intent("fix").expect("the first intent"));
        let cut = Reply { ending: Ending::Cut, ..reply("He go", &[]) };
        assert_eq!(draft("He go.", &cut).ending, Ending::Cut);
        let filtered = Reply { ending: Ending::Refused, ..reply("He", &[]) };
        assert_eq!(answer("He go.", &fix, &filtered).ending, Ending::Refused);
        let declined = reply("I'm sorry, but I can't help with that.", &[]);
        assert_eq!(answer("You fools.", &fix, &declined).ending, Ending::Refused);
    }
}
