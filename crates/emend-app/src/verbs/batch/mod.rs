//! Batch: a file of texts in, a file of rewrites out, one JSON object a line.
//!
//! Input rows are `{"id", "src", "intent"?, "instruction"?}`; a row's own instruction beats its intent, and both beat
//! the one given for all. Other fields are passed over. A missing id is the line number, from 0, as a string. Output
//! rows are `{"id", "hyp", "confidence", "tier", "scores", "ms", "asked"}` or `{"id", "error": {"code", "message", "hint"}}`:
//! one per input row, in order, so a bad row stops no other. Blank lines are no rows.
//!
//! A run that was stopped goes on after the last answer of its output; errors behind that are tried again. `asked` tells
//! answers to other texts or wishes from those. Nothing is recorded in the profile.

pub(super) mod lines;
pub(super) mod output;
pub(super) mod row;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::time::Instant;

use emend_engine::{Outcome, SegmentOutcome, SegmentRewrite};
use emend_text::{Format, Instruction};

use self::lines::Lines;
use self::output::{Answer, Found, Output};
use self::row::Row;
use crate::app::App;
use crate::verbs::rewrite::RewriteRequest;
use crate::{AppError, Cancel, TierChoice};

/// What to rewrite, and how.
#[derive(Debug, Clone)]
pub struct Batch {
    /// The texts.
    pub input: PathBuf,
    /// The rewrites; may hold the beginning of them.
    pub output: PathBuf,
    /// What to do with rows that do not say it themselves.
    pub instruction: Instruction,
    /// How the texts are marked up.
    pub format: Format,
    /// Names and terms that must stay as they are.
    pub keep: Vec<String>,
    /// Who may answer.
    pub tier: TierChoice,
    /// Whether critics say how sure each answer is; with [`TierChoice::Small`] and without it, the model's first answers are
    /// taken as they are.
    pub rated: bool,
}

/// How far a batch is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct BatchProgress {
    /// Rows of the input.
    pub total: u64,
    /// Rows that were already in the output.
    pub resumed: u64,
    /// Rows written by this run, failed ones included.
    pub done: u64,
    /// Rows of this run that became errors.
    pub failed: u64,
}

/// How a batch ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BatchOutcome {
    /// Every row of the input has its row in the output.
    Finished(BatchProgress),
    /// It was stopped; run it again to go on.
    Cancelled(BatchProgress),
}

impl App {
    /// Rewrites every row of a file; `on` hears of each row that was written.
    pub async fn batch(
        &self,
        batch: &Batch,
        cancel: &Cancel,
        on: impl FnMut(BatchProgress),
    ) -> Result<BatchOutcome, AppError> {
        // Without a model every row would fail the same way: better to say it once.
        self.model.load().await?;
        let answer = async |row: Row| {
            let request = RewriteRequest {
                keep: batch.keep.clone(),
                tier: batch.tier,
                rated: batch.rated,
                ..RewriteRequest::of_text(row.src, batch.format, row.instruction)
            };
            let started = Instant::now();
            let done = self.rewrite(request, cancel.clone(), |_| ()).await?;
            if done.rewrite.outcome == Outcome::Cancelled {
                return Ok(None);
            }
            Ok(Some(Answer {
                confidence: done.rewrite.confidence(),
                tier: done.rewrite.tier().id(),
                scores: mean_scores(&done.rewrite.segments, batch.tier),
                hyp: done.rewrite.text,
                ms: u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
            }))
        };
        run(batch, cancel, on, answer).await
    }
}

/// The batch without the model: `answer` returns `None` when it was cancelled.
async fn run(
    batch: &Batch,
    cancel: &Cancel,
    mut on: impl FnMut(BatchProgress),
    mut answer: impl AsyncFnMut(Row) -> Result<Option<Answer>, AppError>,
) -> Result<BatchOutcome, AppError> {
    refuse_same_file(&batch.input, &batch.output)?;
    let total = Lines::new(open(&batch.input)?).count(&batch.input)?;
    let mut lines = Lines::new(open(&batch.input)?);
    regular(&batch.output, "the output")?;
    let mut output = Output::open(&batch.output)?;
    let mut progress = BatchProgress { total, resumed: output.found().rows, ..BatchProgress::default() };
    skip(&mut lines, output.found(), batch)?;
    output.take_up()?;
    on(progress);
    while let Some(line) = lines.next(&batch.input)? {
        if cancel.is_cancelled() {
            output.sync()?;
            return Ok(BatchOutcome::Cancelled(progress));
        }
        let id = row::id(&line);
        let answered = match row::read(&line, &batch.instruction) {
            Ok(row) => answer(row).await,
            Err(error) => Err(error),
        };
        match answered {
            Ok(Some(answer)) => {
                output.answer(&id, &answer, row::asked(&line, &batch.instruction))?;
            }
            Ok(None) => {
                output.sync()?;
                return Ok(BatchOutcome::Cancelled(progress));
            }
            Err(error) => {
                progress.failed += 1;
                output.error(&id, &error)?;
            }
        }
        progress.done += 1;
        on(progress);
    }
    output.sync()?;
    Ok(BatchOutcome::Finished(progress))
}

