//! How long a person looks at a text before the first edit appears.

use super::Scenario;
use crate::app::OpenApp;
use crate::bench::{Bench, ask};
use crate::texts::fix;
use crate::{BenchError, Measured};

pub(crate) const SCENARIO: Scenario = Scenario {
    name: "first-edit",
    about: "The application and a document, asked to correct it: time to the first edit, and to the last",
    large: false,
    run,
};

/// Sentences of the document.
const SENTENCES: usize = 30;

fn run(bench: &Bench<'_>, open: &OpenApp<'_>) -> Result<Vec<Measured>, BenchError> {
    let document: Vec<&str> = bench.spread(SENTENCES).collect();
    let number = document.len();
    let text = document.join("\n\n");
    let mut lines = Vec::new();
    for (warm, when) in [(false, "just opened"), (true, "models loaded")] {
        let (mut first, mut all) = (Vec::new(), Vec::new());
        for _ in 0..bench.settings.extent.repetitions.max(1) {
            let mut app = if warm { Bench::warm_app(open)? } else { open().map_err(BenchError::App)? };
            let answered = ask(&mut *app, &text, &fix())?;
            first.extend(answered.first_edit.map(|time| time.as_secs_f64()));
            all.push(answered.all.as_secs_f64());
        }
        let what = format!("{number} sentences, {when}");
        lines.push(Measured::new(SCENARIO.name, what, "s").with("first edit", &first).with("all", &all));
    }
    Ok(lines)
}
