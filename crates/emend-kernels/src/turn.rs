//! Turns rows of eight numbers of 32 bits in registers, so that a vector holds the same number of every row.

use std::arch::x86_64::{
    __m256i, __m512i, _mm256_permute2x128_si256, _mm256_unpackhi_epi32, _mm256_unpackhi_epi64,
    _mm256_unpacklo_epi32, _mm256_unpacklo_epi64, _mm512_shuffle_i64x2, _mm512_unpackhi_epi32,
    _mm512_unpackhi_epi64, _mm512_unpacklo_epi32, _mm512_unpacklo_epi64,
};

/// Number j of row i becomes number i of row j.
#[inline]
#[target_feature(enable = "avx2")]
pub(crate) fn turn([a, b, c, d, e, f, g, h]: [__m256i; 8]) -> [__m256i; 8] {
    let (ab, cd, ef, gh) = (
        (_mm256_unpacklo_epi32(a, b), _mm256_unpackhi_epi32(a, b)),
        (_mm256_unpacklo_epi32(c, d), _mm256_unpackhi_epi32(c, d)),
        (_mm256_unpacklo_epi32(e, f), _mm256_unpackhi_epi32(e, f)),
        (_mm256_unpacklo_epi32(g, h), _mm256_unpackhi_epi32(g, h)),
    );
    let upper = [
        _mm256_unpacklo_epi64(ab.0, cd.0),
        _mm256_unpackhi_epi64(ab.0, cd.0),
        _mm256_unpacklo_epi64(ab.1, cd.1),
        _mm256_unpackhi_epi64(ab.1, cd.1),
    ];
    let lower = [
        _mm256_unpacklo_epi64(ef.0, gh.0),
        _mm256_unpackhi_epi64(ef.0, gh.0),
        _mm256_unpacklo_epi64(ef.1, gh.1),
        _mm256_unpackhi_epi64(ef.1, gh.1),
    ];
    [
        _mm256_permute2x128_si256::<0x20>(upper[0], lower[0]),
        _mm256_permute2x128_si256::<0x20>(upper[1], lower[1]),
        _mm256_permute2x128_si256::<0x20>(upper[2], lower[2]),
        _mm256_permute2x128_si256::<0x20>(upper[3], lower[3]),
        _mm256_permute2x128_si256::<0x31>(upper[0], lower[0]),
        _mm256_permute2x128_si256::<0x31>(upper[1], lower[1]),
        _mm256_permute2x128_si256::<0x31>(upper[2], lower[2]),
        _mm256_permute2x128_si256::<0x31>(upper[3], lower[3]),
    ]
}

/// The same for sixteen rows, of which `pairs` holds rows i and i + 4 side by side, for i from 0 to 3 and from 8 to 11:
/// number j of row i becomes number i of vector j.
#[inline]
#[target_feature(enable = "avx512f")]
pub(crate) fn turn_pairs(pairs: &[__m512i; 8]) -> [__m512i; 8] {
    // A vector has four lanes, and unpacking works within lanes. Entry j: number j of four rows in lane 0 and of the
    // next four in lane 2; number j + 4 in lanes 1 and 3.
    let half = |first: usize| {
        let (a, b, c, d) = (pairs[first], pairs[first + 1], pairs[first + 2], pairs[first + 3]);
        let low = (_mm512_unpacklo_epi32(a, b), _mm512_unpacklo_epi32(c, d));
        let high = (_mm512_unpackhi_epi32(a, b), _mm512_unpackhi_epi32(c, d));
        [
            _mm512_unpacklo_epi64(low.0, low.1),
            _mm512_unpackhi_epi64(low.0, low.1),
            _mm512_unpacklo_epi64(high.0, high.1),
            _mm512_unpackhi_epi64(high.0, high.1),
        ]
    };
    let (upper, lower) = (half(0), half(4));
    [
        _mm512_shuffle_i64x2::<0b10_00_10_00>(upper[0], lower[0]),
        _mm512_shuffle_i64x2::<0b10_00_10_00>(upper[1], lower[1]),
        _mm512_shuffle_i64x2::<0b10_00_10_00>(upper[2], lower[2]),
        _mm512_shuffle_i64x2::<0b10_00_10_00>(upper[3], lower[3]),
        _mm512_shuffle_i64x2::<0b11_01_11_01>(upper[0], lower[0]),
        _mm512_shuffle_i64x2::<0b11_01_11_01>(upper[1], lower[1]),
        _mm512_shuffle_i64x2::<0b11_01_11_01>(upper[2], lower[2]),
        _mm512_shuffle_i64x2::<0b11_01_11_01>(upper[3], lower[3]),
    ]
}

/// The first of the two rows of each of [`turn_pairs`]'s pairs; the second is four after it.
pub(crate) const PAIRS: [usize; 8] = [0, 1, 2, 3, 8, 9, 10, 11];
