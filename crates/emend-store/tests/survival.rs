//! What was acknowledged is there: after `kill -9` at a random moment, with several programs on one file, and in a
//! folder that cannot be written. The other program is this test binary, started again as a child.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use emend_store::tables::candidates::{NewCandidate, NewEdit};
use emend_store::tables::decisions::{NewDecision, Verdict};
use emend_store::tables::documents::{Endings, NewDocument};
use emend_store::tables::requests::{NewRequest, Segment};
use emend_store::{Store, StoreError};

const ROLE: &str = "EMEND_STORE_TEST_ROLE";
const FILE: &str = "EMEND_STORE_TEST_FILE";

/// This binary again, running only the test `child` in a given role.
fn start(role: &str, file: &Path) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["child", "--exact", "--nocapture", "--test-threads=1"]);
    command.env(ROLE, role).env(FILE, file).stdout(Stdio::piped());
    command
}

/// Not a test by itself: what the children do. Without a role it does nothing.
#[tokio::test]
async fn child() {
    let Ok(role) = std::env::var(ROLE) else { return };
    let file = std::env::var(FILE).unwrap();
    match role.as_str() {
        "write for ever" => write_for_ever(Path::new(&file)).await,
        "save fifty" => save_fifty(Path::new(&file)).await,
        "only open" => {
            let opened = Store::open(&file).await.map(|_| ());
            println!("said {}", matches!(opened, Err(StoreError::NotWritable { .. })));
        }
        other => panic!("unknown role {other}"),
    }
}

fn note(text: &str) -> NewDocument<'_> {
    NewDocument { title: "A note", path: None, format: "plain", endings: Endings::Lf, bom: false, text }
}

/// The text of a revision, long enough to span several pages of the file.
fn text(number: i64) -> String {
    format!("Revision {number}. {}", "The river was high that spring. ".repeat(300 + number as usize % 200))
}

async fn ask(store: &Store, document: i64) -> i64 {
    let new = NewRequest {
        document: Some(document),
        revision: Some(1),
        format: "plain",
        instruction_id: "fix",
        instruction: "Fix the grammar",
        range_start: 0,
        range_end: 6,
        alternatives: 0,
        seed: 1,
    };
    let request = store.requests().begin(&new, 0).await.unwrap();
    let segment = Segment {
        number: 0,
        range_start: 0,
        range_end: 6,
        source: "I goes".to_owned(),
        outcome: "rewritten".to_owned(),
        reason: None,
    };
    let candidate = NewCandidate {
        text: "I go",
        kept: "as_is",
        scores: BTreeMap::new(),
        token_logprobs: &[-0.1],
        tier: "small",
        model: "starter",
        adapter: None,
        weights_id: None,
        edits: vec![NewEdit {
            number: 0,
            range_start: 2,
            range_end: 6,
            original: "goes",
            replacement: "go",
            kind: "grammar",
            reason: "Agreement.",
            confidence: None,
        }],
    };
    store.candidates().record(request, &segment, &[candidate], 0).await.unwrap();
    request
}

/// Saves revisions and decisions and says so after each acknowledgement, until it is killed.
async fn write_for_ever(file: &Path) {
    let store = Store::open(file).await.unwrap();
    let document = store.documents().create(&note("Start."), 0).await.unwrap().id;
    let request = ask(&store, document).await;
    let mut out = std::io::stdout();
    writeln!(out, "ready {document} {request}").unwrap();
    for number in 2.. {
        // One hour apart, so that nothing is thinned while the test looks for it.
        let saved =
            store.revisions().save(document, number - 1, &text(number), number * 3_600_000).await.unwrap();
        writeln!(out, "revision {}", saved.number).unwrap();
        let decision =
            NewDecision { request, edit: 0, propensity: 1.0, verdict: Verdict::Accept, final_text: None };
        let ids = store.decisions().record(&[decision], number).await.unwrap();
        writeln!(out, "decision {}", ids[0]).unwrap();
    }
}

