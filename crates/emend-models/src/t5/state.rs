//! What hypotheses have read so far. The caller owns it; the model is only read.

use super::buffers::Buffers;

/// Hypotheses on their way: the state of [`super::Reading`] as a [`emend_decode::NextToken`].
///
/// Hypotheses of one source share what was computed of it; nothing of a source is ever copied.
#[derive(Debug)]
pub struct DecoderState {
    /// The source of each row.
    pub(super) rows: Vec<usize>,
    pub(super) past: Past,
    pub(super) buffers: Buffers,
    /// The stream of a pass.
    pub(super) x: Vec<f32>,
    /// Tokens that a pass brings to each row.
    pub(super) new: Vec<usize>,
}

/// Keys and values of successive positions in one layer.
#[derive(Debug, Clone, Default)]
pub(super) struct Memory {
    /// (L, A)
    pub(super) keys: Vec<f32>,
    /// (L, A)
    pub(super) values: Vec<f32>,
}

/// What the decoder sees of a source, whatever is read beside it.
#[derive(Debug)]
pub(super) struct Source {
    /// One per layer.
    pub(super) layers: Vec<Memory>,
    /// Its positions.
    pub(super) length: usize,
}

impl Source {
    /// Memory that it takes.
    pub(super) fn bytes(&self) -> usize {
        self.layers.iter().map(|layer| (layer.keys.len() + layer.values.len()) * size_of::<f32>()).sum()
    }
}

/// Keys and values of the tokens that each row has read. Rows may have read different numbers of them.
#[derive(Debug)]
pub(super) struct Past {
    /// By layer, then by row.
    layers: Vec<Vec<Memory>>,
    lens: Vec<usize>,
}

impl Past {
    /// Nothing, in `layers` layers of `rows` rows.
    pub(super) fn new(layers: usize, rows: usize) -> Self {
        Self { layers: vec![vec![Memory::default(); rows]; layers], lens: vec![0; rows] }
    }

    /// Tokens that `row` has read; 0 where there is no such row.
    pub(super) fn len(&self, row: usize) -> usize {
        self.lens.get(row).copied().unwrap_or(0)
    }

    /// Puts new positions of one layer, `new[r]` of row r, all in `keys` and `values` (N, A), behind those that count.
    /// They count only after [`Past::advance`]; what an abandoned pass left is written over.
    pub(super) fn append(&mut self, layer: usize, new: &[usize], width: usize, keys: &[f32], values: &[f32]) {
        let mut begin = 0;
        for ((memory, &len), new) in self.layers[layer].iter_mut().zip(&self.lens).zip(new) {
            let end = begin + new * width;
            memory.truncate(len * width);
            memory.keys.extend_from_slice(&keys[begin..end]);
            memory.values.extend_from_slice(&values[begin..end]);
            begin = end;
        }
    }

    /// Counts `new[r]` further tokens of row r, which every layer has appended.
    pub(super) fn advance(&mut self, new: &[usize]) {
        self.lens.iter_mut().zip(new).for_each(|(len, new)| *len += new);
    }

    /// The positions of `row` in `layer`.
    pub(super) fn layer(&self, layer: usize, row: usize) -> &Memory {
        &self.layers[layer][row]
    }

    /// Tokens that the longest row has read.
    pub(super) fn longest(&self) -> usize {
        self.lens.iter().copied().max().unwrap_or(0)
    }

    /// Forgets all but as many first tokens of each row as `lens` says.
    pub(super) fn truncate(&mut self, lens: impl IntoIterator<Item = usize>) {
        self.lens.iter_mut().zip(lens).for_each(|(old, len)| *old = len.min(*old));
    }

    /// Row `i` becomes what row `rows[i]` was. Only what is repeated is copied.
    pub(super) fn reorder(&mut self, rows: &[usize]) {
        let mut uses = vec![0; self.lens.len()];
        for &row in rows {
            uses[row] += 1;
        }
        self.lens = rows.iter().map(|&row| self.lens[row]).collect();
        for layer in &mut self.layers {
            let mut left = uses.clone();
            let pick = |&row: &usize| {
                left[row] -= 1;
                if left[row] == 0 { std::mem::take(&mut layer[row]) } else { layer[row].clone() }
            };
            *layer = rows.iter().map(pick).collect();
        }
    }
}

impl Memory {
    fn truncate(&mut self, numbers: usize) {
        self.keys.truncate(numbers);
        self.values.truncate(numbers);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads one token in each row; its key is the row's entry of `marks`, its value ten times that.
    fn read(past: &mut Past, marks: &[f32]) {
        let values: Vec<f32> = marks.iter().map(|mark| mark * 10.0).collect();
        let new = vec![1; marks.len()];
        past.append(0, &new, 1, marks, &values);
        past.advance(&new);
    }

    #[test]
    fn what_was_taken_back_is_written_over() {
        let mut past = Past::new(1, 2);
        for mark in 0..200 {
            read(&mut past, &[mark as f32, -(mark as f32)]);
        }
        past.truncate([150, 150]);
        read(&mut past, &[7.5, 8.5]);
        let expected: Vec<f32> = (0..150).map(|mark| mark as f32).chain([7.5]).collect();
        assert_eq!(past.layer(0, 0).keys, expected);
        assert_eq!(past.layer(0, 1).values[149..], [-1490.0, 85.0]);
        past.truncate([1000, 1000]);
        assert_eq!((past.len(0), past.len(1), past.len(2)), (151, 151, 0));
    }

    #[test]
    fn reordered_rows_have_their_own_memory() {
        let mut past = Past::new(1, 3);
        read(&mut past, &[1.0, 2.0, 3.0]);
        past.reorder(&[2, 2, 0]);
        read(&mut past, &[4.0, 5.0, 6.0]);
        let keys = [0, 1, 2].map(|row| past.layer(0, row).keys.clone());
        assert_eq!(keys, [[3.0, 4.0], [3.0, 5.0], [1.0, 6.0]]);
    }

    #[test]
    fn rows_may_read_different_numbers_of_tokens() {
        let mut past = Past::new(1, 2);
        past.append(0, &[2, 1], 1, &[1.0, 2.0, 3.0], &[0.0; 3]);
        past.advance(&[2, 1]);
        past.append(0, &[0, 1], 1, &[4.0], &[0.0]);
        past.advance(&[0, 1]);
        assert_eq!(
            (past.layer(0, 0).keys.as_slice(), past.layer(0, 1).keys.as_slice()),
            (&[1.0, 2.0][..], &[3.0, 4.0][..])
        );
    }
}
