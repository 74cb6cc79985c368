//! Polite: requests instead of demands.

use super::{Intent, Unit, Window};

pub(super) const POLITE: Intent = Intent {
    id: "polite",
    label: "More polite",
    description: "Turns demands into requests and softens blunt wording.",
    shortcut: 'p',
    unit: Unit::Sentence,
    instructions: &[
        "Make this more polite",
        "Rewrite this politely",
        "Say this more politely",
        "Make this request polite",
    ],
    chat_instruction: "Rewrite the text politely: requests instead of demands, and no blame. Keep what is asked \
        for and by when, and do not grovel.",
    length_window: Window { min: 0.7, max: 1.8 },
    edit_budget: 0.9,
    rules: false,
    // No guard on negation: "You are wrong" may well become "I am not sure that is right".
    guards: &["protected", "words", "length", "repetition"],
};
