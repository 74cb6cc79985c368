//! What one position finds when it looks at others, all heads at once and without a table of scores in memory.

mod back;

use crate::exp::exp;
use crate::float::total;
use crate::simd::{Simd, dispatch, multiply_add};
use crate::threads;

pub use back::{Group, Looked, Slopes, attend_back};

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
    /// Scores of one query and one head, padded to whole chunks of [`LANES`].
    static SCORES: std::cell::RefCell<Vec<[f32; LANES]>> = const { std::cell::RefCell::new(Vec::new()) };
}

/// Scores that are taken at once.
const LANES: usize = 16;

fn look(simd: Simd, heads: Heads, query: &[f32], others: Seen<'_>, found: &mut [f32]) {
    SCORES.with_borrow_mut(|scores| {
        let seen = others.keys.len() / (heads.count * heads.width);
        scores.resize(seen.div_ceil(LANES), [0.0; LANES]);
        one(simd, heads, query, &others, scores, found);
    });
}

dispatch!(one = one_body(
    heads: Heads,
    query: &[f32],
    others: &Seen<'_>,
    scores: &mut [[f32; LANES]],
    found: &mut [f32],
));

#[inline(always)]
fn one_body<const FUSED: bool>(
    heads: Heads,
    query: &[f32],
    others: &Seen<'_>,
    scores: &mut [[f32; LANES]],
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
        let query = &query[part.clone()];
        let flat = scores.as_flattened_mut();
        let key = |at: usize| &others.keys[at * width..(at + 1) * width][part.clone()];
        for (four, at) in flat.as_chunks_mut().0.iter_mut().zip((0..seen).step_by(4)) {
            // Behind the last key it is taken again, and its scores are not kept.
            *four = dots::<FUSED>(query, std::array::from_fn(|next| key((at + next).min(seen - 1))));
        }
        if let Some(bias) = others.bias {
            let window = &bias.lines[head * bias.length + bias.from..][..seen];
            flat.iter_mut().zip(window).for_each(|(score, bias)| *score += bias);
        }
        flat[seen..].fill(f32::NEG_INFINITY);
        let sum = powers::<FUSED>(scores);
        let values = others.values.chunks_exact(width).map(|value| &value[part.clone()]);
        mix::<FUSED>(scores.as_flattened(), 1.0 / sum, values, &mut found[part.clone()]);
    }
}

/// scale · Σ over l of share · value, (K).
#[inline(always)]
fn mix<'v, const FUSED: bool>(
    shares: &[f32],
    scale: f32,
    values: impl Iterator<Item = &'v [f32]> + Clone,
    found: &mut [f32],
) {
    // As many as stay in registers.
    const CHUNK: usize = 64;
    let (chunks, rest) = found.as_chunks_mut::<CHUNK>();
    let whole = chunks.len() * CHUNK;
    for (at, chunk) in chunks.iter_mut().enumerate() {
        let mut sums = [0.0; CHUNK];
        for (share, value) in shares.iter().zip(values.clone()) {
            for (sum, value) in sums.iter_mut().zip(&value[at * CHUNK..(at + 1) * CHUNK]) {
                *sum = multiply_add::<FUSED>(*share, *value, *sum);
            }
        }
        *chunk = sums.map(|sum| scale * sum);
    }
    rest.fill(0.0);
    for (share, value) in shares.iter().zip(values) {
        for (sum, value) in rest.iter_mut().zip(&value[whole..]) {
            *sum = multiply_add::<FUSED>(scale * *share, *value, *sum);
        }
    }
}

/// a · b for four b.
#[inline(always)]
fn dots<const FUSED: bool>(a: &[f32], b: [&[f32]; 4]) -> [f32; 4] {
    let ((a, a_rest), b) = (a.as_chunks::<8>(), b.map(|b| b.as_chunks::<8>()));
    let rest = b.map(|(_, b_rest)| {
        a_rest.iter().zip(b_rest).fold(0.0, |sum, (a, b)| multiply_add::<FUSED>(*a, *b, sum))
    });
    let b = b.map(|(b, _)| &b[..a.len()]);
    #[cfg(target_arch = "x86_64")]
    if FUSED {
        // SAFETY: on x86-64 `FUSED` says that the processor has AVX2 and FMA.
        let whole = unsafe { whole_chunks(a, b) };
        return std::array::from_fn(|at| whole[at] + rest[at]);
    }
    #[cfg(target_arch = "aarch64")]
    {
        let whole = whole_chunks(a, b);
        std::array::from_fn(|at| whole[at] + rest[at])
    }
    #[cfg(not(target_arch = "aarch64"))]
    std::array::from_fn(|at| {
        let mut lanes = [0.0; 8];
        for (a, b) in a.iter().zip(b[at]) {
            lanes = std::array::from_fn(|lane| multiply_add::<FUSED>(a[lane], b[lane], lanes[lane]));
        }
        rest[at] + total(lanes)
    })
}

