//! Blocks of x in eight bits by vectors: the numbers of the portable form, to the bit.

use std::arch::x86_64::{
    __m256i, _mm_storeu_si128, _mm256_add_epi32, _mm256_add_ps, _mm256_and_si256, _mm256_castps_si256,
    _mm256_loadu_ps, _mm256_max_epi32, _mm256_mul_ps, _mm256_packs_epi16, _mm256_packs_epi32,
    _mm256_permutevar8x32_epi32, _mm256_set_epi32, _mm256_set1_epi32, _mm256_set1_ps, _mm256_storeu_si256,
    _mm256_sub_epi32, _mm512_add_epi32, _mm512_add_ps, _mm512_and_si512, _mm512_castps_si512,
    _mm512_cvtepi32_epi8, _mm512_loadu_ps, _mm512_max_epi32, _mm512_mul_ps, _mm512_reduce_add_epi32,
    _mm512_reduce_max_epi32, _mm512_set1_epi32, _mm512_set1_ps, _mm512_sub_epi32,
};

use super::{BLOCK, InputBlock, ROUND, scale};

/// Each block from its numbers.
///
/// # Safety
/// The processor has AVX2.
#[target_feature(enable = "avx2")]
pub(super) fn avx2<'a>(blocks: impl Iterator<Item = (&'a mut InputBlock, &'a [f32; BLOCK])>) {
    for (to, x) in blocks {
        *to = block_avx2(x);
    }
}

/// Each block from its numbers.
///
/// # Safety
/// The processor has AVX-512.
#[target_feature(enable = "avx512f")]
pub(super) fn avx512<'a>(blocks: impl Iterator<Item = (&'a mut InputBlock, &'a [f32; BLOCK])>) {
    for (to, x) in blocks {
        *to = block_avx512(x);
    }
}

#[inline]
#[target_feature(enable = "avx2")]
fn block_avx2(x: &[f32; BLOCK]) -> InputBlock {
    let lanes = |vector: __m256i| {
        let mut lanes = [0_i32; 8];
        // SAFETY: eight numbers.
        unsafe { _mm256_storeu_si256(lanes.as_mut_ptr().cast(), vector) };
        lanes
    };
    // SAFETY: eight numbers each, of 32.
    let numbers: [_; 4] = std::array::from_fn(|at| unsafe { _mm256_loadu_ps(x.as_ptr().add(8 * at)) });
    let sizes = numbers.map(|x| _mm256_and_si256(_mm256_castps_si256(x), _mm256_set1_epi32(0x7fff_ffff)));
    let most = _mm256_max_epi32(_mm256_max_epi32(sizes[0], sizes[1]), _mm256_max_epi32(sizes[2], sizes[3]));
    let most = lanes(most).into_iter().fold(0, i32::max);
    let (scale, inverse) = scale(f32::from_bits(most.cast_unsigned()));
    let whole = numbers.map(|x| {
        let rounded = _mm256_add_ps(_mm256_mul_ps(x, _mm256_set1_ps(inverse)), _mm256_set1_ps(ROUND));
        _mm256_sub_epi32(_mm256_castps_si256(rounded), _mm256_set1_epi32(ROUND.to_bits().cast_signed()))
    });
    let sum = _mm256_add_epi32(_mm256_add_epi32(whole[0], whole[1]), _mm256_add_epi32(whole[2], whole[3]));
    let sum = lanes(sum).into_iter().fold(0, i32::wrapping_add);
    // Packing works within halves of a vector; the last step puts the fours back in their order.
    let packed =
        _mm256_packs_epi16(_mm256_packs_epi32(whole[0], whole[1]), _mm256_packs_epi32(whole[2], whole[3]));
    let packed = _mm256_permutevar8x32_epi32(packed, _mm256_set_epi32(7, 3, 6, 2, 5, 1, 4, 0));
    let mut fours = [0; BLOCK / 4];
    // SAFETY: 32 bytes.
    unsafe { _mm256_storeu_si256(fours.as_mut_ptr().cast(), packed) };
    InputBlock { fours, scale, correction: sum.wrapping_mul(-128) }
}

#[inline]
#[target_feature(enable = "avx512f")]
fn block_avx512(x: &[f32; BLOCK]) -> InputBlock {
    // SAFETY: sixteen numbers each, of 32.
    let numbers: [_; 2] = std::array::from_fn(|at| unsafe { _mm512_loadu_ps(x.as_ptr().add(16 * at)) });
    let sizes = numbers.map(|x| _mm512_and_si512(_mm512_castps_si512(x), _mm512_set1_epi32(0x7fff_ffff)));
    let most = _mm512_reduce_max_epi32(_mm512_max_epi32(sizes[0], sizes[1]));
    let (scale, inverse) = scale(f32::from_bits(most.cast_unsigned()));
    let whole = numbers.map(|x| {
        let rounded = _mm512_add_ps(_mm512_mul_ps(x, _mm512_set1_ps(inverse)), _mm512_set1_ps(ROUND));
        _mm512_sub_epi32(_mm512_castps_si512(rounded), _mm512_set1_epi32(ROUND.to_bits().cast_signed()))
    });
    let sum = _mm512_reduce_add_epi32(_mm512_add_epi32(whole[0], whole[1]));
    let mut fours = [0; BLOCK / 4];
    for (to, whole) in fours.as_chunks_mut::<4>().0.iter_mut().zip(whole) {
        // SAFETY: sixteen bytes.
        unsafe { _mm_storeu_si128(to.as_mut_ptr().cast(), _mm512_cvtepi32_epi8(whole)) };
    }
    InputBlock { fours, scale, correction: sum.wrapping_mul(-128) }
}
