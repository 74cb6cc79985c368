//! What the kernels for NEON share.

use std::arch::aarch64::{
    float32x4_t, int32x4_t, uint16x4_t, vld1_u16, vreinterpretq_s32_s64, vreinterpretq_s64_s32, vtrn1q_s32,
    vtrn1q_s64, vtrn2q_s32, vtrn2q_s64,
};
use std::arch::asm;

/// Four vectors of four, turned: entry j of what comes holds number j of each.
#[inline]
#[target_feature(enable = "neon")]
pub(crate) fn turn([a, b, c, d]: [int32x4_t; 4]) -> [int32x4_t; 4] {
    let wide = |x: int32x4_t| vreinterpretq_s64_s32(x);
    let (even_ab, odd_ab) = (wide(vtrn1q_s32(a, b)), wide(vtrn2q_s32(a, b)));
    let (even_cd, odd_cd) = (wide(vtrn1q_s32(c, d)), wide(vtrn2q_s32(c, d)));
    [
        vtrn1q_s64(even_ab, even_cd),
        vtrn1q_s64(odd_ab, odd_cd),
        vtrn2q_s64(even_ab, even_cd),
        vtrn2q_s64(odd_ab, odd_cd),
    ]
    .map(|x| vreinterpretq_s32_s64(x))
}

/// Four f16.
#[inline]
#[target_feature(enable = "neon")]
pub(crate) fn widened(halves: [u16; 4]) -> float32x4_t {
    // SAFETY: four numbers.
    wide(unsafe { vld1_u16(halves.as_ptr()) })
}

/// f16 as `f32`. By the instruction's name, because the compiler has no stable type for f16.
#[inline]
#[target_feature(enable = "neon")]
pub(crate) fn wide(halves: uint16x4_t) -> float32x4_t {
    let wide: float32x4_t;
    // SAFETY: it reads and writes registers alone.
    unsafe {
        asm!(
            "fcvtl {wide:v}.4s, {halves:v}.4h",
            wide = lateout(vreg) wide,
            halves = in(vreg) halves,
            options(pure, nomem, nostack, preserves_flags),
        );
    }
    wide
}
