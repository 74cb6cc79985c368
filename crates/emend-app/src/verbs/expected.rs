//! Expected: what was in use, and the model alone beside it, are asked about each decision that they did not learn from.
//!
//! The answers lie in `adapters/expected.jsonl`, so that forgetting can be seen. Deciding waits for none of this: decisions
//! are caught up with before a run learns from them, before an adapter gives way to another, and when somebody looks.

use std::collections::HashSet;
use std::fs;
use std::path::PathBuf;
use std::time::UNIX_EPOCH;

use emend_learn::promote::prequential::{self, Entry, Point};
use emend_models::adapter::Card;
use emend_store::tables::decided::LastWord;

use crate::adapters::{Writer, existing};
use crate::app::App;
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
}

impl App {
    /// What the log says.
    pub fn expectations(&self) -> Result<Expectations, AppError> {
        let entries = prequential::read(&self.expected_log())?;
        Ok(Expectations {
            decisions: prequential::count(&entries),
            points: prequential::curve(&entries, WINDOW),
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
        let after = prequential::read(&self.expected_log())?.iter().filter_map(done).max().unwrap_or(0);
        let words = self.store.last_words(after, i64::try_from(most).unwrap_or(i64::MAX)).await?;
        let in_use = self.adapter_choice()?;
        let mut asked = 0;
        for batch in words.chunks(AT_ONCE) {
            let mut entries = Vec::new();
            for word in batch {
                if cancel.is_cancelled() {
                    break;
                }
                entries.extend(self.expected(word, &in_use).await?);
                asked += 1;
            }
            self.keep_expected(entries)?;
            on(asked, words.len());
            if cancel.is_cancelled() {
                return Ok(());
            }
        }
        Ok(())
    }

    /// What each says of a decision. The model alone comes last: with its word a decision is done, and a line that a killed
    /// program lost is asked for again.
    async fn expected(&self, word: &LastWord, in_use: &AdapterChoice) -> Result<Vec<Entry>, AppError> {
        let Some(choice) = Choice::of(word) else { return Ok(Vec::new()) };
        let adapter = in_use.of(Some(&word.instruction_id)).filter(|id| self.is_older(id, word.decided));
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
    fn keep_expected(&self, mut entries: Vec<Entry>) -> Result<(), AppError> {
        if entries.is_empty() {
            return Ok(());
        }
        let _turn = files::turn(self.paths.home())?;
        let (folder, path) = (self.paths.adapters(), self.expected_log());
        fs::create_dir_all(&folder).map_err(|source| AppError::Write { path: folder, source })?;
        let known = prequential::read(&path)?;
        let known: HashSet<_> = known.iter().filter_map(about).collect();
        entries.retain(|entry| about(entry).is_none_or(|about| !known.contains(&about)));
        Ok(prequential::append(&path, &entries)?)
    }

    fn expected_log(&self) -> PathBuf {
        self.paths.adapters().join("expected.jsonl")
    }
}

/// Which decision an entry is about, and who was asked.
fn about(entry: &Entry) -> Option<(i64, Option<&str>)> {
    match entry {
        Entry::Decision { decision, adapter, .. } => Some((*decision, adapter.as_deref())),
        Entry::Anchor { .. } => None,
    }
}

/// The decision that is done with an entry.
fn done(entry: &Entry) -> Option<i64> {
    about(entry).filter(|(_, adapter)| adapter.is_none()).map(|(decision, _)| decision)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use emend_models::adapter::{LoraConfig, fresh, write};
    use serde_json::Value;

    use super::*;
    use crate::app::now;
    use crate::learning::base;
    use crate::verbs::tests::{decided, open};

    const LONG: i64 = 3_600_000;

    /// An adapter that writes something else, and says that it was made then.
    fn adapter(app: &App, id: &str, created: i64) {
        let base = base::open(app).unwrap();
        let config: LoraConfig = serde_json::from_str(
            r#"{"rank": 2, "alpha": 4.0, "targets": ["attention"], "stacks": ["decoder"]}"#,
        )
        .unwrap();
        let variables = fresh(&mut base.t5.clone(), &config, 1).unwrap();
        for (_, b) in variables.iter().filter(|(name, _)| name.contains("lora_B")) {
            b.set(&b.ones_like().unwrap().affine(0.1, 0.0).unwrap()).unwrap();
        }
        let card = Card::new(&base, Value::Null, Value::Null, created).unwrap();
        fs::create_dir_all(app.paths.adapters()).unwrap();
        write(&app.paths.adapters().join(id), &config, "starter", &variables, &card).unwrap();
    }

    async fn catch_up(app: &App, most: usize) -> Vec<Entry> {
        app.catch_up_expectations(most, &Cancel::new(), |_, _| ()).await.unwrap();
        prequential::read(&app.expected_log()).unwrap()
    }

    fn asked(entries: &[Entry]) -> Vec<(i64, Option<&str>)> {
        entries.iter().filter_map(about).collect()
    }

    #[tokio::test]
    async fn each_decision_is_asked_about_once_by_what_is_in_use_and_the_model_alone() {
        let (app, _folder) = open().await;
        assert_eq!(catch_up(&app, 9).await, []);
        adapter(&app, "mine", now() - LONG);
        app.use_adapter("mine", None).await.unwrap();
        decided(&app, "The lamp is on.", "A").await;
        decided(&app, "The door is open.", "A").await;
        let entries = catch_up(&app, 9).await;
        let both = [(1, Some("mine")), (1, None), (2, Some("mine")), (2, None)];
        assert_eq!(asked(&entries), both);
        let probability = |entry: &Entry| match entry {
            Entry::Decision { probability, .. } => *probability,
            Entry::Anchor { .. } => f64::NAN,
        };
        assert!(entries.iter().all(|entry| (0.0..=1.0).contains(&probability(entry))), "{entries:?}");
        let apart = (probability(&entries[0]) - probability(&entries[1])).abs();
        assert!(apart > 0.0, "another model expects something else");
        assert_eq!(catch_up(&app, 9).await, entries, "asked once");
        assert_eq!(app.expectations().unwrap(), Expectations { decisions: 2, points: Vec::new() });

        // A program that was killed before the last line was whole.
        let log = fs::read(app.expected_log()).unwrap();
        fs::write(app.expected_log(), &log[..log.len() - 9]).unwrap();
        assert_eq!(catch_up(&app, 9).await, entries);
    }

    #[tokio::test]
    async fn what_an_adapter_may_have_learned_from_is_not_foreseen() {
        let (app, _folder) = open().await;
        decided(&app, "The lamp is on.", "A").await;
        adapter(&app, "mine", now() + LONG);
        app.use_adapter("mine", None).await.unwrap();
        assert_eq!(asked(&catch_up(&app, 9).await), [(1, None)]);
    }

    #[tokio::test]
    async fn the_oldest_come_first_and_no_more_than_wanted() {
        let (app, _folder) = open().await;
        for text in ["The lamp is on.", "The door is open.", "The cat is out."] {
            decided(&app, text, "A").await;
        }
        assert_eq!(asked(&catch_up(&app, 2).await), [(1, None), (2, None)]);
        assert_eq!(asked(&catch_up(&app, 2).await), [(1, None), (2, None), (3, None)]);
        let cancelled = Cancel::new();
        cancelled.cancel();
        decided(&app, "The bus is late.", "A").await;
        app.catch_up_expectations(2, &cancelled, |_, _| ()).await.unwrap();
        assert_eq!(app.expectations().unwrap().decisions, 3);
    }
}
