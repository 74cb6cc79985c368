//! Gives the model's memory back when nobody has asked it for a while.

use std::sync::Weak;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Duration;

use super::worker::Shared;

/// Waits until the worker has been idle for `idle`, and ends it. Returns early when `ended` closes, because the
/// worker it was started for is gone.
pub(super) fn watch(shared: &Weak<Shared>, idle: Duration, ended: &Receiver<()>) {
    let mut left = idle;
    while ended.recv_timeout(left) == Err(RecvTimeoutError::Timeout) {
        let Some(shared) = shared.upgrade() else { return };
        // A request holds the seat while it runs, so this waits for its end.
        let mut seat = shared.seat();
        let Some(used) = seat.last_used() else { return };
        left = idle.saturating_sub(used.elapsed());
        if left.is_zero() {
            tracing::debug!("the large model was idle for {idle:?} and gives its memory back");
            seat.empty();
            return;
        }
    }
}
