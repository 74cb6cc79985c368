//! Training runs on the real model with the real critics: they end as if nobody had killed them, touch nothing that is in
//! use, and are judged before anything of theirs is used.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};

use emend_harness::Profile;
use serde_json::{Value, json};

#[cfg(target_os = "linux")]
use crate::full_disk::limited;

/// A recipe of four short steps whose checkpoints come often.
const RECIPE: &str = r#"
name = "short"
about = "A few steps."
paper = "none"
steps = 4
batch = 2
pass = 8
checkpoint = 1

[adapter]
rank = 4
alpha = 8.0
targets = ["cross-attention"]

[schedule]
peak = 1e-3

[method]
kind = "rollouts"
parts = ["harmless", "meaning"]
mixing = { rule = "lagrange", constraints = [{ at-least = 0.9 }, { at-least = 0.7 }] }
kl = { fixed = 0.02 }
objective = { loss = "policy-gradient" }
draw = { samples = 2 }
"#;

const TEXTS: [&str; 4] = [
    "What a stupid idea, only an idiot would write such a report.",
    "The damn printer is broken again and nobody cares.",
    "Your plan is garbage, but the second half may work.",
    "Stop wasting my time with these silly questions.",
];

fn made() -> Profile {
    let profile = Profile::new();
    let rows: String = TEXTS.iter().map(|text| json!({ "src": text }).to_string() + "\n").collect();
    profile.file("texts.jsonl", rows);
    profile.file(
        "held-out.jsonl",
        "{\"src\": \"Only a fool would park there.\"}\n{\"src\": \"What an idiotic idea.\"}\n",
    );
    // The machine of the tests may run on its battery.
    profile.emend(&["train", "when", "--pauses", "off"], "").ok();
    profile.file("short.toml", RECIPE);
    profile
}

#[cfg(target_os = "linux")]
#[test]
fn a_disk_that_fills_up_ends_a_run_with_its_last_checkpoint() {
    let whole = made();
    whole.emend(&arguments(&whole).iter().map(String::as_str).collect::<Vec<_>>(), "").ok();

    let full = made();
    let owned = arguments(&full);
    let mut command = full.command(&owned.iter().map(String::as_str).collect::<Vec<_>>());
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap()).lines();
    let steps = out.by_ref().map_while(Result::ok).filter(|line| line.contains("\"type\":\"step\""));
    assert_eq!(steps.take(2).count(), 2);
    child.kill().unwrap();
    child.wait().unwrap();
    let run = full.home().join("runs/short-1");
    let before = fs::read(run.join("checkpoint.safetensors")).unwrap();

    // The metrics fit, another checkpoint does not.
    let room = u32::try_from(before.len() / 2048).unwrap();
    let ran = limited(&full, room, &["train", "resume", "short-1"], "");
    assert!(ran.code.is_some_and(|code| code != 0) && ran.err.contains("checkpoint"), "{}", ran.err);
    assert!(ran.err.contains("free space") && !ran.err.contains("panicked"), "{}", ran.err);
    assert!(fs::read(run.join("checkpoint.safetensors")).unwrap() == before, "the last good one stays");
    assert!(!run.join("checkpoint.new").exists() && !run.join("adapter").exists());

    full.emend(&["train", "resume", "short-1"], "").ok();
    assert!(matrices(&whole) == matrices(&full), "with room again it ends as if nothing had happened");
}

