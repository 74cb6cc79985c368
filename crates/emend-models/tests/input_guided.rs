//! Input-guided decoding writes what plain decoding writes, to the last bit, on the weights that come with the program.
//!
//! The toy models of `emend-decode` show it for the algorithm; here it also needs kernels whose scores for a position do
//! not depend on what else is read in the same pass.

#![allow(clippy::unwrap_used)]

use std::path::Path;

use candle_core::{Device, Tensor};
use emend_decode::logits::{ForbiddenWords, Length, Unwritable};
use emend_decode::{
    Cancel, Cost, Decoded, Given, Guide, Hypothesis, Limits, LogitsProcessor, Pace, Sampling, Search,
    TokenId, forced, greedy, input_guided, input_guided_sample, sample,
};
use emend_models::{Lora, Seq2Seq, open_folder};
use emend_text::{INTENTS, Instruction};

/// One a line: questions, lists of names, numbers, quotations, emoji, from one word to a paragraph.
fn sentences() -> Vec<&'static str> {
    include_str!("input_guided/sentences.txt").lines().collect()
}

/// Random numbers for slips of the pen (Steele et al. 2014, `SplitMix64`).
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((mixed ^ (mixed >> 31)) % limit.max(1) as u64) as usize
    }
}

/// The sentence with some words dropped, doubled, exchanged, misspelt or without their ending. One word is left as it is.
fn with_slips(sentence: &str, slips: usize, random: &mut Random) -> String {
    let mut words: Vec<String> = sentence.split(' ').map(str::to_owned).collect();
    for _ in 0..slips {
        if words.len() < 2 {
            break;
        }
        let at = random.below(words.len() - 1);
        match random.below(5) {
            0 => drop(words.remove(at)),
            1 => words.insert(at, words[at].clone()),
            2 => words.swap(at, at + 1),
            3 => {
                let mut letters: Vec<char> = words[at].chars().collect();
                let place = random.below(letters.len().saturating_sub(1));
                if place + 1 < letters.len() {
                    letters.swap(place, place + 1);
                }
                words[at] = letters.into_iter().collect();
            }
            _ => {
                let kept = words[at].trim_end_matches(['s', 'd']).len();
                words[at].truncate(kept);
            }
        }
    }
    words.join(" ")
}

/// Instruction, text and limits as tokens.
struct Input {
    source: Vec<TokenId>,
    text: Vec<TokenId>,
    limits: Limits,
}

/// Each sentence comes with each wish: their numbers have no common divisor.
fn inputs(model: &Seq2Seq, number: usize, seed: u64) -> Vec<Input> {
    let (tokens, sentences) = (&model.tokens, sentences());
    let mut random = Random(seed);
    let input = |number: usize| {
        let text = with_slips(sentences[number % sentences.len()], random.below(6), &mut random);
        let mut source = tokens.encode(&Instruction::Intent(INTENTS[number % INTENTS.len()]).prompt(&text));
        source.push(tokens.end());
        let most = Limits { max_tokens: 160, start: tokens.pad(), end: tokens.end() };
        Input { limits: most.relative(source.len(), 1.3, 12), text: tokens.encode(&text), source }
    };
    (0..number).map(input).collect()
}

fn done(decoded: Decoded) -> Vec<Hypothesis> {
    match decoded {
        Decoded::Done(written) => written,
        Decoded::Cancelled => panic!("nobody cancels"),
    }
}

/// How to write; a guide's cost is given, so that the same passes are made on every machine.
#[derive(Clone, Copy)]
enum How {
    Plain,
    Guided { position: f64 },
}

