//! How far ahead to draft: as far as the tokens that are likely to be accepted are worth the time of verifying them.

use std::time::{Duration, Instant};

use super::place::Found;

/// Tokens drafted for one row at most.
const MOST_AHEAD: usize = 32;

/// A measured pass counts this much less after each further one: machines slow down and speed up.
const MEMORY: f64 = 0.97;

/// A pass that takes longer than this many times what is expected was interrupted; it counts as this long.
const INTERRUPTED: f64 = 3.0;

/// The time of a decoder pass over n positions, all rows together: `pass + n · position`, in any unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cost {
    /// What every pass takes: reading the weights.
    pub pass: f64,
    /// What each position adds.
    pub position: f64,
}

impl Cost {
    /// What is expected of a machine that nothing is known of.
    const TYPICAL: Cost = Cost { pass: 1.0, position: 0.15 };

    fn of(self, positions: usize) -> f64 {
        self.pass + positions as f64 * self.position
    }
}

/// How many tokens to draft in each pass, so that the most tokens are written per time: learned from what was accepted
/// and from how long passes took. It changes how long decoding takes, never what is written.
#[derive(Debug, Clone)]
pub struct Pace {
    cost: Cost,
    /// What was measured; without a clock the cost is given.
    meter: Meter,
    clock: Option<fn() -> Instant>,
    odds: Odds,
    /// Decoder passes so far.
    pub passes: usize,
    /// Passes so far, each counted once per row that it wrote.
    pub row_passes: usize,
    /// Positions that were read.
    pub positions: usize,
    /// Drafted tokens that were accepted.
    pub accepted: usize,
}

/// How far ahead a row could be drafted.
#[derive(Debug, Clone, Copy)]
pub(super) struct Room {
    /// Tokens at most.
    pub(super) most: usize,
    /// How sure the place is.
    pub(super) found: Found,
}

impl Pace {
    /// Measures how long passes take by a clock of the caller's, [`Instant::now`]: this crate has none.
    pub fn measured(clock: fn() -> Instant) -> Self {
        Self { clock: Some(clock), ..Self::given(Cost::TYPICAL) }
    }

    /// Takes a cost as given, so that the number of passes does not depend on the machine.
    pub fn given(cost: Cost) -> Self {
        Self {
            cost,
            meter: Meter::default(),
            clock: None,
            odds: Odds::default(),
            passes: 0,
            row_passes: 0,
            positions: 0,
            accepted: 0,
        }
    }

    /// The cost as far as it is known.
    pub fn cost(&self) -> Cost {
        self.cost
    }

    /// How many tokens to draft in each row.
    ///
    /// Tokens are given out one by one, each to the row where it is most likely to be accepted, as long as the
    /// expected number of tokens written per time rises. The likelihood falls along a row, and the cost is a line:
    /// when it has stopped rising it does not rise again.
    pub(super) fn plan(&self, rooms: &[Room]) -> Vec<usize> {
        let mut ahead = vec![0; rooms.len()];
        let mut chances: Vec<f64> = rooms.iter().map(|room| self.odds.of(room.found)).collect();
        // Every row writes one token in any case.
        let (mut tokens, mut positions) = (rooms.len() as f64, rooms.len());
        loop {
            let open = |row: &usize| ahead[*row] < rooms[*row].most.min(MOST_AHEAD);
            let best = (0..rooms.len()).filter(open).max_by(|&a, &b| chances[a].total_cmp(&chances[b]));
            let Some(row) = best else { return ahead };
            let more = tokens + chances[row];
            if more * self.cost.of(positions) <= tokens * self.cost.of(positions + 1) {
                return ahead;
            }
            (tokens, positions) = (more, positions + 1);
            ahead[row] += 1;
            chances[row] *= self.odds.of(Found::InStep);
        }
    }

    /// Runs a pass over so many positions and takes down how long it took.
    pub(super) fn pass<T>(&mut self, positions: usize, run: impl FnOnce() -> T) -> T {
        self.passes += 1;
        self.positions += positions;
        let Some(clock) = self.clock else { return run() };
        let begin = clock();
        let result = run();
        self.observe(positions, clock().duration_since(begin));
        result
    }

    fn observe(&mut self, positions: usize, time: Duration) {
        let (seconds, expected) = (time.as_secs_f64(), self.cost.of(positions));
        let first = self.meter.weight < 0.5;
        self.meter.add(positions, if first { seconds } else { seconds.min(INTERRUPTED * expected) });
        self.cost = self.meter.cost();
    }

    /// Takes down how many of the `ahead` tokens drafted for a row were accepted.
    pub(super) fn learn(&mut self, room: &Room, ahead: usize, accepted: usize) {
        self.row_passes += 1;
        self.accepted += accepted;
        if ahead > 0 {
            self.odds.add(room.found, accepted > 0);
            // Those after the first, up to the one that was rejected.
            for step in 1..ahead.min(accepted + 1) {
                self.odds.add(Found::InStep, step < accepted);
            }
        }
    }
}

/// How often a drafted token was accepted, by how its place was found; the tokens after an accepted one are in step.
#[derive(Debug, Clone)]
struct Odds([(f64, f64); 4]);

impl Default for Odds {
    /// Some tokens that were never drafted, so that the first ones do not count for everything.
    fn default() -> Self {
        Self([(19.0, 20.0), (3.5, 4.0), (3.0, 4.0), (2.0, 4.0)])
    }
}

