//! What decisions say about how the person likes texts to be written.

use emend_app::verbs::taste::KnownTaste;
use tauri::State;

use crate::commands::learn::number;
use crate::dto::AppErrorDto;
use crate::dto::learn::{LikingDto, TasteDto};
use crate::refusal::refusal;
use crate::state::Desktop;

/// What all decisions say; nothing while there are too few to learn from.
#[tauri::command]
#[specta::specta]
pub(crate) async fn taste(desktop: State<'_, Desktop>) -> Result<Option<TasteDto>, AppErrorDto> {
    let known = desktop.app()?.taste().await.map_err(refusal)?;
    Ok(known.map(taste_dto))
}

fn taste_dto(known: KnownTaste) -> TasteDto {
    let likings = known.likings.into_iter();
    TasteDto {
        decisions: number(known.decisions),
        foreseen: known.foreseen,
        likings: likings.map(|one| LikingDto { what: one.what, strength: one.strength }).collect(),
    }
}
