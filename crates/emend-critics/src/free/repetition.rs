//! Repetition: the same words over and over.

use std::collections::HashSet;

use emend_text::runaway;

use crate::{Judgement, Pair};

/// Lengths of the word runs that are compared.
const RUNS: [usize; 3] = [2, 3, 4];

/// 0 when words run away; otherwise 1 less the share of repeated runs of 2 to 4 words beyond those of the source
/// (Zhu et al. 2023, the repetition term).
pub(crate) fn judge(pair: &Pair<'_>) -> Judgement {
    if let Some(words) = runaway(pair.source, pair.rewrite) {
        return Judgement::because(0.0, format!("it says \u{201c}{words}\u{201d} over and over"));
    }
    let more = (repeated(pair.rewrite) - repeated(pair.source)).max(0.0);
    if more == 0.0 {
        return Judgement::good();
    }
    Judgement::because(1.0 - more, "it repeats phrases that your text has once")
}

/// Share of runs that stood before, averaged over the lengths, from 0 to 1.
fn repeated(text: &str) -> f32 {
    let words: Vec<String> = text
        .split_whitespace()
        .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase())
        .filter(|word| !word.is_empty())
        .collect();
    let share = |length: usize| {
        let runs = words.windows(length).count();
        let distinct = words.windows(length).collect::<HashSet<_>>().len();
        if runs == 0 { 0.0 } else { 1.0 - distinct as f32 / runs as f32 }
    };
    RUNS.map(share).iter().sum::<f32>() / RUNS.len() as f32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pair::tests::{check, judged};

    #[test]
    fn phrases_that_come_again_are_noticed() {
        let found = |source, rewrite| judged(judge, "fix", source, rewrite);
        check(&found("It was cold.", "It was cold cold cold."), 0.0, "cold");
        check(&found("We ate and left.", "We ate and left."), 1.0, "");
        let twice = "We ate in the town hall, then we sang in the town hall.";
        check(&found(twice, twice), 1.0, "");
        let once = "We ate in the town hall, then we sang.";
        let score = found(once, twice).score;
        assert!(0.5 < score && score < 1.0, "{score}");
    }
}
