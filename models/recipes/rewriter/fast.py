"""T5's layer norm in one fused operation: the same function, fewer passes over memory."""

import torch.nn.functional as F
from transformers.models.t5 import modeling_t5


def use_fused_norm():
    def forward(self, hidden):
        return F.rms_norm(hidden, self.weight.shape, self.weight, self.variance_epsilon)

    modeling_t5.T5LayerNorm.forward = forward
