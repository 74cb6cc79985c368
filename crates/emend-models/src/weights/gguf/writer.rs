//! Writes the header of a GGUF file, version 3.

use candle_core::quantized::GgmlDType;

use super::{DEFAULT_ALIGNMENT, MAGIC, types};

/// A metadata value to write.
#[derive(Debug, Clone)]
pub(crate) enum HeaderValue {
    U32(u32),
    F32(f32),
    Bool(bool),
    Text(String),
    Texts(Vec<String>),
    F32s(Vec<f32>),
    I32s(Vec<i32>),
}

/// A tensor that will follow the header.
#[derive(Debug, Clone)]
pub(crate) struct TensorPlan {
    pub(crate) name: String,
    pub(crate) dtype: GgmlDType,
    /// Outermost dimension first.
    pub(crate) shape: Vec<usize>,
}

impl TensorPlan {
    /// Bytes of the tensor; `None` when its type does not fit its shape.
    pub(crate) fn size(&self) -> Option<usize> {
        types::size(self.dtype, &self.shape)
    }
}

/// What stands before the numbers.
#[derive(Debug, Default)]
pub(crate) struct Header {
    pub(crate) metadata: Vec<(String, HeaderValue)>,
    pub(crate) tensors: Vec<TensorPlan>,
}

impl Header {
    /// The bytes of the header, padded so that the first tensor may follow. Every tensor must then be followed by
    /// [`Header::padding`]. `None` when a tensor's type does not fit its shape.
    pub(crate) fn bytes(&self) -> Option<Vec<u8>> {
        let mut out = MAGIC.to_vec();
        out.extend(3_u32.to_le_bytes());
        out.extend((self.tensors.len() as u64).to_le_bytes());
        out.extend((self.metadata.len() as u64).to_le_bytes());
        for (key, value) in &self.metadata {
            text(&mut out, key);
            value.write(&mut out);
        }
        let mut offset = 0_u64;
        for tensor in &self.tensors {
            text(&mut out, &tensor.name);
            out.extend((tensor.shape.len() as u32).to_le_bytes());
            for dimension in tensor.shape.iter().rev() {
                out.extend((*dimension as u64).to_le_bytes());
            }
            out.extend(types::code(tensor.dtype)?.to_le_bytes());
            out.extend(offset.to_le_bytes());
            offset += (tensor.size()? as u64).next_multiple_of(DEFAULT_ALIGNMENT);
        }
        out.resize(out.len() + Header::padding(out.len()).len(), 0);
        Some(out)
    }

    /// Zeros that bring `length` bytes up to the alignment.
    pub(crate) fn padding(length: usize) -> &'static [u8] {
        const ZEROS: [u8; DEFAULT_ALIGNMENT as usize] = [0; DEFAULT_ALIGNMENT as usize];
        &ZEROS[..length.next_multiple_of(ZEROS.len()) - length]
    }
}

impl HeaderValue {
    /// Writes the type code and the value.
    fn write(&self, out: &mut Vec<u8>) {
        const LIST: u32 = 9;
        let (code, list) = match self {
            HeaderValue::U32(_) => (4_u32, None),
            HeaderValue::F32(_) => (6, None),
            HeaderValue::Bool(_) => (7, None),
            HeaderValue::Text(_) => (8, None),
            HeaderValue::Texts(texts) => (8, Some(texts.len())),
            HeaderValue::F32s(numbers) => (6, Some(numbers.len())),
            HeaderValue::I32s(numbers) => (5, Some(numbers.len())),
        };
        if let Some(count) = list {
            out.extend(LIST.to_le_bytes());
            out.extend(code.to_le_bytes());
            out.extend((count as u64).to_le_bytes());
        } else {
            out.extend(code.to_le_bytes());
        }
        match self {
            HeaderValue::U32(number) => out.extend(number.to_le_bytes()),
            HeaderValue::F32(number) => out.extend(number.to_le_bytes()),
            HeaderValue::Bool(bool) => out.push(u8::from(*bool)),
            HeaderValue::Text(value) => text(out, value),
            HeaderValue::Texts(texts) => texts.iter().for_each(|value| text(out, value)),
            HeaderValue::F32s(numbers) => numbers.iter().for_each(|n| out.extend(n.to_le_bytes())),
            HeaderValue::I32s(numbers) => numbers.iter().for_each(|n| out.extend(n.to_le_bytes())),
        }
    }
}

fn text(out: &mut Vec<u8>, text: &str) {
    out.extend((text.len() as u64).to_le_bytes());
    out.extend(text.as_bytes());
}
