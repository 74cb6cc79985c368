//! `emend eval --cascade`: is the large model asked where it helps?

use std::fs;
use std::num::NonZeroUsize;
use std::path::Path;
use std::process::ExitCode;

use emend_app::AppError;
use emend_eval::{
    Choice, Deferral, HeadEvaluation, Pair, Row, Scored, closeness, deferral, deferral_plot, evaluate_head,
    read_confidences, read_hypotheses, read_rows, reliability_plot, suite,
};
use serde_json::json;

use crate::arguments::EvalArguments;
use crate::failure::Failure;
use crate::output::Output;

/// Shares of texts in the printed curve.
const SHOWN: [f64; 6] = [0.0, 0.1, 0.25, 0.5, 0.75, 1.0];

pub(super) fn run(arguments: &EvalArguments, large: &Path, output: Output) -> Result<ExitCode, Failure> {
    let small = arguments.hyp.as_deref().unwrap_or(Path::new(""));
    let mut pairs = Vec::new();
    for (name, rows) in sets(arguments)? {
        let file = |path: &Path| match &name {
            Some(name) => path.join(format!("{name}.jsonl")),
            None => path.to_owned(),
        };
        let texts = read_hypotheses(&file(small), &rows, "small")?.texts;
        let confidences = read_confidences(&file(small), &rows)?;
        let others = read_hypotheses(&file(large), &rows, "large")?.texts;
        for (((row, small), large), confidence) in rows.iter().zip(texts).zip(others).zip(confidences) {
            let (small, large) = (closeness(row, &small), closeness(row, &large));
            pairs.extend(confidence.map(|confidence| Pair { confidence, small, large }));
        }
    }
    let Some(found) = deferral(&pairs, arguments.seed) else {
        return Err(Failure::new(
            "no_rows",
            "no rewrite of the small model has a confidence".to_owned(),
            "`emend calibrate` first, then rewrite with `emend batch --tier small`",
        ));
    };
    let scored: Vec<Scored> = pairs
        .iter()
        .map(|pair| Scored { label: f64::from(u8::from(pair.small >= pair.large)), score: pair.confidence })
        .collect();
    let head = evaluate_head("small no worse than large", &scored, arguments.seed);
    if let Some(folder) = &arguments.report {
        write(folder, &found, &head, &scored)?;
    }
    if output.json {
        Output::json(&json!({ "deferral": found, "confidence": head }))?;
    } else {
        Output::line(table(&found, &head))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Texts, with the name of their set in the suite.
type Named = (Option<String>, Vec<Row>);

fn sets(arguments: &EvalArguments) -> Result<Vec<Named>, Failure> {
    let limit = arguments.limit.map(NonZeroUsize::get);
    let Some(data) = &arguments.suite else {
        let choice = Choice { task: arguments.rows_of.as_deref(), limit, clean: arguments.clean };
        let input = arguments.input.as_deref().unwrap_or(Path::new(""));
        return Ok(vec![(None, read_rows(input, choice)?)]);
    };
    let mut sets = Vec::new();
    for case in suite(&arguments.only)? {
        let rows = case.rows(data, limit)?;
        if rows.iter().all(|row| !row.refs.is_empty()) {
            sets.push((Some(case.name.to_owned()), rows));
        }
    }
    Ok(sets)
}

fn write(folder: &Path, found: &Deferral, head: &HeadEvaluation, scored: &[Scored]) -> Result<(), Failure> {
    let put = |name: &str, content: String| {
        let path = folder.join(name);
        fs::create_dir_all(folder)
            .and_then(|()| fs::write(&path, content))
            .map_err(|source| AppError::Write { path, source })
    };
    put("deferral.svg", deferral_plot(found))?;
    put("reliability.svg", reliability_plot(scored))?;
    put("cascade.json", format!("{:#}\n", json!({ "deferral": found, "confidence": head })))?;
    put(
        "cascade.md",
        format!(
            "# The cascade\n\n```text\n{}\n```\n\n![](deferral.svg) ![](reliability.svg)\n",
            table(found, head)
        ),
    )?;
    Ok(())
}

fn table(found: &Deferral, head: &HeadEvaluation) -> String {
    let mut lines = vec![
        format!("{} texts; quality is chrF against the closest reference, 0 to 100", found.rows),
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
    lines.extend(head.metrics.iter().map(|metric| {
        let value = metric.value;
        format!("{} of {}: {:.3} [{:.3}, {:.3}]", metric.name, head.head, value.value, value.low, value.high)
    }));
    lines.push(format!("{:>20} {:>10} {:>10}", "share to large", "quality", "oracle"));
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
    lines.join("\n")
}
