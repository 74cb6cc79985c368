//! AVX2 multiplies bytes only as one factor without a sign and one with: |W| and x with W's sign. 128 · 127 · 2 fits
//! into the sixteen bits in which pairs are added.

use std::arch::x86_64::{
    _mm256_abs_epi8, _mm256_add_epi32, _mm256_cvtepi32_ps, _mm256_fmadd_ps, _mm256_madd_epi16,
    _mm256_maddubs_epi16, _mm256_mul_ps, _mm256_set1_epi16, _mm256_set1_epi32, _mm256_set1_ps,
    _mm256_setzero_ps, _mm256_setzero_si256, _mm256_sign_epi8, _mm256_storeu_ps,
};

use super::turn::turned;
use super::{Block, InputBlock, Rows};
use crate::TILE;

/// The outputs of a tile for each row of x: twice eight, for which there are registers.
///
/// # Safety
/// Every row has as many blocks as x, and the processor has the instructions.
#[target_feature(enable = "avx2,fma,f16c")]
pub(super) unsafe fn tile<const G: usize>(rows: &Rows<'_>, x: &[[InputBlock; G]]) -> [[f32; TILE]; G] {
    let mut out = [[0.0; TILE]; G];
    for (half, rows) in rows.as_chunks::<8>().0.iter().enumerate() {
        // SAFETY: the caller's promise.
        let found = unsafe { eight(rows, x) };
        for (out, found) in out.iter_mut().zip(found) {
            out[8 * half..8 * half + 8].copy_from_slice(&found);
        }
    }
    out
}

/// Eight outputs for each row of x.
///
/// # Safety
/// As above.
#[target_feature(enable = "avx2,fma,f16c")]
unsafe fn eight<const G: usize>(rows: &[&[Block]; 8], x: &[[InputBlock; G]]) -> [[f32; 8]; G] {
    let mut sums = [_mm256_setzero_ps(); G];
    for (at, group) in x.iter().enumerate() {
        // SAFETY: `at` is below the number of blocks in x.
        let (weights, scales) = unsafe { turned(rows, at) };
        for (total, x) in sums.iter_mut().zip(group) {
            let mut sum = _mm256_setzero_si256();
            for (w, four) in weights.into_iter().zip(x.fours) {
                let x = _mm256_set1_epi32(four);
                let pairs = _mm256_maddubs_epi16(_mm256_abs_epi8(w), _mm256_sign_epi8(x, w));
                sum = _mm256_add_epi32(sum, _mm256_madd_epi16(pairs, _mm256_set1_epi16(1)));
            }
            let scale = _mm256_mul_ps(scales, _mm256_set1_ps(x.scale));
            *total = _mm256_fmadd_ps(_mm256_cvtepi32_ps(sum), scale, *total);
        }
    }
    sums.map(|sums| {
        let mut out = [0.0; 8];
        // SAFETY: eight numbers.
        unsafe { _mm256_storeu_ps(out.as_mut_ptr(), sums) };
        out
    })
}
