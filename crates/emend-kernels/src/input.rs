//! What meets the matrices: rows of numbers, and the same in eight bits for matrices that are in eight bits.

use crate::columns::Columns;
use crate::matrix::{Matrix, Numbers};
use crate::q8_0::Quantized;
use crate::simd::Simd;
use crate::{TILE, float, q8_0, threads};

/// Rows (N, in) to be multiplied. Its memory is used again by the next rows.
#[derive(Debug, Clone, Default)]
pub struct Input {
    floats: Vec<f32>,
    width: usize,
    /// The same rows in eight bits, made when a matrix first asks.
    quantized: Option<Quantized>,
    spare: Quantized,
}

impl Input {
    /// Room for `rows` rows of `width` numbers, to be written by the caller. What it holds until then has no meaning.
    pub fn begin(&mut self, rows: usize, width: usize) -> &mut [f32] {
        self.width = width;
        self.floats.resize(rows * width, 0.0);
        if let Some(old) = self.quantized.take() {
            self.spare = old;
        }
        &mut self.floats
    }

    /// The rows (N, in).
    pub fn floats(&self) -> &[f32] {
        &self.floats
    }

    /// N.
    pub fn rows(&self) -> usize {
        self.floats.len() / self.width.max(1)
    }

    /// Numbers in a row.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Takes the rows of `numbers`, and gives back memory to write the next into: an exchange without a copy.
    pub fn take(&mut self, numbers: &mut Vec<f32>, width: usize) {
        self.begin(0, width);
        std::mem::swap(&mut self.floats, numbers);
    }

    /// Multiplies every number by `factor`.
    pub fn scale(&mut self, factor: f32) {
        debug_assert!(self.quantized.is_none(), "scaled before the first product");
        for x in &mut self.floats {
            *x *= factor;
        }
    }

    /// y = x Wᵀ for all rows x, (N, out), in the place of what `out` held. The matrix has as many inputs as the rows have
    /// numbers.
    ///
    /// For a matrix of `q8_0` the rows are rounded to eight bits per block of 32, as GGML does, once for all matrices.
    pub fn multiply(&mut self, matrix: &Matrix<'_>, out: &mut Vec<f32>) {
        self.multiply_with(Simd::best(), matrix, out);
    }

    pub(crate) fn multiply_with(&mut self, simd: Simd, matrix: &Matrix<'_>, out: &mut Vec<f32>) {
        assert_eq!(matrix.width(), self.width, "inputs of the matrix and numbers in a row");
        let rows = self.rows();
        out.resize(rows * matrix.out(), 0.0);
        if rows == 0 {
            return;
        }
        if self.quantized.is_none() && matches!(matrix.numbers(), Numbers::Q8_0(_)) {
            let mut fresh = std::mem::take(&mut self.spare);
            fresh.fill(simd, &self.floats, self.width);
            self.quantized = Some(fresh);
        }
        let this = &*self;
        divide(rows * self.width, Columns::of(out, matrix.out()), &|columns| {
            this.columns(simd, matrix, columns);
        });
    }

    fn columns(&self, simd: Simd, matrix: &Matrix<'_>, out: Columns<'_>) {
        match (matrix.numbers(), &self.quantized) {
            (Numbers::F32(numbers), _) => float::multiply(simd, numbers, &self.floats, self.width, out),
            (Numbers::F16(numbers), _) => {
                float::multiply(simd, float::halves(numbers), &self.floats, self.width, out);
            }
            (Numbers::Bf16(numbers), _) => {
                float::multiply(simd, float::uppers(numbers), &self.floats, self.width, out);
            }
            (Numbers::Q8_0(blocks), Some(x)) => q8_0::multiply(simd, blocks, x, out),
            (Numbers::Q8_0(_), None) => unreachable!("made before the first product"),
        }
    }
}

/// Hands out columns, each of which takes `each` multiplications, to as many threads as they are worth: whole tiles.
pub(crate) fn divide(each: usize, mut out: Columns<'_>, work: &(impl Fn(Columns<'_>) + Sync)) {
    let count = out.range().len();
    threads::divide(each * count, count.div_ceil(TILE), |tiles| out.cut(tiles * TILE), work);
}
