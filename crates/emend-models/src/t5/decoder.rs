//! The decoder: each token of the rewrite, in the light of those before it and of the source.

use std::ops::Range;
use std::sync::Arc;

use candle_core::{Result, Tensor};
use emend_kernels::Input;
use emend_kernels::attention::{Group, Seen};

use super::T5Config;
use super::attention::Attention;
use super::buffers::{Buffers, add};
use super::feed_forward::FeedForward;
use super::load::Branch;
use super::norm::RmsNorm;
use super::position_bias::{PositionBias, Sight};
use super::state::{Memory, Past, Source};
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

    /// Embedded tokens x (N, D) of rows from their beginning, one after the other without padding: row r has the positions
    /// `rows[r]`, and each source serves as many successive rows. `encoded` are the encoder's states, `sources[s]` those of
    /// source s. The normalised result is (N, D), and gradients flow.
    pub(super) fn forward(
        &self,
        mut x: Tensor,
        rows: &[Range<usize>],
        encoded: &Tensor,
        sources: &[Range<usize>],
    ) -> Result<Tensor> {
        let bias = self.bias.for_a_pass()?;
        let own = rows.iter().map(|range| Group { queries: range.clone(), keys: range.clone() }).collect();
        let group = |(rows, source): (&[Range<usize>], &Range<usize>)| Group {
            queries: rows[0].start..rows[rows.len() - 1].end,
            keys: source.clone(),
        };
        let cross = rows.chunks(rows.len() / sources.len()).zip(sources).map(group).collect();
        for layer in &self.layers {
            let normed = layer.norm.forward(&x)?; // (N, D)
            let seen = layer.attention.keys_values(&normed)?;
            x = (x + layer.attention.forward(&normed, &seen, &own, Some(&bias))?)?;

            let normed = layer.cross_norm.forward(&x)?;
            let seen = layer.cross.keys_values(encoded)?;
            x = (x + layer.cross.forward(&normed, &seen, &cross, None)?)?;

            let normed = layer.feed_norm.forward(&x)?;
            x = (x + layer.feed.forward(&normed)?)?;
        }
        self.norm.forward(&x)
    }

    /// What the decoder sees of each source, of which the encoder's rows in `buffers.normed` have the positions `sources[s]`.
    pub(super) fn look_at(&self, sources: &[Range<usize>], buffers: &mut Buffers) -> Result<Vec<Source>> {
        let Buffers { normed, keys, values, .. } = buffers;
        let source = |range: &Range<usize>| Source {
            layers: Vec::with_capacity(self.layers.len()),
            length: range.len(),
        };
        let mut seen: Vec<Source> = sources.iter().map(source).collect();
        for layer in &self.layers {
            layer.cross.apply_keys_values(normed, keys, values)?;
            let width = layer.cross.width();
            for (seen, range) in seen.iter_mut().zip(sources) {
                let numbers = range.start * width..range.end * width;
                let (keys, values) = (keys[numbers.clone()].to_vec(), values[numbers].to_vec());
                seen.layers.push(Memory { keys, values });
            }
        }
        Ok(seen)
    }

    /// Embedded new tokens x (N, D) of rows, `new[r]` of row r, after the tokens in `past`; row r sees the source
    /// `rows[r]`. x becomes the stream, not yet normalised. A row's numbers depend neither on the other rows, nor on how
    /// many of its tokens come at once.
    pub(super) fn apply(
        &self,
        x: &mut [f32],
        rows: &[usize],
        new: &[usize],
        past: &mut Past,
        sources: &[Arc<Source>],
        buffers: &mut Buffers,
    ) -> Result<()> {
        let lines = self.bias.lines()?;
        // Row and position of each new token.
        let mut places = std::mem::take(&mut buffers.places);
        places.clear();
        for (row, &new) in new.iter().enumerate() {
            places.extend((past.len(row)..past.len(row) + new).map(|position| (row, position)));
        }
        let seen: usize = places.iter().map(|(_, position)| position + 1).sum();
        let seen_of_sources: usize = places.iter().map(|(row, _)| sources[rows[*row]].length).sum();
        for (index, layer) in self.layers.iter().enumerate() {
            let width = layer.attention.width();
            layer.norm.apply(x, &mut buffers.normed)?;
            layer.attention.apply_queries(buffers)?;
            let Buffers { normed, queries, keys, values, found, y, .. } = &mut *buffers;
            layer.attention.apply_keys_values(normed, keys, values)?;
            past.append(index, new, width, keys, values);
            let sees = |token: usize| {
                let (row, position) = places[token];
                let memory = past.layer(index, row);
                let numbers = ..(position + 1) * width;
                let bias = Some(self.bias.window(&lines, position));
                Seen { keys: &memory.keys[numbers], values: &memory.values[numbers], bias }
            };
            layer.attention.apply(queries, seen, &sees, found, y)?;
            add(x, y);

            layer.cross_norm.apply(x, &mut buffers.normed)?;
            layer.cross.apply_queries(buffers)?;
            let Buffers { queries, found, y, .. } = &mut *buffers;
            let sees = |token: usize| {
                let memory = &sources[rows[places[token].0]].layers[index];
                Seen { keys: &memory.keys, values: &memory.values, bias: None }
            };
            layer.cross.apply(queries, seen_of_sources, &sees, found, y)?;
            add(x, y);

            layer.feed_norm.apply(x, &mut buffers.normed)?;
            layer.feed.apply(buffers)?;
            add(x, &buffers.y);
        }
        past.advance(new);
        buffers.places = places;
        Ok(())
    }

    /// The last normalisation of rows x (N, D), apart because only the positions that are scored need it.
    pub(super) fn normalise(&self, x: &[f32], y: &mut Input) -> Result<()> {
        self.norm.apply(x, y)
    }

    /// Multiplications for one position, without the looking.
    pub(super) fn multiplications(&self) -> usize {
        let of = |layer: &Layer| {
            layer.attention.multiplications() + layer.cross.multiplications() + layer.feed.multiplications()
        };
        self.layers.iter().map(of).sum()
    }

    /// Number of layers.
    pub(super) fn layers(&self) -> usize {
        self.layers.len()
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
