//! `emend eval --cascade`: is the large model asked where it helps?

use std::fs;
use std::num::NonZeroUsize;
use std::path::Path;
use std::process::ExitCode;

use emend_app::AppError;
use emend_app::verbs::calibrate::{Answers, Known, LabelledSet, LargeRewrites, promises, worth};
use emend_eval::{
    Better, Choice, Deferral, HeadEvaluation, Judge, METRICS, Metric, Pair, Scored, SuiteCase, deferral,
    deferral_plot, evaluate_head, metric, read_confidences, read_hypotheses, read_rows, reliability_plot,
    suite,
};
use serde::Serialize;
use serde_json::{Value, json};

use super::set_name;
use crate::arguments::EvalArguments;
use crate::commands::calibrate::{known, promise_json, promise_lines};
use crate::failure::Failure;
use crate::output::Output;

/// Shares of texts in the printed curve.
const SHOWN: [f64; 6] = [0.0, 0.1, 0.25, 0.5, 0.75, 1.0];

pub(super) fn run(arguments: &EvalArguments, large: &Path, output: Output) -> Result<ExitCode, Failure> {
    let judge = arguments.judge.as_deref().map(Judge::open).transpose()?;
    let small = arguments.hyp.as_deref().unwrap_or(Path::new(""));
    let mut measured = Measured { sets: Vec::new(), pairs: Vec::new(), known: Vec::new() };
    for set in sets(arguments)? {
        let file = |path: &Path| match arguments.suite {
            Some(_) => path.join(format!("{}.jsonl", set.name)),
            None => path.to_owned(),
        };
        let texts = read_hypotheses(&file(small), &set.rows, "small")?.texts;
        let confidences = read_confidences(&file(small), &set.rows)?;
        let others = read_hypotheses(&file(large), &set.rows, "large")?.texts;
        let set = LabelledSet { large: Some(LargeRewrites { model: String::new(), texts: others }), ..set };
        let mut pairs = Vec::new();
        for (number, (small, confidence)) in texts.iter().zip(confidences).enumerate() {
            let found = worth(&set, judge.as_ref(), number, small);
            let Some((Answers { small, large: Some(large) }, confidence)) = found.zip(confidence) else {
                continue;
            };
            measured.known.push(Known { confidence, kept: small.kept });
            pairs.push(Pair { priority: -confidence, small: small.quality, large: large.quality });
        }
        measured.add(&set, pairs);
    }
    let Some(found) = deferral(&measured.pairs, arguments.seed) else {
        return Err(Failure::new(
            "no_rows",
            "no rewrite of the small model has a confidence and can be measured".to_owned(),
            "`emend calibrate` first, then rewrite with `emend batch --tier small`; many metrics need --judge",
        ));
    };
    let scored: Vec<Scored> = measured
        .known
        .iter()
        .map(|row| Scored { label: f64::from(u8::from(row.kept)), score: row.confidence })
        .collect();
    let head = evaluate_head("answers better than the text", &scored, arguments.seed);
    if let Some(folder) = &arguments.report {
        write(folder, &measured, &found, &head, &scored)?;
    }
    if output.json {
        Output::json(&measured.json(&found, &head))?;
    } else {
        Output::line(table(&measured, &found, &head))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// What both models are worth on one set.
#[derive(Serialize)]
struct SetGain {
    name: String,
    metric: &'static str,
    rows: usize,
    small: f64,
    large: f64,
}

struct Measured {
    sets: Vec<SetGain>,
    pairs: Vec<Pair>,
    /// How sure the small model was of each of its answers, and whether it is better than the text: what promises are about.
    known: Vec<Known>,
}

impl Measured {
    fn add(&mut self, set: &LabelledSet, pairs: Vec<Pair>) {
        let mean = |of: fn(&Pair) -> f64| pairs.iter().map(of).sum::<f64>() / pairs.len().max(1) as f64;
        let (small, large) = (mean(|pair| pair.small), mean(|pair| pair.large));
        let name = set.name.clone();
        self.sets.push(SetGain { name, metric: set.metric.id, rows: pairs.len(), small, large });
        self.pairs.extend(pairs);
    }

    fn json(&self, found: &Deferral, head: &HeadEvaluation) -> Value {
        let promises: Vec<Value> = promises(&self.known).iter().map(promise_json).collect();
        json!({ "sets": self.sets, "deferral": found, "confidence": head, "promises": promises })
    }
}

/// The suite's sets, or other texts, which are measured by chrF.
fn sets(arguments: &EvalArguments) -> Result<Vec<LabelledSet>, Failure> {
    let limit = arguments.limit.map(NonZeroUsize::get);
    let chosen = arguments.quality.as_deref();
    let Some(data) = &arguments.suite else {
        let choice = Choice { task: arguments.rows_of.as_deref(), limit, clean: arguments.clean };
        let input = arguments.input.as_deref().unwrap_or(Path::new(""));
        let (name, intent) = (set_name(input), known(arguments.task.as_deref().unwrap_or_default())?);
        let metric = quality_metric(chosen, None)?;
        return Ok(vec![LabelledSet { name, intent, rows: read_rows(input, choice)?, metric, large: None }]);
    };
    refuse_unjudged(arguments.judge.as_deref(), chosen)?;
    let mut sets = Vec::new();
    for case in suite(&arguments.only)? {
        let (name, intent) = (case.name.to_owned(), known(case.intent)?);
        let metric = quality_metric(chosen, Some(case))?;
        sets.push(LabelledSet { name, intent, rows: case.rows(data, limit)?, metric, large: None });
    }
    Ok(sets)
}

/// Most sets of the suite have no quality without a judge; better said before hours of rewriting.
pub(crate) fn refuse_unjudged(judge: Option<&Path>, quality: Option<&str>) -> Result<(), Failure> {
    if judge.is_some() || quality.is_some() {
        return Ok(());
    }
    let message = "most sets of the suite are measured by a judge, and there is none";
    Err(Failure::new(
        "judge",
        message.to_owned(),
        "name its folder (--judge), or one metric for all (--quality chrf)",
    ))
}

/// The metric that says how good a single rewrite is: the one that was asked for, or the set's own.
pub(crate) fn quality_metric(
    asked: Option<&str>,
    case: Option<&SuiteCase>,
) -> Result<&'static Metric, Failure> {
    let id = asked.or(case.map(|case| case.each)).unwrap_or("chrf");
    let good = |metric: &&Metric| metric.better == Better::Higher;
    metric(id).filter(good).ok_or_else(|| {
        let known: Vec<&str> = METRICS.iter().copied().filter(good).map(|metric| metric.id).collect();
        Failure::new(
            "metric",
            format!("no quality is called `{id}`"),
            format!("known are {}", known.join(", ")),
        )
    })
}

fn write(
    folder: &Path,
    measured: &Measured,
    found: &Deferral,
    head: &HeadEvaluation,
    scored: &[Scored],
) -> Result<(), Failure> {
    let put = |name: &str, content: String| {
        let path = folder.join(name);
        fs::create_dir_all(folder)
            .and_then(|()| fs::write(&path, content))
            .map_err(|source| AppError::Write { path, source })
    };
    put("deferral.svg", deferral_plot(found))?;
    put("reliability.svg", reliability_plot(scored))?;
    put("cascade.json", format!("{:#}\n", measured.json(found, head)))?;
    put(
        "cascade.md",
        format!(
            "# The cascade\n\n```text\n{}\n```\n\n![](deferral.svg) ![](reliability.svg)\n",
            table(measured, found, head)
        ),
    )?;
    Ok(())
}

fn table(measured: &Measured, found: &Deferral, head: &HeadEvaluation) -> String {
    let mut lines =
        vec![format!("{:<24} {:<16} {:>6} {:>8} {:>8}", "set", "quality", "texts", "small", "large")];
    lines.extend(measured.sets.iter().map(|set| {
        let SetGain { name, metric, rows, small, large } = set;
        format!("{name:<24} {metric:<16} {rows:>6} {small:>8.2} {large:>8.2}")
    }));
    lines.extend(head.metrics.iter().map(|metric| {
        let value = metric.value;
        format!("{} of {}: {:.3} [{:.3}, {:.3}]", metric.name, head.head, value.value, value.low, value.high)
    }));
    lines.extend(deferral_lines(found, "quality"));
    lines.extend(promise_lines(&promises(&measured.known)));
    lines.join("\n")
}

/// What a cascade is worth, line by line, in `what`, from 0 to 100.
pub(crate) fn deferral_lines(found: &Deferral, what: &str) -> Vec<String> {
    let mut lines = vec![
        format!("{} texts; {what}, from 0 to 100", found.rows),
        format!(
            "small alone {:.2}, large alone {:.2}, the better of both {:.2}",
            found.small, found.large, found.best
        ),
        format!(
            "area over random, as a share of the oracle's: {:.1} % [{:.1}, {:.1}]",
            found.captured.value * 100.0,
            found.captured.low * 100.0,
            found.captured.high * 100.0
        ),
        match found.calls_for_most {
            Some(share) => format!("90 % of the large model's gain at {:.1} % of calls", share * 100.0),
            None => "the large model gains nothing".to_owned(),
        },
    ];
    lines.push(format!("{:>20} {:>10} {:>10}", "share to large", what, "oracle"));
    for share in SHOWN {
        let at = |curve: &[(f64, f64)]| {
            curve.iter().rev().find(|point| point.0 <= share + 1e-9).map_or(0.0, |p| p.1)
        };
        lines.push(format!(
            "{:>18.0} % {:>10.2} {:>10.2}",
            share * 100.0,
            at(&found.curve),
            at(&found.oracle)
        ));
    }
    lines
}
