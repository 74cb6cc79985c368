//! The engine on a real network: the tiny T5 of the parity tests, with a tokenizer of letters.
//!
//! Its weights are random, so what it writes is noise. That is the point: batches, places of tokens, cancelling
//! and the checks of the pipeline must hold whatever a model writes.

#![allow(clippy::expect_used, clippy::panic)]

use std::cell::RefCell;
use std::path::Path;

use emend_engine::seq2seq::{InSession, Session};
use emend_engine::{
    Cached, Cancel, Cascade, Corrected, Draft, DraftCache, Drafted, Drafting, Outcome, Prompt, Request,
    Rewriter, SegmentOutcome, rewrite,
};
use emend_models::{Seq2Seq, open_folder};
use emend_text::{Dictionary, Format, Glossary, Instruction, Proposal, Span, intent};

/// The special tokens and single letters: fewer than the 96 that the network scores.
fn tokenizer() -> String {
    let letters = ('a'..='z').chain('A'..='Z').chain(['.', ',', ':', '\u{2581}']).map(String::from);
    let vocab: Vec<String> = ["<pad>", "</s>", "<unk>"]
        .map(str::to_owned)
        .into_iter()
        .chain(letters)
        .map(|piece| format!(r#"["{piece}", -3.0]"#))
        .collect();
    let special: Vec<String> = (0..)
        .zip(["<pad>", "</s>", "<unk>"])
        .map(|(id, content): (u32, _)| {
            format!(
                r#"{{"id": {id}, "content": "{content}", "single_word": false, "lstrip": false,
                "rstrip": false, "normalized": false, "special": true}}"#
            )
        })
        .collect();
    let metaspace =
        r#"{"type": "Metaspace", "replacement": "\u2581", "prepend_scheme": "always", "split": true}"#;
    format!(
        r#"{{"version": "1.0", "truncation": null, "padding": null, "added_tokens": [{special}],
        "normalizer": null, "pre_tokenizer": {metaspace}, "post_processor": null, "decoder": {metaspace},
        "model": {{"type": "Unigram", "unk_id": 2, "byte_fallback": false, "vocab": [{vocab}]}}}}"#,
        special = special.join(","),
        vocab = vocab.join(",")
    )
}

fn model() -> Seq2Seq {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/parity/golden/t5-v1.0-relu-tied");
    let folder = tempfile::tempdir().expect("a folder");
    for file in ["config.json", "model.safetensors"] {
        std::fs::copy(golden.join(file), folder.path().join(file)).expect("a golden file");
    }
    std::fs::write(folder.path().join("tokenizer.json"), tokenizer()).expect("a tokenizer");
    open_folder(folder.path()).expect("a model")
}

fn fix() -> Instruction {
    Instruction::Intent(intent("fix").expect("an intent"))
}

fn drafts(model: &dyn Rewriter, texts: &[&str], how: Drafting) -> Vec<Vec<Draft>> {
    let fix = fix();
    let prompts: Vec<Prompt<'_>> = texts.iter().map(|text| Prompt { instruction: &fix, text }).collect();
    match model.draft(&prompts, &how, &Cancel::new()).expect("no failure") {
        Drafted::Done(drafts) => drafts,
        Drafted::Cancelled => panic!("nobody cancelled"),
    }
}

const TEXTS: [&str; 4] = [
    "We was late.",
    "He go home every day, and she go with him, but they never talk on the way.",
    "A b c",
    "There was many people in the house.",
];

#[test]
fn given_texts_are_read_in_their_order() {
    let model = model();
    let fix = fix();
    let prompts: Vec<Prompt<'_>> = TEXTS.iter().map(|text| Prompt { instruction: &fix, text }).collect();
    let texts: Vec<Vec<String>> = vec![
        vec!["We were late.".into(), "We was late.".into()],
        Vec::new(),
        vec!["A b c".into()],
        vec!["There were many people in the house.".into(), "No.".into(), "There was.".into()],
    ];
    let read =
        |prompts: &[Prompt<'_>], texts: &[Vec<String>]| match model.reread(prompts, texts, &Cancel::new()) {
            Ok(Drafted::Done(read)) => read,
            other => panic!("expected drafts, found {other:?}"),
        };
    let together = read(&prompts, &texts);
    for (at, (read_together, texts)) in together.iter().zip(&texts).enumerate() {
        let found: Vec<&String> = read_together.iter().map(|draft| &draft.text).collect();
        assert_eq!(found, texts.iter().collect::<Vec<_>>());
        let alone = read(&prompts[at..=at], std::slice::from_ref(texts));
        assert_eq!(alone, std::slice::from_ref(read_together), "the texts beside it do not matter");
    }
    assert!(together[0][0].ending.logprob() < Some(0.0) && together[0][0].tokens[0].logprob < 0.0);
}

