//! What critics say about rewrites and texts, from the command line.

use std::path::Path;

use emend_harness::Profile;
use serde_json::{Value, json};

/// Critics that need neither model nor rules.
const FREE: [&str; 8] =
    ["protected", "numbers", "negation", "words", "length", "edit_budget", "repetition", "readability"];

/// The tiny random critic of the parity tests, installed in the profile; its numbers mean nothing, its files are real.
fn install_critic(profile: &Profile) {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("parity/golden");
    let models = profile.home().join("models");
    std::fs::create_dir_all(models.join("critic")).unwrap();
    for name in ["critic.toml", "critic/critic.json", "critic/tokenizer.json", "critic/model.safetensors"] {
        std::fs::copy(golden.join(name), models.join(name)).unwrap();
    }
}

/// Scores rows; the output's rows and what was printed.
fn scored(profile: &Profile, rows: &[Value], more: &[&str]) -> (Vec<Value>, Value) {
    let lines: Vec<String> = rows.iter().map(ToString::to_string).collect();
    let input = profile.file("rows.jsonl", lines.join("\n"));
    let output = profile.path("out.jsonl");
    let mut arguments =
        vec!["score", "--json", "--input", input.to_str().unwrap(), "--output", output.to_str().unwrap()];
    arguments.extend(more);
    let printed = profile.emend(&arguments, "").ok().json();
    let written = std::fs::read_to_string(output).unwrap();
    (written.lines().map(|line| serde_json::from_str(line).unwrap()).collect(), printed)
}

#[test]
fn every_rewrite_gets_numbers_and_reasons() {
    let profile = Profile::new();
    let rows = [
        json!({"id": "good", "src": "We was 40 people.", "hyp": "We were 40 people."}),
        json!({"id": 7, "src": "We did not go there at 9.", "hyp": "We went there at 10."}),
        json!({"id": "no rewrite", "src": "We went."}),
        json!({"id": "long", "src": "Stop it.", "hyp": "Stop it now, all of you, wherever you may be and whatever you do.", "intent": "shorter"}),
    ];
    let (out, printed) = scored(&profile, &rows, &[]);
    let ids: Vec<&Value> = out.iter().map(|row| &row["id"]).collect();
    assert_eq!(ids, [&rows[0]["id"], &rows[1]["id"], &rows[2]["id"], &rows[3]["id"]]);
    for critic in FREE.into_iter().chain(["lints"]) {
        let score = out[0]["scores"][critic].as_f64().unwrap_or_else(|| panic!("{critic}: {}", out[0]));
        assert!(score > 0.99, "{critic}: {}", out[0]);
    }
    assert_eq!(out[1]["scores"]["negation"], 0.0);
    assert_eq!(out[1]["scores"]["numbers"], 0.0);
    assert!(out[1]["reasons"]["numbers"].as_str().unwrap().contains("10"), "{}", out[1]);
    assert!(out[2]["error"]["message"].as_str().unwrap().contains("hyp"), "{}", out[2]);
    assert!(out[3]["scores"]["length"].as_f64().unwrap() < 0.5, "{}", out[3]);
    assert_eq!((printed["rows"].as_u64(), printed["failed"].as_u64()), (Some(4), Some(1)));
}

#[test]
fn the_critic_model_adds_its_own() {
    let profile = Profile::new();
    install_critic(&profile);
    let row = json!({"src": "We was late.", "hyp": "We were late."});
    let (out, printed) = scored(&profile, &[row.clone(), row], &["--goal", "friendlier, keep the meaning"]);
    assert_eq!(printed["model"], "Tiny random critic");
    assert_eq!(printed["goal"], json!(["more friendly", "keep the meaning"]));
    for critic in ["harmless", "politeness", "formality", "fluency", "clean", "meaning", "appropriate"] {
        let score = out[0]["scores"][critic].as_f64().unwrap_or_else(|| panic!("{critic}: {}", out[0]));
        assert!((0.0..=1.0).contains(&score), "{critic}: {score}");
    }
    assert_eq!(out[0]["goal"]["goals"][0]["goal"], "more friendly");
    assert_eq!(out[0]["scores"], out[1]["scores"], "the same pair gets the same numbers");
}

