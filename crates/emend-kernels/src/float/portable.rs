//! For every processor.

use super::{Number, Rows, total};
use crate::TILE;

/// The outputs of a tile for each row of x.
pub(super) fn tile<T: Number, const G: usize>(rows: &Rows<'_, T>, x: [&[f32]; G]) -> [[f32; TILE]; G] {
    x.map(|x| rows.map(|row| dot(row, x)))
}

/// By eight lanes, so that the compiler makes vectors of it.
fn dot<T: Number>(row: &[T], x: &[f32]) -> f32 {
    let ((row, row_rest), (x, x_rest)) = (row.as_chunks::<8>(), x.as_chunks::<8>());
    let mut lanes = [0.0; 8];
    for (row, x) in row.iter().zip(x) {
        lanes = std::array::from_fn(|lane| row[lane].wide() * x[lane] + lanes[lane]);
    }
    row_rest.iter().zip(x_rest).fold(total(lanes), |sum, (w, x)| w.wide() * x + sum)
}
