//! The acceptance tests once more in a network namespace that has nothing but loopback: offline is proved, not said.

use std::process::Command;

use serde_json::Value;

use crate::steps::{Outcome, cargo, run, succeeds};

/// Runs the acceptance tests without a network, or says that it could not.
pub(crate) fn test() -> Outcome {
    if !succeeds(&mut without_network("true")) {
        eprintln!("  not run: this system allows no network namespace (`unshare --net` failed)");
        return Ok(());
    }
    let binary = acceptance_binary()?;
    run(without_network(&format!("exec '{binary}' --test-threads 2"))
        .env("CANDLE_NUM_THREADS", "1")
        .current_dir(crate::steps::root().join("tests")))
}

fn without_network(shell: &str) -> Command {
    let mut command = Command::new("unshare");
    command.args(["--net", "--map-root-user", "sh", "-c"]).arg(format!("ip link set lo up && {shell}"));
    command
}

fn acceptance_binary() -> Result<String, String> {
    let output = cargo()
        .args([
            "test",
            "--no-run",
            "--quiet",
            "--workspace",
            "--test",
            "acceptance",
            "--message-format",
            "json",
        ])
        .output()
        .map_err(|error| format!("cargo could not be started: {error}"))?;
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter(|message| message["target"]["name"] == "acceptance")
        .find_map(|message| message["executable"].as_str().map(str::to_owned))
        .ok_or_else(|| "the acceptance tests were not built".to_owned())
}
