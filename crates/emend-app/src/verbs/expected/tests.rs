//! Who is asked about which decision, and what a log in any state stops.
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
    let config: LoraConfig =
        serde_json::from_str(r#"{"rank": 2, "alpha": 4.0, "targets": ["attention"], "stacks": ["decoder"]}"#)
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
    let lines = || fs::read_to_string(app.expected_log()).unwrap().lines().count();
    let before = lines();
    for _ in 0..2 {
        app.use_adapter("one", None).await.unwrap();
        app.adapters_off(None).await.unwrap();
    }
    assert_eq!(lines(), before + 1, "noted once");
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
