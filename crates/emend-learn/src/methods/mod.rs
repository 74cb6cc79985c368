//! One step of each kind of learning, a file each: which examples, what is scored, which loss.

mod clean;
mod demonstrations;
mod pairs;
mod ranked;
mod reward_tokens;
mod rollouts;
mod sampled;
mod sampled_pairs;
mod self_imitation;
mod verdicts;

use std::collections::BTreeMap;

use candle_core::DType;
use serde::{Deserialize, Serialize};

pub use self::clean::{Clean, LEFT_ALONE};
pub use self::ranked::Ranked;
pub use self::reward_tokens::{Pool, RewardPool};
pub use self::rollouts::{RolloutState, Rollouts};
pub use self::sampled::Sampled;
pub use self::sampled_pairs::{Opponent, SampledPairs};
pub use self::self_imitation::SelfImitation;
use crate::examples::Examples;
use crate::feedback::Judge;
use crate::objectives::{DemonstrationLoss, Loss, PairLoss, VerdictLoss};
use crate::optimizer::{Gradients, Moments};
use crate::order::{Purpose, batch};
use crate::train::{Run, Shown};
use crate::{Checked, LearnError};

/// What is learned from, and what is minimised.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Method {
    /// Rewrites to imitate.
    Demonstrations {
        /// The loss.
        objective: DemonstrationLoss,
    },
    /// Preferences.
    Pairs {
        /// The loss.
        objective: PairLoss,
    },
    /// Rewrites that were taken or refused.
    Verdicts {
        /// The loss.
        objective: VerdictLoss,
    },
    /// What the policy writes, judged by critics, as a policy gradient.
    Rollouts(Rollouts),
    /// The same as preferences.
    SampledPairs(SampledPairs),
    /// The same as rankings.
    Ranked(Ranked),
    /// The same as something to imitate, the better the more.
    SelfImitation(SelfImitation),
    /// The same in a pool, from which everything is imitated with its quality named.
    RewardTokens(RewardPool),
}

/// What a method remembers from step to step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum State {
    Nothing,
    Rollouts(RolloutState),
    Pool(Pool),
}

impl State {
    pub(crate) fn new(method: &Method) -> Self {
        match method {
            Method::Rollouts(rollouts) => Self::Rollouts(rollouts.start()),
            Method::RewardTokens(_) => Self::Pool(Pool::default()),
            _ => Self::Nothing,
        }
    }
}

/// A checkpoint's identity holds the recipe, so its state is of the recipe's kind; one that is not begins anew.
impl State {
    fn rollouts(&mut self, method: &Rollouts) -> &mut RolloutState {
        if !matches!(self, Self::Rollouts(_)) {
            *self = Self::Rollouts(method.start());
        }
        match self {
            Self::Rollouts(state) => state,
            _ => unreachable!("made above"),
        }
    }

    fn pool(&mut self) -> &mut Pool {
        if !matches!(self, Self::Pool(_)) {
            *self = Self::Pool(Pool::default());
        }
        match self {
            Self::Pool(pool) => pool,
            _ => unreachable!("made above"),
        }
    }
}

impl Method {
    /// Whether every parameter is in its range.
    pub fn check(&self) -> Checked {
        match self {
            Self::Demonstrations { objective } => objective.check(),
            Self::Pairs { objective } => objective.check(),
            Self::Verdicts { objective } => objective.check(),
            Self::Rollouts(method) => method.check(),
            Self::SampledPairs(method) => method.check(),
            Self::Ranked(method) => method.check(),
            Self::SelfImitation(method) => method.check(),
            Self::RewardTokens(method) => method.check(),
        }
    }

    /// The reward parts that critics must give, in order.
    pub fn parts(&self) -> &[String] {
        match self {
            Self::Demonstrations { .. } | Self::Pairs { .. } | Self::Verdicts { .. } => &[],
            Self::Rollouts(method) => &method.parts,
            Self::SampledPairs(SampledPairs { sampled, .. })
            | Self::Ranked(Ranked { sampled, .. })
            | Self::SelfImitation(SelfImitation { sampled, .. })
            | Self::RewardTokens(RewardPool { sampled, .. }) => &sampled.parts,
        }
    }

    /// Whether it learns from what somebody decided, without critics.
    pub fn learns_from_decisions(&self) -> bool {
        matches!(self, Self::Demonstrations { .. } | Self::Pairs { .. } | Self::Verdicts { .. })
    }

    /// The texts that need no change among those that it rewrites.
    fn clean(&self) -> Option<&Clean> {
        match self {
            Self::Rollouts(method) => method.clean.as_ref(),
            _ => None,
        }
    }

    /// How many examples there are for it, and what they are.
    pub fn examples(&self, examples: &Examples) -> (usize, &'static str) {
        match self {
            Self::Demonstrations { .. } => (examples.demonstrations.len(), "rewrites to imitate"),
            Self::Pairs { .. } => (examples.pairs.len(), "preferences"),
            Self::Verdicts { .. } => (examples.verdicts.len(), "decisions"),
            _ => (examples.prompts.len(), "texts"),
        }
    }
}

