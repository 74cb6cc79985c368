//! Coherent: sentences that follow from one another.

use super::{Intent, Unit, Window};

pub(super) const COHERENT: Intent = Intent {
    id: "coherent",
    label: "More coherent",
    description: "Connects the sentences of a paragraph so that one follows from the other.",
    shortcut: 't',
    unit: Unit::Paragraph,
    instructions: &[
        "Make this text coherent",
        "Make this text more cohesive",
        "Improve the flow of this paragraph",
        "Connect these sentences",
    ],
    chat_instruction: "Rewrite the paragraph so that each sentence follows from the one before: clear \
        references, fitting connectives, a sensible order. Add no facts and drop none.",
    length_window: Window { min: 0.7, max: 1.4 },
    edit_budget: 0.6,
    rules: false,
    guards: &["protected", "words", "length", "repetition", "negation"],
};
