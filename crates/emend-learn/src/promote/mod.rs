//! The gate: whether a new adapter may take the place of the one in use.
//!
//! Both are measured on the same held-out texts and decisions ([`Evidence`]); [`judge`] compares them and says why. A new
//! adapter is promoted only when something that it was not trained for has become better beyond chance and nothing has
//! become worse beyond the [`Bounds`].
//!
//! **The test.** A judge or the held-out decisions have gained when (a) an exact one-sided test over texts says p ≤ α / k,
//! with α = 5 % and k the number of such measures (Bonferroni), and (b) the bootstrap interval of the difference lies
//! above 0. For judges, and for choices between two rewrites, the test is that of signs: if old and new are equally good, each
//! text is as likely to be won as to be lost. For rewrites that were taken or refused it is that of permutations
//! ([`separation`]): if nothing was learned of the person, what was taken might as well have been chosen by lot. So (a)
//! alone passes with a probability of at most α, whatever the distribution and however many ties; (b) and all bounds only
//! take away from that. The sign test does not see how much is lost where something is lost: (b) does.
//!
//! **The guards.** Meaning and fluency are means of many small numbers; what they may lose is a bound. Clean texts touched
//! and spans broken are few and whole, and of two adapters that are equal one nearly always has one more: there a loss counts when a
//! coin would show it in at most one case of five.
//!
//! Not by chance does not mean for long: [`prequential`] keeps what each adapter expected before it saw a decision.

mod bounds;
mod evidence;
pub mod prequential;
mod reason;
mod render;
mod report;
mod separation;
mod statistics;
#[cfg(test)]
mod tests;

pub use bounds::Bounds;
pub use evidence::{BrokenEvidence, Decision, Evidence, Measure, Paired};
pub use reason::Reason;
pub use report::{Comparison, Report, Role, Verdict, compare, judge};
pub use statistics::{Difference, Share, Test, share, shares, sign_test};
