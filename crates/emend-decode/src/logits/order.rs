//! Tokens in the order of their probability, for processors that keep the first of them.

use std::cell::RefCell;
use std::cmp::Ordering;

thread_local! {
    /// Memory for one vocabulary, so that a token costs no allocation.
    static ORDER: RefCell<Vec<usize>> = const { RefCell::new(Vec::new()) };
}

/// Calls `work` with an empty list that has room for `vocab` tokens.
pub(super) fn with_order(vocab: usize, work: impl FnOnce(&mut Vec<usize>)) {
    ORDER.with_borrow_mut(|order| {
        order.clear();
        order.reserve(vocab);
        work(order);
    });
}

/// The likelier token first and, among equals, the smaller id.
pub(super) fn likelier(log_probs: &[f32], a: usize, b: usize) -> Ordering {
    log_probs[b].total_cmp(&log_probs[a]).then(a.cmp(&b))
}

/// Makes all tokens impossible that come behind `last` in this order.
pub(super) fn keep_to(last: usize, log_probs: &mut [f32]) {
    let least = log_probs[last];
    for (token, value) in log_probs.iter_mut().enumerate() {
        if least.total_cmp(value).then(token.cmp(&last)).is_gt() {
            *value = f32::NEG_INFINITY;
        }
    }
}
