//! One model on two backends: a T5 on llama.cpp scores and writes what it does on candle. The worker is this very
//! binary, so `main` is ours.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod floats;
mod starter;

use std::path::PathBuf;

use emend_decode::{Decoded, Hypothesis, Limits, NextToken, TokenId};
use emend_llama::{LlamaError, Options, Worker};
use emend_models::Seq2Seq;

fn main() {
    emend_llama::worker_main(std::env::args_os().skip(1));
    floats::the_graph_is_the_same();
    starter::the_starter_writes_the_same();
    println!("the two backends agree");
}

/// A worker that uses one thread, for the shared machine that tests run on.
fn worker(model: PathBuf) -> Worker {
    Worker::new(Options { threads: 1, ..Options::new(model) })
}

fn done(decoded: Result<Decoded, LlamaError>) -> Vec<Hypothesis> {
    match decoded.unwrap() {
        Decoded::Done(hypotheses) => hypotheses,
        Decoded::Cancelled => panic!("nobody cancelled"),
    }
}

/// Log-probabilities of `output` after `source` on candle, in one pass.
fn scored_on_candle(candle: &Seq2Seq, source: &[TokenId], output: &[TokenId], limits: Limits) -> Vec<f32> {
    let reading = candle.t5.read(&[source]).unwrap();
    let (mut state, mut scores) = (reading.start().unwrap(), Vec::new());
    let read = [&[limits.start], output].concat();
    reading.append(&mut state, &read, read.len(), &mut scores).unwrap();
    let rows = scores.chunks_exact(reading.vocab_size());
    let logprob = |(row, &token): (&[f32], &TokenId)| {
        let max = row.iter().copied().fold(f32::MIN, f32::max);
        row[token as usize] - max - row.iter().map(|score| (score - max).exp()).sum::<f32>().ln()
    };
    rows.zip(output.iter().chain([&limits.end])).map(logprob).collect()
}

/// How far two lists of log-probabilities are apart.
struct Distance {
    largest: f32,
    mean: f32,
}

#[track_caller]
fn distance(found: &[f32], expected: &[f32]) -> Distance {
    assert_eq!(found.len(), expected.len());
    let apart: Vec<f32> = found.iter().zip(expected).map(|(a, b)| (a - b).abs()).collect();
    let largest = apart.iter().copied().fold(0.0, f32::max);
    Distance { largest, mean: apart.iter().sum::<f32>() / apart.len() as f32 }
}
