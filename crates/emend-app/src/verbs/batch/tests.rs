//! The batch with a closure in the model's place: these are about rows, order, and going on after a stop.
#![allow(clippy::unwrap_used)]

use serde_json::{Value, json};
use tempfile::TempDir;

use super::*;
use emend_text::intent;

/// Answers with the text in capitals and says which instruction it was given.
fn shout(row: Row) -> Result<Option<Answer>, AppError> {
    assert_ne!(row.src, "panic", "this row must not be answered");
    if row.src == "refuse" {
        return Err(AppError::Thread { thread: "model" });
    }
    Ok(Some(Answer {
        hyp: format!("{}: {}", row.instruction.id(), row.src.to_uppercase()),
        confidence: None,
        tier: "small",
        scores: BTreeMap::from([("length_ratio", 1.0)]),
        ms: 3,
    }))
}

struct Files {
    folder: TempDir,
    batch: Batch,
}

impl Files {
    fn with(input: impl AsRef<[u8]>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let batch = Batch {
            input: folder.path().join("in.jsonl"),
            output: folder.path().join("out.jsonl"),
            instruction: Instruction::Intent(intent("fix").unwrap()),
            format: Format::Plain,
            keep: Vec::new(),
            tier: TierChoice::Small,
            rated: true,
        };
        std::fs::write(&batch.input, input).unwrap();
        Self { folder, batch }
    }

    async fn run(&self) -> Result<BatchOutcome, AppError> {
        run(&self.batch, &Cancel::default(), |_| (), async |row| shout(row)).await
    }

