//! What every loss must promise, checked on small numbers in double precision.

#![allow(clippy::unwrap_used)]

use std::ops::Range;

use candle_core::{Device, IndexOp, Tensor, Var};

use super::Loss;
use crate::Scores;

const ITEMS: usize = 4;
const TOKENS: usize = 5;

/// Scores of the given log-probabilities, a row each.
pub(crate) fn scores(rows: &[&[f64]]) -> Scores {
    let longest = rows.iter().map(|row| row.len()).max().unwrap_or(0);
    let numbers: Vec<f64> = rows
        .iter()
        .flat_map(|row| row.iter().copied().chain(std::iter::repeat_n(0.0, longest - row.len())))
        .collect();
    let numbers = Tensor::from_vec(numbers, (rows.len(), longest), &Device::Cpu).unwrap();
    Scores::new(&numbers, rows.iter().map(|row| row.len()).collect()).unwrap()
}

/// The value of a scalar.
pub(crate) fn value(x: &Tensor) -> f64 {
    x.to_scalar().unwrap()
}

#[track_caller]
pub(crate) fn near(found: f64, expected: f64) {
    assert!((found - expected).abs() < 1e-9, "{found}, expected {expected}");
}

/// The value of a metric.
#[track_caller]
pub(crate) fn metric(loss: &Loss, name: &str) -> f64 {
    loss.metrics.iter().find(|(found, _)| *found == name).unwrap().1
}

/// Checks the promises of a loss over four items, each of K targets, of which the first `learning` are the policy's.
///
/// `loss` gets the scores of some of the items and which they are. The gradient must be that of finite differences,
/// what stands behind the end of a target and how much of it must not matter, and items one by one must add up to all
/// at once.
#[track_caller]
pub(crate) fn check_loss<const K: usize>(learning: usize, loss: impl Fn([Scores; K], Range<usize>) -> Loss) {
    let numbers = numbers(K);
    let at = |numbers: &Tensor, items: Range<usize>| {
        let scores = std::array::from_fn(|target| {
            let rows = numbers.i((items.clone(), target)).unwrap();
            let lengths = items.clone().map(|item| length(item, target % learning)).collect();
            let scores = Scores::new(&rows, lengths).unwrap();
            if target < learning { scores } else { scores.detached() }
        });
        loss(scores, items)
    };
    let whole = Tensor::from_vec(numbers.clone(), (ITEMS, K, TOKENS), &Device::Cpu).unwrap();

    let variable = Var::from_tensor(&whole).unwrap();
    let found = at(variable.as_tensor(), 0..ITEMS);
    let gradient = found.sum.backward().unwrap();
    let gradient: Vec<f64> = gradient.get(&variable).unwrap().flatten_all().unwrap().to_vec1().unwrap();
    for place in 0..numbers.len() {
        let (item, target, token) = (place / (K * TOKENS), place / TOKENS % K, place % TOKENS);
        let inside = target < learning && token < length(item, target);
        let moved = |by: f64| {
            let mut numbers = numbers.clone();
            numbers[place] += by;
            let numbers = Tensor::from_vec(numbers, (ITEMS, K, TOKENS), &Device::Cpu).unwrap();
            value(&at(&numbers, 0..ITEMS).sum)
        };
        if inside {
            let expected = (moved(1e-5) - moved(-1e-5)) / 2e-5;
            let found = gradient[place];
            assert!(
                (found - expected).abs() < 1e-6 * expected.abs().max(1.0),
                "gradient of item {item}, target {target}, token {token}: {found}, by differences {expected}"
            );
        } else {
            assert!(
                gradient[place].abs() < 1e-12,
                "item {item}, target {target}, token {token} has a gradient"
            );
        }
        if token >= length(item, target % learning) {
            near(moved(50.0), value(&found.sum));
        }
    }

    let garbage = Tensor::full(7.0, (ITEMS, K, 1), &Device::Cpu).unwrap();
    let longer = at(&Tensor::cat(&[&whole, &garbage], 2).unwrap(), 0..ITEMS);
    near(value(&longer.sum), value(&found.sum));
    for (name, expected) in &found.metrics {
        near(metric(&longer, name), *expected);
    }

    let alone: Vec<Loss> = (0..ITEMS).map(|item| at(&whole, item..item + 1)).collect();
    near(alone.iter().map(|loss| value(&loss.sum)).sum(), value(&found.sum));
    near(alone.iter().map(|loss| loss.weight).sum(), found.weight);
    for (name, expected) in &found.metrics {
        near(alone.iter().map(|loss| metric(loss, name)).sum(), *expected);
    }
}

/// Tokens of a target: all lengths from 1 to T occur.
fn length(item: usize, target: usize) -> usize {
    [5, 2, 1, 4, 3][(item + 2 * target) % TOKENS]
}

/// Log-probabilities between −2 and 0 that follow no pattern.
fn numbers(targets: usize) -> Vec<f64> {
    (0..ITEMS * targets * TOKENS).map(|place| -2.0 * (place as f64 * 0.754_877_666).fract()).collect()
}
