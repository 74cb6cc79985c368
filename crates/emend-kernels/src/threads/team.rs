//! Threads that help with one pass at a time, without sleeping between its products.
//!
//! A product of a small model takes some microseconds, and waking a thread takes longer. So helpers stay awake while a pass
//! runs and look for parts of its products; who comes first takes the next part. Nobody waits for a helper that has not
//! begun: where another program has its core, the thread that asked does all parts itself.

#[cfg(test)]
mod model;
mod round;

/// What `round.rs` is made of.
mod atomic {
    pub(super) use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicU64, AtomicUsize, Ordering};
}

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, TryLockError};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

use round::Round;

/// How long helpers stay awake after a pass: the next follows soon where a model writes.
const LINGER: Duration = Duration::from_micros(100);
/// Looks in vain after which a thread lets others have its core for a moment.
const LOOKS: u32 = 512;
/// A helper that keeps the others waiting so much longer than a part takes has lost its core to another program,
const LATE: Duration = Duration::from_micros(100);
/// and passes are left to one thread for so long.
const REST: Duration = Duration::from_millis(30);

/// The thread that asks, and its helpers.
pub(super) struct Team {
    shared: Arc<Shared>,
    helpers: Vec<Thread>,
    /// Whose pass it is: one at a time. When it may have help again.
    turn: Mutex<Option<Instant>>,
}

/// A pass that has the team.
pub(super) struct Turn<'t> {
    team: &'t Team,
    rest: MutexGuard<'t, Option<Instant>>,
}

impl Team {
    /// `threads` in all; fewer where the system gives no more.
    pub(super) fn of(threads: usize) -> Self {
        let shared = Arc::new(Shared::default());
        let helper = |number: usize| {
            let shared = Arc::clone(&shared);
            let named = thread::Builder::new().name(format!("pass-{number}"));
            named.spawn(move || help(&shared)).ok().map(|handle| handle.thread().clone())
        };
        Self { helpers: (1..threads).map_while(helper).collect(), shared, turn: Mutex::default() }
    }

    /// Threads of it.
    pub(super) fn threads(&self) -> usize {
        self.helpers.len() + 1
    }

    /// The team for one pass; `None` while it has another, or would only be late.
    pub(super) fn begin(&self) -> Option<Turn<'_>> {
        let mut rest = match self.turn.try_lock() {
            Ok(rest) => rest,
            // A pass that panicked has waited for all of its parts.
            Err(TryLockError::Poisoned(rest)) => rest.into_inner(),
            Err(TryLockError::WouldBlock) => return None,
        };
        if rest.is_some_and(|until| Instant::now() < until) {
            return None;
        }
        *rest = None;
        self.shared.open.store(true, Ordering::Relaxed);
        self.helpers.iter().for_each(Thread::unpark);
        Some(Turn { team: self, rest })
    }
}

impl Turn<'_> {
    /// Calls `work` for each part below `parts`, on whichever thread; all are done when it returns.
    ///
    /// # Panics
    /// When `work` does, after all other parts.
    pub(super) fn share<F: Fn(usize) + Sync>(&mut self, parts: usize, work: &F) {
        let mut looks = 0;
        let begun = Instant::now();
        let mut waiting = begun;
        let ended = self.team.shared.round.run(parts, work, || {
            if looks == 0 {
                waiting = Instant::now();
            }
            look_again(&mut looks);
        });
        if looks > 0 && waiting.elapsed() > LATE + 2 * (waiting - begun) / ended.own.max(1) {
            *self.rest = Some(Instant::now() + REST);
        }
        assert!(!ended.panicked, "a part of a product panicked");
    }

    /// Whether what follows would rather be done alone.
    pub(super) fn tired(&self) -> bool {
        self.rest.is_some()
    }

    pub(super) fn threads(&self) -> usize {
        self.team.threads()
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.team.shared.open.store(false, Ordering::Relaxed);
    }
}

/// What all threads see.
#[derive(Default)]
struct Shared {
    /// Whether a pass runs.
    open: AtomicBool,
    round: Round,
}

/// The life of a helper.
fn help(shared: &Shared) {
    loop {
        let mut looks = 0;
        let mut since = Instant::now();
        while shared.open.load(Ordering::Relaxed) || since.elapsed() < LINGER {
            if shared.round.take_part() {
                since = Instant::now();
            } else {
                look_again(&mut looks);
            }
        }
        thread::park();
    }
}

fn look_again(looks: &mut u32) {
    *looks = looks.wrapping_add(1);
    if looks.is_multiple_of(LOOKS) {
        thread::yield_now();
    } else {
        std::hint::spin_loop();
    }
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::sync::atomic::AtomicUsize;

    use super::*;

    #[test]
    fn every_part_of_every_round_is_done_once() {
        for threads in [1, 2, 3, 5] {
            let team = Team::of(threads);
            for pass in 0..200 {
                let Some(mut turn) = team.begin() else { continue };
                for round in 0..50 {
                    let parts = 1 + (pass + round) % 9;
                    let done: Vec<AtomicUsize> = (0..parts).map(|_| AtomicUsize::new(0)).collect();
                    turn.share(parts, &|part| {
                        done[part].fetch_add(1, Ordering::Relaxed);
                    });
                    assert!(done.iter().all(|count| count.load(Ordering::Relaxed) == 1));
                }
            }
        }
    }

    #[test]
    fn one_pass_has_it_and_a_panic_is_told_when_all_is_done() {
        let team = Team::of(3);
        let mut turn = team.begin().expect("nobody has it");
        assert!(team.begin().is_none());
        let done = AtomicUsize::new(0);
        let work = |part: usize| {
            assert!(part != 3, "meant");
            done.fetch_add(1, Ordering::Relaxed);
        };
        assert!(catch_unwind(AssertUnwindSafe(|| turn.share(8, &work))).is_err());
        assert_eq!(done.load(Ordering::Relaxed), 7);
        turn.share(2, &|_| ());
    }

    #[test]
    fn who_is_late_is_left_alone_for_a_while() {
        let team = Team::of(2);
        let mut turn = team.begin().expect("nobody has it");
        let me = thread::current().id();
        // The helper takes one of these parts, sooner or later, and then does not come back for long.
        let mut before = Instant::now();
        while !turn.tired() {
            before = Instant::now();
            turn.share(2, &|_| {
                if thread::current().id() != me {
                    thread::sleep(Duration::from_millis(5));
                }
            });
        }
        drop(turn);
        // On a busy machine this thread itself may be late.
        assert!(team.begin().is_none() || before.elapsed() >= REST);
        thread::sleep(REST);
        assert!(team.begin().is_some());
    }
}
