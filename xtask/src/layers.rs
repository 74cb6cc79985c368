//! Layers point one way. The table says which of our crates each may use; anything else is an error, and so is a
//! crate that the table does not know. Ordinary and build dependencies are read: tests may use more.

use serde_json::Value;

use crate::steps::{Outcome, cargo};

/// Crate, and those of ours that it may use.
const MAY_USE: &[(&str, &[&str])] = &[
    ("emend-text", &[]),
    ("emend-kernels", &[]),
    ("emend-decode", &["emend-kernels"]),
    ("emend-models", &["emend-decode", "emend-kernels"]),
    ("emend-lint", &["emend-text"]),
    ("emend-llama", &["emend-decode"]),
    ("emend-critics", &["emend-text", "emend-models", "emend-lint"]),
    ("emend-engine", &["emend-text", "emend-decode", "emend-models", "emend-critics"]),
    ("emend-net", &["emend-text", "emend-decode", "emend-engine"]),
    ("emend-learn", &["emend-decode", "emend-models", "emend-text"]),
    ("emend-store", &["emend-text"]),
    (
        "emend-app",
        &[
            "emend-text",
            "emend-decode",
            "emend-models",
            "emend-lint",
            "emend-critics",
            "emend-engine",
            "emend-llama",
            "emend-net",
            "emend-eval",
            "emend-learn",
            "emend-store",
        ],
    ),
    (
        "emend-bench",
        &[
            "emend-text",
            "emend-decode",
            "emend-models",
            "emend-engine",
            "emend-learn",
            "emend-llama",
            "emend-eval",
        ],
    ),
    ("emend-eval", &["emend-text"]),
    ("emend-cli", &["emend-text", "emend-app", "emend-bench", "emend-eval"]),
    ("emend-desktop", &["emend-text", "emend-app"]),
    ("emend-tests", &[]),
    ("xtask", &[]),
];

/// Crates of others that only one door may open: what, who, and why.
const ONLY_IN: &[(&str, &[&str], &str)] = &[
    ("sqlx", &["emend-store"], "only the store knows SQL"),
    ("tauri", &["emend-desktop"], "only the window knows Tauri"),
    ("tauri-specta", &["emend-desktop"], "only the window knows Tauri"),
    ("tauri-plugin-dialog", &["emend-desktop"], "only the window opens dialogs"),
    (
        "candle-core",
        &["emend-models", "emend-learn", "emend-bench"],
        "only the models know tensors; what learns needs gradients, the bench runs a peer",
    ),
    ("candle-transformers", &["emend-models", "emend-bench"], "downloaded judges; the peer in the benchmark"),
    ("llama-cpp-2", &["emend-llama"], "llama.cpp runs in a child process"),
    ("harper-core", &["emend-lint"], "grammar rules stay behind our own types"),
    ("directories", &["emend-app"], "only the application knows the profile folder"),
    ("clap", &["emend-cli"], "only the command line reads arguments"),
    ("reqwest", &["emend-net"], "only one crate opens sockets"),
    ("hyper", &["emend-net"], "only one crate opens sockets"),
];

/// Checks both tables over `cargo metadata`.
pub(crate) fn check() -> Outcome {
    let output = cargo()
        .args(["metadata", "--format-version", "1", "--no-deps"])
        .output()
        .map_err(|error| format!("cargo metadata could not be started: {error}"))?;
    let metadata: Value = serde_json::from_slice(&output.stdout)
        .map_err(|error| format!("cargo metadata printed something unreadable: {error}"))?;
    let problems = problems(&metadata);
    if problems.is_empty() {
        eprintln!("  {} crates, every edge points down", MAY_USE.len());
        Ok(())
    } else {
        Err(problems.join("\n  "))
    }
}

fn problems(metadata: &Value) -> Vec<String> {
    let mut problems = Vec::new();
    for package in metadata["packages"].as_array().into_iter().flatten() {
        let name = package["name"].as_str().unwrap_or_default();
        let Some((_, allowed)) = MAY_USE.iter().find(|(known, _)| *known == name) else {
            problems.push(format!("`{name}` is not in the layer table of xtask/src/layers.rs"));
            continue;
        };
        for dependency in package["dependencies"].as_array().into_iter().flatten() {
            if dependency["kind"] == "dev" {
                continue;
            }
            let used = dependency["name"].as_str().unwrap_or_default();
            if MAY_USE.iter().any(|(known, _)| *known == used) && !allowed.contains(&used) {
                problems.push(format!("`{name}` must not use `{used}`"));
            }
            for (foreign, doors, reason) in ONLY_IN {
                if used == *foreign && !doors.contains(&name) {
                    problems.push(format!("`{name}` must not use `{used}`: {reason}"));
                }
            }
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metadata(name: &str, dependency: &str, kind: Value) -> Value {
        serde_json::json!({"packages": [{"name": name, "dependencies": [{"name": dependency, "kind": kind}]}]})
    }

    #[test]
    fn an_edge_that_points_up_is_named() {
        let found = problems(&metadata("emend-text", "emend-models", Value::Null));
        assert_eq!(found, ["`emend-text` must not use `emend-models`"]);
    }

    #[test]
    fn a_second_door_to_the_database_is_named() {
        let found = problems(&metadata("emend-app", "sqlx", Value::Null));
        assert_eq!(found, ["`emend-app` must not use `sqlx`: only the store knows SQL"]);
    }

    #[test]
    fn tests_may_use_more() {
        assert!(problems(&metadata("emend-text", "emend-models", "dev".into())).is_empty());
    }

    #[test]
    fn an_unknown_crate_is_named() {
        assert_eq!(problems(&metadata("emend-new", "serde", Value::Null)).len(), 1);
    }
}
