//! When work is divided among threads: within a pass, by the threads of one [`team`], each product that is worth it.
//!
//! There is one team in a program, as large as rayon's global pool, which the tokenizer and candle's float products use; both
//! sleep when there is nothing to do. A pass that finds the team with another one does its work alone.

mod team;

use std::cell::RefCell;
use std::num::NonZero;
use std::sync::{Mutex, OnceLock, PoisonError};

use team::{Team, Turn};

/// Multiplications of a part at least: some microseconds of work.
const PART: usize = 1 << 17;

/// Multiplications for each thread from which it gets several parts, so that one that is slow, or began late, leaves more to
/// the others. Of less work each gets one: numbers that another core has written take time to come.
const LARGE: usize = 1 << 21;

/// That many parts.
const PARTS: usize = 4;

/// Parts of a product at most.
const MOST: usize = 64;

/// Multiplications from which a pass asks for the team.
const PASS: usize = 1 << 21;

/// Threads that a pass may use.
pub fn count() -> usize {
    rayon::current_num_threads()
}

/// Cores that this program may use, not counting the second thread that some of them offer.
pub fn physical_cores() -> usize {
    cores(num_cpus::get_physical(), std::thread::available_parallelism().map_or(usize::MAX, NonZero::get))
}

/// Of a machine with `physical` cores, where a program may run `allowed` threads at once: fewer than it has by its affinity, or
/// by the limit of a container. More threads than that would only wait for each other.
fn cores(physical: usize, allowed: usize) -> usize {
    physical.min(allowed).max(1)
}

thread_local! {
    /// The team, while this thread's pass has it and is not in a part of its work.
    static TURN: RefCell<Option<Turn<'static>>> = const { RefCell::new(None) };
}

/// Runs one pass of about `multiplications`; what it calls may be divided.
pub fn pass<T>(multiplications: usize, work: impl FnOnce() -> T) -> T {
    static TEAM: OnceLock<Team> = OnceLock::new();
    if multiplications < PASS || count() == 1 {
        return work();
    }
    pass_with(TEAM.get_or_init(|| Team::of(count())), work)
}

fn pass_with<T>(team: &'static Team, work: impl FnOnce() -> T) -> T {
    /// Gives the team back, also when the work panics.
    struct End;
    impl Drop for End {
        fn drop(&mut self) {
            TURN.take();
        }
    }

    let Some(turn) = team.begin() else { return work() };
    TURN.set(Some(turn));
    let _end = End;
    work()
}

/// Into how many parts to divide work of so many multiplications that can be cut into `pieces`.
fn parts(multiplications: usize, pieces: usize) -> usize {
    let most = multiplications.div_ceil(PART).min(pieces).min(MOST);
    if most < 2 {
        return 1;
    }
    TURN.with_borrow(|turn| match turn {
        Some(turn) if !turn.tired() => {
            let threads = turn.threads();
            let several = if multiplications / threads < LARGE { 1 } else { PARTS };
            most.min(several * threads)
        }
        _ => 1,
    })
}

