//! Text to token numbers and back.
//!
//! The vocabulary is a Unigram model in the `tokenizers` library's format. The library searches for the best
//! pieces; spaces and special tokens are handled here, because the way back must give exactly the text that went
//! in: special tokens are never read from a text ("</s>" in a text is four characters), and decoding drops
//! exactly the space that encoding added. The tokenizers of T5 and FLAN-T5 rewrite texts before they look for
//! pieces ("ﬁ" is "fi" to them, any white space one space); with those, [`Tokens::survives`] tells which texts
//! come back.

mod charsmap;
mod fit;
mod normalizer;
mod tokenizer_json;

use std::ops::Range;
use std::path::{Path, PathBuf};

use emend_decode::TokenId;
use tokenizers::Model as _;
use tokenizers::models::unigram::Unigram;

pub(crate) use self::fit::check_fit;
use self::normalizer::{Step, normal};
pub(crate) use self::tokenizer_json::Kind;
use self::tokenizer_json::Spaces;
use crate::error::ModelError;
use crate::files::read_text;

/// Largest `tokenizer.json`, in bytes; with 250,000 pieces it takes about 17 MB.
const MAX_FILE: u64 = 64 << 20;

/// What stands for a space inside pieces.
const SPACE: char = '▁';

/// A tokenizer for texts of any length.
#[derive(Debug)]
pub struct Tokens {
    path: PathBuf,
    model: Unigram,
    /// Pieces as the file spells them, with their log-probabilities and kinds.
    pieces: Vec<(String, f64, Kind)>,
    unknown: TokenId,
    pad: TokenId,
    end: TokenId,
    byte_fallback: bool,
    spaces: Spaces,
    /// What happens to a text first.
    steps: Vec<Step>,
}

impl Tokens {
    /// Reads a `tokenizer.json` of at most 64 MB.
    ///
    /// Supported are Unigram models with or without byte fallback, with a Metaspace pre-tokenizer, alone or after
    /// `WhitespaceSplit`, and of normalizers NFC, SentencePiece's character map (`Precompiled`), `Strip` and the
    /// joining of spaces: the program's own tokenizers, T5's, FLAN-T5's, and those made from them. `<pad>` and
    /// `</s>` must be special tokens. Post-processor and decoder are not looked at.
    pub fn from_file(path: &Path) -> Result<Tokens, ModelError> {
        let parsed = tokenizer_json::parse(path, &read_text(path, MAX_FILE)?)?;
        let special = |name: &str| {
            let id = parsed.vocab.iter().position(|(piece, _)| piece == name);
            match id.filter(|&id| parsed.kinds.get(id) == Some(&Kind::Control)) {
                Some(id) => Ok(id as TokenId),
                None => Err(ModelError::Tokenizer {
                    path: path.to_owned(),
                    item: "added_tokens".into(),
                    expected: format!("a special token {name}"),
                    found: "none".into(),
                }),
            }
        };
        let (pad, end) = (special("<pad>")?, special("</s>")?);

        // The library would find special pieces in texts. With a space in its name, which no text has after
        // `spaced`, a piece is never found.
        let hidden = parsed.vocab.iter().zip(&parsed.kinds).map(|((piece, score), kind)| match kind {
            Kind::Control | Kind::Unknown => (format!(" {piece}"), *score),
            Kind::Text | Kind::Byte(_) => (piece.clone(), *score),
        });
        let model = Unigram::from(hidden.collect(), Some(parsed.unknown), parsed.byte_fallback)
            .map_err(|e| ModelError::Parse { path: path.to_owned(), reason: e.to_string() })?;
        let pieces =
            parsed.vocab.into_iter().zip(parsed.kinds).map(|((text, score), kind)| (text, score, kind));
        Ok(Tokens {
            path: path.to_owned(),
            model,
            pieces: pieces.collect(),
            unknown: parsed.unknown as TokenId,
            pad,
            end,
            byte_fallback: parsed.byte_fallback,
            spaces: parsed.spaces,
            steps: parsed.steps,
        })
    }

    /// Number of tokens. A model may have more rows: sizes are often rounded up.
    pub fn len(&self) -> usize {
        self.pieces.len()
    }

    /// Never true: a tokenizer has at least its special tokens.
    pub fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    /// The token that fills short rows of a batch, and that T5's decoder starts from.
    pub fn pad(&self) -> TokenId {
        self.pad
    }

    /// The token that ends a text.
    pub fn end(&self) -> TokenId {
        self.end
    }

    /// The token for what the vocabulary does not cover. Never made when there is byte fallback.
    pub fn unknown(&self) -> TokenId {
        self.unknown
    }

    /// The tokens of `text`, without an end token.
    pub fn encode(&self, text: &str) -> Vec<TokenId> {
        let text = self.spaced(text);
        let mut tokens = Vec::new();
        let mut rest = text.as_str();
        while !rest.is_empty() {
            let (part, after) = rest.split_at(self.part(rest));
            rest = after;
            match self.model.tokenize(part) {
                Ok(found) => tokens.extend(found.into_iter().map(|token| token.id)),
                // The library fails only when there is no unknown token, and `from_file` requires one.
                Err(_) => tokens.push(self.unknown),
            }
        }
        tokens
    }

