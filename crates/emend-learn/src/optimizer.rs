//! `AdamW` with a state that can be saved.
//!
//! Source: Loshchilov and Hutter 2019, algorithm 2: m ← β₁m + (1−β₁)g, v ← β₂v + (1−β₂)g²,
//! θ ← θ − η(m̂ / (√v̂ + ε) + λθ), with the hats dividing by 1 − βᵗ.

use candle_core::backprop::GradStore;
use candle_core::{Result, Tensor, Var};
use serde::{Deserialize, Serialize};

/// How an optimizer steps. The learning rate comes with each step.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AdamW {
    /// β₁, in [0, 1).
    pub beta1: f64,
    /// β₂, in [0, 1).
    pub beta2: f64,
    /// ε > 0.
    pub epsilon: f64,
    /// λ: decoupled weight decay, at least 0.
    pub weight_decay: f64,
    /// The gradient is shortened to this Euclidean length, over all variables together; above 0.
    pub clip: f64,
}

impl Default for AdamW {
    fn default() -> Self {
        Self { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weight_decay: 0.0, clip: 1.0 }
    }
}

/// Running means of the gradient and of its square, one pair per variable.
#[derive(Debug, Clone)]
pub struct Moments {
    /// m and v of each variable, in the variables' order.
    pub(crate) pairs: Vec<(Tensor, Tensor)>,
    /// Steps made: t.
    pub(crate) steps: u32,
}

impl Moments {
    /// Before the first step.
    pub fn zero(variables: &[(String, Var)]) -> Result<Self> {
        let pairs = variables
            .iter()
            .map(|(_, variable)| Ok((variable.zeros_like()?, variable.zeros_like()?)))
            .collect::<Result<_>>()?;
        Ok(Self { pairs, steps: 0 })
    }
}

/// Gradients of several passes, added up.
#[derive(Debug)]
pub struct Gradients {
    sums: Vec<Option<Tensor>>,
    weight: f64,
}

impl Gradients {
    /// None yet, for as many variables.
    pub fn none(variables: usize) -> Self {
        Self { sums: vec![None; variables], weight: 0.0 }
    }

    /// Adds those of one pass, whose loss is a sum of total weight `weight`.
    pub fn add(&mut self, variables: &[(String, Var)], pass: &GradStore, weight: f64) -> Result<()> {
        for ((_, variable), sum) in variables.iter().zip(&mut self.sums) {
            if let Some(gradient) = pass.get(variable) {
                let gradient = gradient.detach();
                *sum = Some(match sum.take() {
                    Some(sum) => (sum + gradient)?,
                    None => gradient,
                });
            }
        }
        self.weight += weight;
        Ok(())
    }

    /// Total weight of what was added.
    pub fn weight(&self) -> f64 {
        self.weight
    }
}

impl AdamW {
    /// One step along the mean gradient. Returns its length before clipping; nothing is changed when that is not
    /// finite, or when there is no gradient.
    pub fn step(
        &self,
        variables: &[(String, Var)],
        gradients: &Gradients,
        moments: &mut Moments,
        learning_rate: f64,
    ) -> Result<f64> {
        let mut squares = 0.0;
        for sum in gradients.sums.iter().flatten() {
            squares += f64::from(sum.sqr()?.sum_all()?.to_scalar::<f32>()?);
        }
        let weight = if gradients.weight > 0.0 { gradients.weight } else { 1.0 };
        let length = squares.sqrt() / weight;
        if !length.is_finite() || length <= 0.0 {
            return Ok(length);
        }
        let factor = (self.clip / length).min(1.0) / weight;
        moments.steps += 1;
        let corrected = |beta: f64| 1.0 - beta.powi(moments.steps as i32);
        let (first, second) = (corrected(self.beta1), corrected(self.beta2));
        for (((_, variable), sum), (m, v)) in variables.iter().zip(&gradients.sums).zip(&mut moments.pairs) {
            let Some(sum) = sum else { continue };
            let gradient = (sum * factor)?;
            *m = ((&*m * self.beta1)? + (&gradient * (1.0 - self.beta1))?)?;
            *v = ((&*v * self.beta2)? + (gradient.sqr()? * (1.0 - self.beta2))?)?;
            let scale = ((&*v / second)?.sqrt()? + self.epsilon)?;
            let step = ((&*m / first)? / scale)?;
            let kept = (variable.as_tensor() * (1.0 - learning_rate * self.weight_decay))?;
            variable.set(&(kept - (step * learning_rate)?)?.detach())?;
        }
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use candle_core::{Device, Tensor};

    use super::*;

    fn variable(values: &[f32]) -> Vec<(String, Var)> {
        vec![("x".into(), Var::from_tensor(&Tensor::new(values, &Device::Cpu).unwrap()).unwrap())]
    }

    fn values(variables: &[(String, Var)]) -> Vec<f32> {
        variables[0].1.to_vec1().unwrap()
    }

    fn gradient(variables: &[(String, Var)], of: &[f32], gradients: &mut Gradients, weight: f64) {
        let by = Tensor::new(of, &Device::Cpu).unwrap();
        let store = (variables[0].1.as_tensor() * by).unwrap().sum_all().unwrap().backward().unwrap();
        gradients.add(variables, &store, weight).unwrap();
    }

    #[test]
    fn the_first_step_is_one_learning_rate_against_the_sign() {
        // m̂ = g and √v̂ = |g|, so each number moves by η, and 0.1 of weight decay takes η·0.1·θ.
        let variables = variable(&[1.0, -2.0]);
        let how = AdamW { weight_decay: 0.1, clip: 100.0, ..AdamW::default() };
        let mut gradients = Gradients::none(1);
        gradient(&variables, &[3.0, -4.0], &mut gradients, 1.0);
        let mut moments = Moments::zero(&variables).unwrap();
        let length = how.step(&variables, &gradients, &mut moments, 0.01).unwrap();
        assert!((length - 5.0).abs() < 1e-6);
        let found = values(&variables);
        assert!((found[0] - (1.0 - 0.01 - 0.001)).abs() < 1e-6, "{found:?}");
        assert!((found[1] - (-2.0 + 0.01 + 0.002)).abs() < 1e-6, "{found:?}");
    }

    #[test]
    fn passes_add_up_to_one() {
        let run = |passes: &[(&[f32], f64)]| {
            let variables = variable(&[0.5, 0.5]);
            let mut gradients = Gradients::none(1);
            for (of, weight) in passes {
                gradient(&variables, of, &mut gradients, *weight);
            }
            let mut moments = Moments::zero(&variables).unwrap();
            let length = AdamW::default().step(&variables, &gradients, &mut moments, 0.1).unwrap();
            (length, values(&variables))
        };
        assert_eq!(run(&[(&[4.0, 2.0], 2.0)]), run(&[(&[1.0, 2.0], 1.0), (&[3.0, 0.0], 1.0)]));
    }

    #[test]
    fn a_broken_gradient_changes_nothing() {
        let variables = variable(&[0.5]);
        let mut gradients = Gradients::none(1);
        gradient(&variables, &[f32::NAN], &mut gradients, 1.0);
        let mut moments = Moments::zero(&variables).unwrap();
        assert!(AdamW::default().step(&variables, &gradients, &mut moments, 0.1).unwrap().is_nan());
        assert_eq!(values(&variables), [0.5]);
        assert_eq!(moments.steps, 0);
    }
}
