//! Tiles by FMA on vectors of 256 bits. AVX-512 has twice the registers, so all sums stay in them.

use std::arch::x86_64::{
    __m256, _mm_loadu_si128, _mm256_add_ps, _mm256_castps_si256, _mm256_castsi256_ps, _mm256_cvtepu16_epi32,
    _mm256_cvtph_ps, _mm256_fmadd_ps, _mm256_loadu_ps, _mm256_set1_ps, _mm256_setzero_ps, _mm256_slli_epi32,
    _mm256_storeu_ps,
};

use super::{Kind, Number, Rows, TILE};
use crate::turn::turn;

/// Eight inputs' weights of the eight rows from `at` on: vector j holds those of input `at` + j.
///
/// # Safety
/// Every row has at least `at` + 8 numbers.
#[inline]
#[target_feature(enable = "avx2,fma,f16c")]
unsafe fn turned<T: Number>(rows: &Rows<'_, T>, at: usize) -> [__m256; TILE] {
    let wide = rows.map(|row| {
        // SAFETY: the caller promises the numbers; the kind says how wide they are.
        unsafe {
            let numbers = row.as_ptr().add(at);
            match T::KIND {
                Kind::F32 => _mm256_loadu_ps(numbers.cast()),
                Kind::F16 => _mm256_cvtph_ps(_mm_loadu_si128(numbers.cast())),
                Kind::Bf16 => {
                    let upper = _mm256_cvtepu16_epi32(_mm_loadu_si128(numbers.cast()));
                    _mm256_castsi256_ps(_mm256_slli_epi32::<16>(upper))
                }
            }
        }
    });
    turn(wide.map(|row| _mm256_castps_si256(row))).map(|row| _mm256_castsi256_ps(row))
}

macro_rules! tile {
    ($name:ident, $features:literal) => {
        /// Eight outputs for each row of x.
        ///
        /// # Safety
        /// All rows, of W and of x, have the same length, and the processor has the instructions.
        #[target_feature(enable = $features)]
        pub(super) unsafe fn $name<T: Number, const G: usize>(
            rows: Rows<'_, T>,
            x: [&[f32]; G],
        ) -> [[f32; TILE]; G] {
            let width = rows[0].len();
            let whole = width - width % TILE;
            let mut sums = [(_mm256_setzero_ps(), _mm256_setzero_ps()); G];
            for at in (0..whole).step_by(TILE) {
                // SAFETY: `at` + 8 is at most the length of the rows.
                let weights = unsafe { turned(&rows, at) };
                for ((even, odd), x) in sums.iter_mut().zip(&x) {
                    // SAFETY: as above.
                    let x = |next: usize| unsafe { _mm256_set1_ps(*x.get_unchecked(at + next)) };
                    for pair in 0..4 {
                        *even = _mm256_fmadd_ps(weights[2 * pair], x(2 * pair), *even);
                        *odd = _mm256_fmadd_ps(weights[2 * pair + 1], x(2 * pair + 1), *odd);
                    }
                }
            }
            std::array::from_fn(|at| {
                let mut out = [0.0_f32; TILE];
                // SAFETY: eight numbers.
                unsafe { _mm256_storeu_ps(out.as_mut_ptr(), _mm256_add_ps(sums[at].0, sums[at].1)) };
                for (sum, row) in out.iter_mut().zip(&rows) {
                    for (w, x) in row[whole..].iter().zip(&x[at][whole..]) {
                        *sum = w.wide().mul_add(*x, *sum);
                    }
                }
                out
            })
        }
    };
}

tile!(avx2, "avx2,fma,f16c");
tile!(avx512, "avx2,fma,f16c,avx512f,avx512vl");
