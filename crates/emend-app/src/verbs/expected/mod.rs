//! Expected: what was in use, and the model alone beside it, are asked about each decision that they did not learn from.
//!
//! The answers lie in `adapters/expected.jsonl`, so that forgetting can be seen. Nothing waits for them: decisions are caught
//! up with when somebody looks. Before something else is chosen, the log notes what was in use until then, so that whoever is
//! asked about a decision is who answered when it was taken.

use std::collections::HashSet;
use std::fs;
use std::path::PathBuf;
use std::time::UNIX_EPOCH;

use emend_learn::promote::prequential::{self, Entry, Forgotten, Log, Point};
use emend_models::adapter::Card;
use emend_store::tables::decided::LastWord;

use crate::adapters::{Writer, existing};
use crate::app::{App, now};
use crate::learning::expected::Choice;
use crate::{AdapterChoice, AppError, Cancel, files};

/// Decisions that a point of the curve looks back on.
pub const WINDOW: usize = 20;

/// Decisions between two writes: what a killed program has to ask anew.
const AT_ONCE: usize = 8;

/// How well decisions were expected.
#[derive(Debug, Clone, PartialEq)]
pub struct Expectations {
    /// Decisions that were asked about.
    pub decisions: usize,
    /// From the [`WINDOW`]th of them on, a point each.
    pub points: Vec<Point>,
    /// Damaged lines of the log. They were left out, and what they said is asked anew.
    pub damaged: usize,
    /// How the adapters in use do on fixed texts, beside what was in use before them.
    pub anchors: Vec<Forgotten>,
}

impl App {
    /// What the log says.
    pub fn expectations(&self) -> Result<Expectations, AppError> {
        let Log { entries, damaged } = self.expected_entries()?;
        let in_use = self.adapter_choice()?;
        let anchors = in_use.adapters().into_iter().flat_map(|id| prequential::forgotten(&entries, id));
        Ok(Expectations {
            decisions: prequential::count(&entries),
            points: prequential::curve(&entries, WINDOW),
            damaged,
            anchors: anchors.collect(),
        })
    }

