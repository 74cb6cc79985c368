//! Comparison of two adapters, and what follows from it.

use serde::{Deserialize, Serialize};

use super::bounds::Bounds;
use super::evidence::{BrokenEvidence, Decision, Evidence, Paired};
use super::reason::Reason;
use super::separation::separation;
use super::statistics::{Difference, Test, by_text, difference, sign_test};

/// What a measure decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// A reward of the training: nothing.
    Proxy,
    /// Never trained for: whether there is a gain.
    Gain,
    /// Whether something was lost.
    Guard,
}

/// A measure under both adapters.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// Its name.
    pub name: String,
    /// What it decides.
    pub role: Role,
    /// Different texts.
    pub texts: usize,
    /// Mean under the live adapter.
    pub live: f64,
    /// Mean under the new one.
    pub new: f64,
    /// New minus live.
    pub difference: Difference,
    /// On how many texts which one was better, and whether that may be chance.
    pub test: Test,
}

impl Comparison {
    fn of<T: Copy>(
        name: &str,
        role: Role,
        values: &[Paired<T>],
        number: impl Fn(T) -> f64,
        bounds: &Bounds,
    ) -> Self {
        let pairs = by_text(values, number);
        let mean =
            |of: &dyn Fn(&(f64, f64)) -> f64| pairs.iter().map(of).sum::<f64>() / pairs.len().max(1) as f64;
        Self {
            name: name.to_owned(),
            role,
            texts: pairs.len(),
            live: mean(&|pair| pair.0),
            new: mean(&|pair| pair.1),
            difference: difference(&pairs, bounds.resamples, bounds.seed),
            test: sign_test(&pairs),
        }
    }

    /// Of decisions: the live adapter tells them apart from itself by chance.
    fn of_decisions(decisions: &[Decision], bounds: &Bounds) -> Self {
        let found = separation(decisions, bounds.resamples, bounds.seed);
        Self {
            name: "held-out decisions told apart".to_owned(),
            role: Role::Gain,
            texts: found.texts,
            live: 0.5,
            new: found.share,
            difference: found.difference,
            test: found.test,
        }
    }
}

/// A measure that decides nothing here, on the terms of the gate: one number for each text, and 95 % intervals.
pub fn compare(name: &str, values: &[Paired<f64>], bounds: &Bounds) -> Comparison {
    Comparison::of(name, Role::Gain, values, |value| value, bounds)
}

/// Whether the new adapter may be used.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "verdict", rename_all = "snake_case")]
pub enum Verdict {
    /// It may.
    Promoted,
    /// It may not.
    NotPromoted {
        /// Everything that speaks against it; at least one.
        reasons: Vec<Reason>,
    },
}

/// The verdict with all that it rests on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// Whether the new adapter may be used.
    #[serde(flatten)]
    pub verdict: Verdict,
    /// All measures: proxies, gains, guards.
    pub comparisons: Vec<Comparison>,
    /// On which terms.
    pub bounds: Bounds,
}

