//! The shape of a T5 model, read from the `config.json` that Hugging Face publishes with it.
//!
//! The file is untrusted: every number is bounded before anything is allocated from it.

use std::fmt::Display;
use std::path::Path;

use emend_decode::TokenId;
use serde::Deserialize;

use crate::error::ModelError;

/// A T5 of either generation, resolved and within bounds.
///
/// v1.0 (2019) has a `ReLU` feed-forward and one table for reading and writing tokens; v1.1 and FLAN have a
/// gated GELU and a separate output head. Made only by [`T5Config::from_json`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct T5Config {
    /// V: tokens in the vocabulary, as many as the embedding table has rows (padding rows included).
    pub vocab_size: usize,
    /// D: width of the residual stream.
    pub d_model: usize,
    /// K: width of one attention head. Independent of `d_model / num_heads`.
    pub d_kv: usize,
    /// F: inner width of the feed-forward layers.
    pub d_ff: usize,
    /// H: attention heads per layer.
    pub num_heads: usize,
    /// Layers of the encoder.
    pub num_layers: usize,
    /// Layers of the decoder; the encoder's number where the file says nothing.
    pub num_decoder_layers: usize,
    /// Rows of each table of relative position biases.
    pub relative_attention_num_buckets: usize,
    /// Distance in tokens from which on all positions share the last bucket.
    pub relative_attention_max_distance: usize,
    /// Added to the mean square before its root is taken.
    pub layer_norm_epsilon: f32,
    /// What stands between the two projections of a feed-forward layer.
    pub feed_forward: FeedForward,
    /// True when the output head is the embedding table.
    pub tie_word_embeddings: bool,
    /// `scale_decoder_outputs` where the file has it (transformers 5 writes it); see [`T5Config::scales_output`].
    pub scale_decoder_outputs: Option<bool>,
    /// The token that every decoder input begins with; the padding token where the file says nothing.
    pub decoder_start_token_id: TokenId,
    /// The token that fills short rows of a batch.
    pub pad_token_id: TokenId,
    /// The token that ends a sequence, the first one where the file lists several.
    pub eos_token_id: TokenId,
}

/// The feed-forward layer: `wo(act(wi x))`, or gated `wo(act(wi_0 x) ⊙ wi_1 x)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FeedForward {
    /// The non-linearity.
    pub activation: Activation,
    /// Whether a second, linear projection gates the first.
    pub gated: bool,
}

/// The non-linearity of a feed-forward layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Activation {
    /// max(x, 0): T5 v1.0.
    Relu,
    /// x·Φ(x) by the error function.
    Gelu,
    /// x·Φ(x) by the tanh approximation, `gelu_new` in transformers: T5 v1.1, FLAN-T5, mT5.
    GeluTanh,
    /// x·σ(x).
    Silu,
}

/// `config.json` as it is written. Fields that we do not use are ignored.
#[derive(Deserialize)]
struct Written {
    model_type: Option<String>,
    vocab_size: usize,
    d_model: usize,
    d_kv: usize,
    d_ff: usize,
    num_heads: usize,
    num_layers: usize,
    num_decoder_layers: Option<usize>,
    #[serde(default = "default_buckets")]
    relative_attention_num_buckets: usize,
    // Configurations from before 2021 lack it; the value was fixed then.
    #[serde(default = "default_max_distance")]
    relative_attention_max_distance: usize,
    #[serde(default = "default_epsilon")]
    layer_norm_epsilon: f64,
    #[serde(default = "default_feed_forward")]
    feed_forward_proj: String,
    #[serde(default = "default_tie")]
    tie_word_embeddings: bool,
    scale_decoder_outputs: Option<bool>,
    decoder_start_token_id: Option<TokenId>,
    pad_token_id: Option<TokenId>,
    eos_token_id: Option<OneOrMore>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMore {
    One(TokenId),
    More(Vec<TokenId>),
}

// Defaults of transformers' T5Config.
fn default_buckets() -> usize {
    32
}
fn default_max_distance() -> usize {
    128
}
fn default_epsilon() -> f64 {
    1e-6
}
fn default_feed_forward() -> String {
    "relu".into()
}
fn default_tie() -> bool {
    true
}

impl T5Config {
    /// Reads and checks the text of a `config.json`. `path` only names the file in errors.
    ///
    /// [`ModelError::Parse`] when it is no such JSON, [`ModelError::Config`] when a value is out of bounds or
    /// names another architecture.
    pub fn from_json(path: &Path, json: &str) -> Result<T5Config, ModelError> {
        let written: Written = serde_json::from_str(json)
            .map_err(|e| ModelError::Parse { path: path.to_owned(), reason: e.to_string() })?;

        if let Some(kind) = &written.model_type
            && !matches!(kind.as_str(), "t5" | "mt5")
        {
            return Err(impossible(path, "model_type", "\"t5\" or \"mt5\"", format!("\"{kind}\"")));
        }
        let Some(feed_forward) = FeedForward::named(&written.feed_forward_proj) else {
            let known = "one of relu, gelu, gelu_new, silu, each also with \"gated-\" before it";
            let found = format!("\"{}\"", written.feed_forward_proj);
            return Err(impossible(path, "feed_forward_proj", known, found));
        };

        let pad_token_id = written.pad_token_id.unwrap_or(0);
        let config = T5Config {
            vocab_size: written.vocab_size,
            d_model: written.d_model,
            d_kv: written.d_kv,
            d_ff: written.d_ff,
            num_heads: written.num_heads,
            num_layers: written.num_layers,
            num_decoder_layers: written.num_decoder_layers.unwrap_or(written.num_layers),
            relative_attention_num_buckets: written.relative_attention_num_buckets,
            relative_attention_max_distance: written.relative_attention_max_distance,
            layer_norm_epsilon: written.layer_norm_epsilon as f32,
            feed_forward,
            tie_word_embeddings: written.tie_word_embeddings,
            scale_decoder_outputs: written.scale_decoder_outputs,
            decoder_start_token_id: written.decoder_start_token_id.unwrap_or(pad_token_id),
            pad_token_id,
            eos_token_id: match written.eos_token_id {
                Some(OneOrMore::One(id)) => id,
                Some(OneOrMore::More(ids)) => ids.first().copied().unwrap_or(1),
                None => 1,
            },
        };
        config.validate(path)?;
        Ok(config)
    }

