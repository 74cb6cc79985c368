//! What happens to a text before its spaces are marked and pieces are searched.

use std::borrow::Cow;

use tokenizers::NormalizedString;
use tokenizers::normalizers::precompiled::Precompiled;

/// One step; a tokenizer takes several in order.
#[derive(Debug)]
pub(super) enum Step {
    /// Unicode's composed form.
    Compose,
    /// SentencePiece's character map, checked by [`super::charsmap::read`].
    Map(Precompiled),
    /// No white space at the start, or at the end.
    Strip { left: bool, right: bool },
    /// This in place of two spaces and more.
    Join(char),
}

impl Step {
    /// `text` after this step.
    pub(super) fn apply(&self, text: &str) -> String {
        match self {
            Step::Compose => {
                let mut normal = NormalizedString::from(text);
                normal.nfc();
                normal.get().to_owned()
            }
            Step::Map(map) => map.normalize_string(text),
            Step::Strip { left, right } => {
                let text = if *left { text.trim_start() } else { text };
                if *right { text.trim_end() } else { text }.to_owned()
            }
            Step::Join(with) => join(text, *with),
        }
    }
}

/// `text` after all `steps`.
pub(super) fn normal<'t>(steps: &[Step], text: &'t str) -> Cow<'t, str> {
    steps.iter().fold(Cow::Borrowed(text), |text, step| Cow::Owned(step.apply(&text)))
}

fn join(text: &str, with: char) -> String {
    let mut joined = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("  ") {
        let (before, spaces) = rest.split_at(at);
        joined.push_str(before);
        joined.push(with);
        rest = spaces.trim_start_matches(' ');
    }
    joined + rest
}
