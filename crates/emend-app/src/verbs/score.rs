//! Score: a file of rewrites in, a file of what every critic says about them out, one JSON object a line.
//!
//! Input rows are `{"id", "src", "hyp", "intent"?, "instruction"?}`, read like those of a batch. Output rows are
//! `{"id", "scores": {critic: number}, "reasons": {critic: text}}`, with a goal also `"goal": {"score", "goals":
//! [{"goal", "score", "vetoed", "reason"}]}`, or `{"id", "error": {"code", "message", "hint"}}`. Critics without the
//! means to judge (a model, the grammar rules) are left out of a row. The output appears when it is complete.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::PathBuf;

use emend_critics::goal::{GoalError, GoalScore, Program};
use emend_text::Instruction;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::batch::lines::{Line, Lines};
use super::batch::{open, output::Refusal, refuse_same_file, row};
use crate::app::App;
use crate::critics::{Judged, OwnedPair, ScoreJob};
use crate::files::{Access, Beside};
use crate::{AppError, Cancel};

/// Rows that are judged together: the encoder reads texts of similar length at once.
const TOGETHER: usize = 32;

/// What to score, and by what.
#[derive(Debug, Clone)]
pub struct ScoreFile {
    /// The rewrites.
    pub input: PathBuf,
    /// What the critics say.
    pub output: PathBuf,
    /// What was asked for in rows that do not say it themselves.
    pub instruction: Instruction,
    /// Names and terms that must stay as they are.
    pub keep: Vec<String>,
    /// A wish to measure the rewrites by.
    pub goal: Option<String>,
}

/// What was done.
#[derive(Debug, Clone, PartialEq)]
pub struct ScoreSummary {
    /// Rows judged and refused.
    pub rows: u64,
    /// Rows that became errors.
    pub failed: u64,
    /// Mean of each critic over the rows it judged.
    pub means: BTreeMap<&'static str, f64>,
    /// Name of the learned critic; `None`: the critics that need one are left out.
    pub model: Option<String>,
    /// The wish as it was understood, a goal a line.
    pub goal: Option<String>,
}

impl App {
    /// Scores every row of a file; `on` hears of rows done and of all. `None` when it was cancelled: then there is no
    /// output.
    pub async fn score(
        &self,
        file: &ScoreFile,
        cancel: &Cancel,
        mut on: impl FnMut(u64, u64),
    ) -> Result<Option<ScoreSummary>, AppError> {
        let goal = file.goal.as_deref().map(str::parse::<Program>).transpose()?;
        refuse_same_file(&file.input, &file.output)?;
        let total = Lines::new(open(&file.input)?).count(&file.input)?;
        let mut lines = Lines::new(open(&file.input)?);
        let model = self.critics.learned().await?;
        if model.is_none()
            && let Some(goal) = goal.iter().flat_map(Program::goals).find(|goal| goal.needs_model())
        {
            return Err(GoalError::NeedsModel { goal: goal.to_string() }.into());
        }
        let (glossary, dictionary) = (self.glossary(&file.keep)?, self.own_dictionary(&file.keep)?);
        let failed = |source| AppError::Write { path: file.output.clone(), source };
        let mut output = Beside::create(&file.output, Access::AsUsual).map_err(failed)?;
        let mut tally = Tally::default();
        loop {
            if cancel.is_cancelled() {
                return Ok(None);
            }
            let rows = next(&mut lines, file)?;
            if rows.is_empty() {
                break;
            }
            let pairs = rows.iter().filter_map(|(_, row)| row.as_ref().ok().cloned()).collect();
            let job = ScoreJob {
                pairs,
                glossary: glossary.clone(),
                dictionary: dictionary.clone(),
                goal: goal.clone(),
            };
            let judged = self.critics.score(job).await?;
            let mut judged = judged.iter();
            for (id, row) in &rows {
                let line = match row {
                    Ok(_) => judged.next().map(|judged| tally.row(id, judged)),
                    Err(error) => Some(tally.refusal(id, error)),
                };
                let bytes = serde_json::to_vec(&line).map_err(|error| failed(error.into()))?;
                output.file().write_all(&[&bytes[..], b"\n"].concat()).map_err(failed)?;
            }
            on(tally.rows, total);
        }
        output.put_in_place().map_err(failed)?;
        let goal = goal.map(|goal| goal.to_string());
        Ok(Some(ScoreSummary { rows: tally.rows, failed: tally.failed, means: tally.means(), model, goal }))
    }
}

