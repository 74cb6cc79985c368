//! A new adapter that is to learn.

use candle_core::{DType, Device, Var};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::config::LoraConfig;
use super::dropout::Dropout;
use super::{Part, peft_name};

use crate::error::ModelError;
use crate::linear::Lora;
use crate::t5::T5;

/// Puts a new adapter on `model`, in place of whatever adapter it had, and returns its variables by their PEFT names, A
/// before B, in the order of the network. A change of a variable is a change of the model.
///
/// As in PEFT, A is Kaiming-uniform with a = √5, which is uniform within ±1/√in (He et al. 2015, eq. 10), and B is zero,
/// so that the model begins as its base. The numbers follow from `seed` and the configuration.
///
/// [`ModelError::Input`] when the configuration is impossible, or covers no matrix of this model.
pub fn fresh(model: &mut T5, config: &LoraConfig, seed: u64) -> Result<Vec<(String, Var)>, ModelError> {
    config.check()?;
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let dropout = (config.dropout > 0.0).then(|| Dropout::new(config.dropout, seed));
    let mut variables = Vec::new();
    for (name, linear) in model.linears_mut() {
        if !config.covers(&name) {
            linear.set_lora(None)?;
            continue;
        }
        let (out, input) = linear.dims();
        let bound = (input as f32).sqrt().recip();
        let numbers: Vec<f32> =
            (0..config.rank * input).map(|_| random.random_range(-bound..bound)).collect();
        let a = Var::from_vec(numbers, (config.rank, input), &Device::Cpu)?;
        let b = Var::zeros((out, config.rank), DType::F32, &Device::Cpu)?;
        linear.set_lora(Some(Lora {
            a: a.as_tensor().clone(),
            b: b.as_tensor().clone(),
            scale: config.scale(),
        }))?;
        linear.set_dropout(dropout.clone());
        variables.push((peft_name(&name, Part::A), a));
        variables.push((peft_name(&name, Part::B), b));
    }
    model.set_dropout(dropout);
    if variables.is_empty() {
        return Err(ModelError::Input {
            item: "targets and stacks of the adapter",
            expected: "some that the model has".into(),
            found: format!("{:?} in {:?}", config.targets, config.stacks),
        });
    }
    Ok(variables)
}
