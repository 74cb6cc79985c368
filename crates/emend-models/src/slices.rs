//! The numbers of a tensor where they lie, for kernels that work on slices.

use std::ops::{Deref, Range};

use candle_core::{CpuStorage, Layout, Result, Storage, Tensor};

/// The numbers that an operation of ours is given; an error of candle for others than contiguous f32.
pub(crate) fn given<'s>(storage: &'s CpuStorage, layout: &Layout) -> Result<&'s [f32]> {
    let Some((start, end)) = layout.contiguous_offsets() else {
        candle_core::bail!("expected contiguous numbers, found {layout:?}");
    };
    Ok(&storage.as_slice::<f32>()?[start..end])
}

/// The numbers of a contiguous f32 tensor on the CPU; an error of candle for another. A variable cannot be set as long
/// as they are held.
pub(crate) fn numbers(tensor: &Tensor) -> Result<impl Deref<Target = [f32]> + '_> {
    let (storage, layout) = tensor.storage_and_layout();
    let Some((start, end)) = layout.contiguous_offsets() else {
        candle_core::bail!("expected a contiguous tensor, found {layout:?}");
    };
    let numbers = Held { storage, range: start..end };
    numbers.get()?;
    Ok(numbers)
}

struct Held<S> {
    storage: S,
    range: Range<usize>,
}

impl<S: Deref<Target = Storage>> Held<S> {
    fn get(&self) -> Result<&[f32]> {
        let Storage::Cpu(storage) = &*self.storage else {
            candle_core::bail!("expected a tensor on the CPU");
        };
        Ok(&storage.as_slice::<f32>()?[self.range.clone()])
    }
}

impl<S: Deref<Target = Storage>> Deref for Held<S> {
    type Target = [f32];

    fn deref(&self) -> &[f32] {
        // Checked when it was made.
        self.get().unwrap_or_default()
    }
}
