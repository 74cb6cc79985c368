//! The wish to stop, shared between the one who waits and the one who works.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A flag that every clone sees. Decoding looks at it before each token.
///
/// Once raised it stays raised: a new request takes a new `Cancel`.
#[derive(Debug, Clone, Default)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
    /// A flag that nobody has raised yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Asks the work to stop. Returns at once; the work notices before its next token.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// True after [`Cancel::cancel`] on this flag or any clone of it.
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clones_share_one_flag() {
        let asked = Cancel::new();
        let seen = asked.clone();
        assert!(!seen.is_cancelled());
        asked.cancel();
        assert!(seen.is_cancelled(), "the clone sees what the original was told");
        assert!(!Cancel::new().is_cancelled(), "a new request starts fresh");
    }
}
