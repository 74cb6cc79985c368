//! What trains: ours on a base in eight bits and in float, and PyTorch with PEFT. All of them get the same token ids, begin with
//! the same adapter, and minimise the mean negative log-likelihood of the target tokens with `AdamW`.

mod emend;
mod peft;

use emend_decode::TokenId;
use emend_learn::Recipe;
use emend_learn::schedule::{Decay, Schedule};

use crate::BenchError;
use crate::bench::Bench;
use crate::texts::Text;

pub(crate) use emend::{EIGHT_BITS, Emend, FLOAT};
pub(crate) use peft::KIND as PEFT;

/// Every trainer; the first is what the others are compared with.
pub(crate) const TRAINERS: [Kind; 3] = [EIGHT_BITS, FLOAT, PEFT];

/// A trainer that was found, or none.
pub(crate) type Opened = Result<Option<Box<dyn Trainer>>, BenchError>;

/// A trainer that can be opened.
pub(crate) struct Kind {
    /// Its name in reports.
    pub(crate) name: &'static str,
    /// How far its loss may be from that of PyTorch in float, as a share.
    pub(crate) tolerance: f64,
    /// Loads the model and the adapter; `None` where this trainer is not there.
    pub(crate) open: fn(&Bench<'_>) -> Opened,
}

/// A model with an adapter that learns.
pub(crate) trait Trainer {
    /// Makes steps on one batch, each on all of it.
    fn steps(&mut self, batch: &Batch, steps: usize) -> Result<Steps, BenchError>;
}

/// Texts, and what is to be written for them; with their end tokens.
pub(crate) struct Batch {
    pub(crate) sources: Vec<Vec<TokenId>>,
    pub(crate) targets: Vec<Vec<TokenId>>,
}

/// What steps did.
pub(crate) struct Steps {
    /// The mean loss of a target token, before each step.
    pub(crate) losses: Vec<f64>,
    /// Time of all steps.
    pub(crate) seconds: f64,
}

impl Batch {
    /// Texts in batches as large as the recipe's, each its own target.
    pub(crate) fn of(texts: &[Text], size: usize) -> Vec<Self> {
        let target = |text: &Text| [text.alone.as_slice(), &[text.limits.end]].concat();
        texts
            .chunks(size)
            .map(|texts| Self {
                sources: texts.iter().map(|text| text.source.clone()).collect(),
                targets: texts.iter().map(target).collect(),
            })
            .collect()
    }

    /// Tokens of sources and targets, without padding.
    pub(crate) fn tokens(&self) -> usize {
        self.sources.iter().chain(&self.targets).map(Vec::len).sum()
    }
}

/// What all trainers do: the recipe for imitation, without its warm-up.
pub(crate) fn recipe() -> Result<Recipe, BenchError> {
    let mut recipe = Recipe::shipped("imitate")?;
    recipe.schedule = Schedule { peak: 1e-3, warmup: 0, decay: Decay::default() };
    Ok(recipe)
}
