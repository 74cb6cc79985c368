//! `config.json` of a downloaded judge, checked: whatever the file says sizes no allocation and divides by no zero.

use std::collections::HashMap;
use std::path::Path;

use candle_core::Tensor;
use candle_transformers::models::{bert, debertav2};
use serde::Deserialize;

use crate::error::ModelError;
use crate::files::read_text;
use crate::manifest::Architecture;

/// Largest `config.json`, in bytes; one with a thousand labels takes 50 kB.
const MAX_FILE: u64 = 1 << 20;

/// Most tokens that are read of a text, whatever the model claims: attention grows with their square.
const MOST_TOKENS: usize = 512;

/// The file, checked.
#[derive(Debug)]
pub(super) struct Config {
    pub(super) architecture: Kind,
    /// D
    pub(super) width: usize,
    /// Rows of the embedding table.
    pub(super) vocab: usize,
    /// How many kinds of text the input may have: 0 when the model does not tell them apart.
    pub(super) types: usize,
    /// Tokens that are read of a text.
    pub(super) longest: usize,
    /// The token that fills short rows.
    pub(super) pad: u32,
    /// L names, in the order of the logits.
    pub(super) labels: Vec<String>,
    /// Each label is true or false for itself; else exactly one of them is.
    several: bool,
}

/// The network's own part.
#[derive(Debug)]
pub(super) enum Kind {
    Bert(bert::Config),
    DebertaV2(Box<debertav2::Config>),
}

/// What both kinds have beside the network's shape.
#[derive(Deserialize)]
struct Labels {
    model_type: String,
    id2label: Option<HashMap<usize, String>>,
    problem_type: Option<String>,
}

impl Config {
    /// Reads the file of a model that the manifest calls `architecture`.
    pub(super) fn read(path: &Path, architecture: Architecture) -> Result<Config, ModelError> {
        let text = read_text(path, MAX_FILE)?;
        let parse = |e: serde_json::Error| ModelError::Parse { path: path.to_owned(), reason: e.to_string() };
        let check = Check { path };
        let common: Labels = serde_json::from_str(&text).map_err(parse)?;
        let labels = labels(common.id2label)
            .ok_or_else(|| check.wrong("id2label", "a name for each number from 0 on", "something else"))?;
        if common.model_type != architecture.name() {
            return Err(check.wrong("model_type", architecture.name(), &common.model_type));
        }
        let several =
            common.problem_type.as_deref() == Some("multi_label_classification") || labels.len() == 1;
        let of = |kind, width, vocab, types, positions: usize, pad: usize| Config {
            architecture: kind,
            width,
            vocab,
            types,
            longest: positions.min(MOST_TOKENS),
            pad: pad as u32,
            labels,
            several,
        };
        if architecture == Architecture::Bert {
            let found: bert::Config = serde_json::from_str(&text).map_err(parse)?;
            check.shape(found.hidden_size, found.num_attention_heads, found.max_position_embeddings)?;
            check.within("type_vocab_size", found.type_vocab_size, 1, 16)?;
            check.within("pad_token_id", found.pad_token_id, 0, found.vocab_size.saturating_sub(1))?;
            let (width, vocab, types) = (found.hidden_size, found.vocab_size, found.type_vocab_size);
            let (positions, pad) = (found.max_position_embeddings, found.pad_token_id);
            return Ok(of(Kind::Bert(found), width, vocab, types, positions, pad));
        }
        let mut found: debertav2::Config = serde_json::from_str(&text).map_err(parse)?;
        check.shape(found.hidden_size, found.num_attention_heads, found.max_position_embeddings)?;
        check.deberta(&found)?;
        found.pooler_hidden_act = found.pooler_hidden_act.or(Some(debertav2::HiddenAct::Gelu));
        let pad = found.pad_token_id.unwrap_or(0);
        check.within("pad_token_id", pad, 0, found.vocab_size.saturating_sub(1))?;
        let (width, vocab, types) = (found.hidden_size, found.vocab_size, found.type_vocab_size);
        let positions = found.max_position_embeddings;
        Ok(of(Kind::DebertaV2(Box::new(found)), width, vocab, types, positions, pad))
    }

