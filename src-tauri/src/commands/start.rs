//! What the page needs for its first frame, and the model's warm-up.

use emend_app::{DEFAULT_MODEL, ModelInfo, Theme as AppTheme};
use emend_text::INTENTS;
use tauri::State;

use crate::commands::documents::document_dto;
use crate::dto::{AppErrorDto, IntentDto, ModelDto, Startup, Theme};
use crate::refusal::refusal;
use crate::state::Desktop;

/// Everything for the first frame. The model is not loaded yet; [`warm_up`] does that.
#[tauri::command]
#[specta::specta]
pub(crate) async fn start(desktop: State<'_, Desktop>) -> Result<Startup, AppErrorDto> {
    let app = desktop.app()?;
    let first = app.first_document().await.map_err(refusal)?;
    // A file from the command line that cannot be opened must not keep the rest from opening.
    let (document, notice) = match desktop.take_file() {
        Some(file) => match app.open_path(&file).await {
            Ok(opened) => (opened, None),
            Err(error) => (first.document, Some(refusal(error))),
        },
        None => (first.document, None),
    };
    let read = app.settings().map_err(refusal)?;
    let (model, model_error) = match app.model(DEFAULT_MODEL) {
        Ok(manifest) => (Some(model_dto(ModelInfo::of_manifest(&manifest))), None),
        Err(error) => (None, Some(refusal(error))),
    };
    Ok(Startup {
        version: env!("CARGO_PKG_VERSION").into(),
        document: document_dto(document),
        intents: INTENTS
            .iter()
            .map(|intent| IntentDto {
                id: intent.id.into(),
                label: intent.label.into(),
                description: intent.description.into(),
                shortcut: intent.shortcut.to_string(),
            })
            .collect(),
        instructions: app.instructions().map_err(refusal)?,
        model,
        model_error,
        notices: notice
            .map(|error| format!("{}; {}", error.message, error.hint))
            .into_iter()
            .chain(read.notices)
            .collect(),
        theme: match read.settings.theme {
            AppTheme::System => Theme::System,
            AppTheme::Light => Theme::Light,
            AppTheme::Dark => Theme::Dark,
        },
        first_run: first.first_run,
    })
}

/// Loads the model, so that the first rewrite does not wait for it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn warm_up(desktop: State<'_, Desktop>) -> Result<ModelDto, AppErrorDto> {
    desktop.app()?.warm_up().await.map(model_dto).map_err(refusal)
}

fn model_dto(model: ModelInfo) -> ModelDto {
    ModelDto {
        id: model.id,
        name: model.name,
        size_bytes: model.size_bytes,
        licence: model.licence.unwrap_or_default(),
        path: model.path.display().to_string(),
    }
}
