//! The kernels for ARM on a machine that has none: their tests, and those of the models that stand on them, by emulation.

use std::process::Command;

use crate::steps::{Outcome, Steps, cargo, run};
use crate::system;

const TARGET: &str = "aarch64-unknown-linux-gnu";

/// Texts on which guided decoding is compared with plain: emulated, a text takes seconds.
const TEXTS: &str = "40";

/// `cargo xtask arm`.
pub(crate) fn test() -> Outcome {
    let mut steps = Steps::new(4);
    steps.step("an emulator, a linker and the target", || {
        system::install(&["qemu-user", "gcc-aarch64-linux-gnu", "g++-aarch64-linux-gnu"])?;
        run(Command::new("rustup").args(["target", "add", TARGET]))
    })?;
    // The model of the threads' meeting tries every order; which processor it is tried on makes no difference.
    steps.step("kernels", || {
        emulated(&["-p", "emend-kernels", "--lib", "--", "--skip", "threads::team::model"])
    })?;
    steps.step("models against the reference", || {
        emulated(&["-p", "emend-models", "--test", "parity", "--test", "readings", "--test", "critic"])
    })?;
    steps.step("guided decoding against plain", || {
        emulated(&["-p", "emend-models", "--test", "input_guided", "guided_greedy_is_greedy_for_many_texts"])
    })
}

fn emulated(arguments: &[&str]) -> Outcome {
    run(cargo()
        .args(["test", "--target", TARGET])
        .args(arguments)
        .env("CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER", "aarch64-linux-gnu-gcc")
        .env("CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_RUNNER", "qemu-aarch64 -L /usr/aarch64-linux-gnu")
        .env("CC_aarch64_unknown_linux_gnu", "aarch64-linux-gnu-gcc")
        .env("CXX_aarch64_unknown_linux_gnu", "aarch64-linux-gnu-g++")
        .env("EMEND_TEXTS", TEXTS)
        .env("RAYON_NUM_THREADS", "1"))
}
