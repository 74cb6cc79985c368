//! Measuring rewrites: from files, by the application itself, and what is refused.

use emend_harness::Profile;
use serde_json::{Value, json};

const TEXTS: [(&str, &str); 4] = [
    ("I has been thinking about the meeting.", "I have been thinking about the meeting."),
    ("They was late again.", "They were late again."),
    ("Thank you for you're help.", "Thank you for your help."),
    ("The garden is quiet in the morning.", "The garden is quiet in the morning."),
];

fn references() -> String {
    let row = |(id, (src, good)): (usize, &(&str, &str))| {
        json!({"task": "gec", "src": src, "refs": [good], "id": format!("own-{id}")}).to_string()
    };
    TEXTS.iter().enumerate().map(row).collect::<Vec<_>>().join("\n")
}

/// The number of a metric: of the first system, or above copying.
#[track_caller]
fn number(report: &Value, id: &str, field: &str) -> f64 {
    let metrics = report["sets"][0]["metrics"].as_array().unwrap();
    let metric = metrics.iter().find(|metric| metric["id"] == id).unwrap_or_else(|| panic!("no {id}"));
    metric["systems"][0][field]["value"].as_f64().unwrap_or_else(|| panic!("no number in {metric}"))
}

#[track_caller]
fn check(report: &Value, id: &str, field: &str, expected: f64) {
    let found = number(report, id, field);
    assert!((found - expected).abs() < 1e-9, "{id}: {found}, not {expected}");
}

#[test]
fn rewrites_from_a_file_are_measured_beside_copying() {
    let profile = Profile::new();
    let refs = profile.file("refs.jsonl", references());
    let hyps = [
        json!({"id": "own-1", "hyp": TEXTS[1].1}),
        json!({"id": "own-0", "hyp": TEXTS[0].1}),
        json!({"id": "own-2", "error": {"code": "x", "message": "x", "hint": "x"}}),
        json!({"id": "own-3", "hyp": "The garden is silent in the morning."}),
    ];
    let hyps = profile.file("hyps.jsonl", hyps.map(|row| row.to_string()).join("\n"));
    let report = profile.path("report");
    let arguments = [
        "eval",
        "--task",
        "fix",
        "--input",
        refs.to_str().unwrap(),
        "--hyp",
        hyps.to_str().unwrap(),
        "--report",
        report.to_str().unwrap(),
    ];
    let found = profile.emend(&[&arguments[..], &["--json"]].concat(), "").ok().json();
    assert_eq!((&found["sets"][0]["rows"], &found["sets"][0]["failed"]), (&json!(4), &json!(1)));
    check(&found, "exact_match", "value", 50.0);
    check(&found, "exact_match", "minus_copy", 25.0);
    check(&found, "clean_kept", "value", 0.0);
    check(&found, "unrequested", "value", 25.0);
    check(&found, "copy_rate", "value", 25.0);
    assert!(number(&found, "gleu", "minus_copy") > 0.0);

    let printed = profile.emend(&arguments, "").ok().out;
    for part in ["GLEU", "500 random choices", "words and single marks", "seed 0", "1000 resamples", "copy"] {
        assert!(printed.contains(part), "{part} is missing in:\n{printed}");
    }
    let written = std::fs::read_to_string(report.join("report.json")).unwrap();
    assert_eq!(serde_json::from_str::<Value>(&written).unwrap(), found, "the same input, the same numbers");
    let page = std::fs::read_to_string(report.join("report.md")).unwrap();
    assert!(page.contains("| Exact match | 50.0 [") && page.contains("(refs.svg)"), "{page}");
    assert!(std::fs::read_to_string(report.join("refs.svg")).unwrap().starts_with("<svg"));
}

#[test]
fn the_application_rewrites_what_it_measures() {
    let profile = Profile::new();
    let refs = profile.file("refs.jsonl", references());
    let report = profile.path("report");
    let arguments = [
        "eval",
        "--json",
        "--task",
        "fix",
        "--input",
        refs.to_str().unwrap(),
        "--report",
        report.to_str().unwrap(),
    ];
    let found = profile.emend(&arguments, "").ok().json();
    assert!(number(&found, "exact_match", "minus_copy") > 0.0, "the starter mends some of these");
    assert!(found["facts"].to_string().contains("starter"), "{}", found["facts"]);

    // The same rewrites by `emend batch` give the same numbers.
    let output = profile.path("out.jsonl");
    profile
        .emend(&["batch", "--input", refs.to_str().unwrap(), "--output", output.to_str().unwrap()], "")
        .ok();
    let again = [
        "eval",
        "--json",
        "--task",
        "fix",
        "--input",
        refs.to_str().unwrap(),
        "--hyp",
        output.to_str().unwrap(),
    ];
    let again = profile.emend(&again, "").ok().json();
    for id in ["exact_match", "gleu", "edit_ratio"] {
        check(&found, id, "value", number(&again, id, "value"));
    }
}