#[tokio::test]
async fn nothing_acknowledged_is_lost_by_kill_9() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("emend.db");
    let mut acknowledged = 0;
    for round in 0..20_u64 {
        let mut writer = start("write for ever", &file).spawn().unwrap();
        let lines = BufReader::new(writer.stdout.take().unwrap()).lines();
        // The reader drains the pipe on its own thread, so that the writer never waits for us.
        let (ready, is_ready) = std::sync::mpsc::channel();
        let reader = std::thread::spawn(move || {
            let mut said = Vec::new();
            for line in lines.map_while(Result::ok) {
                if line.contains("ready") {
                    let _ = ready.send(());
                }
                said.push(line);
            }
            said
        });
        is_ready.recv_timeout(Duration::from_mins(1)).expect("the writer must start");
        // Any moment will do; a different one each round.
        std::thread::sleep(Duration::from_micros(round * 7_919 % 60_000 + 500));
        writer.kill().unwrap();
        writer.wait().unwrap();
        let said = reader.join().unwrap();

        let numbers = |word: &str| -> Vec<i64> {
            let after = |line: &String| Some(line.split_once(word)?.1.trim().to_owned());
            said.iter().filter_map(after).filter_map(|rest| rest.parse().ok()).collect()
        };
        let started = said.iter().find_map(|line| line.split_once("ready ")).unwrap().1;
        let (document, request) = started.split_once(' ').unwrap();
        let (document, request) = (document.parse().unwrap(), request.parse().unwrap());

        let store = Store::open(&file).await.unwrap();
        assert_eq!(store.problems().await.unwrap(), Vec::<String>::new(), "round {round}");
        for number in numbers("revision ") {
            let revision = store.revisions().get(document, number).await;
            assert_eq!(revision.map(|r| r.text).ok(), Some(text(number)), "round {round}, revision {number}");
            acknowledged += 1;
        }
        let stored: Vec<i64> =
            store.decisions().of_request(request).await.unwrap().iter().map(|d| d.id).collect();
        for id in numbers("decision ") {
            assert!(
                stored.contains(&id),
                "round {round}: decision {id} was acknowledged, stored are {stored:?}"
            );
            acknowledged += 1;
        }
        store.close().await;
    }
    assert!(acknowledged > 40, "the writers must get somewhere before they are killed: {acknowledged}");
}

async fn save_fifty(file: &Path) {
    let store = Store::open(file).await.unwrap();
    let document = store.documents().create(&note("Start."), 0).await.unwrap().id;
    for number in 2..=51 {
        store.revisions().save(document, number - 1, &text(number), number * 3_600_000).await.unwrap();
    }
    println!("done {document}");
}

#[tokio::test]
async fn several_programs_may_create_and_use_one_file_at_once() {
    for _ in 0..3 {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("emend.db");
        let writers: Vec<_> = (0..4).map(|_| start("save fifty", &file).spawn().unwrap()).collect();
        for writer in writers {
            let output = writer.wait_with_output().unwrap();
            let said = String::from_utf8_lossy(&output.stdout).into_owned();
            assert!(output.status.success() && said.contains("done "), "{said}");
        }
        let store = Store::open(&file).await.unwrap();
        let documents = store.documents().list().await.unwrap();
        assert_eq!(documents.len(), 4);
        for document in documents {
            assert_eq!(store.revisions().latest(document.id).await.unwrap().text, text(51));
        }
        assert_eq!(store.problems().await.unwrap(), Vec::<String>::new());
    }
}

/// Root may write everywhere, so the child becomes somebody else first.
#[cfg(unix)]
#[tokio::test]
async fn a_folder_that_cannot_be_written_is_a_typed_error_and_loses_nothing() {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt};
    use std::os::unix::process::CommandExt as _;

    let folder = tempfile::tempdir().unwrap();
    let inner = folder.path().join("profile");
    std::fs::create_dir(&inner).unwrap();
    let file = inner.join("emend.db");
    let store = Store::open(&file).await.unwrap();
    let id = store.documents().create(&note("Kept."), 0).await.unwrap().id;
    store.close().await;
    // Readable by everybody, writable by nobody.
    std::fs::set_permissions(folder.path(), PermissionsExt::from_mode(0o755)).unwrap();
    std::fs::set_permissions(&file, PermissionsExt::from_mode(0o444)).unwrap();
    std::fs::set_permissions(&inner, PermissionsExt::from_mode(0o555)).unwrap();

    let mut command = start("only open", &file);
    if std::fs::metadata(&file).unwrap().uid() == 0 {
        command.uid(65_534).gid(65_534);
    }
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(said.contains("said true"), "{said}{}", String::from_utf8_lossy(&output.stderr));

    std::fs::set_permissions(&inner, PermissionsExt::from_mode(0o755)).unwrap();
    std::fs::set_permissions(&file, PermissionsExt::from_mode(0o600)).unwrap();
    let store = Store::open(&file).await.unwrap();
    assert_eq!(store.revisions().latest(id).await.unwrap().text, "Kept.");
}
