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

/// Gradients of [`rms`]: dy (as long as x) → dx, in place of what it held, and dw, to which is added.
///
/// With r = 1 / sqrt(mean(x²) + ε): dx = r w ⊙ dy − x r³ / D Σ (w ⊙ dy ⊙ x), and dw = Σ over rows of r x ⊙ dy.
///
/// # Panics
/// When one is not as long as it must be.
pub fn rms_back(x: &[f32], weight: &[f32], epsilon: f32, dy: &[f32], dx: &mut [f32], dw: &mut [f32]) {
    assert!(x.len() == dy.len() && x.len() == dx.len() && weight.len() == dw.len(), "numbers in and out");
    back_with(Simd::best(), x, weight, epsilon, dy, dx, dw);
}

dispatch!(back_with = back_body(x: &[f32], weight: &[f32], epsilon: f32, dy: &[f32], dx: &mut [f32], dw: &mut [f32]));

#[inline(always)]
fn back_body<const FUSED: bool>(
    x: &[f32],
    weight: &[f32],
    epsilon: f32,
    dy: &[f32],
    dx: &mut [f32],
    dw: &mut [f32],
) {
    let width = weight.len();
    for ((x, dy), dx) in x.chunks_exact(width).zip(dy.chunks_exact(width)).zip(dx.chunks_exact_mut(width)) {
        let (mut squares, mut products) = ([0.0; 16], [0.0; 16]);
        for ((x, dy), weight) in x.chunks(16).zip(dy.chunks(16)).zip(weight.chunks(16)) {
            for (lane, ((x, dy), weight)) in x.iter().zip(dy).zip(weight).enumerate() {
                squares[lane] = multiply_add::<FUSED>(*x, *x, squares[lane]);
                products[lane] = multiply_add::<FUSED>(weight * dy, *x, products[lane]);
            }
        }
        let scale = 1.0 / (squares.iter().sum::<f32>() / width as f32 + epsilon).sqrt();
        let pull = products.iter().sum::<f32>() * scale * scale * scale / width as f32;
        for (((dx, x), dy), (weight, dw)) in dx.iter_mut().zip(x).zip(dy).zip(weight.iter().zip(&mut *dw)) {
            *dx = scale * weight * dy - x * pull;
            *dw += scale * x * dy;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gradients_are_those_of_differences() {
        let x: Vec<f32> = (0..2 * 19).map(|i| (i * 7 % 13) as f32 / 5.0 - 1.1).collect();
        let weight: Vec<f32> = (0..19).map(|i| (i * 5 % 7) as f32 / 4.0 + 0.2).collect();
        let dy: Vec<f32> = (0..2 * 19).map(|i| (i * 3 % 11) as f32 / 5.0 - 1.0).collect();
        let loss = |x: &[f32], weight: &[f32]| -> f64 {
            let mut y = vec![0.0; x.len()];
            rms_with(Simd::Portable, x, weight, 1e-6, &mut y);
            y.iter().zip(&dy).map(|(y, dy)| f64::from(*y) * f64::from(*dy)).sum()
        };
        for simd in Simd::here() {
            let (mut dx, mut dw) = (vec![f32::NAN; x.len()], vec![0.0; 19]);
            back_with(simd, &x, &weight, 1e-6, &dy, &mut dx, &mut dw);
            let slope = |change: &dyn Fn(f32) -> f64| (change(5e-3) - change(-5e-3)) / 1e-2;
            for (place, found) in dx.iter().enumerate() {
                let expected = slope(&|by| {
                    let mut x = x.clone();
                    x[place] += by;
                    loss(&x, &weight)
                });
                assert!((f64::from(*found) - expected).abs() < 1e-3, "{simd:?}: {found}, not {expected}");
            }
            for (place, found) in dw.iter().enumerate() {
                let expected = slope(&|by| {
                    let mut weight = weight.clone();
                    weight[place] += by;
                    loss(&x, &weight)
                });
                assert!((f64::from(*found) - expected).abs() < 1e-3, "{simd:?}: {found}, not {expected}");
            }
        }
    }

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
