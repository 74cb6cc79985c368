//! What a rule found, in byte offsets of the text it was given.

use emend_text::Span;

/// What findings of the writer's own rules are called, and their family.
pub(crate) const HOUSE_RULE: &str = "HouseRule";

/// One finding of one rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lint {
    /// Where, in bytes of the text that was linted.
    pub span: Span,
    /// What is wrong, said to the writer.
    pub message: String,
    /// The rule's name, stable across runs: what "ignore this rule" would name.
    pub rule: String,
    /// The family of the rule, for example `Spelling` or `Agreement`.
    pub kind: String,
    /// Ways to resolve it, best first; may be empty.
    pub suggestions: Vec<Suggestion>,
}

impl Lint {
    /// Whether it is a rule of the writer's own dictionary: a matter of taste, and no error.
    pub fn is_house_rule(&self) -> bool {
        self.kind == HOUSE_RULE
    }
}

/// One way to resolve a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// What a button says.
    pub label: String,
    /// What takes the place of the bytes at the lint's span.
    pub replacement: String,
}
