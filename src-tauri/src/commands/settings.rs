//! What a person chose, and everything that is theirs.

use emend_app::Theme as AppTheme;
use tauri::{AppHandle, State};

use crate::commands::documents::ask_where_to_save;
use crate::dto::{AppErrorDto, Theme};
use crate::refusal::refusal;
use crate::state::Desktop;

/// Saves an instruction for the palette.
#[tauri::command]
#[specta::specta]
pub(crate) async fn save_instruction(desktop: State<'_, Desktop>, text: String) -> Result<(), AppErrorDto> {
    desktop.app()?.save_instruction(&text).map_err(refusal)
}

/// Removes a saved instruction.
#[tauri::command]
#[specta::specta]
pub(crate) async fn remove_instruction(desktop: State<'_, Desktop>, text: String) -> Result<(), AppErrorDto> {
    desktop.app()?.remove_instruction(&text).map_err(refusal)
}

/// Chooses how the window looks.
#[tauri::command]
#[specta::specta]
pub(crate) async fn set_theme(desktop: State<'_, Desktop>, theme: Theme) -> Result<(), AppErrorDto> {
    let theme = match theme {
        Theme::System => AppTheme::System,
        Theme::Light => AppTheme::Light,
        Theme::Dark => AppTheme::Dark,
    };
    desktop.app()?.set_theme(theme).map_err(refusal)
}

/// Asks where to, then writes every candidate and decision as JSON Lines; nothing if the person changed their mind.
#[tauri::command]
#[specta::specta]
pub(crate) async fn export_feedback(
    window: AppHandle,
    desktop: State<'_, Desktop>,
) -> Result<Option<String>, AppErrorDto> {
    let Some(path) = ask_where_to_save(&window, "emend-feedback.jsonl").await else { return Ok(None) };
    desktop.app()?.export_feedback(&path).await.map_err(refusal)?;
    Ok(Some(path.display().to_string()))
}

/// Deletes all that the profile keeps.
#[tauri::command]
#[specta::specta]
pub(crate) async fn delete_everything(desktop: State<'_, Desktop>) -> Result<(), AppErrorDto> {
    desktop.app()?.delete_everything().await.map_err(refusal)
}
