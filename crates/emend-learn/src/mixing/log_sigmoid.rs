//! How likely a rewrite is to be good in every part, in logarithms.

use serde::{Deserialize, Serialize};

use super::fixed_weights::check_weights;
use crate::Checked;
use crate::range::require;

/// Parts nearer to 0 or 1 than this count as this near: a critic's last digits are no evidence.
const EDGE: f32 = 1e-3;

/// `r = Σ_i w_i·log σ(logit c_i − logit ref_i)`
///
/// A part at its reference costs w·log 2, one far above it nothing, and one below it the more the further: what is still
/// wrong pushes hardest, and no part can be bought with what another has more than enough of. A weighted sum of the parts
/// themselves stops pushing where a critic is at 0.9 of an insult and reaches 1 at most.
///
/// Source: Wang et al. 2024 (Transforming and Combining Rewards for Aligning Large Language Models), the transformation
/// called LSC and its sum over rewards.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct LogSigmoid {
    /// ref, one of each part, in (0, 1): what a good rewrite reaches.
    pub references: Vec<f32>,
    /// w, one of each part, at least 0 and not all 0.
    pub weights: Vec<f32>,
}

impl LogSigmoid {
    pub(super) fn reward(&self, parts: &[f32]) -> f32 {
        let part = |((weight, reference), part): ((&f32, &f32), &f32)| weight * above(*part, *reference);
        self.weights.iter().zip(&self.references).zip(parts).map(part).sum()
    }

    pub(super) fn check(&self, parts: usize) -> Checked {
        check_references(&self.references, parts)?;
        check_weights(&self.weights, parts)
    }
}

/// `log σ(logit part − logit reference)`: how sure it is that a part is above its reference.
pub(super) fn above(part: f32, reference: f32) -> f32 {
    log_sigmoid(logit(part) - logit(reference))
}

/// Whether there is a reference in (0, 1) for each of this many parts.
pub(super) fn check_references(references: &[f32], parts: usize) -> Checked {
    let found = references.len();
    require("references", found as f64, "a reference for each reward part", found == parts)?;
    for &reference in references {
        let inside = (EDGE..=1.0 - EDGE).contains(&reference);
        require("references", f64::from(reference), "numbers from 0.001 to 0.999", inside)?;
    }
    Ok(())
}

fn logit(part: f32) -> f32 {
    let part = part.clamp(EDGE, 1.0 - EDGE);
    (part / (1.0 - part)).ln()
}

fn log_sigmoid(x: f32) -> f32 {
    x.min(0.0) - (-x.abs()).exp().ln_1p()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mixed(references: &[f32], weights: &[f32]) -> LogSigmoid {
        LogSigmoid { references: references.to_vec(), weights: weights.to_vec() }
    }

    #[test]
    fn odds_against_the_references() {
        // Odds 3 and 1 of references with odds 3 and 3: σ is 1/2 and 1/(1 + 3) = 1/4; 2·log ½ + log ¼ = −4·log 2.
        let found = mixed(&[0.75, 0.75], &[2.0, 1.0]).reward(&[0.75, 0.5]);
        assert!((found + 4.0 * std::f32::consts::LN_2).abs() < 1e-5, "{found}");
    }

    #[test]
    fn what_is_wrong_pushes_hardest_and_the_ends_are_finite() {
        let how = mixed(&[0.9], &[1.0]);
        let at = |part: f32| how.reward(&[part]);
        // From log-odds −1 to 0, far below the reference, and from 2 to 3, around it.
        assert!(at(0.5) - at(0.2689) > 2.0 * (at(0.9526) - at(0.8808)));
        assert!(at(1.0) - at(0.999) < 1e-6 && at(1.0) < 0.0);
        assert!(at(0.0).is_finite() && (at(0.0) - at(-1.0)).abs() < 1e-6);
    }

    #[test]
    fn parameters_are_checked() {
        assert!(mixed(&[0.9, 0.8], &[1.0, 0.0]).check(2).is_ok());
        for (references, weights) in [
            (&[0.9][..], &[1.0, 1.0][..]),
            (&[0.9, 1.0], &[1.0, 1.0]),
            (&[0.9, 0.8], &[1.0]),
            (&[0.9, 0.8], &[1.0, -1.0]),
            (&[0.9, 0.8], &[0.0, 0.0]),
        ] {
            assert!(mixed(references, weights).check(2).is_err(), "{references:?}, {weights:?}");
        }
    }
}
