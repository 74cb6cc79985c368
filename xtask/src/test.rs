//! Everything that must hold, from nothing: this is what CI runs.

use crate::checks;
use crate::layers;
use crate::offline;
use crate::steps::{Outcome, Steps, cargo, run};
use crate::system::{self, Purpose};

/// `cargo xtask test`.
pub(crate) fn test() -> Outcome {
    let mut steps = Steps::new(9);
    steps.step("system packages", || system::setup(Purpose::Test))?;
    steps.step("layers", layers::check)?;
    steps.step("format", checks::format)?;
    steps.step("the page: packages and build", checks::build_page)?;
    steps.step("the page: types, lint, unit tests", checks::check_page)?;
    steps.step("the programs that the tests drive", build_programs)?;
    steps.step("Rust tests, the window tests among them", rust_tests)?;
    steps.step("the promises once more with no network", offline::test)?;
    steps.step("clippy, licences and bans", || checks::clippy().and_then(|()| checks::licences()))
}

fn build_programs() -> Outcome {
    run(cargo().args(["build", "--workspace", "--all-targets"]))
}

fn rust_tests() -> Outcome {
    // One thread a model: two spinning pools on two cores are slower than one thread each.
    run(cargo().env("CANDLE_NUM_THREADS", "1").env("RAYON_NUM_THREADS", "1").args(["test", "--workspace"]))
}
