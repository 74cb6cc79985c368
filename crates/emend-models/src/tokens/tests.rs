#![allow(clippy::unwrap_used)]

use std::fs;
use std::sync::LazyLock;

use proptest::prelude::*;
use serde_json::{Value, json};
use tokenizers::Tokenizer;

use super::*;
use crate::fixture::{Tiny, tokenizer};

fn read(json: &Value) -> Result<Tokens, ModelError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tokenizer.json");
    fs::write(&path, json.to_string()).unwrap();
    Tokens::from_file(&path)
}

const TEXTS: [&str; 14] = [
    "",
    "a",
    "the rain is ending.",
    "We sold 40 units, and was happy.",
    "two  spaces",
    "ends with a space ",
    "a line\nand\tanother\r\n",
    "naïve café, 東京, \u{1f469}\u{200d}\u{1f680}",
    "e\u{301} is not é",
    "</s> and <pad> and <unk> are words here",
    "<0x41> is not A; <0x4> <0x41>>< <<0x41><0xff>",
    "\u{feff}\u{0}\u{fffd}",
    "x y",
    "http://example.org/?a=b&c=<d>",
];

#[test]
fn every_text_comes_back() {
    let tokens = read(&tokenizer()).unwrap();
    for text in TEXTS {
        let encoded = tokens.encode(text);
        assert_eq!(tokens.decode(&encoded).unwrap(), text);
        assert!(tokens.survives(text), "{text:?}");
        assert!(!encoded.iter().any(|id| *id <= 2), "{text:?} has special tokens: {encoded:?}");
    }
    // What no text can keep: the first space is one that encoding adds, and ▁ is a space.
    assert!(!tokens.survives(" a") && !tokens.survives("a▁b"));
    assert_eq!(tokens.decode(&tokens.encode(" a")).unwrap(), "a");
    assert_eq!(tokens.decode(&tokens.encode("  a")).unwrap(), " a");
}

#[test]
fn ordinary_texts_get_the_tokens_of_the_library() {
    let tiny = Tiny::tied();
    let path = tiny.folder.join("tokenizer.json");
    let (ours, theirs) = (Tokens::from_file(&path).unwrap(), Tokenizer::from_file(&path).unwrap());
    for text in TEXTS.iter().filter(|text| !text.contains(['<', '>'])) {
        assert_eq!(ours.encode(text), theirs.encode(*text, false).unwrap().get_ids(), "{text:?}");
    }
}

static OURS: LazyLock<Tokens> = LazyLock::new(|| read(&tokenizer()).unwrap());

proptest! {
    #[test]
    fn any_text_without_the_two_exceptions_survives(text in "[^ ▁][^▁]{0,40}") {
        prop_assert!(OURS.survives(&text));
    }

    #[test]
    fn any_tokens_can_be_decoded(ids in prop::collection::vec(0_u32..279, 0..30)) {
        prop_assert!(OURS.decode(&ids).is_ok());
    }
}

#[test]
fn special_tokens_leave_no_text_and_unknown_numbers_are_refused() {
    let tokens = read(&tokenizer()).unwrap();
    let encoded = tokens.encode("the rain");
    let mut padded = vec![tokens.pad()];
    padded.extend(&encoded);
    padded.extend([tokens.end(), tokens.pad(), tokens.unknown()]);
    assert_eq!(tokens.decode(&padded).unwrap(), "the rain");
    assert_eq!((tokens.pad(), tokens.end(), tokens.unknown(), tokens.len()), (0, 1, 2, 279));
    let error = tokens.decode(&[5, 279]).unwrap_err();
    assert!(matches!(error, ModelError::UnknownToken { token: 279, vocab: 279 }));
    // Half of "é": decoding never fails on what a model may say.
    assert_eq!(tokens.decode(&[3 + 0xc3]).unwrap(), "\u{fffd}");
}

#[test]
fn without_byte_fallback_some_texts_do_not_survive() {
    let mut json = tokenizer();
    json["model"]["byte_fallback"] = json!(false);
    let tokens = read(&json).unwrap();
    assert!(tokens.survives("the rain is ending".replace('g', "e").as_str()));
    assert!(!tokens.survives("Zürich"));
    assert!(tokens.encode("Z").contains(&tokens.unknown()));
}

#[test]
fn a_composing_normalizer_is_obeyed_and_shows_in_survives() {
    let mut json = tokenizer();
    json["normalizer"] = json!({"type": "Sequence", "normalizers": [{"type": "NFC"}]});
    let tokens = read(&json).unwrap();
    assert_eq!(tokens.decode(&tokens.encode("e\u{301}")).unwrap(), "é");
    assert!(tokens.survives("é") && !tokens.survives("e\u{301}"));
}

#[test]
fn other_tokenizers_are_refused() {
    let vocab = |change: &dyn Fn(&mut Vec<Value>)| {
        let mut json = tokenizer();
        change(json["model"]["vocab"].as_array_mut().unwrap());
        json
    };
    let with = |pointer: &str, value: Value| {
        let mut json = tokenizer();
        *json.pointer_mut(pointer).unwrap() = value;
        json
    };
    for (json, part) in [
        (with("/model/type", "BPE".into()), "BPE"),
        (with("/normalizer", json!({"type": "Precompiled", "precompiled_charsmap": "AAAA"})), "Precompiled"),
        (with("/pre_tokenizer", json!({"type": "Whitespace"})), "Whitespace"),
        (with("/pre_tokenizer/replacement", "_".into()), "'▁'"),
        (with("/model/unk_id", 279.into()), "unk_id"),
        (with("/model/unk_id", Value::Null), "expected usize"),
        (with("/added_tokens/1/id", 400.into()), "below 279"),
        (with("/added_tokens/1/content", "</t>".into()), "</t>"),
        (with("/added_tokens/1/special", false.into()), "special"),
        (with("/added_tokens", json!([])), "<pad>"),
        (vocab(&|v| v.clear()), "pieces"),
        (vocab(&|v| v[9] = json!(["", 0.0])), "model.vocab[9]"),
        (vocab(&|v| v[9] = json!(["x".repeat(257), 0.0])), "model.vocab[9]"),
        (vocab(&|v| v[270] = v[271].clone()), "again"),
        (vocab(&|v| v[270] = json!(["q", 1e30])), "log-probability"),
        (vocab(&|v| v[9] = json!(["<0x0g>", 0.0])), "<0xFF>"),
        (json!([]), "Unigram"),
    ] {
        let error = read(&json).unwrap_err();
        assert!(matches!(error, ModelError::Parse { .. } | ModelError::Tokenizer { .. }), "{error:?}");
        assert!(error.to_string().contains(part), "\"{error}\" does not mention {part:?}");
    }
}

#[test]
fn a_truncated_file_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tokenizer.json");
    let text = tokenizer().to_string();
    for length in (0..text.len()).step_by(101) {
        fs::write(&path, &text.as_bytes()[..length]).unwrap();
        let error = Tokens::from_file(&path).unwrap_err();
        assert!(matches!(error, ModelError::Parse { .. } | ModelError::Read { .. }), "{length}: {error:?}");
    }
}
