"""Makers of training pairs, one file per intent: make(r, text, tables) gives (source, target), or None where the text
offers nothing to work on. To add one, write its file and its line here."""

from makers import appropriate, clearer, coherent, formal, friendly, neutral, paraphrase, polite, shorter, simpler

MAKERS = {
    "appropriate": appropriate.make,
    "clearer": clearer.make,
    "coherent": coherent.make,
    "formal": formal.make,
    "friendly": friendly.make,
    "neutral": neutral.make,
    "paraphrase": paraphrase.make,
    "polite": polite.make,
    "shorter": shorter.make,
    "simpler": simpler.make,
}
