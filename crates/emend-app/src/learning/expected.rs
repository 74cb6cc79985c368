//! What a model expects of a decision: how likely it finds what was decided, beside what was refused.

use emend_learn::preferences::Asked;
use emend_models::Seq2Seq;
use emend_store::tables::decided::LastWord;
use emend_text::Instruction;

use super::{preferences, prompts};
use crate::AppError;
use crate::verbs::gate::margin;

/// A decision about one edit, as the two texts that it was between. The other edits of its text are in neither, so what a
/// decision says does not depend on later ones.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Choice {
    instruction: Instruction,
    source: String,
    chosen: String,
    rejected: String,
}

impl Choice {
    /// `None` when the edit does not fit its text, or the words that were asked can be asked no more.
    pub(crate) fn of(word: &LastWord) -> Option<Self> {
        let (start, end) = (usize::try_from(word.start).ok()?, usize::try_from(word.end).ok()?);
        let (before, original, after) =
            (word.source.get(..start)?, word.source.get(start..end)?, word.source.get(end..)?);
        let with = |text: &str| [before, text, after].concat();
        let (taken, refused) = match (word.verdict.as_str(), &word.final_text) {
            ("edited", Some(own)) if *own == word.replacement => (own.as_str(), original),
            ("edited", Some(own)) => (own.as_str(), word.replacement.as_str()),
            ("accept", _) => (word.replacement.as_str(), original),
            _ => (original, word.replacement.as_str()),
        };
        let (chosen, rejected) = (with(taken), with(refused));
        let asked = Asked {
            intent: word.instruction_id.clone(),
            instruction: word.instruction.clone(),
            source: word.source.clone(),
        };
        Some(Self { instruction: preferences::instruction(&asked)?, source: asked.source, chosen, rejected })
    }

    /// The probability of what was decided, by the model's own: σ(ln p(chosen) − ln p(rejected)) (Bradley and Terry 1952).
    /// `None` when a text does not fit the model.
    pub(crate) fn probability(&self, model: &Seq2Seq) -> Result<Option<f64>, AppError> {
        let Some(prompt) = prompts::prompt(model, &self.instruction, &self.source) else { return Ok(None) };
        let pair = prompts::pair(model, &prompt, (&self.chosen, &self.rejected), 1.0);
        let Some(pair) = pair else { return Ok(None) };
        Ok(Some(1.0 / (1.0 + (-margin(&model.t5, &pair)?).exp())))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn word(verdict: &str, own: Option<&str>) -> LastWord {
        LastWord {
            id: 1,
            instruction_id: "fix".into(),
            instruction: "Fix the grammar".into(),
            source: "She go home.".into(),
            start: 4,
            end: 6,
            replacement: "goes".into(),
            verdict: verdict.into(),
            final_text: own.map(str::to_owned),
            decided: 0,
        }
    }

    #[test]
    fn a_decision_is_between_two_texts() {
        let (source, with, own) = ("She go home.", "She goes home.", "She went home.");
        for (verdict, text, chosen, rejected) in [
            ("accept", None, with, source),
            ("reject", None, source, with),
            ("edited", Some("went"), own, with),
            ("edited", Some("goes"), with, source),
            ("edited", Some("go"), source, with),
        ] {
            let choice = Choice::of(&word(verdict, text)).unwrap();
            assert_eq!(
                (choice.chosen.as_str(), choice.rejected.as_str()),
                (chosen, rejected),
                "{verdict} {text:?}"
            );
        }
        assert_eq!(Choice::of(&LastWord { end: 99, ..word("accept", None) }), None);
    }
}
