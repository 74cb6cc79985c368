//! Activations on tensors, with gradients.

use candle_core::{CpuStorage, CustomOp1, CustomOp2, Device, Layout, Result, Shape, Tensor};
use emend_kernels::activation::{Activation, activate, scale, slopes};

use crate::slices::{given, numbers};

/// act(x).
pub(super) struct Activated(pub(super) Activation);

impl CustomOp1 for Activated {
    fn name(&self) -> &'static str {
        "activation"
    }

    fn cpu_fwd(&self, x: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let mut y = given(x, layout)?.to_vec();
        activate(self.0, &mut y, None);
        Ok((CpuStorage::F32(y), layout.shape().clone()))
    }

    fn bwd(&self, x: &Tensor, _y: &Tensor, dy: &Tensor) -> Result<Option<Tensor>> {
        let dy = dy.contiguous()?;
        let mut dx = numbers(x)?.to_vec();
        slopes(self.0, &mut dx);
        scale(&mut dx, &numbers(&dy)?);
        Ok(Some(Tensor::from_vec(dx, x.shape(), &Device::Cpu)?))
    }
}

/// act(x) ⊙ gate.
pub(super) struct Gated(pub(super) Activation);

impl CustomOp2 for Gated {
    fn name(&self) -> &'static str {
        "gated-activation"
    }

    fn cpu_fwd(
        &self,
        x: &CpuStorage,
        x_layout: &Layout,
        gate: &CpuStorage,
        gate_layout: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let mut y = given(x, x_layout)?.to_vec();
        activate(self.0, &mut y, Some(given(gate, gate_layout)?));
        Ok((CpuStorage::F32(y), x_layout.shape().clone()))
    }

    fn bwd(
        &self,
        x: &Tensor,
        gate: &Tensor,
        _y: &Tensor,
        dy: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>)> {
        let dy = dy.contiguous()?;
        let dy = numbers(&dy)?;
        let (mut dx, mut dgate) = (numbers(x)?.to_vec(), numbers(x)?.to_vec());
        slopes(self.0, &mut dx);
        scale(&mut dx, &numbers(gate)?);
        scale(&mut dx, &dy);
        activate(self.0, &mut dgate, Some(&dy));
        let tensor = |numbers| Tensor::from_vec(numbers, x.shape(), &Device::Cpu);
        Ok((Some(tensor(dx)?), Some(tensor(dgate)?)))
    }
}
