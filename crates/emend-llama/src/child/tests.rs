//! llama.cpp in this very process, on the T5 that comes with the program: what [`NextToken`] promises.

use emend_decode::{Cancel, NextToken, TokenId};
use llama_cpp_2::llama_backend::LlamaBackend;

use super::engine::{Engine, Entry};
use super::scorer::{Scorer, State};
use super::serve::open;
use crate::types::Kind;
use crate::wire::Load;

/// Two sources of different lengths, and what is written after them. Any tokens will do.
const SOURCES: [&[TokenId]; 2] = [&[310, 290, 1500, 333, 1], &[700, 1]];
const START: TokenId = 0;

/// Reads `n` tokens per row and returns the scores after each, (rows, n, V).
fn append(scorer: &Scorer<'_, '_>, state: &mut State, tokens: &[TokenId]) -> Vec<f32> {
    let mut logits = Vec::new();
    scorer.append(state, tokens, tokens.len() / scorer.rows(state), &mut logits).unwrap();
    logits
}

/// Largest difference. Keys and values are kept in half precision, so how many tokens are read at once shows.
#[track_caller]
fn assert_close(found: &[f32], expected: &[f32]) {
    assert_eq!(found.len(), expected.len());
    let difference = found.iter().zip(expected).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
    assert!(difference < 0.02, "scores differ by {difference}");
    let varied = expected.iter().fold((f32::MAX, f32::MIN), |(low, high), &x| (low.min(x), high.max(x)));
    assert!(varied.1 - varied.0 > 5.0, "the scores say something: {varied:?}");
}

#[test]
fn reading_at_once_taking_back_and_reordering_agree_with_one_by_one() {
    let backend = LlamaBackend::init().unwrap();
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../models/starter/model.gguf").to_owned();
    let load = Load { path, context: 1024, threads: 1, gpu_layers: None };
    let (model, header) = open(&backend, &load, &Cancel::new()).unwrap();
    assert_eq!(header.kind, Kind::T5);
    let mut engine = Engine::new(&backend, &model, header.kind, load.context, &load).unwrap();
    let vocab = engine.vocab;
    let slots = [[0, 1], [2, 3]];
    let entries = SOURCES.iter().zip(&slots).flat_map(|(source, slots)| {
        let entry = move |(position, &token)| Entry { token, position, slots, scored: true };
        source.iter().enumerate().map(entry)
    });
    engine.encode(entries).unwrap();
    let cancel = Cancel::new();
    let scorer = Scorer::t5(&mut engine, &cancel, SOURCES.len(), 2);

    // One by one: row 0 reads start, 400, 600; row 1 reads start, 500, 800.
    let mut state = scorer.start().unwrap();
    let singly: Vec<Vec<f32>> = [[START, START], [400, 500], [600, 800]]
        .iter()
        .map(|tokens| append(&scorer, &mut state, tokens))
        .collect();
    let single = |row: usize, at: usize| &singly[at][row * vocab..(row + 1) * vocab];
    assert!(single(0, 0) != single(1, 0), "the rows read different sources");

    // At once.
    let mut state = scorer.start().unwrap();
    let together = append(&scorer, &mut state, &[START, 400, 600, START, 500, 800]);
    for row in 0..2 {
        for at in 0..3 {
            assert_close(&together[(row * 3 + at) * vocab..][..vocab], single(row, at));
        }
    }

    // Two tokens taken back, another one read, that one taken back, and the first ones again.
    scorer.truncate(&mut state, 1).unwrap();
    assert_eq!(scorer.len(&state), 1);
    let elsewhere = append(&scorer, &mut state, &[900, 901]);
    assert!(elsewhere[..vocab] != *single(0, 1));
    scorer.truncate(&mut state, 1).unwrap();
    let again = append(&scorer, &mut state, &[400, 500]);
    assert_close(&again[..vocab], single(0, 1));
    assert_close(&again[vocab..], single(1, 1));

    // Rows 1, 0, 0: the two that continue row 0 go on alike, and apart.
    scorer.reorder(&mut state, &[1, 0, 0]).unwrap();
    let next = append(&scorer, &mut state, &[800, 600, 600]);
    assert_close(&next[..vocab], single(1, 2));
    assert_close(&next[vocab..2 * vocab], single(0, 2));
    assert_close(&next[2 * vocab..], single(0, 2));
    scorer.truncate(&mut state, 2).unwrap();
    let apart = append(&scorer, &mut state, &[800, 600, 900]);
    assert_close(&apart[vocab..2 * vocab], single(0, 2));
    assert!(apart[2 * vocab..] != apart[vocab..2 * vocab]);

    // Row 0 alone.
    scorer.reorder(&mut state, &[0]).unwrap();
    scorer.truncate(&mut state, 2).unwrap();
    assert_close(&append(&scorer, &mut state, &[800]), single(1, 2));
    assert!(scorer.reorder(&mut state, &[0, 0, 0]).is_err(), "two slots per source");
}