pub(super) fn open(path: &Path) -> Result<BufReader<File>, AppError> {
    regular(path, "the input")?;
    let file = File::open(path).map_err(|source| AppError::Read { path: path.to_owned(), source })?;
    Ok(BufReader::new(file))
}

/// A batch reads its files more than once, to count and to resume: a pipe would hang or come up empty.
pub(super) fn regular(path: &Path, what: &'static str) -> Result<(), AppError> {
    match path.metadata() {
        Ok(found) if !found.is_file() => Err(AppError::Invalid {
            what,
            expected: "a regular file".to_owned(),
            found: format!("{}, which is a folder, a pipe or a device", path.display()),
        }),
        _ => Ok(()),
    }
}

pub(super) fn refuse_same_file(input: &Path, output: &Path) -> Result<(), AppError> {
    match (input.canonicalize(), output.canonicalize()) {
        (Ok(input), Ok(output)) if input == output => Err(AppError::Invalid {
            what: "the output",
            expected: "another file than the input".to_owned(),
            found: output.display().to_string(),
        }),
        _ => Ok(()),
    }
}

/// Passes over the rows that the output has. They must be the same ones: a file that is not ours stays as it is.
fn skip(lines: &mut Lines, found: &Found, batch: &Batch) -> Result<(), AppError> {
    let other = |what: String| AppError::Invalid {
        what: "the output",
        expected: "a new file, or the beginning of this input's rewrites".to_owned(),
        found: format!("{}, {what}", batch.output.display()),
    };
    let mut expected = None;
    for number in 0..found.rows {
        match lines.next(&batch.input)? {
            Some(line) => {
                let before =
                    usize::try_from(number).ok().and_then(|number| found.asked.get(number)?.as_ref());
                if before.is_some_and(|before| row::asked(&line, &batch.instruction).as_ref() != Some(before))
                {
                    let row = number + 1;
                    return Err(other(format!("whose row {row} is the answer to another text or wish")));
                }
                expected = Some(row::id(&line));
            }
            None => return Err(other(format!("with {} rows, more than the input has", found.rows))),
        }
    }
    if expected != found.last_id {
        return Err(other(format!("whose row {} is not the one of the input", found.rows)));
    }
    if !found.torn_row {
        return Err(other("which ends with something else".to_owned()));
    }
    Ok(())
}

/// Each score of the chosen candidates, averaged over the segments that were rewritten; in a study, each feature of all
/// answers.
fn mean_scores(segments: &[SegmentRewrite], tier: TierChoice) -> BTreeMap<&'static str, f32> {
    let answered = |s: &&SegmentRewrite| !matches!(s.outcome, SegmentOutcome::Skipped { .. });
    let of_answers: Vec<&BTreeMap<&'static str, f32>> = if tier == TierChoice::Study {
        segments.iter().filter(answered).map(|segment| &segment.decision.features).collect()
    } else {
        let rewritten = segments.iter().filter(|segment| !segment.edits.is_empty());
        rewritten.filter_map(|segment| Some(&segment.candidates.first()?.scores)).collect()
    };
    let mut sums: BTreeMap<&'static str, (f32, f32)> = BTreeMap::new();
    for scores in of_answers {
        for (name, score) in scores.iter().filter(|(_, score)| score.is_finite()) {
            let (sum, count) = sums.entry(name).or_default();
            *sum += score;
            *count += 1.0;
        }
    }
    sums.into_iter().map(|(name, (sum, count))| (name, sum / count)).collect()
}

#[cfg(test)]
mod tests;
