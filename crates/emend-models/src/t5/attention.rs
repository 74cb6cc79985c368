//! Multi-head attention without the usual 1/√K: T5 folds it into the initialisation (Raffel et al. 2020).

use candle_core::{D, Result, Tensor};
use candle_nn::ops;
use emend_kernels::Input;
use emend_kernels::attention::{Heads, Seen, attend};

use super::T5Config;
use super::buffers::Buffers;
use super::load::Branch;
use crate::error::ModelError;
use crate::linear::Linear;

/// Keys and values of the positions that may be looked at, as tensors.
#[derive(Debug, Clone)]
pub(super) struct KeysValues {
    /// (R, H, L, K)
    keys: Tensor,
    /// (R, H, L, K)
    values: Tensor,
}

/// The four projections of an attention layer, self or cross.
#[derive(Debug, Clone)]
pub(super) struct Attention {
    q: Linear,
    k: Linear,
    v: Linear,
    o: Linear,
    heads: Heads,
}

impl Attention {
    pub(super) fn load(branch: &Branch<'_>, config: &T5Config) -> std::result::Result<Self, ModelError> {
        let (outer, inner) = (config.d_model, config.inner_dim());
        Ok(Self {
            q: branch.at("q").linear(inner, outer)?,
            k: branch.at("k").linear(inner, outer)?,
            v: branch.at("v").linear(inner, outer)?,
            o: branch.at("o").linear(outer, inner)?,
            heads: Heads { count: config.num_heads, width: config.d_kv },
        })
    }

    /// A: numbers in a key.
    pub(super) fn width(&self) -> usize {
        self.heads.count * self.heads.width
    }

    /// Keys and values of x (R·L, D), for R rows.
    pub(super) fn keys_values(&self, x: &Tensor, rows: usize) -> Result<KeysValues> {
        Ok(KeysValues {
            keys: self.split(&self.k.forward(x)?, rows)?,
            values: self.split(&self.v.forward(x)?, rows)?,
        })
    }

    /// What x (R·Q, D) finds when it looks at `seen`, (R·Q, D). `bias` is added to the scores (R, H, Q, L), each
    /// of its dimensions whole or 1.
    pub(super) fn forward(&self, x: &Tensor, seen: &KeysValues, bias: Option<&Tensor>) -> Result<Tensor> {
        let rows = seen.keys.dim(0)?;
        let queries = self.split(&self.q.forward(x)?, rows)?; // (R, H, Q, K)
        let scores = queries.matmul(&seen.keys.t()?)?; // (R, H, Q, L)
        let scores = match bias {
            Some(bias) => scores.broadcast_add(bias)?,
            None => scores,
        };
        let shares = ops::softmax(&scores, D::Minus1)?; // (R, H, Q, L)
        let found = shares.matmul(&seen.values)?; // (R, H, Q, K)
        let found = found.transpose(1, 2)?.reshape(((), self.width()))?; // (R·Q, A)
        self.o.forward(&found)
    }

    /// The heads of x (R·L, A) apart, (R, H, L, K), contiguous.
    fn split(&self, x: &Tensor, rows: usize) -> Result<Tensor> {
        x.reshape((rows, (), self.heads.count, self.heads.width))?.transpose(1, 2)?.contiguous()
    }

    /// Keys and values of the rows x (N, D), (N, A) each.
    pub(super) fn apply_keys_values(
        &self,
        x: &mut Input,
        keys: &mut Vec<f32>,
        values: &mut Vec<f32>,
    ) -> Result<()> {
        self.k.apply(x, keys)?;
        self.v.apply(x, values)
    }

    /// Queries of the normalised rows in `buffers`.
    pub(super) fn apply_queries(&self, buffers: &mut Buffers) -> Result<()> {
        self.q.apply(&mut buffers.normed, &mut buffers.queries)
    }

    /// What the queries find, each in its own sight; `y` becomes the result. `seen` is the number of keys in all sights.
    pub(super) fn apply<'s>(
        &self,
        queries: &[f32],
        seen: usize,
        sees: &(impl Fn(usize) -> Seen<'s> + Sync),
        found: &mut Input,
        y: &mut Vec<f32>,
    ) -> Result<()> {
        let width = self.width();
        attend(self.heads, queries, seen, sees, found.begin(queries.len() / width, width));
        self.o.apply(found, y)
    }

    /// Multiplications for one position, without the looking.
    pub(super) fn multiplications(&self) -> usize {
        [&self.q, &self.k, &self.v, &self.o].into_iter().map(|linear| linear.dims().0 * linear.dims().1).sum()
    }

    pub(super) fn linears_mut<'a>(&'a mut self, path: &str, list: &mut Vec<(String, &'a mut Linear)>) {
        list.push((format!("{path}.q"), &mut self.q));
        list.push((format!("{path}.k"), &mut self.k));
        list.push((format!("{path}.v"), &mut self.v));
        list.push((format!("{path}.o"), &mut self.o));
    }
}
