//! What a pass writes on its way. Kept from pass to pass, so that a token costs no allocation.

use std::cell::RefCell;

use emend_kernels::Input;

/// Buffers of one layer at a time; N positions, D, A and F wide.
#[derive(Debug, Default)]
pub(super) struct Buffers {
    /// The normalised stream, (N, D).
    pub(super) normed: Input,
    /// (N, A)
    pub(super) queries: Vec<f32>,
    /// (N, A)
    pub(super) keys: Vec<f32>,
    /// (N, A)
    pub(super) values: Vec<f32>,
    /// (N, F)
    pub(super) inner: Vec<f32>,
    /// (N, F)
    pub(super) gate: Vec<f32>,
    /// What attention found, (N, A).
    pub(super) found: Input,
    /// The activated inner numbers, (N, F). Not the memory of `found`: it would be cleared each time that it grew again.
    pub(super) between: Input,
    /// Row and position of each token.
    pub(super) places: Vec<(usize, usize)>,
    /// What a layer adds to the stream, (N, D).
    pub(super) y: Vec<f32>,
}

thread_local! {
    static KEPT: RefCell<Buffers> = RefCell::default();
}

/// Lends this thread's buffers to what reads sources: giving out as much memory anew took a tenth of
/// the time of sixteen sources together.
pub(super) fn lent<T>(work: impl FnOnce(&mut Buffers) -> T) -> T {
    let mut buffers = KEPT.take();
    let found = work(&mut buffers);
    KEPT.set(buffers);
    found
}

/// x + y, in place of x.
pub(super) fn add(x: &mut [f32], y: &[f32]) {
    x.iter_mut().zip(y).for_each(|(x, y)| *x += y);
}
