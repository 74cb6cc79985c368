//! One step of each kind of learning, a file each: which examples, what is scored, which loss.

mod clean;
mod demonstrations;
mod hold;
mod metrics;
mod nash_md;
mod pairs;
mod ranked;
mod reward_tokens;
mod rollouts;
mod sampled;
mod sampled_pairs;
mod self_imitation;
mod state;
mod steps;
mod update;
mod valued;
mod verdicts;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use self::clean::{Clean, LEFT_ALONE, WeighedClean};
pub use self::hold::Hold;
pub use self::nash_md::NashMdPairs;
pub use self::ranked::Ranked;
pub use self::reward_tokens::{Pool, RewardPool};
pub use self::rollouts::{RollIn, RolloutState, Rollouts};
pub use self::sampled::Sampled;
pub use self::sampled_pairs::{Opponent, SampledPairs};
pub use self::self_imitation::SelfImitation;
pub(crate) use self::state::State;
pub use self::steps::Steps;
pub(crate) use self::update::{Sum, Update};
pub use self::valued::{Credit, Restriction, Valued};
use crate::companions::Companions;
use crate::examples::Examples;
use crate::feedback::Judge;
use crate::mixing::Mixing;
use crate::objectives::{DemonstrationLoss, PairLoss, VerdictLoss};
use crate::optimizer::Moments;
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
        /// Texts that need no change, beside them.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        hold: Option<Hold>,
    },
    /// Preferences.
    Pairs {
        /// The loss.
        objective: PairLoss,
        /// Texts that need no change, beside them.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        hold: Option<Hold>,
    },
    /// Rewrites that were taken or refused.
    Verdicts {
        /// The loss.
        objective: VerdictLoss,
        /// Texts that need no change, beside them.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        hold: Option<Hold>,
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
    /// What the policy writes, judged by critics, with values of its tokens.
    Valued(Valued),
    /// What the policy writes, against what a mixture of it and the reference writes.
    NashMd(NashMdPairs),
    /// What the reference writes, judged sentence by sentence.
    Steps(Steps),
}

/// What a method needs beside the policy and the reference.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Needs {
    /// A model of values.
    pub(crate) values: bool,
    /// A copy of the policy.
    pub(crate) copy: bool,
}

impl Method {
    /// Whether somebody else's rewrites begin those that are learned from.
    pub fn has_guide(&self) -> bool {
        matches!(self, Self::Rollouts(Rollouts { guide: Some(_), .. }))
    }

    /// Whether every parameter is in its range.
    pub fn check(&self) -> Checked {
        match self {
            Self::Demonstrations { objective, hold } => objective.check().and_then(|()| check(hold.as_ref())),
            Self::Pairs { objective, hold } => objective.check().and_then(|()| check(hold.as_ref())),
            Self::Verdicts { objective, hold } => objective.check().and_then(|()| check(hold.as_ref())),
            Self::Rollouts(method) => method.check(),
            Self::SampledPairs(method) => method.check(),
            Self::Ranked(method) => method.check(),
            Self::SelfImitation(method) => method.check(),
            Self::RewardTokens(method) => method.check(),
            Self::Valued(method) => method.check(),
            Self::NashMd(method) => method.check(),
            Self::Steps(method) => method.check(),
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
            | Self::RewardTokens(RewardPool { sampled, .. })
            | Self::Valued(Valued { sampled, .. })
            | Self::NashMd(NashMdPairs { sampled, .. })
            | Self::Steps(Steps { sampled, .. }) => &sampled.parts,
        }
    }

    /// How it mixes the parts, where there are some.
    pub fn mixing_mut(&mut self) -> Option<&mut Mixing> {
        match self {
            Self::Demonstrations { .. } | Self::Pairs { .. } | Self::Verdicts { .. } => None,
            Self::Rollouts(method) => Some(&mut method.mixing),
            Self::SampledPairs(SampledPairs { sampled, .. })
            | Self::Ranked(Ranked { sampled, .. })
            | Self::SelfImitation(SelfImitation { sampled, .. })
            | Self::RewardTokens(RewardPool { sampled, .. })
            | Self::Valued(Valued { sampled, .. })
            | Self::NashMd(NashMdPairs { sampled, .. })
            | Self::Steps(Steps { sampled, .. }) => Some(&mut sampled.reward),
        }
    }

    /// Rewrites of each text that it samples at a time.
    pub(crate) fn samples_of_text(&self) -> usize {
        match self {
            Self::Demonstrations { .. } | Self::Pairs { .. } | Self::Verdicts { .. } => 0,
            Self::Rollouts(method) => method.draw.samples,
            Self::SampledPairs(method) if method.two_writers() => 2 * method.sampled.draw.samples,
            // The opponent's as well.
            Self::NashMd(method) => 2 * method.sampled.draw.samples,
            Self::SampledPairs(SampledPairs { sampled, .. })
            | Self::Ranked(Ranked { sampled, .. })
            | Self::SelfImitation(SelfImitation { sampled, .. })
            | Self::RewardTokens(RewardPool { sampled, .. })
            | Self::Valued(Valued { sampled, .. })
            | Self::Steps(Steps { sampled, .. }) => sampled.draw.samples,
        }
    }

    /// Keeps the share that a first part has, when a run of so many steps becomes one of others.
    pub(crate) fn scale_first_part(&mut self, before: usize, now: usize) {
        if let Self::Valued(Valued { credit: Some(credit), .. }) = self {
            credit.steps = (credit.steps * now / before.max(1)).max(1);
        }
    }

