//! The worker as a process among others: what it answers, and what happens when it is killed, hangs, or is given
//! a broken file. The worker is this very binary, so `main` is ours and runs the tests one after the other (they
//! count the children of this process, which Linux shows in `/proc`).

#![allow(clippy::unwrap_used, clippy::expect_used)]

#[cfg(target_os = "linux")]
mod suite;

#[cfg(target_os = "linux")]
fn main() -> std::process::ExitCode {
    emend_llama::worker_main(std::env::args_os().skip(1));
    suite::run()
}

#[cfg(not(target_os = "linux"))]
fn main() {}
