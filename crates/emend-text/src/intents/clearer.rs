//! Clearer: the same message, easier to follow at first reading.

use super::{Intent, Unit, Window};

pub(super) const CLEARER: Intent = Intent {
    id: "clearer",
    label: "Clearer",
    description: "Untangles sentences so that they are understood at first reading.",
    shortcut: 'c',
    unit: Unit::Sentence,
    instructions: &[
        "Make this clearer",
        "Clarify this",
        "Rewrite this so that it is easier to understand",
        "Improve the clarity of this sentence",
    ],
    chat_instruction: "Rewrite the text so that it is understood at first reading. Untangle long sentences and \
        replace vague words. Add no information, and keep every name, number and quotation.",
    length_window: Window { min: 0.6, max: 1.4 },
    edit_budget: 0.8,
    rules: false,
    guards: &["protected", "words", "length", "repetition", "negation"],
};