    /// Asks about decisions that are not in the log yet, at most so many, the oldest first; `on` hears how many of how
    /// many are done. When cancelled, what was asked is kept.
    pub async fn catch_up_expectations(
        &self,
        most: usize,
        cancel: &Cancel,
        mut on: impl FnMut(usize, usize),
    ) -> Result<(), AppError> {
        let log = self.expected_entries()?;
        let words = self.not_asked(&log).await?;
        let in_use = self.adapter_choice()?;
        let mut asked = 0;
        for batch in words.chunks(AT_ONCE) {
            let mut entries = Vec::new();
            for word in batch {
                if cancel.is_cancelled() || asked == most {
                    break;
                }
                let then = in_use_at(&log, word.id).unwrap_or_else(|| in_use.clone());
                let said = self.expected(word, &then).await?;
                // Whatever nobody can be asked about takes nobody's place.
                asked += usize::from(!said.is_empty());
                entries.extend(said);
            }
            self.keep_expected(entries)?;
            on(asked, words.len().min(most));
            if cancel.is_cancelled() || asked == most {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Notes what is in use, of which decisions that nobody was asked about were a test.
    pub(crate) async fn note_in_use(&self) -> Result<(), AppError> {
        let log = self.expected_entries()?;
        let Some(until) = self.not_asked(&log).await?.last().map(|word| word.id) else { return Ok(()) };
        if in_use_at(&log, until).is_some() {
            return Ok(());
        }
        // With a file that cannot be read, the model answers alone.
        let AdapterChoice { all, intents } = self.adapter_choice().unwrap_or_default();
        self.keep_expected(vec![Entry::InUse { time: now(), until, all, intents }])
    }

    /// Decisions that nobody was asked about yet, the oldest first.
    async fn not_asked(&self, log: &Log) -> Result<Vec<LastWord>, AppError> {
        let done: HashSet<i64> = log.entries.iter().filter_map(done).collect();
        // A damaged line may have been about any of them.
        let after = if log.damaged == 0 { done.iter().copied().max().unwrap_or(0) } else { 0 };
        let mut words = self.store.last_words(after, i64::MAX).await?;
        words.retain(|word| !done.contains(&word.id));
        Ok(words)
    }

    /// What each says of a decision, if anybody can be asked. The model alone comes last: with its word a decision is done,
    /// and a line that a killed program lost is asked for again.
    async fn expected(&self, word: &LastWord, in_use: &AdapterChoice) -> Result<Vec<Entry>, AppError> {
        let Some(choice) = Choice::of(word) else { return Ok(Vec::new()) };
        let adapter = in_use.of(Some(&word.instruction_id));
        if adapter.is_some_and(|id| existing(&self.paths.adapters(), id).is_err()) {
            // It was deleted. The model alone would be taken for what was in use.
            return Ok(Vec::new());
        }
        let adapter = adapter.filter(|id| self.is_older(id, word.decided));
        let mut entries = Vec::new();
        for adapter in adapter.map(|id| Some(id.to_owned())).into_iter().chain([None]) {
            let writer = adapter.clone().map_or(Writer::Alone, Writer::Adapter);
            let probability = match self.model.expect(writer, choice.clone()).await {
                // The model answers alone then.
                Err(AppError::Adapter { .. } | AppError::NoAdapter { .. }) => None,
                asked => asked?,
            };
            let (time, decision) = (word.decided, word.id);
            entries.extend(probability.map(|probability| Entry::Decision {
                time,
                adapter,
                decision,
                probability,
            }));
        }
        Ok(entries)
    }

    /// Whether the adapter was there before a decision: then it cannot have learned from it. One that was made elsewhere
    /// does not say when; it was not here before its folder.
    fn is_older(&self, id: &str, decided: i64) -> bool {
        let Ok(folder) = existing(&self.paths.adapters(), id) else { return false };
        let made = match Card::read(&folder) {
            Ok(Some(card)) => Some(card.created),
            _ => fs::metadata(&folder)
                .and_then(|found| found.modified())
                .ok()
                .and_then(|time| i64::try_from(time.duration_since(UNIX_EPOCH).ok()?.as_millis()).ok()),
        };
        made.is_some_and(|made| made < decided)
    }

    /// Adds to the log what another program has not added meanwhile.
    pub(crate) fn keep_expected(&self, mut entries: Vec<Entry>) -> Result<(), AppError> {
        if entries.is_empty() {
            return Ok(());
        }
        let _turn = files::turn(self.paths.home())?;
        let (folder, path) = (self.paths.adapters(), self.expected_log());
        fs::create_dir_all(&folder).map_err(|source| AppError::Write { path: folder, source })?;
        let known = prequential::read(&path)?.entries;
        let known: HashSet<_> = known.iter().filter_map(about).collect();
        entries.retain(|entry| about(entry).is_none_or(|about| !known.contains(&about)));
        Ok(prequential::append(&path, &entries)?)
    }

    /// All that the log says.
    pub(crate) fn expected_entries(&self) -> Result<Log, AppError> {
        Ok(prequential::read(&self.expected_log())?)
    }

    fn expected_log(&self) -> PathBuf {
        self.paths.adapters().join("expected.jsonl")
    }
}

/// Which decision an entry is about, and who was asked.
fn about(entry: &Entry) -> Option<(i64, Option<&str>)> {
    match entry {
        Entry::Decision { decision, adapter, .. } => Some((*decision, adapter.as_deref())),
        Entry::Anchor { .. } | Entry::InUse { .. } => None,
    }
}

/// What was in use when a decision was taken; `None` when that still is.
fn in_use_at(log: &Log, id: i64) -> Option<AdapterChoice> {
    log.entries.iter().find_map(|entry| match entry {
        Entry::InUse { until, all, intents, .. } if *until >= id => {
            Some(AdapterChoice { all: all.clone(), intents: intents.clone() })
        }
        _ => None,
    })
}

/// The decision that is done with an entry.
fn done(entry: &Entry) -> Option<i64> {
    about(entry).filter(|(_, adapter)| adapter.is_none()).map(|(decision, _)| decision)
}

#[cfg(test)]
pub(crate) mod tests;
