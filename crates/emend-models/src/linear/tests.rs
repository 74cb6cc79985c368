#![allow(clippy::unwrap_used, clippy::expect_used, clippy::float_cmp)]

use std::sync::Arc;

use candle_core::quantized::{GgmlDType, QTensor};
use candle_core::{DType, Device, Var};

use super::*;

/// Numbers between −1 and 1 that look random and are always the same.
fn numbers(rows: usize, columns: usize, seed: u32) -> Tensor {
    let mut state = seed;
    let values: Vec<f32> = (0..rows * columns)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as f32 / (1 << 23) as f32 - 1.0
        })
        .collect();
    Tensor::from_vec(values, (rows, columns), &Device::Cpu).unwrap()
}

fn distance(a: &Tensor, b: &Tensor) -> f32 {
    (a - b).unwrap().abs().unwrap().max_all().unwrap().to_scalar().unwrap()
}

fn quantized(weight: &Tensor) -> (Linear, Tensor) {
    let stored = Arc::new(QTensor::quantize(weight, GgmlDType::Q8_0).unwrap());
    let dequantized = stored.dequantize(&Device::Cpu).unwrap();
    (Linear::new(Stored::Quantized(stored)).unwrap(), dequantized)
}

#[test]
fn quantized_is_close_to_float_and_its_gradient_is_that_of_the_dequantized_matrix() {
    let weight = numbers(48, 64, 1);
    let x = Var::from_tensor(&numbers(5, 64, 2)).unwrap();
    let (linear, dequantized) = quantized(&weight);

    let y = linear.forward(&x).unwrap();
    let float = Linear::new(Stored::Float(dequantized)).unwrap().forward(&x).unwrap();
    // The input is quantized to eight bits as well: 1/254 of |x| ≤ 1 per element, 64 elements, random signs.
    assert!(distance(&y, &float) < 0.05, "{}", distance(&y, &float));

    let upstream = numbers(5, 48, 3);
    let gradient = |y: &Tensor| {
        let store = (y * &upstream).unwrap().sum_all().unwrap().backward().unwrap();
        store.get(&x).expect("x has a gradient").clone()
    };
    assert!(distance(&gradient(&y), &gradient(&float)) < 1e-5);
}

#[test]
fn an_adapter_adds_its_product_and_learns_on_both_bases() {
    let weight = numbers(32, 64, 4);
    let (on_quantized, dequantized) = quantized(&weight);
    for mut linear in [Linear::new(Stored::Float(dequantized.clone())).unwrap(), on_quantized] {
        let x = numbers(3, 64, 5);
        let base = linear.forward(&x).unwrap();
        let (a, b) =
            (Var::from_tensor(&numbers(4, 64, 6)).unwrap(), Var::from_tensor(&numbers(32, 4, 7)).unwrap());
        let lora = Lora { a: a.as_tensor().clone(), b: b.as_tensor().clone(), scale: 0.5 };
        linear.set_lora(Some(lora)).unwrap();

        let merged = (b.matmul(&a).unwrap() * 0.5).unwrap(); // (32, 64)
        let expected = (base.clone() + x.matmul(&merged.t().unwrap()).unwrap()).unwrap();
        let y = linear.forward(&x).unwrap();
        assert!(distance(&y, &expected) < 1e-4);
        let gradients = y.sqr().unwrap().sum_all().unwrap().backward().unwrap();
        for variable in [&a, &b] {
            let size: f32 =
                gradients.get(variable).unwrap().abs().unwrap().max_all().unwrap().to_scalar().unwrap();
            assert!(size > 1e-3);
        }

        linear.set_lora(None).unwrap();
        assert!(distance(&linear.forward(&x).unwrap(), &base) == 0.0, "taken off without a trace");
    }
}

#[test]
fn an_adapter_of_another_shape_is_refused() {
    let mut linear = Linear::new(Stored::Float(numbers(32, 64, 1))).unwrap();
    let zeros = |rows, columns| Tensor::zeros((rows, columns), DType::F32, &Device::Cpu).unwrap();
    for (a, b) in [(zeros(4, 63), zeros(32, 4)), (zeros(4, 64), zeros(32, 5)), (zeros(64, 4), zeros(4, 32))] {
        let error = linear.set_lora(Some(Lora { a, b, scale: 1.0 })).unwrap_err();
        assert!(error.to_string().contains("(r, 64) and (32, r)"), "{error}");
    }
    assert!(linear.lora().is_none());
}

#[test]
fn unquantized_gguf_types_become_float() {
    let weight = numbers(32, 64, 9);
    let stored = Arc::new(QTensor::quantize(&weight, GgmlDType::F16).unwrap());
    let linear = Linear::new(Stored::Quantized(stored)).unwrap();
    let x = numbers(2, 64, 10);
    let exact = x.matmul(&weight.t().unwrap()).unwrap();
    assert!(distance(&linear.forward(&x).unwrap(), &exact) < 0.02);
}
