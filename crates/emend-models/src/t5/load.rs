//! Takes tensors out of the weights by the names that Hugging Face gave them.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use candle_core::{Tensor, Var};

use crate::error::ModelError;
use crate::linear::Linear;
use crate::weights::{Stored, Weights};

/// Where tensors come from, and what was taken so far.
pub(super) struct Loader<'a> {
    weights: &'a Weights,
    /// With a map, each tensor becomes a variable and is entered by its name.
    variables: Option<RefCell<BTreeMap<String, Var>>>,
    bytes: Cell<usize>,
}

impl<'a> Loader<'a> {
    pub(super) fn frozen(weights: &'a Weights) -> Self {
        Self { weights, variables: None, bytes: Cell::new(0) }
    }

    pub(super) fn trainable(weights: &'a Weights) -> Self {
        Self { weights, variables: Some(RefCell::default()), bytes: Cell::new(0) }
    }

    pub(super) fn root(&self) -> Branch<'_> {
        Branch { loader: self, path: String::new() }
    }

    /// Memory of all tensors taken, and the variables among them.
    pub(super) fn finish(self) -> (usize, BTreeMap<String, Var>) {
        (self.bytes.get(), self.variables.map(RefCell::into_inner).unwrap_or_default())
    }
}

/// A place in the tree of names, such as `encoder.block.0.layer.0`.
#[derive(Clone)]
pub(super) struct Branch<'a> {
    loader: &'a Loader<'a>,
    path: String,
}

impl Branch<'_> {
    /// The branch `name` below this one.
    pub(super) fn at(&self, name: &str) -> Self {
        let path = if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) };
        Self { loader: self.loader, path }
    }

    /// Whether there is a `<path>.weight`.
    pub(super) fn has_weight(&self) -> bool {
        self.loader.weights.has(&self.at("weight").path)
    }

    /// Whether both branches hold the same plain numbers.
    pub(super) fn holds_the_same_as(&self, other: &Self, shape: &[usize]) -> Result<bool, ModelError> {
        let read = |branch: &Self| self.loader.weights.get(&branch.at("weight").path, shape);
        let (a, b) = (read(self)?, read(other)?);
        if a.quantization().is_some() || b.quantization().is_some() {
            return Ok(false);
        }
        Ok(a.into_float()?.ne(&b.into_float()?)?.max_all()?.to_scalar::<u8>()? == 0)
    }

    /// `<path>.weight` as it is stored; a float variable when everything is trained.
    pub(super) fn stored(&self, shape: &[usize]) -> Result<Stored, ModelError> {
        let name = self.at("weight").path;
        let stored = self.loader.weights.get(&name, shape)?;
        let stored = match &self.loader.variables {
            None => stored,
            Some(variables) => {
                let variable = Var::from_tensor(&stored.into_float()?)?;
                let tensor = variable.as_tensor().clone();
                variables.borrow_mut().insert(name, variable);
                Stored::Float(tensor)
            }
        };
        self.loader.bytes.set(self.loader.bytes.get() + stored.size());
        Ok(stored)
    }

    /// `<path>.weight` as plain numbers.
    pub(super) fn tensor(&self, shape: &[usize]) -> Result<Tensor, ModelError> {
        Ok(self.stored(shape)?.into_float()?)
    }

    /// The matrix `<path>.weight` (out, in).
    pub(super) fn linear(&self, out: usize, input: usize) -> Result<Linear, ModelError> {
        Ok(Linear::new(self.stored(&[out, input])?)?)
    }
}
