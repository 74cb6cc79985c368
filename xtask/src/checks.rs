//! What must be true of the sources before anything is run.

use std::process::Command;

use crate::layers;
use crate::steps::{Outcome, Steps, cargo, npm, run, succeeds};

/// Every check, in the order in which they fail fastest.
pub(crate) fn check() -> Outcome {
    let mut steps = Steps::new(6);
    steps.step("layers", layers::check)?;
    steps.step("format", format)?;
    steps.step("the page: packages and build", build_page)?;
    steps.step("the page: types, lint, unit tests", check_page)?;
    steps.step("clippy", clippy)?;
    steps.step("licences and bans", licences)
}

/// `cargo fmt --check`.
pub(crate) fn format() -> Outcome {
    run(cargo().args(["fmt", "--all", "--check"]))
}

/// Clippy over everything, warnings refused.
pub(crate) fn clippy() -> Outcome {
    run(cargo().args(["clippy", "--workspace", "--all-targets", "--quiet", "--", "-D", "warnings"]))
}

/// Installs the page's packages as locked and builds it: the window embeds the result.
pub(crate) fn build_page() -> Outcome {
    run(&mut npm(&["ci", "--no-audit", "--no-fund", "--loglevel=error"]))?;
    run(&mut npm(&["run", "--silent", "build"]))
}

/// Types, lint and unit tests of the page.
pub(crate) fn check_page() -> Outcome {
    run(&mut npm(&["run", "--silent", "check"]))?;
    run(&mut npm(&["run", "--silent", "lint"]))?;
    run(&mut npm(&["run", "--silent", "test"]))
}

/// `cargo deny` where it is installed. Its advisory database needs the network, so advisories are for a laptop.
pub(crate) fn licences() -> Outcome {
    if !succeeds(Command::new("cargo").args(["deny", "--version"])) {
        eprintln!("  not run: cargo-deny is not installed (`cargo install --locked cargo-deny`)");
        return Ok(());
    }
    run(cargo().args(["deny", "--offline", "check", "bans", "licenses", "sources"]))
}

/// Writes `ui/src/ipc/bindings.gen.ts`; a test fails when it is stale.
pub(crate) fn write_bindings() -> Outcome {
    run(cargo().env("EMEND_WRITE_BINDINGS", "1").args([
        "test",
        "--quiet",
        "--workspace",
        "--bin",
        "emend-desktop",
        "bindings_are_current",
    ]))
}
