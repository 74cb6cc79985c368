//! Turns a square of eight rows of eight numbers of 32 bits, in registers.

use std::arch::x86_64::{
    __m256i, _mm256_permute2x128_si256, _mm256_unpackhi_epi32, _mm256_unpackhi_epi64, _mm256_unpacklo_epi32,
    _mm256_unpacklo_epi64,
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
