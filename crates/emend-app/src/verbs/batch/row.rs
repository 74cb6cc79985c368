//! One row of the input.

use emend_text::{Instruction, intent};
use serde::Deserialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::lines::Line;
use crate::AppError;
use crate::verbs::instructions::own_instruction;

/// A text and what to do with it.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::verbs) struct Row {
    /// The text.
    pub(in crate::verbs) src: String,
    /// What to do with it.
    pub(in crate::verbs) instruction: Instruction,
}

#[derive(Deserialize)]
struct Written {
    src: String,
    intent: Option<String>,
    instruction: Option<String>,
}

/// The row's id as it is written back: a text or a number; otherwise the line's number as a text.
pub(in crate::verbs) fn id(line: &Line) -> Value {
    #[derive(Deserialize)]
    struct Id {
        id: Value,
    }
    let written = line.bytes.as_ref().and_then(|bytes| serde_json::from_slice::<Id>(bytes).ok());
    match written {
        Some(Id { id: id @ (Value::String(_) | Value::Number(_)) }) => id,
        _ => Value::String(line.number.to_string()),
    }
}

/// What was asked about a row: its wish and text, hashed; `None` for a row that cannot be read.
pub(super) fn asked(line: &Line, otherwise: &Instruction) -> Option<String> {
    let Row { src, instruction } = read(line, otherwise).ok()?;
    let hash = Sha256::digest(format!("{}\0{}\0{src}", instruction.id(), instruction.label()));
    Some(emend_models::hex(&hash)[..16].to_owned())
}

/// What to do; `otherwise` for a row that does not say.
pub(in crate::verbs) fn read(line: &Line, otherwise: &Instruction) -> Result<Row, AppError> {
    let expected = "an object with the text in \"src\"".to_owned();
    let invalid = |found: String| AppError::Invalid { what: "the row", expected: expected.clone(), found };
    let bytes = line.bytes.as_ref().ok_or_else(|| invalid("a line that is too long".to_owned()))?;
    let row: Written = serde_json::from_slice(bytes).map_err(|error| invalid(error.to_string()))?;
    let instruction = match (row.instruction, row.intent) {
        (Some(typed), _) => Instruction::Own(own_instruction(&typed)?),
        (None, Some(id)) => Instruction::Intent(intent(&id).ok_or_else(|| AppError::Invalid {
            what: "the intent",
            expected: "the id of an intent".to_owned(),
            found: format!("{id:?}"),
        })?),
        (None, None) => otherwise.clone(),
    };
    Ok(Row { src: row.src, instruction })
}
