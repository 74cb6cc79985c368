//! Products with matrices of plain numbers, of 32 or 16 bits. Those of 16 are widened in registers.
//!
//! Each output is eight sums, one per position in a chunk of eight inputs, and these are added in a fixed tree: the same
//! for every number of rows.

use crate::columns::Columns;
use crate::simd::{dispatch, multiply_add};

/// Inputs in a chunk.
const LANES: usize = 8;

/// Rows of the matrix in a tile.
const TILE: usize = 4;

type Lanes = [f32; LANES];

/// A number of a matrix.
pub(crate) trait Number: Copy {
    /// As `f32`.
    fn wide(self) -> f32;
}

impl Number for f32 {
    #[inline(always)]
    fn wide(self) -> f32 {
        self
    }
}

/// An f16 as it lies in a file.
#[derive(Debug, Clone, Copy)]
#[repr(transparent)]
pub(crate) struct Half([u8; 2]);

impl Number for Half {
    /// Shifted into place and multiplied by 2^112, which also brings small numbers to their place. Without branches, so
    /// that it becomes vectors.
    #[inline(always)]
    fn wide(self) -> f32 {
        const REBIAS: f32 = f32::from_bits((127 + 112) << 23);
        let bits = u32::from(u16::from_le_bytes(self.0));
        let size = f32::from_bits((bits & 0x7fff) << 13) * REBIAS;
        let infinite = if bits & 0x7c00 == 0x7c00 { 0x7f80_0000 } else { 0 };
        f32::from_bits(size.to_bits() | infinite | (bits & 0x8000) << 16)
    }
}

/// The upper half of an `f32`, as it lies in a file.
#[derive(Debug, Clone, Copy)]
#[repr(transparent)]
pub(crate) struct Upper([u8; 2]);

impl Number for Upper {
    #[inline(always)]
    fn wide(self) -> f32 {
        f32::from_bits(u32::from(u16::from_le_bytes(self.0)) << 16)
    }
}

/// Pairs of bytes as f16.
pub(crate) fn halves(bytes: &[[u8; 2]]) -> &[Half] {
    // SAFETY: `Half` is a transparent pair of bytes.
    unsafe { std::slice::from_raw_parts(bytes.as_ptr().cast(), bytes.len()) }
}

/// Pairs of bytes as bf16.
pub(crate) fn uppers(bytes: &[[u8; 2]]) -> &[Upper] {
    // SAFETY: `Upper` is a transparent pair of bytes.
    unsafe { std::slice::from_raw_parts(bytes.as_ptr().cast(), bytes.len()) }
}

dispatch!(pub(crate) multiply<T: Number> = multiply_body(
    weights: &[T],
    x: &[f32],
    width: usize,
    out: Columns<'_>,
));

/// Writes the columns of `out` = x Wᵀ, x in rows of `width`.
#[inline(always)]
fn multiply_body<const FUSED: bool, T: Number>(weights: &[T], x: &[f32], width: usize, mut out: Columns<'_>) {
    let range = out.range();
    let rows = x.len() / width;
    for column in range.clone().step_by(TILE) {
        // Behind the last row it is taken again, and its outputs are not kept.
        let tile: [&[T]; TILE] = std::array::from_fn(|row| {
            let row = (column + row).min(range.end - 1);
            &weights[row * width..(row + 1) * width]
        });
        let x = |row: usize| &x[row * width..(row + 1) * width];
        let whole = rows - rows % 2;
        for first in (0..whole).step_by(2) {
            let sums = products::<FUSED, T, 2>(tile, [x(first), x(first + 1)]);
            for (row, sums) in sums.iter().enumerate() {
                let part = out.part(first + row, column, TILE);
                part.copy_from_slice(&sums[..part.len()]);
            }
        }
        for row in whole..rows {
            let [sums] = products::<FUSED, T, 1>(tile, [x(row)]);
            let part = out.part(row, column, TILE);
            part.copy_from_slice(&sums[..part.len()]);
        }
    }
}

/// Four outputs for each row of x. All slices have the same length.
#[inline(always)]
fn products<const FUSED: bool, T: Number, const G: usize>(
    tile: [&[T]; TILE],
    x: [&[f32]; G],
) -> [[f32; TILE]; G] {
    let mut sums = [[[0.0; LANES]; TILE]; G];
    let weights = tile.map(|row| row.as_chunks::<LANES>());
    let inputs = x.map(|row| row.as_chunks::<LANES>());
    for at in 0..inputs[0].0.len() {
        let wide: [Lanes; TILE] = std::array::from_fn(|row| weights[row].0[at].map(Number::wide));
        for (sums, input) in sums.iter_mut().zip(&inputs) {
            let input = input.0[at];
            for (sum, wide) in sums.iter_mut().zip(&wide) {
                *sum = std::array::from_fn(|lane| multiply_add::<FUSED>(wide[lane], input[lane], sum[lane]));
            }
        }
    }
    std::array::from_fn(|x| {
        std::array::from_fn(|row| {
            let rest = weights[row].1.iter().zip(inputs[x].1);
            rest.fold(total(sums[x][row]), |sum, (w, x)| multiply_add::<FUSED>(w.wide(), *x, sum))
        })
    })
}

/// The sum of eight numbers, in a fixed order.
#[inline(always)]
pub(crate) fn total(lanes: Lanes) -> f32 {
    let [a, b, c, d, e, f, g, h] = lanes;
    ((a + e) + (c + g)) + ((b + f) + (d + h))
}
