//! The verbs together with the starter model: what it proposes is kept, decided, exported, and stopped.
#![allow(clippy::unwrap_used)]

use emend_app::verbs::batch::{Batch, BatchOutcome};
use emend_app::verbs::decide::{Choice, Decision};
use emend_app::verbs::rewrite::{RewriteEvent, RewriteRequest};
use emend_app::{App, Cancel, Options, TierChoice};
use emend_text::{Format, Instruction, intent};
use tempfile::TempDir;

const TEXT: &str = "She go to school every day. The meeting is on 14 March 2026. I has a apple.";

async fn open() -> (App, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let home = Some(folder.path().join("home"));
    (App::open(Options { home, ..Options::default() }).await.unwrap(), folder)
}

fn fix(text: &str) -> RewriteRequest {
    RewriteRequest::of_text(text, Format::Plain, Instruction::Intent(intent("fix").unwrap()))
}

#[tokio::test]
async fn a_rewrite_is_kept_decided_and_exported() {
    let (app, folder) = open().await;
    let document = app.new_document(TEXT).await.unwrap();
    let request =
        RewriteRequest { record: true, document: Some((document.id, document.revision)), ..fix(TEXT) };
    let mut segments = 0;
    let done = app
        .rewrite(request, Cancel::new(), |event| {
            if let RewriteEvent::Segment(segment) = event {
                assert_eq!(segment.index, segments, "segments come in order");
                segments += 1;
            }
        })
        .await
        .unwrap();
    assert_eq!(segments, 3);
    assert!(!done.rewrite.edits.is_empty(), "the starter corrects something in {TEXT:?}");
    assert!(done.rewrite.text.contains("14 March 2026"), "{}", done.rewrite.text);

    let decisions: Vec<Decision> = done
        .rewrite
        .edits
        .iter()
        .map(|edit| Decision { request: done.request, edit: i64::from(edit.id), choice: Choice::Accept })
        .collect();
    app.decide(&decisions).await.unwrap();
    let unknown = Decision { request: done.request, edit: 9_999, choice: Choice::Reject };
    assert_eq!(app.decide(&[unknown]).await.unwrap_err().code(), "missing");

    let path = folder.path().join("feedback.jsonl");
    let exported = app.export_feedback(&path).await.unwrap();
    assert_eq!(exported.decisions, decisions.len() as u64);
    for line in std::fs::read_to_string(&path).unwrap().lines() {
        let row: serde_json::Value = serde_json::from_str(line).unwrap();
        let source = row["source"].as_str().unwrap();
        assert!(TEXT.contains(source), "{row}");
        if row["type"] == "decision" {
            let place = |name: &str| row[name].as_u64().unwrap() as usize;
            assert_eq!(&source[place("start")..place("end")], row["original"].as_str().unwrap());
        }
    }

    let index = done.rewrite.segments.iter().position(|segment| !segment.edits.is_empty()).unwrap();
    let others = app.another(done.request, index as i64, Cancel::new()).await.unwrap();
    let first = &done.rewrite.segments[index].candidates[0].text;
    assert!(others.candidates.iter().all(|other| other.text != *first), "others differ from the first");
    // Their edits can be decided like the first ones.
    if let Some(edit) = others.candidates.iter().flat_map(|other| &other.edits).next() {
        let edit = others.first_edit + i64::from(edit.id);
        app.decide(&[Decision { request: done.request, edit, choice: Choice::Accept }]).await.unwrap();
    }
}

#[tokio::test]
async fn what_is_not_to_be_recorded_leaves_nothing() {
    let (app, _folder) = open().await;
    let done = app.rewrite(fix(TEXT), Cancel::new(), |_| ()).await.unwrap();
    assert_eq!(done.request, 0);
    let mut out = Vec::new();
    app.write_feedback(&mut out).await.unwrap();
    assert_eq!(out, b"");
}

#[tokio::test]
async fn a_batch_says_what_rewrite_says() {
    let (app, folder) = open().await;
    let rows = [TEXT, "", "Their was a cat. And it sleep."];
    let input: String = rows.iter().map(|row| serde_json::json!({ "src": row }).to_string() + "\n").collect();
    let batch = Batch {
        input: folder.path().join("in.jsonl"),
        output: folder.path().join("out.jsonl"),
        instruction: Instruction::Intent(intent("fix").unwrap()),
        format: Format::Plain,
        keep: Vec::new(),
        tier: TierChoice::Auto,
        rated: true,
    };
    std::fs::write(&batch.input, input).unwrap();
    let outcome = app.batch(&batch, &Cancel::new(), |_| ()).await.unwrap();
    assert!(matches!(outcome, BatchOutcome::Finished(at) if at.done == 3 && at.failed == 0), "{outcome:?}");
    let written = std::fs::read_to_string(&batch.output).unwrap();
    for (line, row) in written.lines().zip(rows) {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        let alone = app.rewrite(fix(row), Cancel::new(), |_| ()).await.unwrap();
        assert_eq!(line["hyp"], alone.rewrite.text, "{line}");
    }
}

#[tokio::test]
async fn a_cancelled_request_is_no_error() {
    let (app, _folder) = open().await;
    let cancel = Cancel::new();
    cancel.cancel();
    let done = app.rewrite(fix(TEXT), cancel, |_| ()).await.unwrap();
    assert_eq!(done.rewrite.outcome, emend_engine::Outcome::Cancelled);
    assert_eq!(done.rewrite.text, TEXT);
}

#[tokio::test]
async fn a_model_that_is_not_there_is_said_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let home = Some(folder.path().join("home"));
    let options = Options { home, model: Some("unheard-of".to_owned()), ..Options::default() };
    let app = App::open(options).await.unwrap();
    let error = app.rewrite(fix(TEXT), Cancel::new(), |_| ()).await.unwrap_err();
    assert_eq!(error.code(), "no_model");
    assert!(error.to_string().contains("unheard-of"), "{error}");
}
