//! Does it happen as often as the probability says?

use super::reliability::{calibration_error, reliability};
use super::{HeadMetric, Scored};

pub(super) static CALIBRATION: HeadMetric = HeadMetric {
    id: "ece",
    name: "ECE",
    about: "expected calibration error over 15 bins of equal mass: the mean over cases of how far their bin's \
        mean probability is from its share of true cases (Nguyen and O'Connor 2015).",
    of_probabilities: true,
    score,
};

const BINS: usize = 15;

fn score(scored: &[Scored]) -> f64 {
    calibration_error(&reliability(scored, BINS))
}
