//! Sentences per second over a long text: batches by length against one sentence after the other.

use crate::child::{Ours, fix};
use crate::peer::PeerFile;
use crate::sample::{paragraphs, sentences};
use crate::turns::take_turns;
use crate::{BenchError, Measured, Scenario, Settings};

pub(crate) const SCENARIO: Scenario =
    Scenario { name: "batch-throughput", about: "sentences per second over a long text", run };

const SENTENCES: usize = 48;

fn run(settings: &Settings) -> Result<Vec<Measured>, BenchError> {
    let ours = Ours::open(&settings.model)?;
    let model = ours.model();
    let mut peer = PeerFile::of(&model.manifest.weights.path)?.open()?;
    let text = paragraphs(SENTENCES);
    let times = take_turns::<BenchError>(
        settings.repetitions.min(3),
        || ours.rewrite(&text),
        || {
            for sentence in sentences(SENTENCES) {
                let mut source = model.tokens.encode(&fix().prompt(sentence));
                source.push(model.tokens.end());
                let written =
                    peer.greedy(&source, model.tokens.pad(), Some(model.tokens.end()), source.len() + 12)?;
                model.tokens.decode(&written)?;
            }
            Ok(())
        },
    )?;
    let per_second = |seconds: f64| SENTENCES as f64 / seconds;
    Ok(vec![Measured {
        scenario: SCENARIO.name,
        what: format!("{SENTENCES} sentences, text to edits"),
        ours: per_second(times.ours()),
        peer: Some(per_second(times.peers())),
        unit: "sentences/s",
        ratio: Some(times.ratio()),
    }])
}
