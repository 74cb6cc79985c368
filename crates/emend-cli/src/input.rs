//! What a command works on: the text, its format, and the wish.

use std::io::Read;
use std::path::Path;

use emend_app::verbs::rewrite::LONGEST_TEXT;
use emend_app::{AppError, PlainText};
use emend_text::{Format, Instruction, OwnInstruction, intent};

use crate::arguments::{FormatArgument, Wish};
use crate::failure::Failure;

/// Reads a file, or standard input for `-` and for nothing.
pub(crate) fn read(file: Option<&Path>) -> Result<PlainText, Failure> {
    let file = file.filter(|path| *path != Path::new("-"));
    let what = file.map_or_else(|| "standard input".into(), |path| path.display().to_string());
    let mut bytes = Vec::new();
    // One byte more than is taken, so that a longer input is noticed and not cut in silence.
    let most = LONGEST_TEXT as u64 + 1;
    match file {
        Some(path) => std::fs::File::open(path).and_then(|file| file.take(most).read_to_end(&mut bytes)),
        None => std::io::stdin().lock().take(most).read_to_end(&mut bytes),
    }
    .map_err(|source| AppError::Read { path: what.clone().into(), source })?;
    Ok(PlainText::decode(&what, bytes)?)
}

/// The format asked for, else the one of the file's name.
pub(crate) fn format(asked: Option<FormatArgument>, file: Option<&Path>) -> Format {
    match asked {
        Some(FormatArgument::Plain) => Format::Plain,
        Some(FormatArgument::Markdown) => Format::Markdown,
        None => file.and_then(Path::to_str).map_or(Format::Markdown, Format::of_path),
    }
}

impl Wish {
    /// The instruction meant; `fix` when nothing was said.
    pub(crate) fn instruction(&self) -> Result<Instruction, Failure> {
        if let Some(words) = &self.instruction {
            return OwnInstruction::new(words)
                .map(Instruction::Own)
                .map_err(|error| Failure::new("instruction", error.to_string(), "say it in one short line"));
        }
        let id = self.intent.as_deref().unwrap_or("fix");
        intent(id).map(Instruction::Intent).ok_or_else(|| {
            Failure::new("intent", format!("there is no intent `{id}`"), "`emend intents` lists them")
        })
    }
}
