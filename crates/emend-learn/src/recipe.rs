//! A method of learning, by its parts.
//!
//! A recipe is a TOML file that names an objective, where its data comes from, and how the adapter is shaped. It says
//! what paper it follows. Reading one checks every number; a recipe that was read can be run.

use emend_models::adapter::LoraConfig;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::LearnError;
use crate::methods::Method;
use crate::optimizer::AdamW;
use crate::schedule::Schedule;

/// A recipe that can be run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recipe {
    /// Its name: lower-case words with hyphens.
    pub name: String,
    /// What it does, in a sentence.
    pub about: String,
    /// The paper and the equation that it follows.
    pub paper: String,
    /// The shape of the adapter.
    pub adapter: LoraConfig,
    /// The optimizer.
    #[serde(default)]
    pub optimizer: AdamW,
    /// The learning rate.
    pub schedule: Schedule,
    /// Steps of the run, at least 1.
    pub steps: usize,
    /// Texts, pairs or decisions that a step looks at, at least 1.
    pub batch: usize,
    /// Rewrites that go through the network at once, at least 1: bounds memory, and changes nothing else but what dropout
    /// drops.
    #[serde(default = "sixteen")]
    pub pass: usize,
    /// Steps between checkpoints, at least 1.
    #[serde(default = "twenty")]
    pub checkpoint: usize,
    /// Where all random numbers start.
    #[serde(default)]
    pub seed: u64,
    /// What is minimised.
    pub method: Method,
}

fn sixteen() -> usize {
    16
}

fn twenty() -> usize {
    20
}

macro_rules! shipped {
    ($($name:literal),* $(,)?) => {
        /// The recipes that come with the program, by name, as TOML.
        pub const SHIPPED: &[(&str, &str)] = &[$(($name, include_str!(concat!("../recipes/", $name, ".toml")))),*];
    };
}

shipped! {
    "imitate",
    "prefer-dpo",
    "prefer-dpo-length",
    "prefer-ipo",
    "verdicts-kto",
    "reinforce",
    "rloo-fixed",
    "rloo-log-sigmoid",
    "rloo-constrained",
    "grpo-constrained",
    "pairs-xpo",
    "pairs-online-dpo",
    "ranked-rrhf",
    "reward-weighted",
    "reward-tokens",
    "ppo-values",
    "ppo-restricted",
    "ppo-token-credit",
    "pairs-nash-md",
    "pairs-nash-md-constrained",
    "steps-direct-advantage",
    "rloo-guided",
    "rloo-taste",
    "rloo-graded",
}

impl Recipe {
    /// Reads a recipe; `name` is what errors call it.
    pub fn parse(name: &str, toml: &str) -> Result<Self, LearnError> {
        let wrong = |reason: String| LearnError::Recipe { name: name.to_owned(), reason };
        let recipe: Self = toml::from_str(toml).map_err(|error| wrong(error.to_string()))?;
        recipe.check().map_err(wrong)?;
        Ok(recipe)
    }

    /// The shipped recipe with this name.
    pub fn shipped(name: &str) -> Result<Self, LearnError> {
        let found = SHIPPED.iter().find(|(known, _)| *known == name);
        let (_, toml) = found.ok_or_else(|| {
            let known: Vec<&str> = SHIPPED.iter().map(|(known, _)| *known).collect();
            let reason = format!("there is none of this name; shipped are {}", known.join(", "));
            LearnError::Recipe { name: name.to_owned(), reason }
        })?;
        Self::parse(name, toml)
    }

    fn check(&self) -> Result<(), String> {
        self.adapter.check().map_err(|error| format!("`adapter`: {error}"))?;
        if self.adapter.dropout > 0.0 && !self.method.learns_from_decisions() {
            return Err("`adapter.dropout` must be 0 where the model learns from what it writes: it would be scored as \
                another one than that which wrote"
                .into());
        }
        for (field, number) in [
            ("steps", self.steps),
            ("batch", self.batch),
            ("pass", self.pass),
            ("checkpoint", self.checkpoint),
        ] {
            if number == 0 {
                return Err(format!("`{field}` must be at least 1"));
            }
        }
        let positive = [
            ("schedule.peak", self.schedule.peak),
            ("optimizer.epsilon", self.optimizer.epsilon),
            ("optimizer.clip", self.optimizer.clip),
        ];
        for (field, number) in positive {
            if !(number > 0.0 && number.is_finite()) {
                return Err(format!("`{field}` must be above 0, but is {number}"));
            }
        }
        for (field, number) in
            [("optimizer.beta1", self.optimizer.beta1), ("optimizer.beta2", self.optimizer.beta2)]
        {
            if !(0.0..1.0).contains(&number) {
                return Err(format!("`{field}` must be at least 0 and below 1, but is {number}"));
            }
        }
        if !(self.optimizer.weight_decay >= 0.0 && self.optimizer.weight_decay.is_finite()) {
            return Err(format!(
                "`optimizer.weight_decay` must be at least 0, but is {}",
                self.optimizer.weight_decay
            ));
        }
        self.method.check().map_err(|error| format!("`method`: {error}"))
    }

    /// Rewrites that a run samples and lets critics judge; none where it learns from decisions.
    pub fn samples(&self) -> usize {
        self.steps.div_ceil(self.method.steps_of_round()) * self.samples_of_round()
    }

    /// The recipe with as many steps as sample so many rewrites, or a few more; with its own steps where it samples none.
    /// A first part of the steps stays the same share of them.
    #[must_use]
    pub fn with_samples(mut self, samples: usize) -> Self {
        let round = self.samples_of_round();
        if round > 0 {
            let steps = samples.div_ceil(round).max(1) * self.method.steps_of_round();
            self.method.scale_first_part(self.steps, steps);
            self.steps = steps;
        }
        self
    }

    /// Rewrites of one sampling.
    fn samples_of_round(&self) -> usize {
        self.batch * self.method.samples_of_text()
    }

    /// Tells runs apart: a hash of the recipe and of what `base` says about model and data.
    pub(crate) fn identity(&self, base: &str) -> String {
        let recipe = serde_json::to_string(self).unwrap_or_default();
        let hash = Sha256::new().chain_update(recipe).chain_update([0]).chain_update(base).finalize();
        emend_models::hex(&hash)
    }
}
