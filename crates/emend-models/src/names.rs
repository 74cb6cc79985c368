//! The tensors of a T5 by the names of Hugging Face and of llama.cpp.

use crate::t5::T5Config;

/// The embedding table; the other names are those that `transformers` gives to the same table.
pub(crate) const EMBEDDING: [&str; 3] =
    ["shared.weight", "encoder.embed_tokens.weight", "decoder.embed_tokens.weight"];

/// The output head of a model that is not tied.
pub(crate) const HEAD: &str = "lm_head.weight";

/// In the first published T5 checkpoints; the cross-attention has no positions, so nothing ever read it.
const UNUSED: &str = "decoder.block.0.layer.1.EncDecAttention.relative_attention_bias.weight";

/// Every tensor of a model by its Hugging Face name, with its shape, in reading order.
pub(crate) fn tensors(config: &T5Config) -> Vec<(String, Vec<usize>)> {
    let (d, a, f) = (config.d_model, config.inner_dim(), config.d_ff);
    let mut list = vec![(EMBEDDING[0].to_owned(), vec![config.vocab_size, d])];
    for (stack, blocks) in [("encoder", config.num_layers), ("decoder", config.num_decoder_layers)] {
        for block in 0..blocks {
            let mut push = |name: String, shape: Vec<usize>| {
                list.push((format!("{stack}.block.{block}.layer.{name}.weight"), shape));
            };
            let attentions: &[&str] =
                if stack == "decoder" { &["SelfAttention", "EncDecAttention"] } else { &["SelfAttention"] };
            for (layer, attention) in attentions.iter().enumerate() {
                push(format!("{layer}.layer_norm"), vec![d]);
                for part in ["q", "k", "v"] {
                    push(format!("{layer}.{attention}.{part}"), vec![a, d]);
                }
                push(format!("{layer}.{attention}.o"), vec![d, a]);
                if block == 0 && layer == 0 {
                    let shape = vec![config.relative_attention_num_buckets, config.num_heads];
                    push(format!("{layer}.{attention}.relative_attention_bias"), shape);
                }
            }
            let layer = attentions.len();
            push(format!("{layer}.layer_norm"), vec![d]);
            let inputs: &[&str] = if config.feed_forward.gated { &["wi_0", "wi_1"] } else { &["wi"] };
            for part in inputs {
                push(format!("{layer}.DenseReluDense.{part}"), vec![f, d]);
            }
            push(format!("{layer}.DenseReluDense.wo"), vec![d, f]);
        }
        list.push((format!("{stack}.final_layer_norm.weight"), vec![d]));
    }
    if !config.tie_word_embeddings {
        list.push((HEAD.to_owned(), vec![config.vocab_size, d]));
    }
    list
}

/// Whether a checkpoint may hold this tensor although [`tensors`] does not list it.
pub(crate) fn is_redundant(hf_name: &str) -> bool {
    // A tied checkpoint may repeat its table as the head.
    EMBEDDING.contains(&hf_name) || hf_name == HEAD || hf_name == UNUSED
}

