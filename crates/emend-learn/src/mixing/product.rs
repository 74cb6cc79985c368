//! The product of the parts: what fails in one fails.

use serde::{Deserialize, Serialize};

/// `r = Π_i max(c_i, 0)`
///
/// Source: Hallinan et al. 2023 (STEER), where it chooses the data set.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Product {}

impl Product {
    /// `self` says nothing; all rules are asked alike.
    #[allow(clippy::unused_self)]
    pub(super) fn reward(self, parts: &[f32]) -> f32 {
        parts.iter().map(|part| part.max(0.0)).product()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_product() {
        assert!((Product {}.reward(&[0.5, 0.5, 1.0]) - 0.25).abs() < 1e-7);
        assert!(Product {}.reward(&[-0.5, -0.5]).abs() < 1e-7);
    }
}
