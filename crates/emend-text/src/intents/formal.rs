//! Formal: the register of a letter to someone one does not know.

use super::{Intent, Unit, Window};

pub(super) const FORMAL: Intent = Intent {
    id: "formal",
    label: "More formal",
    description: "Turns casual wording into that of a formal letter.",
    shortcut: 'o',
    unit: Unit::Sentence,
    instructions: &[
        "Write this more formally",
        "Make this more formal",
        "Rewrite this in a formal style",
        "Use formal language",
    ],
    chat_instruction: "Rewrite the text in a formal register: no slang, no contractions, complete sentences. \
        Keep the meaning and the length, and do not become pompous.",
    length_window: Window { min: 0.7, max: 1.6 },
    edit_budget: 0.9,
    rules: false,
    guards: &["protected", "words", "length", "repetition", "negation"],
};
