//! Whether a tokenizer belongs to a model.

use super::Tokens;
use crate::error::ModelError;
use crate::weights::Weights;

/// Refuses a tokenizer whose numbers mean something else to the model.
pub(crate) fn check_fit(weights: &Weights, tokens: &Tokens) -> Result<(), ModelError> {
    let wrong = |item: &str, expected: String, found: String| ModelError::Tokenizer {
        path: tokens.path().to_owned(),
        item: item.to_owned(),
        expected: format!("{expected} as in {}", weights.path().display()),
        found,
    };
    let config = weights.config();
    if tokens.len() > config.vocab_size {
        let expected = format!("at most {} pieces", config.vocab_size);
        return Err(wrong("vocabulary", expected, tokens.len().to_string()));
    }
    for (item, expected, found) in
        [("</s>", config.eos_token_id, tokens.end()), ("<pad>", config.pad_token_id, tokens.pad())]
    {
        if expected != found {
            return Err(wrong(item, format!("token {expected}"), found.to_string()));
        }
    }
    if let Some(vocabulary) = weights.vocabulary() {
        if vocabulary.len() < tokens.len() {
            let expected = format!("at most {} pieces", vocabulary.len());
            return Err(wrong("vocabulary", expected, tokens.len().to_string()));
        }
        for (id, (expected, (found, ..))) in vocabulary.zip(tokens.pieces()).enumerate() {
            if expected != found {
                return Err(wrong(&format!("token {id}"), format!("{expected:?}"), format!("{found:?}")));
            }
        }
    }
    Ok(())
}
