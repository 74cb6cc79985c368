//! Vectors of 256 bits, by which a tile is twice eight rows: for AVX2, and for AVX-VNNI, which does in one instruction what takes
//! AVX2 four.

use std::arch::x86_64::{
    __m256, __m256i, _mm256_abs_epi8, _mm256_add_epi32, _mm256_cvtepi32_ps, _mm256_dpbusd_avx_epi32,
    _mm256_fmadd_ps, _mm256_load_ps, _mm256_load_si256, _mm256_madd_epi16, _mm256_maddubs_epi16,
    _mm256_mul_ps, _mm256_set1_epi8, _mm256_set1_epi16, _mm256_set1_epi32, _mm256_set1_ps, _mm256_setzero_ps,
    _mm256_setzero_si256, _mm256_sign_epi8, _mm256_store_ps, _mm256_store_si256, _mm256_storeu_ps,
    _mm256_xor_si256,
};

use super::turn::turned;
use super::{BLOCK, InputBlock, Rows, Turned};
use crate::TILE;

/// Defines `$name`, the tile of one set of instructions: `$kept` is the form in which `$products` wants the matrix.
macro_rules! tile {
    ($(#[$about:meta])* $name:ident, $features:literal, $kept:ident, $products:ident) => {
        $(#[$about])*
        ///
        /// With `TURN` the matrix is turned on the way, and what fits into the panel is left there; without, it is there, block for
        /// block of x.
        ///
        /// # Safety
        /// Every row has as many blocks as x, and the processor has the instructions.
        #[target_feature(enable = $features)]
        pub(super) unsafe fn $name<const G: usize, const TURN: bool>(
            rows: &Rows<'_>,
            panel: &mut [Turned],
            x: &[[InputBlock; G]],
        ) -> [[f32; TILE]; G] {
            let mut out = [[0.0; TILE]; G];
            for (half, rows) in rows.as_chunks::<8>().0.iter().enumerate() {
                let place = 8 * half;
                let mut sums = [_mm256_setzero_ps(); G];
                for (at, group) in x.iter().enumerate() {
                    let (weights, scales) = if TURN {
                        // SAFETY: `at` is below the number of blocks in x.
                        let (weights, scales) = unsafe { turned(rows, at) };
                        let weights = weights.map(|w| $kept(w));
                        if let Some(to) = panel.get_mut(at) {
                            to.store_half(half, &weights, scales);
                        }
                        (weights, scales)
                    } else {
                        panel[at].load_half(half)
                    };
                    for (total, x) in sums.iter_mut().zip(group) {
                        let scale = _mm256_mul_ps(scales, _mm256_set1_ps(x.scale));
                        let sum = _mm256_cvtepi32_ps($products::<G>(&weights, x));
                        *total = _mm256_fmadd_ps(sum, scale, *total);
                    }
                }
                for (out, sums) in out.iter_mut().zip(sums) {
                    // SAFETY: eight numbers behind `place`, which is 0 or 8 of sixteen.
                    unsafe { _mm256_storeu_ps(out[place..place + 8].as_mut_ptr(), sums) };
                }
            }
            out
        }
    };
}

tile! {
    /// The outputs of a tile for each row of x.
    avx2, "avx2,fma,f16c", as_it_is, products
}

tile! {
    /// The same to the bit.
    avx_vnni, "avx2,fma,f16c,avxvnni", moved_up, products_vnni
}

#[inline]
#[target_feature(enable = "avx2")]
fn as_it_is(w: __m256i) -> __m256i {
    w
}

/// Σ w x of one block for eight rows. Bytes are multiplied only as one factor without a sign and one with: |W| and x with W's sign.
/// 128 · 127 · 2 fits into the sixteen bits in which pairs are added.
#[inline]
#[target_feature(enable = "avx2")]
fn products<const G: usize>(weights: &[__m256i; BLOCK / 4], x: &InputBlock) -> __m256i {
    let mut sum = _mm256_setzero_si256();
    for (w, four) in weights.iter().zip(x.fours) {
        let x = _mm256_set1_epi32(four);
        let pairs = _mm256_maddubs_epi16(_mm256_abs_epi8(*w), _mm256_sign_epi8(x, *w));
        sum = _mm256_add_epi32(sum, _mm256_madd_epi16(pairs, _mm256_set1_epi16(1)));
    }
    sum
}

/// W + 128, which needs no sign.
#[inline]
#[target_feature(enable = "avx2")]
fn moved_up(w: __m256i) -> __m256i {
    _mm256_xor_si256(w, _mm256_set1_epi8(-128))
}

/// Σ w x of one block for eight rows, of weights that were [`moved_up`]: the input block's correction takes the surplus back.
#[inline]
#[target_feature(enable = "avx2,avxvnni")]
fn products_vnni<const G: usize>(weights: &[__m256i; BLOCK / 4], x: &InputBlock) -> __m256i {
    // Two chains, for with one or two rows there is little else to do while an instruction is on its way.
    let mut sums = [_mm256_set1_epi32(x.correction), _mm256_setzero_si256()];
    for (at, (w, four)) in weights.iter().zip(x.fours).enumerate() {
        let sum = &mut sums[if G > 2 { 0 } else { at % 2 }];
        *sum = _mm256_dpbusd_avx_epi32(*sum, *w, _mm256_set1_epi32(four));
    }
    if G > 2 { sums[0] } else { _mm256_add_epi32(sums[0], sums[1]) }
}

impl Turned {
    #[inline]
    #[target_feature(enable = "avx2")]
    fn store_half(&mut self, half: usize, quants: &[__m256i; BLOCK / 4], scales: __m256) {
        let place = 8 * half..8 * half + 8;
        // SAFETY: each place is as long as a vector, and aligned like one: halves of 64 bytes behind a multiple of 64.
        unsafe {
            for (to, quants) in self.quants.iter_mut().zip(quants) {
                _mm256_store_si256(to[place.clone()].as_mut_ptr().cast(), *quants);
            }
            _mm256_store_ps(self.scales[place].as_mut_ptr(), scales);
        }
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn load_half(&self, half: usize) -> ([__m256i; BLOCK / 4], __m256) {
        let place = 8 * half..8 * half + 8;
        // SAFETY: as above.
        unsafe {
            let quants = self.quants.each_ref();
            let quants = quants.map(|quants| _mm256_load_si256(quants[place.clone()].as_ptr().cast()));
            (quants, _mm256_load_ps(self.scales[place].as_ptr()))
        }
    }
}