    /// The text of `tokens`; special tokens are skipped.
    ///
    /// One space at the very beginning is dropped, as it is `encode` that put it there. Bytes that make no
    /// character become U+FFFD. Fails with [`ModelError::UnknownToken`].
    pub fn decode(&self, tokens: &[TokenId]) -> Result<String, ModelError> {
        Ok(self.decode_with_ends(tokens)?.0)
    }

    /// [`Tokens::decode`], and where in the text each token ends, in bytes. A token that ends inside a character ends
    /// before it: a character counts from the last token that has a byte of it.
    pub fn decode_with_ends(&self, tokens: &[TokenId]) -> Result<(String, Vec<usize>), ModelError> {
        let (mut bytes, mut ends) = (Vec::new(), Vec::with_capacity(tokens.len()));
        for &token in tokens {
            let unknown = ModelError::UnknownToken { token, vocab: self.pieces.len() };
            let (piece, _, kind) = self.pieces.get(token as usize).ok_or(unknown)?;
            match kind {
                Kind::Text => bytes.extend(piece.replace(SPACE, " ").bytes()),
                Kind::Byte(byte) => bytes.push(*byte),
                Kind::Control | Kind::Unknown => {}
            }
            ends.push(bytes.len());
        }
        let mut text = String::with_capacity(bytes.len());
        let (mut read, mut next) = (0, 0);
        for chunk in bytes.utf8_chunks() {
            text.push_str(chunk.valid());
            read += chunk.valid().len();
            while ends.get(next).is_some_and(|&end| end <= read) {
                ends[next] = text.len() - (read - ends[next]);
                next += 1;
            }
            if !chunk.invalid().is_empty() {
                read += chunk.invalid().len();
                while ends.get(next).is_some_and(|&end| end < read) {
                    ends[next] = text.len();
                    next += 1;
                }
                text.push(char::REPLACEMENT_CHARACTER);
            }
        }
        ends[next..].fill(text.len());
        let added = usize::from(self.spaces.prefix && text.starts_with(' '));
        text.drain(..added);
        let ends = ends.into_iter().map(|end| text.floor_char_boundary(end.saturating_sub(added)));
        let ends = ends.collect();
        Ok((text, ends))
    }

    /// Where each of `tokens` stands in `text`, in bytes, for `tokens` that [`Tokens::encode`] made of it; `None`
    /// where text and tokens do not correspond byte by byte ([`Tokens::survives`]). A token inside a character counts
    /// as the whole character.
    pub(crate) fn spans(&self, text: &str, tokens: &[TokenId]) -> Option<Vec<Range<usize>>> {
        if !self.decode(tokens).is_ok_and(|back| back == text) {
            return None;
        }
        // What encoding put in front of the text has no place in it.
        let added = usize::from(self.spaces.prefix && !text.is_empty());
        let mut end = 0;
        let ends = tokens.iter().map(|&token| {
            end += match self.pieces.get(token as usize) {
                Some((piece, _, Kind::Text)) => piece.replace(SPACE, " ").len(),
                Some((_, _, Kind::Byte(_))) => 1,
                _ => 0,
            };
            usize::saturating_sub(end, added)
        });
        let mut start = 0;
        let spans = ends.map(|end| {
            let span = text.floor_char_boundary(start)..text.ceil_char_boundary(end);
            start = end;
            span
        });
        Some(spans.collect())
    }

    /// Whether `text` comes back unchanged from encoding and decoding: false for a leading space, for `▁`, without
    /// byte fallback for characters outside the vocabulary, and for what the tokenizer's normalizer changes.
    pub fn survives(&self, text: &str) -> bool {
        let tokens = self.encode(text);
        !tokens.contains(&self.unknown) && self.decode(&tokens).is_ok_and(|back| back == text)
    }

    /// Where the tokenizer was read from.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Pieces with their log-probabilities and kinds, by number.
    pub(crate) fn pieces(&self) -> &[(String, f64, Kind)] {
        &self.pieces
    }

    /// Whether a text gets a leading space when it has none.
    pub(crate) fn adds_space(&self) -> bool {
        self.spaces.prefix
    }

    /// `text` as the model sees it: normalized as the tokenizer says, `▁` for each space and one at the start.
    fn spaced(&self, text: &str) -> String {
        let text = normal(&self.steps, text);
        let mut spaced = String::with_capacity(text.len() + 3);
        let mut push = |part: &str| {
            if self.spaces.prefix && !part.is_empty() && !part.starts_with([' ', SPACE]) {
                spaced.push(SPACE);
            }
            spaced.extend(part.chars().map(|c| if c == ' ' { SPACE } else { c }));
        };
        if self.spaces.words {
            text.split_whitespace().for_each(push);
        } else {
            push(&text);
        }
        spaced
    }

    /// Bytes of the first part of `text` that is tokenized by itself: up to the next `▁`, and where there are byte
    /// pieces never through the inside of a text that looks like one, which would come back as that byte.
    fn part(&self, text: &str) -> usize {
        for (at, c) in text.char_indices() {
            if c == SPACE && at > 0 && self.spaces.split {
                return at;
            }
            let look_alike = || text.get(at..at + 6).is_some_and(|s| tokenizer_json::byte(s).is_some());
            if self.byte_fallback && c == '<' && look_alike() {
                return at + 1;
            }
        }
        text.len()
    }
}

#[cfg(test)]
mod tests;
