//! Adapters looked at closely, and taken elsewhere.

use emend_app::verbs::compare::{CompareEvent, Compared, Sample, Side};
use emend_app::verbs::expected::{Expectations, WINDOW};
use emend_app::{AppError, Cancel, Forgotten, Measured};
use tauri::ipc::Channel;
use tauri::{AppHandle, State};

use crate::commands::documents::ask_for_a_folder;
use crate::commands::learn::number;
use crate::commands::rewrite::instruction;
use crate::dto::AppErrorDto;
use crate::dto::compare::{
    ChangeDto, CompareEventDto, CompareOn, ComparedDto, ExpectedDto, ExpectedPointDto, FellDto,
    MeasuredOnTextsDto, SideDto,
};
use crate::refusal::refusal;
use crate::state::Desktop;
use crate::utf16::Offsets;

/// Texts of decisions that are compared at a time: what a person looks at.
const MOST: usize = 8;

/// Decisions that are asked about when the screen opens: seconds of work; the rest follows the next time.
const MOST_ASKED: usize = 200;

/// Lets an adapter, the model alone and what answers now rewrite the same texts; settles when all are written, or when it
/// was stopped.
#[tauri::command]
#[specta::specta]
pub(crate) async fn compare_adapter(
    desktop: State<'_, Desktop>,
    id: String,
    on: CompareOn,
    on_event: Channel<CompareEventDto>,
) -> Result<(), AppErrorDto> {
    let app = desktop.app()?;
    let cancel = Cancel::new();
    desktop.shows(cancel.clone());
    let samples = match on {
        CompareOn::Text { text, instruction: wish } => {
            sample(&text, instruction(wish).map_err(refusal)?).map_err(refusal)?
        }
        CompareOn::HeldOut => app.held_out_samples(MOST).await.map_err(refusal)?,
    };
    let tell = |event: CompareEvent<'_>| {
        // The page may be gone: then nobody hears.
        drop(on_event.send(match event {
            CompareEvent::Progress { done, of } => {
                CompareEventDto::Progress { done: number(done), of: number(of) }
            }
            CompareEvent::Text(text) => CompareEventDto::Text(compared_dto(text)),
        }));
    };
    app.compare_adapter(&id, samples, &cancel, tell).await.map(drop).map_err(refusal)
}

/// Ends the comparison that is shown; what was finished stays.
#[tauri::command]
#[specta::specta]
pub(crate) async fn stop_adapter_comparison(desktop: State<'_, Desktop>) -> Result<(), AppErrorDto> {
    desktop.shows(Cancel::new());
    Ok(())
}

/// Asks for a folder and writes the adapter as a new one in it, as PEFT reads it; where. Nothing when the person changed
/// their mind.
#[tauri::command]
#[specta::specta]
pub(crate) async fn export_adapter(
    window: AppHandle,
    desktop: State<'_, Desktop>,
    id: String,
) -> Result<Option<String>, AppErrorDto> {
    let app = desktop.app()?;
    let Some(folder) = ask_for_a_folder(&window).await else { return Ok(None) };
    let written = app.export_adapter_into(&id, &folder).map_err(refusal)?;
    Ok(Some(written.display().to_string()))
}

/// How well decisions were expected, as far as they were asked about.
#[tauri::command]
#[specta::specta]
pub(crate) async fn expected(desktop: State<'_, Desktop>) -> Result<ExpectedDto, AppErrorDto> {
    desktop.app()?.expectations().map(expected_dto).map_err(refusal)
}

/// The same after the next decisions were asked about, which the model does between the person's requests, and an adapter
/// that came into use was measured on fixed texts, on a thread of its own.
#[tauri::command]
#[specta::specta]
pub(crate) async fn catch_up_expected(desktop: State<'_, Desktop>) -> Result<ExpectedDto, AppErrorDto> {
    let app = desktop.app()?;
    let caught_up = app.catch_up_expectations(MOST_ASKED, &Cancel::new(), |_, _| ()).await;
    caught_up.map_err(refusal)?;
    app.measure_anchors(&Cancel::new(), || ()).await.map_err(refusal)?;
    app.expectations().map(expected_dto).map_err(refusal)
}

fn expected_dto(found: Expectations) -> ExpectedDto {
    let points = found.points.into_iter().map(|point| ExpectedPointDto {
        adapter: point.adapter,
        in_use: point.in_use.accuracy,
        alone: point.alone.accuracy,
    });
    let fell = found.anchors.into_iter().filter(Forgotten::is_noticeable);
    ExpectedDto {
        decisions: number(found.decisions),
        window: number(WINDOW),
        points: points.collect(),
        damaged: number(found.damaged),
        fell: fell.max_by(|a, b| a.by().total_cmp(&b.by())).map(fell_dto),
    }
}

fn fell_dto(found: Forgotten) -> FellDto {
    FellDto {
        adapter: found.adapter,
        measure: match found.measure {
            Measured::Meaning => MeasuredOnTextsDto::Meaning,
            Measured::Fluency => MeasuredOnTextsDto::Fluency,
            Measured::Clean => MeasuredOnTextsDto::Clean,
        },
        texts: number(found.texts),
        now: found.now,
        before: found.best.0,
        than: found.best.1,
    }
}

fn sample(text: &str, instruction: emend_text::Instruction) -> Result<Vec<Sample>, AppError> {
    let source = text.trim().to_owned();
    if source.is_empty() {
        let expected = "some words".into();
        return Err(AppError::Invalid { what: "the text", expected, found: "nothing".into() });
    }
    Ok(vec![Sample { instruction, source, kept: None }])
}

fn compared_dto(compared: &Compared) -> ComparedDto {
    let Sample { instruction, source, kept } = &compared.sample;
    let offsets = Offsets::new(source);
    let change = |span, replacement: &str| {
        let (from, to) = offsets.to_page(span);
        ChangeDto { from, to, replacement: replacement.to_owned() }
    };
    let side = |side: &Side| SideDto {
        adapter: side.adapter.clone(),
        edits: side.rewrite.edits.iter().map(|edit| change(edit.span, &edit.replacement)).collect(),
    };
    let diff = |kept: &String| {
        emend_text::diff(source, kept).iter().map(|edit| change(edit.span, &edit.replacement)).collect()
    };
    ComparedDto {
        wish: instruction.label().to_owned(),
        source: source.clone(),
        kept: kept.as_ref().map(diff),
        sides: compared.sides.iter().map(side).collect(),
    }
}
