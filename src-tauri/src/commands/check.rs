//! Grammar rules and the personal dictionary.

use emend_text::Format;
use tauri::State;

use crate::dto::{AppErrorDto, LintDto, SuggestionDto};
use crate::refusal::refusal;
use crate::state::Desktop;
use crate::utf16::Offsets;

/// Checks one paragraph; offsets count within it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn check(desktop: State<'_, Desktop>, text: String) -> Result<Vec<LintDto>, AppErrorDto> {
    let found = desktop.app()?.check(&text, Format::Markdown).await.map_err(refusal)?;
    let offsets = Offsets::new(&text);
    Ok(found
        .into_iter()
        .map(|lint| {
            let (start, end) = offsets.to_page(lint.span);
            let suggestions = lint
                .suggestions
                .into_iter()
                .map(|way| SuggestionDto { label: way.label, replacement: way.replacement })
                .collect();
            LintDto { start, end, message: lint.message, rule: lint.rule, suggestions }
        })
        .collect())
}

/// Makes a word or term right, everywhere.
#[tauri::command]
#[specta::specta]
pub(crate) async fn dictionary_add(desktop: State<'_, Desktop>, word: String) -> Result<(), AppErrorDto> {
    desktop.app()?.add_to_dictionary(&word).map_err(refusal)
}

/// Takes a word out of the dictionary.
#[tauri::command]
#[specta::specta]
pub(crate) async fn dictionary_remove(desktop: State<'_, Desktop>, word: String) -> Result<(), AppErrorDto> {
    desktop.app()?.remove_from_dictionary(&word).map(drop).map_err(refusal)
}

/// The dictionary's words.
#[tauri::command]
#[specta::specta]
pub(crate) async fn dictionary_list(desktop: State<'_, Desktop>) -> Result<Vec<String>, AppErrorDto> {
    desktop.app()?.dictionary().map_err(refusal)
}
