//! What one position finds when it looks at others, all heads at once and without a table of scores in memory.

use crate::exp::exp;
use crate::float::total;
use crate::simd::{Simd, dispatch, multiply_add};
use crate::threads;

/// How the width A of a query, key or value is divided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Heads {
    /// H.
    pub count: usize,
    /// K; A = H · K.
    pub width: usize,
}

/// What one query sees.
#[derive(Debug, Clone, Copy)]
pub struct Seen<'a> {
    /// (L, A)
    pub keys: &'a [f32],
    /// (L, A)
    pub values: &'a [f32],
    /// Added to the scores of head h: `line[h · length + from ..][.. L]`.
    pub bias: Option<Bias<'a>>,
}

/// A line of numbers per head, of which each query reads its window.
#[derive(Debug, Clone, Copy)]
pub struct Bias<'a> {
    /// (H, length)
    pub lines: &'a [f32],
    /// Numbers per head.
    pub length: usize,
    /// Where the window begins.
    pub from: usize,
}

/// For each query (N, A): Σ over l of softmax(q · k + bias) v per head, (N, A). Without the usual factor 1/√K.
///
/// `sees` tells what query n sees; `seen` is the number of keys that all queries see together.
///
/// # Panics
/// When `found` is not as long as `queries`.
pub fn attend<'s>(
    heads: Heads,
    queries: &[f32],
    seen: usize,
    sees: &(impl Fn(usize) -> Seen<'s> + Sync),
    found: &mut [f32],
) {
    let simd = Simd::best();
    let width = heads.count * heads.width;
    assert_eq!(queries.len(), found.len(), "numbers of queries and of what they find");
    threads::rows(found, width, 2 * seen * width, &|query, found| {
        look(simd, heads, &queries[query * width..][..width], sees(query), found);
    });
}

thread_local! {
    /// Scores of one query, (H, L).
    static SCORES: std::cell::RefCell<Vec<f32>> = const { std::cell::RefCell::new(Vec::new()) };
}

fn look(simd: Simd, heads: Heads, query: &[f32], others: Seen<'_>, found: &mut [f32]) {
    SCORES.with_borrow_mut(|scores| {
        scores.clear();
        scores.resize(others.keys.len() / heads.width, 0.0);
        one(simd, heads, query, &others, scores, found);
    });
}

dispatch!(one = one_body(
    heads: Heads,
    query: &[f32],
    others: &Seen<'_>,
    scores: &mut [f32],
    found: &mut [f32],
));

#[inline(always)]
fn one_body<const FUSED: bool>(
    heads: Heads,
    query: &[f32],
    others: &Seen<'_>,
    scores: &mut [f32],
    found: &mut [f32],
) {
    let width = heads.count * heads.width;
    let seen = others.keys.len() / width;
    if seen == 0 {
        found.fill(0.0);
        return;
    }
    for head in 0..heads.count {
        let part = head * heads.width..(head + 1) * heads.width;
        let (query, scores) = (&query[part.clone()], &mut scores[head * seen..(head + 1) * seen]);
        for (score, key) in scores.iter_mut().zip(others.keys.chunks_exact(width)) {
            *score = dot::<FUSED>(query, &key[part.clone()]);
        }
        if let Some(bias) = others.bias {
            let window = &bias.lines[head * bias.length + bias.from..][..seen];
            scores.iter_mut().zip(window).for_each(|(score, bias)| *score += bias);
        }
        softmax::<FUSED>(scores);
        let values = others.values.chunks_exact(width).map(|value| &value[part.clone()]);
        mix::<FUSED>(scores, values, &mut found[part.clone()]);
    }
}

/// Σ over l of share · value, (K).
#[inline(always)]
fn mix<'v, const FUSED: bool>(
    shares: &[f32],
    values: impl Iterator<Item = &'v [f32]> + Clone,
    found: &mut [f32],
) {
    // As many as stay in registers.
    const CHUNK: usize = 32;
    let (chunks, rest) = found.as_chunks_mut::<CHUNK>();
    let whole = chunks.len() * CHUNK;
    for (at, chunk) in chunks.iter_mut().enumerate() {
        let mut sums = [0.0; CHUNK];
        for (share, value) in shares.iter().zip(values.clone()) {
            for (sum, value) in sums.iter_mut().zip(&value[at * CHUNK..(at + 1) * CHUNK]) {
                *sum = multiply_add::<FUSED>(*share, *value, *sum);
            }
        }
        *chunk = sums;
    }
    rest.fill(0.0);
    for (share, value) in shares.iter().zip(values) {
        for (sum, value) in rest.iter_mut().zip(&value[whole..]) {
            *sum = multiply_add::<FUSED>(*share, *value, *sum);
        }
    }
}

