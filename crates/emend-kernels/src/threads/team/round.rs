//! One piece of work after the other, in parts that any thread may take. No thread waits here but the one whose work it is.
//!
//! All orders in which two threads can meet here are tried by the tests (`model.rs`), for which this file is compiled a second
//! time, with atomics that are watched.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::atomic::{AtomicBool, AtomicPtr, AtomicU64, AtomicUsize, Ordering};

/// The work of a round, its parts, and who has done how much of them.
pub(super) struct Round {
    /// See [`Ticket`].
    ticket: Apart<AtomicU64>,
    /// The work of this round, and how it is called.
    work: AtomicPtr<()>,
    call: AtomicPtr<()>,
    /// Parts of this round that are done.
    done: Apart<AtomicUsize>,
    panicked: AtomicBool,
}

impl Default for Round {
    fn default() -> Self {
        Self {
            ticket: Apart(AtomicU64::new(0)),
            work: AtomicPtr::new(std::ptr::null_mut()),
            call: AtomicPtr::new(std::ptr::null_mut()),
            done: Apart(AtomicUsize::new(0)),
            panicked: AtomicBool::new(false),
        }
    }
}

/// How a round ended.
pub(super) struct Ended {
    /// Parts that its own thread has done.
    pub(super) own: u32,
    /// Whether one of them panicked.
    pub(super) panicked: bool,
}

/// On a line of the cache of its own.
#[repr(align(64))]
struct Apart<T>(T);

impl<T> std::ops::Deref for Apart<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

/// The round, its parts, and the next of them to be taken, in one number: to take a part is to see that it is still this
/// round.
#[derive(Clone, Copy)]
struct Ticket(u64);

impl Ticket {
    /// Bits of a number of parts.
    const BITS: u32 = 8;
    const MASK: u64 = (1 << Self::BITS) - 1;

    fn part(self) -> usize {
        (self.0 & Self::MASK) as usize
    }

    fn parts(self) -> usize {
        (self.0 >> Self::BITS & Self::MASK) as usize
    }

    /// The first part of the next round.
    fn next(self, parts: usize) -> Self {
        let round = (self.0 >> (2 * Self::BITS)).wrapping_add(1);
        Self(round << (2 * Self::BITS) | (parts as u64 & Self::MASK) << Self::BITS)
    }
}

impl Round {
    /// Calls `work` for each part below `parts`, on this thread and on those that take some; all are done when it returns.
    /// `wait` is called as long as others have not finished theirs. One thread at a time may run a round.
    pub(super) fn run<F: Fn(usize) + Sync>(&self, parts: usize, work: &F, mut wait: impl FnMut()) -> Ended {
        self.publish(parts, work);
        let mut own = 0;
        while self.take_part() {
            own += 1;
        }
        // What is borrowed stays borrowed until here, so nothing may end this early.
        while self.done.load(Ordering::Acquire) < parts {
            wait();
        }
        Ended { own, panicked: self.panicked.swap(false, Ordering::Relaxed) }
    }

    /// Begins a round. All parts of the last one must be done.
    fn publish<F: Fn(usize) + Sync>(&self, parts: usize, work: &F) {
        assert!(parts as u64 <= Ticket::MASK, "{parts} parts");
        self.done.store(0, Ordering::Relaxed);
        self.work.store(std::ptr::from_ref(work).cast_mut().cast(), Ordering::Release);
        self.call.store(called::<F> as *mut (), Ordering::Release);
        let ticket = Ticket(self.ticket.load(Ordering::Relaxed)).next(parts);
        self.ticket.store(ticket.0, Ordering::Release);
    }

    /// Does the next part; false when all are taken.
    pub(super) fn take_part(&self) -> bool {
        let ticket = Ticket(self.ticket.load(Ordering::Acquire));
        if ticket.part() >= ticket.parts() {
            return false;
        }
        let (work, call) = (self.work.load(Ordering::Acquire), self.call.load(Ordering::Acquire));
        let taken =
            self.ticket.compare_exchange(ticket.0, ticket.0 + 1, Ordering::AcqRel, Ordering::Relaxed).is_ok();
        if !taken {
            return true;
        }
        // SAFETY: `call` was made of such a function by `publish`. Work and call are those of this round: others are stored only
        // after all its parts were taken, and whoever had seen them would not have found the ticket as it was.
        let call = unsafe { std::mem::transmute::<*mut (), Call>(call) };
        // SAFETY: as above, `work` is what `call` was made for. It is borrowed until all parts are done, and this one is not.
        if catch_unwind(AssertUnwindSafe(|| unsafe { call(work, ticket.part()) })).is_err() {
            self.panicked.store(true, Ordering::Relaxed);
        }
        self.done.fetch_add(1, Ordering::Release);
        true
    }
}

type Call = unsafe fn(*const (), usize);

/// # Safety
/// `work` is a reference to an F.
unsafe fn called<F: Fn(usize) + Sync>(work: *const (), part: usize) {
    // SAFETY: by what is asked of the caller.
    (unsafe { &*work.cast::<F>() })(part);
}