#[test]
fn a_floor_stands_beside_shortening_and_a_judge_tells_the_direction() {
    let profile = Profile::new();
    let refs = profile.file(
        "refs.jsonl",
        json!({"src": "In order to leave on time we packed the day before.", "refs": ["To leave on time we packed a day before."]}).to_string(),
    );
    let hyps = profile.file(
        "hyps.jsonl",
        json!({"id": "0", "hyp": "To leave on time, we packed the day before."}).to_string(),
    );
    let judge = concat!(env!("CARGO_MANIFEST_DIR"), "/../models/judge");
    let arguments = |task| {
        [
            "eval",
            "--json",
            "--task",
            task,
            "--input",
            refs.to_str().unwrap(),
            "--hyp",
            hyps.to_str().unwrap(),
            "--judge",
            judge,
        ]
    };
    let found = profile.emend(&arguments("shorter"), "").ok().json();
    let systems = found["sets"][0]["metrics"][0]["systems"].as_array().unwrap();
    let names: Vec<&str> = systems.iter().map(|one| one["system"].as_str().unwrap()).collect();
    assert_eq!(names, ["rewrites", "copy", "first 80 %"]);
    check(&found, "moved", "value", 100.0);
    assert_eq!(found["sets"][0]["signal"]["more"], false);

    let found = profile.emend(&arguments("fix"), "").ok().json();
    assert!(number(&found, "meaning", "value") > 60.0);
    assert!(!found.to_string().contains("moved_by_signal"), "a correction has no direction");
}

#[test]
fn two_systems_are_compared_row_by_row() {
    let profile = Profile::new();
    let refs = profile.file("refs.jsonl", references());
    let rewrites = |name: &str, mended: usize| {
        let row = |(id, (src, good)): (usize, &(&str, &str))| {
            json!({"id": format!("own-{id}"), "hyp": if id < mended { good } else { src }}).to_string()
        };
        profile.file(name, TEXTS.iter().enumerate().map(row).collect::<Vec<_>>().join("\n"))
    };
    let (better, worse) = (rewrites("better.jsonl", 3), rewrites("worse.jsonl", 1));
    let arguments = ["eval", "--json", "--task", "fix", "--input", refs.to_str().unwrap(), "--hyp"];
    let versus = [better.to_str().unwrap(), "--versus", worse.to_str().unwrap()];
    let found = profile.emend(&[&arguments[..], &versus].concat(), "").ok().json();
    check(&found, "exact_match", "value", 100.0);
    check(&found, "exact_match", "minus_versus", 50.0);
    check(&found, "exact_match", "minus_copy", 75.0);
    assert_eq!(found["sets"][0]["identical"], 50.0);
}

#[test]
fn the_suite_runs_on_a_data_folder() {
    let profile = Profile::new();
    std::fs::create_dir_all(profile.path("data/rewrite")).unwrap();
    // Raw blocks: a zstd frame that any decoder takes, made without one.
    let rows = references();
    let size = u32::try_from(rows.len()).unwrap();
    let mut zst = vec![0x28, 0xb5, 0x2f, 0xfd, 0b1010_0000];
    zst.extend(size.to_le_bytes());
    zst.extend(&((size << 3) | 1).to_le_bytes()[..3]);
    zst.extend(rows.as_bytes());
    profile.file("data/rewrite/jfleg.dev.jsonl.zst", zst);
    let (data, report) = (profile.path("data"), profile.path("report"));
    let arguments = [
        "eval",
        "--json",
        "--suite",
        data.to_str().unwrap(),
        "--only",
        "gec-jfleg",
        "--limit",
        "2",
        "--report",
        report.to_str().unwrap(),
    ];
    let found = profile.emend(&arguments, "").ok().json();
    assert_eq!((&found["sets"][0]["name"], &found["sets"][0]["rows"]), (&json!("gec-jfleg"), &json!(2)));
    assert_eq!(found["sets"][0]["goals"][0]["metric"], "gleu");
    assert!(report.join("rewrites/gec-jfleg.jsonl").exists());
    profile.emend(&["eval", "--suite", data.to_str().unwrap(), "--only", "luck"], "").refused("gec-jfleg");
    profile
        .emend(&["eval", "--suite", data.to_str().unwrap(), "--only", "gec-harper"], "")
        .refused("harper.dev");
}

