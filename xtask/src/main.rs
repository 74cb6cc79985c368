//! Project chores as code: each is a door with a name, and CI opens the same doors as a laptop.

mod arm;
mod checks;
mod layers;
mod offline;
mod run;
mod steps;
mod system;
mod test;

use std::process::ExitCode;

const DOORS: &str = "\
cargo xtask run [FILE]    set up this machine, build, and open Emend (on a sample text, or on FILE)
cargo xtask test          set up this machine and run every test, the window tests included
cargo xtask check         format, lints, layers, licences, and the page's own checks
cargo xtask layers        who may use whom, checked over cargo metadata
cargo xtask arm           test the kernels for ARM, and the models on them, by emulation (Debian, Ubuntu)
cargo xtask bindings      write the page's TypeScript bindings from the Rust commands
cargo xtask setup         only install what building and testing need";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let rest: Vec<&str> = arguments.iter().skip(1).map(String::as_str).collect();
    let outcome = match arguments.first().map(String::as_str) {
        Some("run") => run::run(&rest),
        Some("test") => test::test(),
        Some("check") => checks::check(),
        Some("layers") => layers::check(),
        Some("arm") => arm::test(),
        Some("bindings") => checks::write_bindings(),
        Some("setup") => system::setup(system::Purpose::Test),
        None => {
            println!("{DOORS}");
            return ExitCode::SUCCESS;
        }
        Some(unknown) => {
            eprintln!("xtask: there is no door `{unknown}`\n{DOORS}");
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("xtask: {message}");
            ExitCode::FAILURE
        }
    }
}