/// What a step has to tell: numbers for a plot, and some of what was written.
pub(crate) type Made = (BTreeMap<String, f64>, Vec<Shown>);

/// Makes step `number`: samples, scores, and updates the adapter. `None` when it was cancelled, before anything changed.
pub(crate) fn step(
    run: &Run<'_>,
    number: usize,
    state: &mut State,
    moments: &mut Moments,
    judge: Judge<'_>,
) -> Result<Option<Made>, LearnError> {
    let (recipe, examples) = (run.recipe, run.examples);
    let count = recipe.method.examples(examples).0;
    let clean = recipe.method.clean().filter(|_| !examples.clean.is_empty());
    let clean = clean.map_or(0, |clean| clean.count(recipe.batch));
    let chosen = batch(count, recipe.batch - clean, recipe.seed, Purpose::Order, number);
    let mut update = Update { run, number, moments };
    match &recipe.method {
        Method::Demonstrations { objective } => {
            let sum = demonstrations::pass(run, objective, &pick(&examples.demonstrations, &chosen))?;
            Ok(Some((update.apply(sum)?, Vec::new())))
        }
        Method::Pairs { objective } => {
            let sum = pairs::pass(run, objective, &pick(&examples.pairs, &chosen), None)?;
            Ok(Some((update.apply(sum)?, Vec::new())))
        }
        Method::Verdicts { objective } => {
            let sum = verdicts::pass(run, objective, &pick(&examples.verdicts, &chosen))?;
            Ok(Some((update.apply(sum)?, Vec::new())))
        }
        Method::Rollouts(method) => {
            let texts = (pick(&examples.prompts, &chosen), clean::pick(run, clean, number));
            rollouts::step(method, state.rollouts(method), texts, &mut update, judge)
        }
        Method::SampledPairs(method) => {
            sampled_pairs::step(method, &pick(&examples.prompts, &chosen), &mut update, judge)
        }
        Method::Ranked(method) => ranked::step(method, &pick(&examples.prompts, &chosen), &mut update, judge),
        Method::SelfImitation(method) => {
            self_imitation::step(method, &pick(&examples.prompts, &chosen), &mut update, judge)
        }
        Method::RewardTokens(method) => {
            let prompts = pick(&examples.prompts, &chosen);
            reward_tokens::step(method, state.pool(), &prompts, &mut update, judge)
        }
    }
}

fn pick<'e, E>(all: &'e [E], chosen: &[usize]) -> Vec<&'e E> {
    chosen.iter().map(|&at| &all[at]).collect()
}

/// Losses of several passes, added up.
pub(crate) struct Sum {
    gradients: Gradients,
    loss: f64,
    metrics: BTreeMap<String, f64>,
}

impl Sum {
    pub(crate) fn new(run: &Run<'_>) -> Self {
        let gradients = Gradients::none(run.learner.variables.len());
        Self { gradients, loss: 0.0, metrics: BTreeMap::new() }
    }

    /// Adds the loss of one pass and its gradient.
    pub(crate) fn add(&mut self, run: &Run<'_>, loss: &Loss) -> Result<(), LearnError> {
        let store = loss.sum.backward()?;
        self.gradients.add(&run.learner.variables, &store, loss.weight)?;
        self.loss += f64::from(loss.sum.to_dtype(DType::F32)?.to_scalar::<f32>()?);
        for (name, value) in &loss.metrics {
            *self.metrics.entry((*name).to_owned()).or_default() += value;
        }
        Ok(())
    }
}

/// Changes the adapter.
pub(crate) struct Update<'u> {
    pub(crate) run: &'u Run<'u>,
    /// The step, from 0.
    pub(crate) number: usize,
    pub(crate) moments: &'u mut Moments,
}

impl Update<'_> {
    /// One step of the optimizer along the mean of the passes; what is worth a plot.
    pub(crate) fn apply(&mut self, sum: Sum) -> Result<BTreeMap<String, f64>, LearnError> {
        let Sum { gradients, loss, mut metrics } = sum;
        let recipe = self.run.recipe;
        let step = self.number;
        let weight = if gradients.weight() > 0.0 { gradients.weight() } else { 1.0 };
        for value in metrics.values_mut() {
            *value /= weight;
        }
        if !loss.is_finite() {
            return Err(LearnError::NotFinite { step, what: "loss" });
        }
        let rate = recipe.schedule.at(step, recipe.steps);
        let length = recipe.optimizer.step(&self.run.learner.variables, &gradients, self.moments, rate)?;
        if !length.is_finite() {
            return Err(LearnError::NotFinite { step, what: "gradient" });
        }
        metrics.extend([
            ("loss".to_owned(), loss / weight),
            ("gradient".to_owned(), length),
            ("learning_rate".to_owned(), rate),
        ]);
        Ok(metrics)
    }
}
