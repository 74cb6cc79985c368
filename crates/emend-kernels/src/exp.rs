//! e^x in plain arithmetic, so that it becomes vectors.

use crate::simd::multiply_add;

/// e^x to 2 units in the last place between −87 and 88; outside it stays at the ends.
///
/// x = n ln 2 + r with |r| ≤ ln 2 / 2; e^r by its Taylor polynomial of degree 7, 2^n by moving the exponent.
#[inline(always)]
pub(crate) fn exp<const FUSED: bool>(x: f32) -> f32 {
    // ln 2 in two parts, the first short enough that n times it is exact (Cody and Waite 1980).
    const LN_2: (f32, f32) = (0.693_359_4, -2.121_944_4e-4);
    // Adding this rounds to a whole number, which then stands in the low bits.
    const ROUND: f32 = 12_582_912.0;
    let x = if x > -87.0 { x } else { -87.0 };
    let x = if x < 88.0 { x } else { 88.0 };
    let rounded = multiply_add::<FUSED>(x, std::f32::consts::LOG2_E, ROUND);
    let n = rounded - ROUND;
    let r = multiply_add::<FUSED>(n, -LN_2.0, x);
    let r = multiply_add::<FUSED>(n, -LN_2.1, r);
    let mut power = 1.0 / 5040.0;
    for factor in [1.0 / 720.0, 1.0 / 120.0, 1.0 / 24.0, 1.0 / 6.0, 0.5, 1.0, 1.0] {
        power = multiply_add::<FUSED>(power, r, factor);
    }
    let n = rounded.to_bits().wrapping_sub(ROUND.to_bits());
    power * f32::from_bits(n.wrapping_add(127) << 23)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_that_of_the_library() {
        for step in -87_000..88_000 {
            let x = step as f32 / 1000.0;
            let (found, expected) = (exp::<true>(x), f64::from(x).exp());
            let wrong = (f64::from(found) - expected).abs() / expected;
            assert!(wrong < 2.5e-7, "e^{x}: {found}, not {expected}");
        }
        assert!(exp::<false>(-1e9) < 1e-37 && exp::<false>(1e9) > 1e38);
    }
}
