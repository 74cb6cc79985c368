//! What learns beside the adapter, or follows it: part of a run's checkpoint, never of the adapter that comes of it.

use candle_core::{DType, Device, Tensor, Var};
use emend_models::adapter;
use emend_models::t5::T5;

use crate::{LearnError, Learner, Recipe};

/// What a method needs beside the policy and the reference.
#[derive(Debug, Default)]
pub(crate) struct Companions {
    head: Option<(Var, Var)>,
    copy: Option<Copy>,
}

/// The base with an adapter of its own, which no gradient reaches.
#[derive(Debug)]
struct Copy {
    model: T5,
    variables: Vec<(String, Var)>,
}

impl Companions {
    /// The recipe's, before the first step: values are 0, and the copy is the base.
    pub(crate) fn new(recipe: &Recipe, learner: &Learner) -> Result<Self, LearnError> {
        let needs = recipe.method.needs();
        let head = if needs.values {
            let width = learner.policy.config().d_model;
            let weight = Var::zeros((width, 1), DType::F32, &Device::Cpu)?;
            Some((weight, Var::zeros(1, DType::F32, &Device::Cpu)?))
        } else {
            None
        };
        let copy = if needs.copy {
            let mut model = learner.reference.clone();
            let variables = adapter::fresh(&mut model, &recipe.adapter, recipe.seed)?;
            Some(Copy { model, variables })
        } else {
            None
        };
        Ok(Self { head, copy })
    }

    /// All that a checkpoint holds beside the adapter.
    pub(crate) fn variables(&self) -> Vec<(String, Var)> {
        let head = self.head.iter().flat_map(|(weight, bias)| {
            [("value/weight".to_owned(), weight.clone()), ("value/bias".to_owned(), bias.clone())]
        });
        let copy = self.copy.iter().flat_map(|copy| &copy.variables);
        head.chain(copy.map(|(name, variable)| (format!("copy/{name}"), variable.clone()))).collect()
    }

    /// V before each token, (B, T), from the decoder's states (B, T, D). Values learn from the states and leave them as
    /// they are.
    pub(crate) fn values(&self, states: &Tensor) -> candle_core::Result<Tensor> {
        let (rows, longest, width) = states.dims3()?;
        let Some((weight, bias)) = &self.head else { candle_core::bail!("this recipe has no values") };
        let flat = states.detach().reshape((rows * longest, width))?;
        flat.matmul(weight.as_tensor())?.broadcast_add(bias.as_tensor())?.reshape((rows, longest))
    }

    /// The copy of the policy.
    pub(crate) fn copy(&self) -> candle_core::Result<&T5> {
        match &self.copy {
            Some(copy) => Ok(&copy.model),
            None => candle_core::bail!("this recipe has no copy of the policy"),
        }
    }

    /// Makes the copy what the policy is now.
    pub(crate) fn follow(&self, learner: &Learner) -> candle_core::Result<()> {
        let Some(copy) = &self.copy else { return Ok(()) };
        for ((_, copy), (_, policy)) in copy.variables.iter().zip(&learner.variables) {
            copy.set(&policy.as_tensor().copy()?.detach())?;
        }
        Ok(())
    }
}
