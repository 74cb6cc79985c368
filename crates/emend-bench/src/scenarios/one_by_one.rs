//! One sentence at a time: the time that a person waits for decoding, beside every other engine.

use super::Scenario;
use crate::app::OpenApp;
use crate::bench::Bench;
use crate::systems::{GUIDED, PLAIN, open_all};
use crate::texts::Text;
use crate::turns::{Runs, take_turns};
use crate::{Aim, BenchError, Better, Measured};

pub(crate) const SCENARIO: Scenario = Scenario {
    name: "one-by-one",
    about: "Decoding, one sentence at a time, asked to correct it; the same token ids for every engine",
    large: false,
    run,
};

fn run(bench: &Bench<'_>, _: &OpenApp<'_>) -> Result<Vec<Measured>, BenchError> {
    let texts = bench.texts();
    let mut systems = open_all(bench, |_| true)?;
    let runs = take_turns(&mut systems, &texts, 1, bench.settings.extent.repetitions)?;
    let mut lines = compare(SCENARIO.name, &texts, &runs)?;
    for speed in lines.iter_mut().take(1) {
        for (name, least) in AIMS {
            let found = speed.ratio_to(name);
            speed.aims.extend(found.map(|found| Aim::at_least(format!("times {name}"), least, found)));
        }
    }

    let each = |of: fn(&Runs, &[Text]) -> Vec<f64>| -> Vec<(&str, Vec<f64>)> {
        runs.iter().map(|runs| (runs.name, of(runs, &texts))).collect()
    };
    let tokens = Measured::new(SCENARIO.name, "tokens", "tokens/s");
    lines.push(tokens.compared(
        Better::Higher,
        &each(|runs, texts| {
            runs.seconds.iter().map(|seconds| runs.written.tokens(texts) as f64 / seconds).collect()
        }),
    ));
    let per_pass = each(|runs, texts| {
        vec![runs.written.row_passes.map_or(1.0, |passes| runs.written.tokens(texts) as f64 / passes as f64)]
    });
    let found = per_pass.first().and_then(|(_, passes)| passes.first().copied());
    let mut passes = Measured::new(SCENARIO.name, "tokens a decoder pass", "tokens");
    for (name, value) in &per_pass {
        passes = passes.with(*name, value);
    }
    lines.push(passes.aiming(found.map(|found| Aim::at_least("tokens a pass", 3.0, found))));
    lines.push(energy(&texts, &runs));
    Ok(lines)
}

/// Sentences per second, and how many outputs are those of plain greedy search: engines that write other
/// things cannot be compared.
pub(super) fn compare(
    scenario: &'static str,
    texts: &[Text],
    runs: &[Runs],
) -> Result<Vec<Measured>, BenchError> {
    let plain = runs.iter().find(|runs| runs.name == PLAIN.name);
    let same = |runs: &Runs| -> Vec<bool> {
        let expected = plain.map_or(&runs.written.outputs, |plain| &plain.written.outputs);
        runs.written.outputs.iter().zip(expected).map(|(a, b)| a == b).collect()
    };
    for guided in runs.iter().filter(|runs| runs.name == GUIDED.name) {
        if let Some(text) = same(guided).iter().position(|same| !same) {
            return Err(BenchError::Differs { text: texts[text].line.clone() });
        }
    }
    let speeds: Vec<(&str, Vec<f64>)> = runs
        .iter()
        .map(|runs| (runs.name, runs.seconds.iter().map(|seconds| texts.len() as f64 / seconds).collect()))
        .collect();
    let what = format!("{} sentences", texts.len());
    let speed = Measured::new(scenario, what, "sentences/s").compared(Better::Higher, &speeds);
    let mut agreement = Measured::new(scenario, "outputs like plain greedy's", "%");
    for runs in runs {
        let same = same(runs);
        let percent = 100.0 * same.iter().filter(|same| **same).count() as f64 / same.len() as f64;
        agreement = agreement.with(runs.name, &[percent]);
    }
    Ok(vec![speed, agreement])
}

/// How many times as fast as others we want to be with one sentence at a time.
const AIMS: [(&str, f64); 3] =
    [("plain greedy", 2.5), ("CTranslate2 int8", 2.0), ("candle-transformers", 5.0)];

fn energy(texts: &[Text], runs: &[Runs]) -> Measured {
    let columns: Vec<(&str, Vec<f64>)> = runs
        .iter()
        .map(|runs| (runs.name, runs.joules.iter().map(|joules| joules / texts.len() as f64).collect()))
        .collect();
    let line = Measured::new(SCENARIO.name, "energy of the whole processor", "J/sentence");
    let told = columns.iter().any(|(_, joules)| !joules.is_empty());
    let line = line.compared(Better::Lower, &columns);
    if told {
        line
    } else {
        line.noting("not available: this machine does not tell its energy under /sys/class/powercap")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::systems::Written;

    fn runs(name: &'static str, outputs: &[&[u32]]) -> Runs {
        let outputs = outputs.iter().map(|output| output.to_vec()).collect();
        let written = Written { outputs, seconds: 1.0, row_passes: None };
        Runs { name, seconds: vec![1.0], joules: Vec::new(), written }
    }

    fn texts() -> Vec<Text> {
        let limits = emend_decode::Limits { max_tokens: 9, start: 0, end: 1 };
        ["One.", "Two."].map(|line| Text { line: line.into(), source: vec![1], alone: vec![], limits }).into()
    }

    #[test]
    fn engines_are_told_by_how_often_they_write_what_plain_greedy_writes() {
        let all = [
            runs("emend", &[&[5], &[6]]),
            runs("plain greedy", &[&[5], &[6]]),
            runs("llama.cpp", &[&[5], &[7]]),
        ];
        let lines = compare("one-by-one", &texts(), &all).unwrap();
        let shares: Vec<f64> = lines[1].values.iter().map(|value| value.spread.unwrap().median).collect();
        assert_eq!(shares, [100.0, 100.0, 50.0]);
    }

    #[test]
    fn guided_decoding_that_differs_is_a_fault() {
        let all = [runs("emend", &[&[5], &[7]]), runs("plain greedy", &[&[5], &[6]])];
        let error = compare("one-by-one", &texts(), &all).unwrap_err();
        assert!(error.to_string().contains("Two."), "{error}");
    }

    #[test]
    fn a_machine_that_does_not_tell_its_energy_gets_a_note() {
        let line = energy(&texts(), &[runs("emend", &[&[5], &[6]])]);
        assert!(line.note.unwrap().starts_with("not available") && line.values[0].spread.is_none());
    }
}