/// Written out, because the compiler makes pairs of what should be eights. The four sums across vectors share their steps.
///
/// # Safety
/// The processor has AVX2 and FMA.
#[cfg(target_arch = "x86_64")]
#[inline]
#[target_feature(enable = "avx2,fma")]
fn whole_chunks(a: &[[f32; 8]], b: [&[[f32; 8]]; 4]) -> [f32; 4] {
    use std::arch::x86_64::{
        _mm_add_ps, _mm_storeu_ps, _mm256_castps256_ps128, _mm256_extractf128_ps, _mm256_fmadd_ps,
        _mm256_hadd_ps, _mm256_loadu_ps, _mm256_setzero_ps,
    };
    let mut lanes = [_mm256_setzero_ps(); 4];
    for (at, a) in a.iter().enumerate() {
        for (lanes, b) in lanes.iter_mut().zip(b) {
            // SAFETY: eight numbers each.
            *lanes = unsafe {
                _mm256_fmadd_ps(_mm256_loadu_ps(a.as_ptr()), _mm256_loadu_ps(b[at].as_ptr()), *lanes)
            };
        }
    }
    let sums = _mm256_hadd_ps(_mm256_hadd_ps(lanes[0], lanes[1]), _mm256_hadd_ps(lanes[2], lanes[3]));
    let mut found = [0.0; 4];
    let four = _mm_add_ps(_mm256_castps256_ps128(sums), _mm256_extractf128_ps::<1>(sums));
    // SAFETY: four numbers.
    unsafe { _mm_storeu_ps(found.as_mut_ptr(), four) };
    found
}

/// The same by NEON, which every processor of the target has.
#[cfg(target_arch = "aarch64")]
#[inline(always)]
fn whole_chunks(a: &[[f32; 8]], b: [&[[f32; 8]]; 4]) -> [f32; 4] {
    use std::arch::aarch64::{vaddq_f32, vdupq_n_f32, vfmaq_f32, vld1q_f32, vpaddq_f32, vst1q_f32};
    let mut found = [0.0; 4];
    // SAFETY: eight numbers each, and four of what is found.
    unsafe {
        let mut lanes = [[vdupq_n_f32(0.0); 2]; 4];
        for (at, a) in a.iter().enumerate() {
            let a = [vld1q_f32(a.as_ptr()), vld1q_f32(a[4..].as_ptr())];
            for (lanes, b) in lanes.iter_mut().zip(b) {
                lanes[0] = vfmaq_f32(lanes[0], a[0], vld1q_f32(b[at].as_ptr()));
                lanes[1] = vfmaq_f32(lanes[1], a[1], vld1q_f32(b[at][4..].as_ptr()));
            }
        }
        let [a, b, c, d] = lanes.map(|[low, high]| vaddq_f32(low, high));
        vst1q_f32(found.as_mut_ptr(), vpaddq_f32(vpaddq_f32(a, b), vpaddq_f32(c, d)));
    }
    found
}

/// e^(score − the greatest score), in the place of the scores, and their sum. Padding is minus infinity, whose power is
/// too small to count.
#[inline(always)]
fn powers<const FUSED: bool>(scores: &mut [[f32; LANES]]) -> f32 {
    let mut most = [f32::NEG_INFINITY; LANES];
    for chunk in &*scores {
        for (most, score) in most.iter_mut().zip(chunk) {
            *most = if *score > *most { *score } else { *most };
        }
    }
    let most =
        most.into_iter().fold(f32::NEG_INFINITY, |most, score| if score > most { score } else { most });
    let mut sums = [0.0; LANES];
    for chunk in scores {
        for (sum, score) in sums.iter_mut().zip(chunk) {
            *score = exp::<FUSED>(*score - most);
            *sum += *score;
        }
    }
    let halves: [f32; 8] = std::array::from_fn(|at| sums[at] + sums[at + 8]);
    total(halves)
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
