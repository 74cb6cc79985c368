//! What the tests of several verbs share: an application in a profile that disappears with the test.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::path::Path;

use emend_store::tables::candidates::{NewCandidate, NewEdit};
use emend_store::tables::requests::{NewRequest, Segment};
use tempfile::TempDir;

use crate::verbs::decide::{Choice, Decision};
use crate::{App, Options};

/// An application in a fresh profile, `home` in the folder.
pub(crate) async fn open() -> (App, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    (open_in(&folder).await, folder)
}

/// An application in the profile in that folder.
pub(crate) async fn open_in(folder: &TempDir) -> App {
    let home = Some(folder.path().join("home"));
    App::open(Options { home, ..Options::default() }).await.unwrap()
}

/// An application whose profile has a `models` folder that was filled before it opened.
pub(crate) async fn open_with_models(fill: impl FnOnce(&Path)) -> (App, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let models = folder.path().join("home").join("models");
    std::fs::create_dir_all(&models).unwrap();
    fill(&models);
    (open_in(&folder).await, folder)
}

/// Records a request for `source` whose only edit, at its first letter, the person replaced by `wording`.
pub(crate) async fn decided(app: &App, source: &str, wording: &str) {
    decided_about(app, source, &source[..1], wording).await;
}

/// The same of what the text begins with.
pub(crate) async fn decided_about(app: &App, source: &str, original: &str, wording: &str) {
    let end = source.len() as i64;
    let new = NewRequest {
        document: None,
        revision: None,
        format: "plain",
        instruction_id: "fix",
        instruction: "Fix the grammar",
        range_start: 0,
        range_end: end,
        alternatives: 0,
        seed: 0,
    };
    let request = app.store.requests().begin(&new, 0).await.unwrap();
    let segment = Segment {
        number: 0,
        range_start: 0,
        range_end: end,
        source: source.to_owned(),
        outcome: "rewritten".to_owned(),
        reason: None,
    };
    let edit = NewEdit {
        number: 0,
        range_start: 0,
        range_end: original.len() as i64,
        original,
        replacement: "X",
        kind: "wording",
        reason: "For the test.",
        confidence: None,
    };
    let candidate = NewCandidate {
        text: "X",
        kept: "as_is",
        scores: BTreeMap::new(),
        token_logprobs: &[],
        tier: "small",
        model: "tiny",
        adapter: None,
        weights_id: None,
        edits: vec![edit],
    };
    app.store.candidates().record(request, &segment, &[candidate], 0).await.unwrap();
    let choice = Choice::EditedTo(wording.to_owned());
    app.decide(&[Decision { request, edit: 0, choice }]).await.unwrap();
}
