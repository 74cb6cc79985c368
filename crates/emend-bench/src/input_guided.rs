//! Input-guided decoding beside our own plain greedy search: the same model, the same texts, the same output.

use std::time::Instant;

use emend_decode::{Cancel, Decoded, Guide, Hypothesis, Limits, Pace, Search, TokenId, greedy, input_guided};
use emend_engine::seq2seq::{limits, source};
use emend_engine::{EngineError, Prompt};
use emend_models::Seq2Seq;

use crate::child::{Ours, fix};
use crate::sample::{from_file, sentences};
use crate::turns::take_turns;
use crate::{BenchError, Measured, Scenario, Settings};

pub(crate) const SCENARIO: Scenario =
    Scenario { name: "input-guided", about: "input-guided decoding beside our own plain greedy search", run };

/// Sentences of our own, where no texts are given.
const SENTENCES: usize = 48;

/// Sentences that are read and written together, in the second measurement.
const BATCH: usize = 16;

/// A text as tokens: with the instruction, alone, and how much may be written.
struct Text {
    source: Vec<TokenId>,
    alone: Vec<TokenId>,
    limits: Limits,
}

fn run(settings: &Settings) -> Result<Vec<Measured>, BenchError> {
    let ours = Ours::open(&settings.model)?;
    let model = ours.model();
    let lines = match &settings.texts {
        Some(path) => from_file(path)?,
        None => sentences(SENTENCES).map(str::to_owned).collect(),
    };
    let instruction = fix();
    let texts: Vec<Text> = lines
        .iter()
        .map(|line| {
            let prompt = Prompt { instruction: &instruction, text: line };
            let source = source(&model.tokens, &model.manifest.prompt_form, &prompt);
            let limits = limits(&model.tokens, &instruction, source.len());
            Text { source, alone: model.tokens.encode(line), limits }
        })
        .collect();

    let mut measured = Vec::new();
    for (rows, how) in [(1, "one by one".to_owned()), (BATCH, format!("{BATCH} together"))] {
        let (mut written, mut expected, mut pace) = (Vec::new(), Vec::new(), Pace::measured(Instant::now));
        let times = take_turns::<BenchError>(
            settings.repetitions.min(3),
            || {
                pace = Pace::measured(Instant::now);
                write(model, &texts, rows, Some(&mut pace)).map(|hypotheses| written = hypotheses)
            },
            || write(model, &texts, rows, None).map(|hypotheses| expected = hypotheses),
        )?;
        if let Some(text) = (0..texts.len()).find(|&text| written[text] != expected[text]) {
            return Err(BenchError::Differs { text: lines[text].clone() });
        }
        // The end is a token that is decided like any other.
        let tokens: usize = written.iter().map(|hypothesis| hypothesis.logprobs.len()).sum();
        let per_pass = tokens as f64 / pace.row_passes as f64;
        let per_second = |seconds: f64| texts.len() as f64 / seconds;
        measured.push(Measured {
            scenario: SCENARIO.name,
            what: format!("guided / plain greedy, {how}, tokens a pass"),
            ours: per_pass,
            peer: Some(1.0),
            unit: "tokens",
            ratio: Some(per_pass),
        });
        measured.push(Measured {
            scenario: SCENARIO.name,
            what: format!("guided / plain greedy, {how}, {} texts", texts.len()),
            ours: per_second(times.ours()),
            peer: Some(per_second(times.peers())),
            unit: "sentences/s",
            ratio: Some(times.ratio()),
        });
    }
    Ok(measured)
}

/// All outputs, `rows` texts at a time; guided when there is a pace.
fn write(
    model: &Seq2Seq,
    texts: &[Text],
    rows: usize,
    mut pace: Option<&mut Pace>,
) -> Result<Vec<Hypothesis>, BenchError> {
    let mut all = Vec::with_capacity(texts.len());
    for batch in texts.chunks(rows) {
        let sources: Vec<&[TokenId]> = batch.iter().map(|text| text.source.as_slice()).collect();
        let limits: Vec<Limits> = batch.iter().map(|text| text.limits).collect();
        let reading = model.t5.read(&sources)?;
        let search = Search { limits: &limits, processors: &[], cancel: &Cancel::new() };
        let written = match &mut pace {
            None => greedy(&reading, &search),
            Some(pace) => {
                let texts: Vec<&[TokenId]> = batch.iter().map(|text| text.alone.as_slice()).collect();
                input_guided(&reading, &search, Guide { texts: &texts, streams: &[], pace })
            }
        };
        if let Decoded::Done(written) = written.map_err(EngineError::from)? {
            all.extend(written);
        }
    }
    Ok(all)
}
