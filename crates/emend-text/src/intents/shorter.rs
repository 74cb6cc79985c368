//! Shorter: the same message in fewer words.

use super::{Intent, Unit, Window};

pub(super) const SHORTER: Intent = Intent {
    id: "shorter",
    label: "Shorter",
    description: "Says the same in fewer words.",
    shortcut: 'h',
    unit: Unit::Sentence,
    instructions: &["Make this shorter", "Shorten this", "Say this in fewer words", "Make this more concise"],
    chat_instruction: "Say the same in fewer words. Drop repetition and filler, never a fact. Keep names, \
        numbers and quotations as they are.",
    length_window: Window { min: 0.3, max: 1.0 },
    edit_budget: 0.9,
    rules: false,
    guards: &["protected", "words", "length", "repetition", "negation"],
};