/// Takes what `next` gives for each of `parts`, in order, and calls `work` with each of that, on whichever thread.
fn share<T: Send>(parts: usize, mut next: impl FnMut(usize) -> T, work: &(impl Fn(T) + Sync)) {
    /// Goes back to where it came from, also when the work panics.
    struct Lent(Option<Turn<'static>>);
    impl Drop for Lent {
        fn drop(&mut self) {
            TURN.set(self.0.take());
        }
    }

    if parts < 2 {
        return (0..parts).for_each(|part| work(next(part)));
    }
    // In a part of the work nothing is divided further.
    let mut lent = Lent(TURN.take());
    let Some(turn) = &mut lent.0 else { return (0..parts).for_each(|part| work(next(part))) };
    let things: [Mutex<Option<T>>; MOST] =
        std::array::from_fn(|part| Mutex::new((part < parts).then(|| next(part))));
    let take = |part: usize| things[part].lock().unwrap_or_else(PoisonError::into_inner).take();
    turn.share(parts, &|part| take(part).into_iter().for_each(work));
}

/// Cuts what has `pieces` into parts and calls `work` with each. `cut` takes the first so many pieces off.
pub(crate) fn divide<T: Send>(
    multiplications: usize,
    pieces: usize,
    mut cut: impl FnMut(usize) -> T,
    work: &(impl Fn(T) + Sync),
) {
    let parts = parts(multiplications, pieces);
    let from = |part: usize| part * pieces / parts;
    share(parts, |part| cut(from(part + 1) - from(part)), work);
}

/// Calls `work(row, part of out)` for each row of `out`, `width` long; `multiplications` is what all of it takes.
pub(crate) fn rows(
    out: &mut [f32],
    width: usize,
    multiplications: usize,
    work: &(impl Fn(usize, &mut [f32]) + Sync),
) {
    let count = out.len() / width;
    let (mut rest, mut first) = (out, 0);
    let cut = |rows: usize| {
        let (part, others) = std::mem::take(&mut rest).split_at_mut(rows * width);
        rest = others;
        first += rows;
        (first - rows, part)
    };
    divide(multiplications, count, cut, &|(first, part): (usize, &mut [f32])| {
        for (row, out) in part.chunks_exact_mut(width).enumerate() {
            work(first + row, out);
        }
    });
}

/// A pass of so many threads, which are there for it alone.
#[cfg(test)]
pub(crate) fn pass_of<T>(threads: usize, work: impl FnOnce() -> T) -> T {
    pass_with(Box::leak(Box::new(Team::of(threads))), work)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_cores_are_used_than_a_program_may() {
        assert_eq!(cores(8, 16), 8, "two threads share a core");
        assert_eq!(cores(8, 8), 8);
        assert_eq!(cores(8, 3), 3, "bound to three processors, or limited to as much time as three have");
        assert_eq!(cores(8, 1), 1);
        assert_eq!(cores(8, usize::MAX), 8, "a system that does not tell");
        assert_eq!(cores(0, 4), 1, "one that tells nonsense");
        assert!(
            (1..=std::thread::available_parallelism().map_or(usize::MAX, NonZero::get))
                .contains(&physical_cores())
        );
    }

    #[test]
    fn rows_are_cut_into_parts_in_their_order_and_no_further() {
        let count = |threads: usize, multiplications: usize| {
            let mut out = vec![0.0; 30 * 3];
            let seen = Mutex::new(0);
            pass_of(threads, || {
                // Asked first: on a busy machine the team may rest afterwards.
                let cut = parts(multiplications, 30);
                rows(&mut out, 3, multiplications, &|row, out| {
                    assert_eq!(parts(multiplications, 30), 1, "inside a part");
                    out.fill(row as f32);
                    *seen.lock().expect("no panic") += 1;
                });
                assert_eq!(*seen.lock().expect("no panic"), 30);
                assert!(out.chunks(3).zip(0..).all(|(part, row)| {
                    part.iter().all(|found| found.to_bits() == (row as f32).to_bits())
                }));
                cut
            })
        };
        assert_eq!([count(2, PART), count(2, 3 * PART), count(2, 1 << 30)], [1, 2, 8]);
        assert_eq!([count(4, 3 * PART), count(4, 9 * PART)], [3, 4]);
        assert_eq!(count(9, 1 << 30), 30);
        assert_eq!(parts(1 << 30, 30), 1, "outside a pass");
    }

    #[test]
    fn a_panic_leaves_the_team_for_the_next_pass() {
        let team: &Team = Box::leak(Box::new(Team::of(2)));
        let work =
            || pass_with(team, || rows(&mut [0.0; 8], 1, 1 << 30, &|row, _| assert!(row != 5, "meant")));
        assert!(std::panic::catch_unwind(work).is_err());
        // On a busy machine the team may rest now.
        std::thread::sleep(std::time::Duration::from_millis(100));
        assert_eq!(pass_with(team, || parts(1 << 30, 8)), 8);
    }
}