#[test]
fn scores_of_a_classifier_are_measured() {
    let profile = Profile::new();
    let rows: Vec<String> = (0..40)
        .map(|n| json!({"head": "toxicity", "label": n % 4 == 0, "score": f64::from(n % 4 == 0) * 0.5 + f64::from(n) / 100.0}))
        .map(|row| row.to_string())
        .collect();
    let scores = profile.file("scores.jsonl", rows.join("\n"));
    let found = profile.emend(&["eval", "--json", "--scores", scores.to_str().unwrap()], "").ok().json();
    let head = &found["heads"][0];
    assert_eq!((&head["head"], &head["rows"]), (&json!("toxicity"), &json!(40)));
    assert_eq!(head["metrics"][0]["id"], "auroc");
    assert_eq!(head["metrics"][0]["value"]["value"], 1.0);
}

#[test]
fn what_does_not_fit_is_refused_with_a_sentence() {
    let profile = Profile::new();
    let refs = profile.file("refs.jsonl", references());
    let refs = refs.to_str().unwrap();
    let hyps = profile.file("hyps.jsonl", json!({"id": "own-0", "hyp": "x"}).to_string());
    profile
        .emend(&["eval", "--task", "fix", "--input", refs, "--hyp", hyps.to_str().unwrap()], "")
        .refused("own-1");
    profile.emend(&["eval", "--task", "dance", "--input", refs], "").refused("dance");
    profile
        .emend(&["eval", "--task", "fix", "--input", "no-such-file.jsonl"], "")
        .refused("no-such-file.jsonl");
    let torn = profile.file("torn.jsonl", "{\"src\": \"a\", \"refs\": [\"b\"");
    profile.emend(&["eval", "--task", "fix", "--input", torn.to_str().unwrap()], "").refused("line 1");
    let torn = profile.file("torn.jsonl.zst", b"no zstd at all");
    profile.emend(&["eval", "--task", "fix", "--input", torn.to_str().unwrap()], "").refused("zstd");
    profile.emend(&["eval", "--task", "fix", "--input", refs, "--rows-of", "luck"], "").refused("`luck`");
    let folder = profile.path("");
    profile
        .emend(&["eval", "--task", "fix", "--input", refs, "--judge", folder.to_str().unwrap()], "")
        .refused("judge.json");
}

/// A model is measured by itself with `--alone`: nobody says how sure an answer is, and each is what `--tier small` writes.
#[test]
fn a_model_alone_is_its_first_answers() {
    let profile = Profile::new();
    let refs = profile.file("refs.jsonl", references());
    let rewrites = |how: &[&str], folder: &str| {
        let report = profile.path(folder);
        let arguments = [
            "eval",
            "--task",
            "fix",
            "--input",
            refs.to_str().unwrap(),
            "--report",
            report.to_str().unwrap(),
        ];
        profile.emend(&[&arguments[..], how].concat(), "").ok();
        let facts = std::fs::read_to_string(report.join("report.md")).unwrap();
        assert_eq!(facts.contains("without critics"), !how.is_empty(), "{facts}");
        let written = std::fs::read_dir(report.join("rewrites")).unwrap().next().unwrap().unwrap().path();
        let rows = std::fs::read_to_string(written).unwrap();
        rows.lines().map(|row| serde_json::from_str(row).unwrap()).collect::<Vec<Value>>()
    };
    let alone = rewrites(&["--alone"], "alone");
    assert_eq!(alone.len(), TEXTS.len());
    for (row, (text, _)) in alone.iter().zip(TEXTS) {
        let small = profile.emend(&["rewrite", "--intent", "fix", "--tier", "small"], text).ok().out;
        assert_eq!((row["hyp"].as_str(), &row["confidence"]), (Some(small.as_str()), &Value::Null));
    }
    assert!(rewrites(&[], "all").iter().all(|row| row["confidence"].is_number()));
}