/// Greedy outputs, `rows` inputs at a time, and samples when `sampling` says so. What has no text is never written, as in the
/// application; `processors` come on top.
fn write(
    model: &Seq2Seq,
    inputs: &[Input],
    rows: usize,
    processors: &[&dyn LogitsProcessor],
    sampling: Option<&Sampling>,
    how: How,
) -> Vec<Hypothesis> {
    let unwritable = Unwritable { pad: model.tokens.pad(), known: model.tokens.len() };
    let processors = [&[&unwritable as &dyn LogitsProcessor], processors].concat();
    let mut all = Vec::new();
    for batch in inputs.chunks(rows) {
        let sources: Vec<&[TokenId]> = batch.iter().map(|input| input.source.as_slice()).collect();
        let texts: Vec<&[TokenId]> = batch.iter().map(|input| input.text.as_slice()).collect();
        let limits: Vec<Limits> = batch.iter().map(|input| input.limits).collect();
        let reading = model.t5.read(&sources).unwrap();
        let search = Search { limits: &limits, processors: &processors, cancel: &Cancel::new() };
        let written = match (how, sampling) {
            (How::Plain, None) => greedy(&reading, &search),
            (How::Plain, Some(sampling)) => sample(&reading, &search, sampling),
            (How::Guided { position }, sampling) => {
                let mut pace = Pace::given(Cost { pass: 1.0, position });
                let guide = Guide { texts: &texts, streams: &[], pace: &mut pace };
                match sampling {
                    None => input_guided(&reading, &search, guide),
                    Some(sampling) => input_guided_sample(&reading, &search, sampling, guide),
                }
            }
        };
        all.extend(
            done(written.unwrap()).into_iter().map(|hypothesis| Hypothesis { source: 0, ..hypothesis }),
        );
    }
    all
}

