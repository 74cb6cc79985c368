//! From which confidence on is an answer good enough, for a risk that a person states?
//!
//! Rows are answers with their confidence and whether they were bad. An answer is accepted when its confidence is at
//! least τ.

/// An answer whose quality is known.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Known {
    /// The calibrated probability that it would be kept.
    pub confidence: f64,
    /// Whether it was.
    pub kept: bool,
}

/// Accepts nothing.
pub const NEVER: f64 = f64::INFINITY;

/// The smallest τ such that among all answers, accepted or not, at most a share `risk` is accepted *and* bad, in
/// expectation over new rows like these. [`NEVER`] when there are too few rows to promise it.
///
/// Split conformal risk control (Angelopoulos et al. 2022): the loss 1[confidence ≥ τ and bad] falls as τ rises and is
/// at most 1, so `τ = inf {τ : n/(n+1) · R̂(τ) + 1/(n+1) ≤ risk}`.
pub fn conformal(rows: &[Known], risk: f64) -> f64 {
    let number = rows.len() as f64;
    let allowed = risk * (number + 1.0) - 1.0;
    if allowed < 0.0 {
        return NEVER;
    }
    let mut tau = NEVER;
    let mut bad = 0.0;
    for group in groups(rows) {
        bad += group.bad;
        if bad > allowed {
            return tau;
        }
        tau = group.confidence;
    }
    // Every row may be accepted, and so may one that is less sure than all of them.
    0.0
}

/// The smallest τ of which it can be said, with certainty `1 − delta`, that among *accepted* answers at most a share
/// `risk` is bad. [`NEVER`] when no τ can.
///
/// Learn then Test (Angelopoulos et al. 2021) over [`GRID`] thresholds that accept equal shares more, each tested by the
/// exact binomial bound of Clopper and Pearson 1934 at `delta / GRID` (Bonferroni), so that the certainty holds for the τ
/// that is chosen and not only for one that was named before. Testing from the surest answers down until the first failure
/// would need no such correction, but there the first few rows decide, and one bad one among them ends the walk.
pub fn with_certainty(rows: &[Known], risk: f64, delta: f64) -> f64 {
    let number = rows.len() as f64;
    let mut tau = NEVER;
    let (mut bad, mut accepted, mut tested) = (0.0, 0.0, 0.0);
    for group in groups(rows) {
        bad += group.bad;
        accepted += group.rows;
        // The first group that reaches the next share of rows stands for it.
        if accepted * GRID >= (tested + 1.0) * number {
            tested = (accepted * GRID / number).floor();
            if clopper_pearson(bad, accepted, delta / GRID) <= risk {
                tau = group.confidence;
            }
        }
    }
    tau
}

/// Thresholds that are tested.
const GRID: f64 = 20.0;

struct Group {
    confidence: f64,
    rows: f64,
    bad: f64,
}

/// Rows of equal confidence, the surest first: they are accepted together or not at all.
fn groups(rows: &[Known]) -> Vec<Group> {
    let mut sorted = rows.to_vec();
    sorted.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
    let equal = sorted.chunk_by(|a, b| a.confidence.total_cmp(&b.confidence).is_eq());
    equal
        .map(|rows| Group {
            confidence: rows[0].confidence,
            rows: rows.len() as f64,
            bad: rows.iter().filter(|row| !row.kept).count() as f64,
        })
        .collect()
}

/// Upper bound, with certainty `1 − delta`, of the chance behind `bad` of `all` draws.
pub fn clopper_pearson(bad: f64, all: f64, delta: f64) -> f64 {
    if bad >= all {
        return 1.0;
    }
    // The chance p at which `bad` or fewer have probability delta; the probability falls as p rises.
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..60 {
        let middle = f64::midpoint(low, high);
        if binomial_at_most(bad, all, middle) > delta { low = middle } else { high = middle }
    }
    high
}

