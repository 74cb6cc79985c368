//! Downloaded judges against transformers, on the golden files of `tests/parity` (made by `make_downloaded.py`), and what
//! is refused.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::*;

/// Largest difference of a logit. The golden files have six digits; sums run in another order.
const BOUND: f32 = 1e-4;

fn golden() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/parity/golden")
}

fn open(name: &str) -> Downloaded {
    Downloaded::open(&golden().join(format!("{name}.toml"))).unwrap()
}

fn cases(name: &str) -> Value {
    serde_json::from_str(&fs::read_to_string(golden().join(name).join("cases.json")).unwrap()).unwrap()
}

fn list<'v>(cases: &'v Value, what: &str) -> &'v [Value] {
    cases[what].as_array().unwrap()
}

fn text(case: &Value) -> &str {
    case.as_str().unwrap()
}

#[track_caller]
fn check_close(found: &[f32], expected: &Value, what: &str) {
    assert_eq!(found.len(), expected.as_array().unwrap().len(), "{what}");
    for (found, expected) in found.iter().zip(expected.as_array().unwrap()) {
        let distance = (found - expected.as_f64().unwrap() as f32).abs();
        // Written so that NaN fails.
        assert!(distance <= BOUND, "{what}: {found} is not {expected}");
    }
}

#[test]
fn classifiers_score_as_in_transformers_in_one_batch_and_alone() {
    for name in ["bert-classifier", "deberta-v2-entailment"] {
        let (Downloaded::Head(_, classifier) | Downloaded::Entailment(classifier)) = open(name) else {
            panic!("{name} is a classifier");
        };
        let cases = cases(name);
        let ones =
            list(&cases, "texts").iter().map(|case| (Input::One(text(&case["text"])), &case["logits"]));
        let pairs = cases["pairs"].as_array().into_iter().flatten();
        let pairs = pairs
            .map(|case| (Input::Pair(text(&case["texts"][0]), text(&case["texts"][1])), &case["logits"]));
        let (inputs, expected): (Vec<Input<'_>>, Vec<&Value>) = ones.chain(pairs).unzip();
        assert!(inputs.len() >= 5);
        let together = classifier.logits(&inputs).unwrap();
        for ((input, expected), found) in inputs.iter().zip(expected).zip(&together) {
            check_close(found, expected, &format!("{input:?} in company, {name}"));
            check_close(&classifier.logits(&[*input]).unwrap()[0], expected, &format!("{input:?}, {name}"));
        }
    }
}

#[test]
fn an_embedder_means_what_it_means_in_transformers() {
    let Downloaded::Meaning(embedder) = open("bert-embedder") else { panic!("an embedder") };
    let cases = cases("bert-embedder");
    let texts: Vec<&str> = list(&cases, "texts").iter().map(|case| text(&case["text"])).collect();
    let vectors = embedder.vectors(&texts).unwrap();
    for (case, vector) in list(&cases, "texts").iter().zip(&vectors) {
        check_close(vector, &case["vector"], text(&case["text"]));
    }
    assert!(embedder.vectors(&[]).unwrap().is_empty());
}

/// One label of three excludes the others, one of several does not; a name is found in any case.
#[test]
fn a_score_is_the_share_of_its_label() {
    let Downloaded::Entailment(one) = open("deberta-v2-entailment") else { panic!("entailment") };
    let Downloaded::Head(Head::Toxicity, several) = open("bert-classifier") else { panic!("toxicity") };
    let pair = Input::Pair("The rain is over.", "It is not raining.");
    let logits = one.logits(&[pair]).unwrap().remove(0);
    let sum: f32 = logits.iter().map(|logit| logit.exp()).sum();
    assert!((one.scores(&[pair]).unwrap()[0] - logits[0].exp() / sum).abs() < 1e-6);
    let logit = several.logits(&[Input::One("No.")]).unwrap()[0][0];
    assert!((several.scores(&[Input::One("No.")]).unwrap()[0] - 1.0 / (1.0 + (-logit).exp())).abs() < 1e-6);
    assert!(one.fits_half("We rest.").unwrap() && !one.fits_half(&"We rest. ".repeat(20)).unwrap());
}

/// A golden judge in a folder of its own, with `from` in one of its files replaced by `to`.
fn altered(name: &str, file: &str, from: &str, to: &str) -> Result<Downloaded, ModelError> {
    let folder = tempfile::tempdir().unwrap();
    let inner = folder.path().join(name);
    fs::create_dir(&inner).unwrap();
    for part in ["config.json", "model.safetensors", "tokenizer.json"] {
        fs::copy(golden().join(name).join(part), inner.join(part)).unwrap();
    }
    fs::copy(golden().join(format!("{name}.toml")), folder.path().join(format!("{name}.toml"))).unwrap();
    let path = folder.path().join(file);
    let bytes = fs::read(&path).unwrap();
    let at = bytes.windows(from.len()).position(|part| part == from.as_bytes()).unwrap();
    fs::write(&path, [&bytes[..at], to.as_bytes(), &bytes[at + from.len()..]].concat()).unwrap();
    Downloaded::open(&folder.path().join(format!("{name}.toml")))
}

#[test]
fn what_does_not_fit_is_named_with_its_file() {
    let (bert, deberta) = ("bert-classifier", "deberta-v2-entailment");
    let config = |name: &str| format!("{name}/config.json");
    let weights = |name: &str| format!("{name}/model.safetensors");
    for (name, file, from, to, parts) in [
        (bert, "bert-classifier.toml".into(), "\"toxic\"", "\"rude\"", ["rude", "Toxic, insult"]),
        (bert, "bert-classifier.toml".into(), "\"bert\"", "\"deberta-v2\"", ["model_type", "deberta-v2"]),
        (
            bert,
            config(bert),
            "\"num_attention_heads\": 4",
            "\"num_attention_heads\": 0",
            ["config.json", "0"],
        ),
        (bert, config(bert), "\"num_attention_heads\": 4", "\"num_attention_heads\": 5", ["divisor", "5"]),
        (bert, config(bert), "\"vocab_size\": 94", "\"vocab_size\": 93", ["tokenizer.json", "93"]),
        (
            bert,
            config(bert),
            "\"vocab_size\": 94",
            "\"vocab_size\": 99999999",
            ["word_embeddings", "99999999"],
        ),
        (
            bert,
            config(bert),
            "\"num_hidden_layers\": 2",
            "\"num_hidden_layers\": 9",
            ["layer.2", "model.safetensors"],
        ),
        (bert, config(bert), "\"pad_token_id\": 0", "\"pad_token_id\": 94", ["pad_token_id", "94"]),
        (bert, config(bert), "\"1\": \"insult\"", "\"7\": \"insult\"", ["id2label", "each number"]),
        (
            bert,
            config(bert),
            "\"hidden_act\": \"gelu\"",
            "\"hidden_act\": \"swish\"",
            ["config.json", "swish"],
        ),
        (
            bert,
            weights(bert),
            "classifier.weight",
            "classifier.wEIGHT",
            ["classifier.weight", "model.safetensors"],
        ),
        (bert, format!("{bert}/tokenizer.json"), "\"model\"", "\"modeL\"", ["tokenizer.json", "line"]),
        (
            deberta,
            config(deberta),
            "\"position_buckets\": 8",
            "\"position_buckets\": 1",
            ["position_buckets", "1"],
        ),
        (
            deberta,
            config(deberta),
            "\"position_buckets\": 8",
            "\"position_buckets\": 9",
            ["rel_embeddings", "18"],
        ),
        (
            deberta,
            config(deberta),
            "\"relative_attention\": true",
            "\"relative_attention\": false",
            ["relative", "true"],
        ),
        (
            deberta,
            config(deberta),
            "\"max_position_embeddings\": 64",
            "\"max_position_embeddings\": 99999999",
            ["max_position", "99999999"],
        ),
        (
            deberta,
            config(deberta),
            "\"2\": \"contradiction\"",
            "\"2\": \"a\", \"3\": \"b\"",
            ["classifier", "[4, 32]"],
        ),
    ] {
        let error = altered(name, &file, from, to).unwrap_err().to_string();
        for part in parts {
            assert!(error.contains(part), "{file}: {from} → {to}: {error}");
        }
    }
    altered(bert, &config(bert), "\"hidden_act\": \"gelu\"", "\"hidden_act\": \"relu\"")
        .unwrap()
        .probe()
        .unwrap();
    let ours = Downloaded::open(&golden().join("critic.toml")).unwrap_err().to_string();
    assert!(ours.contains("downloaded"), "{ours}");
}

#[test]
fn a_folder_is_taken_in_with_what_its_manifest_says_and_the_hashes_of_its_files() {
    let to = tempfile::tempdir().unwrap();
    let take = |name: &str, judges, label| install(&golden().join(name), to.path(), judges, label);
    let taken = take("deberta-v2-entailment", Judges::Entailment, None).unwrap();
    assert_eq!((taken.id.as_str(), taken.name.as_str()), ("entailment", "Tiny entailment classifier"));
    assert_eq!(taken.judged.as_ref().unwrap().label.as_deref(), Some("entailment"));
    assert!(taken.files().all(|file| file.sha256.is_some() && file.bytes.is_some() && file.path.is_file()));
    taken.verify().unwrap();
    assert!(matches!(
        Downloaded::open(&to.path().join("entailment.toml")).unwrap(),
        Downloaded::Entailment(_)
    ));

    // Any label may be what is asked for; without a manifest beside the folder, the folder's name is the model's.
    let bare = tempfile::tempdir().unwrap();
    let folder = bare.path().join("rude-or-not");
    fs::create_dir(&folder).unwrap();
    for part in ["config.json", "model.safetensors", "tokenizer.json"] {
        fs::copy(golden().join("bert-classifier").join(part), folder.join(part)).unwrap();
    }
    let refused = install(&folder, to.path(), Judges::Politeness, None).unwrap_err().to_string();
    assert!(refused.contains("polite") && refused.contains("Toxic, insult"), "{refused}");
    let taken = install(&folder, to.path(), Judges::Politeness, Some("INSULT")).unwrap();
    assert_eq!((taken.name.as_str(), taken.licence.as_deref()), ("rude-or-not", Some("not stated")));

    // A mean that is none; files that are not there; a manifest that says something else.
    fs::create_dir(folder.join("1_Pooling")).unwrap();
    fs::write(folder.join("1_Pooling/config.json"), r#"{"pooling_mode_mean_tokens": false}"#).unwrap();
    let refused = install(&folder, to.path(), Judges::Meaning, None).unwrap_err().to_string();
    assert!(refused.contains("pooling_mode_mean_tokens"), "{refused}");
    fs::remove_file(folder.join("tokenizer.json")).unwrap();
    let refused = install(&folder, to.path(), Judges::Formality, Some("insult")).unwrap_err().to_string();
    assert!(refused.contains("tokenizer.json"), "{refused}");
    fs::write(folder.join("tokenizer.json"), "{}").unwrap();
    fs::copy(golden().join("bert-classifier.toml"), bare.path().join("rude-or-not.toml")).unwrap();
    let refused = install(&folder, to.path(), Judges::Formality, Some("insult")).unwrap_err().to_string();
    assert!(refused.contains("rude-or-not.toml"), "{refused}");
    let mut left: Vec<String> = fs::read_dir(to.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    left.sort();
    assert_eq!(left, ["entailment", "entailment.toml", "politeness", "politeness.toml"], "nothing half done");
}
