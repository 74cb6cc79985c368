//! Neutral: facts without the writer's opinion of them.

use super::{Intent, Unit, Window};

pub(super) const NEUTRAL: Intent = Intent {
    id: "neutral",
    label: "More neutral",
    description: "Takes out loaded words and opinions that are presented as facts.",
    shortcut: 'n',
    unit: Unit::Sentence,
    instructions: &[
        "Write in a more neutral way",
        "Make this neutral",
        "Remove the bias from this",
        "Neutralize the tone of this text",
    ],
    chat_instruction: "Rewrite the text in a neutral point of view: replace loaded words, attribute or remove \
        opinions that are presented as facts. Keep every fact, name, number and quotation.",
    length_window: Window { min: 0.5, max: 1.3 },
    edit_budget: 0.6,
    rules: false,
    // No guard on negation: a loaded "refused to" becomes "did not".
    guards: &["protected", "words", "length", "repetition"],
};