#[inline(always)]
fn dot<const FUSED: bool>(a: &[f32], b: &[f32]) -> f32 {
    let ((a, a_rest), (b, b_rest)) = (a.as_chunks::<8>(), b.as_chunks::<8>());
    let rest = a_rest.iter().zip(b_rest).fold(0.0, |sum, (a, b)| multiply_add::<FUSED>(*a, *b, sum));
    #[cfg(target_arch = "x86_64")]
    if FUSED {
        // SAFETY: on x86-64 `FUSED` says that the processor has AVX2 and FMA.
        return rest + unsafe { whole_chunks(a, b) };
    }
    let mut lanes = [0.0; 8];
    for (a, b) in a.iter().zip(b) {
        lanes = std::array::from_fn(|lane| multiply_add::<FUSED>(a[lane], b[lane], lanes[lane]));
    }
    rest + total(lanes)
}

/// Written out, because the compiler makes pairs of what should be eights.
///
/// # Safety
/// The processor has AVX2 and FMA.
#[cfg(target_arch = "x86_64")]
#[inline]
#[target_feature(enable = "avx2,fma")]
fn whole_chunks(a: &[[f32; 8]], b: &[[f32; 8]]) -> f32 {
    use std::arch::x86_64::{
        _mm_add_ps, _mm_add_ss, _mm_cvtss_f32, _mm_movehdup_ps, _mm_movehl_ps, _mm256_castps256_ps128,
        _mm256_extractf128_ps, _mm256_fmadd_ps, _mm256_loadu_ps, _mm256_setzero_ps,
    };
    let mut lanes = _mm256_setzero_ps();
    for (a, b) in a.iter().zip(b) {
        // SAFETY: eight numbers each.
        lanes = unsafe { _mm256_fmadd_ps(_mm256_loadu_ps(a.as_ptr()), _mm256_loadu_ps(b.as_ptr()), lanes) };
    }
    let four = _mm_add_ps(_mm256_castps256_ps128(lanes), _mm256_extractf128_ps::<1>(lanes));
    let two = _mm_add_ps(four, _mm_movehl_ps(four, four));
    _mm_cvtss_f32(_mm_add_ss(two, _mm_movehdup_ps(two)))
}

/// The greatest score is taken away first, so that nothing overflows.
#[inline(always)]
fn softmax<const FUSED: bool>(scores: &mut [f32]) {
    let most = scores.iter().fold(f32::NEG_INFINITY, |most, &score| if score > most { score } else { most });
    for score in &mut *scores {
        *score = exp::<FUSED>(*score - most);
    }
    let (chunks, rest) = scores.as_chunks::<8>();
    let mut lanes = [0.0; 8];
    for chunk in chunks {
        lanes = std::array::from_fn(|lane| chunk[lane] + lanes[lane]);
    }
    let sum: f32 = total(lanes) + rest.iter().sum::<f32>();
    let scale = 1.0 / sum;
    for score in scores {
        *score *= scale;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The definition, in f64.
    fn expected(heads: Heads, query: &[f32], others: Seen<'_>) -> Vec<f64> {
        let width = heads.count * heads.width;
        let seen = others.keys.len() / width;
        let mut found = vec![0.0; width];
        for head in 0..heads.count {
            let number =
                |row: &[f32], at: usize, k: usize| f64::from(row[at * width + head * heads.width + k]);
            let shares: Vec<f64> = (0..seen)
                .map(|at| {
                    let dot: f64 =
                        (0..heads.width).map(|k| number(query, 0, k) * number(others.keys, at, k)).sum();
                    let bias = others.bias.map_or(0.0, |b| f64::from(b.lines[head * b.length + b.from + at]));
                    (dot + bias).exp()
                })
                .collect();
            let sum: f64 = shares.iter().sum();
            for k in 0..heads.width {
                found[head * heads.width + k] =
                    (0..seen).map(|at| shares[at] / sum * number(others.values, at, k)).sum();
            }
        }
        found
    }

    #[test]
    fn it_is_the_definition_for_any_number_of_keys_and_widths() {
        let numbers: Vec<f32> = (0..4000_u32).map(|i| (i * 7919 % 1009) as f32 / 504.5 - 1.0).collect();
        for (count, width) in [(1, 3), (4, 16), (3, 11)] {
            let heads = Heads { count, width };
            let a = count * width;
            for seen in [1, 2, 7, 8, 9, 30] {
                let others = Seen {
                    keys: &numbers[..seen * a],
                    values: &numbers[200..][..seen * a],
                    bias: Some(Bias { lines: &numbers[900..], length: 40, from: 3 }),
                };
                let query = &numbers[1700..][..a];
                let expected = expected(heads, query, others);
                for simd in Simd::here() {
                    let mut found = vec![f32::NAN; a];
                    look(simd, heads, query, others, &mut found);
                    for (found, expected) in found.iter().zip(&expected) {
                        assert!(
                            (f64::from(*found) - expected).abs() < 1e-5,
                            "{simd:?}: {found}, not {expected}"
                        );
                    }
                }
            }
        }
    }
}