/// Probability of `bad` or fewer of `all` draws of chance `p`.
fn binomial_at_most(bad: f64, all: f64, p: f64) -> f64 {
    if p <= 0.0 {
        return 1.0;
    }
    if p >= 1.0 {
        return 0.0;
    }
    let (log_p, log_q) = (p.ln(), (1.0 - p).ln());
    let mut log_term = all * log_q;
    let mut sum = log_term.exp();
    let mut drawn = 0.0;
    while drawn < bad {
        log_term += (all - drawn).ln() - (drawn + 1.0).ln() + log_p - log_q;
        sum += log_term.exp();
        drawn += 1.0;
    }
    sum.min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(rows: &[(f64, bool)]) -> Vec<Known> {
        rows.iter().map(|&(confidence, kept)| Known { confidence, kept }).collect()
    }

    /// `scipy.stats.beta.ppf(0.95, 3 + 1, 50 - 3)` is 0.14784.
    #[test]
    fn clopper_pearson_is_the_exact_bound() {
        assert!((clopper_pearson(3.0, 50.0, 0.05) - 0.1478).abs() < 1e-4);
        // No bad one in n: 1 − delta^(1/n).
        assert!((clopper_pearson(0.0, 59.0, 0.05) - (1.0 - 0.05f64.powf(1.0 / 59.0))).abs() < 1e-9);
        assert!((clopper_pearson(5.0, 5.0, 0.05) - 1.0).abs() < 1e-9);
        assert!(clopper_pearson(100.0, 20_000.0, 0.05) < 0.0062, "large numbers do not underflow");
    }

    #[test]
    fn conformal_counts_as_the_formula_says() {
        // Nineteen rows, sure to unsure, bad at ranks 6, 11 and 16.
        let rows: Vec<(f64, bool)> =
            (1..=19).map(|rank| (1.0 - f64::from(rank) / 20.0, rank % 5 != 1 || rank == 1)).collect();
        let rows = known(&rows);
        // Allowed are 0.1 · 20 − 1 = 1 bad row: the walk ends before rank 11.
        assert!((conformal(&rows, 0.1) - 0.5).abs() < 1e-9);
        // 0.2 · 20 − 1 = 3: all of them.
        assert!(conformal(&rows, 0.2).abs() < 1e-9);
        assert_eq!(conformal(&rows, 0.04).total_cmp(&NEVER), std::cmp::Ordering::Equal, "0.8 − 1 < 0");
    }

    #[test]
    fn equal_confidences_are_accepted_together() {
        let rows = known(&[(0.9, true), (0.5, true), (0.5, false), (0.5, true), (0.1, true)]);
        // Allowed: 0.3 · 6 − 1 = 0.8 bad rows, so the whole group at 0.5 stays out.
        assert!((conformal(&rows, 0.3) - 0.9).abs() < 1e-9);
    }

    #[test]
    fn certainty_needs_enough_rows() {
        // No bad one in n bounds the chance by 1 − (0.05 / 20)^(1/n), which is 5 % at n = 116.8.
        let good = |number: usize| vec![Known { confidence: 0.9, kept: true }; number];
        assert!(with_certainty(&good(116), 0.05, 0.05).is_infinite());
        assert!((with_certainty(&good(117), 0.05, 0.05) - 0.9).abs() < 1e-9);
    }

    #[test]
    fn a_bad_answer_among_the_surest_ends_nothing() {
        let rows: Vec<Known> = (0..1000)
            .map(|i| Known { confidence: 1.0 - f64::from(i) / 1000.0, kept: i != 3 && i < 800 })
            .collect();
        let tau = with_certainty(&rows, 0.1, 0.05);
        assert!((0.1..0.3).contains(&tau), "{tau}");
    }

    /// Over many draws from a known world, the promise is broken no more often than it says.
    #[test]
    fn the_promise_holds_in_a_simulated_world() {
        let mut state = 7u64;
        let mut uniform = move || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 11) as f64 / (1u64 << 53) as f64
        };
        let (mut broken, mut chosen) = (0, 0);
        for _ in 0..200 {
            let rows: Vec<Known> = (0..2000)
                .map(|_| {
                    let confidence = uniform();
                    Known { confidence, kept: uniform() < confidence }
                })
                .collect();
            let tau = with_certainty(&rows, 0.15, 0.05);
            // Accepted confidences are uniform on [τ, 1], so the true share of bad ones is (1 − τ) / 2.
            if tau <= 1.0 {
                chosen += 1;
                broken += usize::from((1.0 - tau) / 2.0 > 0.15);
            }
        }
        assert!(chosen > 150, "it is not empty caution: {chosen}");
        assert!(broken <= 17, "5 % of 200, and two and a half deviations: {broken}");
    }
}