/// Judges a new adapter by the evidence. The same evidence and bounds give the same report.
pub fn judge(evidence: &Evidence, bounds: &Bounds) -> Result<Report, BrokenEvidence> {
    evidence.check()?;
    let of =
        |name: &str, role, values: &[Paired<f64>]| Comparison::of(name, role, values, |value| value, bounds);
    let proxies: Vec<_> =
        evidence.proxies.iter().map(|one| of(&one.name, Role::Proxy, &one.values)).collect();
    let mut gains: Vec<_> =
        evidence.judges.iter().map(|one| of(&one.name, Role::Gain, &one.values)).collect();
    if !evidence.decisions.is_empty() {
        gains.push(Comparison::of_decisions(&evidence.decisions, bounds));
    }
    if !evidence.choices.is_empty() {
        gains.push(of("held-out choices between rewrites", Role::Gain, &evidence.choices));
    }
    let meaning = of("meaning", Role::Guard, &evidence.meaning);
    let fluency = of("fluency", Role::Guard, &evidence.fluency);
    let clean = |unchanged| if unchanged { 1.0 } else { 0.0 };
    let clean =
        Comparison::of("clean texts left alone", Role::Guard, &evidence.clean_unchanged, clean, bounds);
    let kept = |violations: u32| -f64::from(violations);
    let kept =
        Comparison::of("protected spans kept", Role::Guard, &evidence.protected_violations, kept, bounds);

    let mut reasons = Vec::new();
    reasons.extend(gained(&gains, bounds).err());
    reasons.extend(over_optimised(&proxies, &gains, reasons.is_empty()));
    for (guard, need) in [(&meaning, bounds.texts), (&fluency, bounds.texts), (&clean, bounds.clean_texts)] {
        if guard.texts < need {
            reasons.push(Reason::TooLittleEvidence { what: guard.name.clone(), have: guard.texts, need });
        }
    }
    let fell =
        |guard: &Comparison, bound: f64| (-guard.difference.mean > bound).then_some(-guard.difference.mean);
    reasons
        .extend(fell(&meaning, bounds.meaning).map(|by| Reason::MeaningFell { by, bound: bounds.meaning }));
    reasons
        .extend(fell(&fluency, bounds.fluency).map(|by| Reason::FluencyFell { by, bound: bounds.fluency }));
    let lost =
        |guard: &Comparison, bound| fell(guard, bound).filter(|_| guard.test.p_of_loss() <= bounds.doubt);
    reasons.extend(lost(&clean, bounds.clean).map(|by| Reason::CleanTextTouched { by, bound: bounds.clean }));
    reasons.extend(lost(&kept, 0.0).map(|_| violations(&evidence.protected_violations)));

    let verdict = if reasons.is_empty() { Verdict::Promoted } else { Verdict::NotPromoted { reasons } };
    let comparisons = proxies.into_iter().chain(gains).chain([meaning, fluency, clean, kept]).collect();
    Ok(Report { verdict, comparisons, bounds: bounds.clone() })
}

/// Whether a judge or the decisions are better beyond chance. Those about too few texts are no evidence; that depends
/// on how much was measured and not on what, so the error rate holds.
fn gained(gains: &[Comparison], bounds: &Bounds) -> Result<(), Reason> {
    let counted: Vec<_> = gains.iter().filter(|one| one.texts >= bounds.decided_texts).collect();
    if counted.is_empty() {
        let have = gains.iter().map(|one| one.texts).max().unwrap_or(0);
        let what = "judgements or decisions that were held out".to_owned();
        return Err(Reason::TooLittleEvidence { what, have, need: bounds.decided_texts });
    }
    let need = bounds.alpha / counted.len() as f64;
    if counted.iter().any(|one| one.test.p <= need && one.difference.low > 0.0) {
        return Ok(());
    }
    let p = counted.iter().map(|one| one.test.p).fold(1.0, f64::min);
    Err(Reason::NoSignificantGain { p, need })
}

/// A reward that rose for sure while something held out fell for sure, or, without any gain, did not rise.
fn over_optimised(proxies: &[Comparison], gains: &[Comparison], gained: bool) -> Option<Reason> {
    let proxy = proxies
        .iter()
        .filter(|one| one.difference.low > 0.0)
        .max_by(|a, b| a.difference.low.total_cmp(&b.difference.low))?;
    let against = |one: &&Comparison| one.difference.high < 0.0 || !gained && one.difference.mean <= 0.0;
    let worst = gains
        .iter()
        .filter(|one| one.texts > 0)
        .filter(against)
        .min_by(|a, b| a.difference.high.total_cmp(&b.difference.high))?;
    Some(Reason::OverOptimised {
        proxy: proxy.name.clone(),
        up: proxy.difference.mean,
        held_out: worst.name.clone(),
        by: worst.difference.mean,
    })
}

fn violations(values: &[Paired<u32>]) -> Reason {
    let sum = |of: fn(&Paired<u32>) -> u32| values.iter().map(|one| u64::from(of(one))).sum::<u64>();
    Reason::MoreProtectedViolations { live: sum(|one| one.live), new: sum(|one| one.new) }
}
