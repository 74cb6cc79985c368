//! Friendly: the same message in a warmer voice.

use super::{Intent, Unit, Window};

pub(super) const FRIENDLY: Intent = Intent {
    id: "friendly",
    label: "Friendlier",
    description: "Gives the text a warmer and more relaxed voice.",
    shortcut: 'r',
    unit: Unit::Paragraph,
    instructions: &[
        "Make this friendlier",
        "Write this in a friendly tone",
        "Make this sound warmer",
        "Rewrite this in a casual and kind way",
    ],
    chat_instruction: "Rewrite the text in a warm, relaxed voice, as to a colleague one likes. Promise nothing \
        that the text does not promise, and add no emoji.",
    length_window: Window { min: 0.7, max: 1.6 },
    edit_budget: 0.9,
    rules: false,
    guards: &["protected", "words", "length", "repetition", "negation"],
};
