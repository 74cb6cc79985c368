//! Paraphrase: the same content in other words.

use super::{Intent, Unit, Window};

pub(super) const PARAPHRASE: Intent = Intent {
    id: "paraphrase",
    label: "Paraphrase",
    description: "Says the same in other words.",
    shortcut: 'e',
    unit: Unit::Sentence,
    instructions: &[
        "Paraphrase this",
        "Say this in other words",
        "Rewrite this in different words",
        "Reword this",
    ],
    chat_instruction: "Say the same in other words, with another sentence structure where that sounds natural. \
        Keep the meaning, the tone and about the length.",
    length_window: Window { min: 0.6, max: 1.6 },
    edit_budget: 1.0,
    rules: false,
    guards: &["protected", "words", "length", "repetition", "negation"],
};
