//! Products of matrices that are all in memory as `f32`: what a backward pass consists of. By panels, as those with
//! stored matrices, where there are kernels for them; elsewhere by the `gemm` crate, as in candle.
//!
//! The sums of one output are added in an order that follows from the shapes alone: the same numbers give the same bits
//! again, with any number of threads.

use std::borrow::Cow;
use std::cell::RefCell;

use gemm::{Parallelism, gemm};

use crate::columns::Columns;
use crate::float;
use crate::input::divide;
use crate::matrix::{Matrix, Numbers};
use crate::simd::Simd;
use crate::threads::{self, pass};

/// Inner numbers that a panel holds: 64 kB.
const INNER: usize = 1024;

/// A matrix in memory, row by row, or what it becomes when it is turned.
#[derive(Debug, Clone, Copy)]
pub struct View<'a> {
    numbers: &'a [f32],
    rows: usize,
    columns: usize,
    /// From one row to the next, and from one column to the next.
    strides: (isize, isize),
}

impl<'a> View<'a> {
    /// # Panics
    /// When the numbers are no whole rows of `columns`.
    pub fn new(numbers: &'a [f32], columns: usize) -> Self {
        assert!(
            columns > 0 && numbers.len().is_multiple_of(columns),
            "{} numbers in rows of {columns}",
            numbers.len()
        );
        Self { numbers, rows: numbers.len() / columns, columns, strides: (columns as isize, 1) }
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The numbers row by row: copied, where the matrix was turned.
    pub fn plain(&self) -> Cow<'a, [f32]> {
        if self.strides.1 == 1 {
            return Cow::Borrowed(self.numbers);
        }
        let row = |row: usize| self.numbers.iter().skip(row).step_by(self.rows);
        Cow::Owned((0..self.rows).flat_map(row).copied().collect())
    }

    /// The transpose.
    #[must_use]
    pub fn t(self) -> Self {
        Self { rows: self.columns, columns: self.rows, strides: (self.strides.1, self.strides.0), ..self }
    }
}

/// c becomes `factor` · a b, and with `ADD` that is added to it.
///
/// # Panics
/// When the shapes do not belong together.
pub fn product<const ADD: bool>(factor: f32, a: View<'_>, b: View<'_>, c: &mut [f32]) {
    assert_eq!(a.columns, b.rows, "columns of a and rows of b");
    assert_eq!(c.len(), a.rows * b.columns, "numbers of c");
    let simd = Simd::best();
    if !simd.has_panels() || a.columns == 0 {
        return by_gemm::<ADD>(factor, a, b, c);
    }
    let (inner, width) = (a.columns, b.columns);
    let (a, b) = (a.plain(), b.plain());
    for (block, b) in b.chunks(INNER * width).enumerate() {
        let a = (&*a, inner, block * INNER);
        if ADD || block > 0 {
            by_panels::<true>(simd, factor, a, (b, width), c);
        } else {
            by_panels::<false>(simd, factor, a, (b, width), c);
        }
    }
}

/// As [`float::multiply_rows`], by as many threads as it is worth.
fn by_panels<const ADD: bool>(
    simd: Simd,
    factor: f32,
    a: (&[f32], usize, usize),
    (b, width): (&[f32], usize),
    c: &mut [f32],
) {
    // Multiplications for one column.
    let each = a.0.len() / a.1 * (b.len() / width);
    let work = |columns: Columns<'_>| float::multiply_rows::<ADD>(simd, factor, a, (b, width), columns);
    pass(each * width, || divide(each, Columns::of(c, width), &work));
}

fn by_gemm<const ADD: bool>(factor: f32, a: View<'_>, b: View<'_>, c: &mut [f32]) {
    let parallelism = if threads::count() > 1 { Parallelism::Rayon(0) } else { Parallelism::None };
    // SAFETY: both matrices have as many numbers as their shapes say, whichever way they are read, and so has c, which nobody
    // else borrows.
    unsafe {
        gemm(
            a.rows,
            b.columns,
            a.columns,
            c.as_mut_ptr(),
            1,
            b.columns as isize,
            ADD,
            a.numbers.as_ptr(),
            a.strides.1,
            a.strides.0,
            b.numbers.as_ptr(),
            b.strides.1,
            b.strides.0,
            1.0,
            factor,
            false,
            false,
            false,
            parallelism,
        );
    }
}

/// Numbers of a stored matrix that are unpacked at once: 1 MB.
const UNPACKED: usize = 1 << 18;

thread_local! {
    static ROWS: RefCell<Vec<f32>> = const { RefCell::new(Vec::new()) };
}

