//! How much a decision counts.

use serde::{Deserialize, Serialize};

use super::record::{Choice, Decision, Edit};
use crate::range::{Checked, not_negative, positive, proportion, require};

const MILLISECONDS_PER_DAY: f64 = 86_400_000.0;

/// A decision that is all but forgotten still counts this much, so that a weight is never 0.
const LEAST: f64 = 1e-4;

/// A weight is recency × size: `0.5^(age / half_life_days)` × `clip(characters / typical_size, size_range)`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Weighing {
    /// After this many days a decision counts half.
    pub half_life_days: f64,
    /// Characters, removed and added together, of an edit that counts 1.
    pub typical_size: f64,
    /// The least and the most that size counts: a comma is not nothing, a paragraph is not everything.
    pub size_range: (f64, f64),
    /// What asking for another one counts beside a refusal: it may have been good, but not good enough.
    pub another: f64,
}

impl Default for Weighing {
    fn default() -> Self {
        Self { half_life_days: 90.0, typical_size: 20.0, size_range: (0.5, 2.0), another: 0.5 }
    }
}

impl Weighing {
    /// Whether every parameter is in its range.
    pub fn check(&self) -> Checked {
        positive("half_life_days", self.half_life_days)?;
        positive("typical_size", self.typical_size)?;
        not_negative("size_range.0", self.size_range.0)?;
        let (least, most) = self.size_range;
        require(
            "size_range.1",
            most,
            "a number above 0 and not below the first",
            most > 0.0 && most >= least,
        )?;
        proportion("another", self.another)
    }

    /// The weight of what these edits say together, at the time `now`.
    pub(super) fn weight(&self, edits: &[(&Edit, &Decision)], now: i64) -> f32 {
        let size: usize = edits.iter().map(|(edit, decision)| size(edit, &decision.choice)).sum();
        let newest = edits.iter().map(|(_, decision)| decision.decided).max().unwrap_or(now);
        let days = (now.saturating_sub(newest)).max(0) as f64 / MILLISECONDS_PER_DAY;
        let (least, most) = self.size_range;
        let size = (size as f64 / self.typical_size).max(least).min(most);
        let weak = edits.iter().all(|(_, decision)| decision.choice == Choice::Another);
        let strength = if weak { self.another } else { 1.0 };
        (0.5f64.powf(days / self.half_life_days) * size * strength).max(LEAST) as f32
    }
}

/// Characters that the edit removes and that it, or the person instead of it, puts there.
fn size(edit: &Edit, choice: &Choice) -> usize {
    let put = match choice {
        Choice::EditedTo(text) => text,
        Choice::Accepted | Choice::Rejected | Choice::Another => &edit.replacement,
    };
    edit.original.chars().count() + put.chars().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(original: &str, replacement: &str) -> Edit {
        Edit {
            range: 0..original.len(),
            original: original.into(),
            replacement: replacement.into(),
            decisions: vec![],
        }
    }

    fn weight(edit: &Edit, choice: Choice, age_in_days: i64) -> f32 {
        let now = 1_800_000_000_000;
        let decided = now - age_in_days * 86_400_000;
        Weighing::default().weight(&[(edit, &Decision { choice, decided })], now)
    }

    #[test]
    fn half_after_the_half_life_and_never_nothing() {
        let edit = edit("ten chars.", "ten chars!");
        assert_eq!(weight(&edit, Choice::Accepted, 0).to_bits(), 1f32.to_bits());
        assert!((weight(&edit, Choice::Accepted, 90) - 0.5).abs() < 1e-6);
        assert!(weight(&edit, Choice::Accepted, 90_000) > 0.0);
        // A clock that was set back makes nothing count more.
        assert!((weight(&edit, Choice::Accepted, -30) - 1.0).abs() < 1e-6);
    }

    #[test]
    fn size_is_clipped_and_asking_for_another_counts_less() {
        assert!((weight(&edit("", ","), Choice::Rejected, 0) - 0.5).abs() < 1e-6);
        assert!((weight(&edit("", &"long ".repeat(50)), Choice::Rejected, 0) - 2.0).abs() < 1e-6);
        assert!((weight(&edit("ten chars.", "ten chars!"), Choice::Another, 0) - 0.5).abs() < 1e-6);
        let own = Choice::EditedTo("what I wrote is 30 characters.".into());
        assert!((weight(&edit("ten chars.", ","), own, 0) - 2.0).abs() < 1e-6);
    }

    #[test]
    fn parameters_have_ranges() {
        assert!(Weighing::default().check().is_ok());
        let refused = |weighing: Weighing| weighing.check().unwrap_err().field;
        assert_eq!(refused(Weighing { half_life_days: 0.0, ..Weighing::default() }), "half_life_days");
        assert_eq!(refused(Weighing { size_range: (2.0, 1.0), ..Weighing::default() }), "size_range.1");
        assert_eq!(refused(Weighing { another: 2.0, ..Weighing::default() }), "another");
    }
}
