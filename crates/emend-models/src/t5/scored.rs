//! Log-probabilities of given tokens, with their gradient.
//!
//! Their gradient with respect to the decoder's state x, `s (W_y − Σ p_v W_v)` with the head's matrix W and scale s, is computed
//! on the way: it asks for the scores of the whole vocabulary, which are then not kept and not computed twice. (Others do the
//! same for the loss: Hsu et al. 2024, Liger Kernel.)

use candle_core::{CpuStorage, CustomOp1, Device, Layout, Result, Shape, Tensor};
use emend_decode::TokenId;
use emend_kernels::softmax::{choose_all, log_softmax};
use emend_kernels::threads::pass;

use crate::linear::Frozen;
use crate::slices::numbers;

/// States whose scores are in memory at once.
const TOGETHER: usize = 256;

/// The head that makes scores of states: s x Wᵀ.
pub(super) struct Head<'h> {
    pub(super) matrix: &'h Frozen,
    pub(super) scale: f32,
}

impl Head<'_> {
    /// Log-probabilities of `tokens` after the states x (N, D), put in their `places`, (B, T); 0 where nothing belongs.
    /// NaN where scores are no distribution.
    pub(super) fn log_probs(
        &self,
        x: &Tensor,
        tokens: &[TokenId],
        places: Vec<Option<usize>>,
        shape: (usize, usize),
    ) -> Result<Tensor> {
        let (_, width) = x.dims2()?;
        let states = numbers(x)?;
        let (mut found, mut slopes) = (Vec::with_capacity(tokens.len()), Vec::new());
        for (states, tokens) in states.chunks(TOGETHER * width).zip(tokens.chunks(TOGETHER)) {
            let scaled: Vec<f32> = states.iter().map(|x| x * self.scale).collect();
            let mut scores = self.matrix.multiply(&scaled)?;
            if x.track_op() {
                found.extend(pass(scores.len() * width, || choose_all(&mut scores, tokens)));
                slopes.extend(self.matrix.multiply_back(self.scale, &scores)?);
                continue;
            }
            let vocab = scores.len() / tokens.len();
            for (scores, token) in scores.chunks_exact_mut(vocab).zip(tokens) {
                found.push(log_softmax(scores).map_or(f32::NAN, |_| scores[*token as usize]));
            }
        }
        drop(states);
        x.apply_op1(Known { found, slopes, places, shape })
    }
}

/// A function of x whose values and slopes are known.
struct Known {
    /// (N)
    found: Vec<f32>,
    /// (N, D)
    slopes: Vec<f32>,
    /// Which of N belongs to each place, (B, T).
    places: Vec<Option<usize>>,
    shape: (usize, usize),
}

impl CustomOp1 for Known {
    fn name(&self) -> &'static str {
        "log-probs"
    }

    fn cpu_fwd(&self, _: &CpuStorage, _: &Layout) -> Result<(CpuStorage, Shape)> {
        let numbers = self.places.iter().map(|place| place.map_or(0.0, |place| self.found[place]));
        Ok((CpuStorage::F32(numbers.collect()), Shape::from(self.shape)))
    }

    fn bwd(&self, x: &Tensor, _y: &Tensor, dy: &Tensor) -> Result<Option<Tensor>> {
        let dy = dy.contiguous()?;
        let (_, width) = x.dims2()?;
        let mut dx = self.slopes.clone();
        for (place, factor) in self.places.iter().zip(&*numbers(&dy)?) {
            if let Some(place) = place {
                dx[place * width..(place + 1) * width].iter_mut().for_each(|slope| *slope *= factor);
            }
        }
        Ok(Some(Tensor::from_vec(dx, x.shape(), &Device::Cpu)?))
    }
}
