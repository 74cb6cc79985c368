//! Rows of x in eight bits.

use super::BLOCK;
use crate::runs;
use crate::simd::Simd;

/// 32 numbers of x: quants of eight bits · `scale`.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub(super) struct InputBlock {
    /// Four quants each, as vectors take them.
    pub(super) fours: [i32; BLOCK / 4],
    pub(super) scale: f32,
    /// −128 · Σ quants: what to add when the other factor was made positive by adding 128.
    pub(super) correction: i32,
}

impl InputBlock {
    /// The quants one by one.
    pub(super) fn quants(&self) -> [i8; BLOCK] {
        let mut quants = [0; BLOCK];
        for (quants, four) in quants.as_chunks_mut().0.iter_mut().zip(self.fours) {
            *quants = four.to_le_bytes().map(u8::cast_signed);
        }
        quants
    }
}

/// Rows of x in eight bits. A group's rows are interleaved by block, in the order in which a tile reads them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Quantized {
    pub(super) blocks: Vec<InputBlock>,
    pub(super) rows: usize,
}

impl Quantized {
    /// Takes `x`, rows of `width` numbers, `width` a multiple of [`BLOCK`].
    pub(crate) fn fill(&mut self, simd: Simd, x: &[f32], width: usize) {
        let empty = InputBlock { fours: [0; BLOCK / 4], scale: 0.0, correction: 0 };
        self.rows = x.len() / width;
        self.blocks.resize(x.len() / BLOCK, empty);
        let blocks = width / BLOCK;
        for (first, group) in runs(self.rows).flatten() {
            for row in 0..group {
                let numbers = &x[(first + row) * width..(first + row + 1) * width];
                let to = self.blocks[first * blocks + row..].iter_mut().step_by(group);
                for (to, x) in to.zip(numbers.as_chunks::<BLOCK>().0) {
                    *to = match simd {
                        Simd::Portable => portable(x),
                        // SAFETY: the value says that the processor has AVX2.
                        #[cfg(target_arch = "x86_64")]
                        Simd::Avx2 | Simd::Vnni => unsafe { avx2(x) },
                    };
                }
            }
        }
    }
}

/// Adding this rounds to a whole number, which then stands in the low bits.
const ROUND: f32 = 12_582_912.0;

/// The scale of a block whose largest number is `most`, and its inverse. What is not a number makes all of the block so,
/// instead of a small number.
fn scale(most: f32) -> (f32, f32) {
    let scale = if most.is_finite() { most / 127.0 } else { f32::NAN };
    (scale, if scale > 0.0 { 1.0 / scale } else { 0.0 })
}

fn portable(x: &[f32; BLOCK]) -> InputBlock {
    // Without a sign, the bits of numbers are in the numbers' order, and those of what is not a number come last.
    let most = x.iter().fold(0, |most, x| most.max(x.to_bits() & 0x7fff_ffff));
    let (scale, inverse) = scale(f32::from_bits(most));
    let whole = x.map(|x| (x * inverse + ROUND).to_bits().wrapping_sub(ROUND.to_bits()) as i32);
    let sum = whole.iter().fold(0_i32, |sum, &whole| sum.wrapping_add(whole));
    let four = |at: usize| i32::from_le_bytes(std::array::from_fn(|byte| whole[4 * at + byte] as u8));
    InputBlock { fours: std::array::from_fn(four), scale, correction: sum.wrapping_mul(-128) }
}

/// The same, to the bit.
///
/// # Safety
/// The processor has AVX2.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn avx2(x: &[f32; BLOCK]) -> InputBlock {
    use std::arch::x86_64::{
        __m256i, _mm256_add_epi32, _mm256_add_ps, _mm256_and_si256, _mm256_castps_si256, _mm256_loadu_ps,
        _mm256_max_epi32, _mm256_mul_ps, _mm256_packs_epi16, _mm256_packs_epi32, _mm256_permutevar8x32_epi32,
        _mm256_set_epi32, _mm256_set1_epi32, _mm256_set1_ps, _mm256_storeu_si256, _mm256_sub_epi32,
    };
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_agree_to_the_bit() {
        for seed in 0..200_u32 {
            let number =
                |at: u32| (at.wrapping_mul(7919).wrapping_add(seed * 31) % 1009) as f32 / 504.5 - 1.0;
            let x: Vec<f32> = (0..64).map(|at| number(at) * 10_f32.powi(seed as i32 % 7 - 3)).collect();
            let [portable, best] = [Simd::Portable, Simd::best()].map(|simd| {
                let mut rows = Quantized::default();
                rows.fill(simd, &x, 64);
                rows.blocks
            });
            for (a, b) in portable.iter().zip(&best) {
                assert_eq!((a.fours, a.correction), (b.fours, b.correction));
                assert_eq!(a.scale.to_bits(), b.scale.to_bits());
                assert!(a.quants().iter().any(|quant| quant.abs() == 127));
            }
        }
    }
}
