//! Who judges what the policy writes.

use std::error::Error;

use crate::examples::Prompt;

/// A rewrite to be judged.
#[derive(Debug, Clone, Copy)]
pub struct Attempt<'a> {
    /// The text and what was wanted.
    pub prompt: &'a Prompt,
    /// Its rewrite; equal to the text when that was left alone.
    pub rewrite: &'a str,
}

/// Judges attempts: for each, the numbers of the recipe's reward parts in its order, each in [0, 1] and higher when
/// better.
///
/// A closure, because critics, grammar rules and graders belong to the application.
pub type Judge<'j> = &'j mut dyn FnMut(&[Attempt<'_>]) -> Result<Vec<Vec<f32>>, Box<dyn Error + Send + Sync>>;
