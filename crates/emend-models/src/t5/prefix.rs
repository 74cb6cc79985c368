//! Tokens that the encoder reads before every source.

use std::borrow::Cow;
use std::sync::Arc;

use emend_decode::TokenId;

/// Tokens before every source; none unless an adapter brings some.
#[derive(Debug, Clone, Default)]
pub(super) struct Prefix(Arc<[TokenId]>);

impl Prefix {
    pub(super) fn new(tokens: &[TokenId]) -> Self {
        Self(tokens.into())
    }

    /// The sources as they are read. One that is empty stays empty: it is an error of whoever made it.
    pub(super) fn before<'s>(&self, sources: &[&'s [TokenId]]) -> Vec<Cow<'s, [TokenId]>> {
        let one = |source: &&'s [TokenId]| match (self.0.is_empty(), source.is_empty()) {
            (false, false) => Cow::Owned([&self.0, *source].concat()),
            _ => Cow::Borrowed(*source),
        };
        sources.iter().map(one).collect()
    }
}

/// What was put behind a prefix, as slices.
pub(super) fn slices<'s>(sources: &'s [Cow<'_, [TokenId]>]) -> Vec<&'s [TokenId]> {
    sources.iter().map(AsRef::as_ref).collect()
}
