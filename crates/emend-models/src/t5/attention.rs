//! Multi-head attention without the usual 1/√K: T5 folds it into the initialisation (Raffel et al. 2020).

use std::sync::Arc;

use candle_core::{Result, Tensor};
use emend_kernels::Input;
use emend_kernels::attention::{Group, Heads, Seen, attend};

use super::T5Config;
use super::attended::attended;
use super::buffers::Buffers;
use super::load::Branch;
use super::position_bias::PositionBias;
use crate::error::ModelError;
use crate::linear::Linear;

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

    /// Keys and, behind them, values of x (M, D), as tensors: (2·M, A).
    pub(super) fn keys_values(&self, x: &Tensor) -> Result<Tensor> {
        Tensor::cat(&[self.k.forward(x)?, self.v.forward(x)?], 0)
    }

    /// What x (N, D) finds in `seen`, of [`Attention::keys_values`], each in its group: (N, D).
    pub(super) fn forward(
        &self,
        x: &Tensor,
        seen: &Tensor,
        groups: &Arc<[Group]>,
        bias: Option<&PositionBias>,
    ) -> Result<Tensor> {
        let found = attended(&self.q.forward(x)?, seen, self.heads, groups, bias)?; // (N, A)
        self.o.forward(&found)
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
