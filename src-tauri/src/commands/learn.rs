//! Learning: what there is to learn from, runs of training, and the adapters that came of them.

use emend_app::verbs::gate::Trial;
use emend_app::verbs::learn_overview::{Reads, RecipeInfo};
use emend_app::verbs::train::{Train, TrainEvent, Which};
use emend_app::{
    AdapterChoice, App, AppError, Cancel, Ended, GateVerdict, Recipe, RunInfo, RunState, StepReport, Weighing,
};
use serde::Deserialize;
use tauri::ipc::Channel;
use tauri::{AppHandle, Manager, State};

use crate::dto::AppErrorDto;
use crate::dto::learn::{
    AcceptanceDto, AdapterDto, JudgedDto, LearnDto, ReadsDto, RecipeDto, RunDto, SampleDto, StepDto,
    TrainArgs, TrainEventDto, TrainedDto,
};
use crate::refusal::refusal;
use crate::state::Desktop;

/// Everything that the Learn screen shows at rest.
#[tauri::command]
#[specta::specta]
pub(crate) async fn learn(desktop: State<'_, Desktop>) -> Result<LearnDto, AppErrorDto> {
    let app = desktop.app()?;
    let found = app.learn_overview().await.map_err(refusal)?;
    let intents = found.intents.iter().map(|(id, counts)| AcceptanceDto {
        label: label(id),
        accepted: number(counts.accepted),
        edited: number(counts.edited),
        rejected: number(counts.rejected),
    });
    Ok(LearnDto {
        decided: number(found.decided),
        needed: number(found.needed),
        intents: intents.collect(),
        recipes: found.recipes.iter().map(recipe_dto).collect(),
        runs: app.runs().map_err(refusal)?.into_iter().map(run_dto).collect(),
        adapters: adapters(app).map_err(refusal)?,
        steps_back: number(found.steps_back),
    })
}

/// Begins a run, or goes on with one; settles when it is over. There is one at a time.
#[tauri::command]
#[specta::specta]
pub(crate) async fn train(
    window: AppHandle,
    desktop: State<'_, Desktop>,
    args: TrainArgs,
    on_event: Channel<TrainEventDto>,
) -> Result<TrainedDto, AppErrorDto> {
    let app = desktop.app()?;
    let Some(control) = desktop.training_begins() else {
        return Err(AppErrorDto {
            code: "training".into(),
            message: "A run of training is going already.".into(),
            hint: "Stop it first; it can go on later.".into(),
        });
    };
    let done = match which(app, args).await {
        // The page may be gone: then nobody hears, and the run stops by itself.
        Ok(which) => app.train(which, &control, |event| drop(on_event.send(event_dto(event)))).await,
        Err(error) => Err(error),
    };
    desktop.training_ends();
    if window.webview_windows().is_empty() {
        window.exit(0);
    }
    let done = done.map_err(refusal)?;
    Ok(TrainedDto { finished: done.ended == Ended::Finished, left_out: number(done.left_out) })
}

/// Lets the run wait after the present step, or go on.
#[tauri::command]
#[specta::specta]
pub(crate) async fn pause_training(desktop: State<'_, Desktop>, paused: bool) -> Result<(), AppErrorDto> {
    if let Some(control) = desktop.training() {
        control.pause(paused);
    }
    Ok(())
}

/// Ends the run after the present step; it can go on later.
#[tauri::command]
#[specta::specta]
pub(crate) async fn stop_training(desktop: State<'_, Desktop>) -> Result<(), AppErrorDto> {
    if let Some(control) = desktop.training() {
        control.stop();
    }
    Ok(())
}

/// What each step of a run did.
#[tauri::command]
#[specta::specta]
pub(crate) async fn run_steps(desktop: State<'_, Desktop>, run: String) -> Result<Vec<StepDto>, AppErrorDto> {
    let rows = desktop.app()?.run_reports(&run).map_err(refusal)?;
    // A row of another version is left out of a plot, which is no reason to show none.
    Ok(rows.iter().filter_map(|row| StepDto::deserialize(row).ok()).collect())
}

/// Puts what a finished run made to the test, on the held-out part of the person's decisions; it answers from now on if
/// it passes.
#[tauri::command]
#[specta::specta]
pub(crate) async fn judge_run(desktop: State<'_, Desktop>, run: String) -> Result<JudgedDto, AppErrorDto> {
    let trial = Trial { use_it: true, ..Trial::default() };
    let tried = desktop.app()?.try_run(&run, trial, &Cancel::new()).await.map_err(refusal)?;
    let reasons = match tried.as_ref().map(|tried| &tried.report.verdict) {
        Some(GateVerdict::NotPromoted { reasons }) => reasons.iter().map(ToString::to_string).collect(),
        _ => Vec::new(),
    };
    Ok(JudgedDto { used_as: tried.and_then(|tried| tried.used_as), reasons })
}

