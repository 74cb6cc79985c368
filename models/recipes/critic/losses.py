"""The critic's losses. Each is a mean, so that the weights below say how much each task counts."""

import torch
import torch.nn.functional as F

from arrays import UNIT

TEMPERATURE = 0.05
SCALE = 20.0  # of the ranking loss
WEIGHTS = {"token": 2.0, "same": 0.4, "similar": 1.0}


def sentence(logits, target, known):
    """Binary cross-entropy with soft targets: the mean of each head, summed. [texts, heads]"""
    each = F.binary_cross_entropy_with_logits(logits, target, reduction="none") * known
    return (each.sum(0) / known.sum(0).clamp(min=1)).sum()


def token(logits, target, known):
    each = F.binary_cross_entropy_with_logits(logits, target, reduction="none") * known
    return each.sum() / known.sum().clamp(min=1)


def same(vectors, rows, hard):
    """InfoNCE: each text finds its like among all the batch's, hard negatives included."""
    a, b = vectors[rows[:, 0]], vectors[rows[:, 1]]
    pool = torch.cat([b, vectors[hard]])
    # Another pair's text that is the very same one is no negative.
    other = torch.cat([rows[:, 1], hard])
    clash = (other[None, :] == rows[:, :1]) | ((other[None, :] == rows[:, 1:2]) & ~torch.eye(len(rows), len(other), dtype=torch.bool, device=rows.device))
    here = torch.arange(len(rows), device=rows.device)
    forth = F.cross_entropy((a @ pool.T / TEMPERATURE).masked_fill(clash, -1e9), here)
    back = F.cross_entropy((b @ a.T / TEMPERATURE).masked_fill(clash[:, :len(rows)].T & ~torch.eye(len(rows), dtype=torch.bool, device=rows.device), -1e9), here)
    return (forth + back) / 2


def similar(vectors, rows):
    """Graded pairs: more alike pairs get the larger cosine (CoSENT), and the cosine is near the score."""
    cosine = (vectors[rows[:, 0]] * vectors[rows[:, 1]]).sum(-1)
    score = rows[:, 3].float() / UNIT
    wrong = (cosine[:, None] - cosine[None, :]) * SCALE  # row should be below column
    wrong = wrong.masked_fill(score[:, None] >= score[None, :], -1e9)
    return torch.logsumexp(F.pad(wrong.flatten(), (0, 1)), 0) / 4 + 2 * F.mse_loss(cosine, score)


def total(out, batch):
    logits, vectors, tokens = out
    parts = {"sentence": sentence(logits, batch["target"], batch["known"]), "token": token(tokens, batch["wrong"], batch["marked"])}
    if len(batch["alike"]) > 1:
        parts["same"] = same(vectors, batch["alike"], batch["hard"])
    if len(batch["graded"]) > 1:
        parts["similar"] = similar(vectors, batch["graded"])
    return sum(WEIGHTS.get(k, 1.0) * v for k, v in parts.items()), parts
