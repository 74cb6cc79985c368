//! Who may answer: the models behind the tiers, and what follows from a person's choice between them.

use emend_engine::{Calibration, Policy, Thresholds, Tier};

use crate::ModelInfo;

/// Share of sure answers that the large tier rewrites all the same, so that promises can be checked against what it says.
const AUDIT: f64 = 0.02;

/// Below this the large tier is asked at once: a second thought of the small one would not save it.
const HOPELESS: f64 = 0.25;

/// Who may answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TierChoice {
    /// The small model, and the large one where the small one is not sure.
    #[default]
    Auto,
    /// The small model only.
    Small,
    /// The large model only.
    Large,
    /// The small model, with second thoughts about everything: what a calibration is fitted to.
    Study,
}

impl TierChoice {
    /// Whether the large model may be asked at all.
    pub(crate) fn asks_large(self) -> bool {
        matches!(self, Self::Auto | Self::Large)
    }

    /// What it means when at most one in `one_bad_in` accepted answers may be bad.
    pub(crate) fn policy(self, calibration: Option<&Calibration>, one_bad_in: u32) -> Policy {
        match self {
            Self::Small => Policy::Small,
            Self::Large => Policy::Large,
            Self::Study => Policy::Study,
            Self::Auto => {
                let promise =
                    calibration.and_then(|known| known.threshold(1.0 / f64::from(one_bad_in.max(1))));
                // What cannot be promised of any answer is promised of none, whatever a second thought would say.
                let (accept, escalate) =
                    promise.map_or((f64::INFINITY, f64::INFINITY), |accept| (accept, HOPELESS.min(accept)));
                Policy::Auto(Thresholds { accept, escalate, audit: AUDIT })
            }
        }
    }
}

/// The models behind the tiers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tiers {
    /// The one that comes first.
    pub small: ModelInfo,
    /// The one that is asked when that is not sure.
    pub large: Option<ModelInfo>,
}

impl Tiers {
    /// The model that answers for `tier`.
    pub fn of(&self, tier: Tier) -> &ModelInfo {
        match (tier, &self.large) {
            (Tier::Large, Some(large)) => large,
            _ => &self.small,
        }
    }
}
