//! Products with matrices of `q8_0` (GGML): y = Σ over blocks of d · d' · Σ w x, with the scales d of W
//! and d' of x, the inner sum in integers.
//!
//! Eight rows of the matrix are taken at a time and turned in registers, so that a vector holds the same four inputs of
//! all eight. One instruction then advances eight outputs, and the turned rows serve up to eight rows of x before the
//! next block is read. Because integer sums are exact and blocks are added in their order, a row's result is the same
//! whatever stands beside it.

#[cfg(target_arch = "x86_64")]
mod avx2;
mod input;
mod portable;
#[cfg(target_arch = "x86_64")]
mod turn;
#[cfg(target_arch = "x86_64")]
mod vnni;

use crate::columns::Columns;
use crate::runs;
use crate::simd::Simd;

use self::input::InputBlock;
pub(crate) use self::input::Quantized;

/// Numbers in a block.
pub const BLOCK: usize = 32;

/// A block as it lies in a file: the scale as f16, then 32 numbers of 8 bits.
pub type Block = [u8; 34];

/// Rows of the matrix in a tile.
const TILE: usize = 8;

/// The scale of a block.
pub(crate) fn scale(block: &Block) -> f32 {
    half::f16::from_le_bytes([block[0], block[1]]).to_f32()
}

/// Eight rows of the matrix, of equally many blocks.
type Rows<'a> = [&'a [Block]; TILE];

/// Writes the columns of `out` = x Wᵀ.
pub(crate) fn multiply(simd: Simd, weights: &[Block], x: &Quantized, mut out: Columns<'_>) {
    let blocks = x.blocks.len() / x.rows;
    let range = out.range();
    for run in runs(x.rows) {
        for column in range.clone().step_by(TILE) {
            // Behind the last row it is taken again, and its outputs are not kept.
            let rows: Rows<'_> = std::array::from_fn(|row| {
                let row = (column + row).min(range.end - 1);
                &weights[row * blocks..(row + 1) * blocks]
            });
            for (first, group) in run.clone() {
                let x = &x.blocks[first * blocks..(first + group) * blocks];
                match group {
                    8 => tile::<8>(simd, rows, x, first, column, &mut out),
                    4 => tile::<4>(simd, rows, x, first, column, &mut out),
                    2 => tile::<2>(simd, rows, x, first, column, &mut out),
                    _ => tile::<1>(simd, rows, x, first, column, &mut out),
                }
            }
        }
    }
}

fn tile<const G: usize>(
    simd: Simd,
    rows: Rows<'_>,
    x: &[InputBlock],
    first: usize,
    column: usize,
    out: &mut Columns<'_>,
) {
    let x = x.as_chunks::<G>().0;
    assert!(rows.iter().all(|row| row.len() == x.len()), "as many blocks in W as in x");
    let sums = match simd {
        Simd::Portable => portable::tile(rows, x),
        // SAFETY: the value says that the processor has the instructions; the rows are as long as x.
        #[cfg(target_arch = "x86_64")]
        Simd::Avx2 => unsafe { avx2::tile(rows, x) },
        // SAFETY: as above.
        #[cfg(target_arch = "x86_64")]
        Simd::Vnni => unsafe { vnni::tile(rows, x) },
    };
    for (row, sums) in sums.iter().enumerate() {
        let part = out.part(first + row, column, TILE);
        part.copy_from_slice(&sums[..part.len()]);
    }
}

#[cfg(test)]
mod tests;