/// A row's id, and the pair in it or what is wrong with it.
type ScoreRow = (Value, Result<OwnedPair, AppError>);

/// The next rows; none at the end of the file.
fn next(lines: &mut Lines, file: &ScoreFile) -> Result<Vec<ScoreRow>, AppError> {
    let mut rows = Vec::new();
    while rows.len() < TOGETHER
        && let Some(line) = lines.next(&file.input)?
    {
        rows.push((row::id(&line), pair(&line, &file.instruction)));
    }
    Ok(rows)
}

fn pair(line: &Line, otherwise: &Instruction) -> Result<OwnedPair, AppError> {
    #[derive(Deserialize)]
    struct Rewrite {
        hyp: String,
    }
    let row = row::read(line, otherwise)?;
    // The row parsed before, so it is there and JSON.
    let rewrite: Rewrite =
        serde_json::from_slice(line.bytes.as_deref().unwrap_or_default()).map_err(|error| {
            AppError::Invalid {
                what: "the row",
                expected: "an object with the rewrite in \"hyp\"".to_owned(),
                found: error.to_string(),
            }
        })?;
    Ok(OwnedPair { source: row.src, rewrite: rewrite.hyp, instruction: row.instruction })
}

/// One line of the output.
#[derive(Serialize)]
#[serde(untagged)]
enum OutputLine<'r> {
    Judged {
        id: &'r Value,
        scores: BTreeMap<&'static str, f32>,
        reasons: BTreeMap<&'static str, &'r str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        goal: Option<GoalLine<'r>>,
    },
    Refused {
        id: &'r Value,
        error: Refusal,
    },
}

#[derive(Serialize)]
struct GoalLine<'r> {
    score: f32,
    goals: Vec<OneGoal<'r>>,
}

#[derive(Serialize)]
struct OneGoal<'r> {
    goal: &'r str,
    score: f32,
    vetoed: bool,
    reason: Option<&'r str>,
}

impl<'r> OneGoal<'r> {
    fn of(found: &'r GoalScore) -> Self {
        let GoalScore { goal, score, vetoed, reason } = found;
        Self { goal, score: *score, vetoed: *vetoed, reason: reason.as_deref() }
    }
}

#[derive(Default)]
struct Tally {
    rows: u64,
    failed: u64,
    sums: BTreeMap<&'static str, (f64, u64)>,
}

impl Tally {
    fn row<'r>(&mut self, id: &'r Value, (scores, verdict): &'r Judged) -> OutputLine<'r> {
        self.rows += 1;
        for (critic, judgement) in scores.iter() {
            let (sum, count) = self.sums.entry(critic).or_default();
            *sum += f64::from(judgement.score);
            *count += 1;
        }
        let reason = |(critic, judgement): (&'static str, &'r emend_critics::Judgement)| {
            Some((critic, judgement.reason.as_deref()?))
        };
        OutputLine::Judged {
            id,
            scores: scores.iter().map(|(critic, judgement)| (critic, judgement.score)).collect(),
            reasons: scores.iter().filter_map(reason).collect(),
            goal: verdict.as_ref().map(|verdict| GoalLine {
                score: verdict.score,
                goals: verdict.goals.iter().map(OneGoal::of).collect(),
            }),
        }
    }

    fn refusal<'r>(&mut self, id: &'r Value, error: &'r AppError) -> OutputLine<'r> {
        self.rows += 1;
        self.failed += 1;
        OutputLine::Refused { id, error: error.into() }
    }

    fn means(&self) -> BTreeMap<&'static str, f64> {
        self.sums.iter().map(|(critic, (sum, count))| (*critic, sum / *count as f64)).collect()
    }
}
