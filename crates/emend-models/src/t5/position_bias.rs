//! What distance adds to an attention score: a learned number per head and bucket of distances.
//!
//! Near distances have a bucket each, far ones share buckets that widen logarithmically, and everything from
//! `max_distance` on shares the last. An encoder looks both ways and gives each direction half of the buckets; a
//! decoder only looks back and spends all of them on the past. Source: `_relative_position_bucket` in
//! transformers' `modeling_t5.py`.

use std::borrow::Cow;
use std::sync::Arc;

use candle_core::{Result, Tensor};
use emend_kernels::attention::Bias;

use super::load::Branch;
use super::{MAX_TOKENS, T5Config};
use crate::error::ModelError;
use crate::slices::numbers;

/// Which way a stack looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sight {
    /// An encoder: every position sees every other.
    BothWays,
    /// A decoder: a position sees itself and what came before.
    Back,
}

/// The bias of one stack. All its layers share the table of the first.
#[derive(Debug, Clone)]
pub(super) struct PositionBias {
    table: Tensor, // (buckets, H)
    sight: Sight,
    max_distance: usize,
    /// The bias of every distance, of a table that does not learn: see [`PositionBias::lines`].
    lines: Option<Arc<[f32]>>,
}

impl PositionBias {
    pub(super) fn load(
        branch: &Branch<'_>,
        config: &T5Config,
        sight: Sight,
    ) -> std::result::Result<Self, ModelError> {
        let table = branch.tensor(&[config.relative_attention_num_buckets, config.num_heads])?;
        let max_distance = config.relative_attention_max_distance;
        let mut bias = Self { table, sight, max_distance, lines: None };
        if !bias.table.is_variable() {
            bias.lines = Some(bias.lines()?.into());
        }
        Ok(bias)
    }

    /// The same with its lines at hand, for the attention of one pass.
    pub(super) fn for_a_pass(&self) -> Result<Self> {
        Ok(Self { lines: Some(self.lines()?.into()), ..self.clone() })
    }

    /// The table, (buckets, H).
    pub(super) fn table(&self) -> &Tensor {
        &self.table
    }

    /// Which way the stack looks.
    pub(super) fn sight(&self) -> Sight {
        self.sight
    }

    /// Per head the biases of all distances, from the farthest key before a query to the farthest after it, (H, line):
    /// what a query sees is then a window of the line, and nothing is looked up.
    pub(super) fn lines(&self) -> Result<Cow<'_, [f32]>> {
        if let Some(lines) = &self.lines {
            return Ok(Cow::Borrowed(lines));
        }
        let (buckets, heads) = self.table.dims2()?;
        let table = numbers(&self.table)?;
        let line: Vec<usize> = (0..self.line()).map(|at| self.bucket_at(at, buckets)).collect();
        Ok((0..heads)
            .flat_map(|head| line.iter().map(move |at| at * heads + head))
            .map(|at| table[at])
            .collect())
    }

    /// The gradient of the table, (buckets, H), from that of the lines.
    pub(super) fn table_slopes(&self, lines: &[f32]) -> Result<Tensor> {
        let (buckets, heads) = self.table.dims2()?;
        let mut slopes = vec![0.0; buckets * heads];
        for (head, line) in lines.chunks_exact(self.line()).enumerate() {
            for (at, slope) in line.iter().enumerate() {
                slopes[self.bucket_at(at, buckets) * heads + head] += slope;
            }
        }
        Tensor::from_vec(slopes, (buckets, heads), self.table.device())
    }

    /// The row of the table for a place in a line.
    fn bucket_at(&self, at: usize, buckets: usize) -> usize {
        let (query, key) = if at < MAX_TOKENS { (MAX_TOKENS - 1, at) } else { (0, at + 1 - MAX_TOKENS) };
        bucket(query, key, self.sight, buckets, self.max_distance)
    }

    /// The window of `lines` of a query at `query`: it begins with the key at 0.
    pub(super) fn window<'l>(&self, lines: &'l [f32], query: usize) -> Bias<'l> {
        Bias { lines, length: self.line(), from: MAX_TOKENS - 1 - query }
    }

    /// Distances in a line.
    fn line(&self) -> usize {
        match self.sight {
            Sight::BothWays => 2 * MAX_TOKENS - 1,
            Sight::Back => MAX_TOKENS,
        }
    }
}

/// The row of the table for a query at `query` that looks at a key at `key`.
fn bucket(query: usize, key: usize, sight: Sight, buckets: usize, max_distance: usize) -> usize {
    let (offset, buckets, distance) = match sight {
        Sight::BothWays if key > query => (buckets / 2, buckets / 2, key - query),
        Sight::BothWays => (0, buckets / 2, query - key),
        Sight::Back => (0, buckets, query.saturating_sub(key)),
    };
    let near = buckets / 2;
    if distance < near {
        return offset + distance;
    }
    // In f32 and in this order, as the reference computes it: rounding decides at the edges of buckets.
    let octaves = (distance as f32 / near as f32).ln() / (max_distance as f64 / near as f64).ln() as f32;
    let far = near + (octaves * (buckets - near) as f32) as usize;
    offset + far.min(buckets - 1)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use std::path::Path;

    use candle_core::{DType, Device, safetensors};

    use super::*;

    #[test]
    fn buckets_are_those_of_the_reference() {
        let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/parity/golden");
        for (model, buckets, max_distance) in
            [("t5-v1.0-relu-tied", 32, 128), ("t5-v1.1-gated-untied", 20, 50)]
        {
            let cases =
                safetensors::load(golden.join(model).join("cases.safetensors"), &Device::Cpu).unwrap();
            let check = |name: &str, sight: Sight, ahead: bool| {
                let expected: Vec<u32> = cases[name].to_dtype(DType::U32).unwrap().to_vec1().unwrap();
                assert_eq!(expected.len(), 1000);
                for (distance, &expected) in expected.iter().enumerate() {
                    let (query, key) = if ahead { (0, distance) } else { (distance, 0) };
                    let found = bucket(query, key, sight, buckets, max_distance);
                    assert_eq!(found, expected as usize, "{model} {name} {distance}");
                }
            };
            check("buckets_before", Sight::BothWays, false);
            check("buckets_after", Sight::BothWays, true);
            check("buckets_back", Sight::Back, false);
        }
    }

    #[test]
    fn a_decoder_spends_all_buckets_on_the_past() {
        let back = |distance: usize| bucket(distance, 0, Sight::Back, 32, 128);
        // 16 near buckets; then 16 + floor(16 · ln(d/16) / ln 8).
        assert_eq!([0, 1, 9, 15, 16, 17, 18, 19, 20].map(back), [0, 1, 9, 15, 16, 16, 16, 17, 17]);
        assert_eq!([32, 64, 100, 127, 128, 5000].map(back), [21, 26, 30, 31, 31, 31]);
        assert_eq!(bucket(3, 8, Sight::Back, 32, 128), 0);
    }

    #[test]
    fn an_encoder_gives_each_direction_half() {
        let before = |distance: usize| bucket(distance, 0, Sight::BothWays, 32, 128);
        let after = |distance: usize| bucket(0, distance, Sight::BothWays, 32, 128);
        assert_eq!([0, 1, 7, 8, 16, 32, 64, 128, 5000].map(before), [0, 1, 7, 8, 10, 12, 14, 15, 15]);
        assert_eq!([1, 7, 8, 16, 32, 64, 128, 5000].map(after), [17, 23, 24, 26, 28, 30, 31, 31]);
    }
}
