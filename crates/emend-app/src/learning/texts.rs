//! Texts to learn from, and how a run keeps them: one JSON object a line, so that it can go on without its sources.

use emend_text::{Instruction, intent};
use serde::{Deserialize, Serialize};

use crate::AppError;
use crate::verbs::instructions::own_instruction;

/// A text to learn from.
#[derive(Debug, Clone, PartialEq)]
pub struct LearnText {
    /// What was wanted.
    pub instruction: Instruction,
    /// The text.
    pub source: String,
    /// What was made of it.
    pub known: Known,
    /// How much it counts, above 0.
    pub weight: f32,
}

/// What is known about a text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Known {
    /// Nothing: critics judge what is tried.
    Nothing,
    /// That it needs no change: for recipes that learn to leave such texts alone.
    Clean,
    /// A good rewrite.
    Rewrite(String),
    /// What a larger model made of it.
    Guided(String),
    /// One rewrite that was preferred to another.
    Preference {
        /// The preferred one.
        chosen: String,
        /// The other one.
        rejected: String,
    },
    /// A rewrite that was taken or refused.
    Verdict {
        /// The rewrite.
        rewrite: String,
        /// Whether it was taken.
        accepted: bool,
    },
    /// What a larger model thinks of a rewrite.
    Graded {
        /// The rewrite.
        rewrite: String,
        /// In [0, 1].
        grade: f32,
    },
}

/// A line of `texts.jsonl`.
#[derive(Serialize, Deserialize)]
struct Row {
    #[serde(skip_serializing_if = "Option::is_none")]
    intent: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    instruction: Option<String>,
    src: String,
    known: Known,
    weight: f32,
}

/// The texts as lines.
pub(crate) fn to_lines(texts: &[LearnText]) -> String {
    let mut lines = String::new();
    for text in texts {
        let (intent, instruction) = match &text.instruction {
            Instruction::Intent(intent) => (Some(intent.id.to_owned()), None),
            Instruction::Own(own) => (None, Some(own.as_str().to_owned())),
        };
        let (src, known, weight) = (text.source.clone(), text.known.clone(), text.weight);
        lines.push_str(
            &serde_json::to_string(&Row { intent, instruction, src, known, weight }).unwrap_or_default(),
        );
        lines.push('\n');
    }
    lines
}

/// The texts of lines; `what` names them in errors.
pub(crate) fn of_lines(what: &str, lines: &str) -> Result<Vec<LearnText>, AppError> {
    let mut texts = Vec::new();
    for (number, line) in lines.lines().enumerate() {
        let damaged = |problem: String| AppError::NotText {
            what: what.into(),
            problem: format!("line {}: {problem}", number + 1),
        };
        let row: Row = serde_json::from_str(line).map_err(|error| damaged(error.to_string()))?;
        let instruction = match (&row.instruction, row.intent.as_deref().map(intent)) {
            (Some(own), _) => Instruction::Own(own_instruction(own)?),
            (None, Some(Some(intent))) => Instruction::Intent(intent),
            (None, _) => return Err(damaged("it has no instruction".into())),
        };
        texts.push(LearnText { instruction, source: row.src, known: row.known, weight: row.weight });
    }
    Ok(texts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_come_back() {
        let fix = || Instruction::Intent(intent("fix").unwrap());
        let own = Instruction::Own(own_instruction("Say \"hello\" first").unwrap());
        let text =
            |instruction, known| LearnText { instruction, source: "Two\nlines.".into(), known, weight: 0.5 };
        let texts = [
            text(fix(), Known::Nothing),
            text(fix(), Known::Clean),
            text(own, Known::Rewrite("Hello.".into())),
            text(fix(), Known::Guided("Hello.".into())),
            text(fix(), Known::Preference { chosen: "a".into(), rejected: "b".into() }),
            text(fix(), Known::Verdict { rewrite: "c".into(), accepted: false }),
            text(fix(), Known::Graded { rewrite: "d".into(), grade: 0.7 }),
        ];
        assert_eq!(of_lines("texts", &to_lines(&texts)).unwrap(), texts);
        let error = of_lines("texts", "{\"src\": 1}").unwrap_err().to_string();
        assert!(error.contains("line 1"), "{error}");
    }
}
