//! The page's commands, by area: each converts, calls one verb, and converts back. All are asynchronous, because a
//! synchronous one would run on the thread that draws the window.

pub(crate) mod adapters;
pub(crate) mod check;
pub(crate) mod diagnose;
pub(crate) mod documents;
pub(crate) mod large;
pub(crate) mod learn;
pub(crate) mod rewrite;
pub(crate) mod settings;
pub(crate) mod start;
pub(crate) mod taste;
pub(crate) mod voice;
