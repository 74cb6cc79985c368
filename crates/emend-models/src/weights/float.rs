//! Plain numbers as files store them, brought to f32.

use candle_core::{Device, Tensor};
use half::{bf16, f16};

use crate::error::ModelError;

/// The number formats that are read; all little-endian.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Float {
    F32,
    F16,
    Bf16,
}

impl Float {
    /// Bytes of one number.
    pub(crate) fn width(self) -> usize {
        match self {
            Float::F32 => 4,
            Float::F16 | Float::Bf16 => 2,
        }
    }

    /// The numbers in `bytes` as an f32 tensor on the CPU. `bytes` is as long as `shape` demands.
    pub(crate) fn tensor(self, bytes: &[u8], shape: &[usize]) -> Result<Tensor, ModelError> {
        let numbers: Vec<f32> = match self {
            Float::F32 => bytes.as_chunks().0.iter().map(|b| f32::from_le_bytes(*b)).collect(),
            Float::F16 => bytes.as_chunks().0.iter().map(|b| f16::from_le_bytes(*b).to_f32()).collect(),
            Float::Bf16 => bytes.as_chunks().0.iter().map(|b| bf16::from_le_bytes(*b).to_f32()).collect(),
        };
        Ok(Tensor::from_vec(numbers, shape, &Device::Cpu)?)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn three_formats_of_the_same_numbers() {
        let numbers = [1.5_f32, -2.0, 0.25, 96.0];
        let f32s: Vec<u8> = numbers.iter().flat_map(|x| x.to_le_bytes()).collect();
        let f16s: Vec<u8> = numbers.iter().flat_map(|x| f16::from_f32(*x).to_le_bytes()).collect();
        let bf16s: Vec<u8> = numbers.iter().flat_map(|x| bf16::from_f32(*x).to_le_bytes()).collect();
        for (float, bytes) in [(Float::F32, f32s), (Float::F16, f16s), (Float::Bf16, bf16s)] {
            let tensor = float.tensor(&bytes, &[2, 2]).unwrap();
            assert_eq!(tensor.to_vec2::<f32>().unwrap(), [[1.5, -2.0], [0.25, 96.0]]);
            assert_eq!(bytes.len(), numbers.len() * float.width());
        }
    }
}
