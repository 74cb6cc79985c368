//! Engines taking turns on the same texts.

use crate::BenchError;
use crate::machine::Energy;
use crate::systems::{Open, Written};
use crate::texts::Text;

/// Texts that each engine writes before anything counts.
const WARM_UP: usize = 4;

/// What one engine did in all rounds.
pub(crate) struct Runs {
    pub(crate) name: &'static str,
    /// Seconds of each round.
    pub(crate) seconds: Vec<f64>,
    /// Joules of each round, where the machine tells.
    pub(crate) joules: Vec<f64>,
    /// What it wrote in the last one.
    pub(crate) written: Written,
}

/// Lets all engines write all texts, `rows` together, one engine after the other, `rounds` times.
pub(crate) fn take_turns(
    systems: &mut [Open],
    texts: &[Text],
    rows: usize,
    rounds: usize,
) -> Result<Vec<Runs>, BenchError> {
    let mut runs: Vec<Runs> = Vec::with_capacity(systems.len());
    for open in systems.iter_mut() {
        let written = open.system.write(&texts[..texts.len().min(WARM_UP)], rows)?;
        runs.push(Runs { name: open.name, seconds: Vec::new(), joules: Vec::new(), written });
    }
    let energy = Energy::of_this_machine();
    for _ in 0..rounds.max(1) {
        for (open, runs) in systems.iter_mut().zip(&mut runs) {
            let before = energy.as_ref().and_then(Energy::joules);
            runs.written = open.system.write(texts, rows)?;
            let after = energy.as_ref().and_then(Energy::joules);
            runs.seconds.push(runs.written.seconds);
            // A counter that began again in between says nothing about this round.
            let used = before.zip(after).map(|(before, after)| after - before);
            runs.joules.extend(used.filter(|joules| *joules >= 0.0));
        }
    }
    Ok(runs)
}

/// The value below which the share `p` of all values lies, between neighbours in proportion; NaN of none.
pub(crate) fn quantile(values: &[f64], p: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let Some(last) = sorted.len().checked_sub(1) else { return f64::NAN };
    let place = p.clamp(0.0, 1.0) * last as f64;
    let (below, above) = (sorted[place.floor() as usize], sorted[place.ceil() as usize]);
    below + (above - below) * place.fract()
}

pub(crate) fn median(values: &[f64]) -> f64 {
    quantile(values, 0.5)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_lie_between_their_neighbours() {
        let close = |a: f64, b: f64| (a - b).abs() < 1e-12;
        assert!(close(median(&[3.0, 1.0, 2.0]), 2.0));
        assert!(close(median(&[4.0, 1.0, 2.0, 3.0]), 2.5));
        assert!(close(quantile(&[0.0, 10.0], 0.95), 9.5));
        assert!(close(quantile(&[5.0], 0.95), 5.0));
        assert!(median(&[]).is_nan());
    }
}
