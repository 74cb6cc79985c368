//! AVX-512 VNNI: one instruction multiplies and adds four numbers of sixteen rows. It wants one factor without a sign, so
//! W is moved up by 128 and the input block's correction takes the surplus back.

use std::arch::x86_64::{
    __m512, __m512i, _MM_HINT_T0, _mm_loadu_si32, _mm_prefetch, _mm_unpacklo_epi16, _mm_unpacklo_epi32,
    _mm_unpacklo_epi64, _mm256_loadu_si256, _mm256_set_m128i, _mm512_add_epi32, _mm512_castsi256_si512,
    _mm512_cvtepi32_ps, _mm512_cvtph_ps, _mm512_dpbusd_epi32, _mm512_fmadd_ps, _mm512_inserti64x4,
    _mm512_load_ps, _mm512_load_si512, _mm512_mul_ps, _mm512_set1_epi8, _mm512_set1_epi32, _mm512_set1_ps,
    _mm512_setzero_ps, _mm512_setzero_si512, _mm512_store_ps, _mm512_store_si512, _mm512_storeu_ps,
    _mm512_xor_si512,
};

use super::{InputBlock, Rows, Turned};
use crate::TILE;
use crate::turn::{PAIRS, turn_pairs};

/// Sixteen outputs for each row of x. With `TURN` the matrix is turned on the way, and what fits into the panel is left
/// there, moved up; without, it is there, block for block of x.
///
/// # Safety
/// Every row has as many blocks as x, and the processor has the instructions.
#[target_feature(enable = "avx2,fma,f16c,avx512f,avx512vl,avx512vnni")]
pub(super) unsafe fn tile<const G: usize, const TURN: bool>(
    rows: &Rows<'_>,
    panel: &mut [Turned],
    x: &[[InputBlock; G]],
) -> [[f32; TILE]; G] {
    let mut sums = [_mm512_setzero_ps(); G];
    for (at, group) in x.iter().enumerate() {
        let (weights, scales) = if TURN {
            // SAFETY: `at` is below the number of blocks in x.
            let (weights, scales) = unsafe { turned(rows, at) };
            if let Some(place) = panel.get_mut(at) {
                place.store(&weights, scales);
            }
            (weights, scales)
        } else {
            panel[at].load()
        };
        for (total, x) in sums.iter_mut().zip(group) {
            // Two chains, for with one or two rows there is little else to do while an instruction is on its way.
            let mut sums = [_mm512_set1_epi32(x.correction), _mm512_setzero_si512()];
            for (at, (w, four)) in weights.into_iter().zip(x.fours).enumerate() {
                let sum = &mut sums[if G > 2 { 0 } else { at % 2 }];
                *sum = _mm512_dpbusd_epi32(*sum, w, _mm512_set1_epi32(four));
            }
            let sum = if G > 2 { sums[0] } else { _mm512_add_epi32(sums[0], sums[1]) };
            let scale = _mm512_mul_ps(scales, _mm512_set1_ps(x.scale));
            *total = _mm512_fmadd_ps(_mm512_cvtepi32_ps(sum), scale, *total);
        }
    }
    sums.map(|sums| {
        let mut out = [0.0; TILE];
        // SAFETY: sixteen numbers.
        unsafe { _mm512_storeu_ps(out.as_mut_ptr(), sums) };
        out
    })
}

/// Block `at` of each row, turned and moved up; and the scales.
///
/// # Safety
/// Every row has more than `at` blocks.
#[inline]
#[target_feature(enable = "avx2,fma,f16c,avx512f,avx512vl,avx512vnni")]
unsafe fn turned(rows: &Rows<'_>, at: usize) -> ([__m512i; 8], __m512) {
    // The next tile begins where this one ends. The processor's own guess is thrown off by many rows at once: with this,
    // a matrix that comes from memory is read about twice as fast.
    let ahead = rows[0].as_ptr().wrapping_add(TILE * (rows[0].len() + at)).cast::<i8>();
    // A hint, which fails silently on an address that does not exist.
    for line in 0..9 {
        _mm_prefetch::<_MM_HINT_T0>(ahead.wrapping_add(64 * line));
    }
    // SAFETY: the caller promises the block.
    let block = |row: usize| unsafe { rows[row].get_unchecked(at).as_ptr() };
    // SAFETY: 32 bytes follow the scale.
    let quants = |row: usize| unsafe { _mm256_loadu_si256(block(row).add(2).cast()) };
    let pair = |row: usize| _mm512_inserti64x4::<1>(_mm512_castsi256_si512(quants(row)), quants(row + 4));
    // SAFETY: four bytes, the scale and two of those behind it.
    let half = |row: usize| unsafe { _mm_loadu_si32(block(row).cast()) };
    let two = |row: usize| _mm_unpacklo_epi16(half(row), half(row + 1));
    let four = |row: usize| _mm_unpacklo_epi32(two(row), two(row + 2));
    let eight = |row: usize| _mm_unpacklo_epi64(four(row), four(row + 4));
    let scales = _mm512_cvtph_ps(_mm256_set_m128i(eight(8), eight(0)));
    (turn_pairs(&PAIRS.map(pair)).map(|w| _mm512_xor_si512(w, _mm512_set1_epi8(-128))), scales)
}

impl Turned {
    #[inline]
    #[target_feature(enable = "avx512f")]
    fn store(&mut self, quants: &[__m512i; 8], scales: __m512) {
        // SAFETY: each place is as long as a vector, and aligned like one.
        unsafe {
            for (place, quants) in self.quants.iter_mut().zip(quants) {
                _mm512_store_si512(place.as_mut_ptr().cast(), *quants);
            }
            _mm512_store_ps(self.scales.as_mut_ptr(), scales);
        }
    }

    #[inline]
    #[target_feature(enable = "avx512f")]
    fn load(&self) -> ([__m512i; 8], __m512) {
        // SAFETY: as above.
        unsafe {
            let quants = self.quants.each_ref().map(|quants| _mm512_load_si512(quants.as_ptr().cast()));
            (quants, _mm512_load_ps(self.scales.as_ptr()))
        }
    }
}
