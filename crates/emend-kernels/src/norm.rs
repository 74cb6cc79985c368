//! Root-mean-square normalisation (Zhang and Sennrich 2019).

use crate::float::total;
use crate::simd::{Simd, dispatch, multiply_add};

/// y = w ⊙ x / sqrt(mean(x²) + ε) for each row of `x`; rows are as long as `weight`.
///
/// # Panics
/// When `out` is not as long as `x`.
pub fn rms(x: &[f32], weight: &[f32], epsilon: f32, out: &mut [f32]) {
    assert_eq!(x.len(), out.len(), "numbers in and out");
    rms_with(Simd::best(), x, weight, epsilon, out);
}

dispatch!(rms_with = rms_body(x: &[f32], weight: &[f32], epsilon: f32, out: &mut [f32]));

#[inline(always)]
fn rms_body<const FUSED: bool>(x: &[f32], weight: &[f32], epsilon: f32, out: &mut [f32]) {
    let width = weight.len();
    for (x, out) in x.chunks_exact(width).zip(out.chunks_exact_mut(width)) {
        let (chunks, rest) = x.as_chunks::<8>();
        let mut lanes = [0.0; 8];
        for chunk in chunks {
            lanes = std::array::from_fn(|lane| multiply_add::<FUSED>(chunk[lane], chunk[lane], lanes[lane]));
        }
        let square = rest.iter().fold(total(lanes), |sum, x| multiply_add::<FUSED>(*x, *x, sum));
        let scale = 1.0 / (square / width as f32 + epsilon).sqrt();
        for ((out, x), weight) in out.iter_mut().zip(x).zip(weight) {
            *out = x * scale * weight;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mean_square_becomes_one() {
        let x: Vec<f32> = (0..2 * 11).map(|i| (i * 7 % 13) as f32 - 5.0).collect();
        for simd in Simd::here() {
            let mut out = vec![0.0; x.len()];
            rms_with(simd, &x, &[2.0; 11], 0.0, &mut out);
            for (row, x) in out.chunks(11).zip(x.chunks(11)) {
                let square: f32 = row.iter().map(|y| y * y).sum();
                assert!((square / 11.0 - 4.0).abs() < 1e-5, "{simd:?}");
                assert!((row[3] / row[4] - x[3] / x[4]).abs() < 1e-5);
            }
        }
    }
}
