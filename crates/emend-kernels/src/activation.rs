//! Activations of a feed-forward layer, in place, with or without a gate (Shazeer 2020).

use crate::exp::exp;
use crate::simd::{Simd, dispatch};

/// Which one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Activation {
    /// max(x, 0).
    Relu,
    /// x Φ(x) (Hendrycks and Gimpel 2016).
    Gelu,
    /// Its usual approximation by tanh.
    GeluTanh,
    /// x σ(x).
    Silu,
}

/// x becomes act(x), or act(x) ⊙ gate.
///
/// # Panics
/// When there is another number of gates than of numbers.
pub fn activate(activation: Activation, x: &mut [f32], gate: Option<&[f32]>) {
    activate_with(Simd::best(), activation, x, gate);
}

fn activate_with(simd: Simd, activation: Activation, x: &mut [f32], gate: Option<&[f32]>) {
    match activation {
        Activation::Relu => relu(simd, x),
        Activation::Gelu => gelu(x),
        Activation::GeluTanh => gelu_tanh(simd, x),
        Activation::Silu => silu(simd, x),
    }
    if let Some(gate) = gate {
        assert_eq!(x.len(), gate.len(), "numbers and gates");
        multiply(simd, x, gate);
    }
}

/// x becomes act′(x).
pub fn slopes(activation: Activation, x: &mut [f32]) {
    slopes_with(Simd::best(), activation, x);
}

fn slopes_with(simd: Simd, activation: Activation, x: &mut [f32]) {
    match activation {
        Activation::Relu => relu_slopes(simd, x),
        Activation::Gelu => gelu_slopes(x),
        Activation::GeluTanh => gelu_tanh_slopes(simd, x),
        Activation::Silu => silu_slopes(simd, x),
    }
}

/// x becomes x ⊙ by.
///
/// # Panics
/// When one has more numbers than the other.
pub fn scale(x: &mut [f32], by: &[f32]) {
    assert_eq!(x.len(), by.len(), "numbers and factors");
    multiply(Simd::best(), x, by);
}

dispatch!(relu_slopes = relu_slopes_body(x: &mut [f32]));
dispatch!(gelu_tanh_slopes = gelu_tanh_slopes_body(x: &mut [f32]));
dispatch!(silu_slopes = silu_slopes_body(x: &mut [f32]));
dispatch!(relu = relu_body(x: &mut [f32]));
dispatch!(gelu_tanh = gelu_tanh_body(x: &mut [f32]));
dispatch!(silu = silu_body(x: &mut [f32]));
dispatch!(multiply = multiply_body(x: &mut [f32], gate: &[f32]));

#[inline(always)]
fn relu_body<const FUSED: bool>(x: &mut [f32]) {
    for x in x {
        *x = if *x < 0.0 { 0.0 } else { *x };
    }
}

/// x/2 · (1 + erf(x / √2)); rare in T5, so not in vectors.
fn gelu(x: &mut [f32]) {
    for x in x {
        *x *= 0.5 * (1.0 + libm::erff(*x * std::f32::consts::FRAC_1_SQRT_2));
    }
}

/// x/2 · (1 + tanh u) = x σ(2u), u = sqrt(2/π) (x + 0.044715 x³).
#[inline(always)]
fn gelu_tanh_body<const FUSED: bool>(x: &mut [f32]) {
    const ROOT: f32 = 0.797_884_6;
    for x in x {
        let u = ROOT * *x * (1.0 + 0.044_715 * *x * *x);
        *x /= 1.0 + exp::<FUSED>(-2.0 * u);
    }
}

#[inline(always)]
fn silu_body<const FUSED: bool>(x: &mut [f32]) {
    for x in x {
        *x /= 1.0 + exp::<FUSED>(-*x);
    }
}

#[inline(always)]
fn relu_slopes_body<const FUSED: bool>(x: &mut [f32]) {
    for x in x {
        *x = if *x > 0.0 { 1.0 } else { 0.0 };
    }
}

/// Φ(x) + x φ(x).
fn gelu_slopes(x: &mut [f32]) {
    const ROOT: f32 = 0.398_942_3; // 1 / sqrt(2π)
    for x in x {
        let below = 0.5 * (1.0 + libm::erff(*x * std::f32::consts::FRAC_1_SQRT_2));
        *x = below + *x * ROOT * libm::expf(-0.5 * *x * *x);
    }
}

