//! Regular expressions that are part of the program.

use regex::Regex;

/// Compiles an expression that is written in this crate.
///
/// # Panics
///
/// When the expression is malformed, which every test that reaches it notices.
pub(crate) fn pattern(source: &'static str) -> Regex {
    match Regex::new(source) {
        Ok(regex) => regex,
        Err(error) => panic!("the built-in pattern {source:?} is malformed: {error}"),
    }
}
