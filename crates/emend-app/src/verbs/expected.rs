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
pub(crate) mod tests {
    #![allow(clippy::unwrap_used)]

    use emend_models::adapter::{LoraConfig, fresh, write};
    use serde_json::Value;

    use super::*;
    use crate::app::now;
    use crate::learning::base;
    use crate::verbs::tests::{decided, open};

    const LONG: i64 = 3_600_000;

    /// An adapter that writes something else, and says that it was made then.
    pub(crate) fn adapter(app: &App, id: &str, created: i64) {
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
        app.expected_entries().unwrap().entries
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
            Entry::Anchor { .. } | Entry::InUse { .. } => f64::NAN,
        };
        assert!(entries.iter().all(|entry| (0.0..=1.0).contains(&probability(entry))), "{entries:?}");
        let apart = (probability(&entries[0]) - probability(&entries[1])).abs();
        assert!(apart > 0.0, "another model expects something else");
        assert_eq!(catch_up(&app, 9).await, entries, "asked once");
        let found = app.expectations().unwrap();
        assert_eq!((found.decisions, found.points, found.damaged), (2, Vec::new(), 0));

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

    #[tokio::test]
    async fn a_damaged_line_stops_nothing_and_what_it_said_is_asked_anew() {
        let (app, _folder) = open().await;
        adapter(&app, "mine", now() - LONG);
        app.use_adapter("mine", None).await.unwrap();
        for text in ["The lamp is on.", "The door is open.", "The cat is out."] {
            decided(&app, text, "A").await;
        }
        let whole = catch_up(&app, 9).await;
        let lines: Vec<String> =
            fs::read_to_string(app.expected_log()).unwrap().lines().map(str::to_owned).collect();
        // Of the first decision the adapter's line, of the second the model's own; the third is whole.
        for damaged in [0, 3] {
            let mut lines = lines.clone();
            lines[damaged] = "{\"type\": 7".into();
            let text = lines.join("\n") + "\n";
            fs::write(app.expected_log(), &text).unwrap();
            assert_eq!(app.expectations().unwrap().damaged, 1);
            assert_eq!(app.expectations().unwrap().decisions, 2);
            let found = catch_up(&app, 9).await;
            assert!(whole.iter().all(|entry| found.contains(entry)), "{damaged}: {found:?}");
            assert!(fs::read_to_string(app.expected_log()).unwrap().starts_with(&text), "it stays");
            assert_eq!(catch_up(&app, 9).await, found, "asked anew once");
            assert_eq!(app.expectations().unwrap().decisions, 3);
        }
    }

    #[tokio::test]
    async fn a_decision_is_asked_of_what_was_in_use_when_it_was_taken() {
        let (app, _folder) = open().await;
        for id in ["one", "two"] {
            adapter(&app, id, now() - LONG);
        }
        decided(&app, "The lamp is on.", "A").await;
        app.use_adapter("one", None).await.unwrap();
        decided(&app, "The door is open.", "A").await;
        app.use_adapter("two", Some("fix")).await.unwrap();
        decided(&app, "The cat is out.", "A").await;
        app.take_off_adapter("two").await.unwrap();
        decided(&app, "The bus is late.", "A").await;
        app.roll_back_adapters(2).await.unwrap();
        decided(&app, "The tea is hot.", "A").await;
        app.adapters_off(None).await.unwrap();
        decided(&app, "The cup is blue.", "A").await;
        let by = [None, Some("one"), Some("two"), Some("one"), Some("one"), None];
        let by = by.into_iter().zip(1..);
        let both = by.flat_map(|(by, id)| by.map(|by| (id, Some(by))).into_iter().chain([(id, None)]));
        assert_eq!(asked(&catch_up(&app, 99).await), both.collect::<Vec<_>>());

        decided(&app, "The hat is red.", "A").await;
        let log = fs::read(app.expected_log()).unwrap();
        for _ in 0..2 {
            app.use_adapter("one", None).await.unwrap();
            app.adapters_off(None).await.unwrap();
        }
        let lines = |bytes: &[u8]| bytes.iter().filter(|byte| **byte == b'\n').count();
        assert_eq!(lines(&fs::read(app.expected_log()).unwrap()), lines(&log) + 1, "noted once");
    }

    #[tokio::test]
    async fn one_that_was_deleted_is_not_taken_for_the_model_alone() {
        let (app, _folder) = open().await;
        adapter(&app, "mine", now() - LONG);
        app.use_adapter("mine", None).await.unwrap();
        decided(&app, "The lamp is on.", "A").await;
        app.adapters_off(None).await.unwrap();
        app.delete_adapter("mine").unwrap();
        decided(&app, "The door is open.", "A").await;
        assert_eq!(asked(&catch_up(&app, 1).await), [(2, None)]);
    }

    #[tokio::test]
    async fn a_log_that_cannot_be_written_stops_no_change() {
        let (app, _folder) = open().await;
        adapter(&app, "mine", now() - LONG);
        fs::create_dir_all(app.expected_log()).unwrap();
        let used = app.use_adapter("mine", None).await.unwrap();
        assert!(matches!(used.unlogged, Some(AppError::Expected(_))));
        assert!(app.adapter_choice().unwrap().uses("mine"));
        let off = app.take_off_adapter("mine").await.unwrap();
        assert!(off.unlogged.is_some() && !app.adapter_choice().unwrap().uses("mine"));
        assert!(app.roll_back_adapters(1).await.unwrap().unlogged.is_some());
        assert!(app.expectations().is_err());
    }
}
