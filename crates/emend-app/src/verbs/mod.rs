//! One file per thing a person can do. The command line prints what a verb returns, the window shows it.

pub mod another;
pub mod decide;
pub mod rewrite;
