//! Fix: correct grammar, spelling and punctuation, and nothing else.

use super::{Intent, Unit, Window};

pub(super) const FIX: Intent = Intent {
    id: "fix",
    label: "Fix grammar",
    description: "Corrects grammar, spelling and punctuation and leaves your style alone.",
    shortcut: 'f',
    unit: Unit::Sentence,
    instructions: &[
        "Fix the grammar",
        "Correct the grammar and spelling",
        "Fix the mistakes in this sentence",
        "Remove grammatical errors",
        "Proofread this",
    ],
    chat_instruction: "Correct the grammar, spelling and punctuation. Change nothing else: keep the wording, \
        the tone and the order of the sentences. If there is nothing to correct, repeat the text \
        as it is.",
    length_window: Window { min: 0.8, max: 1.25 },
    edit_budget: 0.4,
    rules: true,
    guards: &["protected", "words", "length", "repetition", "negation", "content"],
};