/// With σ = σ(2u): σ + x σ (1 − σ) 2u′.
#[inline(always)]
fn gelu_tanh_slopes_body<const FUSED: bool>(x: &mut [f32]) {
    const ROOT: f32 = 0.797_884_6;
    for x in x {
        let u = ROOT * *x * (1.0 + 0.044_715 * *x * *x);
        let sigma = 1.0 / (1.0 + exp::<FUSED>(-2.0 * u));
        *x = sigma + *x * sigma * (1.0 - sigma) * 2.0 * ROOT * (1.0 + 3.0 * 0.044_715 * *x * *x);
    }
}

/// σ + x σ (1 − σ).
#[inline(always)]
fn silu_slopes_body<const FUSED: bool>(x: &mut [f32]) {
    for x in x {
        let sigma = 1.0 / (1.0 + exp::<FUSED>(-*x));
        *x = sigma + *x * sigma * (1.0 - sigma);
    }
}

#[inline(always)]
fn multiply_body<const FUSED: bool>(x: &mut [f32], gate: &[f32]) {
    for (x, gate) in x.iter_mut().zip(gate) {
        *x *= gate;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Values of PyTorch 2: `F.relu`, `F.gelu`, `F.gelu(approximate="tanh")`, `F.silu`.
    #[test]
    fn values_are_those_of_the_reference() {
        let x = [-3.0_f32, -0.5, 0.0, 1.0, 6.0];
        for (activation, expected) in [
            (Activation::Relu, [0.0_f32, 0.0, 0.0, 1.0, 6.0]),
            (Activation::Gelu, [-0.004_049_7, -0.154_268_8, 0.0, 0.841_344_8, 6.0]),
            (Activation::GeluTanh, [-0.003_637_4, -0.154_286, 0.0, 0.841_192, 6.0]),
            (Activation::Silu, [-0.142_277_6, -0.188_770_3, 0.0, 0.731_058_6, 5.985_164]),
        ] {
            // Several times, so that there are whole vectors and a rest.
            let x = x.repeat(9);
            for simd in Simd::here() {
                let mut found = x.clone();
                activate_with(simd, activation, &mut found, Some(&[2.0; 45]));
                for (found, expected) in found.iter().zip(expected.iter().cycle()) {
                    assert!(
                        (found - 2.0 * expected).abs() < 3e-6,
                        "{simd:?}, {activation:?}: {found}, not 2 · {expected}"
                    );
                }
            }
        }
    }

    #[test]
    fn a_number_does_not_depend_on_its_place_or_its_neighbours() {
        let x: Vec<f32> = (0..61).map(|at| (at * 37 % 61) as f32 / 8.0 - 4.0).collect();
        for activation in [Activation::Relu, Activation::Gelu, Activation::GeluTanh, Activation::Silu] {
            for simd in Simd::here() {
                let mut together = x.clone();
                activate_with(simd, activation, &mut together, Some(&x));
                for (x, together) in x.iter().zip(together) {
                    let mut alone = [*x];
                    activate_with(simd, activation, &mut alone, Some(&[*x]));
                    assert_eq!(alone[0].to_bits(), together.to_bits(), "{simd:?}, {activation:?} at {x}");
                }
            }
        }
    }

    #[test]
    fn slopes_are_those_of_differences() {
        for activation in [Activation::Relu, Activation::Gelu, Activation::GeluTanh, Activation::Silu] {
            let x = [-3.0_f32, -0.7, 0.1, 1.3, 5.0].repeat(9);
            for simd in Simd::here() {
                let moved = |by: f32| {
                    let mut x: Vec<f32> = x.iter().map(|x| x + by).collect();
                    activate_with(simd, activation, &mut x, None);
                    x
                };
                let (mut found, after, before) = (x.clone(), moved(0.01), moved(-0.01));
                slopes_with(simd, activation, &mut found);
                for (found, (after, before)) in found.iter().zip(after.iter().zip(&before)) {
                    let expected = (after - before) / 0.02;
                    assert!(
                        (found - expected).abs() < 1e-3,
                        "{simd:?}, {activation:?}: {found}, not {expected}"
                    );
                }
            }
        }
    }
}