impl Odds {
    fn add(&mut self, found: Found, accepted: bool) {
        let (accepted_ones, all) = &mut self.0[found as usize];
        *accepted_ones += f64::from(u8::from(accepted));
        *all += 1.0;
    }

    fn of(&self, found: Found) -> f64 {
        let (accepted, all) = self.0[found as usize];
        accepted / all
    }
}

/// A line through measured passes, by weighted least squares, held by the typical cost where too few lengths were seen.
#[derive(Debug, Clone, Default)]
struct Meter {
    weight: f64,
    x: f64,
    y: f64,
    xx: f64,
    xy: f64,
    /// Times divided by the typical cost, their weighted sum: the unit of time.
    scale: f64,
}

impl Meter {
    fn add(&mut self, positions: usize, seconds: f64) {
        let x = positions as f64;
        let new = [1.0, x, seconds, x * x, x * seconds, seconds / Cost::TYPICAL.of(positions)];
        let sums = [&mut self.weight, &mut self.x, &mut self.y, &mut self.xx, &mut self.xy, &mut self.scale];
        for (sum, new) in sums.into_iter().zip(new) {
            *sum = *sum * MEMORY + new;
        }
    }

    fn cost(&self) -> Cost {
        let scale = self.scale / self.weight;
        let typical = Cost { pass: Cost::TYPICAL.pass * scale, position: Cost::TYPICAL.position * scale };
        let mut held = self.clone();
        for positions in [1, 16] {
            let (x, y) = (positions as f64, typical.of(positions));
            held.weight += 1.0;
            held.x += x;
            held.y += y;
            held.xx += x * x;
            held.xy += x * y;
        }
        let spread = held.weight * held.xx - held.x * held.x;
        let position = (held.weight * held.xy - held.x * held.y) / spread;
        let pass = (held.y - position * held.x) / held.weight;
        // A disturbed machine can tilt the line; neither part is ever nothing.
        let least = scale * 0.01;
        Cost { pass: pass.max(least), position: position.max(least) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rooms(most: &[usize]) -> Vec<Room> {
        most.iter().map(|&most| Room { most, found: Found::InStep }).collect()
    }

    #[test]
    fn cheap_positions_are_drafted_dear_ones_are_not() {
        let ahead = |position| Pace::given(Cost { pass: 1.0, position }).plan(&rooms(&[100]))[0];
        assert_eq!(ahead(0.0), MOST_AHEAD);
        assert_eq!(
            ahead(1000.0),
            0,
            "a pass over two positions takes twice as long and writes fewer than two tokens"
        );
        let (cheap, dear) = (ahead(0.02), ahead(0.5));
        assert!(MOST_AHEAD >= cheap && cheap > dear && dear > 1, "{cheap} {dear}");
    }

    #[test]
    fn no_room_no_draft_and_the_surer_row_gets_more() {
        let pace = Pace::given(Cost { pass: 1.0, position: 0.1 });
        assert_eq!(pace.plan(&rooms(&[0, 3])), [0, 3]);
        let unsure = Room { most: 30, found: Found::Assumed };
        let ahead = pace.plan(&[unsure, rooms(&[30])[0]]);
        assert!(ahead[0] < ahead[1], "{ahead:?}");
        assert!(pace.plan(&[]).is_empty());
    }

    #[test]
    fn what_is_rejected_is_drafted_less() {
        let mut pace = Pace::given(Cost { pass: 1.0, position: 0.1 });
        let before = pace.plan(&rooms(&[30]))[0];
        for _ in 0..50 {
            pace.learn(&rooms(&[30])[0], 8, 1);
        }
        assert!(pace.plan(&rooms(&[30]))[0] < before);
        assert_eq!((pace.row_passes, pace.accepted), (50, 50));
    }

    #[test]
    fn the_cost_is_that_of_the_machine() {
        let mut pace = Pace::given(Cost::TYPICAL);
        for round in 0..200 {
            let positions = 1 + round % 20;
            pace.observe(positions, Duration::from_micros(3000 + 100 * positions as u64));
        }
        let Cost { pass, position } = pace.cost();
        assert!((pass - 3e-3).abs() < 3e-4 && (position - 1e-4).abs() < 3e-5, "{pass} {position}");
    }

    #[test]
    fn an_interrupted_pass_does_not_tilt_the_line() {
        let mut pace = Pace::given(Cost::TYPICAL);
        for round in 0..100 {
            let positions = 1 + round % 20;
            let interruption = if round % 25 == 12 { 50_000 } else { 0 };
            pace.observe(positions, Duration::from_micros(3000 + 100 * positions as u64 + interruption));
        }
        let Cost { pass, position } = pace.cost();
        assert!(pass > 2e-3 && pass < 5e-3 && position > 2e-5 && position < 3e-4, "{pass} {position}");
    }

    #[test]
    fn passes_of_one_length_scale_the_typical_cost() {
        let mut pace = Pace::given(Cost::TYPICAL);
        pace.observe(1, Duration::from_millis(23));
        let Cost { pass, position } = pace.cost();
        assert!((pass - 0.02).abs() < 1e-6 && (position - 0.003).abs() < 1e-6, "{pass} {position}");
    }
}