#[test]
fn a_batch_writes_what_one_by_one_writes() {
    let model = model();
    let together = drafts(&model, &TEXTS, Drafting::Best);
    assert_eq!(together.iter().map(Vec::len).collect::<Vec<_>>(), [1; 4]);
    for (text, together) in TEXTS.iter().zip(&together) {
        let alone = drafts(&model, &[text], Drafting::Best).remove(0).remove(0);
        assert_eq!(alone.text, together[0].text, "{text}");
        for (a, b) in alone.tokens.iter().zip(&together[0].tokens) {
            assert_eq!(a.end, b.end);
            assert!((a.logprob - b.logprob).abs() < 1e-3, "{text}: {} and {}", a.logprob, b.logprob);
        }
    }
}

#[test]
fn tokens_cover_the_text_in_order() {
    for draft in drafts(&model(), &TEXTS, Drafting::Best).concat() {
        assert!(draft.tokens.windows(2).all(|pair| pair[0].end <= pair[1].end));
        assert_eq!(draft.tokens.last().map_or(0, |token| token.end), draft.text.len());
        assert!(draft.tokens.iter().all(|token| token.logprob <= 0.0));
    }
}

#[test]
fn several_drafts_differ_and_follow_the_seed() {
    let model = model();
    let texts = |seed| -> Vec<Vec<String>> {
        drafts(&model, &TEXTS[..2], Drafting::Several { number: 3, seed })
            .into_iter()
            .map(|drafts| drafts.into_iter().map(|draft| draft.text).collect())
            .collect()
    };
    let found = texts(1);
    for drafts in &found {
        let different: std::collections::BTreeSet<&String> = drafts.iter().collect();
        assert!(different.len() >= 3, "noise has no favourites: {drafts:?}");
    }
    assert_eq!(texts(1), found);
    assert_ne!(texts(2), found);
}

#[test]
fn samples_of_a_text_do_not_depend_on_the_texts_beside_it() {
    let (model, how) = (model(), Drafting::Several { number: 3, seed: 5 });
    let together = drafts(&model, &TEXTS, how);
    for (text, together) in TEXTS.iter().zip(together) {
        assert_eq!(drafts(&model, &[text], how), [together], "{text}");
    }
}

/// A number of different sentences.
fn document(sentences: usize) -> Vec<String> {
    let letters: Vec<char> = ('a'..='z').collect();
    let word = |number: usize| -> String { [number, number / 26].map(|n| letters[n % 26]).iter().collect() };
    (0..sentences).map(|number| format!("We was {} today.", word(number))).collect()
}

#[test]
fn editing_one_sentence_costs_one_sentence() {
    let model = model();
    let (session, cache) = (RefCell::new(Session::new()), RefCell::new(DraftCache::new(1 << 20)));
    let writer = InSession::new(&model, &session);
    let cached = Cached::new(&writer, "base".to_owned(), &cache);
    let (fix, glossary) = (fix(), Glossary::default());
    // Row by row, so that the count does not depend on what was drafted for whom.
    let tokens_written = |sentences: &[String]| {
        let written = || session.borrow().pace.row_passes + session.borrow().pace.accepted;
        let before = written();
        let text = sentences.join(" ");
        let request = Request {
            text: &text,
            format: Format::Plain,
            range: None,
            instruction: &fix,
            glossary: &glossary,
            dictionary: &Dictionary::default(),
            alternatives: 2,
            seed: 1,
        };
        let found =
            rewrite(&Cascade::alone(&cached), &request, &Cancel::new(), &mut |_| {}).expect("no failure");
        assert_eq!(
            found,
            rewrite(&Cascade::alone(&model), &request, &Cancel::new(), &mut |_| {}).expect("none")
        );
        assert_eq!(found.segments.len(), sentences.len());
        written() - before
    };
    let mut sentences = document(70);
    let all = tokens_written(&sentences);
    assert!(all > 70 * 3, "three drafts of each at least: {all}");
    assert_eq!(tokens_written(&sentences), 0, "nothing is new");
    sentences[33] = "He go home every day.".to_owned();
    let one = tokens_written(&sentences);
    assert!(one > 0 && one * 20 < all, "{one} of {all}");
    sentences.remove(5);
    sentences.swap(0, 40);
    assert_eq!(tokens_written(&sentences), 0, "order does not matter");
}

