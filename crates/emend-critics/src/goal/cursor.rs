//! Reading a clause from its beginning, word by word.

use super::Phrase;
use super::clauses::Token;

/// The tokens of a clause that are still to be read.
#[derive(Debug)]
pub(super) struct Words<'c> {
    pub(super) rest: &'c [Token],
}

impl<'c> Words<'c> {
    /// All of a clause.
    pub(super) fn of(clause: &'c [Token]) -> Self {
        Self { rest: clause }
    }

    /// The next word, unless it is quoted.
    pub(super) fn peek(&self) -> Option<&'c str> {
        self.rest.first().filter(|token| !token.quoted).map(|token| token.text.as_str())
    }

    /// Passes over one token.
    pub(super) fn next(&mut self) -> Option<&'c Token> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(first)
    }

    /// Passes over the next word if it is one of `words`.
    pub(super) fn any(&mut self, words: &[&str]) -> bool {
        let found = self.peek().is_some_and(|next| words.contains(&next));
        if found {
            self.next();
        }
        found
    }

    /// Passes over `words` if they all come next.
    pub(super) fn all(&mut self, words: &[&str]) -> bool {
        let whole = self.rest;
        let found = words.iter().all(|word| self.any(&[word]));
        if !found {
            self.rest = whole;
        }
        found
    }

    /// Passes over every word of `words` that comes next.
    pub(super) fn skip(&mut self, words: &[&str]) {
        while self.any(words) {}
    }

    /// Passes over the next token if it is a number.
    pub(super) fn number(&mut self) -> Option<&'c Token> {
        let is_number = self.peek()?.bytes().all(|byte| byte.is_ascii_digit());
        if is_number { self.next() } else { None }
    }

    /// Passes over the next token if it is a quoted phrase.
    pub(super) fn phrase(&mut self) -> Option<Phrase> {
        let phrase = Phrase::new(&self.rest.first().filter(|token| token.quoted)?.text)?;
        self.next();
        Some(phrase)
    }

    /// What is left, or `whole` when nothing is: an error needs a place.
    pub(super) fn rest_or(&self, whole: &'c [Token]) -> &'c [Token] {
        if self.rest.is_empty() { whole } else { self.rest }
    }
}
