//! Tiles by NEON, always from a panel: an input's weights of sixteen rows are four vectors.

use std::arch::aarch64::{
    float32x4_t, vdupq_n_f32, vfmaq_n_f32, vld1_u16, vld1q_f32, vreinterpretq_f32_s32, vreinterpretq_f32_u32,
    vreinterpretq_s32_f32, vshll_n_u16, vst1q_f32,
};

use super::{Kind, Number, Rows, Turned};
use crate::TILE;
use crate::neon::{turn, wide};

/// Numbers in a vector.
const STEP: usize = 4;

/// Outputs that are taken at once: with eight rows of x their sums fill half of the registers.
const TOGETHER: usize = 2 * STEP;

/// Turns all inputs of a tile's rows into the panel, which has as many entries.
///
/// # Safety
/// All rows are as long as the panel.
#[target_feature(enable = "neon")]
pub(super) unsafe fn fill<T: Number>(rows: &Rows<'_, T>, panel: &mut [Turned]) {
    let whole = panel.len() - panel.len() % STEP;
    for (part, rows) in rows.as_chunks::<STEP>().0.iter().enumerate() {
        let place = STEP * part..STEP * (part + 1);
        for at in (0..whole).step_by(STEP) {
            // SAFETY: `at` + 4 is at most the length of the rows.
            let numbers = rows.map(|row| vreinterpretq_s32_f32(unsafe { four(row, at) }));
            for (turned, w) in panel[at..at + STEP].iter_mut().zip(turn(numbers)) {
                // SAFETY: four numbers.
                unsafe { vst1q_f32(turned.0[place.clone()].as_mut_ptr(), vreinterpretq_f32_s32(w)) };
            }
        }
        for (at, turned) in panel.iter_mut().enumerate().skip(whole) {
            for (place, row) in turned.0[place.clone()].iter_mut().zip(rows) {
                *place = row[at].wide();
            }
        }
    }
}

/// Four numbers of a row from `at` on.
///
/// # Safety
/// There are as many.
#[inline]
#[target_feature(enable = "neon")]
unsafe fn four<T: Number>(row: &[T], at: usize) -> float32x4_t {
    // SAFETY: the caller promises the numbers; the kind says how wide they are.
    unsafe {
        let numbers = row.as_ptr().add(at);
        match T::KIND {
            Kind::F32 => vld1q_f32(numbers.cast()),
            Kind::F16 => wide(vld1_u16(numbers.cast())),
            Kind::Bf16 => vreinterpretq_f32_u32(vshll_n_u16::<16>(vld1_u16(numbers.cast()))),
        }
    }
}

/// The outputs of a tile in a panel for each row of x, inputs in their order.
///
/// # Safety
/// All rows of x are as long as the panel.
#[target_feature(enable = "neon")]
pub(super) unsafe fn panel_tile<const G: usize>(panel: &[Turned], x: [&[f32]; G]) -> [[f32; TILE]; G] {
    let mut out = [[0.0; TILE]; G];
    for place in (0..TILE).step_by(TOGETHER) {
        let mut sums = [[vdupq_n_f32(0.0); TOGETHER / STEP]; G];
        for (at, turned) in panel.iter().enumerate() {
            // SAFETY: four numbers from each place.
            let weights: [float32x4_t; TOGETHER / STEP] =
                std::array::from_fn(|part| unsafe { vld1q_f32(turned.0[place + STEP * part..].as_ptr()) });
            for (sums, x) in sums.iter_mut().zip(&x) {
                // SAFETY: the caller promises as many.
                let x = unsafe { *x.get_unchecked(at) };
                for (sum, w) in sums.iter_mut().zip(weights) {
                    *sum = vfmaq_n_f32(*sum, w, x);
                }
            }
        }
        for (out, sums) in out.iter_mut().zip(sums) {
            for (to, sum) in out[place..place + TOGETHER].as_chunks_mut::<STEP>().0.iter_mut().zip(sums) {
                // SAFETY: four numbers.
                unsafe { vst1q_f32(to.as_mut_ptr(), sum) };
            }
        }
    }
    out
}
