//! The large model and the risk that decides when it is asked.

use emend_app::verbs::large::CascadeInfo;
use emend_app::{AppError, OneBadIn};
use tauri::{AppHandle, State};

use crate::commands::documents::ask_for_a_file;
use crate::dto::{AppErrorDto, CascadeDto, DeferralDto, RiskDto};
use crate::refusal::refusal;
use crate::state::Desktop;

/// The cascade as it is set.
#[tauri::command]
#[specta::specta]
pub(crate) async fn cascade(desktop: State<'_, Desktop>) -> Result<CascadeDto, AppErrorDto> {
    Ok(dto(desktop.app()?.cascade().await.map_err(refusal)?))
}

/// Chooses the risk: at most one in so many accepted rewrites may be bad.
#[tauri::command]
#[specta::specta]
pub(crate) async fn set_risk(desktop: State<'_, Desktop>, one_bad_in: u32) -> Result<(), AppErrorDto> {
    let number = OneBadIn::new(one_bad_in).ok_or_else(|| {
        refusal(AppError::Invalid {
            what: "the risk",
            expected: "one bad rewrite in 2 to 100".into(),
            found: one_bad_in.to_string(),
        })
    })?;
    desktop.app()?.set_one_bad_in(number).map_err(refusal)
}

/// Asks for a model file and chooses it; nothing changes if the person changed their mind.
#[tauri::command]
#[specta::specta]
pub(crate) async fn choose_large(
    window: AppHandle,
    desktop: State<'_, Desktop>,
) -> Result<CascadeDto, AppErrorDto> {
    let app = desktop.app()?;
    if let Some(path) = ask_for_a_file(&window, "Model (GGUF)", &["gguf"]).await {
        app.set_large_model(&path.to_string_lossy()).map_err(refusal)?;
    }
    Ok(dto(app.cascade().await.map_err(refusal)?))
}

/// From now on nobody is asked.
#[tauri::command]
#[specta::specta]
pub(crate) async fn remove_large(desktop: State<'_, Desktop>) -> Result<CascadeDto, AppErrorDto> {
    let app = desktop.app()?;
    app.remove_large().map_err(refusal)?;
    Ok(dto(app.cascade().await.map_err(refusal)?))
}

fn dto(info: CascadeInfo) -> CascadeDto {
    let risk = |risk: &emend_app::verbs::large::Risk| RiskDto {
        one_bad_in: risk.one_bad_in,
        accepted: risk.accepted,
        asked: risk.asked,
    };
    CascadeDto {
        large: info.large.map(|model| model.name),
        one_bad_in: info.one_bad_in.get(),
        risks: info.risks.iter().map(risk).collect(),
        deferral: info.deferral.iter().map(|&(asked, quality)| DeferralDto { asked, quality }).collect(),
    }
}
