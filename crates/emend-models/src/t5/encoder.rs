//! The encoder: every token of the source, in the light of all others.

use std::ops::Range;

use candle_core::{Result, Tensor};
use emend_kernels::attention::{Group, Seen};

use super::T5Config;
use super::attention::Attention;
use super::buffers::{Buffers, add};
use super::feed_forward::FeedForward;
use super::load::Branch;
use super::norm::RmsNorm;
use super::position_bias::{PositionBias, Sight};
use crate::error::ModelError;
use crate::linear::Linear;

#[derive(Debug, Clone)]
pub(super) struct Encoder {
    layers: Vec<Layer>,
    bias: PositionBias,
    norm: RmsNorm,
}

/// Attention and feed-forward, each on the normalised stream and added to it.
#[derive(Debug, Clone)]
struct Layer {
    norm: RmsNorm,
    attention: Attention,
    feed_norm: RmsNorm,
    feed: FeedForward,
}

impl Encoder {
    pub(super) fn load(branch: &Branch<'_>, config: &T5Config) -> std::result::Result<Self, ModelError> {
        let (width, epsilon) = (config.d_model, config.layer_norm_epsilon);
        let mut layers = Vec::with_capacity(config.num_layers);
        for index in 0..config.num_layers {
            let block = branch.at("block").at(&index.to_string()).at("layer");
            let (read, feed) = (block.at("0"), block.at("1"));
            layers.push(Layer {
                norm: RmsNorm::load(&read.at("layer_norm"), width, epsilon)?,
                attention: Attention::load(&read.at("SelfAttention"), config)?,
                feed_norm: RmsNorm::load(&feed.at("layer_norm"), width, epsilon)?,
                feed: FeedForward::load(&feed.at("DenseReluDense"), config)?,
            });
        }
        let table = branch.at("block.0.layer.0.SelfAttention.relative_attention_bias");
        let bias = PositionBias::load(&table, config, Sight::BothWays)?;
        let norm = RmsNorm::load(&branch.at("final_layer_norm"), width, epsilon)?;
        Ok(Self { layers, bias, norm })
    }

    /// Embedded tokens x (N, D) of sources one after the other, without padding: source s has the positions `sources[s]`.
    /// The normalised result is (N, D), and gradients flow.
    pub(super) fn forward(&self, mut x: Tensor, sources: &[Range<usize>]) -> Result<Tensor> {
        let bias = self.bias.for_a_pass()?;
        let groups =
            sources.iter().map(|range| Group { queries: range.clone(), keys: range.clone() }).collect();
        for layer in &self.layers {
            let normed = layer.norm.forward(&x)?; // (N, D)
            let seen = layer.attention.keys_values(&normed)?;
            x = (x + layer.attention.forward(&normed, &seen, &groups, Some(&bias))?)?;
            let normed = layer.feed_norm.forward(&x)?;
            x = (x + layer.feed.forward(&normed)?)?;
        }
        self.norm.forward(&x)
    }

    /// The same without gradients. The normalised result is `buffers.normed`. A source's numbers do not depend on the others.
    pub(super) fn apply(&self, x: &mut [f32], sources: &[Range<usize>], buffers: &mut Buffers) -> Result<()> {
        let lines = self.bias.lines()?;
        // The source of each position.
        let of: Vec<&Range<usize>> =
            sources.iter().flat_map(|range| range.clone().map(move |_| range)).collect();
        let seen = of.iter().map(|source| source.len()).sum();
        for layer in &self.layers {
            layer.norm.apply(x, &mut buffers.normed)?;
            layer.attention.apply_queries(buffers)?;
            let Buffers { normed, queries, keys, values, found, y, .. } = &mut *buffers;
            layer.attention.apply_keys_values(normed, keys, values)?;
            let width = layer.attention.width();
            let sees = |position: usize| {
                let source = of[position];
                let numbers = source.start * width..source.end * width;
                let bias = Some(self.bias.window(&lines, position - source.start));
                Seen { keys: &keys[numbers.clone()], values: &values[numbers], bias }
            };
            layer.attention.apply(queries, seen, &sees, found, y)?;
            add(x, y);
            layer.feed_norm.apply(x, &mut buffers.normed)?;
            layer.feed.apply(buffers)?;
            add(x, &buffers.y);
        }
        self.norm.apply(x, &mut buffers.normed)
    }

    /// Multiplications for one position, without the looking.
    pub(super) fn multiplications(&self) -> usize {
        self.layers.iter().map(|layer| layer.attention.multiplications() + layer.feed.multiplications()).sum()
    }

    pub(super) fn linears_mut<'a>(&'a mut self, path: &str, list: &mut Vec<(String, &'a mut Linear)>) {
        for (index, layer) in self.layers.iter_mut().enumerate() {
            let block = format!("{path}.block.{index}.layer");
            layer.attention.linears_mut(&format!("{block}.0.SelfAttention"), list);
            layer.feed.linears_mut(&format!("{block}.1.DenseReluDense"), list);
        }
    }
}
