//! Our numbers beside those of other people's programs, over texts of our own; `tests/eval/make` made them.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use emend_eval::{Estimate, Evaluation, METRICS, Row, Scored, Set, System, copy, evaluate, evaluate_head};
use serde_json::Value;

fn golden() -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/eval/golden.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// The chosen texts, measured.
fn measured(golden: &Value, chosen: &[usize], copied: bool, seed: u64) -> Evaluation {
    let text = |row: usize, field: &str| golden["texts"][row][field].as_str().unwrap().to_owned();
    let rows: Vec<Row> = chosen
        .iter()
        .map(|&row| Row {
            id: row.to_string(),
            src: text(row, "src"),
            refs: serde_json::from_value(golden["texts"][row]["refs"].clone()).unwrap(),
        })
        .collect();
    let texts = chosen.iter().map(|&row| text(row, if copied { "src" } else { "hyp" })).collect();
    let ours = System { name: "ours".into(), texts, failed: 0 };
    evaluate(
        Set { name: "own", intent: "fix", rows: &rows, judge: None },
        &[ours, copy(&rows)],
        METRICS,
        seed,
    )
}

fn estimate(evaluation: &Evaluation, id: &str) -> Estimate {
    evaluation.metric(id).unwrap().systems[0].value.unwrap()
}

#[track_caller]
fn near(ours: f64, theirs: &Value, tolerance: f64, what: &str) {
    let theirs = theirs.as_f64().unwrap();
    assert!((ours - theirs).abs() <= tolerance, "{what}: ours {ours}, theirs {theirs}");
}

#[test]
fn numbers_are_those_of_the_reference_programs() {
    let golden = golden();
    for (name, set) in golden["sets"].as_object().unwrap() {
        let chosen: Vec<usize> = serde_json::from_value(set["rows"].clone()).unwrap();
        let found = measured(&golden, &chosen, name == "copy", 0);
        for id in ["sari", "bleu", "chrf", "similarity", "exact_match", "edit_ratio"] {
            near(estimate(&found, id).value, &set[id], 1e-9, &format!("{id} of {name}"));
        }
        // JFLEG's program prints six decimals of a share.
        near(estimate(&found, "gleu").value, &set["gleu"], 5.1e-5, &format!("gleu of {name}"));
    }
}

#[test]
fn intervals_are_those_of_the_same_draws_elsewhere() {
    let golden = golden();
    let theirs = &golden["intervals"];
    let all: Vec<usize> = (0..golden["texts"].as_array().unwrap().len()).collect();
    let found = measured(&golden, &all, false, theirs["seed"].as_u64().unwrap());
    let check = |ours: Estimate, theirs: &Value, what: &str| {
        near(ours.low, &theirs[0], 1e-9, what);
        near(ours.high, &theirs[1], 1e-9, what);
    };
    for id in ["exact_match", "chrf", "sari"] {
        check(estimate(&found, id), &theirs[id], id);
    }
    let above_copy = found.metric("bleu").unwrap().systems[0].minus_copy.unwrap();
    check(above_copy, &theirs["bleu_minus_copy"], "bleu above copy");
}

#[test]
fn tokens_are_those_of_mteval_13a() {
    for pair in golden()["13a"].as_array().unwrap() {
        assert_eq!(emend_eval::thirteen_a(pair[0].as_str().unwrap()), pair[1].as_str().unwrap());
    }
}

#[test]
fn numbers_about_heads_are_those_of_scikit_learn_and_scipy() {
    let golden = golden();
    let heads = &golden["heads"];
    let check = |name: &str, id: &str, theirs: &Value| {
        let pairs: Vec<(f64, f64)> = serde_json::from_value(heads[name].clone()).unwrap();
        let scored: Vec<Scored> = pairs.into_iter().map(|(label, score)| Scored { label, score }).collect();
        let found = evaluate_head("own", &scored, 0);
        let ours = found.metrics.iter().find(|one| one.id == id).unwrap().value;
        near(ours.value, theirs, 1e-9, id);
        assert!(ours.low <= ours.value && ours.value <= ours.high, "{id}");
    };
    for id in ["auroc", "brier", "ece"] {
        check("binary", id, &heads[id]);
    }
    check("tied", "auroc", &heads["auroc_of_tied"]);
    check("graded", "spearman", &heads["spearman"]);
}
