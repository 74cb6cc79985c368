//! How long a person waits for one sentence, by what is asked for.

use emend_text::{INTENTS, Instruction};

use super::Scenario;
use crate::app::OpenApp;
use crate::bench::{Bench, ask};
use crate::turns::quantile;
use crate::{BenchError, Measured};

pub(crate) const SCENARIO: Scenario = Scenario {
    name: "latency",
    about: "The application, one sentence at a time, models loaded: milliseconds to the end, critics and second thoughts included",
    large: false,
    run,
};

fn run(bench: &Bench<'_>, open: &OpenApp<'_>) -> Result<Vec<Measured>, BenchError> {
    let texts: Vec<&str> = bench.spread(bench.settings.extent.per_intent).collect();
    let mut app = Bench::warm_app(open)?;
    let mut lines = Vec::new();
    for intent in INTENTS {
        let instruction = Instruction::Intent(intent);
        let mut milliseconds = Vec::new();
        for text in &texts {
            milliseconds.push(ask(&mut *app, text, &instruction)?.all.as_secs_f64() * 1e3);
        }
        let line = Measured::new(SCENARIO.name, intent.id, "ms");
        let at = |p| [quantile(&milliseconds, p)];
        lines.push(line.with("p50", &at(0.5)).with("p95", &at(0.95)));
    }
    Ok(lines)
}
