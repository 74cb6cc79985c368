//! How the person writes, learned from a folder of their own texts.

use emend_app::Cancel;
use emend_app::verbs::instructions::own_instruction;
use emend_app::verbs::voice::FromTexts;
use tauri::ipc::Channel;
use tauri::{AppHandle, State};

use crate::commands::documents::ask_for_a_folder;
use crate::commands::learn::{number, taken};
use crate::dto::AppErrorDto;
use crate::dto::learn::{MeasuredDto, VoicedDto};
use crate::refusal::refusal;
use crate::state::{Desktop, Work};

/// Sentences that are looked at: minutes of work.
const SENTENCES: usize = 400;

/// Asks for a folder and takes in what its texts say about how the person writes; `wish` is what will be asked for to get that.
/// Nothing when the person changed their mind, or it was stopped.
#[tauri::command]
#[specta::specta]
pub(crate) async fn take_voice(
    window: AppHandle,
    desktop: State<'_, Desktop>,
    wish: String,
    on_event: Channel<MeasuredDto>,
) -> Result<Option<VoicedDto>, AppErrorDto> {
    let app = desktop.app()?;
    let instruction = own_instruction(&wish).map_err(refusal)?;
    let Some(folder) = ask_for_a_folder(&window).await else { return Ok(None) };
    let cancel = Cancel::new();
    let _place = desktop.work_begins(Work::Reading(cancel.clone())).ok_or_else(taken)?;
    let from = FromTexts { folder, instruction, sentences: SENTENCES };
    // The page may be gone: then nobody hears.
    let on = move |done, of| drop(on_event.send(MeasuredDto { done: number(done), of: number(of) }));
    let Some((made, added)) = app.take_voice(from, &cancel, on).await.map_err(refusal)? else {
        return Ok(None);
    };
    let passed_over = made.passed_over.into_iter();
    Ok(Some(VoicedDto {
        files: number(made.files),
        sentences: number(made.sentences),
        pairs: number(made.data.preferences.len()),
        added: u32::try_from(added).unwrap_or(u32::MAX),
        told_apart: made.told_apart,
        passed_over: passed_over.map(|(path, why)| format!("{}: {why}", path.display())).collect(),
    }))
}

/// Ends it; nothing is taken in then.
#[tauri::command]
#[specta::specta]
pub(crate) async fn stop_voice(desktop: State<'_, Desktop>) -> Result<(), AppErrorDto> {
    desktop.stop_reading();
    Ok(())
}
