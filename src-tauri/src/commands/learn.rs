//! Learning: what there is to learn from, runs of training, and the adapters that came of them.

use std::collections::BTreeMap;

use emend_app::verbs::adapters::{AdapterInfo, Changed};
use emend_app::verbs::gate::{Trial, TrialAt};
use emend_app::verbs::learn_overview::{Acceptance, Reads, RecipeInfo, Reliability};
use emend_app::verbs::train::{Control, TrainEvent, Waits, Which};
use emend_app::{
    AdapterChoice, App, AppError, Cancel, Ended, GateVerdict, LearningChoices, Recipe, RunInfo, RunState,
    StepReport,
};
use serde::Deserialize;
use tauri::ipc::Channel;
use tauri::{AppHandle, Manager, State};

use crate::dto::AppErrorDto;
use crate::dto::learn::{
    AcceptanceDto, AdapterDto, BinDto, DayDto, JudgedDto, LearnDto, MeasureDto, MeasuredDto, ReadsDto,
    RecipeDto, RecipeDueDto, ReliabilityDto, RunDto, SampleDto, StepDto, TrainArgs, TrainEventDto,
    TrainedDto, VerdictOfGateDto, WaitsDto, WhenDto, WishDto,
};
use crate::refusal::refusal;
use crate::state::{Desktop, Work};

/// What wishes in the person's own words are called where intents have ids.
const OWN: &str = "own";

/// Rewrites that are graded at a time: minutes of work for a model that is asked about each.
const MOST_GRADED: usize = 50;

/// Everything that the Learn screen shows at rest.
#[tauri::command]
#[specta::specta]
pub(crate) async fn learn(desktop: State<'_, Desktop>) -> Result<LearnDto, AppErrorDto> {
    let app = desktop.app()?;
    let found = app.learn_overview().await.map_err(refusal)?;
    let when = app.settings().map_err(refusal)?.settings.learning;
    Ok(LearnDto {
        decided: number(found.decided),
        imported: number(found.imported),
        needed: number(found.needed),
        missing: number(found.missing),
        intents: found.received.intents.iter().map(|(id, counts)| acceptance(label(id), counts)).collect(),
        writers: found
            .received
            .writers
            .iter()
            .map(|(by, counts)| acceptance(by.to_string(), counts))
            .collect(),
        days: found.received.days.iter().map(day).collect(),
        reliability: reliability(&found.reliability),
        recipes: found.recipes.iter().map(recipe_dto).collect(),
        runs: runs(app).map_err(refusal)?,
        adapters: adapters(app).map_err(refusal)?,
        steps_back: number(found.steps_back),
        held_out: number(found.held_out),
        when: WhenDto { pauses: when.pauses, idle: when.when_idle, grades: when.grades_when_idle },
        wishes: emend_text::INTENTS.iter().map(|intent| intent.id).chain([OWN]).map(wish).collect(),
    })
}

