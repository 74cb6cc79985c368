//! Running commands while saying what is done and how far we are.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

/// A failed chore, as one sentence for the person at the terminal.
pub(crate) type Outcome = Result<(), String>;

/// A numbered list of steps; each announces itself and its duration.
pub(crate) struct Steps {
    total: usize,
    done: usize,
}

impl Steps {
    pub(crate) fn new(total: usize) -> Self {
        Self { total, done: 0 }
    }

    /// Runs one step under a headline such as `[3/9] unit tests`.
    pub(crate) fn step(&mut self, what: &str, work: impl FnOnce() -> Outcome) -> Outcome {
        self.done += 1;
        eprintln!("\n[{}/{}] {what}", self.done, self.total);
        let start = Instant::now();
        work().map_err(|error| format!("{what}: {error}"))?;
        eprintln!("[{}/{}] {what}: {:.0} s", self.done, self.total, start.elapsed().as_secs_f64());
        Ok(())
    }
}

/// The repository's root.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().map_or_else(|| PathBuf::from("."), Path::to_path_buf)
}

/// Cargo as the person started it.
pub(crate) fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root());
    command
}

/// npm in the page's folder.
pub(crate) fn npm(arguments: &[&str]) -> Command {
    let mut command = Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" });
    command.current_dir(root().join("ui")).args(arguments);
    command
}

/// Where cargo puts what it builds.
pub(crate) fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// Runs `command` to its end, showing what it prints.
pub(crate) fn run(command: &mut Command) -> Outcome {
    let line = printed(command);
    eprintln!("  $ {line}");
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("`{line}` ended with {status}")),
        Err(error) => Err(format!("`{line}` could not be started: {error}; is it installed?")),
    }
}

/// Runs `command` quietly and tells whether it succeeded.
pub(crate) fn succeeds(command: &mut Command) -> bool {
    command.output().is_ok_and(|output| output.status.success())
}

fn printed(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or(command.get_program());
    std::iter::once(program)
        .chain(command.get_args())
        .map(|part| part.to_string_lossy())
        .collect::<Vec<_>>()
        .join(" ")
}
