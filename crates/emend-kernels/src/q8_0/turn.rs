//! Eight rows of a block, turned so that a vector holds the same four numbers of every row.

use std::arch::x86_64::{
    __m256, __m256i, _MM_HINT_T0, _mm_prefetch, _mm_set_epi16, _mm256_cvtph_ps, _mm256_loadu_si256,
};

use super::Block;
use crate::turn::turn;

/// Vector j holds numbers 4 j .. 4 j + 4 of block `at` of each row; and the eight scales.
///
/// # Safety
/// Every row has more than `at` blocks.
#[inline]
#[target_feature(enable = "avx2,f16c")]
pub(super) unsafe fn turned(rows: &[&[Block]; 8], at: usize) -> ([__m256i; 8], __m256) {
    // The next tile begins where this one ends. The processor's own guess is thrown off by eight rows at once: with
    // this, a matrix that comes from memory is read about twice as fast.
    let ahead = rows[0].as_ptr().wrapping_add(8 * (rows[0].len() + at)).cast::<i8>();
    // A hint, which fails silently on an address that does not exist.
    for line in 0..5 {
        _mm_prefetch::<_MM_HINT_T0>(ahead.wrapping_add(64 * line));
    }
    // SAFETY: the caller promises the block.
    let blocks: [&Block; 8] = std::array::from_fn(|row| unsafe { rows[row].get_unchecked(at) });
    // SAFETY: 32 bytes follow the scale.
    let rows = std::array::from_fn(|row| unsafe { _mm256_loadu_si256(blocks[row].as_ptr().add(2).cast()) });
    let half = |row: usize| i16::from_le_bytes([blocks[row][0], blocks[row][1]]);
    let halves = _mm_set_epi16(half(7), half(6), half(5), half(4), half(3), half(2), half(1), half(0));
    (turn(rows), _mm256_cvtph_ps(halves))
}
