//! NLPO: the policy is what is left of it when unlikely tokens are forbidden.
//!
//! Source: Ramamurthy et al. 2023 (RL4LMs), algorithm 1: which tokens are allowed is decided by a copy of the policy
//! that lags behind, and holds for sampling and for the ratio alike.

use candle_core::{Device, Result, Tensor, bail};
use emend_decode::{Limits, LogitsProcessor, SoFar, TokenId};

/// What is added to a forbidden token's logit: nothing is left of it, and no arithmetic breaks.
const FORBIDDEN: f32 = -1e9;

/// What to add to logits (B, T, V) so that only what `rule` allows remains: 0 or a large negative number, (B, T, V).
///
/// `lagged` holds the logits of the copy that lags behind, (B, T, V), `targets` what was written and `limits` when it
/// had to end. The rule must be the one that samples were drawn with, for NLPO
/// [`TopP`](emend_decode::logits::TopP). Tokens that were written are always allowed, so that their probability is above 0.
pub fn restriction(
    lagged: &Tensor,
    targets: &[&[TokenId]],
    limits: &[Limits],
    rule: &dyn LogitsProcessor,
) -> Result<Tensor> {
    let (rows, longest, vocabulary) = lagged.dims3()?;
    if rows != targets.len() || rows != limits.len() || targets.iter().any(|target| target.len() > longest) {
        bail!(
            "logits of {rows} times {longest} tokens for {} targets and {} limits",
            targets.len(),
            limits.len()
        );
    }
    let log_probs = candle_nn::ops::log_softmax(lagged, 2)?.to_device(&Device::Cpu)?;
    let mut added = vec![0_f32; rows * longest * vocabulary];
    for (source, (target, limits)) in targets.iter().zip(limits).enumerate() {
        let mut tokens: Vec<Vec<f32>> = log_probs.get(source)?.to_vec2()?;
        for (place, (written, row)) in target.iter().zip(&mut tokens).enumerate() {
            rule.adjust(&SoFar { source, tokens: &target[..place], limits: *limits }, row);
            let first = (source * longest + place) * vocabulary;
            for (token, (added, left)) in added[first..first + vocabulary].iter_mut().zip(row).enumerate() {
                if *left == f32::NEG_INFINITY && token != *written as usize {
                    *added = FORBIDDEN;
                }
            }
        }
    }
    Tensor::from_vec(added, (rows, longest, vocabulary), lagged.device())
}

#[cfg(test)]
mod tests {
    use candle_core::{DType, Var};
    use emend_decode::logits::TopP;

    use super::*;
    use crate::objectives::testing::{near, scores, value};
    use crate::objectives::valued::{Ppo, ValuedScores};
    use crate::policy::of_logits;

    const LIMITS: Limits = Limits { max_tokens: 4, start: 0, end: 1 };

    fn logits(probs: &[[f32; 4]; 2]) -> Tensor {
        Tensor::new(probs, &Device::Cpu).unwrap().log().unwrap().unsqueeze(0).unwrap()
    }

    #[test]
    fn what_is_left_is_shared_by_the_nucleus() {
        // The copy allows tokens 0 and 1 (½ + 0.3 ≥ 0.75) at the first place; at the second 3 alone, but 2 was written.
        let lagged = logits(&[[0.5, 0.3, 0.1, 0.1], [0.1, 0.05, 0.05, 0.8]]);
        let added = restriction(&lagged, &[&[1, 2]], &[LIMITS], &TopP(0.75)).unwrap();
        // Under the policy they are equally likely: ½ each, and the gradient of a forbidden token is 0.
        let policy = Var::from_tensor(&logits(&[[0.25; 4], [0.25; 4]])).unwrap();
        let restricted = candle_nn::ops::log_softmax(&(policy.as_tensor() + added).unwrap(), 2).unwrap();
        let probs: Vec<Vec<f32>> = restricted.exp().unwrap().get(0).unwrap().to_vec2().unwrap();
        for (found, expected) in probs.iter().zip([[0.5, 0.5, 0.0, 0.0], [0.0, 0.0, 0.5, 0.5]]) {
            for (found, expected) in found.iter().zip(expected) {
                assert!((found - expected).abs() < 1e-6, "{probs:?}");
            }
        }
        let written = restricted.narrow(1, 0, 1).unwrap().narrow(2, 1, 1).unwrap().sum_all().unwrap();
        let gradient = written.backward().unwrap();
        let gradient: Vec<Vec<f32>> = gradient.get(&policy).unwrap().get(0).unwrap().to_vec2().unwrap();
        for (found, expected) in gradient[0].iter().zip([-0.5, 0.5, 0.0, 0.0]) {
            assert!((found - expected).abs() < 1e-6, "{gradient:?}");
        }
    }

