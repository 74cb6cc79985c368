//! Detoxified rewrites that are no longer toxic.

use super::{Better, Case, Counts, Metric, Unit, percent};

pub(super) static STYLE_ACCURACY: Metric = Metric {
    id: "style_accuracy",
    name: "Style accuracy (not toxic)",
    about: "share of rewrites whose toxicity the judge puts below one half; for the intent `appropriate` (STA of \
        Logacheva et al. 2022, with our judge).",
    tokens: "character n-grams of the judge",
    unit: Unit::Percent,
    better: Better::Higher,
    count: |case| civil(case).map_or(Counts::None, |civil| Counts::share(civil, true)),
    score: percent,
};

/// Whether the rewrite is no longer toxic.
pub(super) fn civil(case: &Case<'_>) -> Option<bool> {
    let judged = case.judged.filter(|_| case.intent == "appropriate")?;
    Some(*judged.hyp.get("toxicity")? < 0.5)
}
