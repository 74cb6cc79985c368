//! The report for people.

use std::fmt::Write as _;

use super::report::{Comparison, Report, Role, Verdict};

impl Report {
    /// The verdict in sentences, then the table, as Markdown.
    pub fn markdown(&self) -> String {
        let mut text = String::new();
        match &self.verdict {
            Verdict::Promoted => {
                text.push_str("**Promoted.** The new adapter is better on texts that it has not seen, and nothing else has become worse than the bounds allow.\n");
            }
            Verdict::NotPromoted { reasons } => {
                text.push_str("**Not promoted.**\n\n");
                for reason in reasons {
                    // Writing to a string cannot fail.
                    let _ = writeln!(text, "- {reason}");
                }
            }
        }
        text.push_str(
            "\n| Measure | Decides | Texts | Live | New | Difference (95 % interval) | Better / worse / same | p |\n\
             |---|---|---:|---:|---:|---:|---:|---:|\n",
        );
        for one in self.comparisons.iter().filter(|one| one.texts > 0) {
            row(&mut text, one);
        }
        let _ = writeln!(
            text,
            "\nIntervals: bootstrap over texts, {} resamples, seed {}. p: exact one-sided sign test; for decisions a test by \
             permutation, and pairs of a taken and a refused rewrite are counted. A gain needs p ≤ {:.3} divided by the number \
             of measures that decide gain, and an interval above 0.",
            self.bounds.resamples, self.bounds.seed, self.bounds.alpha
        );
        text
    }
}

fn row(text: &mut String, one: &Comparison) {
    let decides = match one.role {
        Role::Proxy => "nothing (reward)",
        Role::Gain => "gain",
        Role::Guard => "loss",
    };
    let Comparison { texts, live, new, difference, test, .. } = one;
    let name = one.name.replace('|', "\\|");
    let _ = writeln!(
        text,
        "| {name} | {decides} | {texts} | {live:.3} | {new:.3} | {:+.3} ({:+.3} to {:+.3}) | {} / {} / {} | {:.4} |",
        difference.mean, difference.low, difference.high, test.wins, test.losses, test.ties, test.p
    );
}