#[test]
fn a_comparison_that_is_interrupted_changes_nothing_and_can_be_made_again() {
    let profile = made();
    profile.emend(&arguments(&profile).iter().map(String::as_str).collect::<Vec<_>>(), "").ok();
    let many: String = (0..400)
        .map(|n| json!({ "src": format!("{} This is {n}.", TEXTS[n % 4]) }).to_string() + "\n")
        .collect();
    let many = profile.file("many.jsonl", many);
    let judge =
        ["train", "judge", "short-1", "--use", "--measure", "400", "--intent", "appropriate", "--held-out"];
    let mut child = profile.command(&judge).arg(&many).stderr(Stdio::piped()).spawn().unwrap();
    while !listens_to_interrupts(&child) {
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130));
    let listed = profile.emend(&["adapters", "list", "--json"], "").ok().json();
    assert_eq!(
        (listed["in_use"]["all"].clone(), listed["adapters"].as_array().unwrap().len()),
        (Value::Null, 0)
    );
    let few = profile.path("held-out.jsonl");
    let again = [
        "train",
        "judge",
        "short-1",
        "--json",
        "--for",
        "appropriate",
        "--intent",
        "appropriate",
        "--held-out",
    ];
    let tried = emend_harness::run(
        {
            let mut command = profile.command(&again);
            command.arg(few);
            command
        },
        b"",
    )
    .ok()
    .json();
    assert_eq!(tried["report"]["verdict"], "not_promoted");
    profile.emend(&["train", "judge", "short-1", "--for", "sonnets"], "").refused("intent");
}

/// Whether a process has said what it does at Ctrl-C; before that the signal just ends it.
fn listens_to_interrupts(child: &Child) -> bool {
    let status = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
    let caught = status.lines().find_map(|line| line.strip_prefix("SigCgt:")).unwrap();
    u64::from_str_radix(caught.trim(), 16).unwrap() & 2 != 0
}

#[test]
fn when_to_learn_is_chosen_and_a_run_begins_only_when_it_is_time() {
    let profile = Profile::new();
    let chosen = profile.emend(&["train", "when", "--json"], "").ok().json();
    assert_eq!(chosen, json!({ "pauses": true, "when_idle": false, "grades_when_idle": false }));
    let chosen =
        profile.emend(&["train", "when", "--pauses", "off", "--grades", "on", "--json"], "").ok().json();
    assert_eq!(chosen, json!({ "pauses": false, "when_idle": false, "grades_when_idle": true }));
    assert_eq!(profile.emend(&["train", "when", "--json"], "").ok().json(), chosen);
    let due = profile.emend(&["train", "due", "--json"], "").ok().json();
    assert_eq!(
        (due["type"].as_str(), due["reason"].as_str()),
        (Some("not_due"), Some("50 more decisions are needed"))
    );
}

fn arguments(profile: &Profile) -> Vec<String> {
    let (recipe, texts) = (profile.path("short.toml"), profile.path("texts.jsonl"));
    let (recipe, texts) = (recipe.to_str().unwrap(), texts.to_str().unwrap());
    ["train", "run", "--json", "--recipe", recipe, "--texts", texts, "--intent", "appropriate"]
        .map(str::to_owned)
        .into()
}

fn matrices(profile: &Profile) -> Vec<u8> {
    fs::read(profile.home().join("runs/short-1/adapter/adapter_model.safetensors")).unwrap()
}

fn lines(out: &str) -> Vec<Value> {
    out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn a_killed_run_ends_as_if_it_had_not_been_killed() {
    let whole = made();
    let ran = whole.emend(&arguments(&whole).iter().map(String::as_str).collect::<Vec<_>>(), "").ok();
    let told = lines(&ran.out);
    assert_eq!(told[0]["type"], "begun");
    assert_eq!(told.iter().filter(|line| line["type"] == "step").count(), 4);
    assert!(told[1]["metrics"]["reward/harmless"].as_f64().unwrap() > 0.0);
    assert_eq!(told[5]["type"], "finished");

    let killed = made();
    let owned = arguments(&killed);
    let mut command = killed.command(&owned.iter().map(String::as_str).collect::<Vec<_>>());
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap()).lines();
    // Killed while it makes the third step, or just after.
    assert!(
        out.by_ref().map_while(Result::ok).filter(|line| line.contains("\"type\":\"step\"")).nth(1).is_some()
    );
    child.kill().unwrap();
    child.wait().unwrap();
    if !killed.home().join("runs/short-1/adapter").exists() {
        let resumed = killed.emend(&["train", "resume", "short-1", "--json"], "").ok();
        let steps: Vec<u64> = lines(&resumed.out).iter().filter_map(|line| line["step"].as_u64()).collect();
        assert_eq!(steps.last(), Some(&4));
    }
    assert!(matrices(&whole) == matrices(&killed), "bit for bit");
    let listed = killed.emend(&["train", "list", "--json"], "").ok().json();
    assert_eq!(listed[0]["finished"], true);
    let metrics = fs::read_to_string(killed.home().join("runs/short-1/metrics.jsonl")).unwrap();
    let steps: Vec<u64> = lines(&metrics).iter().filter_map(|line| line["step"].as_u64()).collect();
    assert_eq!(steps, [1, 2, 3, 4], "each step once");
}

