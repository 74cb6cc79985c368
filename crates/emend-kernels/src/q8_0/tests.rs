use proptest::prelude::*;

use super::{BLOCK, Block, scale};
use crate::simd::Simd;
use crate::threads::pass_of;
use crate::{Input, Matrix, Numbers};

/// A block whose numbers and scale follow from `seed`; the extremes are among them.
fn block(seed: u32) -> Block {
    let mut block = [0; 34];
    let mut state = seed;
    for byte in &mut block[2..] {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        *byte = (state >> 24) as u8;
    }
    let scale = half::f16::from_f32((seed % 97) as f32 * 1e-3);
    block[..2].copy_from_slice(&scale.to_le_bytes());
    block
}

fn numbers(count: usize, seed: u32) -> Vec<f32> {
    (0..count as u32)
        .map(|i| (i.wrapping_mul(7919).wrapping_add(seed * 31) % 1009) as f32 / 504.5 - 1.0)
        .collect()
}

fn multiplied(simd: Simd, matrix: Matrix<'_>, x: &[f32]) -> Vec<f32> {
    let (mut input, mut out) = (Input::default(), Vec::new());
    input.begin(x.len() / matrix.width(), matrix.width()).copy_from_slice(x);
    input.multiply_with(simd, &matrix, &mut out);
    out
}

/// The definition: both sides unpacked, scaled and summed in f64, so that nothing here is rounded but the quants, to
/// even as the kernels do; beside each sum that of its terms' sizes, which bounds what the kernels round in f32.
fn expected(blocks: &[Block], out: usize, x: &[f32]) -> Vec<(f64, f64)> {
    let width = blocks.len() / out * BLOCK;
    let rounded: Vec<f64> = x
        .chunks(BLOCK)
        .flat_map(|x| {
            let scale = x.iter().fold(0.0_f32, |most, x| most.max(x.abs())) / 127.0;
            let inverse = if scale > 0.0 { 1.0 / scale } else { 0.0 };
            x.iter().map(move |x| f64::from((x * inverse).round_ties_even()) * f64::from(scale))
        })
        .collect();
    rounded
        .chunks(width)
        .flat_map(|x| {
            blocks.chunks(width / BLOCK).map(move |row| {
                row.iter().zip(x.chunks(BLOCK)).fold((0.0, 0.0), |(sum, size), (block, x)| {
                    let products = block[2..].iter().zip(x);
                    let dot: f64 = products.map(|(w, x)| f64::from(w.cast_signed()) * x).sum();
                    let term = dot * f64::from(scale(block));
                    (sum + term, size + term.abs())
                })
            })
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn every_kernel_gives_the_definition(out in 1..20_usize, blocks in 1..6_usize, rows in 1..40_usize, seed in 0..1000_u32) {
        let weights: Vec<Block> = (0..out * blocks).map(|i| block(seed + i as u32)).collect();
        let x = numbers(rows * blocks * BLOCK, seed);
        let matrix = Matrix::new(Numbers::Q8_0(&weights), out, blocks * BLOCK).unwrap();
        let expected = expected(&weights, out, &x);
        for simd in Simd::here() {
            let found = multiplied(simd, matrix, &x);
            prop_assert_eq!(found.len(), rows * out);
            for (found, (expected, size)) in found.iter().zip(&expected) {
                let wrong = (f64::from(*found) - expected).abs();
                prop_assert!(wrong <= 2e-6 * size + 1e-6, "{simd:?}: {found}, not {expected}");
            }
        }
    }

    #[test]
    fn a_row_does_not_depend_on_its_neighbours(out in 1..40_usize, blocks in 1..5_usize, seed in 0..1000_u32) {
        let weights: Vec<Block> = (0..out * blocks).map(|i| block(seed + i as u32)).collect();
        let width = blocks * BLOCK;
        let floats = numbers(out * width, seed);
        let halves: Vec<[u8; 2]> = floats.iter().map(|x| half::f16::from_f32(*x).to_le_bytes()).collect();
        let uppers: Vec<[u8; 2]> = floats.iter().map(|x| half::bf16::from_f32(*x).to_le_bytes()).collect();
        let x = numbers(33 * width, seed + 1);
        for numbers in
            [Numbers::Q8_0(&weights), Numbers::F32(&floats), Numbers::F16(&halves), Numbers::Bf16(&uppers)]
        {
            let matrix = Matrix::new(numbers, out, width).unwrap();
            for simd in Simd::here() {
                let alone: Vec<f32> = x.chunks(width).flat_map(|row| multiplied(simd, matrix, row)).collect();
                for rows in [2, 3, 4, 7, 16, 31, 33] {
                    let together = multiplied(simd, matrix, &x[..rows * width]);
                    prop_assert!(together == alone[..rows * out], "{simd:?}, {rows} rows");
                }
            }
        }
    }
}

#[test]
fn the_number_of_threads_does_not_change_a_bit() {
    // Enough that both the rounding of x and the product are divided; outputs that are no whole tiles.
    let (out, blocks, rows) = (199, 16, 70);
    let weights: Vec<Block> = (0..out * blocks).map(block).collect();
    let matrix = Matrix::new(Numbers::Q8_0(&weights), out as usize, blocks as usize * BLOCK).unwrap();
    let x = numbers(rows * blocks as usize * BLOCK, 1);
    for simd in Simd::here() {
        let alone = multiplied(simd, matrix, &x);
        for threads in [2, 3, 4] {
            assert!(
                pass_of(threads, || multiplied(simd, matrix, &x)) == alone,
                "{simd:?}, {threads} threads"
            );
        }
    }
}

#[test]
fn the_extremes_do_not_overflow() {
    let mut extreme = [0x80; 34]; // −128 everywhere
    extreme[..2].copy_from_slice(&half::f16::ONE.to_le_bytes());
    let weights = vec![extreme; 8];
    let matrix = Matrix::new(Numbers::Q8_0(&weights), 8, BLOCK).unwrap();
    for simd in Simd::here() {
        for x in [-1.0, 1.0] {
            let found = multiplied(simd, matrix, &[x; BLOCK]);
            assert!(found.iter().all(|y| (y + 128.0 * 32.0 * x).abs() < 1e-2), "{simd:?}: {found:?}");
        }
    }
}

#[test]
fn what_is_not_a_number_is_not_lost() {
    let weights = vec![block(1); 8];
    let matrix = Matrix::new(Numbers::Q8_0(&weights), 8, BLOCK).unwrap();
    for simd in Simd::here() {
        for wrong in [f32::NAN, f32::INFINITY] {
            let mut x = [0.5; BLOCK];
            x[7] = wrong;
            assert!(multiplied(simd, matrix, &x).iter().all(|y| y.is_nan()), "{simd:?}: {wrong}");
        }
        assert!(multiplied(simd, matrix, &[0.0; BLOCK]).iter().all(|y| *y == 0.0));
    }
}
