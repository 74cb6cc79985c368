//! What whole-system tests share: a profile of their own and the programs that were built.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::missing_panics_doc,
    clippy::return_self_not_must_use
)]

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// A program of this workspace, built by `cargo build --workspace`.
pub fn program(name: &str) -> PathBuf {
    let test = std::env::current_exe().expect("a test knows where it is");
    let folder = test.parent().and_then(Path::parent).expect("tests lie in target/<profile>/deps");
    let path = folder.join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    assert!(path.exists(), "{} is missing; run `cargo build --workspace` first", path.display());
    path
}

/// A person's profile folder that vanishes with the test.
#[derive(Debug)]
pub struct Profile {
    folder: TempDir,
}

impl Default for Profile {
    fn default() -> Self {
        Self::new()
    }
}

impl Profile {
    /// An empty profile.
    pub fn new() -> Self {
        Self { folder: TempDir::new().expect("a temporary folder") }
    }

    /// A path inside a folder that lives as long as the profile.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Where `EMEND_HOME` points.
    pub fn home(&self) -> PathBuf {
        self.path("home")
    }

    /// Writes a file beside the profile and returns its path.
    pub fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, content).expect("a file in a temporary folder");
        path
    }

    /// `emend` with this profile.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(program("emend"));
        command.args(arguments).env("EMEND_HOME", self.home()).env("CANDLE_NUM_THREADS", "1");
        command
    }

    /// Runs `emend` with `input` on its standard input.
    pub fn emend(&self, arguments: &[&str], input: impl AsRef<[u8]>) -> Ran {
        run(self.command(arguments), input.as_ref())
    }
}

/// A finished run of a program.
#[derive(Debug)]
pub struct Ran {
    /// Its exit code; `None` after a signal.
    pub code: Option<i32>,
    /// What it printed, as bytes: texts come back byte for byte.
    pub bytes: Vec<u8>,
    /// The same as text.
    pub out: String,
    /// What it said on standard error.
    pub err: String,
}

impl Ran {
    /// Fails the test with everything that was printed unless the run succeeded.
    #[track_caller]
    pub fn ok(self) -> Self {
        assert_eq!(self.code, Some(0), "stdout:\n{}\nstderr:\n{}", self.out, self.err);
        self
    }

    /// The error of a failed run: one sentence that holds `said`, and nothing like a panic.
    #[track_caller]
    pub fn refused(self, said: &str) -> Self {
        assert!(self.code.is_some_and(|code| code != 0), "expected a refusal; stdout:\n{}", self.out);
        assert!(!self.err.contains("panicked"), "{}", self.err);
        assert!(self.err.contains(said), "expected {said:?} in:\n{}", self.err);
        self
    }

    /// Standard output as JSON.
    #[track_caller]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out)
            .unwrap_or_else(|error| panic!("{error} in:\n{}\n{}", self.out, self.err))
    }
}

/// Runs `command` to its end with `input` on its standard input.
pub fn run(mut command: Command, input: &[u8]) -> Ran {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut stdin = child.stdin.take().expect("stdin is piped");
    let input = input.to_vec();
    // From its own thread: a program that refuses early does not read it all.
    let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
    let Output { status, stdout, stderr } = child.wait_with_output().expect("the program ends");
    writer.join().expect("the writer ends");
    Ran {
        code: status.code(),
        out: String::from_utf8_lossy(&stdout).into_owned(),
        bytes: stdout,
        err: String::from_utf8_lossy(&stderr).into_owned(),
    }
}
