//! Appropriate: the same point without insults, sneers or missing seriousness.

use super::{Intent, Unit, Window};

pub(super) const APPROPRIATE: Intent = Intent {
    id: "appropriate",
    label: "Appropriate",
    description: "Keeps the argument and takes out what would offend or derail it.",
    shortcut: 'a',
    unit: Unit::Sentence,
    instructions: &[
        "Make this appropriate",
        "Rewrite this without being offensive",
        "Make this argument appropriate",
        "Remove the toxic language from this",
    ],
    chat_instruction: "Rewrite the text so that it could be said in a fair discussion: no insults, no sneers, \
        no exaggerated emotion, no vagueness about what is meant. Keep its position and its \
        reasons; do not weaken the argument.",
    length_window: Window { min: 0.4, max: 1.8 },
    edit_budget: 0.9,
    rules: false,
    // No guard on negation: an insult is often best replaced by a denial.
    guards: &["protected", "words", "length", "repetition"],
};