/// Begins a run, or goes on with one; settles when it is over, with nothing if it was stopped before it began. There is one at
/// a time.
#[tauri::command]
#[specta::specta]
pub(crate) async fn train(
    window: AppHandle,
    desktop: State<'_, Desktop>,
    args: TrainArgs,
    on_event: Channel<TrainEventDto>,
) -> Result<Option<TrainedDto>, AppErrorDto> {
    let app = desktop.app()?;
    let control = Control::default();
    let place = desktop.work_begins(Work::Training(control.clone())).ok_or_else(taken)?;
    let done = match which(app, args).await {
        // The page may be gone: then nobody hears, and the run stops by itself.
        Ok(which) => app.train(which, &control, |event| drop(on_event.send(event_dto(event)))).await,
        Err(error) => Err(error),
    };
    drop(place);
    if window.webview_windows().is_empty() {
        window.exit(0);
    }
    let done = done.map_err(refusal)?;
    Ok(done
        .map(|done| TrainedDto { finished: done.ended == Ended::Finished, left_out: number(done.left_out) }))
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

/// The person types: a run that is going waits for a while, and grading ends.
#[tauri::command]
#[specta::specta]
pub(crate) async fn typing(desktop: State<'_, Desktop>) -> Result<(), AppErrorDto> {
    if let Some(control) = desktop.training() {
        control.typed();
    }
    desktop.stop_grading();
    Ok(())
}

/// Lets the large model grade rewrites if the person wants that and it is time; how many it graded. It ends when the person
/// types.
#[tauri::command]
#[specta::specta]
pub(crate) async fn grade_when_idle(desktop: State<'_, Desktop>) -> Result<u32, AppErrorDto> {
    let app = desktop.app()?;
    if app.grading_due().await.map_err(refusal)?.is_err() {
        return Ok(0);
    }
    let cancel = Cancel::new();
    let Some(_place) = desktop.work_begins(Work::Grading(cancel.clone())) else { return Ok(0) };
    let done = app.grade(MOST_GRADED, &cancel, |_, _| ()).await.map_err(refusal)?;
    Ok(number(done.graded))
}

/// Chooses when the program may learn; a run that is going follows at once.
#[tauri::command]
#[specta::specta]
pub(crate) async fn set_when(desktop: State<'_, Desktop>, when: WhenDto) -> Result<(), AppErrorDto> {
    let WhenDto { pauses, idle, grades } = when;
    let choices = LearningChoices { pauses, when_idle: idle, grades_when_idle: grades };
    desktop.app()?.set_learning(choices).map_err(refusal)?;
    if let Some(control) = desktop.training() {
        control.be_polite(when.pauses);
    }
    Ok(())
}

/// The recipe that it is time to run on the person's decisions, if it is: enough is new, the machine idle and on mains.
#[tauri::command]
#[specta::specta]
pub(crate) async fn training_due(desktop: State<'_, Desktop>) -> Result<Option<RecipeDueDto>, AppErrorDto> {
    let due = desktop.app()?.training_due().await.map_err(refusal)?.ok();
    Ok(due.map(|train| RecipeDueDto { recipe: train.recipe.name, steps: number(train.recipe.steps) }))
}

/// What each step of a run did.
#[tauri::command]
#[specta::specta]
pub(crate) async fn run_steps(desktop: State<'_, Desktop>, run: String) -> Result<Vec<StepDto>, AppErrorDto> {
    let rows = desktop.app()?.run_reports(&run).map_err(refusal)?;
    // A row of another version is left out of a plot, which is no reason to show none.
    Ok(rows.iter().filter_map(|row| StepDto::deserialize(row).ok()).collect())
}

/// Deletes a run with the texts that it learned from.
#[tauri::command]
#[specta::specta]
pub(crate) async fn delete_run(desktop: State<'_, Desktop>, run: String) -> Result<(), AppErrorDto> {
    desktop.app()?.delete_run(&run).map_err(refusal)
}

/// Puts what a finished run made to the test, on the held-out part of the person's decisions, those of one wish or all; it
/// answers from now on if it passes. Nothing when it was stopped.
#[tauri::command]
#[specta::specta]
pub(crate) async fn judge_run(
    desktop: State<'_, Desktop>,
    run: String,
    wish: Option<String>,
    on_event: Channel<MeasuredDto>,
) -> Result<Option<JudgedDto>, AppErrorDto> {
    let app = desktop.app()?;
    let cancel = Cancel::new();
    let _place = desktop.work_begins(Work::Comparing(cancel.clone())).ok_or_else(taken)?;
    let trial = Trial { use_it: true, intent: wish, ..Trial::default() };
    let on = |at: TrialAt| drop(on_event.send(MeasuredDto { done: number(at.done), of: number(at.of) }));
    let Some(tried) = app.try_run(&run, trial, &cancel, on).await.map_err(refusal)? else { return Ok(None) };
    // A log that does not know of it is told when the page looks at the log, which is next.
    Ok(Some(JudgedDto { used_as: tried.used_as, reasons: reasons(&tried.report.verdict) }))
}

/// Ends a comparison that is going; nothing has changed then.
#[tauri::command]
#[specta::specta]
pub(crate) async fn stop_comparing(desktop: State<'_, Desktop>) -> Result<(), AppErrorDto> {
    desktop.stop_comparing();
    Ok(())
}

/// Lets an adapter answer a wish, or every wish. What comes back of it, as of the next two, is why the log of what was
/// expected does not know of it, if so.
#[tauri::command]
#[specta::specta]
pub(crate) async fn use_adapter(
    desktop: State<'_, Desktop>,
    id: String,
    wish: Option<String>,
) -> Result<Option<AppErrorDto>, AppErrorDto> {
    desktop.app()?.use_adapter(&id, wish.as_deref()).await.map(unlogged).map_err(refusal)
}

/// Takes an adapter off wherever it answers.
#[tauri::command]
#[specta::specta]
pub(crate) async fn take_off_adapter(
    desktop: State<'_, Desktop>,
    id: String,
) -> Result<Option<AppErrorDto>, AppErrorDto> {
    desktop.app()?.take_off_adapter(&id).await.map(unlogged).map_err(refusal)
}

/// Goes back to what was in use before the last choice.
#[tauri::command]
#[specta::specta]
pub(crate) async fn roll_back_adapters(
    desktop: State<'_, Desktop>,
) -> Result<Option<AppErrorDto>, AppErrorDto> {
    desktop.app()?.roll_back_adapters(1).await.map(unlogged).map_err(refusal)
}

/// Deletes an adapter that is not in use.
#[tauri::command]
#[specta::specta]
pub(crate) async fn delete_adapter(desktop: State<'_, Desktop>, id: String) -> Result<(), AppErrorDto> {
    desktop.app()?.delete_adapter(&id).map_err(refusal)
}

fn unlogged<T>(changed: Changed<T>) -> Option<AppErrorDto> {
    changed.unlogged.map(refusal)
}

async fn which(app: &App, args: TrainArgs) -> Result<Which, AppError> {
    match args {
        TrainArgs::Resume { run } => Ok(Which::Resume(run)),
        TrainArgs::New { recipe, steps } => {
            let mut recipe = Recipe::shipped(&recipe)?;
            recipe.steps = (steps as usize).max(1);
            Ok(Which::New(Box::new(app.own_training(recipe).await?)))
        }
    }
}

fn adapters(app: &App) -> Result<Vec<AdapterDto>, AppError> {
    let (found, choice) = app.adapters()?;
    let dto = |one: AdapterInfo| -> Result<AdapterDto, AppError> {
        let recipe = one.card.as_ref().and_then(|card| card.recipe["name"].as_str().map(str::to_owned));
        Ok(AdapterDto {
            size_bytes: one.size_bytes,
            recipe,
            metrics: metrics(&one),
            verdict: verdict(app, &one.id)?,
            created: one.card.map(|card| card.created),
            problem: one.problem,
            answers_all: choice.all.as_deref() == Some(&*one.id),
            answers: given(&choice, &one.id),
            id: one.id,
        })
    };
    found.into_iter().map(dto).collect()
}

/// What was measured in an adapter's last step: the numbers among it.
fn metrics(one: &AdapterInfo) -> BTreeMap<String, f64> {
    let all = one.card.iter().filter_map(|card| card.metrics.as_object()).flatten();
    all.filter_map(|(name, value)| Some((name.clone(), value.as_f64()?))).collect()
}

/// The intents that an adapter was given alone.
fn given(choice: &AdapterChoice, id: &str) -> Vec<WishDto> {
    let theirs = choice.intents.iter().filter(|(_, chosen)| chosen.as_deref() == Some(id));
    theirs.map(|(intent, _)| wish(intent)).collect()
}

fn wish(id: &str) -> WishDto {
    WishDto { id: id.into(), label: label(id) }
}

/// There is one work at a time that takes the whole machine.
pub(crate) fn taken() -> AppErrorDto {
    AppErrorDto {
        code: "training".into(),
        message: "A run, a test or another work that takes the machine is going already.".into(),
        hint: "Stop it first; a run can go on later.".into(),
    }
}

fn label(id: &str) -> String {
    match emend_text::intent(id) {
        Some(intent) => intent.label.into(),
        None if id == OWN => "Own words".into(),
        None => id.into(),
    }
}

fn acceptance(label: String, counts: &Acceptance) -> AcceptanceDto {
    let Acceptance { accepted, edited, rejected } = *counts;
    AcceptanceDto { label, accepted: number(accepted), edited: number(edited), rejected: number(rejected) }
}

fn day((&day, counts): (&i64, &Acceptance)) -> DayDto {
    // No clock is so wrong.
    let day = i32::try_from(day).unwrap_or_default();
    DayDto { day, taken: number(counts.taken()), refused: number(counts.rejected) }
}

fn reliability(found: &Reliability) -> ReliabilityDto {
    let bins = found.bins.iter();
    ReliabilityDto {
        answers: number(found.answers),
        missing: number(found.missing),
        bins: bins
            .map(|bin| BinDto { answers: number(bin.cases), said: bin.said, kept: bin.came_true })
            .collect(),
        error: found.error,
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
            Reads::Guided => ReadsDto::Guided,
            Reads::Grades => ReadsDto::Grades,
        },
        examples: number(info.examples),
    }
}

