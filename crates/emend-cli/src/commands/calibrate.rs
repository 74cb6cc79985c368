//! `emend calibrate`

mod own;
mod show;

use std::num::NonZeroUsize;
use std::path::Path;
use std::process::ExitCode;

use emend_app::verbs::calibrate::{Calibrate, Calibrated, LabelledSet, LargeRewrites, Measured, Promise};
use emend_app::{App, Cancel};
use emend_eval::{Choice, HeadEvaluation, Judge, Row, read_hypotheses, read_rows, suite};
use emend_text::{Intent, intent};
use serde_json::{Value, json};

use crate::arguments::CalibrateArguments;
use crate::commands::eval::{deferral_lines, quality_metric, refuse_unjudged};
use crate::commands::rewrite::stop_on_interrupt;
use crate::failure::Failure;
use crate::output::Output;
use crate::progress::Progress;

pub(crate) use self::show::unknown;

/// Single features in the printed table; JSON has all of them.
const SHOWN: usize = 8;

pub(crate) async fn run(
    app: &App,
    arguments: CalibrateArguments,
    output: Output,
) -> Result<ExitCode, Failure> {
    if arguments.show {
        return show::run(app, output).await;
    }
    if arguments.remove {
        return show::remove(app, output).await;
    }
    if arguments.task.is_none() && arguments.suite.is_none() {
        return own::run(app, output).await;
    }
    let scratch = tempfile::tempdir().map_err(|error| {
        Failure::new("write", format!("cannot make a folder: {error}"), "check the disk's space")
    })?;
    let what = Calibrate {
        sets: sets(app, &arguments)?,
        judge: arguments.judge.as_deref().map(Judge::open).transpose()?,
        answers: arguments.answers.clone().unwrap_or_else(|| scratch.path().to_owned()),
        output: arguments.output.clone(),
    };
    let cancel = Cancel::new();
    stop_on_interrupt(cancel.clone());
    let bar = Progress::new("rewriting");
    let (mut name, mut before, mut last) = (String::new(), 0, 0);
    let total: u64 = what.sets.iter().map(|set| set.rows.len() as u64).sum();
    let done = app
        .calibrate(&what, &cancel, |set, at| {
            if set != name {
                set.clone_into(&mut name);
                before += last;
            }
            last = at.total;
            bar.at(before + at.resumed + at.done, total);
        })
        .await?;
    drop(bar);
    let Some(done) = done else {
        eprintln!("emend: cancelled; with --answers, the same command goes on");
        return Ok(ExitCode::from(130));
    };
    if output.json {
        Output::json(&as_json(&done))?;
    } else {
        Output::line(table(&done))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn sets(app: &App, arguments: &CalibrateArguments) -> Result<Vec<LabelledSet>, Failure> {
    let model = app.large()?.map(|large| large.name);
    let model = match (&arguments.large, model) {
        (None, _) => String::new(),
        (Some(_), Some(model)) => model,
        (Some(_), None) => {
            let message = "nobody knows whose rewrites --large are: no large model is in use";
            return Err(Failure::new(
                "large",
                message.to_owned(),
                "choose it first: `emend large set --model …`",
            ));
        }
    };
    let limit = arguments.limit.map(NonZeroUsize::get);
    let set = |name: &str, task: &str, metric, rows: Vec<Row>| -> Result<LabelledSet, Failure> {
        let large = arguments.large.as_deref().map(|path| {
            let path =
                if arguments.suite.is_some() { path.join(format!("{name}.jsonl")) } else { path.to_owned() };
            let texts = read_hypotheses(&path, &rows, "large")?.texts;
            Ok::<_, Failure>(LargeRewrites { model: model.clone(), texts })
        });
        Ok(LabelledSet {
            name: name.to_owned(),
            intent: known(task)?,
            large: large.transpose()?,
            metric,
            rows,
        })
    };
    let Some(data) = &arguments.suite else {
        let (task, input) = (arguments.task.as_deref().unwrap_or_default(), arguments.input.as_deref());
        let rows = read_rows(input.unwrap_or(Path::new("")), Choice { limit, ..Choice::default() })?;
        let bare = rows.iter().filter(|row| row.refs.is_empty()).count();
        if bare > 0 {
            let message =
                format!("{bare} of {} rows have no `refs`, so nobody knows what is good there", rows.len());
            return Err(Failure::new(
                "rows",
                message,
                "give each row what people wrote instead, or leave it out",
            ));
        }
        return Ok(vec![set(task, task, quality_metric(arguments.quality.as_deref(), None)?, rows)?]);
    };
    refuse_unjudged(arguments.judge.as_deref(), arguments.quality.as_deref())?;
    let mut sets = Vec::new();
    for case in suite(&arguments.only)? {
        let metric = quality_metric(arguments.quality.as_deref(), Some(case))?;
        let rows = case.rows(data, limit)?;
        // Without rewrites by people and without a judge there are no labels.
        if arguments.judge.is_some() || rows.iter().all(|row| !row.refs.is_empty()) {
            sets.push(set(case.name, case.intent, metric, rows)?);
        }
    }
    Ok(sets)
}

pub(super) fn known(task: &str) -> Result<&'static Intent, Failure> {
    intent(task).ok_or_else(|| {
        Failure::new("intent", format!("there is no intent `{task}`"), "`emend intents` lists them")
    })
}

fn as_json(done: &Calibrated) -> Value {
    let Measured { rows, kept, confidence, features, promises, deferral } = &done.measured;
    json!({
        "calibration": done.path,
        "rows": rows,
        "kept": kept,
        "confidence": confidence,
        "features": features,
        "promises": promises.iter().map(promise_json).collect::<Vec<_>>(),
        "deferral": deferral,
    })
}

pub(super) fn promise_json(promise: &Promise) -> Value {
    let Promise { one_bad_in, threshold, accepted, held } = promise;
    json!({ "one_bad_in": one_bad_in, "threshold": threshold, "accepted": accepted, "held": held })
}

fn table(done: &Calibrated) -> String {
    let measured = &done.measured;
    let mut lines = vec![
        format!("{} answers, {:.1} % of them kept", measured.rows, measured.kept * 100.0),
        String::new(),
        head_titles(),
    ];
    lines.extend(measured.confidence.iter().map(head_line));
    lines.push(String::new());
    lines.push("single features, first answers".to_owned());
    lines.extend(measured.features.iter().take(SHOWN).map(head_line));
    lines.push(String::new());
    lines.extend(promise_lines(&measured.promises));
    if let Some(deferral) = &measured.deferral {
        lines.push(String::new());
        lines.extend(deferral_lines(deferral, "kept"));
    }
    lines.push(String::new());
    lines.push(format!("written to {}", done.path.display()));
    lines.join("\n")
}

fn head_titles() -> String {
    format!("{:<28}{:>6}  {:<20} {:<20} {:<20}", "confidence of", "rows", "AUROC", "ECE", "Brier")
}

fn head_line(head: &HeadEvaluation) -> String {
    let number = |id: &str| {
        let found = head.metrics.iter().find(|metric| metric.id == id);
        found.map_or(String::new(), |metric| {
            let value = metric.value;
            format!("{:.3} [{:.3}, {:.3}]", value.value, value.low, value.high)
        })
    };
    let (name, rows) = (&head.head, head.rows);
    format!("{name:<28}{rows:>6}  {:<20} {:<20} {:<20}", number("auroc"), number("ece"), number("brier"))
}

pub(super) fn promise_lines(promises: &[Promise]) -> Vec<String> {
    let title =
        format!("{:<28}{:>10}{:>12}{:>22}", "at most one bad in", "from", "accepted", "held in 200 halvings");
    let line = |promise: &Promise| {
        let from = promise.threshold.map_or("never".to_owned(), |tau| format!("{:.0} %", tau * 100.0));
        let (accepted, held) = (promise.accepted * 100.0, promise.held * 100.0);
        format!("{:<28}{from:>10}{accepted:>10.1} %{held:>20.1} %", promise.one_bad_in)
    };
    std::iter::once(title).chain(promises.iter().map(line)).collect()
}
