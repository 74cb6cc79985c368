//! For every processor: integer sums that the compiler makes vectors of, SSE2 or NEON.

use super::{InputBlock, Rows, scale};
use crate::TILE;

/// The outputs of a tile for each row of x.
pub(super) fn tile<const G: usize>(rows: &Rows<'_>, x: &[[InputBlock; G]]) -> [[f32; TILE]; G] {
    let mut sums = [[0.0; TILE]; G];
    for (at, group) in x.iter().enumerate() {
        let group = group.map(|x| (x.quants(), x.scale));
        for (row, weights) in rows.iter().enumerate() {
            let block = &weights[at];
            let scale = scale(block);
            for (sums, (quants, x)) in sums.iter_mut().zip(&group) {
                let products = block[2..].iter().zip(quants);
                let sum: i32 = products.map(|(w, x)| i32::from(w.cast_signed()) * i32::from(*x)).sum();
                sums[row] += sum as f32 * (scale * x);
            }
        }
    }
    sums
}
