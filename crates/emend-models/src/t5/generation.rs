//! Which numbers a model computes.

use std::sync::atomic::{AtomicU64, Ordering};

/// Changes with everything that can change what a model computes. A clone has that of its origin, as long as neither is
/// changed: no two models of one generation compute different numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Generation(u64);

impl Generation {
    /// One that no model of this program has had.
    pub(super) fn next() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        Self(NEXT.fetch_add(1, Ordering::Relaxed))
    }
}
