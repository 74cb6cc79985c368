//! Set up, build, and open the window.

use std::process::Command;

use crate::checks::build_page;
use crate::steps::{Outcome, Steps, cargo, run as shell};
use crate::system::{self, Purpose};

/// `cargo xtask run [FILE]`.
pub(crate) fn run(files: &[&str]) -> Outcome {
    let mut steps = Steps::new(4);
    steps.step("system packages", || system::setup(Purpose::Run))?;
    steps.step("the page", build_page)?;
    steps.step("the program (the first build takes some minutes)", || {
        shell(cargo().args(["build", "-p", "emend-desktop", "-p", "emend-cli"]))
    })?;
    steps.step("Emend is open; close its window to end", || {
        let mut window: Command = cargo();
        shell(window.args(["run", "--quiet", "-p", "emend-desktop", "--"]).args(files))
    })
}