/// llama.cpp's name for a Hugging Face name.
pub(crate) fn llama(hf_name: &str) -> Option<String> {
    let fixed = match hf_name {
        HEAD => "output.weight",
        "encoder.final_layer_norm.weight" => "enc.output_norm.weight",
        "decoder.final_layer_norm.weight" => "dec.output_norm.weight",
        name if EMBEDDING.contains(&name) => "token_embd.weight",
        _ => {
            let (stack, rest) = hf_name.split_once(".block.")?;
            let (block, rest) = rest.split_once(".layer.")?;
            let block: usize = block.parse().ok()?;
            let (layer, part) = rest.strip_suffix(".weight")?.split_once('.')?;
            let (stack, feed_forward) = match stack {
                "encoder" => ("enc", "1"),
                "decoder" => ("dec", "2"),
                _ => return None,
            };
            let part = match (part.rsplit_once('.'), layer) {
                (None, "0") if part == "layer_norm" => "attn_norm",
                (None, _) if part == "layer_norm" && layer == feed_forward => "ffn_norm",
                (None, "1") if part == "layer_norm" => "cross_attn_norm",
                (Some(("SelfAttention", "q")), "0") => "attn_q",
                (Some(("SelfAttention", "k")), "0") => "attn_k",
                (Some(("SelfAttention", "v")), "0") => "attn_v",
                (Some(("SelfAttention", "o")), "0") => "attn_o",
                (Some(("SelfAttention", "relative_attention_bias")), "0") => "attn_rel_b",
                (Some(("EncDecAttention", "q")), "1") if stack == "dec" => "cross_attn_q",
                (Some(("EncDecAttention", "k")), "1") if stack == "dec" => "cross_attn_k",
                (Some(("EncDecAttention", "v")), "1") if stack == "dec" => "cross_attn_v",
                (Some(("EncDecAttention", "o")), "1") if stack == "dec" => "cross_attn_o",
                (Some(("DenseReluDense", "wi_0")), _) if layer == feed_forward => "ffn_gate",
                (Some(("DenseReluDense", "wi" | "wi_1")), _) if layer == feed_forward => "ffn_up",
                (Some(("DenseReluDense", "wo")), _) if layer == feed_forward => "ffn_down",
                _ => return None,
            };
            return Some(format!("{stack}.blk.{block}.{part}.weight"));
        }
    };
    Some(fixed.to_owned())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::collections::HashSet;
    use std::path::Path;

    use super::*;

    fn config(feed_forward: &str) -> T5Config {
        let json = format!(
            r#"{{"vocab_size": 100, "d_model": 8, "d_kv": 3, "d_ff": 16, "num_heads": 2, "num_layers": 2,
                "num_decoder_layers": 1, "tie_word_embeddings": false, "feed_forward_proj": "{feed_forward}"}}"#
        );
        T5Config::from_json(Path::new("config.json"), &json).unwrap()
    }

    #[test]
    fn every_tensor_has_its_own_llama_name() {
        for (feed_forward, count) in [("relu", 1 + 2 * 8 + 13 + 2 + 2 + 1), ("gated-gelu", 3 + 38 - 3)] {
            let tensors = tensors(&config(feed_forward));
            assert_eq!(tensors.len(), count, "{tensors:#?}");
            let names: HashSet<String> = tensors.iter().map(|(name, _)| llama(name).unwrap()).collect();
            assert_eq!(names.len(), count);
        }
    }

    #[test]
    fn names_agree_with_the_conversion_script_of_llama_cpp() {
        // gguf.get_tensor_name_map(gguf.MODEL_ARCH.T5, 2), package gguf 0.19
        for (hf, expected) in [
            ("shared.weight", "token_embd.weight"),
            ("lm_head.weight", "output.weight"),
            ("encoder.final_layer_norm.weight", "enc.output_norm.weight"),
            ("encoder.block.1.layer.0.layer_norm.weight", "enc.blk.1.attn_norm.weight"),
            ("encoder.block.0.layer.0.SelfAttention.q.weight", "enc.blk.0.attn_q.weight"),
            (
                "encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight",
                "enc.blk.0.attn_rel_b.weight",
            ),
            ("encoder.block.1.layer.1.layer_norm.weight", "enc.blk.1.ffn_norm.weight"),
            ("encoder.block.1.layer.1.DenseReluDense.wi.weight", "enc.blk.1.ffn_up.weight"),
            ("encoder.block.1.layer.1.DenseReluDense.wi_0.weight", "enc.blk.1.ffn_gate.weight"),
            ("encoder.block.1.layer.1.DenseReluDense.wi_1.weight", "enc.blk.1.ffn_up.weight"),
            ("encoder.block.1.layer.1.DenseReluDense.wo.weight", "enc.blk.1.ffn_down.weight"),
            ("decoder.block.0.layer.0.SelfAttention.o.weight", "dec.blk.0.attn_o.weight"),
            ("decoder.block.0.layer.1.layer_norm.weight", "dec.blk.0.cross_attn_norm.weight"),
            ("decoder.block.0.layer.1.EncDecAttention.k.weight", "dec.blk.0.cross_attn_k.weight"),
            ("decoder.block.0.layer.2.layer_norm.weight", "dec.blk.0.ffn_norm.weight"),
            ("decoder.block.0.layer.2.DenseReluDense.wo.weight", "dec.blk.0.ffn_down.weight"),
        ] {
            assert_eq!(llama(hf).as_deref(), Some(expected), "{hf}");
        }
        for unknown in [
            "encoder.block.0.layer.1.EncDecAttention.k.weight",
            "decoder.block.0.layer.1.DenseReluDense.wo.weight",
            "encoder.block.x.layer.0.layer_norm.weight",
            "encoder.block.0.layer.0.layer_norm.bias",
            "classification_head.dense.weight",
            UNUSED,
        ] {
            assert_eq!(llama(unknown), None, "{unknown}");
        }
    }
}
