//! The acceptance tests once more in a network namespace that has nothing but loopback: offline is proved, not said.

use std::process::Command;

use serde_json::Value;

use crate::steps::{Outcome, cargo, run, succeeds};
use crate::system::is_root;

/// Runs the acceptance tests without a network, or says that it could not.
pub(crate) fn test() -> Outcome {
    let root = is_root();
    if !succeeds(&mut without_network(root, "true")) {
        eprintln!("  not run: this system allows no network namespace (`unshare --net` failed)");
        return Ok(());
    }
    let binary = acceptance_binary()?;
    // Whoever is root only inside of a namespace cannot become somebody else there, which that one test does.
    let skip = if root { "" } else { " --skip a_read_only_profile" };
    run(without_network(root, &format!("exec '{binary}' --test-threads 2{skip}"))
        .env("CANDLE_NUM_THREADS", "1")
        .current_dir(crate::steps::root().join("tests")))
}

fn without_network(root: bool, shell: &str) -> Command {
    let mut command = Command::new("unshare");
    command.arg("--net");
    if !root {
        command.arg("--map-root-user");
    }
    command.args(["sh", "-c"]).arg(format!("ip link set lo up && {shell}"));
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
