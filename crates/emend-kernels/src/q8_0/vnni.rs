//! AVX-512 VNNI on vectors of 256 bits: one instruction multiplies and adds four numbers of eight rows. It wants one
//! factor without a sign, so W is moved up by 128 and the input block's correction takes the surplus back.

use std::arch::x86_64::{
    _mm256_add_epi32, _mm256_cvtepi32_ps, _mm256_dpbusd_epi32, _mm256_fmadd_ps, _mm256_mul_ps,
    _mm256_set1_epi8, _mm256_set1_epi32, _mm256_set1_ps, _mm256_setzero_ps, _mm256_setzero_si256,
    _mm256_storeu_ps, _mm256_xor_si256,
};

use super::turn::turned;
use super::{InputBlock, Rows, TILE};

/// Eight outputs for each row of x.
///
/// # Safety
/// Every row has as many blocks as x, and the processor has the instructions.
#[target_feature(enable = "avx2,fma,f16c,avx512f,avx512vl,avx512vnni")]
pub(super) unsafe fn tile<const G: usize>(rows: Rows<'_>, x: &[[InputBlock; G]]) -> [[f32; TILE]; G] {
    let mut sums = [_mm256_setzero_ps(); G];
    for (at, group) in x.iter().enumerate() {
        // SAFETY: `at` is below the number of blocks in x.
        let (weights, scales) = unsafe { turned(&rows, at) };
        let weights = weights.map(|w| _mm256_xor_si256(w, _mm256_set1_epi8(-128)));
        for (total, x) in sums.iter_mut().zip(group) {
            let quants = x.quants.as_chunks::<4>().0;
            let four = |at: usize| _mm256_set1_epi32(i32::from_le_bytes(quants[at].map(i8::cast_unsigned)));
            // With few rows there are two chains of four, because each step waits for the one before it; integers add up
            // alike in any order. With more rows the registers are better spent on sums.
            let mut even = _mm256_set1_epi32(x.correction);
            let mut odd = _mm256_setzero_si256();
            for pair in 0..4 {
                even = _mm256_dpbusd_epi32(even, weights[2 * pair], four(2 * pair));
                let other = if G > 2 { &mut even } else { &mut odd };
                *other = _mm256_dpbusd_epi32(*other, weights[2 * pair + 1], four(2 * pair + 1));
            }
            let sum = if G > 2 { even } else { _mm256_add_epi32(even, odd) };
            let scale = _mm256_mul_ps(scales, _mm256_set1_ps(x.scale));
            *total = _mm256_fmadd_ps(_mm256_cvtepi32_ps(sum), scale, *total);
        }
    }
    sums.map(|sums| {
        let mut out = [0.0; TILE];
        // SAFETY: eight numbers.
        unsafe { _mm256_storeu_ps(out.as_mut_ptr(), sums) };
        out
    })
}