    fn output(&self) -> Vec<Value> {
        let text = std::fs::read_to_string(&self.batch.output).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

#[tokio::test]
async fn rows_keep_their_order_and_a_bad_one_stops_no_other() {
    let files = Files::with(concat!(
        "\u{FEFF}{\"id\": \"a\", \"src\": \"one\", \"refs\": [1]}\n",
        "\n",
        "{\"src\": \"two\", \"intent\": \"shorter\"}\r\n",
        "{broken\n",
        "{\"id\": 7, \"src\": \"refuse\"}\n",
        "{\"id\": \"e\", \"src\": \"three\", \"intent\": \"louder\"}\n",
        "{\"id\": \"f\", \"src\": \"four\", \"intent\": \"fix\", \"instruction\": \"Make it rhyme\"}",
    ));
    let outcome = files.run().await.unwrap();
    assert_eq!(outcome, BatchOutcome::Finished(BatchProgress { total: 6, resumed: 0, done: 6, failed: 3 }));
    let rows = files.output();
    let scores = json!({"length_ratio": 1.0});
    let mut first = rows[0].clone();
    let asked = first.as_object_mut().and_then(|row| row.remove("asked")).unwrap();
    assert_eq!(asked.as_str().map(str::len), Some(16), "{asked}");
    assert_eq!(
        first,
        json!({"id": "a", "hyp": "fix: ONE", "confidence": null, "tier": "small", "scores": scores, "ms": 3})
    );
    assert_eq!((&rows[1]["id"], &rows[1]["hyp"]), (&json!("2"), &json!("shorter: TWO")));
    assert_eq!((&rows[2]["id"], &rows[2]["error"]["code"]), (&json!("3"), &json!("invalid")));
    assert_eq!((&rows[3]["id"], &rows[3]["error"]["code"]), (&json!(7), &json!("thread")));
    assert!(rows[4]["error"]["message"].as_str().unwrap().contains("louder"), "{}", rows[4]);
    assert!(!rows[4]["error"]["hint"].as_str().unwrap().is_empty());
    assert_eq!((&rows[5]["id"], &rows[5]["hyp"]), (&json!("f"), &json!("own: FOUR")));
}

#[tokio::test]
async fn bytes_that_are_no_text_are_one_bad_row() {
    let files = Files::with(b"{\"src\": \"\xFF\"}\n{\"src\": \"two\"}\n");
    files.run().await.unwrap();
    let rows = files.output();
    assert_eq!(rows.len(), 2);
    assert!(rows[0]["error"].is_object());
    assert_eq!(rows[1]["hyp"], "fix: TWO");
}

#[tokio::test]
async fn a_run_that_was_torn_goes_on_after_the_last_whole_line() {
    let input = "{\"src\": \"panic\"}\n{\"src\": \"panic\"}\n{\"src\": \"three\"}\n";
    for torn in ["", "{\"i", "{\"id\":\"2\",\"hy", "{\"id\":\"2\",\"hyp\":\"whole but for its end\"}"] {
        let files = Files::with(input);
        let whole = "{\"id\":\"0\",\"hyp\":\"A\"}\n{\"id\":\"1\",\"hyp\":\"B\"}\n";
        std::fs::write(&files.batch.output, format!("{whole}{torn}")).unwrap();
        let outcome = files.run().await.unwrap();
        let progress = BatchProgress { total: 3, resumed: 2, done: 1, failed: 0 };
        assert_eq!(outcome, BatchOutcome::Finished(progress), "{torn:?}");
        let hyps: Vec<Value> = files.output().into_iter().map(|row| row["hyp"].clone()).collect();
        assert_eq!(hyps, ["A", "B", "fix: THREE"]);
        // And once more: nothing is left to do.
        let progress = BatchProgress { total: 3, resumed: 3, done: 0, failed: 0 };
        assert_eq!(files.run().await.unwrap(), BatchOutcome::Finished(progress));
    }
}

#[tokio::test]
async fn errors_at_the_end_are_tried_again() {
    let files = Files::with("{\"src\": \"one\"}\n{\"text\": \"two\"}\n{\"text\": \"three\"}\n");
    let failed = BatchProgress { total: 3, resumed: 0, done: 3, failed: 2 };
    assert_eq!(files.run().await.unwrap(), BatchOutcome::Finished(failed));
    std::fs::write(&files.batch.input, "{\"src\": \"one\"}\n{\"text\": \"two\"}\n{\"src\": \"three\"}\n")
        .unwrap();
    let mended = BatchProgress { total: 3, resumed: 1, done: 2, failed: 1 };
    assert_eq!(files.run().await.unwrap(), BatchOutcome::Finished(mended));
    let rows = files.output();
    assert_eq!((&rows[0]["hyp"], &rows[2]["hyp"]), (&"fix: ONE".into(), &"fix: THREE".into()));
    // An error that an answer follows stays: rows stand in the order of the input.
    assert!(rows[1]["error"].is_object());
    let done = BatchProgress { total: 3, resumed: 3, done: 0, failed: 0 };
    assert_eq!(files.run().await.unwrap(), BatchOutcome::Finished(done));
}

#[tokio::test]
async fn errors_of_others_are_not_ours_to_cut_off() {
    let files = Files::with("{\"src\": \"one\"}\n");
    let log = "{\"id\":7,\"error\":\"timeout\"}\n{\"id\":8,\"error\":{\"code\":3}}\n";
    std::fs::write(&files.batch.output, log).unwrap();
    assert!(files.run().await.is_err());
    assert_eq!(std::fs::read_to_string(&files.batch.output).unwrap(), log);
}

#[tokio::test]
async fn a_stopped_run_ends_like_one_that_was_not() {
    let row = |n| format!("{{\"src\": \"text {n}\"}}\n");
    let input = (0..20).map(row).collect::<Vec<_>>().concat();
    let (whole, stopped) = (Files::with(&input), Files::with(&input));
    whole.run().await.unwrap();
    let cancel = Cancel::default();
    let stop = |progress: BatchProgress| {
        if progress.done == 7 {
            cancel.cancel();
        }
    };
    let outcome = run(&stopped.batch, &cancel, stop, async |row| shout(row)).await.unwrap();
    assert!(matches!(outcome, BatchOutcome::Cancelled(BatchProgress { done: 7, .. })), "{outcome:?}");
    assert_eq!(stopped.output().len(), 7);
    stopped.run().await.unwrap();
    assert_eq!(stopped.output(), whole.output());
}

#[tokio::test]
async fn a_row_that_is_cancelled_in_the_middle_is_not_written() {
    let files = Files::with("{\"src\": \"one\"}\n");
    let outcome = run(&files.batch, &Cancel::default(), |_| (), async |_| Ok(None)).await.unwrap();
    assert!(matches!(outcome, BatchOutcome::Cancelled(BatchProgress { done: 0, .. })), "{outcome:?}");
    assert_eq!(files.output(), Vec::<Value>::new());
}

#[tokio::test]
async fn an_output_of_something_else_is_left_alone() {
    let files = Files::with("{\"id\": \"a\", \"src\": \"one\"}\n{\"id\": \"b\", \"src\": \"two\"}\n");
    for foreign in [
        "My only copy of this",
        "Two lines\nof mine",
        "{\"id\":\"x\",\"hyp\":\"A\"}\n",
        "{\"id\":\"a\"}\n{\"id\":\"b\"}\n{\"id\":\"c\"}\n",
    ] {
        std::fs::write(&files.batch.output, foreign).unwrap();
        let error = files.run().await.unwrap_err();
        assert_eq!(error.code(), "invalid", "{error}");
        assert_eq!(std::fs::read_to_string(&files.batch.output).unwrap(), foreign);
    }
    let same = Files { batch: Batch { output: files.batch.input.clone(), ..files.batch.clone() }, ..files };
    assert_eq!(same.run().await.unwrap_err().code(), "invalid");
    assert_eq!(std::fs::read_to_string(&same.batch.input).unwrap().lines().count(), 2);
    assert!(same.folder.path().exists());
}

#[tokio::test]
async fn answers_to_another_wish_or_text_are_not_taken_up() {
    let files = Files::with("{\"id\": \"a\", \"src\": \"one\"}\n{\"id\": \"b\", \"src\": \"two\"}\n");
    files.run().await.unwrap();
    let before = std::fs::read_to_string(&files.batch.output).unwrap();
    let formal = emend_text::Instruction::Intent(emend_text::intent("formal").unwrap());
    let other_wish = Batch { instruction: formal, ..files.batch.clone() };
    let error = run(&other_wish, &Cancel::default(), |_| (), async |row| shout(row)).await.unwrap_err();
    assert!(error.to_string().contains("whose row 1 is the answer to another text or wish"), "{error}");
    std::fs::write(
        &files.batch.input,
        "{\"id\": \"a\", \"src\": \"one\"}\n{\"id\": \"b\", \"src\": \"too\"}\n",
    )
    .unwrap();
    let error = files.run().await.unwrap_err();
    assert!(error.to_string().contains("whose row 2"), "{error}");
    assert_eq!(std::fs::read_to_string(&files.batch.output).unwrap(), before);
}

#[tokio::test]
async fn two_runs_do_not_share_an_output() {
    let files = Files::with("{\"src\": \"one\"}\n");
    let first = Output::open(&files.batch.output).unwrap();
    assert_eq!(files.run().await.unwrap_err().code(), "invalid");
    drop(first);
    files.run().await.unwrap();
    assert_eq!(files.output().len(), 1);
}

#[tokio::test]
async fn places_that_cannot_be_used_are_named() {
    let files = Files::with("{\"src\": \"one\"}\n");
    let mut batch = files.batch.clone();
    batch.output = files.folder.path().join("no such folder").join("out.jsonl");
    let error = run(&batch, &Cancel::default(), |_| (), async |row| shout(row)).await.unwrap_err();
    assert_eq!(error.code(), "write");
    batch = files.batch.clone();
    batch.input = files.folder.path().join("none.jsonl");
    let error = run(&batch, &Cancel::default(), |_| (), async |row| shout(row)).await.unwrap_err();
    assert_eq!(error.code(), "read");
    assert!(!batch.output.exists(), "nothing is created for an input that is not there");
}
