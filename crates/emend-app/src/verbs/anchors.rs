//! Anchors: what each adapter that comes into use does with texts that never change, so that forgetting is seen.

use std::sync::Arc;

use emend_learn::promote::prequential::{Entry, Log};
use emend_models::adapter::Card;
use emend_text::Glossary;

use crate::adapters::existing;
use crate::app::{App, now};
use crate::learning::anchors::{Anchors, Of};
use crate::learning::base;
use crate::learning::feedback::Feedback;
use crate::learning::held_out::Examiner;
use crate::{AdapterChoice, AppError, Cancel};

impl App {
    /// Measures the anchor texts under each adapter in use, unless it was the last that was; the model alone is measured on
    /// the same texts once. Seconds of work, on a thread and a model of its own, after a change and not before it: nobody
    /// waits for it. When cancelled, what was measured is kept, and the rest is due the next time.
    /// `begins` is called if there is something to measure.
    pub async fn measure_anchors(&self, cancel: &Cancel, begins: impl FnOnce()) -> Result<(), AppError> {
        let due = due(self, &self.adapter_choice()?, &self.expected_entries()?);
        if due.is_empty() {
            return Ok(());
        }
        begins();
        let job = Job { app: self.clone(), due, cancel: cancel.clone() };
        let work = tokio::task::spawn_blocking(move || job.run());
        work.await.map_err(|_| AppError::Thread { thread: "anchors" })?
    }
}

/// An adapter that is to be measured.
struct Due {
    adapter: String,
    anchors: Anchors,
    set: String,
    /// Whether the model alone was never measured on these texts.
    alone: bool,
}

/// Adapters in use that were not the last to be measured on the texts that they answer.
fn due(app: &App, choice: &AdapterChoice, log: &Log) -> Vec<Due> {
    let one = |adapter: &str| {
        // One that cannot be used is told where it answers.
        let folder = existing(&app.paths.adapters(), adapter).ok()?;
        let weights_id = Card::read(&folder).ok()?.map(|card| card.weights_id).unwrap_or_default();
        let anchors = Anchors::of(|intent| choice.of(Some(intent)) == Some(adapter));
        let set = anchors.set(&weights_id);
        let of = log.entries.iter().filter_map(|entry| match entry {
            Entry::Anchor { adapter, set: of, .. } if *of == set => Some(adapter.as_deref()),
            _ => None,
        });
        let measured: Vec<Option<&str>> = of.collect();
        let is_due = !anchors.is_empty() && measured.last() != Some(&Some(adapter));
        let alone = !measured.contains(&None);
        is_due.then(|| Due { adapter: adapter.to_owned(), anchors, set, alone })
    };
    choice.adapters().into_iter().filter_map(one).collect()
}

struct Job {
    app: App,
    due: Vec<Due>,
    cancel: Cancel,
}

impl Job {
    fn run(self) -> Result<(), AppError> {
        let app = &self.app;
        let model = base::open(app)?;
        // No words and terms of the person's: the measure stays what it was.
        let examiner = Examiner::new(&[], &app.model_folders, |asked| {
            Feedback::new(asked, &app.model_folders, &app.rules, Glossary::empty(), Arc::default())
        })?;
        for Due { adapter, anchors, set, alone } in &self.due {
            let adapted = match base::adapted(app, &model, adapter) {
                Err(AppError::Adapter { .. } | AppError::NoAdapter { .. }) => continue,
                adapted => adapted?,
            };
            let alone = alone.then(|| (None, model.t5.clone()));
            let mut entries = Vec::new();
            for (adapter, writer) in alone.into_iter().chain([(Some(adapter.as_str()), adapted)]) {
                let of = Of { time: now(), adapter, set };
                match anchors.measured((&model, writer), &examiner, &of, &self.cancel)? {
                    Some(measured) => entries.extend(measured),
                    None => return Ok(()),
                }
            }
            app.keep_expected(entries)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use emend_learn::promote::prequential::Measured;

    use super::*;
    use crate::verbs::expected::tests::adapter;
    use crate::verbs::tests::open;

    /// Who was measured, in order.
    async fn measured(app: &App) -> Vec<Option<String>> {
        app.measure_anchors(&Cancel::new(), || ()).await.unwrap();
        let meaning = |entry: Entry| match entry {
            Entry::Anchor { adapter, measure: Measured::Meaning, .. } => Some(adapter),
            _ => None,
        };
        app.expected_entries().unwrap().entries.into_iter().filter_map(meaning).collect()
    }

    #[tokio::test]
    async fn each_adapter_is_measured_when_it_comes_into_use_and_the_model_alone_once() {
        let (app, _folder) = open().await;
        assert_eq!(measured(&app).await, []);
        for id in ["mine", "other"] {
            adapter(&app, id, now());
        }
        let (alone, mine, other) = (None, Some("mine".to_owned()), Some("other".to_owned()));
        app.use_adapter("mine", Some("paraphrase")).await.unwrap();
        assert_eq!(measured(&app).await, [alone.clone(), mine.clone()]);
        let log = app.expected_entries().unwrap();
        assert_eq!(measured(&app).await.len(), 2, "once");
        let [meaning, ..] = &app.expectations().unwrap().anchors[..] else { panic!("nothing is told") };
        assert_eq!((meaning.adapter.as_str(), meaning.texts, meaning.best.1.clone()), ("mine", 3, None));
        let shares = log.entries.iter().all(|entry| match entry {
            Entry::Anchor { score, .. } => (0.0..=1.0).contains(score),
            _ => false,
        });
        assert!(shares, "{log:?}");

        app.use_adapter("other", Some("paraphrase")).await.unwrap();
        app.roll_back_adapters(1).await.unwrap();
        assert_eq!(measured(&app).await.len(), 2, "nobody else was measured between");
        app.use_adapter("other", Some("paraphrase")).await.unwrap();
        measured(&app).await;
        app.roll_back_adapters(1).await.unwrap();
        assert_eq!(measured(&app).await, [alone, mine.clone(), other, mine]);

        app.take_off_adapter("mine").await.unwrap();
        assert_eq!(app.expectations().unwrap().anchors, [], "nothing is told of what is not in use");
        app.use_adapter("mine", Some("own")).await.unwrap();
        assert_eq!(measured(&app).await.len(), 4, "there are no texts for wishes in one's own words");
    }

    #[tokio::test]
    async fn what_is_stopped_or_cannot_be_used_is_no_failure() {
        let (app, _folder) = open().await;
        adapter(&app, "mine", now());
        app.use_adapter("mine", Some("paraphrase")).await.unwrap();
        let cancelled = Cancel::new();
        cancelled.cancel();
        app.measure_anchors(&cancelled, || ()).await.unwrap();
        assert_eq!(app.expected_entries().unwrap().entries, []);
        std::fs::write(app.paths.adapters().join("mine/adapter_model.safetensors"), "torn").unwrap();
        assert_eq!(measured(&app).await, []);
    }
}
