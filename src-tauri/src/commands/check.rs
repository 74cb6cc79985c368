//! Grammar rules and the personal dictionary.

use emend_app::Habit;
use emend_text::{Format, OwnWord};
use tauri::State;

use crate::dto::{AppErrorDto, LintDto, SuggestedWordDto, SuggestionDto};
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

/// Makes a word or term right everywhere, or a house rule hold.
#[tauri::command]
#[specta::specta]
pub(crate) async fn dictionary_add(desktop: State<'_, Desktop>, word: String) -> Result<(), AppErrorDto> {
    desktop.app()?.add_to_dictionary(&word).map_err(refusal)
}

/// Takes an entry out of the dictionary.
#[tauri::command]
#[specta::specta]
pub(crate) async fn dictionary_remove(desktop: State<'_, Desktop>, word: String) -> Result<(), AppErrorDto> {
    desktop.app()?.remove_from_dictionary(&word).map(drop).map_err(refusal)
}

/// The dictionary's entries.
#[tauri::command]
#[specta::specta]
pub(crate) async fn dictionary_list(desktop: State<'_, Desktop>) -> Result<Vec<String>, AppErrorDto> {
    desktop.app()?.dictionary().map_err(refusal)
}

/// Entries that the person's decisions suggest.
#[tauri::command]
#[specta::specta]
pub(crate) async fn dictionary_suggested(
    desktop: State<'_, Desktop>,
) -> Result<Vec<SuggestedWordDto>, AppErrorDto> {
    let found = desktop.app()?.suggested_words().await.map_err(refusal)?;
    Ok(found
        .into_iter()
        .map(|Habit { entry, texts }| {
            let line = entry.to_string();
            let (word, instead) = match entry {
                OwnWord::Right(word) => (word, None),
                OwnWord::Instead { old, new } => (old, Some(new)),
            };
            SuggestedWordDto { entry: line, word, instead, texts }
        })
        .collect())
}

/// Never suggests an entry again.
#[tauri::command]
#[specta::specta]
pub(crate) async fn dictionary_refuse(desktop: State<'_, Desktop>, entry: String) -> Result<(), AppErrorDto> {
    desktop.app()?.refuse_word(&entry).map_err(refusal)
}
