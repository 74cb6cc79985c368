//! Set up, build, and open the window.

use std::process::Command;

use crate::checks::build_page;
use crate::steps::{Outcome, Steps, cargo, run as shell, target};
use crate::system::{self, Purpose};

/// `cargo xtask run [FILE]`.
pub(crate) fn run(files: &[&str]) -> Outcome {
    let mut steps = Steps::new(4);
    steps.step("system packages", || system::setup(Purpose::Run))?;
    steps.step("the page", build_page)?;
    steps.step("the program (the first build takes some minutes)", || {
        // The whole workspace, so that the libraries are built with the same features as for the tests: once.
        shell(cargo().args(["build", "--workspace", "--bin", "emend", "--bin", "emend-desktop"]))
    })?;
    steps.step("Emend is open; close its window to end", || {
        let program = target().join("debug").join(format!("emend-desktop{}", std::env::consts::EXE_SUFFIX));
        shell(Command::new(program).args(files))
    })
}
