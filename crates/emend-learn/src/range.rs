//! Parameters have ranges; a recipe that leaves one is refused before anything runs.

use thiserror::Error;

/// A number of a recipe that means nothing.
#[derive(Debug, Clone, PartialEq, Error)]
#[error("{field} is {found}; expected {expected}")]
pub struct OutOfRange {
    /// Which parameter.
    pub field: &'static str,
    /// What it may be.
    pub expected: &'static str,
    /// What it is.
    pub found: f64,
}

/// What a look at the parameters found.
pub type Checked = Result<(), OutOfRange>;

/// `holds` says whether `found` is what was `expected`; what is not finite never is.
pub(crate) fn require(field: &'static str, found: f64, expected: &'static str, holds: bool) -> Checked {
    if holds && found.is_finite() { Ok(()) } else { Err(OutOfRange { field, expected, found }) }
}

pub(crate) fn positive(field: &'static str, found: f64) -> Checked {
    require(field, found, "a number above 0", found > 0.0)
}

pub(crate) fn not_negative(field: &'static str, found: f64) -> Checked {
    require(field, found, "0 or more", found >= 0.0)
}

pub(crate) fn proportion(field: &'static str, found: f64) -> Checked {
    require(field, found, "a number from 0 to 1", (0.0..=1.0).contains(&found))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_number_is_in_no_range() {
        assert!(positive("beta", 0.1).is_ok());
        assert!(positive("beta", f64::INFINITY).is_err());
        assert!(not_negative("kl", f64::NAN).is_err());
        let error = proportion("top_p", 1.5).unwrap_err();
        assert_eq!(error.to_string(), "top_p is 1.5; expected a number from 0 to 1");
    }
}
