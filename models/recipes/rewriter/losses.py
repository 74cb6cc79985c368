"""What the rewriters learn from: the target text with edits weighted, a teacher's distribution, and the fate of each source token."""

import numpy as np
import torch
import torch.nn.functional as F

import fast
from batches import CHANGED, COPIED, EDITED, FORKED, PAD, UNKNOWN

FORKED_WEIGHT = 2.0


def position_weights(relation, copied_weight, edit_weight):
    """Loss weights of target positions by their relation to the source. (N) -> (N)"""
    table = torch.empty(3, device=relation.device)
    table[COPIED], table[FORKED], table[EDITED] = copied_weight, FORKED_WEIGHT, edit_weight
    return table[relation]


class Step:
    """One batch on the device, as every model of the run sees it. Positions that count are found before the copy:
    finding them on a GPU would make it wait."""

    def __init__(self, arrays, device, edit_weight, copied=1.0, seed=0):
        """copied < 1: only that share of the copied positions counts, each 1/copied times; the output layer has less to do."""

        def put(array):
            tensor = torch.from_numpy(array.astype(np.int64))
            return tensor.pin_memory().to(device, non_blocking=True) if device.type == "cuda" else tensor

        x, y, relation, fate = arrays
        counts = y != PAD
        if copied < 1:
            counts &= (relation != COPIED) | (np.random.default_rng(seed).random(y.shape) < copied)
        kept, known = np.flatnonzero(counts), np.flatnonzero(fate != UNKNOWN)
        self.positions = len(kept)
        self.source, self.mask = put(x), put(x != PAD)
        self.shifted = put(np.concatenate([np.zeros_like(y[:, :1]), y[:, :-1]], 1))
        self.kept, self.target = put(kept), put(y.flat[kept])
        self.relation = put(relation.flat[kept])
        self.known, self.changed = put(known), put(fate.flat[known] == CHANGED)
        self.weights = position_weights(self.relation, 1 / copied, edit_weight)
        self.total = self.weights.sum()


def forward(model, step, dtype):
    """Logits at the positions that count, (N, pieces), and the encoder's states, (rows, S, d). dtype: that of the products."""
    memory = fast.encode(model, step.source, step.mask, dtype)
    hidden = fast.decode(model, step.shifted, memory, step.mask, dtype).flatten(0, 1).index_select(0, step.kept)
    return F.linear((hidden * model.config.d_model**-0.5).to(dtype), model.shared.weight.to(dtype)), memory


def text_loss(logits, step):
    """(weighted mean cross-entropy, cross-entropy at each position)"""
    each = F.cross_entropy(logits.float(), step.target, reduction="none")
    return (each * step.weights).sum() / step.total, each.detach()


def teacher_loss(logits, teacher, step):
    """Weighted mean cross-entropy against the teacher's distribution (Hinton et al. 2015, temperature 1)."""
    each = -(teacher.float().softmax(-1) * logits.float().log_softmax(-1)).sum(-1)
    return (each * step.weights).sum() / step.total


def fate_loss(detector, memory, step):
    """Mean binary cross-entropy of 'this source token will be changed', instruction and padding left out."""
    guess = detector(memory.flatten(0, 1).index_select(0, step.known)).squeeze(-1).float()
    return F.binary_cross_entropy_with_logits(guess, step.changed.float())


def accuracy(logits, step):
    """(right positions, right edited positions, edited positions), teacher-forced"""
    right = logits.argmax(-1) == step.target
    edited = step.relation == EDITED
    return right.sum(), (right & edited).sum(), edited.sum()


