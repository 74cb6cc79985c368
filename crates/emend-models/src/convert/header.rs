//! The metadata that llama.cpp needs for the architecture `t5`, and ours.

use super::Quantization;
use crate::t5::T5Config;
use crate::tokens::{Kind, Tokens};
use crate::weights::HeaderValue;

/// Version of the quantized block formats (`GGML_QNT_VERSION`).
const QUANTIZATION_VERSION: u32 = 2;

/// What the metadata are made of.
pub(super) struct Facts<'a> {
    pub(super) config: &'a T5Config,
    pub(super) tokens: &'a Tokens,
    pub(super) quantization: Quantization,
    pub(super) name: String,
    pub(super) licence: Option<String>,
    pub(super) weights_id: String,
    pub(super) tokenizer_sha256: String,
}

impl Facts<'_> {
    /// Keys and values in the order in which they are written.
    pub(super) fn metadata(&self) -> Vec<(String, HeaderValue)> {
        use HeaderValue::{Bool, F32, F32s, I32s, Text, Texts, U32};
        let Facts { config, tokens, .. } = self;
        let size = |number: usize| U32(number as u32);
        let (pieces, scores, kinds) = self.vocabulary();

        let mut metadata = vec![
            ("general.architecture", Text("t5".into())),
            ("general.type", Text("model".into())),
            ("general.name", Text(self.name.clone())),
            ("general.file_type", U32(self.quantization.file_type())),
            ("general.quantization_version", U32(QUANTIZATION_VERSION)),
            // T5 has relative positions and no longest input; llama.cpp wants a number, and 512 is what T5 was
            // trained with.
            ("t5.context_length", U32(512)),
            ("t5.embedding_length", size(config.d_model)),
            ("t5.feed_forward_length", size(config.d_ff)),
            ("t5.block_count", size(config.num_layers)),
            ("t5.decoder_block_count", size(config.num_decoder_layers)),
            ("t5.attention.head_count", size(config.num_heads)),
            ("t5.attention.key_length", size(config.d_kv)),
            ("t5.attention.value_length", size(config.d_kv)),
            ("t5.attention.layer_norm_epsilon", F32(config.layer_norm_epsilon)),
            ("t5.attention.layer_norm_rms_epsilon", F32(config.layer_norm_epsilon)),
            ("t5.attention.relative_buckets_count", size(config.relative_attention_num_buckets)),
            ("t5.decoder_start_token_id", U32(config.decoder_start_token_id)),
            ("tokenizer.ggml.model", Text("t5".into())),
            ("tokenizer.ggml.pre", Text("default".into())),
            ("tokenizer.ggml.tokens", Texts(pieces)),
            ("tokenizer.ggml.scores", F32s(scores)),
            ("tokenizer.ggml.token_type", I32s(kinds)),
            ("tokenizer.ggml.add_space_prefix", Bool(tokens.adds_space())),
            ("tokenizer.ggml.remove_extra_whitespaces", Bool(false)),
            ("tokenizer.ggml.eos_token_id", U32(tokens.end())),
            ("tokenizer.ggml.unknown_token_id", U32(tokens.unknown())),
            ("tokenizer.ggml.padding_token_id", U32(tokens.pad())),
            ("tokenizer.ggml.add_bos_token", Bool(false)),
            ("tokenizer.ggml.add_eos_token", Bool(true)),
            ("emend.weights_id", Text(self.weights_id.clone())),
            ("emend.tokenizer_sha256", Text(self.tokenizer_sha256.clone())),
        ];
        if let Some(licence) = &self.licence {
            metadata.push(("general.license", Text(licence.clone())));
        }
        metadata.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
    }

    /// Pieces, scores and `llama_token_type`s, one for each row of the embedding table.
    fn vocabulary(&self) -> (Vec<String>, Vec<f32>, Vec<i32>) {
        const UNUSED: i32 = 5;
        let known = self.tokens.pieces().iter().map(|(piece, score, kind)| {
            let kind = match kind {
                Kind::Text => 1,
                Kind::Unknown => 2,
                Kind::Control => 3,
                Kind::Byte(_) => 6,
            };
            (piece.clone(), *score as f32, kind)
        });
        let spare = (self.tokens.len()..self.config.vocab_size).map(|id| (format!("[PAD{id}]"), 0.0, UNUSED));
        let mut columns = (Vec::new(), Vec::new(), Vec::new());
        for (piece, score, kind) in known.chain(spare) {
            columns.0.push(piece);
            columns.1.push(score);
            columns.2.push(kind);
        }
        columns
    }
}
