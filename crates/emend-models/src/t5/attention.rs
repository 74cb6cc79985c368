//! Multi-head attention without the usual 1/√K: T5 folds it into the initialisation (Raffel et al. 2020).

use candle_core::{D, Result, Tensor};
use candle_nn::ops;

use super::load::Branch;
use super::{Ops, T5Config};
use crate::error::ModelError;
use crate::linear::Linear;

/// Keys and values of the positions that may be looked at.
#[derive(Debug, Clone)]
pub(super) struct KeysValues {
    /// (R, H, L, K)
    pub(super) keys: Tensor,
    /// (R, H, L, K)
    pub(super) values: Tensor,
}

/// The four projections of an attention layer, self or cross.
#[derive(Debug, Clone)]
pub(super) struct Attention {
    q: Linear,
    k: Linear,
    v: Linear,
    o: Linear,
    heads: usize,
    d_kv: usize,
}

impl Attention {
    pub(super) fn load(branch: &Branch<'_>, config: &T5Config) -> std::result::Result<Self, ModelError> {
        let (outer, inner) = (config.d_model, config.inner_dim());
        Ok(Self {
            q: branch.at("q").linear(inner, outer)?,
            k: branch.at("k").linear(inner, outer)?,
            v: branch.at("v").linear(inner, outer)?,
            o: branch.at("o").linear(outer, inner)?,
            heads: config.num_heads,
            d_kv: config.d_kv,
        })
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
    pub(super) fn forward(
        &self,
        x: &Tensor,
        seen: &KeysValues,
        bias: Option<&Tensor>,
        how: Ops,
    ) -> Result<Tensor> {
        let rows = seen.keys.dim(0)?;
        let queries = self.split(&self.q.forward(x)?, rows)?; // (R, H, Q, K)
        let scores = queries.matmul(&seen.keys.t()?)?; // (R, H, Q, L)
        let scores = match bias {
            Some(bias) => scores.broadcast_add(bias)?,
            None => scores,
        };
        let shares = match how {
            Ops::Fused => ops::softmax_last_dim(&scores)?,
            Ops::Differentiable => ops::softmax(&scores, D::Minus1)?,
        }; // (R, H, Q, L)
        let found = shares.matmul(&seen.values)?; // (R, H, Q, K)
        let found = found.transpose(1, 2)?.reshape(((), self.heads * self.d_kv))?; // (R·Q, A)
        self.o.forward(&found)
    }

    /// The heads of x (R·L, A) apart, (R, H, L, K), contiguous.
    fn split(&self, x: &Tensor, rows: usize) -> Result<Tensor> {
        x.reshape((rows, (), self.heads, self.d_kv))?.transpose(1, 2)?.contiguous()
    }

    pub(super) fn linears_mut<'a>(&'a mut self, path: &str, list: &mut Vec<(String, &'a mut Linear)>) {
        list.push((format!("{path}.q"), &mut self.q));
        list.push((format!("{path}.k"), &mut self.k));
        list.push((format!("{path}.v"), &mut self.v));
        list.push((format!("{path}.o"), &mut self.o));
    }
}
