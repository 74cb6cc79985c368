//! NEON with the dot product of Armv8.2: one instruction multiplies and adds four numbers of four rows. Both factors have
//! a sign there, so nothing is moved and nothing taken back.

use std::arch::aarch64::{
    float32x4_t, int8x16_t, int32x4_t, vaddq_s32, vcvtq_f32_s32, vdupq_n_f32, vdupq_n_s32, vfmaq_f32,
    vld1q_f32, vld1q_s8, vld1q_s32, vmulq_n_f32, vreinterpretq_s8_s32, vreinterpretq_s32_s8, vst1q_f32,
    vst1q_s32,
};
use std::arch::asm;

use super::{BLOCK, Block, InputBlock, Rows, Turned};
use crate::TILE;
use crate::neon::{turn, widened};

/// Rows of the matrix whose outputs are one vector.
const STEP: usize = 4;

/// Sixteen outputs for each row of x: four after four, so that all sums stay in registers. With `TURN` the matrix is turned on
/// the way, and what fits into the panel is left there; without, it is there, block for block of x.
///
/// # Safety
/// Every row has as many blocks as x, and the processor has the instructions.
#[target_feature(enable = "neon,dotprod")]
pub(super) unsafe fn tile<const G: usize, const TURN: bool>(
    rows: &Rows<'_>,
    panel: &mut [Turned],
    x: &[[InputBlock; G]],
) -> [[f32; TILE]; G] {
    let mut out = [[0.0; TILE]; G];
    for (part, rows) in rows.as_chunks::<STEP>().0.iter().enumerate() {
        let place = STEP * part;
        let mut sums = [vdupq_n_f32(0.0); G];
        for (at, group) in x.iter().enumerate() {
            let (weights, scales) = if TURN {
                // SAFETY: `at` is below the number of blocks in x.
                let (weights, scales) = unsafe { turned(rows, at) };
                if let Some(kept) = panel.get_mut(at) {
                    kept.store(place, weights, scales);
                }
                (weights, scales)
            } else {
                panel[at].load(place)
            };
            for (total, x) in sums.iter_mut().zip(group) {
                let sum = vcvtq_f32_s32(products(weights, &x.fours));
                *total = vfmaq_f32(*total, sum, vmulq_n_f32(scales, x.scale));
            }
        }
        for (out, sums) in out.iter_mut().zip(sums) {
            // SAFETY: four numbers behind `place`, which is a multiple of four below sixteen.
            unsafe { vst1q_f32(out[place..place + STEP].as_mut_ptr(), sums) };
        }
    }
    out
}

/// Σ w x of one block for four rows.
#[inline]
#[target_feature(enable = "neon,dotprod")]
fn products(weights: [int8x16_t; BLOCK / 4], fours: &[i32; BLOCK / 4]) -> int32x4_t {
    // SAFETY: four numbers each, of eight.
    let x: [int8x16_t; 2] =
        std::array::from_fn(|half| unsafe { vreinterpretq_s8_s32(vld1q_s32(fours[4 * half..].as_ptr())) });
    // Two chains, so that an instruction need not wait for the one before it.
    let mut sums = [vdupq_n_s32(0); 2];
    for (sum, (x, w)) in sums.iter_mut().zip(x.into_iter().zip(weights.as_chunks::<4>().0)) {
        *sum = dot::<0>(*sum, w[0], x);
        *sum = dot::<1>(*sum, w[1], x);
        *sum = dot::<2>(*sum, w[2], x);
        *sum = dot::<3>(*sum, w[3], x);
    }
    vaddq_s32(sums[0], sums[1])
}

/// sum + w · x for each four numbers of w and the four of x at `FOUR`. By its name, because the compiler's function for it is
/// not stable.
#[inline]
#[target_feature(enable = "neon,dotprod")]
fn dot<const FOUR: usize>(mut sum: int32x4_t, w: int8x16_t, x: int8x16_t) -> int32x4_t {
    // SAFETY: it reads and writes registers alone, and the function has the instruction.
    unsafe {
        asm!(
            "sdot {sum:v}.4s, {w:v}.16b, {x:v}.4b[{four}]",
            sum = inout(vreg) sum,
            w = in(vreg) w,
            x = in(vreg) x,
            four = const FOUR,
            options(pure, nomem, nostack, preserves_flags),
        );
    }
    sum
}

/// Block `at` of each row, turned: entry j holds numbers 4 j .. 4 j + 4 of every row; and the scales.
///
/// # Safety
/// Every row has more than `at` blocks.
#[inline]
#[target_feature(enable = "neon,dotprod")]
unsafe fn turned(rows: &[&[Block]; STEP], at: usize) -> ([int8x16_t; BLOCK / 4], float32x4_t) {
    // SAFETY: the caller promises the block.
    let blocks: [&Block; STEP] = std::array::from_fn(|row| unsafe { rows[row].get_unchecked(at) });
    // SAFETY: sixteen bytes each, behind the two of the scale.
    let half =
        |half: usize| blocks.map(|block| unsafe { vld1q_s8(block.as_ptr().add(2 + 16 * half).cast()) });
    let turned = [half(0), half(1)].map(|half| turn(half.map(|row| vreinterpretq_s32_s8(row))));
    let weights = std::array::from_fn(|four| vreinterpretq_s8_s32(turned[four / 4][four % 4]));
    (weights, widened(blocks.map(|block| u16::from_le_bytes([block[0], block[1]]))))
}

impl Turned {
    #[inline]
    #[target_feature(enable = "neon")]
    fn store(&mut self, place: usize, quants: [int8x16_t; BLOCK / 4], scales: float32x4_t) {
        let place = place..place + STEP;
        // SAFETY: four numbers each.
        unsafe {
            for (to, quants) in self.quants.iter_mut().zip(quants) {
                vst1q_s32(to[place.clone()].as_mut_ptr(), vreinterpretq_s32_s8(quants));
            }
            vst1q_f32(self.scales[place].as_mut_ptr(), scales);
        }
    }

    #[inline]
    #[target_feature(enable = "neon")]
    fn load(&self, place: usize) -> ([int8x16_t; BLOCK / 4], float32x4_t) {
        let place = place..place + STEP;
        // SAFETY: four numbers each.
        unsafe {
            let quants = self.quants.each_ref().map(|quants| vld1q_s32(quants[place.clone()].as_ptr()));
            (quants.map(|quants| vreinterpretq_s8_s32(quants)), vld1q_f32(self.scales[place].as_ptr()))
        }
    }
}
