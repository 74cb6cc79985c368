//! How far ahead to draft: as far as the tokens that are likely to be accepted are worth the time of verifying them.

use std::time::Instant;

use super::cost::{Cost, Curve};
use super::place::Found;

/// Tokens drafted for one row at most.
pub(super) const MOST_AHEAD: usize = 32;

/// How many tokens to draft in each pass, so that the most tokens are written per time: learned from what was accepted
/// and from how long passes took. It changes how long decoding takes, never what is written.
#[derive(Debug, Clone)]
pub struct Pace {
    curve: Curve,
    /// Without a clock the cost is given.
    clock: Option<fn() -> Instant>,
    odds: Odds,
    /// Of each row, while a pass is planned; kept from pass to pass.
    chances: Vec<f64>,
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
        Self::new(Curve::default(), Some(clock))
    }

    /// Takes a cost as given, so that the number of passes does not depend on the machine.
    pub fn given(cost: Cost) -> Self {
        Self::new(Curve::given(cost), None)
    }

    fn new(curve: Curve, clock: Option<fn() -> Instant>) -> Self {
        let (odds, chances) = (Odds::default(), Vec::new());
        Self { curve, clock, odds, chances, passes: 0, row_passes: 0, positions: 0, accepted: 0 }
    }

    /// How many tokens to draft in each row, in the place of what `ahead` held.
    ///
    /// Tokens are given out one by one, each to the row where it is most likely to be accepted, as long as the
    /// expected number of tokens written per time rises. The likelihood falls along a row, and the cost of a position
    /// rises, if anything: what has stopped rising does not rise again. Where the rows alone keep a processor busy, nothing is
    /// drafted, and the search is the plain one.
    pub(super) fn plan(&mut self, rooms: &[Room], ahead: &mut Vec<usize>) {
        let Self { curve, odds, chances, .. } = self;
        ahead.clear();
        ahead.resize(rooms.len(), 0);
        chances.clear();
        chances.extend(rooms.iter().map(|room| odds.of(room.found)));
        // Every row writes one token in any case.
        let (mut tokens, mut positions) = (rooms.len() as f64, rooms.len());
        loop {
            let open = |row: &usize| ahead[*row] < rooms[*row].most.min(MOST_AHEAD);
            let best = (0..rooms.len()).filter(open).max_by(|&a, &b| chances[a].total_cmp(&chances[b]));
            let Some(row) = best else { return };
            let more = tokens + chances[row];
            if more * curve.of(positions) <= tokens * curve.of(positions + 1) {
                return;
            }
            (tokens, positions) = (more, positions + 1);
            ahead[row] += 1;
            chances[row] *= odds.of(Found::InStep);
        }
    }

    /// Runs a pass over so many positions and takes down how long it took.
    pub(super) fn pass<T>(&mut self, positions: usize, run: impl FnOnce() -> T) -> T {
        self.passes += 1;
        self.positions += positions;
        let Some(clock) = self.clock else { return run() };
        let begin = clock();
        let result = run();
        self.curve.observe(positions, clock().duration_since(begin).as_secs_f64());
        result
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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn rooms(most: &[usize]) -> Vec<Room> {
        most.iter().map(|&most| Room { most, found: Found::InStep }).collect()
    }

    fn planned(pace: &mut Pace, rooms: &[Room]) -> Vec<usize> {
        // What was there before does not count.
        let mut ahead = vec![7; 3];
        pace.plan(rooms, &mut ahead);
        ahead
    }

    #[test]
    fn cheap_positions_are_drafted_dear_ones_are_not() {
        let ahead = |position| planned(&mut Pace::given(Cost { pass: 1.0, position }), &rooms(&[100]))[0];
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
        let mut pace = Pace::given(Cost { pass: 1.0, position: 0.1 });
        assert_eq!(planned(&mut pace, &rooms(&[0, 3])), [0, 3]);
        let unsure = Room { most: 30, found: Found::Assumed };
        let ahead = planned(&mut pace, &[unsure, rooms(&[30])[0]]);
        assert!(ahead[0] < ahead[1], "{ahead:?}");
        assert!(planned(&mut pace, &[]).is_empty());
    }

    #[test]
    fn what_is_rejected_is_drafted_less() {
        let mut pace = Pace::given(Cost { pass: 1.0, position: 0.1 });
        let before = planned(&mut pace, &rooms(&[30]))[0];
        for _ in 0..50 {
            pace.learn(&rooms(&[30])[0], 8, 1);
        }
        assert!(planned(&mut pace, &rooms(&[30]))[0] < before);
        assert_eq!((pace.row_passes, pace.accepted), (50, 50));
    }

    /// What a pass takes in microseconds when one row waits for memory and eight for arithmetic.
    fn busy(positions: usize) -> u64 {
        92 + 31 * positions.min(8) as u64 + 42 * positions.saturating_sub(8) as u64
    }

    thread_local! {
        #[expect(clippy::disallowed_methods, reason = "some instant to count from; no time is taken")]
        static NOW: std::cell::Cell<Instant> = std::cell::Cell::new(Instant::now());
    }

    /// Rows that are written together on that machine, and what is drafted for them once it is known.
    fn drafted(rows: usize) -> usize {
        let mut pace = Pace::measured(|| NOW.get());
        let rooms = rooms(&vec![30; rows]);
        for _ in 0..300 {
            let ahead = planned(&mut pace, &rooms);
            let positions = rows + ahead.iter().sum::<usize>();
            pace.pass(positions, || NOW.set(NOW.get() + Duration::from_micros(busy(positions))));
        }
        planned(&mut pace, &rooms).iter().sum()
    }

    #[test]
    fn one_row_is_drafted_and_sixteen_are_written_plainly() {
        assert!(drafted(1) >= 6, "{}", drafted(1));
        assert_eq!(drafted(16), 0);
    }
}
