//! One person's calibration, from what they decided about answers, with the one that came with the model as the prior.
//!
//! A person decides about dozens of answers, not thousands. So the head that was fitted on thousands competes, as it is
//! and with a calibrator of its scores for this person (Platt 1999: two numbers), with a head that was fitted on the
//! decisions alone. Each is measured on the same rows, none of which it was fitted on.

use super::fit::{FOLDS, FitError, Labelled, Stage, fit, refuse_few, stays, without};
use super::risk::Known;
use super::{Calibrator, Part};

/// Where a confidence comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// As it came with the model.
    Shipped,
    /// The head that came with the model, with a calibrator of its scores for this person.
    Recalibrated,
    /// Head and calibrator are this person's.
    Fitted,
}

impl Origin {
    /// Its name in files.
    pub fn id(self) -> &'static str {
        match self {
            Self::Shipped => "shipped",
            Self::Recalibrated => "recalibrated",
            Self::Fitted => "fitted",
        }
    }
}

/// One of those that are compared.
#[derive(Debug, Clone, PartialEq)]
pub struct Contender {
    /// Where it comes from.
    pub origin: Origin,
    /// The confidence; its `known` rows are those of the person, in their order.
    pub stage: Stage,
}

impl Contender {
    /// The mean squared error of its confidence on rows that it was not fitted on (Brier 1950): smaller is better.
    pub fn brier(&self) -> f64 {
        let known = &self.stage.known;
        let error = |row: &Known| (row.confidence - f64::from(u8::from(row.kept))).powi(2);
        known.iter().map(error).sum::<f64>() / known.len() as f64
    }
}

/// All contenders for `rows`, which are rewrites that somebody decided about; the best first, and of equals the one that
/// departs least from `prior`.
///
/// Nobody decides about texts that stay as they are: what the prior says of those holds on.
pub fn contenders(rows: &[Labelled], prior: Option<&Stage>) -> Result<Vec<Contender>, FitError> {
    let rows: Vec<Labelled> = rows.iter().filter(|row| !stays(&row.features)).cloned().collect();
    refuse_few(&rows)?;
    let mut found = Vec::new();
    if let Some(prior) = prior {
        let confidence = |row: &Labelled| prior.confidence(&row.features);
        let shipped = Stage { known: known(&rows, confidence), ..prior.clone() };
        found.push(Contender { origin: Origin::Shipped, stage: shipped });
        found.push(Contender { origin: Origin::Recalibrated, stage: recalibrated(&rows, prior) });
    }
    let mut own = fit(&rows)?;
    if let Some(prior) = prior {
        own.unchanged = prior.unchanged.clone();
    }
    found.push(Contender { origin: Origin::Fitted, stage: own });
    // Stable, so that the order above decides between equals.
    found.sort_by(|a, b| a.brier().total_cmp(&b.brier()));
    Ok(found)
}

fn known(rows: &[Labelled], confidence: impl Fn(&Labelled) -> f64) -> Vec<Known> {
    rows.iter().map(|row| Known { confidence: confidence(row), kept: row.kept }).collect()
}

/// The prior's head with another calibrator; each row's confidence is from one that was fitted without it.
fn recalibrated(rows: &[Labelled], prior: &Stage) -> Stage {
    let head = &prior.changed.head;
    let all: Vec<&Labelled> = rows.iter().collect();
    let calibrator = |rows: &[&Labelled]| {
        let scored: Vec<(f64, bool)> = rows.iter().map(|row| (head.score(&row.features), row.kept)).collect();
        Calibrator::fit(&scored)
    };
    let others: Vec<Calibrator> = (0..FOLDS).map(|fold| calibrator(&without(&all, fold))).collect();
    let held_out = |(place, row): (usize, &Labelled)| Known {
        confidence: others[place % FOLDS].probability(head.score(&row.features)),
        kept: row.kept,
    };
    Stage {
        changed: Part { head: head.clone(), calibrator: calibrator(&all) },
        unchanged: prior.unchanged.clone(),
        known: rows.iter().enumerate().map(held_out).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::logistic::sigmoid;
    use super::super::{Head, Term};
    use super::*;

    /// Rows of a person who keeps what has the sign `taste`, with chance `sigmoid(strength * taste + leaning)`.
    fn rows(number: usize, taste: &str, strength: f64, leaning: f64) -> Vec<Labelled> {
        let mut state = 11u64;
        let mut uniform = move || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 11) as f64 / (1u64 << 53) as f64
        };
        (0..number)
            .map(|_| {
                let values = [("usual", uniform() * 4.0 - 2.0), ("odd", uniform() * 4.0 - 2.0)];
                let features: std::collections::BTreeMap<String, f64> =
                    values.into_iter().map(|(id, value)| (id.to_owned(), value)).collect();
                let kept = uniform() < sigmoid(strength * features[taste] + leaning);
                Labelled { features, kept }
            })
            .collect()
    }

    /// What everybody likes: `usual`, and as much as the person above with strength 1.5 and no leaning.
    fn shipped() -> Stage {
        let term = Term { feature: "usual".into(), mean: 0.0, scale: 1.0, weight: 1.5 };
        let calibrator = Calibrator::Platt { slope: 1.0, offset: 0.0 };
        let changed = Part { head: Head { bias: 0.0, terms: vec![term] }, calibrator: calibrator.clone() };
        let unchanged = Part { head: Head { bias: 3.0, terms: Vec::new() }, calibrator };
        Stage { changed, unchanged, known: Vec::new() }
    }

    fn best(rows: &[Labelled]) -> Contender {
        contenders(rows, Some(&shipped())).expect("enough rows").swap_remove(0)
    }

    #[test]
    fn who_is_like_everybody_keeps_what_was_shipped() {
        // With few decisions a head of one's own has learned less than what it was given.
        let found = contenders(&rows(120, "usual", 1.5, 0.0), Some(&shipped())).expect("enough rows");
        let brier = |origin| found.iter().find(|c| c.origin == origin).map(Contender::brier);
        assert!(brier(Origin::Shipped) < brier(Origin::Fitted), "{found:?}");
        assert_eq!(found[0].stage.unchanged, shipped().unchanged);
        assert_eq!(found.iter().map(|c| c.stage.known.len()).collect::<Vec<_>>(), [120; 3]);
    }

    #[test]
    fn who_is_harder_to_please_gets_another_calibrator() {
        let found = best(&rows(120, "usual", 1.5, -2.0));
        assert_eq!(found.origin, Origin::Recalibrated);
        assert_eq!(found.stage.changed.head, shipped().changed.head);
        let said = found.stage.known.iter().map(|row| row.confidence).sum::<f64>() / 120.0;
        let kept = found.stage.known.iter().filter(|row| row.kept).count() as f64 / 120.0;
        assert!((said - kept).abs() < 0.05, "said {said}, kept {kept}");
    }

    #[test]
    fn who_likes_something_else_gets_a_head_of_their_own() {
        let found = best(&rows(300, "odd", 2.0, 0.0));
        assert_eq!(found.origin, Origin::Fitted);
        assert_eq!(found.stage.unchanged, shipped().unchanged);
    }

    #[test]
    fn without_a_prior_there_is_one_contender_and_few_decisions_are_refused() {
        let all = rows(120, "odd", 2.0, 0.0);
        let alone = contenders(&all, None).expect("enough rows");
        assert_eq!(alone.iter().map(|c| c.origin).collect::<Vec<_>>(), [Origin::Fitted]);
        assert!(matches!(contenders(&all[..30], Some(&shipped())), Err(FitError::TooFew { .. })));
    }
}