#[test]
fn a_goal_ranks_and_vetoes() {
    let profile = Profile::new();
    let rows = [
        json!({"src": "The gate was opened by 40 people.", "hyp": "Forty people opened the gate."}),
        json!({"src": "The gate was opened by 40 people.", "hyp": "The gate was opened by 50 people."}),
    ];
    let (out, _) = scored(&profile, &rows, &["--goal", "no passive, keep every number, under 10 words"]);
    assert_eq!(out[0]["goal"]["score"], 1.0);
    assert_eq!(out[1]["goal"]["score"], 0.0);
    let vetoed: Vec<bool> =
        out[1]["goal"]["goals"].as_array().unwrap().iter().map(|goal| goal["vetoed"] == true).collect();
    assert_eq!(vetoed, [true, true, false], "{}", out[1]);
}

#[test]
fn wishes_that_cannot_be_met_get_a_sentence_and_leave_no_file() {
    let profile = Profile::new();
    let input = profile.file("rows.jsonl", "{\"src\": \"a\", \"hyp\": \"b\"}\n");
    let output = profile.path("out.jsonl");
    let input = input.to_str().unwrap();
    let score = |goal: &str| {
        profile.emend(&["score", "--input", input, "--output", output.to_str().unwrap(), "--goal", goal], "")
    };
    let ran = score("no passive, sing it").refused("\u{201c}sing it\u{201d} at 12..19");
    assert!(ran.err.contains("you can say"), "{}", ran.err);
    assert!(!output.exists());
    profile.emend(&["score", "--input", input, "--output", input], "").refused("another file");
    profile
        .emend(&["score", "--input", "no-such.jsonl", "--output", output.to_str().unwrap()], "")
        .refused("no-such.jsonl");
}

#[test]
fn a_damaged_critic_is_named() {
    let profile = Profile::new();
    install_critic(&profile);
    std::fs::write(
        profile.home().join("models/critic/model.safetensors"),
        b"\xff\xff\xff\xff\xff\xff\xff\x7f{}",
    )
    .unwrap();
    profile.emend(&["diagnose"], "A text.").refused("model.safetensors");
}

#[test]
fn a_diagnosis_points_and_says_why() {
    let profile = Profile::new();
    install_critic(&profile);
    let text = "# The tram\n\nCaf\u{e9}s pay for it. Only a moron would build it, end of story.\n";
    let found = profile.emend(&["diagnose", "--json"], text).ok().json();
    let findings = found["findings"].as_array().unwrap();
    let at = |finding: &Value| {
        let place = |name: &str| usize::try_from(finding[name].as_u64().unwrap()).unwrap();
        text[place("start")..place("end")].to_owned()
    };
    for (words, reason, group) in [
        ("moron", "excessive_intensity", "toxic_emotions"),
        ("end of story", "missing_openness", "missing_commitment"),
    ] {
        let hit = findings.iter().find(|finding| at(finding) == words && finding["reason"] == reason);
        let hit = hit.unwrap_or_else(|| panic!("{words}: {findings:?}"));
        assert_eq!(hit["group"], group);
        assert!(!hit["message"].as_str().unwrap().is_empty());
    }
    assert!(found["appropriate"].as_f64().unwrap() < 0.5, "{found}");
    assert_eq!(found["repair"], Value::Null);

    let shown = profile.emend(&["diagnose"], text).ok().out;
    assert!(shown.contains("3:26 Excessive intensity: \u{201c}moron\u{201d}"), "{shown}");
}

#[test]
fn a_repair_is_edits_that_make_the_text() {
    let profile = Profile::new();
    let text = "Where is my damn parcel, you stupid idiot? I ordered it on 3 May.\n";
    let repair = &profile.emend(&["diagnose", "--json", "--repair"], text).ok().json()["repair"];
    let mut rewritten = text.to_owned();
    for edit in repair["edits"].as_array().unwrap().iter().rev() {
        let place = |name: &str| usize::try_from(edit[name].as_u64().unwrap()).unwrap();
        rewritten.replace_range(place("start")..place("end"), edit["replacement"].as_str().unwrap());
    }
    assert_eq!(rewritten, repair["text"].as_str().unwrap());
    assert!(rewritten.contains("3 May"), "{rewritten}");
    let nothing = profile.emend(&["diagnose", "--json", "--repair"], "The parcel is on its way.").ok().json();
    if nothing["findings"].as_array().unwrap().is_empty() {
        assert_eq!(nothing["repair"], Value::Null);
    }
}

#[test]
fn another_language_is_no_bad_english() {
    let profile = Profile::new();
    let german = "Ich habe gestern das Buch gelesen und es hat mir sehr gut gefallen.";
    let found = profile.emend(&["diagnose", "--json"], german).ok().json();
    assert!(found["appropriate"].is_null() && found["findings"].as_array().unwrap().is_empty(), "{found}");
    assert!(found["reason"].as_str().unwrap().contains("not in English"), "{found}");
}

