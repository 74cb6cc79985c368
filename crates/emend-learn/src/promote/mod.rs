//! The gate: whether a new adapter may take the place of the one in use.
//!
//! Both are measured on the same held-out texts and decisions ([`Evidence`]); [`judge`] compares them and says why. A new
//! adapter is promoted only when something that it was not trained for has become better beyond chance and nothing has
//! become worse beyond the [`Bounds`].
//!
//! **The test.** A judge or the held-out decisions have gained when (a) the exact one-sided sign test over texts says
//! p ≤ α / k, with α = 5 % and k the number of such measures (Bonferroni), and (b) the paired bootstrap interval of the
//! mean difference lies above 0. If old and new are equally good, each text is as likely to be won as to be lost, so (a)
//! alone passes with a probability of at most α, whatever the distribution and however many ties; (b) and all bounds only
//! take away from that. The sign test does not see how much is lost where something is lost: (b) does.
//!
//! Not by chance does not mean for long: [`prequential`] keeps what each adapter expected before it saw a decision.

mod bounds;
mod evidence;
pub mod prequential;
mod reason;
mod render;
mod report;
mod statistics;
#[cfg(test)]
mod tests;

pub use bounds::Bounds;
pub use evidence::{BrokenEvidence, Evidence, Measure, Paired};
pub use reason::Reason;
pub use report::{Comparison, Report, Role, Verdict, compare, judge};
pub use statistics::{Difference, SignTest, sign_test};
