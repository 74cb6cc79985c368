//! Products with matrices of `q8_0` (GGML): y = Σ over blocks of d_w · d_x · Σ w x, the inner sum in integers.
//!
//! Eight rows of the matrix are taken at a time and turned in registers, so that a vector holds the same four inputs of
//! all eight. One instruction then advances eight outputs, and the turned rows serve up to eight rows of x before the
//! next block is read. Because integer sums are exact and blocks are added in their order, a row's result is the same
//! whatever stands beside it.

#[cfg(target_arch = "x86_64")]
mod avx2;
mod portable;
#[cfg(target_arch = "x86_64")]
mod turn;
#[cfg(target_arch = "x86_64")]
mod vnni;

use crate::columns::Columns;
use crate::simd::{Simd, dispatch};

/// Numbers in a block.
pub const BLOCK: usize = 32;

/// A block as it lies in a file: the scale as f16, then 32 numbers of 8 bits.
pub type Block = [u8; 34];

/// Rows of the matrix in a tile.
const TILE: usize = 8;

/// Rows of x that a tile meets at once, the most first; any number of rows is a sum of these. With sixteen, the sums no
/// longer stay in registers, and each row takes longer than with eight.
const GROUPS: [usize; 4] = [8, 4, 2, 1];

/// The scale of a block.
pub(crate) fn scale(block: &Block) -> f32 {
    half::f16::from_le_bytes([block[0], block[1]]).to_f32()
}

/// 32 numbers of x: `quants` · `scale`.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
struct InputBlock {
    quants: [i8; BLOCK],
    scale: f32,
    /// −128 · Σ quants: what to add when the other factor was made positive by adding 128.
    correction: i32,
}

/// Rows of x in eight bits. A group's rows are interleaved by block, in the order in which a tile reads them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Quantized {
    blocks: Vec<InputBlock>,
    rows: usize,
}

impl Quantized {
    /// Takes `x`, rows of `width` numbers, `width` a multiple of [`BLOCK`].
    pub(crate) fn fill(&mut self, simd: Simd, x: &[f32], width: usize) {
        let empty = InputBlock { quants: [0; BLOCK], scale: 0.0, correction: 0 };
        self.rows = x.len() / width;
        self.blocks.resize(x.len() / BLOCK, empty);
        quantize(simd, x, width, self);
    }
}

dispatch!(quantize = quantize_body(x: &[f32], width: usize, to: &mut Quantized));

#[inline(always)]
fn quantize_body<const FUSED: bool>(x: &[f32], width: usize, to: &mut Quantized) {
    let blocks = width / BLOCK;
    for (first, group) in groups(to.rows) {
        for row in 0..group {
            let numbers = &x[(first + row) * width..(first + row + 1) * width];
            for (at, block) in numbers.as_chunks::<BLOCK>().0.iter().enumerate() {
                to.blocks[first * blocks + at * group + row] = input_block(block);
            }
        }
    }
}

#[inline(always)]
fn input_block(x: &[f32; BLOCK]) -> InputBlock {
    // Adding this rounds to a whole number, which then stands in the low bits.
    const ROUND: f32 = 12_582_912.0;
    // By lanes, because only then the compiler makes vectors of it.
    let mut lanes = [0.0_f32; 8];
    for chunk in x.as_chunks::<8>().0 {
        for (lane, x) in lanes.iter_mut().zip(chunk) {
            *lane = if x.abs() > *lane { x.abs() } else { *lane };
        }
    }
    let most = lanes.iter().fold(0.0_f32, |most, &lane| most.max(lane));
    // 0 · x is 0, unless x is infinite or not a number: then the whole block is not a number, instead of a small one.
    let wrong: f32 = x.iter().fold([0.0_f32; 1], |[sum], x| [sum + 0.0 * x])[0];
    let scale = most / 127.0;
    let inverse = if scale > 0.0 { 1.0 / scale } else { 0.0 };
    let mut quants = [0_i8; BLOCK];
    for (quant, x) in quants.iter_mut().zip(x) {
        *quant = (x * inverse + ROUND).to_bits().wrapping_sub(ROUND.to_bits()) as i8;
    }
    let sum: i32 = quants.iter().map(|&quant| i32::from(quant)).sum();
    InputBlock { quants, scale: scale + wrong, correction: -128 * sum }
}

/// The groups that make up `rows`: the first row and the size of each.
fn groups(rows: usize) -> impl Iterator<Item = (usize, usize)> {
    let mut first = 0;
    std::iter::from_fn(move || {
        let group = GROUPS.into_iter().find(|group| first + group <= rows)?;
        first += group;
        Some((first - group, group))
    })
}

/// Eight rows of the matrix, of equally many blocks.
type Rows<'a> = [&'a [Block]; TILE];

/// Writes the columns of `out` = x Wᵀ.
pub(crate) fn multiply(simd: Simd, weights: &[Block], x: &Quantized, mut out: Columns<'_>) {
    let blocks = x.blocks.len() / x.rows;
    let range = out.range();
    for column in range.clone().step_by(TILE) {
        // Behind the last row it is taken again, and its outputs are not kept.
        let rows: Rows<'_> = std::array::from_fn(|row| {
            let row = (column + row).min(range.end - 1);
            &weights[row * blocks..(row + 1) * blocks]
        });
        for (first, group) in groups(x.rows) {
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
