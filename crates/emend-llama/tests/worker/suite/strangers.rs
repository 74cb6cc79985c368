//! Programs that are no workers, started as if they were.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use emend_decode::Cancel;
use emend_llama::{Ending, LlamaError, Options, Worker};

use super::Test;
use super::ask::options;
use super::processes::children;

pub(crate) const TESTS: &[Test] = &[
    ("a_program_that_is_not_there", a_program_that_is_not_there),
    ("a_program_that_ends_at_once", a_program_that_ends_at_once),
    ("a_program_that_says_nothing", a_program_that_says_nothing),
    ("a_program_that_says_something_else", a_program_that_says_something_else),
    ("a_worker_of_another_version", a_worker_of_another_version),
];

#[track_caller]
fn error(program: &Path) -> LlamaError {
    let options =
        Options { program: Some(program.to_owned()), silence: Duration::from_secs(1), ..options(program) };
    let error = Worker::new(options).info(&Cancel::new()).unwrap_err();
    assert_eq!(children(), [0_u32; 0], "{error}");
    error
}

/// Runs the lines of a shell script.
#[track_caller]
fn script(lines: &str) -> LlamaError {
    let folder = tempfile::tempdir().unwrap();
    let path: PathBuf = folder.path().join("program");
    std::fs::write(&path, format!("#!/bin/sh\n{lines}\n")).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    error(&path)
}

fn a_program_that_is_not_there() {
    let error = error(Path::new("/nowhere/emend"));
    assert!(
        matches!(&error, LlamaError::Start { program, .. } if program == Path::new("/nowhere/emend")),
        "{error}"
    );
}

fn a_program_that_ends_at_once() {
    let error = script("echo 'no library' >&2; exit 3");
    let LlamaError::Ended { ending, last_line } = &error else { panic!("{error}") };
    assert_eq!((*ending, last_line.as_str()), (Ending::Code(3), "no library"));
}

fn a_program_that_says_nothing() {
    let error = script("exec sleep 1000");
    assert!(matches!(error, LlamaError::Hung { seconds: 1 }), "{error}");
}

fn a_program_that_says_something_else() {
    let error = script("exec yes hello");
    assert!(matches!(&error, LlamaError::Protocol { what } if what.contains("bytes")), "{error}");
    let error = script(r#"printf '\006\000\000\000"pong"'; exec sleep 1000"#);
    assert!(matches!(&error, LlamaError::Protocol { what } if what == "no hello"), "{error}");
}

fn a_worker_of_another_version() {
    let error = script(r#"printf '\031\000\000\000{"hello":{"version":999}}'; exec sleep 1000"#);
    assert!(matches!(error, LlamaError::Version { expected: 2, found: 999 }), "{error}");
}
