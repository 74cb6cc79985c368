//! A weighted sum of the parts.

use serde::{Deserialize, Serialize};

use crate::Checked;
use crate::range::{not_negative, require};

/// `r = Σ_i w_i·c_i`
///
/// Source: Ziegenbein et al. 2024, for two parts with weights α and 1 − α.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct FixedWeights {
    /// w, one of each part, at least 0 and not all 0.
    pub weights: Vec<f32>,
}

impl FixedWeights {
    pub(crate) fn reward(&self, parts: &[f32]) -> f32 {
        self.weights.iter().zip(parts).map(|(weight, part)| weight * part).sum()
    }

    pub(crate) fn check(&self, parts: usize) -> Checked {
        check_weights(&self.weights, parts)
    }
}

/// Whether there is a weight for each part, none of them below 0 and not all 0.
pub(super) fn check_weights(weights: &[f32], parts: usize) -> Checked {
    let found = weights.len();
    require("weights", found as f64, "a weight for each reward part", found == parts)?;
    for &weight in weights {
        not_negative("weights", f64::from(weight))?;
    }
    let sum: f32 = weights.iter().sum();
    require("weights", f64::from(sum), "weights that are not all 0", sum > 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sum() {
        let how = FixedWeights { weights: vec![0.5, 0.25] };
        assert!((how.reward(&[1.0, 0.5]) - 0.625).abs() < 1e-7);
    }

    #[test]
    fn weights_are_checked() {
        let check = |weights: &[f32]| FixedWeights { weights: weights.to_vec() }.check(2);
        assert!(check(&[0.0, 1.0]).is_ok());
        assert!(check(&[0.0, 0.0]).is_err());
        assert!(check(&[-1.0, 2.0]).is_err());
        assert!(check(&[1.0]).is_err());
    }
}
