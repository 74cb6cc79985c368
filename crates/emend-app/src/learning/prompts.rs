//! Texts as the model reads them while it learns: exactly as it reads them while it rewrites.

use emend_decode::TokenId;
use emend_engine::seq2seq::{limits, source};
use emend_learn::examples::{self, Demonstration, Pair, Verdict};
use emend_learn::grades::Graded;
use emend_models::Seq2Seq;
use emend_text::{Instruction, Intent, intent};

use crate::AppError;
use crate::verbs::instructions::own_instruction;

/// Longest source in tokens, instruction and end included: what the model is given in one piece.
const LONGEST: usize = 256;

/// What an own instruction is called where intents have ids.
const OWN: &str = "own";

/// A text for learning; `None` when it is empty, or longer than the model reads at once.
pub(crate) fn prompt(model: &Seq2Seq, instruction: &Instruction, text: &str) -> Option<examples::Prompt> {
    let read =
        source(&model.tokens, &model.manifest.prompt_form, &emend_engine::Prompt { instruction, text });
    if text.trim().is_empty() || read.len() > LONGEST {
        return None;
    }
    let (intent, own) = match instruction {
        Instruction::Intent(Intent { id, .. }) => ((*id).to_owned(), None),
        Instruction::Own(own) => (OWN.to_owned(), Some(own.as_str().to_owned())),
    };
    let limits = limits(&model.tokens, instruction, read.len());
    Some(examples::Prompt { intent, instruction: own, text: text.to_owned(), source: read, limits })
}

/// What intents are called where adapters are chosen.
pub(crate) fn name(instruction: &Instruction) -> String {
    match instruction {
        Instruction::Intent(Intent { id, .. }) => (*id).to_owned(),
        Instruction::Own(_) => OWN.to_owned(),
    }
}

/// What grades call the wish of a prompt.
pub(crate) fn wish(prompt: &examples::Prompt) -> &str {
    prompt.instruction.as_deref().unwrap_or(&prompt.intent)
}

/// A grade; the model need not be able to write the rewrite.
pub(crate) fn graded(prompt: &examples::Prompt, rewrite: &str, grade: f32) -> Graded {
    let (source, rewrite) = (prompt.text.clone(), rewrite.to_owned());
    Graded { wish: wish(prompt).to_owned(), source, rewrite, grade }
}

/// What was wanted of a prompt.
pub(crate) fn instruction(prompt: &examples::Prompt) -> Result<Instruction, AppError> {
    match (&prompt.instruction, intent(&prompt.intent)) {
        (Some(own), _) => Ok(Instruction::Own(own_instruction(own)?)),
        (None, Some(intent)) => Ok(Instruction::Intent(intent)),
        (None, None) => Err(AppError::Invalid {
            what: "the intent",
            expected: "the id of an intent".into(),
            found: format!("{:?}", prompt.intent),
        }),
    }
}

/// A rewrite as the decoder is to write it; `None` when the model could not write it back.
fn target(model: &Seq2Seq, text: &str) -> Option<Vec<TokenId>> {
    if text.trim().is_empty() || !model.tokens.survives(text) {
        return None;
    }
    let mut tokens = model.tokens.encode(text);
    tokens.push(model.tokens.end());
    (tokens.len() <= 2 * LONGEST).then_some(tokens)
}

/// A rewrite to imitate; `None` when it does not fit the model.
pub(crate) fn demonstration(
    model: &Seq2Seq,
    prompt: &examples::Prompt,
    rewrite: &str,
    weight: f32,
) -> Option<Demonstration> {
    Some(Demonstration { prompt: prompt.clone(), target: target(model, rewrite)?, weight })
}

/// A preference; `None` when it does not fit the model.
pub(crate) fn pair(
    model: &Seq2Seq,
    prompt: &examples::Prompt,
    (chosen, rejected): (&str, &str),
    weight: f32,
) -> Option<Pair> {
    let (chosen, rejected) = (target(model, chosen)?, target(model, rejected)?);
    Some(Pair { prompt: prompt.clone(), chosen, rejected, weight })
}

/// A decision; `None` when it does not fit the model.
pub(crate) fn verdict(
    model: &Seq2Seq,
    prompt: &examples::Prompt,
    (rewrite, accepted): (&str, bool),
    weight: f32,
) -> Option<Verdict> {
    Some(Verdict { prompt: prompt.clone(), target: target(model, rewrite)?, accepted, weight })
}