    /// Steps from one sampling to the next.
    pub(crate) fn steps_of_round(&self) -> usize {
        match self {
            Self::RewardTokens(method) => method.explore,
            _ => 1,
        }
    }

    /// What a model that has learned this is to read before every prompt; mostly nothing.
    pub fn prefix(&self) -> String {
        match self {
            Self::RewardTokens(method) => method.wish(),
            _ => String::new(),
        }
    }

    /// Whether it learns from what somebody decided, without critics.
    pub fn learns_from_decisions(&self) -> bool {
        matches!(self, Self::Demonstrations { .. } | Self::Pairs { .. } | Self::Verdicts { .. })
    }

    /// Whether decisions teach it anything: themselves, or as a reward.
    pub fn knows_decisions(&self) -> bool {
        self.learns_from_decisions() || self.parts().iter().any(|part| part == crate::taste::PART)
    }

    /// Whether it learns to leave texts alone that need no change, where there are some.
    pub fn leaves_alone(&self) -> bool {
        self.clean_share().is_some()
    }

    /// Which part of a step's texts are such that need no change.
    fn clean_share(&self) -> Option<f64> {
        match self {
            Self::Rollouts(method) => method.clean.as_ref().map(|clean| clean.share),
            Self::Valued(method) => method.clean.map(|clean| clean.share),
            Self::Demonstrations { hold, .. } | Self::Pairs { hold, .. } | Self::Verdicts { hold, .. } => {
                hold.map(|hold| hold.share)
            }
            _ => None,
        }
    }

    pub(crate) fn needs(&self) -> Needs {
        match self {
            Self::Valued(method) => method.needs(),
            _ => Needs::default(),
        }
    }

    /// How many examples there are for it, and what they are.
    pub fn examples(&self, examples: &Examples) -> (usize, &'static str) {
        match self {
            Self::Demonstrations { .. } => (examples.demonstrations.len(), "rewrites to imitate"),
            Self::Pairs { .. } => (examples.pairs.len(), "preferences"),
            Self::Verdicts { .. } => (examples.verdicts.len(), "decisions"),
            Self::Rollouts(Rollouts { guide: Some(_), .. }) => {
                (examples.demonstrations.len(), "rewrites by a guide")
            }
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
    (companions, moments): (&Companions, &mut Moments),
    judge: Judge<'_>,
) -> Result<Option<Made>, LearnError> {
    let (recipe, examples) = (run.recipe, run.examples);
    let count = recipe.method.examples(examples).0;
    let share = recipe.method.clean_share().filter(|_| !examples.clean.is_empty());
    let clean = share.map_or(0, |share| clean::count(share, recipe.batch));
    let chosen = batch(count, recipe.batch - clean, recipe.seed, Purpose::Order, number);
    let clean = clean::pick(run, clean, number);
    let mut update = Update { run, number, moments };
    let mut decided = |mut sum: Sum, hold: &Option<Hold>| {
        if let Some(hold) = hold {
            hold.add(run, &clean, &mut sum)?;
        }
        Ok(Some((update.apply(sum)?, Vec::new())))
    };
    match &recipe.method {
        Method::Demonstrations { objective, hold } => {
            decided(demonstrations::pass(run, objective, &pick(&examples.demonstrations, &chosen))?, hold)
        }
        Method::Pairs { objective, hold } => {
            decided(pairs::pass(run, objective, &pick(&examples.pairs, &chosen), None)?, hold)
        }
        Method::Verdicts { objective, hold } => {
            decided(verdicts::pass(run, objective, &pick(&examples.verdicts, &chosen))?, hold)
        }
        Method::Rollouts(method) => {
            let texts = match method.guide {
                Some(_) => rollouts::begun(method, run, &pick(&examples.demonstrations, &chosen), number),
                None => pick(&examples.prompts, &chosen).into_iter().map(rollouts::whole).collect(),
            };
            rollouts::step(method, state.rollouts(method), (texts, clean), &mut update, judge)
        }
        Method::SampledPairs(method) => sampled_pairs::step(
            method,
            state.sampled(),
            &pick(&examples.prompts, &chosen),
            &mut update,
            judge,
        ),
        Method::Ranked(method) => {
            ranked::step(method, state.sampled(), &pick(&examples.prompts, &chosen), &mut update, judge)
        }
        Method::SelfImitation(method) => self_imitation::step(
            method,
            state.sampled(),
            &pick(&examples.prompts, &chosen),
            &mut update,
            judge,
        ),
        Method::RewardTokens(method) => {
            let prompts = pick(&examples.prompts, &chosen);
            reward_tokens::step(method, state.pool(), &prompts, &mut update, judge)
        }
        Method::Valued(method) => {
            let prompts = pick(&examples.prompts, &chosen);
            valued::step(method, state.valued(method), companions, (&prompts, &clean), &mut update, judge)
        }
        Method::NashMd(method) => {
            nash_md::step(method, state.sampled(), &pick(&examples.prompts, &chosen), &mut update, judge)
        }
        Method::Steps(method) => steps::step(method, &pick(&examples.prompts, &chosen), &mut update, judge),
    }
}

fn check(hold: Option<&Hold>) -> Checked {
    hold.map_or(Ok(()), Hold::check)
}

fn pick<'e, E>(all: &'e [E], chosen: &[usize]) -> Vec<&'e E> {
    chosen.iter().map(|&at| &all[at]).collect()
}
