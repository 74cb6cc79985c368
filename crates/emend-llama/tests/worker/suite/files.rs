//! Files that are no models, or not ones that can be asked.

use std::path::Path;

use emend_decode::Cancel;
use emend_llama::{LlamaError, Outcome, Refusal};

use super::Test;
use super::ask::{chat, conversation, random, worker};
use super::model::{Tiny, file};
use super::processes::children;

pub(crate) const TESTS: &[Test] = &[
    ("what_is_no_model_is_named", what_is_no_model_is_named),
    ("a_truncated_model_is_named", a_truncated_model_is_named),
    ("a_model_without_a_template_is_named", a_model_without_a_template_is_named),
    ("no_damaged_file_hangs_or_brings_down_the_program", no_damaged_file_hangs_or_brings_down_the_program),
];

#[track_caller]
fn refusal(path: &Path) -> Refusal {
    let refused = match worker(path).info(&Cancel::new()).unwrap_err() {
        LlamaError::Refused(refusal) => refusal,
        other => panic!("{other}"),
    };
    assert!(refused.to_string().contains(path.to_str().unwrap()), "{refused}");
    assert_eq!(children(), [0_u32; 0], "nothing is kept for a model that cannot be used");
    refused
}

fn what_is_no_model_is_named() {
    let folder = tempfile::tempdir().unwrap();
    assert!(matches!(refusal(folder.path()), Refusal::File { .. }));
    assert!(matches!(refusal(&folder.path().join("nowhere.gguf")), Refusal::File { .. }));
    for bytes in [&b""[..], b"GG", b"PK\x03\x04 a zip file, or so it says"] {
        assert!(matches!(refusal(&file(bytes).path), Refusal::NotGguf { .. }), "{bytes:?}");
    }
    for (architecture, file_type, found) in
        [("bert", "model", "bert"), ("t5encoder", "model", "t5encoder"), ("llama", "adapter", "adapter")]
    {
        let bytes = Tiny { architecture, file_type, ..Tiny::default() }.bytes();
        let refused = refusal(&file(&bytes).path);
        assert!(matches!(&refused, Refusal::Architecture { found: it, .. } if it == found), "{refused}");
    }
    let unknown = Tiny { architecture: "fountainpen", ..Tiny::default() }.bytes();
    assert!(matches!(refusal(&file(&unknown).path), Refusal::Load { .. }));
}

fn a_truncated_model_is_named() {
    let whole = Tiny::default().bytes();
    for length in [8, 20, 60, 500, 5000, 20_000, whole.len() / 2, whole.len() - 1] {
        let refused = refusal(&file(&whole[..length]).path);
        assert!(matches!(refused, Refusal::Damaged { .. }), "{length}: {refused}");
    }
    // Four thousand million million tensors, and as many keys.
    for at in [8, 16] {
        let mut bytes = whole.clone();
        bytes[at..at + 8].copy_from_slice(&(1_u64 << 62).to_le_bytes());
        assert!(matches!(refusal(&file(&bytes).path), Refusal::Damaged { .. }));
    }
}

fn a_model_without_a_template_is_named() {
    let model = file(&Tiny { template: None, ..Tiny::default() }.bytes());
    let silent = worker(&model.path);
    let Outcome::Done(info) = silent.info(&Cancel::new()).unwrap() else { panic!("cancelled") };
    assert!(!info.chat_template);
    let refused = chat(&silent, &conversation("hello"), &random(5, 1)).unwrap_err();
    assert!(matches!(refused, LlamaError::Refused(Refusal::NoTemplate)), "{refused}");

    let model = file(&Tiny { template: Some("{{ messages | shout }}"), ..Tiny::default() }.bytes());
    let refused = chat(&worker(&model.path), &conversation("hello"), &random(5, 1)).unwrap_err();
    assert!(matches!(refused, LlamaError::Refused(Refusal::Template)), "{refused}");
}

/// One byte of the header is changed at a time, but not in the long lists of the vocabulary. What llama.cpp makes
/// of it is its own affair, in its own process.
fn no_damaged_file_hangs_or_brings_down_the_program() {
    let whole = Tiny::default().bytes();
    let find = |text: &str| whole.windows(text.len()).position(|bytes| bytes == text.as_bytes()).unwrap();
    let (keys, tensors) = (find("tokenizer.ggml.tokens"), find("token_embd.weight"));
    let mut state = 5_u64;
    let mut next = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    let (mut used, mut refused, mut ended) = (0, 0, 0);
    for number in 0..60 {
        let mut bytes = whole.clone();
        let at = if number % 2 == 0 { next(keys) } else { tensors + next(1200) };
        bytes[at] = next(256) as u8;
        let model = file(&bytes);
        match chat(&worker(&model.path), &conversation("hello"), &random(3, 1)) {
            Ok(_) => used += 1,
            Err(LlamaError::Refused(_)) => refused += 1,
            Err(LlamaError::Ended { ending, .. }) => {
                println!("  byte {at}: the process {ending}");
                ended += 1;
            }
            Err(other) => panic!("byte {at}: {other}"),
        }
        assert_eq!(children(), [0_u32; 0]);
    }
    println!("  of 60 damaged files {used} could be used, {refused} were refused, {ended} ended the worker");
    assert!(refused > 0);
}
