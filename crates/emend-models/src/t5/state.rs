//! What hypotheses have read so far. The caller owns it; the model is only read.

use candle_core::{Result, Tensor};

use super::attention::KeysValues;
use super::decoder::Sources;

/// How many positions a buffer gains at least, so that one token rarely means one allocation.
const CHUNK: usize = 64;

/// Hypotheses on their way: the state of [`super::Reading`] as a [`emend_decode::NextToken`].
///
/// Hypotheses of one source share what was computed of it; nothing of the source is copied while each source
/// has the same number of successive rows, as in batches and beams.
#[derive(Debug)]
pub struct DecoderState {
    pub(super) past: Past,
    /// The source of each row.
    pub(super) rows: Vec<usize>,
    /// What the rows see of their sources.
    pub(super) sources: Sources,
}

/// Keys and values of the tokens read: one buffer per layer, written in place. No `Clone`: a copy would share
/// the buffers.
#[derive(Debug)]
pub(super) struct Past {
    /// (R, H, room, K) inside, of which the first `len` positions are valid. None before the first token.
    layers: Vec<Option<KeysValues>>,
    len: usize,
}

impl Past {
    pub(super) fn new(layers: usize) -> Self {
        Self { layers: vec![None; layers], len: 0 }
    }

    /// Tokens read.
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// Writes n new positions (R, H, n, K) of one layer behind the valid ones and returns all of them,
    /// (R, H, len + n, K), without a copy. They count only after [`Past::advance`].
    pub(super) fn append(&mut self, layer: usize, new: &KeysValues) -> Result<KeysValues> {
        let needed = self.len + new.keys.dim(2)?;
        let buffer = match self.layers[layer].take() {
            Some(buffer) if buffer.keys.dim(2)? >= needed => buffer,
            old => {
                let room = old.as_ref().map_or(Ok(0), |old| old.keys.dim(2))?;
                let room = needed.max(2 * room).next_multiple_of(CHUNK);
                KeysValues {
                    keys: grown(old.as_ref().map(|old| &old.keys), &new.keys, room)?,
                    values: grown(old.as_ref().map(|old| &old.values), &new.values, room)?,
                }
            }
        };
        buffer.keys.slice_set(&new.keys, 2, self.len)?;
        buffer.values.slice_set(&new.values, 2, self.len)?;
        let valid = KeysValues {
            keys: buffer.keys.narrow(2, 0, needed)?,
            values: buffer.values.narrow(2, 0, needed)?,
        };
        self.layers[layer] = Some(buffer);
        Ok(valid)
    }

    /// Counts the positions up to `len`, which every layer has appended.
    pub(super) fn advance(&mut self, len: usize) {
        self.len = len;
    }

    /// Forgets all but the first `len` tokens; their room is written over later.
    pub(super) fn truncate(&mut self, len: usize) {
        self.len = self.len.min(len);
    }

    /// Row `i` becomes what row `rows[i]` was.
    pub(super) fn reorder(&mut self, rows: &[usize]) -> Result<()> {
        for buffer in self.layers.iter_mut().flatten() {
            *buffer = buffer.rows(rows)?;
        }
        Ok(())
    }
}

/// A buffer with the positions of `old` and space for `room`.
fn grown(old: Option<&Tensor>, like: &Tensor, room: usize) -> Result<Tensor> {
    let (rows, heads, _, d_kv) = like.dims4()?;
    let buffer = Tensor::zeros((rows, heads, room, d_kv), like.dtype(), like.device())?;
    if let Some(old) = old {
        buffer.slice_set(old, 2, 0)?;
    }
    Ok(buffer)
}

impl KeysValues {
    /// The rows with these numbers, copied.
    pub(super) fn rows(&self, rows: &[usize]) -> Result<Self> {
        Ok(Self { keys: pick(&self.keys, rows)?, values: pick(&self.values, rows)? })
    }
}

