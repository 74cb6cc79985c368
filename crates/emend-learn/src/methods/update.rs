//! Losses of several passes become one change of the adapter.

use std::collections::BTreeMap;

use candle_core::DType;

use crate::LearnError;
use crate::objectives::Loss;
use crate::optimizer::{Gradients, Moments};
use crate::train::Run;

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

    /// Total weight of what was added.
    pub(crate) fn weight(&self) -> f64 {
        self.gradients.weight()
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