#[test]
fn a_file_without_one_good_row_is_a_failure_and_usage_errors_are_json_too() {
    let profile = Profile::new();
    let (input, output) = (profile.file("in.jsonl", "{\"src\": 1}\n{}\n"), profile.path("out.jsonl"));
    for command in ["score", "batch"] {
        let arguments =
            [command, "--json", "--input", input.to_str().unwrap(), "--output", output.to_str().unwrap()];
        let ran = profile.emend(&arguments, "");
        assert_eq!((ran.code, &ran.json()["failed"]), (Some(1), &2.into()), "{command}");
        std::fs::remove_file(&output).unwrap();
    }
    let ran = profile.emend(&["rewrite", "--json", "--no-such-flag"], "");
    let said: Value = serde_json::from_str(&ran.err).unwrap();
    assert_eq!((ran.code, &said["error"]["code"]), (Some(2), &"usage".into()));
    assert!(said["error"]["message"].as_str().unwrap().contains("--no-such-flag"), "{said}");
}

/// A classifier that somebody downloaded takes part in *meaning*, and while it does, what was fitted without it is not used.
#[test]
fn a_downloaded_judge_is_taken_in_used_and_taken_out() {
    let golden = |name: &str| Path::new(env!("CARGO_MANIFEST_DIR")).join("parity/golden").join(name);
    let profile = Profile::new();
    let rows =
        [json!({"src": "The rain is over. We rest.", "hyp": "The rain is over. We rest in the shade."})];
    let meaning = || scored(&profile, &rows, &[]).0[0]["scores"]["meaning"].as_f64().unwrap();
    let confidence = || {
        let found = profile.emend(&["rewrite", "--tier", "small", "--json"], "We was late.").ok().json();
        found["confidence"].clone()
    };
    let (before, sure) = (meaning(), confidence());
    assert!(sure.is_f64(), "the starter is calibrated");
    let listed = || profile.emend(&["critics", "list", "--json"], "").ok().json();
    assert!(listed().as_array().unwrap().iter().all(|row| row["downloaded"].is_null()));

    let folder = golden("deberta-v2-entailment");
    let add = ["critics", "add", folder.to_str().unwrap(), "--as", "entailment"];
    let added = profile.emend(&add, "").ok();
    assert!(added.out.contains("judges entailment by its label entailment"), "{}", added.out);
    assert!(added.err.contains("without a confidence until `emend calibrate`"), "{}", added.err);
    let entailment = listed().as_array().unwrap().iter().find(|row| row["judges"] == "entailment").cloned();
    assert_eq!(entailment.unwrap()["downloaded"], "Tiny entailment classifier");
    assert!(meaning() < before - 1e-3, "a random network does not think that it follows");
    assert!(confidence().is_null(), "what was fitted beside other judges is not used");
    let known = profile.emend(&["calibrate", "--show", "--json"], "").ok().json();
    let problem = known["problems"][0].as_str().unwrap();
    assert!(problem.contains("fitted beside the critic"), "{known}");

    profile.emend(&add, "").refused("emend critics remove entailment");
    profile.emend(&["critics", "add", "no/such/folder", "--as", "toxicity"], "").refused("no/such/folder");
    let classifier = golden("bert-classifier");
    let polite = ["critics", "add", classifier.to_str().unwrap(), "--as", "politeness"];
    profile.emend(&polite, "").refused("Toxic, insult");

    // Its file is damaged: told by name, and never the end of a rewrite.
    let weights = profile.home().join("critics/entailment/model.safetensors");
    let whole = std::fs::read(&weights).unwrap();
    std::fs::write(&weights, &whole[..whole.len() / 2]).unwrap();
    let rows = profile.path("rows.jsonl");
    let output = profile.path("out.jsonl");
    let score = ["score", "--input", rows.to_str().unwrap(), "--output", output.to_str().unwrap()];
    profile.emend(&score, "").refused("critics/entailment/model.safetensors");
    assert!(confidence().is_null());

    profile.emend(&["critics", "remove", "entailment"], "").ok();
    assert_eq!((meaning(), confidence()), (before, sure), "as it was");
    assert!(!profile.home().join("critics/entailment").exists());
    assert!(
        profile.emend(&["critics", "remove", "entailment"], "").ok().out.contains("nothing was downloaded")
    );
}
