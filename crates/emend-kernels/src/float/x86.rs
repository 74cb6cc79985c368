//! Tiles by FMA. A few rows of x meet the matrix by vectors of 256 bits, of which eight rows are turned on the way; many
//! meet a panel that was turned once, by vectors of 512 bits. Both add the same numbers in the same order.

use std::arch::x86_64::{
    __m256, _mm_loadu_si128, _mm256_add_ps, _mm256_castps_si256, _mm256_castsi256_ps, _mm256_cvtepu16_epi32,
    _mm256_cvtph_ps, _mm256_fmadd_ps, _mm256_loadu_ps, _mm256_set1_ps, _mm256_setzero_ps, _mm256_slli_epi32,
    _mm256_storeu_ps, _mm512_add_ps, _mm512_fmadd_ps, _mm512_load_ps, _mm512_set1_ps, _mm512_setzero_ps,
    _mm512_storeu_ps,
};

use super::{Kind, Number, Rows, Turned};
use crate::TILE;
use crate::turn::turn;

/// Inputs that are turned at once, and rows of the matrix.
const STEP: usize = 8;

macro_rules! tile {
    ($name:ident, $eight:ident, $features:literal) => {
        /// The outputs of a tile for each row of x.
        ///
        /// # Safety
        /// All rows, of W and of x, have the same length, and the processor has the instructions.
        #[target_feature(enable = $features)]
        pub(super) unsafe fn $name<T: Number, const G: usize>(
            rows: &Rows<'_, T>,
            x: [&[f32]; G],
        ) -> [[f32; TILE]; G] {
            let mut out = [[0.0; TILE]; G];
            for (half, rows) in rows.as_chunks().0.iter().enumerate() {
                // SAFETY: the caller's promise.
                let found = unsafe { $eight(rows, x) };
                for (out, found) in out.iter_mut().zip(found) {
                    out[STEP * half..STEP * (half + 1)].copy_from_slice(&found);
                }
            }
            out
        }

        /// Eight outputs for each row of x.
        ///
        /// # Safety
        /// As above.
        #[target_feature(enable = $features)]
        unsafe fn $eight<T: Number, const G: usize>(rows: &[&[T]; STEP], x: [&[f32]; G]) -> [[f32; STEP]; G] {
            let width = rows[0].len();
            let whole = width - width % STEP;
            let mut sums = [(_mm256_setzero_ps(), _mm256_setzero_ps()); G];
            for at in (0..whole).step_by(STEP) {
                // SAFETY: `at` + 8 is at most the length of the rows.
                let weights = unsafe { turned(rows, at) };
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
                let mut out = [0.0_f32; STEP];
                // SAFETY: eight numbers.
                unsafe { _mm256_storeu_ps(out.as_mut_ptr(), _mm256_add_ps(sums[at].0, sums[at].1)) };
                for (sum, row) in out.iter_mut().zip(rows) {
                    for (w, x) in row[whole..].iter().zip(&x[at][whole..]) {
                        *sum = w.wide().mul_add(*x, *sum);
                    }
                }
                out
            })
        }
    };
}

tile!(avx2, eight_avx2, "avx2,fma,f16c");
// Twice the registers, so that all sums stay in them.
tile!(avx512, eight_avx512, "avx2,fma,f16c,avx512f,avx512vl");

/// Turns all inputs of a tile's rows into the panel, which has as many entries.
///
/// # Safety
/// All rows are as long as the panel, and the processor has the instructions.
#[target_feature(enable = "avx2,fma,f16c")]
pub(super) unsafe fn fill<T: Number>(rows: &Rows<'_, T>, panel: &mut [Turned]) {
    let whole = panel.len() - panel.len() % STEP;
    for (half, rows) in rows.as_chunks::<STEP>().0.iter().enumerate() {
        let place = STEP * half..STEP * (half + 1);
        for at in (0..whole).step_by(STEP) {
            // SAFETY: `at` + 8 is at most the length of the rows.
            let weights = unsafe { turned(rows, at) };
            for (turned, w) in panel[at..at + STEP].iter_mut().zip(weights) {
                // SAFETY: eight numbers.
                unsafe { _mm256_storeu_ps(turned.0[place.clone()].as_mut_ptr(), w) };
            }
        }
        for (at, turned) in panel.iter_mut().enumerate().skip(whole) {
            for (place, row) in turned.0[place.clone()].iter_mut().zip(rows) {
                *place = row[at].wide();
            }
        }
    }
}

/// The outputs of a tile in a panel for each row of x: to the bit what [`avx512`] finds.
///
/// # Safety
/// All rows of x are as long as the panel, and the processor has the instructions.
#[target_feature(enable = "avx512f")]
pub(super) unsafe fn panel_tile<const G: usize>(panel: &[Turned], x: [&[f32]; G]) -> [[f32; TILE]; G] {
    let whole = panel.len() - panel.len() % STEP;
    // SAFETY: `at` is below the length of the panel, whose entries are as long as a vector, and aligned like one.
    let w = |at: usize| unsafe { _mm512_load_ps(panel.get_unchecked(at).0.as_ptr()) };
    // SAFETY: and of x.
    let broadcast = |x: &[f32], at: usize| unsafe { _mm512_set1_ps(*x.get_unchecked(at)) };
    let mut sums = [(_mm512_setzero_ps(), _mm512_setzero_ps()); G];
    for at in (0..whole).step_by(2) {
        let (first, second) = (w(at), w(at + 1));
        for ((even, odd), x) in sums.iter_mut().zip(&x) {
            *even = _mm512_fmadd_ps(first, broadcast(x, at), *even);
            *odd = _mm512_fmadd_ps(second, broadcast(x, at + 1), *odd);
        }
    }
    std::array::from_fn(|row| {
        let (even, odd) = sums[row];
        let sum = (whole..panel.len())
            .fold(_mm512_add_ps(even, odd), |sum, at| _mm512_fmadd_ps(w(at), broadcast(x[row], at), sum));
        let mut out = [0.0; TILE];
        // SAFETY: sixteen numbers.
        unsafe { _mm512_storeu_ps(out.as_mut_ptr(), sum) };
        out
    })
}

/// Eight inputs' weights of the eight rows from `at` on: vector j holds those of input `at` + j.
///
/// # Safety
/// Every row has at least `at` + 8 numbers.
#[inline]
#[target_feature(enable = "avx2,fma,f16c")]
unsafe fn turned<T: Number>(rows: &[&[T]; STEP], at: usize) -> [__m256; STEP] {
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
