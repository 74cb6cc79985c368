//! Documents of 1 to 1,000 sentences through the application: cost must grow linearly, and a second request after one edit
//! must cost about one sentence.

use super::Scenario;
use crate::app::OpenApp;
use crate::bench::{Bench, ask};
use crate::systems::PLAIN;
use crate::texts::{Text, fix, prepare};
use crate::turns::median;
use crate::{Aim, BenchError, Better, Measured, sample};

pub(crate) const SCENARIO: Scenario = Scenario {
    name: "documents",
    about: "The application and whole documents, asked to correct them, beside the same sentences asked one by one, and \
            beside nothing but plain greedy decoding one by one",
    large: false,
    run,
};

/// Seconds of one document.
#[derive(Default)]
struct Seconds {
    whole: Vec<f64>,
    again: Vec<f64>,
    one_by_one: Vec<f64>,
    plain: Vec<f64>,
}

fn run(bench: &Bench<'_>, open: &OpenApp<'_>) -> Result<Vec<Measured>, BenchError> {
    let (mut lines, mut again) = (Vec::new(), Vec::new());
    let mut per_sentence: Vec<(usize, f64)> = Vec::new();
    for size in [1, 10, 100, 1000] {
        if size > bench.settings.extent.longest_document {
            break;
        }
        let what = format!("document of {size}");
        if size > bench.lines.len() {
            let note = format!("not measured: there are only {} different texts", bench.lines.len());
            lines.push(Measured::new(SCENARIO.name, what, "sentences/s").noting(note));
            break;
        }
        let seconds = measure(bench, open, size)?;
        let per_second =
            |rounds: &[f64]| -> Vec<f64> { rounds.iter().map(|seconds| size as f64 / seconds).collect() };
        let columns = [
            ("whole", per_second(&seconds.whole)),
            ("asked one by one", per_second(&seconds.one_by_one)),
            ("plain greedy only", per_second(&seconds.plain)),
        ];
        let line = Measured::new(SCENARIO.name, what, "sentences/s").compared(Better::Higher, &columns);
        let found = line.ratio_to("plain greedy only").filter(|_| size == 1000);
        lines
            .push(line.aiming(found.map(|found| Aim::at_least("times plain greedy one by one", 4.0, found))));
        let share: Vec<f64> =
            seconds.again.iter().zip(&seconds.whole).map(|(again, whole)| 100.0 * again / whole).collect();
        per_sentence.push((size, median(&seconds.whole) / size as f64));
        let aim = (size == 1000).then(|| Aim::at_most("% of the first time", 2.0, median(&share)));
        let what = format!("document of {size}, again with one sentence new");
        let line = Measured::new(SCENARIO.name, what, "% of the first time").with("whole", &share);
        again.push(line.aiming(aim));
    }
    lines.append(&mut again);
    if let [.., (before, small), (last, large)] = per_sentence[..] {
        let what = format!("a sentence of {last} over one of {before}: 1 when cost grows linearly");
        lines.push(Measured::new(SCENARIO.name, what, "times").with("whole", &[large / small]));
    }
    Ok(lines)
}

fn measure(bench: &Bench<'_>, open: &OpenApp<'_>, size: usize) -> Result<Seconds, BenchError> {
    let (fix, mut seconds) = (fix(), Seconds::default());
    let mut document: Vec<&str> = bench.spread(size).collect();
    let text = document.join("\n\n");
    let texts: Vec<Text> = document.iter().map(|line| prepare(&bench.model, line, &fix)).collect();
    document[size / 2] = sample::SENTENCE;
    let edited = document.join("\n\n");
    // Long documents average over themselves.
    let rounds = if size < 100 {
        bench.settings.extent.repetitions.max(1)
    } else {
        bench.settings.extent.repetitions.clamp(1, 3)
    };
    for _ in 0..rounds {
        // Each round in a new application: it would remember the sentences of the last one.
        let mut app = Bench::warm_app(open)?;
        seconds.whole.push(ask(&mut *app, &text, &fix)?.all.as_secs_f64());
        seconds.again.push(ask(&mut *app, &edited, &fix)?.all.as_secs_f64());
        let mut app = Bench::warm_app(open)?;
        let mut one_by_one = 0.0;
        for text in &texts {
            one_by_one += ask(&mut *app, &text.line, &fix)?.all.as_secs_f64();
        }
        seconds.one_by_one.push(one_by_one);
        if let Some(mut plain) = (PLAIN.open)(bench)? {
            seconds.plain.push(plain.write(&texts, 1)?.seconds);
        }
    }
    Ok(seconds)
}
