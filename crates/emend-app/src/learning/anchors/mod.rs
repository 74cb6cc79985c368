//! Anchors: fixed texts of ours on which each adapter is measured when it comes into use. No run learns from them.

use emend_learn::examples::Prompt;
use emend_learn::promote::prequential::{Entry, Measured};
use emend_models::Seq2Seq;
use emend_models::t5::T5;
use emend_text::{Instruction, intent};
use sha2::{Digest, Sha256};

use super::base::Writers;
use super::held_out::{Examiner, Held};
use super::{clean, prompts};
use crate::{AppError, Cancel};

/// Texts to rewrite, a line each: an intent's id, a space, the text.
const CHANGE: &str = include_str!("change.txt");
/// Texts that need no change, in the same form.
const KEEP: &str = include_str!("keep.txt");

/// The anchor texts of some intents.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Anchors {
    change: Vec<Text>,
    keep: Vec<Text>,
}

type Text = (Instruction, &'static str);

impl Anchors {
    /// Those whose intents an adapter answers; there may be none.
    pub(crate) fn of(answers: impl Fn(&str) -> bool) -> Self {
        let read = |lines: &'static str| {
            let lines = lines.lines().filter_map(|line| line.split_once(' '));
            let texts = lines.filter_map(|(id, text)| Some((Instruction::Intent(intent(id)?), text)));
            texts.filter(|(instruction, _)| answers(instruction.id())).collect()
        };
        Self { change: read(CHANGE), keep: read(KEEP) }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.change.is_empty() && self.keep.is_empty()
    }

    /// Names the texts and the base: other texts, or another base, are nothing to compare with.
    pub(crate) fn set(&self, weights_id: &str) -> String {
        let mut hash = Sha256::new();
        hash.update(weights_id);
        for (instruction, text) in self.change.iter().chain(&self.keep) {
            hash.update(format!("\n{} {text}", instruction.id()));
        }
        emend_models::hex(&hash.finalize())[..16].to_owned()
    }

    /// What a model with an adapter, or alone, makes of them, as lines of the log; `None` when cancelled.
    pub(crate) fn measured(
        &self,
        (model, writer): (&Seq2Seq, T5),
        examiner: &Examiner,
        of: &Of<'_>,
        cancel: &Cancel,
    ) -> Result<Option<Vec<Entry>>, AppError> {
        let writers = Writers::one(writer);
        let examined = |texts: &[Text], prompt: Prompted| {
            let prompts: Vec<Prompt> =
                texts.iter().filter_map(|(instruction, text)| prompt(model, instruction, text)).collect();
            examiner.examine(&writers, &model.tokens, &prompts.iter().collect::<Vec<_>>(), cancel, |_| ())
        };
        let Some(change) = examined(&self.change, prompts::prompt)? else { return Ok(None) };
        let Some(keep) = examined(&self.keep, clean::prompt)? else { return Ok(None) };
        let scores = [
            (Measured::Meaning, mean(&change, |held| held.meaning)),
            (Measured::Fluency, mean(&change, |held| held.fluency)),
            (Measured::Clean, mean(&keep, |held| f64::from(u8::from(held.unchanged())))),
        ];
        let entry = |(measure, mean): (Measured, Option<(f64, usize)>)| {
            let (score, texts) = mean?;
            let adapter = of.adapter.map(str::to_owned);
            Some(Entry::Anchor { time: of.time, adapter, measure, score, texts, set: of.set.to_owned() })
        };
        Ok(Some(scores.into_iter().filter_map(entry).collect()))
    }
}

type Prompted = fn(&Seq2Seq, &Instruction, &str) -> Option<Prompt>;

/// What is measured, and when.
pub(crate) struct Of<'a> {
    /// Unix milliseconds.
    pub(crate) time: i64,
    /// None: the model alone.
    pub(crate) adapter: Option<&'a str>,
    /// The name of texts and base.
    pub(crate) set: &'a str,
}

/// The mean and of how many; `None` of nothing.
fn mean(held: &[Held], number: impl Fn(&Held) -> f64) -> Option<(f64, usize)> {
    let texts = held.len();
    (texts > 0).then(|| (held.iter().map(number).sum::<f64>() / texts as f64, texts))
}

#[cfg(test)]
mod tests {
    use emend_text::INTENTS;

    use super::*;

    #[test]
    fn there_are_texts_for_each_intent_and_each_line_is_one() {
        let all = Anchors::of(|_| true);
        assert_eq!(all.change.len() + all.keep.len(), CHANGE.lines().count() + KEEP.lines().count());
        for intent in INTENTS {
            let own = Anchors::of(|id| id == intent.id);
            assert!(own.change.len() >= 3, "{}", intent.id);
            assert_ne!(own.set("w"), all.set("w"));
        }
        assert_ne!(all.set("w"), all.set("v"));
        assert!(Anchors::of(|id| id == "own").is_empty());
    }

    #[test]
    fn no_run_learns_from_them() {
        let learned = include_str!("../clean.txt");
        let all = Anchors::of(|_| true);
        assert!(all.change.iter().chain(&all.keep).all(|(_, text)| !learned.contains(text)));
    }
}