impl Sources {
    /// What `rows` see, a source number each. Copies only where sources have unequal numbers of rows, or their
    /// order has changed.
    pub(super) fn serving(&self, rows: &[usize]) -> Result<Self> {
        let runs: Vec<&[usize]> = rows.chunk_by(|a, b| a == b).collect();
        let even = runs.windows(2).all(|pair| pair[0].len() == pair[1].len());
        let picked: Vec<usize> = if even { runs.iter().map(|run| run[0]).collect() } else { rows.to_vec() };
        let all = self.layers.first().map_or(Ok(0), |layer| layer.keys.dim(0))?;
        if picked.iter().copied().eq(0..all) {
            return Ok(self.clone());
        }
        Ok(Self {
            layers: self.layers.iter().map(|layer| layer.rows(&picked)).collect::<Result<_>>()?,
            padding: self.padding.as_ref().map(|padding| pick(padding, &picked)).transpose()?,
        })
    }
}

fn pick(tensor: &Tensor, rows: &[usize]) -> Result<Tensor> {
    let rows: Vec<u32> = rows.iter().map(|&row| row as u32).collect();
    tensor.index_select(&Tensor::from_slice(&rows, rows.len(), tensor.device())?, 0)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use candle_core::{D, Device};

    use super::*;

    /// Keys (and values) of `rows` rows and one position, each row holding its `marks` entry.
    fn position(marks: &[f32]) -> KeysValues {
        let keys = Tensor::from_slice(marks, (marks.len(), 1, 1, 1), &Device::Cpu).unwrap();
        KeysValues { values: (&keys * 10.0).unwrap(), keys }
    }

    fn read(past: &mut Past, marks: &[f32]) -> (Vec<Vec<f32>>, Vec<Vec<f32>>) {
        let seen = past.append(0, &position(marks)).unwrap();
        past.advance(past.len() + 1);
        let rows =
            |tensor: &Tensor| tensor.squeeze(1).unwrap().squeeze(D::Minus1).unwrap().to_vec2().unwrap();
        (rows(&seen.keys), rows(&seen.values))
    }

    #[test]
    fn positions_survive_growth_and_truncated_ones_are_written_over() {
        let mut past = Past::new(1);
        for mark in 0..200 {
            read(&mut past, &[mark as f32, -(mark as f32)]);
        }
        past.truncate(150);
        let (keys, values) = read(&mut past, &[7.5, 8.5]);
        let expected: Vec<f32> = (0..150).map(|mark| mark as f32).chain([7.5]).collect();
        assert_eq!(keys[0], expected);
        assert_eq!(values[1][149..], [-1490.0, 85.0]);
        past.truncate(1000);
        assert_eq!(past.len(), 151);
    }

    #[test]
    fn reordered_rows_have_their_own_memory() {
        let mut past = Past::new(1);
        read(&mut past, &[1.0, 2.0, 3.0]);
        past.reorder(&[2, 2, 0]).unwrap();
        let (keys, _) = read(&mut past, &[4.0, 5.0, 6.0]);
        assert_eq!(keys, [[3.0, 4.0], [3.0, 5.0], [1.0, 6.0]]);
    }

    #[test]
    fn sources_are_copied_only_for_uneven_rows() {
        let layer = position(&[0.0, 1.0, 2.0]);
        let sources = Sources { layers: vec![layer], padding: None };
        let marks = |rows: &[usize]| -> Vec<f32> {
            sources.serving(rows).unwrap().layers[0].keys.flatten_all().unwrap().to_vec1().unwrap()
        };
        assert_eq!(marks(&[0, 0, 1, 1, 2, 2]), [0.0, 1.0, 2.0]);
        assert_eq!(marks(&[1, 1, 1]), [1.0]);
        assert_eq!(marks(&[2, 0]), [2.0, 0.0]);
        assert_eq!(marks(&[0, 0, 2]), [0.0, 0.0, 2.0]);

        // Written through one, seen through the other: the same memory.
        let shared = sources.serving(&[0, 0, 1, 1, 2, 2]).unwrap();
        sources.layers[0].keys.slice_set(&position(&[9.0]).keys, 0, 1).unwrap();
        assert_eq!(shared.layers[0].keys.flatten_all().unwrap().to_vec1::<f32>().unwrap(), [0.0, 9.0, 2.0]);
    }
}
