//! What is asked.

use emend_text::{Dictionary, Format, Glossary, Instruction, Span};

/// One request to rewrite a text or a part of it.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    /// The whole document.
    pub text: &'a str,
    /// How to read it.
    pub format: Format,
    /// The part to rewrite, in bytes of `text`; `None` = all of it. Nothing outside changes, except that a
    /// range that cuts a word in two takes the whole word. An empty range stands for the paragraph it is in.
    pub range: Option<Span>,
    /// What to do.
    pub instruction: &'a Instruction,
    /// Terms that must survive as they are.
    pub glossary: &'a Glossary,
    /// Whose house rules hold in what is proposed.
    pub dictionary: &'a Dictionary,
    /// Further candidates per segment, beside the best one; 0 = none, which is fastest.
    pub alternatives: usize,
    /// Where the random numbers of the alternatives start. The first draft does not use it.
    pub seed: u64,
}