/// Lets an adapter answer every wish.
#[tauri::command]
#[specta::specta]
pub(crate) async fn use_adapter(desktop: State<'_, Desktop>, id: String) -> Result<(), AppErrorDto> {
    desktop.app()?.use_adapter(&id, None).await.map(drop).map_err(refusal)
}

/// Lets the model alone answer every wish.
#[tauri::command]
#[specta::specta]
pub(crate) async fn adapters_off(desktop: State<'_, Desktop>) -> Result<(), AppErrorDto> {
    desktop.app()?.adapters_off(None).map_err(refusal)
}

/// Goes back to what was in use before the last choice.
#[tauri::command]
#[specta::specta]
pub(crate) async fn roll_back_adapters(desktop: State<'_, Desktop>) -> Result<(), AppErrorDto> {
    desktop.app()?.roll_back_adapters(1).map(drop).map_err(refusal)
}

/// Deletes an adapter that is not in use.
#[tauri::command]
#[specta::specta]
pub(crate) async fn delete_adapter(desktop: State<'_, Desktop>, id: String) -> Result<(), AppErrorDto> {
    desktop.app()?.delete_adapter(&id).map_err(refusal)
}

async fn which(app: &App, args: TrainArgs) -> Result<Which, AppError> {
    match args {
        TrainArgs::Resume { run } => Ok(Which::Resume(run)),
        TrainArgs::New { recipe, steps } => {
            let mut recipe = Recipe::shipped(&recipe)?;
            recipe.steps = (steps as usize).max(1);
            let texts = app.decided_texts(&Weighing::default()).await?;
            Ok(Which::New(Box::new(Train { recipe, texts, data: "your own decisions".into() })))
        }
    }
}

fn adapters(app: &App) -> Result<Vec<AdapterDto>, AppError> {
    let (found, choice) = app.adapters()?;
    let dto = |one: emend_app::verbs::adapters::AdapterInfo| {
        let recipe = one.card.as_ref().and_then(|card| card.recipe["name"].as_str().map(str::to_owned));
        AdapterDto {
            size_bytes: one.size_bytes,
            recipe,
            created: one.card.map(|card| card.created),
            problem: one.problem,
            answers_all: choice.all.as_deref() == Some(&*one.id),
            answers: given(&choice, &one.id),
            id: one.id,
        }
    };
    Ok(found.into_iter().map(dto).collect())
}

/// The intents that an adapter was given alone.
fn given(choice: &AdapterChoice, id: &str) -> Vec<String> {
    let theirs = choice.intents.iter().filter(|(_, chosen)| chosen.as_deref() == Some(id));
    theirs.map(|(intent, _)| label(intent)).collect()
}

fn label(id: &str) -> String {
    match emend_text::intent(id) {
        Some(intent) => intent.label.into(),
        None if id == "own" => "Own words".into(),
        None => id.into(),
    }
}

fn recipe_dto(info: &RecipeInfo) -> RecipeDto {
    RecipeDto {
        name: info.recipe.name.clone(),
        about: info.recipe.about.clone(),
        paper: info.recipe.paper.clone(),
        steps: number(info.recipe.steps),
        reads: match info.reads {
            Reads::Rewrites => ReadsDto::Rewrites,
            Reads::Preferences => ReadsDto::Preferences,
            Reads::Verdicts => ReadsDto::Verdicts,
            Reads::Texts => ReadsDto::Texts,
        },
        examples: number(info.examples),
    }
}

fn run_dto((info, state): (RunInfo, RunState)) -> RunDto {
    let stopped_at = match state {
        RunState::Finished => None,
        RunState::Unfinished { step } => Some(number(step)),
    };
    RunDto { id: info.id, recipe: info.recipe, data: info.data, created: info.created, stopped_at }
}

fn event_dto(event: TrainEvent) -> TrainEventDto {
    match event {
        TrainEvent::Begun { run, examples, steps } => TrainEventDto::Begun {
            run: run.id,
            recipe: run.recipe,
            examples: number(examples),
            steps: number(steps),
        },
        TrainEvent::Step(report) => TrainEventDto::Step(step_dto(report)),
    }
}

fn step_dto(report: StepReport) -> StepDto {
    let samples = report.samples.into_iter();
    StepDto {
        step: number(report.step),
        steps: number(report.steps),
        seconds: report.seconds,
        metrics: report.metrics,
        samples: samples.map(|one| SampleDto { source: one.source, rewrite: one.rewrite }).collect(),
    }
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
