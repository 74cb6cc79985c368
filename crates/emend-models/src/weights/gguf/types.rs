//! GGML's tensor types by their codes in the file.

use candle_core::quantized::GgmlDType;

/// The types that are read, with their codes: those that candle can multiply with.
///
/// The intermediate types `q8_1` and `q8_K` never appear in files.
const TYPES: [(u32, GgmlDType); 13] = [
    (0, GgmlDType::F32),
    (1, GgmlDType::F16),
    (2, GgmlDType::Q4_0),
    (3, GgmlDType::Q4_1),
    (6, GgmlDType::Q5_0),
    (7, GgmlDType::Q5_1),
    (8, GgmlDType::Q8_0),
    (10, GgmlDType::Q2K),
    (11, GgmlDType::Q3K),
    (12, GgmlDType::Q4K),
    (13, GgmlDType::Q5K),
    (14, GgmlDType::Q6K),
    (30, GgmlDType::BF16),
];

/// The type with this code.
pub(super) fn by_code(code: u32) -> Option<GgmlDType> {
    TYPES.iter().find(|(known, _)| *known == code).map(|(_, dtype)| *dtype)
}

/// The code of a type that is in the table.
pub(super) fn code(dtype: GgmlDType) -> Option<u32> {
    TYPES.iter().find(|(_, known)| *known == dtype).map(|(code, _)| *code)
}

/// Bytes of a tensor of this type and shape; `None` when they overflow, or when the last dimension is not a whole
/// number of blocks.
pub(super) fn size(dtype: GgmlDType, shape: &[usize]) -> Option<usize> {
    let last = *shape.last()?;
    if last % dtype.block_size() != 0 || shape.contains(&0) {
        return None;
    }
    let elements = shape.iter().try_fold(1_usize, |product, &dimension| product.checked_mul(dimension))?;
    (elements / dtype.block_size()).checked_mul(dtype.type_size())
}
