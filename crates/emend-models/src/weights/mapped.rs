//! A tensor that stays in its file: the system brings its pages when they are read, and can drop them again.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use candle_core::quantized::{GgmlDType, QStorage, QTensor};
use candle_core::{Device, Tensor};
use emend_kernels::{Matrix, Numbers, f32s};

use super::map::MappedFile;

/// Types that our own kernels multiply with where they lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NumberType {
    F32,
    F16,
    Bf16,
    Q8_0,
}

impl NumberType {
    /// The same type in GGML.
    pub(crate) fn ggml(self) -> GgmlDType {
        match self {
            NumberType::F32 => GgmlDType::F32,
            NumberType::F16 => GgmlDType::F16,
            NumberType::Bf16 => GgmlDType::BF16,
            NumberType::Q8_0 => GgmlDType::Q8_0,
        }
    }
}

/// A tensor in a mapped file. A clone is another view of the same bytes.
#[derive(Clone)]
pub struct Mapped {
    file: Arc<MappedFile>,
    bytes: Range<usize>,
    number: NumberType,
    shape: Vec<usize>,
}

impl Mapped {
    /// `None` when the bytes lie outside the file, are not those of the shape, or cannot be read in place: f32 at an odd
    /// address.
    pub(crate) fn new(
        file: &Arc<MappedFile>,
        bytes: Range<usize>,
        number: NumberType,
        shape: &[usize],
    ) -> Option<Self> {
        let mapped = Self { file: file.clone(), bytes, number, shape: shape.to_owned() };
        mapped.checked_matrix().is_some().then_some(mapped)
    }

    /// The numbers as a matrix (out, in) of the last dimension's rows; a vector is a matrix of one row.
    pub(crate) fn matrix(&self) -> Matrix<'_> {
        self.checked_matrix().unwrap_or_else(|| unreachable!("checked when it was made, and neither changes"))
    }

    fn checked_matrix(&self) -> Option<Matrix<'_>> {
        let bytes = self.file.bytes().get(self.bytes.clone())?;
        let whole = |rest: &[u8]| rest.is_empty().then_some(());
        let numbers = match self.number {
            NumberType::F32 => Numbers::F32(f32s(bytes)?),
            NumberType::F16 | NumberType::Bf16 => {
                let (pairs, rest) = bytes.as_chunks();
                whole(rest)?;
                if self.number == NumberType::F16 { Numbers::F16(pairs) } else { Numbers::Bf16(pairs) }
            }
            NumberType::Q8_0 => {
                let (blocks, rest) = bytes.as_chunks();
                whole(rest)?;
                Numbers::Q8_0(blocks)
            }
        };
        let (width, outer) = self.shape.split_last()?;
        let out = outer.iter().try_fold(1_usize, |out, &dimension| out.checked_mul(dimension))?;
        Matrix::new(numbers, out, *width)
    }

    /// The type of its numbers.
    pub(crate) fn number(&self) -> NumberType {
        self.number
    }

    /// The shape, outermost dimension first.
    pub fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// Bytes in the file.
    pub fn size(&self) -> usize {
        self.bytes.len()
    }

    /// A copy as f32.
    pub(crate) fn to_tensor(&self) -> candle_core::Result<Tensor> {
        let matrix = self.matrix();
        let mut numbers = Vec::with_capacity(matrix.out() * matrix.width());
        for row in 0..matrix.out() {
            matrix.unpack_row(row, &mut numbers);
        }
        Tensor::from_vec(numbers, self.shape.as_slice(), &Device::Cpu)
    }

    /// A copy for candle's own quantized kernels.
    pub fn to_quantized(&self) -> candle_core::Result<QTensor> {
        let bytes = self.file.bytes().get(self.bytes.clone()).unwrap_or_default();
        let storage = QStorage::from_data(bytes.into(), &Device::Cpu, self.number.ggml())?;
        QTensor::new(storage, self.shape.as_slice())
    }
}

impl fmt::Debug for Mapped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} {:?} in {}", self.number, self.shape, self.file.path().display())
    }
}