/// A recipe of four short steps that learns from preferences.
const PAIRS: &str = r#"
name = "pairs"
about = "A few steps."
paper = "none"
steps = 4
batch = 4
checkpoint = 1

[adapter]
rank = 4
alpha = 8.0
targets = ["cross-attention"]

[schedule]
peak = 1e-3

[method]
kind = "pairs"
objective = { loss = "dpo", beta = 0.1 }
"#;

/// A profile with sixty preferences from elsewhere.
fn preferring() -> Profile {
    let profile = made();
    let row = |n: usize| {
        let text = |verb: &str| format!("On day {n} they {verb} the key in the garden of house {}.", 7 * n);
        json!({
            "prompt": format!("Fix the grammar: {}", text("finded")), "chosen": text("found"), "rejected": text("finded"),
        })
    };
    let rows: String = (0..60).map(|n| row(n).to_string() + "\n").collect();
    let file = profile.file("preferences.jsonl", rows);
    profile.emend(&["feedback", "import", "--format", "trl-dpo", file.to_str().unwrap()], "").ok();
    profile.file("pairs.toml", PAIRS);
    profile
}

#[test]
fn a_run_looks_at_held_out_decisions_which_changes_nothing_of_what_is_learned() {
    let adapter = |profile: &Profile| {
        fs::read(profile.home().join("runs/pairs-1/adapter/adapter_model.safetensors")).unwrap()
    };
    let steps = |profile: &Profile| {
        let metrics = fs::read_to_string(profile.home().join("runs/pairs-1/metrics.jsonl")).unwrap();
        let share = |line: &Value| line["metrics"].get("held-out").and_then(Value::as_f64);
        lines(&metrics).iter().map(share).collect::<Vec<_>>()
    };
    let whole = preferring();
    let known = whole.emend(&["train", "overview", "--json"], "").ok().json();
    assert_eq!(
        (known["decided"].as_u64(), known["imported"].as_u64(), known["missing"].as_u64()),
        (Some(0), Some(60), Some(0))
    );
    let recipe = whole.path("pairs.toml");
    let run = ["train", "run", "--json", "--recipe", recipe.to_str().unwrap()];
    let told = lines(&whole.emend(&run, "").ok().out);
    let looked = steps(&whole);
    assert_eq!(told[1]["metrics"]["held-out"].as_f64(), looked[0], "what is told is what is kept");
    assert!(looked.len() == 4 && looked[0].is_some() && looked[3].is_some(), "{looked:?}");
    assert!(looked.iter().flatten().all(|share| (0.0..=1.0).contains(share)), "{looked:?}");
    let texts = fs::read_to_string(whole.home().join("runs/pairs-1/texts.jsonl")).unwrap();
    let learned = lines(&texts).len();
    assert!(learned > 0 && learned < 60, "{learned} of 60 are learned from");

    // A run that was stopped looks at other steps.
    let stopped = preferring();
    let recipe = stopped.path("pairs.toml");
    let run = ["train", "run", "--json", "--recipe", recipe.to_str().unwrap()];
    let mut child = stopped.command(&run).stdout(Stdio::piped()).spawn().unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap()).lines();
    let first = out.by_ref().map_while(Result::ok).find(|line| line.contains("\"type\":\"step\""));
    assert!(first.is_some());
    child.kill().unwrap();
    child.wait().unwrap();
    if !stopped.home().join("runs/pairs-1/adapter").exists() {
        stopped.emend(&["train", "resume", "pairs-1", "--json"], "").ok();
    }
    assert!(adapter(&whole) == adapter(&stopped), "bit for bit");
    assert_eq!(steps(&stopped)[3], looked[3]);
}