    /// A = H·K: width of all heads together.
    pub fn inner_dim(&self) -> usize {
        self.num_heads * self.d_kv
    }

    /// Whether the decoder's output is multiplied by D^-0.5 before the head: T5 v1.0, whose head is the
    /// embedding table. Transformers before 5 says it by `tie_word_embeddings`.
    pub fn scales_output(&self) -> bool {
        self.scale_decoder_outputs.unwrap_or(self.tie_word_embeddings)
    }

    /// Upper bounds are several times those of the largest published T5 (11B: D 1024, A 16384, F 65536).
    fn validate(&self, path: &Path) -> Result<(), ModelError> {
        let sizes = [
            ("vocab_size", self.vocab_size, 2, 1_000_000),
            ("d_model", self.d_model, 1, 16_384),
            ("d_kv", self.d_kv, 1, 1_024),
            ("num_heads", self.num_heads, 1, 1_024),
            ("d_ff", self.d_ff, 1, 262_144),
            ("num_layers", self.num_layers, 1, 128),
            ("num_decoder_layers", self.num_decoder_layers, 1, 128),
            // The encoder halves the buckets twice: for the two directions, and for near and far.
            ("relative_attention_num_buckets", self.relative_attention_num_buckets, 4, 1_024),
        ];
        for (field, found, least, most) in sizes {
            if !(least..=most).contains(&found) {
                return Err(impossible(path, field, format!("{least} to {most}"), found));
            }
        }
        if self.inner_dim() > 65_536 {
            return Err(impossible(path, "num_heads × d_kv", "at most 65536", self.inner_dim()));
        }
        // Far buckets divide by ln(max_distance / near buckets), which must be positive.
        let near = self.relative_attention_num_buckets / 2;
        let far = self.relative_attention_max_distance;
        if !(near + 1..=1_000_000).contains(&far) {
            let expected = format!("{} to 1000000", near + 1);
            return Err(impossible(path, "relative_attention_max_distance", expected, far));
        }
        if !(1e-12..=0.1).contains(&self.layer_norm_epsilon) {
            return Err(impossible(path, "layer_norm_epsilon", "1e-12 to 0.1", self.layer_norm_epsilon));
        }
        let tokens = [
            ("decoder_start_token_id", self.decoder_start_token_id),
            ("pad_token_id", self.pad_token_id),
            ("eos_token_id", self.eos_token_id),
        ];
        for (field, found) in tokens {
            if found as usize >= self.vocab_size {
                let expected = format!("a token below vocab_size {}", self.vocab_size);
                return Err(impossible(path, field, expected, found));
            }
        }
        Ok(())
    }
}

impl FeedForward {
    /// The layer by its name in `feed_forward_proj`.
    fn named(name: &str) -> Option<FeedForward> {
        // Transformers reads "gated-gelu" as the tanh approximation, and a bare "gelu" as the exact function.
        if name == "gated-gelu" {
            return Some(FeedForward { activation: Activation::GeluTanh, gated: true });
        }
        let (gated, name) = name.strip_prefix("gated-").map_or((false, name), |rest| (true, rest));
        let activation = match name {
            "relu" => Activation::Relu,
            "gelu" => Activation::Gelu,
            "gelu_new" => Activation::GeluTanh,
            "silu" | "swish" => Activation::Silu,
            _ => return None,
        };
        Some(FeedForward { activation, gated })
    }
}

fn impossible(path: &Path, field: &str, expected: impl Display, found: impl Display) -> ModelError {
    ModelError::Config {
        path: path.to_owned(),
        field: field.to_owned(),
        expected: expected.to_string(),
        found: found.to_string(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use super::*;

    const SMALL: &str = r#"{"model_type": "t5", "architectures": ["T5ForConditionalGeneration"], "vocab_size": 32128,
        "d_model": 512, "d_kv": 64, "d_ff": 2048, "num_heads": 8, "num_layers": 6}"#;

    /// `SMALL` with one field set or replaced.
    fn with(field: &str, value: serde_json::Value) -> Result<T5Config, ModelError> {
        let mut json: serde_json::Value = serde_json::from_str(SMALL).unwrap();
        json[field] = value;
        T5Config::from_json(Path::new("config.json"), &json.to_string())
    }

    #[test]
    fn fields_left_out_take_the_reference_defaults() {
        let config = T5Config::from_json(Path::new("config.json"), SMALL).unwrap();
        assert_eq!(config.num_decoder_layers, 6);
        assert_eq!(
            (config.relative_attention_num_buckets, config.relative_attention_max_distance),
            (32, 128)
        );
        assert_eq!(config.feed_forward, FeedForward { activation: Activation::Relu, gated: false });
        assert!(config.tie_word_embeddings && config.scales_output());
        assert_eq!((config.decoder_start_token_id, config.pad_token_id, config.eos_token_id), (0, 0, 1));
    }

    #[test]
    fn the_second_generation_is_told_by_feed_forward_and_tie() {
        let gated = with("feed_forward_proj", "gated-gelu".into()).unwrap().feed_forward;
        assert_eq!(gated, FeedForward { activation: Activation::GeluTanh, gated: true });
        let exact = with("feed_forward_proj", "gelu".into()).unwrap().feed_forward;
        assert_eq!(exact, FeedForward { activation: Activation::Gelu, gated: false });
        assert!(!with("tie_word_embeddings", false.into()).unwrap().scales_output());
        // transformers 5 always ties and states the scale instead.
        assert!(!with("scale_decoder_outputs", false.into()).unwrap().scales_output());
    }

    #[test]
    fn several_ends_and_an_own_start_are_read() {
        assert_eq!(with("eos_token_id", serde_json::json!([5, 6])).unwrap().eos_token_id, 5);
        assert_eq!(with("decoder_start_token_id", 7.into()).unwrap().decoder_start_token_id, 7);
        assert_eq!(with("pad_token_id", 3.into()).unwrap().decoder_start_token_id, 3);
    }

    #[test]
    fn impossible_values_name_the_field() {
        for (field, value) in [
            ("vocab_size", serde_json::json!(4_000_000_000_u64)),
            ("vocab_size", 0.into()),
            ("d_model", 0.into()),
            ("d_model", 1_000_000.into()),
            ("d_kv", 0.into()),
            ("d_ff", 1_000_000.into()),
            ("num_heads", 2_000.into()),
            ("num_layers", 0.into()),
            ("num_decoder_layers", 100_000.into()),
            ("relative_attention_num_buckets", 3.into()),
            ("relative_attention_max_distance", 16.into()),
            ("layer_norm_epsilon", 0.0.into()),
            ("layer_norm_epsilon", (-1.0).into()),
            ("feed_forward_proj", "gated-tanh".into()),
            ("model_type", "umt5".into()),
            ("eos_token_id", 32_128.into()),
        ] {
            match with(field, value.clone()) {
                Err(ModelError::Config { field: named, .. }) => assert_eq!(named, field),
                other => panic!("{field} = {value}: {other:?}"),
            }
        }
        let wide =
            SMALL.replace("\"d_kv\": 64", "\"d_kv\": 1024").replace("\"num_heads\": 8", "\"num_heads\": 512");
        assert!(matches!(
            T5Config::from_json(Path::new("config.json"), &wide),
            Err(ModelError::Config { field, .. }) if field == "num_heads × d_kv"
        ));
    }

    #[test]
    fn text_that_is_no_configuration_is_a_parse_error() {
        for json in ["", "[]", "{}", "{\"d_model\": -1}", "{\"d_model\": 1e300}"] {
            let error = T5Config::from_json(Path::new("config.json"), json).unwrap_err();
            assert!(matches!(error, ModelError::Parse { .. }), "{json}: {error:?}");
        }
    }
}
