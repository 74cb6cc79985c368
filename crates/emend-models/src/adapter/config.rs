//! Which matrices get an adapter, and how large it is.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::error::ModelError;

/// Largest rank. Beyond it an adapter of a T5 is no longer small.
pub(super) const MAX_RANK: usize = 256;

/// The shape of a new adapter, as recipes have it:
///
/// ```toml
/// [adapter]
/// rank = 8
/// alpha = 16.0
/// targets = ["attention", "feed-forward"]
/// stacks = ["encoder", "decoder"]
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LoraConfig {
    /// r: rows of A and columns of B, 1 to 256.
    pub rank: usize,
    /// α: the product B A is multiplied by α / r.
    pub alpha: f64,
    /// Share of the adapter's input that is dropped in training, at least 0 and below 1.
    #[serde(default)]
    pub dropout: f64,
    /// Which matrices, at least one kind.
    pub targets: BTreeSet<Target>,
    /// In which half of the model; both unless it is said.
    #[serde(default = "both")]
    pub stacks: BTreeSet<Stack>,
}

/// A kind of matrices.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Target {
    /// q, k, v and o of every attention: both of the following.
    Attention,
    /// q, k, v and o where a stack looks at itself.
    SelfAttention,
    /// q, k, v and o where the decoder looks at the source.
    CrossAttention,
    /// wi (or `wi_0` and `wi_1`) and wo.
    FeedForward,
}

/// A half of the model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stack {
    /// Reads the source.
    Encoder,
    /// Writes the target.
    Decoder,
}

fn both() -> BTreeSet<Stack> {
    BTreeSet::from([Stack::Encoder, Stack::Decoder])
}

impl Target {
    fn covers(self, module: &str) -> bool {
        match self {
            Self::Attention => module == "SelfAttention" || module == "EncDecAttention",
            Self::SelfAttention => module == "SelfAttention",
            Self::CrossAttention => module == "EncDecAttention",
            Self::FeedForward => module == "DenseReluDense",
        }
    }
}

impl LoraConfig {
    /// Checks the numbers; [`ModelError::Input`] says which is wrong. That the targets are in the model, only
    /// [`fresh`](super::fresh) can tell.
    pub fn check(&self) -> Result<(), ModelError> {
        let wrong = |item, expected: &str, found: String| {
            Err(ModelError::Input { item, expected: expected.to_owned(), found })
        };
        if !(1..=MAX_RANK).contains(&self.rank) {
            return wrong("rank of the adapter", "1 to 256", self.rank.to_string());
        }
        if !(self.alpha > 0.0 && self.alpha.is_finite()) {
            return wrong("alpha of the adapter", "a number above 0", self.alpha.to_string());
        }
        if !(0.0..1.0).contains(&self.dropout) {
            return wrong("dropout of the adapter", "at least 0 and below 1", self.dropout.to_string());
        }
        if self.targets.is_empty() || self.stacks.is_empty() {
            return wrong("targets and stacks of the adapter", "at least one of each", "none".into());
        }
        Ok(())
    }

    /// s, what the product B A is multiplied by.
    pub(super) fn scale(&self) -> f64 {
        self.alpha / self.rank as f64
    }

    /// Whether the matrix with this Hugging Face name (without `.weight`) gets an adapter.
    pub fn covers(&self, matrix: &str) -> bool {
        let stack = match matrix.split_once('.') {
            Some(("encoder", _)) => Stack::Encoder,
            Some(("decoder", _)) => Stack::Decoder,
            _ => return false,
        };
        let module = matrix.rsplit('.').nth(1).unwrap_or_default();
        self.stacks.contains(&stack) && self.targets.iter().any(|target| target.covers(module))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    const RECIPE: &str = "rank = 8\nalpha = 16.0\ntargets = [\"cross-attention\", \"feed-forward\"]";

    #[test]
    fn a_recipe_names_kinds_of_matrices() {
        let config: LoraConfig = toml::from_str(RECIPE).unwrap();
        config.check().unwrap();
        for (matrix, covered) in [
            ("encoder.block.0.layer.0.SelfAttention.q", false),
            ("encoder.block.3.layer.1.DenseReluDense.wi_0", true),
            ("decoder.block.0.layer.1.EncDecAttention.o", true),
            ("decoder.block.0.layer.2.DenseReluDense.wo", true),
            ("lm_head", false),
        ] {
            assert_eq!(config.covers(matrix), covered, "{matrix}");
        }
        let decoder: LoraConfig = toml::from_str(&format!("{RECIPE}\nstacks = [\"decoder\"]")).unwrap();
        assert!(!decoder.covers("encoder.block.3.layer.1.DenseReluDense.wi_0"));
        let every: LoraConfig = toml::from_str(&RECIPE.replace("cross-attention", "attention")).unwrap();
        assert!(every.covers("encoder.block.0.layer.0.SelfAttention.q"));
        assert!(every.covers("decoder.block.0.layer.1.EncDecAttention.q"));
    }

    #[test]
    fn what_cannot_be_an_adapter_is_refused_by_name() {
        for (from, to, part) in [
            ("rank = 8", "rank = 0", "rank"),
            ("rank = 8", "rank = 257", "rank"),
            ("16.0", "0.0", "alpha"),
            ("16.0", "nan", "alpha"),
            ("alpha", "dropout = 1.0\nalpha", "dropout"),
            ("\"cross-attention\", \"feed-forward\"", "", "targets"),
        ] {
            let config: LoraConfig = toml::from_str(&RECIPE.replace(from, to)).unwrap();
            let error = config.check().unwrap_err().to_string();
            assert!(error.contains(part), "{error}");
        }
        let unknown: Result<LoraConfig, _> = toml::from_str(&RECIPE.replace("feed-forward", "mlp"));
        assert!(unknown.unwrap_err().to_string().contains("mlp"));
    }
}