    /// The name under which a classifier keeps its encoder.
    pub(super) fn prefix(&self) -> &'static str {
        match self.architecture {
            Kind::Bert(_) => "bert",
            Kind::DebertaV2(_) => "deberta",
        }
    }

    /// The number of a label, by its name in any case.
    pub(super) fn label(&self, path: &Path, name: &str) -> Result<usize, ModelError> {
        let found = self.labels.iter().position(|label| label.eq_ignore_ascii_case(name));
        found.ok_or_else(|| ModelError::Config {
            path: path.to_owned(),
            field: "id2label".into(),
            expected: format!("the label \"{name}\" of the manifest"),
            found: self.labels.join(", "),
        })
    }

    /// How likely a label is, given the logits (L) of all.
    pub(super) fn share(&self, logits: &[f32], label: usize) -> f32 {
        let Some(&logit) = logits.get(label) else { return 0.0 };
        if self.several {
            return 1.0 / (1.0 + (-logit).exp());
        }
        1.0 / logits.iter().map(|other| (other - logit).exp()).sum::<f32>()
    }

    /// The pooler's activation.
    pub(super) fn pooled(&self, x: &Tensor) -> candle_core::Result<Tensor> {
        use debertav2::HiddenAct;
        match &self.architecture {
            Kind::Bert(_) => x.tanh(),
            Kind::DebertaV2(config) => match config.pooler_hidden_act {
                None | Some(HiddenAct::Gelu) => x.gelu_erf(),
                Some(HiddenAct::GeluApproximate) => x.gelu(),
                Some(HiddenAct::Relu) => x.relu(),
            },
        }
    }
}

/// Names by number; two without names when the file has none, as the library that writes such files means it.
fn labels(written: Option<HashMap<usize, String>>) -> Option<Vec<String>> {
    let Some(mut written) = written else { return Some(vec!["LABEL_0".into(), "LABEL_1".into()]) };
    let names: Option<Vec<String>> = (0..written.len()).map(|number| written.remove(&number)).collect();
    names.filter(|names| !names.is_empty())
}

struct Check<'p> {
    path: &'p Path,
}

impl Check<'_> {
    fn wrong(&self, field: &str, expected: &str, found: &str) -> ModelError {
        ModelError::Config {
            path: self.path.to_owned(),
            field: field.to_owned(),
            expected: expected.to_owned(),
            found: found.to_owned(),
        }
    }

    fn within(&self, field: &str, found: usize, least: usize, most: usize) -> Result<(), ModelError> {
        if (least..=most).contains(&found) {
            return Ok(());
        }
        Err(self.wrong(field, &format!("{least} to {most}"), &found.to_string()))
    }

    fn shape(&self, width: usize, heads: usize, positions: usize) -> Result<(), ModelError> {
        self.within("hidden_size", width, 1, 1 << 14)?;
        self.within("num_attention_heads", heads, 1, width)?;
        if !width.is_multiple_of(heads) {
            let expected = format!("a divisor of hidden_size {width}");
            return Err(self.wrong("num_attention_heads", &expected, &heads.to_string()));
        }
        self.within("max_position_embeddings", positions, 8, 1 << 16)
    }

    /// The `DeBERTa` of which version 3 is one: what its relatives add is not read.
    fn deberta(&self, found: &debertav2::Config) -> Result<(), ModelError> {
        self.within("type_vocab_size", found.type_vocab_size, 0, 16)?;
        let width = found.hidden_size;
        for (field, value) in [
            ("attention_head_size", found.attention_head_size.map(|size| size * found.num_attention_heads)),
            ("embedding_size", found.embedding_size),
            ("pooler_hidden_size", found.pooler_hidden_size),
        ] {
            if value.is_some_and(|value| value != width) {
                return Err(self.wrong(field, &format!("what follows from hidden_size {width}"), "another"));
            }
        }
        let within = |value: isize, least: isize| value == -1 || (least..=1 << 16).contains(&value);
        let buckets = found.position_buckets.unwrap_or(-1);
        let (reach, sides) = (found.max_relative_positions, &found.pos_att_type);
        let sides_known = sides.iter().all(|side| side == "c2p" || side == "p2c");
        for (field, good, expected, value) in [
            ("relative_attention", found.relative_attention, "true", "false".to_owned()),
            ("position_buckets", within(buckets, 4), "-1, or 4 to 65536", buckets.to_string()),
            ("max_relative_positions", within(reach, 1), "-1, or 1 to 65536", reach.to_string()),
            ("pos_att_type", sides_known && !sides.is_empty(), "c2p, p2c or both", sides.join("|")),
            ("conv_kernel_size", found.conv_kernel_size.unwrap_or(0) == 0, "0", "a convolution".into()),
        ] {
            if !good {
                return Err(self.wrong(field, expected, &value));
            }
        }
        Ok(())
    }
}
