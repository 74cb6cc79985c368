//! A text that was read before has the same numbers as one that is read for the first time, on the weights that come with
//! the program, and the encoder is not asked about it again.

#![allow(clippy::unwrap_used)]

use std::path::Path;

use candle_core::{Device, Tensor};
use emend_decode::{NextToken, TokenId};
use emend_models::t5::{Reading, Readings, T5};
use emend_models::{Lora, Seq2Seq, open_folder};

const ROOM: usize = 16 << 20;

fn starter() -> Seq2Seq {
    open_folder(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models/starter.toml")).unwrap()
}

/// Sources of different lengths.
fn sources(model: &Seq2Seq) -> Vec<Vec<TokenId>> {
    let texts = [
        "Fix the grammar: The ferry leave at seven, so we has to hurry.",
        "Fix the grammar: Yes.",
        "Make this text more formal: Can you send me that thing about the roof? The neighbours keep asking, and I don't know.",
        "Fix the grammar: In 1987 the bakery had 14 employee and two oven.",
    ];
    let source = |text: &&str| {
        let mut tokens = model.tokens.encode(text);
        tokens.push(model.tokens.end());
        tokens
    };
    texts.iter().map(source).collect()
}

/// The bits of all scores after a few tokens that are read about each source.
fn scores(reading: &Reading<'_>) -> Vec<u32> {
    let mut state = reading.start().unwrap();
    let tokens: Vec<TokenId> = (0..reading.rows(&state)).flat_map(|_| [0, 9, 37]).collect();
    let mut scores = Vec::new();
    reading.append(&mut state, &tokens, 3, &mut scores).unwrap();
    scores.iter().map(|score| score.to_bits()).collect()
}

/// An adapter that makes a difference.
fn put_on(t5: &mut T5, scale: f64) {
    for (_, linear) in t5.linears_mut() {
        let (out, width) = linear.dims();
        let matrix = |rows: usize, columns: usize| {
            let numbers = (0..rows * columns).map(|at| (at * 37 % 101) as f32 / 1e3 - 0.05).collect();
            Tensor::from_vec(numbers, (rows, columns), &Device::Cpu).unwrap()
        };
        linear.set_lora(Some(Lora { a: matrix(4, width), b: matrix(out, 4), scale })).unwrap();
    }
}

#[test]
fn alone_together_and_remembered_are_the_same_to_the_bit() {
    let model = starter();
    let sources = sources(&model);
    let slices: Vec<&[TokenId]> = sources.iter().map(Vec::as_slice).collect();
    let together = scores(&model.t5.read(&slices).unwrap());
    let alone: Vec<u32> =
        slices.iter().flat_map(|source| scores(&model.t5.read(&[source]).unwrap())).collect();
    assert!(together == alone);

    let mut readings = Readings::new(ROOM);
    // Two are known when all are asked for, one stands there twice.
    model.t5.read_with(&[slices[2], slices[0]], &mut readings).unwrap();
    let asked = [slices[0], slices[1], slices[2], slices[3]];
    assert!(scores(&model.t5.read_with(&asked, &mut readings).unwrap()) == together);
    assert_eq!(readings.encoded, 4);
    let again = [slices[3], slices[3], slices[1]];
    let expected = scores(&model.t5.read(&again).unwrap());
    assert!(scores(&model.t5.read_with(&again, &mut readings).unwrap()) == expected);
    assert_eq!(readings.encoded, 4, "nothing is new");
}

#[test]
fn what_stands_there_twice_is_read_once_also_where_nothing_is_remembered() {
    let model = starter();
    let sources = sources(&model);
    let mut readings = Readings::new(0);
    for encoded in [2, 4] {
        let reading = model.t5.read_with(&[&sources[0], &sources[1], &sources[0]], &mut readings).unwrap();
        assert_eq!(reading.rows(&reading.start().unwrap()), 3);
        assert_eq!(readings.encoded, encoded);
    }
}

#[test]
fn the_longest_unused_makes_room() {
    let model = starter();
    let sources = sources(&model);
    let config = model.t5.config();
    let position = 2 * config.num_decoder_layers * config.inner_dim() * size_of::<f32>();
    // Two of them, and what it takes to know them.
    let mut readings = Readings::new(position * (sources[2].len() + sources[0].len()) + 1024);
    let mut encodes = |source: usize| {
        let before = readings.encoded;
        model.t5.read_with(&[&sources[source]], &mut readings).unwrap();
        readings.encoded > before
    };
    assert!(encodes(2) && encodes(1) && !encodes(2));
    assert!(encodes(0), "and it takes the place of the second");
    assert!(!encodes(2) && encodes(1));
}

#[test]
fn another_adapter_or_prefix_reads_anew_and_the_one_before_is_still_known() {
    let base = starter();
    let sources = sources(&base);
    let mut readings = Readings::new(ROOM);
    let mut check = |t5: &T5, is_new: bool, what: &str| {
        let before = readings.encoded;
        let found = scores(&t5.read_with(&[&sources[0]], &mut readings).unwrap());
        assert!(found == scores(&t5.read(&[&sources[0]]).unwrap()), "{what}");
        assert_eq!(readings.encoded > before, is_new, "{what}");
        found
    };
    let alone = check(&base.t5, true, "the model alone");
    let (mut one, mut other) = (base.t5.clone(), base.t5.clone());
    check(&one, false, "a clone is the same model");
    put_on(&mut one, 0.5);
    put_on(&mut other, 0.7);
    let (with_one, with_other) = (check(&one, true, "one adapter"), check(&other, true, "another"));
    assert!(alone != with_one && with_one != with_other, "they matter");
    check(&one.clone(), false, "one adapter again");
    one.set_prefix(&[9, 37]);
    check(&one, true, "a prefix");
    check(&base.t5, false, "the model alone again");
    check(&other, false, "the other adapter again");
}

#[test]
fn what_cannot_be_read_is_refused_as_ever() {
    let model = starter();
    let mut readings = Readings::new(ROOM);
    let refused: [&[&[TokenId]]; 3] = [&[], &[&[]], &[&[0, TokenId::MAX]]];
    for sources in refused {
        let expected = model.t5.read(sources).unwrap_err().to_string();
        assert_eq!(model.t5.read_with(sources, &mut readings).unwrap_err().to_string(), expected);
    }
    assert_eq!(readings.encoded, 0);
}
