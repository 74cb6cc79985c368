//! Matrices as files store them.

use crate::float::Number;
use crate::q8_0::{BLOCK, Block};
use crate::simd::{Simd, dispatch};

/// A matrix (out, in), row-major, wherever it lies; y = x Wᵀ.
#[derive(Debug, Clone, Copy)]
pub struct Matrix<'a> {
    numbers: Numbers<'a>,
    out: usize,
    width: usize,
}

/// The numbers of a matrix, little-endian.
#[derive(Debug, Clone, Copy)]
pub enum Numbers<'a> {
    /// 32 bits each.
    F32(&'a [f32]),
    /// 16 bits each, IEEE 754.
    F16(&'a [[u8; 2]]),
    /// 16 bits each, the upper half of an `f32`.
    Bf16(&'a [[u8; 2]]),
    /// GGML's `q8_0`: blocks of 32 numbers of 8 bits after an f16 scale.
    Q8_0(&'a [Block]),
}

impl<'a> Matrix<'a> {
    /// `None` when there are not out · width numbers, or a row is not a whole number of blocks.
    pub fn new(numbers: Numbers<'a>, out: usize, width: usize) -> Option<Self> {
        let found = match numbers {
            Numbers::F32(numbers) => numbers.len(),
            Numbers::F16(numbers) | Numbers::Bf16(numbers) => numbers.len(),
            Numbers::Q8_0(blocks) if width.is_multiple_of(BLOCK) => blocks.len().checked_mul(BLOCK)?,
            Numbers::Q8_0(_) => return None,
        };
        (out > 0 && width > 0 && out.checked_mul(width) == Some(found)).then_some(Self {
            numbers,
            out,
            width,
        })
    }

    /// The numbers.
    pub fn numbers(&self) -> Numbers<'a> {
        self.numbers
    }

    /// Number of outputs.
    pub fn out(&self) -> usize {
        self.out
    }

    /// Number of inputs.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Writes the numbers of as many whole rows as `to` holds, from row `first` on, as `f32`.
    pub(crate) fn unpack(&self, first: usize, to: &mut [f32]) {
        let range = first * self.width..first * self.width + to.len();
        let simd = Simd::best();
        match self.numbers {
            Numbers::F32(numbers) => to.copy_from_slice(&numbers[range]),
            Numbers::F16(numbers) => widen(simd, crate::float::halves(&numbers[range]), to),
            Numbers::Bf16(numbers) => widen(simd, crate::float::uppers(&numbers[range]), to),
            Numbers::Q8_0(blocks) => unpack_blocks(simd, &blocks[range.start / BLOCK..range.end / BLOCK], to),
        }
    }

    /// Adds the numbers of one row to `to` as `f32`.
    pub fn unpack_row(&self, row: usize, to: &mut Vec<f32>) {
        let range = row * self.width..(row + 1) * self.width;
        match self.numbers {
            Numbers::F32(numbers) => to.extend_from_slice(&numbers[range]),
            Numbers::F16(numbers) => {
                to.extend(numbers[range].iter().map(|&n| half::f16::from_le_bytes(n).to_f32()));
            }
            Numbers::Bf16(numbers) => {
                to.extend(numbers[range].iter().map(|&n| half::bf16::from_le_bytes(n).to_f32()));
            }
            Numbers::Q8_0(blocks) => {
                for block in &blocks[range.start / BLOCK..range.end / BLOCK] {
                    let scale = crate::q8_0::scale(block);
                    to.extend(block[2..].iter().map(|&quant| f32::from(quant.cast_signed()) * scale));
                }
            }
        }
    }
}

dispatch!(widen<T: Number> = widen_body(numbers: &[T], to: &mut [f32]));
dispatch!(unpack_blocks = unpack_body(blocks: &[Block], to: &mut [f32]));

#[inline(always)]
fn widen_body<const FUSED: bool, T: Number>(numbers: &[T], to: &mut [f32]) {
    to.iter_mut().zip(numbers).for_each(|(to, number)| *to = number.wide());
}

#[inline(always)]
fn unpack_body<const FUSED: bool>(blocks: &[Block], to: &mut [f32]) {
    for (to, block) in to.as_chunks_mut::<BLOCK>().0.iter_mut().zip(blocks) {
        let scale = crate::q8_0::scale(block);
        to.iter_mut().zip(&block[2..]).for_each(|(to, quant)| *to = f32::from(quant.cast_signed()) * scale);
    }
}

/// Bytes as numbers in place; `None` where they do not lie on a multiple of four, are not whole numbers, or the machine
/// counts from the other end.
pub fn f32s(bytes: &[u8]) -> Option<&[f32]> {
    // SAFETY: every four bytes are an `f32`.
    let (before, numbers, after) = unsafe { bytes.align_to::<f32>() };
    (before.is_empty() && after.is_empty() && cfg!(target_endian = "little")).then_some(numbers)
}