#[test]
fn what_was_learned_is_not_used_without_evidence() {
    let profile = made();
    profile.emend(&arguments(&profile).iter().map(String::as_str).collect::<Vec<_>>(), "").ok();
    let (texts, learned) = (profile.path("held-out.jsonl"), profile.path("texts.jsonl"));
    let texts = texts.to_str().unwrap();
    let seen =
        ["train", "judge", "short-1", "--intent", "appropriate", "--held-out", learned.to_str().unwrap()];
    profile.emend(&seen, "").refused("did not learn from");
    let judged = [
        "train",
        "judge",
        "short-1",
        "--json",
        "--use",
        "--held-out",
        texts,
        "--clean",
        texts,
        "--intent",
        "appropriate",
    ];
    let tried = profile.emend(&judged, "").ok().json();
    assert_eq!(tried["report"]["verdict"], "not_promoted");
    assert_eq!(tried["used_as"], Value::Null);
    let listed = profile.emend(&["adapters", "list", "--json"], "").ok().json();
    assert_eq!(listed["in_use"]["all"], Value::Null);

    let made = profile.home().join("runs/short-1/adapter");
    let import = ["adapters", "import", made.to_str().unwrap(), "--name"];
    for name in ["short-1", "other"] {
        profile.emend(&[&import[..], &[name]].concat(), "").ok();
    }
    let show =
        |name: &str| profile.emend(&["adapters", "show", name, "--json"], "").ok().json()["test"].clone();
    assert_eq!(show("short-1"), tried["report"], "what was said stays");
    assert_eq!(show("other"), Value::Null);

    profile.emend(&["train", "delete", "../adapters"], "").refused("the run");
    profile.emend(&["train", "delete", "short-1"], "").ok();
    assert!(!profile.home().join("runs/short-1").exists(), "its texts are gone with it");
    profile.emend(&["train", "delete", "short-1"], "").refused("the run");
    assert_eq!(profile.emend(&["train", "list", "--json"], "").ok().json(), json!([]));
    let listed = profile.emend(&["adapters", "list", "--json"], "").ok().json();
    assert_eq!(listed["adapters"].as_array().unwrap().len(), 2, "adapters stay");
    profile.emend(&arguments(&profile).iter().map(String::as_str).collect::<Vec<_>>(), "").ok();
    assert!(profile.home().join("runs/short-2").exists(), "its name is still that of its adapter");
}

#[test]
fn runs_that_cannot_be_are_refused_in_words() {
    let profile = made();
    profile.emend(&["train", "run", "--recipe", "unheard-of"], "").refused("rloo-constrained");
    profile.emend(&["train", "run", "--recipe", "prefer-dpo"], "").refused("50");
    profile.emend(&["train", "resume", "../elsewhere"], "").refused("run");
    profile.emend(&["train", "judge", "short-9"], "").refused("finished");
    let texts = profile.path("texts.jsonl");
    let wrong = profile.file("wrong.toml", RECIPE.replace("\"harmless\"", "\"luck\""));
    let (wrong, texts) = (wrong.to_str().unwrap(), texts.to_str().unwrap());
    profile.emend(&["train", "run", "--recipe", wrong, "--texts", texts], "").refused("luck");
}
