//! Rows of x in eight bits.

#[cfg(target_arch = "x86_64")]
mod x86;

use std::ops::Range;

use super::BLOCK;
use crate::simd::Simd;
use crate::{TOGETHER, runs, threads};

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
        let rows = self.rows;
        let groups = || runs(rows, TOGETHER).flatten();
        let (mut rest, mut done) = (self.blocks.as_mut_slice(), 0);
        let cut = |count: usize| {
            let rows: usize = groups().skip(done).take(count).map(|(_, group)| group).sum();
            done += count;
            (done - count..done, rest.split_off_mut(..rows * blocks).unwrap_or_default())
        };
        let fill = |(which, mut to): (Range<usize>, &mut [InputBlock])| {
            for (first, group) in groups().skip(which.start).take(which.len()) {
                let to = to.split_off_mut(..group * blocks).unwrap_or_default();
                for row in 0..group {
                    let numbers = &x[(first + row) * width..(first + row + 1) * width];
                    let to = to[row..].iter_mut().step_by(group).zip(numbers.as_chunks::<BLOCK>().0);
                    match simd {
                        Simd::Portable => to.for_each(|(to, x)| *to = portable(x)),
                        // SAFETY: the value says that the processor has the instructions.
                        #[cfg(target_arch = "x86_64")]
                        Simd::Avx2 | Simd::AvxVnni => unsafe { x86::avx2(to) },
                        // SAFETY: as above.
                        #[cfg(target_arch = "x86_64")]
                        Simd::Vnni => unsafe { x86::avx512(to) },
                        #[cfg(target_arch = "aarch64")]
                        Simd::Neon => to.for_each(|(to, x)| *to = portable(x)),
                    }
                }
            }
        };
        threads::divide(COST * x.len(), groups().count(), cut, &fill);
    }
}

/// Multiplications in a product that take as long as rounding one number.
const COST: usize = 20;

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_forms_agree_to_the_bit() {
        for seed in 0..200_u32 {
            let number =
                |at: u32| (at.wrapping_mul(7919).wrapping_add(seed * 31) % 1009) as f32 / 504.5 - 1.0;
            let x: Vec<f32> = (0..64).map(|at| number(at) * 10_f32.powi(seed as i32 % 7 - 3)).collect();
            let quantized = |simd| {
                let mut rows = Quantized::default();
                rows.fill(simd, &x, 64);
                rows.blocks
            };
            for simd in Simd::here() {
                for (a, b) in quantized(Simd::Portable).iter().zip(&quantized(simd)) {
                    assert_eq!((a.fours, a.correction), (b.fours, b.correction), "{simd:?}");
                    assert_eq!(a.scale.to_bits(), b.scale.to_bits(), "{simd:?}");
                    assert!(a.quants().iter().any(|quant| quant.abs() == 127));
                }
            }
        }
    }
}
