//! What was measured, for people and for programs: a table, Markdown, JSON and plots.

mod chart;
mod markdown;
mod svg;
mod table;

use std::path::Path;

use serde::Serialize;

pub use svg::{Axis, Bar, Group, bars};

use crate::{EvalError, Evaluation, HeadEvaluation};

/// A report of one or several sets.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// What the numbers belong to: `("model", "starter")`, say.
    pub facts: Vec<(String, String)>,
    /// The sets.
    pub sets: Vec<SetReport>,
    /// Classifier heads.
    pub heads: Vec<HeadEvaluation>,
}

/// One set with what the suite says of it.
#[derive(Debug, Clone, Serialize)]
pub struct SetReport {
    /// The numbers.
    #[serde(flatten)]
    pub evaluation: Evaluation,
    /// Metrics that tell most, by id; none means all.
    pub headline: Vec<&'static str>,
    /// What was hoped for, and what came out.
    pub goals: Vec<GoalReport>,
    /// The surface signal of the intent, if it has one.
    pub signal: Option<SignalReport>,
}

/// A goal and how far the system came.
#[derive(Debug, Clone, Serialize)]
pub struct GoalReport {
    /// The metric's id.
    pub metric: &'static str,
    /// The least that was hoped for.
    pub at_least: f64,
    /// Whether that is above copying, and not above zero.
    pub above_copy: bool,
    /// What came out; none if the metric has no number here.
    pub found: Option<f64>,
    /// Whether it was reached.
    pub reached: bool,
}

/// The surface signal that an intent was told by.
#[derive(Debug, Clone, Serialize)]
pub struct SignalReport {
    /// Its name.
    pub name: &'static str,
    /// What it counts.
    pub about: &'static str,
    /// Whether more of it was asked for, and not less.
    pub more: bool,
}

impl std::fmt::Display for SignalReport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} should {}: {}", self.name, if self.more { "rise" } else { "fall" }, self.about)
    }
}

impl SetReport {
    /// A set on its own.
    pub fn new(evaluation: Evaluation) -> Self {
        let signal = crate::signals::signal(&evaluation.intent).map(|(signal, way)| SignalReport {
            name: signal.name,
            about: signal.about,
            more: way == crate::signals::Way::Up,
        });
        Self { evaluation, headline: Vec::new(), goals: Vec::new(), signal }
    }

    /// A set of the suite.
    pub fn of_case(case: &crate::SuiteCase, evaluation: Evaluation) -> Self {
        let goals = case.goals.iter().map(|goal| {
            let outcome = goal.reached(&evaluation);
            GoalReport {
                metric: goal.metric,
                at_least: goal.at_least,
                above_copy: goal.above_copy,
                found: outcome.map(|(_, found)| found),
                reached: outcome.is_some_and(|(reached, _)| reached),
            }
        });
        let goals = goals.collect();
        Self { headline: case.headline.to_vec(), goals, ..Self::new(evaluation) }
    }
}

impl Report {
    /// Writes `report.md`, `report.json` and the plots into `folder`, which is made if it is not there.
    pub fn write(&self, folder: &Path) -> Result<(), EvalError> {
        let failed = |path: &Path, source| EvalError::Write { path: path.to_owned(), source };
        std::fs::create_dir_all(folder).map_err(|source| failed(folder, source))?;
        let write = |name: &str, content: String| {
            let path = folder.join(name);
            std::fs::write(&path, content).map_err(|source| failed(&path, source))
        };
        for (name, content) in chart::charts(self) {
            write(&name, content)?;
        }
        write("report.md", markdown::markdown(self))?;
        let json = serde_json::to_string_pretty(self)
            .map_err(|error| failed(&folder.join("report.json"), error.into()))?;
        write("report.json", json + "\n")
    }
}
