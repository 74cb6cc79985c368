//! Documents and files. The page names documents by number and never sees the file system: dialogs are opened here.

use std::path::PathBuf;

use emend_app::verbs::documents::Document;
use emend_text::Format;
use tauri::{AppHandle, State};
use tauri_plugin_dialog::{DialogExt, FilePath};
use tokio::sync::oneshot;

use crate::dto::{AppErrorDto, DocumentDto, DocumentSummary, FormatDto, Saved, SavedFile};
use crate::refusal::refusal;
use crate::state::Desktop;

/// Saves a text that was made from revision `base`.
#[tauri::command]
#[specta::specta]
pub(crate) async fn autosave(
    desktop: State<'_, Desktop>,
    document: i64,
    base: i64,
    text: String,
) -> Result<Saved, AppErrorDto> {
    let revision = desktop.app()?.autosave(document, base, &text).await.map_err(refusal)?;
    Ok(Saved { revision })
}

/// All documents, the one that changed last first.
#[tauri::command]
#[specta::specta]
pub(crate) async fn list_documents(desktop: State<'_, Desktop>) -> Result<Vec<DocumentSummary>, AppErrorDto> {
    let documents = desktop.app()?.documents().await.map_err(refusal)?;
    Ok(documents
        .into_iter()
        .map(|document| DocumentSummary {
            id: document.id,
            title: document.title,
            path: document.path.map(|path| path.display().to_string()),
            updated: document.updated,
            words: u32::try_from(document.words).unwrap_or(u32::MAX),
        })
        .collect())
}

/// A new, empty document.
#[tauri::command]
#[specta::specta]
pub(crate) async fn new_document(desktop: State<'_, Desktop>) -> Result<DocumentDto, AppErrorDto> {
    desktop.app()?.new_document("").await.map(document_dto).map_err(refusal)
}

/// A document with its latest text.
#[tauri::command]
#[specta::specta]
pub(crate) async fn open_document(desktop: State<'_, Desktop>, id: i64) -> Result<DocumentDto, AppErrorDto> {
    desktop.app()?.open_document(id).await.map(document_dto).map_err(refusal)
}

/// Deletes a document and its history; its file stays.
#[tauri::command]
#[specta::specta]
pub(crate) async fn delete_document(desktop: State<'_, Desktop>, id: i64) -> Result<(), AppErrorDto> {
    desktop.app()?.delete_document(id).await.map_err(refusal)
}

/// Asks for a file and opens it; nothing if the person changed their mind.
#[tauri::command]
#[specta::specta]
pub(crate) async fn open_file(
    window: AppHandle,
    desktop: State<'_, Desktop>,
) -> Result<Option<DocumentDto>, AppErrorDto> {
    let app = desktop.app()?;
    let Some(path) = ask_for_a_file(&window, "Text and Markdown", &["txt", "md", "markdown", "text"]).await
    else {
        return Ok(None);
    };
    app.open_path(&path).await.map(|document| Some(document_dto(document))).map_err(refusal)
}

/// Opens a file by its path.
#[tauri::command]
#[specta::specta]
pub(crate) async fn open_path(desktop: State<'_, Desktop>, path: String) -> Result<DocumentDto, AppErrorDto> {
    desktop.app()?.open_path(&PathBuf::from(path)).await.map(document_dto).map_err(refusal)
}

/// Writes a document to its file; asks where to if it has none.
#[tauri::command]
#[specta::specta]
pub(crate) async fn save_file(
    window: AppHandle,
    desktop: State<'_, Desktop>,
    document: i64,
) -> Result<Option<SavedFile>, AppErrorDto> {
    let app = desktop.app()?;
    if app.open_document(document).await.map_err(refusal)?.path.is_none() {
        return save_file_as(window, desktop, document).await;
    }
    let path = app.save_file(document).await.map_err(refusal)?;
    Ok(Some(SavedFile { path: path.display().to_string() }))
}

/// Asks where to and writes a document there; nothing if the person changed their mind.
#[tauri::command]
#[specta::specta]
pub(crate) async fn save_file_as(
    window: AppHandle,
    desktop: State<'_, Desktop>,
    document: i64,
) -> Result<Option<SavedFile>, AppErrorDto> {
    let app = desktop.app()?;
    let open = app.open_document(document).await.map_err(refusal)?;
    let name = open.path.as_deref().and_then(|path| path.file_name()).map_or_else(
        || format!("{}.md", open.title.replace(['/', '\\', ':'], "-")),
        |name| name.to_string_lossy().into_owned(),
    );
    let Some(path) = ask_where_to_save(&window, &name).await else { return Ok(None) };
    let path = app.save_file_as(document, &path).await.map_err(refusal)?;
    Ok(Some(SavedFile { path: path.display().to_string() }))
}

/// The file that a person chooses, of these kinds or of any.
pub(crate) async fn ask_for_a_file(window: &AppHandle, kind: &str, endings: &[&str]) -> Option<PathBuf> {
    let (answer, answered) = oneshot::channel();
    window
        .dialog()
        .file()
        .add_filter(kind, endings)
        .add_filter("All files", &["*"])
        .pick_file(|chosen| drop(answer.send(chosen)));
    chosen(answered).await
}

/// The place a person chooses for a file.
pub(crate) async fn ask_where_to_save(window: &AppHandle, name: &str) -> Option<PathBuf> {
    let (answer, answered) = oneshot::channel();
    window.dialog().file().set_file_name(name).save_file(|chosen| drop(answer.send(chosen)));
    chosen(answered).await
}

/// The folder that a person chooses.
pub(crate) async fn ask_for_a_folder(window: &AppHandle) -> Option<PathBuf> {
    let (answer, answered) = oneshot::channel();
    window.dialog().file().pick_folder(|chosen| drop(answer.send(chosen)));
    chosen(answered).await
}

async fn chosen(answered: oneshot::Receiver<Option<FilePath>>) -> Option<PathBuf> {
    answered.await.ok().flatten()?.into_path().ok()
}

pub(crate) fn document_dto(document: Document) -> DocumentDto {
    DocumentDto {
        id: document.id,
        title: document.title,
        path: document.path.map(|path| path.display().to_string()),
        format: match document.format {
            Format::Plain => FormatDto::Plain,
            Format::Markdown => FormatDto::Markdown,
        },
        text: document.text,
        revision: document.revision,
    }
}
