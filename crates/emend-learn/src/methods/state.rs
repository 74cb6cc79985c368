//! What methods remember from step to step, beside what learns.

use serde::{Deserialize, Serialize};

use super::valued::ValuedState;
use super::{Method, Pool, RolloutState, Rollouts, Valued};
use crate::mixing::Memory;

/// What a method remembers from step to step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum State {
    Nothing,
    Rollouts(RolloutState),
    Sampled(Memory),
    Pool(Pool),
    Valued(ValuedState),
}

impl State {
    pub(crate) fn new(method: &Method) -> Self {
        match method {
            Method::Rollouts(rollouts) => Self::Rollouts(rollouts.start()),
            Method::Valued(valued) => Self::Valued(valued.start()),
            Method::SampledPairs(_) | Method::Ranked(_) | Method::SelfImitation(_) | Method::NashMd(_) => {
                Self::Sampled(Memory::default())
            }
            Method::RewardTokens(_) => Self::Pool(Pool::default()),
            Method::Demonstrations { .. }
            | Method::Pairs { .. }
            | Method::Verdicts { .. }
            | Method::Steps(_) => Self::Nothing,
        }
    }
}

/// A checkpoint's identity holds the recipe, so its state is of the recipe's kind; one that is not begins anew.
impl State {
    pub(super) fn rollouts(&mut self, method: &Rollouts) -> &mut RolloutState {
        if !matches!(self, Self::Rollouts(_)) {
            *self = Self::Rollouts(method.start());
        }
        match self {
            Self::Rollouts(state) => state,
            _ => unreachable!("made above"),
        }
    }

    pub(super) fn sampled(&mut self) -> &mut Memory {
        if !matches!(self, Self::Sampled(_)) {
            *self = Self::Sampled(Memory::default());
        }
        match self {
            Self::Sampled(memory) => memory,
            _ => unreachable!("made above"),
        }
    }

    pub(super) fn pool(&mut self) -> &mut Pool {
        if !matches!(self, Self::Pool(_)) {
            *self = Self::Pool(Pool::default());
        }
        match self {
            Self::Pool(pool) => pool,
            _ => unreachable!("made above"),
        }
    }

    pub(super) fn valued(&mut self, method: &Valued) -> &mut ValuedState {
        if !matches!(self, Self::Valued(_)) {
            *self = Self::Valued(method.start());
        }
        match self {
            Self::Valued(state) => state,
            _ => unreachable!("made above"),
        }
    }
}