/// Both models that come with the program.
fn models() -> [Seq2Seq; 2] {
    ["starter.toml", "starter-plus.toml"].map(|file| {
        open_folder(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models").join(file)).unwrap()
    })
}

/// Puts an adapter on each matrix.
fn adapt(model: &mut Seq2Seq) {
    let mut random = Random(7);
    for (_, linear) in model.t5.linears_mut() {
        let (out, width) = linear.dims();
        let mut matrix = |rows: usize, columns: usize| {
            let numbers = (0..rows * columns).map(|_| random.below(1001) as f32 / 1e4 - 0.05).collect();
            Tensor::from_vec(numbers, (rows, columns), &Device::Cpu).unwrap()
        };
        let (a, b) = (matrix(4, width), matrix(out, 4));
        linear.set_lora(Some(Lora { a, b, scale: 0.5 })).unwrap();
    }
}

#[track_caller]
fn assert_same(found: &[Hypothesis], expected: &[Hypothesis], what: &str) {
    assert_eq!(found.len(), expected.len());
    let different: Vec<usize> = (0..found.len()).filter(|&at| found[at] != expected[at]).collect();
    let words = different.iter().filter(|&&at| found[at].tokens != expected[at].tokens).count();
    if let Some(&first) = different.first() {
        panic!(
            "{what}: {} of {} differ, {words} of them in their tokens; first {:?} and {:?}",
            different.len(),
            found.len(),
            found[first],
            expected[first]
        );
    }
}

/// Rows that are written together, and what a position costs, so that drafts are long and short.
const BATCHES: [(usize, f64); 3] = [(1, 0.02), (4, 0.1), (16, 0.05)];

#[test]
fn guided_greedy_is_greedy() {
    for model in models() {
        let inputs = inputs(&model, 41, 1);
        let expected = write(&model, &inputs, 16, &[], None, How::Plain);
        for (rows, position) in BATCHES {
            let found = write(&model, &inputs, rows, &[], None, How::Guided { position });
            assert_same(&found, &expected, &format!("{}, batches of {rows}", model.manifest.id));
        }
    }
}

/// Each text in one of the batch sizes. `EMEND_TEXTS` says how many there are of the starter, and the larger model has half as
/// many: some thousands after a change of the kernels or of the strategy, which takes minutes.
#[test]
fn guided_greedy_is_greedy_for_many_texts() {
    let texts = std::env::var("EMEND_TEXTS").ok().and_then(|texts| texts.parse().ok());
    let texts: usize = texts.unwrap_or(480);
    for (model, texts) in models().into_iter().zip([texts, texts / 2]) {
        let inputs = inputs(&model, texts, 2);
        for (inputs, (rows, position)) in inputs.chunks(texts.div_ceil(BATCHES.len()).max(1)).zip(BATCHES) {
            let expected = write(&model, inputs, 16, &[], None, How::Plain);
            let found = write(&model, inputs, rows, &[], None, How::Guided { position });
            assert_same(&found, &expected, &format!("{}, batches of {rows}", model.manifest.id));
        }
    }
}

/// Words that are forbidden, and bounds of length.
fn processors(inputs: &[Input]) -> (ForbiddenWords, Length) {
    let words = inputs.iter().filter_map(|input| input.text.get(2..4));
    let bounds = inputs.iter().map(|input| (input.text.len() + 2, input.text.len() + 6));
    (ForbiddenWords(words.map(<[TokenId]>::to_vec).collect()), Length { bounds: bounds.collect() })
}

#[test]
fn also_under_processors() {
    for model in models() {
        let inputs = inputs(&model, 33, 3);
        let (forbidden, length) = processors(&inputs);
        let processors: [&dyn LogitsProcessor; 2] = [&forbidden, &length];
        let expected = write(&model, &inputs, 33, &processors, None, How::Plain);
        assert_ne!(expected, write(&model, &inputs, 33, &[], None, How::Plain), "the processors matter");
        let found = write(&model, &inputs, 33, &processors, None, How::Guided { position: 0.05 });
        assert_same(&found, &expected, "processors");
    }
}

/// What was written, read as a given text: the same numbers, whatever is read beside it.
#[test]
fn given_texts_have_the_numbers_of_written_ones() {
    for model in models() {
        let inputs = inputs(&model, 33, 8);
        let sources: Vec<&[TokenId]> = inputs.iter().map(|input| input.source.as_slice()).collect();
        let limits: Vec<Limits> = inputs.iter().map(|input| input.limits).collect();
        let reading = model.t5.read(&sources).unwrap();
        let search = Search { limits: &limits, processors: &[], cancel: &Cancel::new() };
        let how = Sampling { samples: 2, temperature: 0.9, top_k: 0, top_p: 0.95, seed: 9 };
        let mut written = done(greedy(&reading, &search).unwrap());
        written.extend(done(sample(&reading, &search, &how).unwrap()));
        written.retain(|text| text.finished);
        assert!(written.len() > 80, "{}", written.len());
        let given: Vec<Given<'_>> =
            written.iter().map(|text| Given { source: text.source, tokens: &text.tokens }).collect();
        assert_same(&done(forced(&reading, &search, &given).unwrap()), &written, "given");
    }
}

#[test]
fn guided_samples_are_samples() {
    let how = Sampling { samples: 3, temperature: 0.9, top_k: 0, top_p: 0.95, seed: 5 };
    for mut model in models() {
        let inputs = inputs(&model, 20, 4);
        let (forbidden, length) = processors(&inputs);
        let check = |model: &Seq2Seq, processors: &[&dyn LogitsProcessor], what: &str| {
            // Bounds of length are those of a source's place: all sources are written together.
            let expected = write(model, &inputs, inputs.len(), processors, Some(&how), How::Plain);
            let guided = How::Guided { position: 0.05 };
            let found = write(model, &inputs, inputs.len(), processors, Some(&how), guided);
            assert_same(&found, &expected, what);
            expected
        };
        let samples = check(&model, &[], "samples");
        assert_ne!(check(&model, &[&forbidden, &length], "samples under processors"), samples);
        adapt(&mut model);
        assert_ne!(check(&model, &[], "samples with adapters"), samples);
    }
}

#[test]
fn also_with_adapters() {
    for mut model in models() {
        let inputs = inputs(&model, 33, 6);
        let before = write(&model, &inputs, 16, &[], None, How::Plain);
        adapt(&mut model);
        let expected = write(&model, &inputs, 16, &[], None, How::Plain);
        assert_ne!(expected, before, "the adapters matter");
        for rows in [1, 16] {
            let found = write(&model, &inputs, rows, &[], None, How::Guided { position: 0.05 });
            assert_same(&found, &expected, &format!("adapters, batches of {rows}"));
        }
    }
}

/// What an older processor would compute: the law holds for the kernels of each.
#[test]
fn also_with_the_kernels_of_other_processors() {
    let [model, _] = models();
    let inputs = inputs(&model, 12, 9);
    let mut outputs: Vec<Vec<Hypothesis>> = Vec::new();
    emend_kernels::simd::each(|processor| {
        let expected = write(&model, &inputs, 12, &[], None, How::Plain);
        for (rows, position) in BATCHES {
            let found = write(&model, &inputs, rows, &[], None, How::Guided { position });
            assert_same(&found, &expected, &format!("{processor}, batches of {rows}"));
        }
        outputs.push(expected);
    });
    for other in &outputs[1..] {
        assert_ne!(other, &outputs[0], "they round in another way");
        let same = other.iter().zip(&outputs[0]).filter(|(a, b)| a.tokens == b.tokens).count();
        assert!(same >= 10, "and write the same: {same} of 12");
    }
}