fn runs(app: &App) -> Result<Vec<RunDto>, AppError> {
    let dto = |(info, state): (RunInfo, RunState)| {
        let verdict = verdict(app, &info.id)?;
        Ok(run_dto(info, state, verdict))
    };
    app.runs()?.into_iter().map(dto).collect()
}

fn verdict(app: &App, id: &str) -> Result<Option<VerdictOfGateDto>, AppError> {
    let Some(report) = app.verdict(id)? else { return Ok(None) };
    let measures = report.comparisons.into_iter();
    Ok(Some(VerdictOfGateDto {
        promoted: report.verdict == GateVerdict::Promoted,
        reasons: reasons(&report.verdict),
        measures: measures.map(|one| MeasureDto { name: one.name, live: one.live, new: one.new }).collect(),
    }))
}

fn reasons(verdict: &GateVerdict) -> Vec<String> {
    match verdict {
        GateVerdict::NotPromoted { reasons } => reasons.iter().map(ToString::to_string).collect(),
        GateVerdict::Promoted => Vec::new(),
    }
}

fn run_dto(info: RunInfo, state: RunState, verdict: Option<VerdictOfGateDto>) -> RunDto {
    let stopped_at = match state {
        RunState::Finished => None,
        RunState::Unfinished { step } => Some(number(step)),
    };
    RunDto {
        data: info.data.to_string(),
        id: info.id,
        recipe: info.recipe,
        created: info.created,
        stopped_at,
        verdict,
    }
}

fn event_dto(event: TrainEvent) -> TrainEventDto {
    match event {
        TrainEvent::Begun { run, examples, steps, .. } => TrainEventDto::Begun {
            run: run.id,
            recipe: run.recipe,
            examples: number(examples),
            steps: number(steps),
        },
        TrainEvent::Guided { done, of } => {
            TrainEventDto::Guided(MeasuredDto { done: number(done), of: number(of) })
        }
        TrainEvent::Step(report) => TrainEventDto::Step(step_dto(report)),
        TrainEvent::Waits(reason) => TrainEventDto::Waits(match reason {
            Waits::Asked => WaitsDto::Asked,
            Waits::Typing => WaitsDto::Typing,
            Waits::Battery => WaitsDto::Battery,
        }),
        TrainEvent::GoesOn => TrainEventDto::GoesOn,
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

pub(crate) fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
