//! Simpler: shorter sentences and everyday words.

use super::{Intent, Unit, Window};

pub(super) const SIMPLER: Intent = Intent {
    id: "simpler",
    label: "Simpler",
    description: "Uses everyday words and shorter sentences.",
    shortcut: 's',
    unit: Unit::Sentence,
    instructions: &[
        "Simplify this",
        "Make this simpler",
        "Write this in simple words",
        "Make this easy to read",
    ],
    chat_instruction: "Rewrite the text in everyday words and short sentences, for a reader who knows nothing \
        about the subject. Split long sentences if that helps. Keep all facts, names and \
        numbers.",
    // Splitting a sentence repeats its subject, so the rewrite may grow.
    length_window: Window { min: 0.5, max: 1.5 },
    edit_budget: 0.9,
    rules: false,
    guards: &["protected", "words", "length", "repetition", "negation"],
};