/// `factor` · dy W, the gradient of x where y = x Wᵀ: dy (N, out) → dx (N, in), in place of what `dx` held.
///
/// # Panics
/// When dy is no whole rows as long as W has outputs, or dx has another number of rows.
pub fn product_with(factor: f32, dy: &[f32], matrix: &Matrix<'_>, dx: &mut [f32]) {
    let (out, width) = (matrix.out(), matrix.width());
    let dy = View::new(dy, out);
    if let Numbers::F32(numbers) = matrix.numbers() {
        return product::<false>(factor, dy, View::new(numbers, width), dx);
    }
    assert_eq!(dx.len(), dy.rows * width, "numbers of dx");
    let simd = Simd::best();
    // Taken, not borrowed: a thread that waits for the others may begin another product meanwhile.
    let mut rows = ROWS.take();
    let step = (UNPACKED / width).clamp(1, INNER);
    for first in (0..out).step_by(step) {
        let count = step.min(out - first);
        rows.resize(count * width, 0.0);
        matrix.unpack(first, &mut rows);
        if simd.has_panels() {
            let dy = (dy.numbers, out, first);
            if first == 0 {
                by_panels::<false>(simd, factor, dy, (&rows, width), dx);
            } else {
                by_panels::<true>(simd, factor, dy, (&rows, width), dx);
            }
            continue;
        }
        let dy = View { numbers: &dy.numbers[first..], columns: count, ..dy };
        let part = View::new(&rows, width);
        if first == 0 {
            by_gemm::<false>(factor, dy, part, dx);
        } else {
            by_gemm::<true>(factor, dy, part, dx);
        }
    }
    ROWS.set(rows);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::threads::pass_of;

    fn numbers(count: usize, seed: usize) -> Vec<f32> {
        (0..count).map(|at| ((at * 37 + seed * 11) % 101) as f32 / 50.5 - 1.0).collect()
    }

    #[test]
    fn it_is_the_definition_whichever_way_the_matrices_lie() {
        // More inner numbers than a panel holds, and columns that are no whole tiles.
        let (n, k, m) = (9, INNER + 33, 18);
        let (a, b, at, bt) = (numbers(n * k, 1), numbers(k * m, 2), numbers(k * n, 3), numbers(m * k, 4));
        let a_at = |turned: bool, i: usize, j: usize| if turned { at[j * n + i] } else { a[i * k + j] };
        let b_at = |turned: bool, i: usize, j: usize| if turned { bt[j * k + i] } else { b[i * m + j] };
        for (a_turned, b_turned) in [(false, false), (true, false), (false, true), (true, true)] {
            let left = if a_turned { View::new(&at, n).t() } else { View::new(&a, k) };
            let right = if b_turned { View::new(&bt, k).t() } else { View::new(&b, m) };
            let mut c = vec![1.0; n * m];
            product::<false>(0.5, left, right, &mut c);
            product::<true>(2.0, left, right, &mut c);
            let mut portable = vec![1.0; n * m];
            by_gemm::<false>(0.5, left, right, &mut portable);
            by_gemm::<true>(2.0, left, right, &mut portable);
            for (place, found) in c.iter().enumerate() {
                let (i, j) = (place / m, place % m);
                let sum: f32 = (0..k).map(|l| a_at(a_turned, i, l) * b_at(b_turned, l, j)).sum();
                let near = |found: f32| (found - 2.5 * sum).abs() < 1e-5 * sum.abs().max(1000.0);
                assert!(
                    near(*found) && near(portable[place]),
                    "{found}, {}, not {}",
                    portable[place],
                    2.5 * sum
                );
            }
        }
    }

    #[test]
    fn the_number_of_threads_does_not_change_a_bit() {
        // As in the backward pass of a matrix and of an adapter.
        for (n, k, m) in [(137, 256, 192), (137, 192, 8), (8, 413, 256), (301, 1031, 264)] {
            let (a, b) = (numbers(n * k, 1), numbers(k * m, 2));
            let with = |threads: usize| {
                let mut c = vec![0.5; n * m];
                pass_of(threads, || product::<true>(1.0, View::new(&a, k), View::new(&b, m), &mut c));
                c
            };
            let alone = with(1);
            assert!([2, 3, 4].into_iter().all(|threads| with(threads) == alone), "{n} {k} {m}");
        }
    }

    #[test]
    fn a_stored_matrix_is_multiplied_in_parts() {
        // More rows than are unpacked at once.
        let (out, width, rows) = (UNPACKED / 64 + 3, 64, 2);
        let blocks: Vec<crate::Block> = (0..out * width / crate::BLOCK)
            .map(|block| {
                let mut bytes: crate::Block = std::array::from_fn(|at| ((at * 29 + block * 7) % 256) as u8);
                bytes[..2].copy_from_slice(&half::f16::from_f32(0.01).to_le_bytes());
                bytes
            })
            .collect();
        let matrix = Matrix::new(Numbers::Q8_0(&blocks), out, width).expect("whole blocks");
        let mut plain = Vec::new();
        (0..out).for_each(|row| matrix.unpack_row(row, &mut plain));
        let dy = numbers(rows * out, 5);
        let (mut found, mut expected) = (vec![f32::NAN; rows * width], vec![0.0; rows * width]);
        product_with(1.5, &dy, &matrix, &mut found);
        let plain = Matrix::new(Numbers::F32(&plain), out, width).expect("as many numbers");
        product_with(1.5, &dy, &plain, &mut expected);
        for (found, expected) in found.iter().zip(&expected) {
            assert!((found - expected).abs() < 2e-3 * expected.abs().max(1.0), "{found}, not {expected}");
        }
    }
}
