//! What is measured before a new adapter is used: the live one and the new one, on the same texts.

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The same text under the live adapter (or none) and under the new one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Paired<T> {
    /// Which text. Measurements of the same text are no independent evidence: they are averaged to one.
    pub text: String,
    /// Under the live adapter.
    pub live: T,
    /// Under the new one.
    pub new: T,
}

/// A rewrite that the person took or refused, under both adapters.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Decision {
    /// Of which text.
    pub text: String,
    /// Whether it was taken.
    pub taken: bool,
    /// By how many nats the live adapter finds the rewrite likelier than the text as it is.
    pub live: f64,
    /// The same of the new one.
    pub new: f64,
}

/// A named measure, higher is better.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Measure {
    /// What people call it.
    pub name: String,
    /// The numbers.
    pub values: Vec<Paired<f64>>,
}

/// Everything that is known about a new adapter. Texts and decisions must be held out: never trained on.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// The rewards that it was trained for. They decide nothing; they show over-optimisation.
    pub proxies: Vec<Measure>,
    /// Critics used for evaluation only, of another family than the rewards.
    pub judges: Vec<Measure>,
    /// Held-out decisions for or against a rewrite.
    pub decisions: Vec<Decision>,
    /// Held-out decisions between two rewrites: by how many nats the preferred one is likelier.
    pub choices: Vec<Paired<f64>>,
    /// How much of the meaning is kept, in [0, 1].
    pub meaning: Vec<Paired<f64>>,
    /// How fluent the rewrite is, in [0, 1].
    pub fluency: Vec<Paired<f64>>,
    /// Whether a text that needs no change was left as it was.
    pub clean_unchanged: Vec<Paired<bool>>,
    /// How many protected spans (numbers, names, links …) a rewrite changed.
    pub protected_violations: Vec<Paired<u32>>,
}

/// A measurement that is no number.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{measure} of {text:?} is not a finite number; the adapter cannot be judged by it")]
pub struct BrokenEvidence {
    /// Which measure.
    pub measure: String,
    /// Of which text.
    pub text: String,
}

impl Evidence {
    /// Whether all measurements are finite.
    pub(super) fn check(&self) -> Result<(), BrokenEvidence> {
        let named = self.proxies.iter().chain(&self.judges).map(|one| (one.name.as_str(), &one.values));
        let own = [("choices", &self.choices), ("meaning", &self.meaning), ("fluency", &self.fluency)];
        let paired = named.chain(own).flat_map(|(measure, values)| {
            values.iter().map(move |one| (measure, &one.text, one.live, one.new))
        });
        let decided = self.decisions.iter().map(|one| ("decisions", &one.text, one.live, one.new));
        match paired.chain(decided).find(|(_, _, live, new)| !(live.is_finite() && new.is_finite())) {
            Some((measure, text, ..)) => {
                Err(BrokenEvidence { measure: measure.to_owned(), text: text.clone() })
            }
            None => Ok(()),
        }
    }
}
