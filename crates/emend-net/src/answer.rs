//! From the events of a stream to an answer with its tokens.

use emend_engine::DraftToken;
use emend_engine::chat::{Ending, Reply};

use crate::wire::{Chunk, error_message};

/// An answer as far as it has come.
#[derive(Debug, Default)]
pub(crate) struct Answering {
    text: String,
    pieces: Vec<Piece>,
    ending: Option<Ending>,
}

/// One token as the server tells it: bytes, because a character may be spread over several tokens.
#[derive(Debug)]
struct Piece {
    bytes: Vec<u8>,
    logprob: f32,
}

/// What an event was.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Event {
    /// A piece of the answer, or of what the model thinks before it.
    Token,
    /// A part of the protocol without text.
    Other,
    /// The server says that no more events come.
    Done,
    /// The server failed, and says so.
    Error(String),
    /// Not of this protocol.
    Unknown,
}

impl Answering {
    /// Takes the data of the next event.
    pub(crate) fn take(&mut self, data: &[u8]) -> Event {
        if data.trim_ascii() == b"[DONE]" {
            return Event::Done;
        }
        if let Some(message) = error_message(data) {
            return Event::Error(message);
        }
        let Ok(chunk) = serde_json::from_slice::<Chunk>(data) else { return Event::Unknown };
        let mut event = Event::Other;
        // One answer was asked for.
        for choice in chunk.choices.into_iter().take(1) {
            let content = choice.delta.content.unwrap_or_default();
            let thought = choice.delta.reasoning_content.or(choice.delta.reasoning).unwrap_or_default();
            if !content.is_empty() || !thought.is_empty() {
                event = Event::Token;
            }
            self.text.push_str(&content);
            for token in choice.logprobs.and_then(|logprobs| logprobs.content).unwrap_or_default() {
                // A token without a number makes those around it useless: they would move into its place.
                let logprob = token.logprob.filter(|logprob| logprob.is_finite()).unwrap_or(f32::MIN);
                self.pieces.push(Piece { bytes: token.bytes.unwrap_or(token.text.into_bytes()), logprob });
            }
            self.ending = self.ending.or(choice.finish_reason.map(|reason| match reason.as_str() {
                "length" => Ending::Cut,
                "content_filter" => Ending::Refused,
                _ => Ending::Finished { logprob: None },
            }));
        }
        event
    }

    /// Whether the server has said why the answer ends: nothing of it is missing.
    pub(crate) fn has_ended(&self) -> bool {
        self.ending.is_some()
    }

    /// The answer, if it has ended.
    pub(crate) fn into_reply(self) -> Option<Reply> {
        let tokens = placed(&self.text, &self.pieces);
        Some(Reply { text: self.text, tokens, ending: self.ending? })
    }
}

/// The tokens of `text`, each with its end in it; none when the pieces wrote another text.
fn placed(text: &str, pieces: &[Piece]) -> Vec<DraftToken> {
    let written: Vec<u8> = pieces.iter().flat_map(|piece| piece.bytes.iter().copied()).collect();
    // Servers trim answers, and tell thoughts before them apart: the text is the end of what was written.
    let (core, written) = (text.trim_end(), written.trim_ascii_end());
    if core.is_empty() || !written.ends_with(core.as_bytes()) {
        return Vec::new();
    }
    let before = written.len() - core.len();
    let mut tokens = Vec::new();
    let mut end = 0;
    for piece in pieces {
        end += piece.bytes.len();
        if end > before {
            // A part of a character counts from its last part on.
            let place = text.floor_char_boundary((end - before).min(text.len()));
            tokens.push(DraftToken { end: place, logprob: piece.logprob, entropy: None });
        }
    }
    tokens
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(bytes: &[&[u8]]) -> Vec<Piece> {
        bytes.iter().map(|bytes| Piece { bytes: bytes.to_vec(), logprob: -1.0 }).collect()
    }

    #[track_caller]
    fn check(text: &str, bytes: &[&[u8]], expected: &[usize]) {
        let ends: Vec<usize> = placed(text, &pieces(bytes)).iter().map(|token| token.end).collect();
        assert_eq!(ends, expected, "{text}");
    }

    #[test]
    fn tokens_have_their_ends_in_the_text() {
        check("He goes.", &[b"He", b" goes", b"."], &[2, 7, 8]);
        check("He goes.", &[b"<think>", b"hm</think>", b" He", b" goes", b". \n"], &[2, 7, 8]);
        check("Wait\u{2026}", &[b"Wait", b"\xE2", b"\x80", b"\xA6"], &[4, 4, 4, 7]);
        check("He goes.", &[b"She", b" goes", b"."], &[]);
        check("He goes.", &[b"goes", b"."], &[]);
        check("He goes.", &[], &[]);
    }

    #[test]
    fn events_become_an_answer() {
        let mut answer = Answering::default();
        let token = |content: &str, finish: &str| {
            format!(
                r#"{{"choices":[{{"delta":{{"content":"{content}"}},"finish_reason":{finish},
                "logprobs":{{"content":[{{"token":"{content}","logprob":-0.5,"bytes":null}}]}}}}]}}"#
            )
        };
        assert_eq!(
            answer.take(br#"{"choices":[{"delta":{"role":"assistant","content":null}}]}"#),
            Event::Other
        );
        assert_eq!(
            answer.take(br#"{"choices":[{"delta":{"reasoning":"Hm.","reasoning_content":"Hm."}}]}"#),
            Event::Token
        );
        assert_eq!(answer.take(token("He", "null").as_bytes()), Event::Token);
        assert!(!answer.has_ended());
        assert_eq!(answer.take(token(" goes.", "\"stop\"").as_bytes()), Event::Token);
        assert_eq!(answer.take(br#"{"choices":[],"usage":{"total_tokens":9}}"#), Event::Other);
        assert_eq!(answer.take(b" [DONE]"), Event::Done);
        let reply = answer.into_reply().expect("it has ended");
        assert_eq!((reply.text.as_str(), reply.ending), ("He goes.", Ending::Finished { logprob: None }));
        assert_eq!(reply.tokens.iter().map(|token| token.end).collect::<Vec<_>>(), [2, 8]);
    }

    #[test]
    fn what_is_no_part_of_an_answer_is_told() {
        let mut answer = Answering::default();
        assert_eq!(
            answer.take(br#"{"error":{"message":"out of memory"}}"#),
            Event::Error("out of memory".into())
        );
        assert_eq!(answer.take(b"<html>"), Event::Unknown);
        assert_eq!(answer.take(b"[1, 2]"), Event::Unknown);
        assert_eq!(answer.take(br#"{"choices":[{"delta":{"content":7}}]}"#), Event::Unknown);
        assert_eq!(answer.into_reply(), None);
    }
}
