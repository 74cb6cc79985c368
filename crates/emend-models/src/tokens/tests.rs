#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::fs;
use std::sync::LazyLock;

use proptest::prelude::*;
use serde::Deserialize;
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
        (with("/normalizer", json!({"type": "NFKC"})), "NFKC"),
        (with("/normalizer", json!({"type": "Precompiled", "precompiled_charsmap": "AAAA"})), "no trie"),
        (with("/normalizer", json!({"type": "Precompiled"})), "precompiled_charsmap"),
        (with("/normalizer", json!({"type": "Precompiled", "precompiled_charsmap": "a b"})), "base64"),
        (
            with("/normalizer", json!({"type": "Replace", "pattern": {"Regex": "(a*)*b"}, "content": " "})),
            "(a*)*b",
        ),
        (
            with("/normalizer", json!({"type": "Sequence", "normalizers": vec![json!({"type": "NFC"}); 9]})),
            "8 steps",
        ),
        (with("/pre_tokenizer", json!({"type": "Whitespace"})), "Whitespace"),
        (with("/pre_tokenizer", json!({"type": "WhitespaceSplit"})), "Metaspace"),
        (with("/pre_tokenizer", json!({"type": "Sequence", "pretokenizers": []})), "Metaspace"),
        (
            with(
                "/pre_tokenizer",
                json!({"type": "Sequence", "pretokenizers": [
                    {"type": "WhitespaceSplit"},
                    {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "first"},
                ]}),
            ),
            "First",
        ),
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

/// A text and what the library makes of it; see `tests/parity/make`.
#[derive(Deserialize)]
struct Case {
    text: String,
    ids: Vec<TokenId>,
    decoded: String,
}

/// Tokenizers as T5 and its successors have them, and cases for each.
fn stock() -> impl Iterator<Item = (String, PathBuf, Vec<Case>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/parity/golden/tokenizer");
    let cases = fs::read_to_string(folder.join("cases.json")).unwrap();
    let cases: BTreeMap<String, Vec<Case>> = serde_json::from_str(&cases).unwrap();
    assert_eq!(cases.len(), 3);
    cases.into_iter().map(move |(name, cases)| (name.clone(), folder.join(name + ".json"), cases))
}

#[test]
fn stock_tokenizers_give_the_tokens_and_texts_of_the_library() {
    for (name, path, cases) in stock() {
        let tokens = Tokens::from_file(&path).unwrap();
        assert_eq!((tokens.pad(), tokens.end(), tokens.unknown()), (0, 1, 2));
        assert!(cases.len() > 15);
        for Case { text, ids, decoded } in cases {
            assert_eq!(tokens.encode(&text), ids, "{name}: {text:?}");
            assert_eq!(tokens.decode(&ids).unwrap(), decoded, "{name}: {text:?}");
            assert_eq!(tokens.survives(&text), !ids.contains(&2) && text == decoded, "{name}: {text:?}");
        }
    }
}

#[test]
fn with_a_stock_tokenizer_what_it_changes_does_not_survive() {
    for (name, path, _) in stock() {
        let tokens = Tokens::from_file(&path).unwrap();
        for text in [
            "",
            "The report was finished before the meeting.",
            "She don't know where the keys are.",
            "naïve café",
        ] {
            assert!(tokens.survives(text), "{name}: {text:?}");
        }
        for text in [
            "a ﬁne day",
            "Ｔｈｅ day",
            "two  spaces",
            " before",
            "a line\nand another",
            "nai\u{308}ve",
            "a smile 🙂",
            "a▁day",
            "Zürich",
        ] {
            assert!(!tokens.survives(text), "{name}: {text:?}");
        }
        // This one has no Strip.
        assert_eq!(tokens.survives("after "), name == "spaces");
    }
}

#[test]
fn special_tokens_are_not_read_from_texts_with_a_stock_tokenizer() {
    for (name, path, _) in stock() {
        let tokens = Tokens::from_file(&path).unwrap();
        let special = |id: &TokenId| matches!(tokens.pieces()[*id as usize].2, Kind::Control);
        assert_eq!((0..tokens.len() as u32).filter(special).count(), 6);
        for text in
            ["</s>", "the </s> end", "<pad><unk>", "<extra_id_0>", "a<extra_id_3>b </s></s>", "＜/s＞"]
        {
            let encoded = tokens.encode(text);
            assert!(!encoded.is_empty() && !encoded.iter().any(special), "{name}: {text:?} is {encoded:?}");
            assert!(!tokens.survives(text));
        }
        let last = tokens.len() as u32 - 1;
        assert_eq!(tokens.decode(&[0, last, 1, 2]).unwrap(), "");
    }
}

#[test]
fn special_tokens_may_follow_the_vocabulary() {
    let mut json = tokenizer();
    let sentinel = |id: usize| json!({"id": id, "content": "<extra_id_0>", "special": true});
    json["added_tokens"].as_array_mut().unwrap().push(sentinel(279));
    let tokens = read(&json).unwrap();
    assert_eq!((tokens.len(), tokens.decode(&[279]).unwrap()), (280, String::new()));
    assert!(tokens.survives("<extra_id_0>") && !tokens.encode("<extra_id_0>").contains(&279));
    json["added_tokens"].as_array_mut().unwrap().pop();
    json["added_tokens"].as_array_mut().unwrap().push(sentinel(281));
    assert!(read(&json).unwrap_err().to_string().contains("below 279"));
}

#[test]
fn damage_to_a_character_map_is_an_error_or_harmless() {
    let (_, path, _) = stock().find(|(name, ..)| name == "words").unwrap();
    let json: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    let map = json["normalizer"]["precompiled_charsmap"].as_str().unwrap();
    let mut refused = 0;
    for at in (0..map.len()).step_by(37) {
        let mut damaged = json.clone();
        let (before, after) = map.split_at(at);
        damaged["normalizer"]["precompiled_charsmap"] = format!("{before}w{}", &after[1..]).into();
        match read(&damaged) {
            Ok(tokens) => assert!(!tokens.encode("A ﬁne…ｆｕｌｌ cafe\u{301} line\nand 🙂").is_empty()),
            Err(ModelError::Tokenizer { .. }) => refused += 1,
            Err(error) => panic!("{error:?}"),
        }
        damaged["normalizer"]["precompiled_charsmap"] = before.into();
        assert!(
            at > 2 * map.len() / 3 || matches!(read(&damaged), Err(ModelError::Tokenizer { .. })),
            "{at}"
        );
    }
    assert!(refused > 0);
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
