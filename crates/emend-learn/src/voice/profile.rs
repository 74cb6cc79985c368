//! What tells a person's sentences from a model's.

use std::collections::HashMap;

/// Characters of a run.
const RUN: usize = 3;
/// Added to each count: a run that one side never had is rare there, not impossible (Lidstone).
const SMOOTHING: f64 = 0.5;

type Gram = [char; RUN];

/// Log-odds of runs of three characters between two sets of texts (naive Bayes). Case and punctuation count: they are half of how
/// somebody writes.
#[derive(Debug, Clone)]
pub(super) struct Profile {
    odds: HashMap<Gram, f64>,
    /// Of a run that neither side has.
    unseen: f64,
}

impl Profile {
    /// What is likelier in `own` than in `others`.
    pub(super) fn fit<'t>(own: impl Iterator<Item = &'t str>, others: impl Iterator<Item = &'t str>) -> Self {
        let mut counts: HashMap<Gram, [f64; 2]> = HashMap::new();
        let mut totals = [0.0; 2];
        for (side, text) in own.map(|text| (0, text)).chain(others.map(|text| (1, text))) {
            for gram in grams(text) {
                counts.entry(gram).or_default()[side] += 1.0;
                totals[side] += 1.0;
            }
        }
        let kinds = counts.len() as f64 + 1.0;
        let log = |count: f64, side: usize| ((count + SMOOTHING) / (totals[side] + SMOOTHING * kinds)).ln();
        let odds = |[own, other]: [f64; 2]| log(own, 0) - log(other, 1);
        let unseen = odds([0.0; 2]);
        Self { odds: counts.into_iter().map(|(gram, counted)| (gram, odds(counted))).collect(), unseen }
    }

    /// Mean log-odds of the text's runs, in nats; higher is more like the person. 0 for an empty text.
    pub(super) fn score(&self, text: &str) -> f64 {
        let (mut sum, mut count) = (0.0, 0.0);
        for gram in grams(text) {
            sum += self.odds.get(&gram).copied().unwrap_or(self.unseen);
            count += 1.0;
        }
        if count > 0.0 { sum / count } else { 0.0 }
    }
}

/// The runs of a text, with a space before and after it.
fn grams(text: &str) -> impl Iterator<Item = Gram> + '_ {
    let mut window: [char; RUN] = [' '; RUN];
    [' '].into_iter().chain(text.chars()).chain([' ']).enumerate().filter_map(move |(at, letter)| {
        window.rotate_left(1);
        window[RUN - 1] = letter;
        (at + 1 >= RUN).then_some(window)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_are_counted_by_hand() {
        assert_eq!(grams("ab").collect::<Vec<_>>(), [[' ', 'a', 'b'], ['a', 'b', ' ']]);
        assert_eq!(grams("a").collect::<Vec<_>>(), [[' ', 'a', ' ']]);
        // Own: " a " once. Others: " b " once. Two kinds and one for the unseen: each side has 1 + 1.5.
        let profile = Profile::fit(["a"].into_iter(), ["b"].into_iter());
        assert!((profile.score("a") - (1.5f64 / 0.5).ln()).abs() < 1e-12);
        assert!((profile.score("b") + 3f64.ln()).abs() < 1e-12);
        assert_eq!(profile.score("c").to_bits(), 0f64.to_bits(), "neither side has it");
    }
}
