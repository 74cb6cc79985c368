//! The decoder: each token of the rewrite, in the light of those before it and of the source.

use candle_core::{Result, Tensor};

use super::attention::{Attention, KeysValues};
use super::feed_forward::FeedForward;
use super::load::Branch;
use super::norm::RmsNorm;
use super::position_bias::{PositionBias, Sight};
use super::state::Past;
use super::{Ops, T5Config};
use crate::error::ModelError;
use crate::linear::Linear;

#[derive(Debug, Clone)]
pub(super) struct Decoder {
    layers: Vec<Layer>,
    bias: PositionBias,
    norm: RmsNorm,
}

/// Attention to itself, attention to the source, and feed-forward, each on the normalised stream and added to it.
#[derive(Debug, Clone)]
struct Layer {
    norm: RmsNorm,
    attention: Attention,
    cross_norm: RmsNorm,
    cross: Attention,
    feed_norm: RmsNorm,
    feed: FeedForward,
}

/// What the decoder sees of the sources.
#[derive(Debug, Clone)]
pub(super) struct Sources {
    /// One per layer; (S, H, T, K) inside. S divides the number of rows R, and each source serves R / S
    /// successive rows.
    pub(super) layers: Vec<KeysValues>,
    /// (S, 1, 1, T): hides padding, where there is any.
    pub(super) padding: Option<Tensor>,
}

impl Decoder {
    pub(super) fn load(branch: &Branch<'_>, config: &T5Config) -> std::result::Result<Self, ModelError> {
        let (width, epsilon) = (config.d_model, config.layer_norm_epsilon);
        let mut layers = Vec::with_capacity(config.num_decoder_layers);
        for index in 0..config.num_decoder_layers {
            let block = branch.at("block").at(&index.to_string()).at("layer");
            let (read, cross, feed) = (block.at("0"), block.at("1"), block.at("2"));
            layers.push(Layer {
                norm: RmsNorm::load(&read.at("layer_norm"), width, epsilon)?,
                attention: Attention::load(&read.at("SelfAttention"), config)?,
                cross_norm: RmsNorm::load(&cross.at("layer_norm"), width, epsilon)?,
                cross: Attention::load(&cross.at("EncDecAttention"), config)?,
                feed_norm: RmsNorm::load(&feed.at("layer_norm"), width, epsilon)?,
                feed: FeedForward::load(&feed.at("DenseReluDense"), config)?,
            });
        }
        let table = branch.at("block.0.layer.0.SelfAttention.relative_attention_bias");
        let bias = PositionBias::load(&table, config, Sight::Back)?;
        let norm = RmsNorm::load(&branch.at("final_layer_norm"), width, epsilon)?;
        Ok(Self { layers, bias, norm })
    }

    /// Keys and values of S encoded sources (S·T, D), for cross-attention; `padding` (S, 1, 1, T) hides padding.
    pub(super) fn look_at(
        &self,
        encoded: &Tensor,
        sources: usize,
        padding: Option<Tensor>,
    ) -> Result<Sources> {
        let layers = self
            .layers
            .iter()
            .map(|layer| layer.cross.keys_values(encoded, sources))
            .collect::<Result<_>>()?;
        Ok(Sources { layers, padding })
    }

    /// Embedded tokens x (R·n, D) of R rows, after the tokens in `past` → (R·n, D), not yet normalised.
    pub(super) fn forward(
        &self,
        mut x: Tensor,
        rows: usize,
        mut past: Option<&mut Past>,
        sources: &Sources,
        how: Ops,
    ) -> Result<Tensor> {
        let before = past.as_ref().map_or(0, |past| past.len());
        let now = before + x.dim(0)? / rows;
        let bias = self.bias.between(before..now, now)?; // (H, n, L)
        for (index, (layer, source)) in self.layers.iter().zip(&sources.layers).enumerate() {
            let normed = layer.norm.forward(&x, how)?; // (R·n, D)
            let mut seen = layer.attention.keys_values(&normed, rows)?;
            if let Some(past) = &mut past {
                seen = past.append(index, &seen)?;
            }
            x = (x + layer.attention.forward(&normed, &seen, Some(&bias), how)?)?;

            // A source's rows are successive, so their queries are simply more queries: (S, H, R/S·n, T).
            let normed = layer.cross_norm.forward(&x, how)?;
            x = (x + layer.cross.forward(&normed, source, sources.padding.as_ref(), how)?)?;

            let normed = layer.feed_norm.forward(&x, how)?;
            x = (x + layer.feed.forward(&normed)?)?;
        }
        if let Some(past) = past {
            past.advance(now);
        }
        Ok(x)
    }

    /// The last normalisation, x (N, D) → (N, D): apart, because only the positions that are scored need it.
    pub(super) fn normalise(&self, x: &Tensor, how: Ops) -> Result<Tensor> {
        self.norm.forward(x, how)
    }

    pub(super) fn linears_mut<'a>(&'a mut self, path: &str, list: &mut Vec<(String, &'a mut Linear)>) {
        for (index, layer) in self.layers.iter_mut().enumerate() {
            let block = format!("{path}.block.{index}.layer");
            layer.attention.linears_mut(&format!("{block}.0.SelfAttention"), list);
            layer.cross.linears_mut(&format!("{block}.1.EncDecAttention"), list);
            layer.feed.linears_mut(&format!("{block}.2.DenseReluDense"), list);
        }
    }
}
