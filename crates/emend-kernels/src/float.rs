//! Products with matrices of plain numbers, of 32 or 16 bits. Those of 16 are widened in registers.
//!
//! On x86-64 eight rows of the matrix are turned in registers, as for `q8_0`, so that a vector holds one input's weight for
//! eight outputs. Each output is the sum of its even and of its odd inputs, in their order: the same for every number of
//! rows.

mod portable;
#[cfg(target_arch = "x86_64")]
mod x86;

use crate::columns::Columns;
use crate::runs;
use crate::simd::Simd;

/// Rows of the matrix in a tile.
const TILE: usize = 8;

/// A number of a matrix.
pub(crate) trait Number: Copy {
    /// What it is.
    const KIND: Kind;

    /// As `f32`.
    fn wide(self) -> f32;
}

/// Kinds of numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    F32,
    F16,
    Bf16,
}

impl Number for f32 {
    const KIND: Kind = Kind::F32;

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
    const KIND: Kind = Kind::F16;

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
    const KIND: Kind = Kind::Bf16;

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

/// Eight rows of the matrix, as long as x.
type Rows<'a, T> = [&'a [T]; TILE];

/// Writes the columns of `out` = x Wᵀ, x in rows of `width`.
pub(crate) fn multiply<T: Number>(simd: Simd, weights: &[T], x: &[f32], width: usize, mut out: Columns<'_>) {
    let range = out.range();
    for run in runs(x.len() / width) {
        for column in range.clone().step_by(TILE) {
            // Behind the last row it is taken again, and its outputs are not kept.
            let rows: Rows<'_, T> = std::array::from_fn(|row| {
                let row = (column + row).min(range.end - 1);
                &weights[row * width..(row + 1) * width]
            });
            for (first, group) in run.clone() {
                let x = &x[first * width..];
                match group {
                    8 => tile::<T, 8>(simd, rows, x, first, column, &mut out),
                    4 => tile::<T, 4>(simd, rows, x, first, column, &mut out),
                    2 => tile::<T, 2>(simd, rows, x, first, column, &mut out),
                    _ => tile::<T, 1>(simd, rows, x, first, column, &mut out),
                }
            }
        }
    }
}

fn tile<T: Number, const G: usize>(
    simd: Simd,
    rows: Rows<'_, T>,
    x: &[f32],
    first: usize,
    column: usize,
    out: &mut Columns<'_>,
) {
    let width = rows[0].len();
    assert!(rows.iter().all(|row| row.len() == width), "rows of equal length");
    let x: [&[f32]; G] = std::array::from_fn(|row| &x[row * width..(row + 1) * width]);
    let sums = match simd {
        Simd::Portable => portable::tile(rows, x),
        // SAFETY: the value says that the processor has the instructions; all rows have the same length.
        #[cfg(target_arch = "x86_64")]
        Simd::Avx2 => unsafe { x86::avx2(rows, x) },
        // SAFETY: as above.
        #[cfg(target_arch = "x86_64")]
        Simd::Vnni => unsafe { x86::avx512(rows, x) },
    };
    for (row, sums) in sums.iter().enumerate() {
        let part = out.part(first + row, column, TILE);
        part.copy_from_slice(&sums[..part.len()]);
    }
}

/// The sum of eight numbers, in a fixed order.
#[inline(always)]
pub(crate) fn total(lanes: [f32; 8]) -> f32 {
    let [a, b, c, d, e, f, g, h] = lanes;
    ((a + e) + (c + g)) + ((b + f) + (d + h))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_are_widened_exactly() {
        for bits in 0..=u16::MAX {
            let expected = half::f16::from_bits(bits).to_f32();
            let found = Half(bits.to_le_bytes()).wide();
            assert!(
                found.to_bits() == expected.to_bits() || (found.is_nan() && expected.is_nan()),
                "{bits:#x}"
            );
        }
        assert!((Upper(half::bf16::from_f32(-1.5).to_le_bytes()).wide() + 1.5).abs() < 1e-9);
    }
}
