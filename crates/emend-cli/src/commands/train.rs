//! `emend train`

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use emend_app::verbs::gate::Trial;
use emend_app::verbs::train::{Control, Train, TrainEvent, Trained, Waits, Which};
use emend_app::{App, Cancel, DataSource, Ended, Known, LearnText, Recipe, RunState};
use emend_eval::{Choice, Row, read_rows};
use serde_json::json;

use crate::arguments::{JudgeArguments, Switch, TrainAction, TrainArguments, Wish};
use crate::commands::adapters::{measure_anchors, not_noted};
use crate::commands::overview;
use crate::commands::rewrite::stop_on_interrupt;
use crate::failure::Failure;
use crate::output::Output;
use crate::progress::Progress;

pub(crate) async fn run(app: &App, action: TrainAction, output: Output) -> Result<ExitCode, Failure> {
    match action {
        TrainAction::Run(arguments) => {
            train(app, Which::New(Box::new(wanted(app, &arguments).await?)), output).await
        }
        TrainAction::Resume { run } => train(app, Which::Resume(run), output).await,
        TrainAction::Judge(arguments) => judge(app, &arguments, output).await,
        TrainAction::Due => match app.training_due().await? {
            Ok(due) => train(app, Which::New(Box::new(due)), output).await,
            Err(reason) => {
                if output.json {
                    Output::json(&json!({ "type": "not_due", "reason": reason.to_string() }))?;
                } else {
                    Output::line(format!("not now: {reason}"))?;
                }
                Ok(ExitCode::SUCCESS)
            }
        },
        TrainAction::When { pauses, idle, grades } => when(app, [pauses, idle, grades], output),
        TrainAction::Overview => overview::run(app, output).await,
        TrainAction::Recipes => recipes(output),
        TrainAction::List => list(app, output),
        TrainAction::Delete { run } => {
            app.delete_run(&run)?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

async fn wanted(app: &App, arguments: &TrainArguments) -> Result<Train, Failure> {
    let mut recipe = recipe(&arguments.recipe)?;
    recipe.steps = arguments.steps.map_or(recipe.steps, NonZeroUsize::get);
    recipe.seed = arguments.seed.unwrap_or(recipe.seed);
    let Some(file) = &arguments.texts else {
        return Ok(app.own_training(recipe).await?);
    };
    let limit = arguments.limit.map(NonZeroUsize::get);
    let mut learned = texts(file, limit, &arguments.wish)?;
    let data = DataSource::File { file: file.display().to_string(), texts: learned.len() };
    if let Some(file) = &arguments.clean {
        if !recipe.method.leaves_alone() {
            return Err(Failure::new(
                "recipe",
                format!("the recipe {} has no use for texts that need no change", recipe.name),
                "leave out --clean, or take a recipe with `[method.clean]` or `[method.hold]`",
            ));
        }
        let clean = texts(file, limit, &arguments.wish)?.into_iter();
        learned.extend(clean.map(|text| LearnText { known: Known::Clean, ..text }));
    }
    Ok(Train { recipe, texts: learned, data })
}

/// The rows of a file, each with its first rewrite if it has one.
fn texts(file: &Path, limit: Option<usize>, wish: &Wish) -> Result<Vec<LearnText>, Failure> {
    let instruction = wish.instruction()?;
    let text = |row: Row| LearnText {
        instruction: instruction.clone(),
        source: row.src,
        known: row.refs.into_iter().next().map_or(Known::Nothing, Known::Rewrite),
        weight: 1.0,
    };
    let rows = read_rows(file, Choice { limit, ..Choice::default() })?;
    Ok(rows.into_iter().map(text).collect())
}

async fn judge(app: &App, arguments: &JudgeArguments, output: Output) -> Result<ExitCode, Failure> {
    let limit = Some(arguments.measure.get());
    let read = |file: &Option<PathBuf>| {
        file.as_ref().map_or_else(|| Ok(Vec::new()), |file| texts(file, limit, &arguments.wish))
    };
    let trial = Trial {
        held_out: read(&arguments.held_out)?,
        clean: read(&arguments.clean)?,
        intent: arguments.only_for.clone(),
        use_it: arguments.use_it,
    };
    let cancel = Cancel::new();
    stop_on_interrupt(cancel.clone());
    let bar = Progress::new("comparing");
    let tried = app.try_run(&arguments.run, trial, &cancel, |at| bar.at(at.done as u64, at.of as u64)).await;
    drop(bar);
    let Some(tried) = tried? else {
        eprintln!("emend: cancelled; nothing was changed");
        return Ok(ExitCode::from(130));
    };
    if output.json {
        Output::json(&json!({
            "report": tried.report, "left_out": tried.left_out, "used_as": tried.used_as,
        }))?;
    } else {
        if tried.left_out > 0 {
            eprintln!("emend: {} texts were left out: the run learned from them", tried.left_out);
        }
        Output::line(tried.report.markdown())?;
        if let Some(id) = &tried.used_as {
            eprintln!("emend: {id} answers from now on; `emend adapters rollback` goes back");
        }
    }
    if let Some(error) = &tried.unlogged {
        not_noted(error);
    }
    if tried.used_as.is_some() {
        measure_anchors(app, &cancel).await;
    }
    Ok(ExitCode::SUCCESS)
}

/// When the program may learn, after what was chosen, if anything was.
fn when(app: &App, [pauses, idle, grades]: [Option<Switch>; 3], output: Output) -> Result<ExitCode, Failure> {
    let mut choices = app.settings()?.settings.learning;
    let before = choices;
    let on = |switch| switch == Switch::On;
    choices.pauses = pauses.map_or(choices.pauses, on);
    choices.when_idle = idle.map_or(choices.when_idle, on);
    choices.grades_when_idle = grades.map_or(choices.grades_when_idle, on);
    if choices != before {
        app.set_learning(choices)?;
    }
    if output.json {
        Output::json(&json!({
            "pauses": choices.pauses, "when_idle": choices.when_idle, "grades_when_idle": choices.grades_when_idle,
        }))?;
    } else {
        let word = |chosen| if chosen { "on" } else { "off" };
        Output::line(format!("pauses on battery and while you type: {}", word(choices.pauses)))?;
        Output::line(format!("learns when the machine is idle: {}", word(choices.when_idle)))?;
        let grades = word(choices.grades_when_idle);
        Output::line(format!("the large model grades when the machine is idle: {grades}"))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// A recipe by its name or file.
pub(super) fn recipe(name: &str) -> Result<Recipe, Failure> {
    let file = Path::new(name);
    // No recipe that comes with the program has such a name.
    let is_file = file.extension().is_some() || file.components().count() > 1;
    let found = if is_file {
        let toml = std::fs::read_to_string(file).map_err(|error| {
            Failure::new("read", format!("{}: {error}", file.display()), "check that the file exists")
        })?;
        Recipe::parse(name, &toml)
    } else {
        Recipe::shipped(name)
    };
    Ok(found.map_err(emend_app::AppError::from)?)
}

async fn train(app: &App, which: Which, output: Output) -> Result<ExitCode, Failure> {
    let control = Control::default();
    stop_on_interrupt(control.cancel.clone());
    let bar = Progress::new("training");
    let mut lost = None;
    let done = app
        .train(which, &control, |event| {
            if output.json && lost.is_none() {
                lost = Output::json(&event.json()).err();
            }
            match &event {
                TrainEvent::Begun { run, examples, clean, .. } if !output.json => {
                    eprintln!("emend: run {}, {examples} examples", run.id);
                    if *clean == Some(0) {
                        eprintln!(
                            "emend: no text is known that needs no change here, so nothing holds the model from \
                             changing such texts (--clean FILE gives it some)"
                        );
                    }
                }
                TrainEvent::Guided { done, of } => bar.at(*done as u64, *of as u64),
                TrainEvent::Step(report) => bar.at(report.step as u64, report.steps as u64),
                TrainEvent::Waits(reason) if !output.json => {
                    let reason = match reason {
                        Waits::Asked => "as you asked",
                        Waits::Typing => "while you type",
                        Waits::Battery => {
                            "because the machine runs on its battery (`emend train when --pauses off`)"
                        }
                    };
                    eprintln!("emend: the run waits {reason}");
                }
                TrainEvent::GoesOn if !output.json => eprintln!("emend: the run goes on"),
                TrainEvent::Begun { .. } | TrainEvent::Waits(_) | TrainEvent::GoesOn => {}
            }
        })
        .await;
    drop(bar);
    let done = done?;
    if let Some(lost) = lost {
        return Err(lost);
    }
    let Some(done) = done else {
        eprintln!("emend: stopped before there was a run; nothing is kept");
        return Ok(ExitCode::from(130));
    };
    tell(&done, output)?;
    Ok(match done.ended {
        Ended::Finished => ExitCode::SUCCESS,
        Ended::Stopped(_) => ExitCode::from(130),
    })
}

fn tell(done: &Trained, output: Output) -> Result<(), Failure> {
    if output.json {
        let (ended, step) = match done.ended {
            Ended::Finished => ("finished", None),
            Ended::Stopped(step) => ("stopped", Some(step)),
        };
        return Output::json(&json!({
            "type": ended, "run": done.run.id, "step": step, "left_out": done.left_out, "adapter": done.adapter,
        }));
    }
    if done.left_out > 0 {
        eprintln!("emend: {} texts did not fit the model and were left out", done.left_out);
    }
    match (&done.adapter, done.ended) {
        (Some(adapter), _) => {
            Output::line(adapter.display().to_string())?;
            eprintln!(
                "emend: `emend train judge {} --use` compares it with what answers now, on texts that it has not seen, and \
                 uses it if it is better",
                done.run.id
            );
            Ok(())
        }
        (None, Ended::Stopped(step)) => {
            eprintln!("emend: stopped at step {step}; `emend train resume {}` goes on", done.run.id);
            Ok(())
        }
        (None, Ended::Finished) => Ok(()),
    }
}

fn recipes(output: Output) -> Result<ExitCode, Failure> {
    let mut rows = Vec::new();
    for (name, _) in emend_app::SHIPPED_RECIPES {
        let recipe = Recipe::shipped(name).map_err(emend_app::AppError::from)?;
        rows.push(json!({
            "name": recipe.name, "about": recipe.about, "paper": recipe.paper, "steps": recipe.steps,
            "parts": recipe.method.parts(),
        }));
        if !output.json {
            Output::line(format!("{:18} {}\n{:18} {}", recipe.name, recipe.about, "", recipe.paper))?;
        }
    }
    if output.json {
        Output::json(&rows)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn list(app: &App, output: Output) -> Result<ExitCode, Failure> {
    let runs = app.runs()?;
    let mut rows = Vec::new();
    for (info, state) in runs {
        let (finished, step) = match state {
            RunState::Finished => (true, None),
            RunState::Unfinished { step } => (false, Some(step)),
        };
        if !output.json {
            let state = step.map_or("finished".to_owned(), |step| format!("stopped at step {step}"));
            Output::line(format!("{:24} {state:22} {}", info.id, info.data))?;
        }
        rows.push(json!({
            "run": info.id, "recipe": info.recipe, "data": info.data.to_string(), "created": info.created,
            "finished": finished, "step": step,
        }));
    }
    if output.json {
        Output::json(&rows)?;
    }
    Ok(ExitCode::SUCCESS)
}
