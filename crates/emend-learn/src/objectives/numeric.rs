//! Arithmetic that several losses share.

use candle_core::{DType, Result, Tensor};

use crate::Scores;

/// log σ(x), elementwise: finite for every x, and smooth at 0, where the policy still is the reference.
pub(crate) fn log_sigmoid(x: &Tensor) -> Result<Tensor> {
    // −log(e⁰ + e⁻ˣ). The closed form with |x| has no derivative at 0 that candle gets right.
    Tensor::stack(&[x.zeros_like()?, x.neg()?], 0)?.log_sum_exp(0)?.neg()
}

/// The k3 estimate of KL(policy ‖ reference) at each token, (B, T): eᵈ − d − 1 with `d = log p_ref − log p`. Never
/// negative, and zero behind the end.
///
/// Source: Schulman 2020, "Approximating KL divergence"; unbiased where the policy wrote the tokens.
pub(crate) fn k3(policy: &Scores, reference: &Scores) -> Result<Tensor> {
    let d = (reference.tokens() - policy.tokens())?;
    (d.exp()? - &d)? - 1.0
}

/// Numbers of B items as a tensor (B) that can meet `like`.
pub(crate) fn column(numbers: &[f32], like: &Tensor) -> Result<Tensor> {
    Tensor::new(numbers, like.device())?.to_dtype(like.dtype())
}

/// A sum over all elements, for a metric.
pub(crate) fn total(x: &Tensor) -> Result<f64> {
    x.detach().sum_all()?.to_dtype(DType::F64)?.to_scalar()
}

/// Σ of weights.
pub(crate) fn weight(weights: &[f32]) -> f64 {
    weights.iter().copied().map(f64::from).sum()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use candle_core::{Device, Var};

    use super::*;

    #[test]
    fn log_sigmoid_is_finite_and_smooth() {
        // σ(0) = ½ and σ′ = σ(1 − σ), so that the derivative of log σ is 1 − σ.
        let x = Var::new(&[0f64, 800.0, -800.0, 2.0], &Device::Cpu).unwrap();
        let y = log_sigmoid(&x).unwrap();
        let values: Vec<f64> = y.to_vec1().unwrap();
        for (found, expected) in
            values.iter().zip([-std::f64::consts::LN_2, 0.0, -800.0, -0.126_928_011_042_972])
        {
            assert!((found - expected).abs() < 1e-12, "{values:?}");
        }
        let slopes: Vec<f64> = y.backward().unwrap().get(&x).unwrap().to_vec1().unwrap();
        for (found, expected) in slopes.iter().zip([0.5, 0.0, 1.0, 0.119_202_922_022_118]) {
            assert!((found - expected).abs() < 1e-12, "{slopes:?}");
        }
    }

    #[test]
    fn k3_of_a_half() {
        // p = ½ and p_ref = ¼: d = −log 2, so e⁻ˡᵒᵍ² + log 2 − 1 = log 2 − ½. Behind the end 0.
        let scores = |p: f64| {
            let numbers = Tensor::new(&[[p.ln(), 3.0]], &Device::Cpu).unwrap();
            Scores::new(&numbers, vec![1]).unwrap()
        };
        let found: Vec<f64> = k3(&scores(0.5), &scores(0.25)).unwrap().get(0).unwrap().to_vec1().unwrap();
        assert!((found[0] - (std::f64::consts::LN_2 - 0.5)).abs() < 1e-12);
        assert!(found[1].abs() < 1e-12);
    }
}
