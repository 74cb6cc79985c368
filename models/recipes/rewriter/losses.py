"""What the rewriters learn from: the target text with edits weighted, a teacher's distribution, and the fate of each source token."""

import torch
import torch.nn.functional as F

from batches import CHANGED, EDITED, FORKED, PAD, UNKNOWN

FORKED_WEIGHT = 2.0


def position_weights(relation, edit_weight):
    """Loss weights of target positions by their relation to the source. (N) -> (N)"""
    table = torch.ones(3, device=relation.device)
    table[FORKED], table[EDITED] = FORKED_WEIGHT, edit_weight
    return table[relation]


class Step:
    """One batch on the device, as every model of the run sees it."""

    def __init__(self, arrays, device, edit_weight):
        x, y, relation, fate = (torch.from_numpy(a.astype("int64")).to(device, non_blocking=True) for a in arrays)
        self.source, self.mask = x, (x != PAD).long()
        self.shifted = torch.cat([torch.zeros_like(y[:, :1]), y[:, :-1]], 1)
        self.kept = y != PAD  # positions that count, (rows, T)
        self.target, self.relation, self.fate = y[self.kept], relation[self.kept], fate
        self.weights = position_weights(self.relation, edit_weight)
        self.total = self.weights.sum()


def forward(model, step):
    """Logits at the positions that count, (N, pieces), and the encoder's states, (rows, S, d)."""
    memory = model.encoder(input_ids=step.source, attention_mask=step.mask)[0]
    hidden = model.decoder(input_ids=step.shifted, encoder_hidden_states=memory, encoder_attention_mask=step.mask, use_cache=False)[0]
    return F.linear(hidden[step.kept] * model.config.d_model**-0.5, model.shared.weight), memory


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
    known = step.fate != UNKNOWN
    guess = detector(memory[known]).squeeze(-1).float()
    return F.binary_cross_entropy_with_logits(guess, (step.fate[known] == CHANGED).float())


def accuracy(logits, step):
    """(right positions, right edited positions, edited positions), teacher-forced"""
    right = logits.argmax(-1) == step.target
    edited = step.relation == EDITED
    return right.sum(), (right & edited).sum(), edited.sum()


