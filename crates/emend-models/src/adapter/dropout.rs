//! Dropout of what goes into an adapter (Srivastava et al. 2014; in LoRA as in PEFT), in training alone.

use std::sync::{Arc, Mutex, PoisonError};

use candle_core::{Result, Tensor};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Sets a share of numbers to 0, and makes the others larger so that their sum is expected to stay.
///
/// All matrices of a model draw from the same random numbers, in the order of the network: clones share them.
#[derive(Debug, Clone)]
pub struct Dropout {
    share: f64,
    random: Arc<Mutex<ChaCha8Rng>>,
}

impl Dropout {
    /// `share` is at least 0 and below 1.
    pub(crate) fn new(share: f64, seed: u64) -> Self {
        Self { share, random: Arc::new(Mutex::new(ChaCha8Rng::seed_from_u64(seed))) }
    }

    /// From here on what is dropped follows from `seed` alone, whatever was dropped before.
    pub fn begin(&self, seed: u64) {
        *self.random.lock().unwrap_or_else(PoisonError::into_inner) = ChaCha8Rng::seed_from_u64(seed);
    }

    /// x of any shape, with gradients.
    pub(crate) fn forward(&self, x: &Tensor) -> Result<Tensor> {
        let kept = (1.0 / (1.0 - self.share)) as f32;
        let mut random = self.random.lock().unwrap_or_else(PoisonError::into_inner);
        let mask: Vec<f32> =
            (0..x.elem_count()).map(|_| if random.random_bool(self.share) { 0.0 } else { kept }).collect();
        drop(random);
        let mask = Tensor::from_vec(mask, x.dims(), x.device())?;
        x * mask.to_dtype(x.dtype())?
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::float_cmp)]

    use candle_core::{DType, Device};

    use super::*;

    #[test]
    fn a_share_is_dropped_and_the_rest_makes_up_for_it() {
        let dropout = Dropout::new(0.25, 1);
        let x = Tensor::ones((100, 40), DType::F32, &Device::Cpu).unwrap();
        let numbers = || dropout.forward(&x).unwrap().flatten_all().unwrap().to_vec1::<f32>().unwrap();
        let first = numbers();
        let dropped = first.iter().filter(|&&number| number == 0.0).count();
        // 1000 expected, standard deviation 27.
        assert!((890..1110).contains(&dropped), "{dropped}");
        assert!(first.iter().all(|&number| number == 0.0 || (number - 4.0 / 3.0).abs() < 1e-6));
        assert_ne!(first, numbers(), "the next time others");
        dropout.begin(1);
        assert_eq!(first, numbers());
    }
}
