//! Products with matrices of `q8_0` (GGML): y = Σ over blocks of d · d' · Σ w x, with the scales d of W
//! and d' of x, the inner sum in integers.
//!
//! Sixteen rows of the matrix are taken at a time and turned, so that a vector holds the same four inputs of all of them.
//! One instruction then advances sixteen outputs, and what was turned serves every row of x. Because integer sums are
//! exact and blocks are added in their order, a row's result is the same whatever stands beside it.

#[cfg(target_arch = "x86_64")]
mod avx2;
mod input;
#[cfg(target_arch = "aarch64")]
mod neon;
mod portable;
#[cfg(target_arch = "x86_64")]
mod turn;
#[cfg(target_arch = "x86_64")]
mod vnni;

use std::cell::RefCell;

use crate::columns::Columns;
use crate::simd::Simd;
use crate::{TILE, TOGETHER, runs, with_group};

use self::input::InputBlock;
pub(crate) use self::input::Quantized;

/// Numbers in a block.
pub const BLOCK: usize = 32;

/// A block as it lies in a file: the scale as f16, then 32 numbers of 8 bits.
pub type Block = [u8; 34];

/// The scale of a block.
pub(crate) fn scale(block: &Block) -> f32 {
    half::f16::from_le_bytes([block[0], block[1]]).to_f32()
}

/// Rows of the matrix in a tile, of equally many blocks.
type Rows<'a> = [&'a [Block]; TILE];

/// One block of each row of a tile, turned.
#[derive(Clone, Copy)]
#[repr(C, align(64))]
struct Turned {
    /// Entry j holds numbers 4 j .. 4 j + 4 of every row.
    quants: [[i32; TILE]; BLOCK / 4],
    scales: [f32; TILE],
}

thread_local! {
    /// The turned blocks of one tile, from one group of rows of x to the next.
    static PANEL: RefCell<Vec<Turned>> = const { RefCell::new(Vec::new()) };
}

/// Writes the columns of `out` = x Wᵀ.
pub(crate) fn multiply(simd: Simd, weights: &[Block], x: &Quantized, mut out: Columns<'_>) {
    let blocks = x.blocks.len() / x.rows;
    let range = out.range();
    PANEL.with_borrow_mut(|panel| {
        for run in runs(x.rows, TOGETHER) {
            // A single group needs no panel.
            let kept = if run.clone().nth(1).is_some() { blocks } else { 0 };
            panel.resize(kept, Turned { quants: [[0; TILE]; BLOCK / 4], scales: [0.0; TILE] });
            for column in range.clone().step_by(TILE) {
                // Behind the last row it is taken again, and its outputs are not kept.
                let rows: Rows<'_> = std::array::from_fn(|row| {
                    let row = (column + row).min(range.end - 1);
                    &weights[row * blocks..(row + 1) * blocks]
                });
                let mut begin = true;
                for (first, group) in run.clone() {
                    let x = &x.blocks[first * blocks..(first + group) * blocks];
                    with_group!(group, G => {
                        let tile = if begin { tile::<G, true> } else { tile::<G, false> };
                        let sums = tile(simd, &rows, panel, x.as_chunks().0);
                        out.put(first, column, &sums);
                    });
                    begin = false;
                }
            }
        }
    });
}

/// The outputs of a tile for each row of x. The first group that meets a tile turns it, and fills the panel, if it is to be kept.
fn tile<const G: usize, const TURN: bool>(
    simd: Simd,
    rows: &Rows<'_>,
    panel: &mut [Turned],
    x: &[[InputBlock; G]],
) -> [[f32; TILE]; G] {
    assert!(rows.iter().all(|row| row.len() == x.len()), "as many blocks in W as in x");
    match simd {
        Simd::Portable => portable::tile(rows, x),
        // SAFETY: the value says that the processor has the instructions; the rows are as long as x.
        #[cfg(target_arch = "x86_64")]
        Simd::Avx2 => unsafe { avx2::avx2::<G, TURN>(rows, panel, x) },
        // SAFETY: as above.
        #[cfg(target_arch = "x86_64")]
        Simd::AvxVnni => unsafe { avx2::avx_vnni::<G, TURN>(rows, panel, x) },
        // SAFETY: as above.
        #[cfg(target_arch = "x86_64")]
        Simd::Vnni => unsafe { vnni::tile::<G, TURN>(rows, panel, x) },
        // SAFETY: as above.
        #[cfg(target_arch = "aarch64")]
        Simd::Neon => unsafe { neon::tile::<G, TURN>(rows, panel, x) },
    }
}

#[cfg(test)]
mod tests;
