//! What decoder passes cost, by how many positions they read.
//!
//! A line would not do: one position waits for memory, many for arithmetic, and where the one turns into the other
//! decides whether a draft is worth its positions. So the time is kept at a few numbers of positions, a line between two.

/// The time of a decoder pass over n positions, all rows together: `pass + n · position`, in any unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cost {
    /// What every pass takes: reading the weights.
    pub pass: f64,
    /// What each position adds.
    pub position: f64,
}

/// A machine that waits for memory, and one that is busy with arithmetic, in any unit.
const WAITING: Cost = Cost { pass: 1.0, position: 0.15 };
const BUSY: Cost = Cost { pass: 0.1, position: 0.15 };

impl Cost {
    fn of(self, positions: usize) -> f64 {
        self.pass + positions as f64 * self.position
    }
}

/// Numbers of positions at which the time is kept.
const KNOTS: [usize; 10] = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512];

/// A measured pass moves what is expected by at least this share of the difference when it was faster, and by
const FASTER: f64 = 0.3;
/// this when it was slower: whatever else the machine does makes passes slower and never faster.
const SLOWER: f64 = 0.1;
/// A pass that takes longer than this many times what is expected was interrupted; it counts as this long.
const INTERRUPTED: f64 = 2.0;
/// A pass tells nothing of a knot that has less than this weight in its time.
const CLOSE: f64 = 0.25;
/// A knot that so many passes told nothing of is forgotten: it may have been measured on a busy machine.
const REMEMBERED: u32 = 256;

/// The time of a pass by its positions.
#[derive(Debug, Clone)]
pub(super) struct Curve([Knot; KNOTS.len()]);

#[derive(Debug, Clone, Copy)]
struct Knot {
    time: f64,
    /// Passes that were measured; with none, the time follows that of the nearest measured knot.
    measured: u32,
    /// Passes since the last of them.
    age: u32,
}

impl Curve {
    /// A known cost.
    pub(super) fn given(cost: Cost) -> Self {
        Self(KNOTS.map(|knot| Knot { time: cost.of(knot), measured: 0, age: 0 }))
    }

    /// The time of a pass over so many positions. Before the first measurement its unit is arbitrary.
    pub(super) fn of(&self, positions: usize) -> f64 {
        let [(left, before), (right, after)] = around(positions);
        self.0[left].time * before + self.0[right].time * after
    }

    /// Takes down how many seconds a pass took.
    pub(super) fn observe(&mut self, positions: usize, seconds: f64) {
        let is_first = self.0.iter().all(|knot| knot.measured == 0);
        let ratio = seconds / self.of(positions);
        for knot in &mut self.0 {
            knot.age += 1;
        }
        for (knot, weight) in around(positions).into_iter().filter(|(_, weight)| *weight >= CLOSE) {
            let knot = &mut self.0[knot];
            if is_first {
                knot.time *= ratio;
            } else {
                let rate = if ratio < 1.0 { FASTER } else { SLOWER };
                let rate = rate.max(0.5 / f64::from(knot.measured + 1));
                knot.time *= 1.0 + weight * rate * (ratio.min(INTERRUPTED) - 1.0);
            }
            (knot.measured, knot.age) = (knot.measured + 1, 0);
        }
        self.forget();
    }

    /// What was not seen, or not for long, is expected to be cheap as against the nearest that was: so it is tried.
    fn forget(&mut self) {
        let Self(knots) = self;
        knots.iter_mut().filter(|knot| knot.age > REMEMBERED).for_each(|knot| knot.measured = 0);
        for unseen in 0..KNOTS.len() {
            if knots[unseen].measured > 0 {
                continue;
            }
            let seen = (0..KNOTS.len()).filter(|&knot| knots[knot].measured > 0);
            if let Some(seen) = seen.min_by_key(|seen| seen.abs_diff(unseen)) {
                let ratio = |cost: Cost| cost.of(KNOTS[unseen]) / cost.of(KNOTS[seen]);
                knots[unseen].time = knots[seen].time * ratio(WAITING).min(ratio(BUSY));
            }
        }
    }
}

impl Default for Curve {
    /// Nothing was measured yet.
    fn default() -> Self {
        Self::given(WAITING)
    }
}

/// The knots before and after, with their weights; beyond the last knot the line goes on.
fn around(positions: usize) -> [(usize, f64); 2] {
    let left = KNOTS.partition_point(|&knot| knot <= positions).clamp(1, KNOTS.len() - 1) - 1;
    let (from, to) = (KNOTS[left] as f64, KNOTS[left + 1] as f64);
    let after = (positions as f64 - from) / (to - from);
    [(left, 1.0 - after), (left + 1, after)]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Microseconds of the model that comes with the program: 31 a position up to eight of them, then 42.
    fn kinked(positions: usize) -> f64 {
        let positions = positions as f64;
        92.0 + 31.0 * positions.min(8.0) + 42.0 * (positions - 8.0).max(0.0)
    }

    #[track_caller]
    fn check(curve: &Curve, positions: usize, expected: f64) {
        let found = curve.of(positions);
        assert!((found / expected - 1.0).abs() < 0.05, "{positions}: {found} for {expected}");
    }

    #[test]
    fn a_given_line_is_that_line() {
        let curve = Curve::given(Cost { pass: 2.0, position: 0.5 });
        for positions in [1, 2, 3, 7, 100, 512, 700] {
            check(&curve, positions, 2.0 + 0.5 * positions as f64);
        }
    }

    #[test]
    fn one_pass_gives_the_unit() {
        let mut curve = Curve::default();
        curve.observe(1, 0.023);
        check(&curve, 1, 0.023);
        check(&curve, 8, 0.044);
        let mut between = Curve::default();
        between.observe(12, 0.0028);
        check(&between, 12, 0.0028);
    }

    #[test]
    fn the_curve_is_that_of_the_machine_whatever_interrupts_it() {
        let mut curve = Curve::default();
        for round in 0..2000 {
            let positions = 1 + (round * 7) % 40;
            let interruption = if round % 9 == 4 { 5000.0 } else { 0.0 };
            curve.observe(positions, kinked(positions) + interruption);
        }
        for positions in [1, 8, 16, 32] {
            let found = curve.of(positions) / kinked(positions);
            assert!((0.9..1.15).contains(&found), "{positions}: {found}");
        }
    }

    #[test]
    fn what_was_not_seen_for_long_is_tried_again() {
        let mut curve = Curve::default();
        curve.observe(1, 1.0);
        curve.observe(64, 1000.0);
        let dear = curve.of(64);
        for _ in 0..=REMEMBERED {
            curve.observe(1, 1.0);
        }
        assert!(curve.of(64) < dear, "{} {dear}", curve.of(64));
        check(&curve, 64, WAITING.of(64) / WAITING.of(1));
    }

    #[test]
    fn a_machine_that_becomes_faster_is_believed() {
        let mut curve = Curve::default();
        for factor in [10.0, 1.0] {
            for round in 0..400 {
                curve.observe(1 + round % 16, factor * kinked(1 + round % 16));
            }
        }
        for positions in [1, 4, 16] {
            assert!((curve.of(positions) / kinked(positions) - 1.0).abs() < 0.1, "{positions}");
        }
    }
}
