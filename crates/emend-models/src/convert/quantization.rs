//! How weights are stored after a conversion.

use std::fmt;
use std::str::FromStr;

use candle_core::quantized::GgmlDType;

use crate::names;

/// The type of the large matrices. Norms and position biases always stay f32: they are tiny, and llama.cpp expects
/// the norms so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Quantization {
    /// 32 bits: exact.
    F32,
    /// 16 bits.
    F16,
    /// 8.5 bits: blocks of 32 numbers with one f16 scale. The usual choice.
    Q8_0,
    /// 6.56 bits: blocks of 256.
    Q6K,
    /// 4.5 bits: blocks of 256.
    Q4K,
}

impl Quantization {
    /// All of them, the most exact first.
    pub const ALL: [Quantization; 5] =
        [Quantization::F32, Quantization::F16, Quantization::Q8_0, Quantization::Q6K, Quantization::Q4K];

    /// The name in files and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Quantization::F32 => "f32",
            Quantization::F16 => "f16",
            Quantization::Q8_0 => "q8_0",
            Quantization::Q6K => "q6_k",
            Quantization::Q4K => "q4_k",
        }
    }

    /// `general.file_type` of llama.cpp (`llama_ftype`).
    pub(super) fn file_type(self) -> u32 {
        match self {
            Quantization::F32 => 0,
            Quantization::F16 => 1,
            Quantization::Q8_0 => 7,
            Quantization::Q6K => 18,
            Quantization::Q4K => 14,
        }
    }

    /// The type of one tensor, by its Hugging Face name and shape.
    ///
    /// Rows that are not whole blocks fall back to smaller blocks, then to f16.
    pub(super) fn of(self, hf_name: &str, shape: &[usize]) -> GgmlDType {
        if shape.len() < 2 || hf_name.ends_with("relative_attention_bias.weight") {
            return GgmlDType::F32;
        }
        let wanted = match self {
            Quantization::F32 => GgmlDType::F32,
            Quantization::F16 => GgmlDType::F16,
            // A coarse table of embeddings costs most quality for its size, so it stays at 8 bits.
            Quantization::Q6K | Quantization::Q4K if names::EMBEDDING.contains(&hf_name) => GgmlDType::Q8_0,
            Quantization::Q8_0 => GgmlDType::Q8_0,
            Quantization::Q6K => GgmlDType::Q6K,
            Quantization::Q4K => GgmlDType::Q4K,
        };
        let last = shape.last().copied().unwrap_or(1);
        [wanted, GgmlDType::Q8_0, GgmlDType::F16]
            .into_iter()
            .find(|dtype| last % dtype.block_size() == 0)
            .unwrap_or(GgmlDType::F16)
    }
}

impl fmt::Display for Quantization {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Quantization {
    type Err = String;

    /// Reads [`Quantization::name`]; the error lists what there is.
    fn from_str(name: &str) -> Result<Quantization, String> {
        Quantization::ALL.into_iter().find(|quantization| quantization.name() == name).ok_or_else(|| {
            let names: Vec<&str> = Quantization::ALL.iter().map(|quantization| quantization.name()).collect();
            format!("{name:?} is not one of {}", names.join(", "))
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn rows_that_are_not_whole_blocks_fall_back() {
        let wo = "encoder.block.0.layer.1.DenseReluDense.wo.weight";
        for (quantization, last, expected) in [
            (Quantization::Q8_0, 64, GgmlDType::Q8_0),
            (Quantization::Q8_0, 63, GgmlDType::F16),
            (Quantization::Q4K, 512, GgmlDType::Q4K),
            (Quantization::Q4K, 64, GgmlDType::Q8_0),
            (Quantization::Q6K, 30, GgmlDType::F16),
            (Quantization::F32, 7, GgmlDType::F32),
        ] {
            assert_eq!(quantization.of(wo, &[8, last]), expected, "{quantization}, {last}");
        }
        let bias = "encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight";
        assert_eq!(Quantization::Q8_0.of(bias, &[32, 32]), GgmlDType::F32);
        assert_eq!(Quantization::F16.of("encoder.final_layer_norm.weight", &[32]), GgmlDType::F32);
        assert_eq!(Quantization::Q4K.of("shared.weight", &[9, 256]), GgmlDType::Q8_0);
    }

    #[test]
    fn names_are_read_back() {
        for quantization in Quantization::ALL {
            assert_eq!(quantization.to_string().parse::<Quantization>().unwrap(), quantization);
        }
        assert!("q3".parse::<Quantization>().unwrap_err().contains("q8_0"));
    }
}