    #[test]
    fn the_loss_of_a_restricted_policy_has_the_gradient_of_its_differences() {
        // Ratios within the clip and beyond it, one place that has a nucleus of one, and one behind the end.
        let lagged =
            Tensor::new(&[[[0.5f64, 0.3, 0.1, 0.1], [0.1, 0.05, 0.05, 0.8], [0.25; 4]]], &Device::Cpu);
        let lagged = lagged.unwrap().log().unwrap();
        let written: &[TokenId] = &[1, 2];
        let added = restriction(&lagged.to_dtype(DType::F32).unwrap(), &[written], &[LIMITS], &TopP(0.75));
        let added = added.unwrap().to_dtype(DType::F64).unwrap();
        let loss = |logits: &Tensor| {
            let policy = of_logits(&(logits + &added).unwrap(), &[written], 0).unwrap();
            let row = |numbers: [f64; 3]| Tensor::new(&[numbers], &Device::Cpu).unwrap();
            let scores = ValuedScores {
                behaviour: scores(&[&[-0.6, -1.2, 0.0]]),
                entropies: None,
                advantages: row([1.0, -1.0, 5.0]),
                values: row([0.0; 3]),
                behaviour_values: row([0.0; 3]),
                returns: row([0.0; 3]),
                policy,
            };
            Ppo::default().loss(&scores).unwrap().sum
        };
        let numbers: Vec<f64> = (0..12).map(|place| (f64::from(place) * 0.754_877_666).fract()).collect();
        let at = |numbers: &[f64]| Tensor::from_slice(numbers, (1, 3, 4), &Device::Cpu).unwrap();
        let variable = Var::from_tensor(&at(&numbers)).unwrap();
        let gradient = loss(variable.as_tensor()).backward().unwrap();
        let gradient: Vec<f64> = gradient.get(&variable).unwrap().flatten_all().unwrap().to_vec1().unwrap();
        assert!(gradient.iter().any(|slope| slope.abs() > 0.1), "{gradient:?}");
        for (place, found) in gradient.iter().enumerate() {
            let moved = |by: f64| {
                let mut numbers = numbers.clone();
                numbers[place] += by;
                value(&loss(&at(&numbers)))
            };
            near((found - (moved(1e-6) - moved(-1e-6)) / 2e-6) * 1e-3, 0.0);
        }
    }

    #[test]
    fn nothing_is_forbidden_behind_the_end_or_without_a_rule() {
        let lagged = logits(&[[0.97, 0.01, 0.01, 0.01], [0.97, 0.01, 0.01, 0.01]]);
        let sum = |top_p, targets: &[&[TokenId]]| {
            let added = restriction(&lagged, targets, &[LIMITS], &TopP(top_p)).unwrap();
            added.sum_all().unwrap().to_scalar::<f32>().unwrap() / FORBIDDEN
        };
        assert!(sum(1.0, &[&[1, 1]]).abs() < 1e-6);
        assert!((sum(0.9, &[&[0]]) - 3.0).abs() < 1e-6, "three at the first place, none behind the end");
        assert!(restriction(&lagged, &[], &[], &TopP(0.9)).is_err());
    }
}
