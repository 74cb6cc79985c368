//! Some columns of a row-major output, to be written by one thread while others write the rest.

use std::marker::PhantomData;
use std::ops::Range;

/// Columns `range` of an output (rows, width).
pub(crate) struct Columns<'a> {
    start: *mut f32,
    rows: usize,
    width: usize,
    range: Range<usize>,
    borrowed: PhantomData<&'a mut [f32]>,
}

// SAFETY: it is an exclusive borrow of its own columns, like `&mut [f32]`, which is `Send`.
unsafe impl Send for Columns<'_> {}

impl<'a> Columns<'a> {
    /// All columns of `out`, which holds whole rows.
    pub(crate) fn of(out: &'a mut [f32], width: usize) -> Self {
        assert!(width > 0 && out.len().is_multiple_of(width), "{} numbers in rows of {width}", out.len());
        Self {
            start: out.as_mut_ptr(),
            rows: out.len() / width,
            width,
            range: 0..width,
            borrowed: PhantomData,
        }
    }

    /// The columns.
    pub(crate) fn range(&self) -> Range<usize> {
        self.range.clone()
    }

    /// Takes off the first `count` columns, or what is left of them.
    pub(crate) fn cut(&mut self, count: usize) -> Self {
        let Range { start, end } = self.range;
        let middle = end.min(start + count);
        self.range.start = middle;
        Self { range: start..middle, ..*self }
    }

    /// The part of `row` that begins at `column` and is at most `length` long.
    pub(crate) fn part(&mut self, row: usize, column: usize, length: usize) -> &mut [f32] {
        assert!(row < self.rows && self.range.contains(&column), "row {row}, column {column}");
        let length = length.min(self.range.end - column);
        // SAFETY: the row and these columns of it lie in the borrowed output, and no other value has the columns:
        // what `cut` takes off is left out here. The borrow of `self` keeps two parts from living at once.
        unsafe { std::slice::from_raw_parts_mut(self.start.add(row * self.width + column), length) }
    }

    /// Writes what a tile found for successive rows from `first` on; what lies behind the last column is left out.
    pub(crate) fn put<const T: usize>(&mut self, first: usize, column: usize, found: &[[f32; T]]) {
        for (row, found) in found.iter().enumerate() {
            let part = self.part(first + row, column, T);
            match part.first_chunk_mut() {
                Some(whole) => *whole = *found,
                None => part.copy_from_slice(&found[..part.len()]),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_those_of_the_output() {
        let mut out = vec![0.0; 2 * 5];
        let mut right = Columns::of(&mut out, 5);
        let mut left = right.cut(2);
        left.part(1, 0, 8).fill(1.0);
        right.part(0, 2, 2).fill(2.0);
        right.part(1, 4, 8).fill(3.0);
        assert_eq!(right.cut(9).range(), 2..5);
        assert!(right.range().is_empty());
        assert_eq!(out, [0.0, 0.0, 2.0, 2.0, 0.0, 1.0, 1.0, 0.0, 0.0, 3.0]);
    }

    #[test]
    #[should_panic(expected = "column 1")]
    fn columns_of_another_are_out_of_reach() {
        let mut out = vec![0.0; 10];
        let mut right = Columns::of(&mut out, 5);
        right.cut(2);
        right.part(0, 1, 1);
    }
}