#[test]
fn another_seed_or_wish_or_adapter_is_written_anew() {
    let model = model();
    let (session, cache) = (RefCell::new(Session::new()), RefCell::new(DraftCache::new(1 << 20)));
    let writer = InSession::new(&model, &session);
    let passes = |name: &str, how: Drafting, instruction: &Instruction| {
        let before = session.borrow().pace.passes;
        let cached = Cached::new(&writer, name.to_owned(), &cache);
        let prompts = [Prompt { instruction, text: TEXTS[0] }];
        let found = cached.draft(&prompts, &how, &Cancel::new()).expect("no failure");
        assert_eq!(found, model.draft(&prompts, &how, &Cancel::new()).expect("no failure"));
        session.borrow().pace.passes - before
    };
    let (fix, formal) = (fix(), Instruction::Intent(intent("formal").expect("an intent")));
    let seeded = |seed| Drafting::Several { number: 2, seed };
    for (name, how, instruction) in [
        ("base", Drafting::Best, &fix),
        ("base", Drafting::Best, &formal),
        ("adapter", Drafting::Best, &fix),
        ("base", seeded(1), &fix),
        ("base", seeded(2), &fix),
        ("base", Drafting::Several { number: 3, seed: 1 }, &fix),
    ] {
        assert!(passes(name, how, instruction) > 0, "{name} {how:?}");
        assert_eq!(passes(name, how, instruction), 0, "{name} {how:?}");
    }
}

/// Draft, reading of variants, reading of what was taken, and alternatives: all are about one text.
#[test]
fn a_text_is_encoded_once() {
    let mut model = model();
    let session = RefCell::new(Session::new());
    let encoded = || session.borrow().readings.encoded;
    let (text, was) = (TEXTS[0], Span::new(3, 6));
    let propose = |text: &str| {
        let place = (text == TEXTS[0]).then(|| {
            ["were", "wast"]
                .map(|new| Proposal { span: was, replacement: new.to_owned(), prior: 0.0 })
                .to_vec()
        });
        place.into_iter().collect()
    };
    let all = |rewriter: &dyn Rewriter| {
        let corrected = Corrected { rewriter, judge: rewriter, propose: &propose };
        [Drafting::Best, Drafting::Several { number: 3, seed: 2 }].map(|how| drafts(&corrected, &[text], how))
    };
    let expected = all(&model);
    assert_eq!(all(&InSession::new(&model, &session)), expected);
    let first = encoded();
    assert!((1..=2).contains(&first), "the text, and what the model was shown in its place: {first}");
    assert_eq!(all(&InSession::new(&model, &session)), expected);
    drafts(&InSession::new(&model, &session), &[text], Drafting::Best);
    assert_eq!(encoded(), first, "nothing is new");

    // What another adapter brings is another text to read.
    model.t5.set_prefix(&[5, 6]);
    assert_eq!(all(&InSession::new(&model, &session)), all(&model));
    assert!(encoded() > first);
}

#[test]
fn a_raised_cancel_writes_nothing() {
    let (fix, cancel) = (fix(), Cancel::new());
    cancel.cancel();
    let prompts = [Prompt { instruction: &fix, text: TEXTS[0] }];
    assert_eq!(model().draft(&prompts, &Drafting::Best, &cancel).expect("no failure"), Drafted::Cancelled);
}

#[test]
fn letters_survive_and_others_do_not() {
    let model = model();
    // Each letter, each space, and the space that stands before every text.
    assert_eq!(model.measure("We go.").tokens, 7);
    assert!(model.measure("We go.").survives);
    assert!(!model.measure("We go!").survives);
}

#[test]
fn noise_never_reaches_the_document() {
    let text = "# The house\n\nWe was late. He go home every day.\n\nThere was many `people` in the house.\n";
    let (fix, glossary) = (fix(), Glossary::default());
    let request = Request {
        text,
        format: Format::Markdown,
        range: None,
        instruction: &fix,
        glossary: &glossary,
        dictionary: &Dictionary::default(),
        alternatives: 2,
        seed: 1,
    };
    let found =
        rewrite(&Cascade::alone(&model()), &request, &Cancel::new(), &mut |_| {}).expect("no failure");
    assert_eq!((found.outcome, found.text.as_str()), (Outcome::NothingToChange, text));
    let vetoed = |outcome: &SegmentOutcome| matches!(outcome, SegmentOutcome::Vetoed { .. });
    assert!(found.segments.iter().any(|segment| vetoed(&segment.outcome)), "{:?}", found.segments);
}
