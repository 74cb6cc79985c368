//! The secret that a server asks for.

use std::fmt;

use reqwest::header::HeaderValue;

use crate::NetError;

/// Longest token, in bytes: more is a file that was named by mistake.
const LONGEST: usize = 4096;

/// A bearer token. It is shown by nothing but [`Token::reveal`].
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// Checks and trims what was read: visible ASCII characters, up to 4096.
    pub fn new(read: &str) -> Result<Self, NetError> {
        let token = read.trim();
        let problem = if token.is_empty() {
            "it is empty"
        } else if token.len() > LONGEST {
            "it is longer than 4096 bytes"
        } else if !token.bytes().all(|byte| byte.is_ascii_graphic()) {
            "it must be one word of letters, digits and marks"
        } else {
            return Ok(Self(token.to_owned()));
        };
        Err(NetError::Token { problem })
    }

    /// The token itself, to be put away where only its owner reads.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// The header that carries it, marked so that nothing prints it.
    pub(crate) fn header(&self) -> Option<HeaderValue> {
        let mut value = HeaderValue::from_str(&format!("Bearer {}", self.0)).ok()?;
        value.set_sensitive(true);
        Some(value)
    }

    /// `text`, which the server wrote, without the token.
    pub(crate) fn hidden_in(&self, text: &str) -> String {
        text.replace(&self.0, "(the token)")
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(hidden)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_one_word_and_stays_hidden() {
        let token = Token::new("  sk-12!3\n").expect("a token");
        assert_eq!(token.reveal(), "sk-12!3");
        let header = token.header().expect("a header");
        assert_eq!(header.as_bytes(), b"Bearer sk-12!3");
        for shown in [format!("{token:?}"), format!("{header:?}"), token.hidden_in("Bad key sk-12!3.")] {
            assert!(!shown.contains("sk-12"), "{shown}");
        }
        for bad in ["", "two words", "schlüssel", "a\nb", &"a".repeat(4097)] {
            assert!(Token::new(bad).is_err(), "{bad}");
        }
    }
}
