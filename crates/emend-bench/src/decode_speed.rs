//! Tokens per second of greedy decoding, one sentence at a time: the time a person waits.

use emend_decode::{NextToken, TokenId};
use emend_models::Seq2Seq;

use crate::child::{Ours, fix};
use crate::peer::PeerFile;
use crate::sample::SENTENCE;
use crate::turns::take_turns;
use crate::{BenchError, Measured, Scenario, Settings};

pub(crate) const SCENARIO: Scenario = Scenario {
    name: "decode-speed",
    about: "tokens per second of greedy decoding, one sentence at a time",
    run,
};

/// Tokens written per turn; both sides write all of them, so that the text does not matter.
const STEPS: usize = 64;

fn run(settings: &Settings) -> Result<Vec<Measured>, BenchError> {
    let ours = Ours::open(&settings.model)?;
    let model = ours.model();
    let mut peer = PeerFile::of(&model.manifest.weights.path)?.open()?;
    let mut source = model.tokens.encode(&fix().prompt(SENTENCE));
    source.push(model.tokens.end());
    let times = take_turns::<BenchError>(
        settings.repetitions,
        || steps(model, &source),
        || peer.greedy(&source, model.tokens.pad(), None, STEPS).map(drop),
    )?;
    let per_second = |seconds: f64| STEPS as f64 / seconds;
    Ok(vec![Measured {
        scenario: SCENARIO.name,
        what: format!("greedy decoding, {} source tokens", source.len()),
        ours: per_second(times.ours()),
        peer: Some(per_second(times.peers())),
        unit: "tokens/s",
        ratio: Some(times.ratio()),
    }])
}

fn steps(model: &Seq2Seq, source: &[TokenId]) -> Result<(), BenchError> {
    let reading = model.t5.read(&[source])?;
    let mut state = reading.start()?;
    let mut logits = Vec::new();
    let mut last = model.tokens.pad();
    for _ in 0..STEPS {
        reading.append(&mut state, &[last], 1, &mut logits)?;
        let best = logits.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1));
        last = best.map_or(last, |(token, _)| token as TokenId);
    }
    Ok(())
}
