//! The critic against the recipe's own program, on the golden files of `tests/parity` (made by
//! `tests/parity/make/make_critic.py`): a tiny random critic, six texts of one to 96 tokens.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::{Path, PathBuf};

use emend_models::{Critic, Head, ModelError};
use serde_json::Value;

/// Largest difference of a score. The golden file has six digits; sums run in another order.
const BOUND: f32 = 1e-4;

fn golden() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/parity/golden")
}

fn cases() -> Value {
    serde_json::from_str(&fs::read_to_string(golden().join("critic/cases.json")).unwrap()).unwrap()
}

fn texts(cases: &Value) -> Vec<&str> {
    cases["texts"].as_array().unwrap().iter().map(|case| case["text"].as_str().unwrap()).collect()
}

#[track_caller]
fn check_close(found: f32, expected: &Value, what: &str) {
    let distance = (found - expected.as_f64().unwrap() as f32).abs();
    // Written so that NaN fails.
    assert!(distance <= BOUND, "{what}: {found} is not {expected}");
}

#[test]
fn texts_of_all_lengths_in_one_batch_score_as_in_the_recipe() {
    let critic = Critic::open(&golden().join("critic.toml")).unwrap();
    let cases = cases();
    let texts = texts(&cases);
    let opinions = critic.read(&texts).unwrap();
    for ((text, case), opinion) in texts.iter().zip(cases["texts"].as_array().unwrap()).zip(&opinions) {
        for head in Head::ALL {
            check_close(opinion.score(head), &case[head.name()], &format!("{} of {text:?}", head.name()));
        }
        let wrong = case["wrong"].as_array().unwrap();
        assert_eq!(opinion.tokens.len(), wrong.len(), "{text:?}");
        for (token, expected) in opinion.tokens.iter().zip(wrong) {
            check_close(token.wrong, expected, &format!("a token of {text:?}"));
        }
        assert_eq!(critic.fits(text), wrong.len() < 96, "{text:?}");
    }
    for (a, row) in opinions.iter().zip(cases["alike"].as_array().unwrap()) {
        for (b, expected) in opinions.iter().zip(row.as_array().unwrap()) {
            check_close(critic.same_meaning(a, b), expected, "likeness");
        }
    }
}

#[test]
fn company_and_order_change_nothing() {
    let critic = Critic::open(&golden().join("critic.toml")).unwrap();
    let cases = cases();
    let mut texts = texts(&cases);
    let together = critic.read(&texts).unwrap();
    texts.reverse();
    for (text, found) in texts.iter().zip(together.iter().rev()) {
        let alone = &critic.read(&[text]).unwrap()[0];
        assert!(Head::ALL.iter().all(|head| (alone.score(*head) - found.score(*head)).abs() < 1e-5));
        assert_eq!(alone.tokens.len(), found.tokens.len());
    }
    assert_eq!(critic.read(&[]).unwrap(), []);
}

#[test]
fn tokens_lie_side_by_side_and_cover_the_text() {
    let critic = Critic::open(&golden().join("critic.toml")).unwrap();
    for text in ["The rain is over.", "", "café, 日本 and 🙂\nx", "\n", "of</s>course"] {
        let tokens = critic.read(&[text]).unwrap().remove(0).tokens;
        let mut at = 0;
        for token in &tokens {
            // Bytes of one character share it; nothing is left out.
            assert!(token.span.start <= at && token.span.end >= at, "{text:?}: {tokens:?}");
            at = token.span.end;
            assert!(text.get(token.span.clone()).is_some(), "{text:?}: {tokens:?}");
        }
        assert_eq!(at, text.len(), "{text:?}");
        assert!(tokens.last().unwrap().span.is_empty());
    }
    // A leading space is the tokenizer's own: such a text has no places.
    assert!(critic.read(&[" x"]).unwrap()[0].tokens.is_empty());
}

/// The golden critic in a folder of its own, with `from` in one of its files replaced by `to`.
#[track_caller]
fn refused(file: &str, from: &str, to: &str, said: &str) {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("critic")).unwrap();
    for name in ["critic.toml", "critic/critic.json", "critic/tokenizer.json", "critic/model.safetensors"] {
        fs::copy(golden().join(name), folder.path().join(name)).unwrap();
    }
    let path = folder.path().join(file);
    let bytes = fs::read(&path).unwrap();
    let at = bytes.windows(from.len()).position(|window| window == from.as_bytes()).unwrap();
    fs::write(&path, [&bytes[..at], to.as_bytes(), &bytes[at + from.len()..]].concat()).unwrap();
    let error = Critic::open(&folder.path().join("critic.toml")).unwrap_err().to_string();
    assert!(error.contains(said), "{error} does not mention {said:?}");
}

#[test]
fn files_that_contradict_each_other_are_refused() {
    let json = "critic/critic.json";
    refused(json, "\"longest\": 96", "\"longest\": 1e9", "critic.json");
    refused(json, "\"longest\": 96", "\"longest\": 1", "longest");
    refused(json, "\"meaning_size\": 256", "\"meaning_size\": 128", "heads.meaning.weight");
    refused(json, "\"meaning_size\": 256", "\"meaning_size\": 99999999999", "meaning_size");
    refused(json, "\"d_model\": 32", "\"d_model\": 64", "shape");
    refused(json, "\"end_token\": 1", "\"end_token\": 2", "end_token");
    refused(json, "\"vocab_size\": 279", "\"vocab_size\": 100", "279");
    refused(json, "\"politeness\": {", "\"politness\": {", "calibration.politeness");
    refused(json, "\"offset\": 0.3", "\"offset\": 1e99", "critic.json");
    refused("critic/tokenizer.json", "-3.1", "-3.2", "SHA-256");
    refused("critic/model.safetensors", "heads.token.bias", "heads.tokem.bias", "heads.token.bias");
    refused("critic.toml", "t5-encoder", "t5", "architecture");
    refused("critic.toml", "critic/model", "../model", "leads out");
}

#[test]
fn a_critic_is_no_rewriter_and_the_other_way_round() {
    let error = emend_models::open_folder(&golden().join("critic.toml")).unwrap_err();
    assert!(matches!(&error, ModelError::Config { field, .. } if field == "role"), "{error}");
    let starter = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models/starter.toml");
    let error = Critic::open(&starter).unwrap_err();
    assert!(matches!(&error, ModelError::Config { field, .. } if field == "role"), "{error}");
}
