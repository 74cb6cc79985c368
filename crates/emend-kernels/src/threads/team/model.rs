//! [`round.rs`](super::round) under every order in which its threads can run, and every value that they may then see: what is
//! checked is the code itself, compiled with loom's atomics.

#[allow(clippy::duplicate_mod, reason = "the same code with other atomics is what this is about")]
#[path = "round.rs"]
mod round;

mod atomic {
    pub(super) use loom::sync::atomic::{AtomicBool, AtomicPtr, AtomicU64, AtomicUsize, Ordering};
}

use loom::cell::UnsafeCell;
use loom::sync::Arc;
use loom::thread;

use round::Round;

/// Two rounds of two parts each, shared with one helper that comes and goes as it likes: each part is done once, by work that
/// still exists, and what it wrote is seen when the round is over.
#[test]
fn every_part_is_done_once_and_seen() {
    loom::model(|| {
        let round = Arc::new(Round::default());
        let helper = {
            let round = Arc::clone(&round);
            thread::spawn(move || {
                // As often as there is something to take, and once more.
                for _ in 0..2 {
                    round.take_part();
                }
            })
        };
        for add in [1, 10] {
            let parts = [UnsafeCell::new(0), UnsafeCell::new(0)];
            let work = Parts(&parts);
            let ended = round.run(2, &|part| work.add(part, add), thread::yield_now);
            assert!(!ended.panicked && ended.own <= 2);
            for part in &parts {
                // SAFETY: nobody writes any more; loom fails if somebody may.
                part.with(|value| assert_eq!(unsafe { *value }, add));
            }
        }
        helper.join().expect("the helper ends");
    });
}

/// Numbers of which each belongs to whoever has its part.
struct Parts<'p>(&'p [UnsafeCell<i32>; 2]);

// SAFETY: that is what is tested; loom fails where two threads have the same one.
unsafe impl Sync for Parts<'_> {}

impl Parts<'_> {
    fn add(&self, part: usize, number: i32) {
        // SAFETY: as above.
        self.0[part].with_mut(|value| unsafe { *value += number });
    }
}
