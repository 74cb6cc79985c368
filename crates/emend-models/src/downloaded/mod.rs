//! Judges that a person downloaded: published BERT and `DeBERTa` classifiers, and sentence embedders, as the Hugging Face
//! folder that they come in (`config.json`, `model.safetensors`, `tokenizer.json`) with a manifest that says what they judge.
//!
//! The networks are those of `candle-transformers`; what is read from the files is checked before it reaches them.
//! Letters in shape comments: B texts, T tokens of the longest, D width, L labels.

mod config;
mod encoder;
mod install;
mod reader;
#[cfg(test)]
mod tests;
mod weights;

use std::path::Path;

use candle_core::{D, Tensor};
use candle_nn::{Linear, Module as _, VarBuilder};

use self::config::Config;
use self::encoder::Encoder;
pub use self::install::{install, uninstall};
use self::reader::{Reader, Row};
use self::weights::loaded;
use crate::batches::batches;
use crate::critic::{Head, unit};
use crate::error::ModelError;
use crate::manifest::{Judged, Judges, Manifest};

/// Tokens that are read at once, padding included: bounds memory.
const BATCH_TOKENS: usize = 2048;

/// A judge that a person downloaded. It is only ever read.
#[derive(Debug)]
pub enum Downloaded {
    /// In the place of one head of the critic that comes with the program.
    Head(Head, Classifier),
    /// Whether one text follows from another.
    Entailment(Classifier),
    /// How alike two texts are in what they say.
    Meaning(Embedder),
}

/// A text, or two that are read together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Input<'t> {
    /// One text.
    One(&'t str),
    /// A premise and a hypothesis, in this order.
    Pair(&'t str, &'t str),
}

/// A network that says how likely a label is.
#[derive(Debug)]
pub struct Classifier {
    manifest: Manifest,
    network: Network,
    /// (D, D) and (D); after it tanh for BERT, the configuration's activation for `DeBERTa`
    pooler: Linear,
    /// (L, D) and (L)
    output: Linear,
    /// Which of the L labels is asked for.
    label: usize,
}

/// A network whose mean over a text's tokens stands for what the text says (Reimers and Gurevych 2019).
#[derive(Debug)]
pub struct Embedder {
    manifest: Manifest,
    network: Network,
}

#[derive(Debug)]
struct Network {
    config: Config,
    encoder: Encoder,
    reader: Reader,
}

impl Downloaded {
    /// Opens the judge of a manifest (`<id>.toml`).
    ///
    /// Fails on a manifest of another kind of model, a configuration outside of what is supported, weights that lack a
    /// tensor or have one of another shape, a tokenizer of another vocabulary, a label that the model does not have. Nothing
    /// is hashed; [`Manifest::verify`] does that.
    pub fn open(manifest: &Path) -> Result<Downloaded, ModelError> {
        let found = Manifest::read(manifest)?;
        let Some(Judged { judges, label, config: file }) = found.judged.clone() else {
            return Err(ModelError::Config {
                path: manifest.to_owned(),
                field: "architecture".into(),
                expected: "\"bert\" or \"deberta-v2\", for a downloaded judge".into(),
                found: "another".into(),
            });
        };
        let config = Config::read(&file.path, found.architecture)?;
        let reader = Reader::open(&found.tokenizer.path, &config)?;
        let path = found.weights.path.clone();
        let (prefix, labels) = (config.prefix(), config.labels.len());
        let encoder_of = |weights: &VarBuilder<'_>| {
            // Classifiers put the encoder under its name, embedders are nothing else.
            let table = format!("{prefix}.embeddings.word_embeddings.weight");
            let inner = if weights.contains_tensor(&table) { weights.pp(prefix) } else { weights.clone() };
            Encoder::load(&config, inner)
        };
        let head = match judges {
            Judges::Meaning => {
                let encoder = loaded(&path, encoder_of)?;
                let network = Network { config, encoder, reader };
                return Ok(Downloaded::Meaning(Embedder { manifest: found, network }));
            }
            Judges::Entailment => None,
            Judges::Toxicity => Some(Head::Toxicity),
            Judges::Politeness => Some(Head::Politeness),
            Judges::Formality => Some(Head::Formality),
            Judges::Acceptability => Some(Head::Acceptability),
        };
        let label = config.label(&file.path, label.as_deref().unwrap_or_default())?;
        let (encoder, pooler, output) = loaded(&path, |weights| {
            let width = config.width;
            let pooler = match config.architecture {
                config::Kind::Bert(_) => weights.pp("bert.pooler.dense"),
                config::Kind::DebertaV2(_) => weights.pp("pooler.dense"),
            };
            Ok((
                encoder_of(weights)?,
                candle_nn::linear(width, width, pooler)?,
                candle_nn::linear(width, labels, weights.pp("classifier"))?,
            ))
        })?;
        let network = Network { config, encoder, reader };
        let classifier = Classifier { manifest: found, network, pooler, output, label };
        Ok(match head {
            Some(head) => Downloaded::Head(head, classifier),
            None => Downloaded::Entailment(classifier),
        })
    }

    /// What is known about the model.
    pub fn manifest(&self) -> &Manifest {
        match self {
            Downloaded::Head(_, classifier) | Downloaded::Entailment(classifier) => &classifier.manifest,
            Downloaded::Meaning(embedder) => &embedder.manifest,
        }
    }

    /// Reads a sentence, so that what only shows in use is known before it is used.
    pub fn probe(&self) -> Result<(), ModelError> {
        let text = "A sentence that nobody wrote to anyone.";
        match self {
            Downloaded::Head(_, classifier) => classifier.scores(&[Input::One(text)]).map(drop),
            Downloaded::Entailment(classifier) => classifier.scores(&[Input::Pair(text, text)]).map(drop),
            Downloaded::Meaning(embedder) => embedder.vectors(&[text]).map(drop),
        }
    }
}

impl Classifier {
    /// How likely each input has the label, from 0 to 1, in their order. Inputs of similar length are read together; of one
    /// that is too long the end is not read (of a pair, that of the longer text).
    pub fn scores(&self, inputs: &[Input<'_>]) -> Result<Vec<f32>, ModelError> {
        Ok(self.logits(inputs)?.iter().map(|logits| self.network.config.share(logits, self.label)).collect())
    }

    /// Whether `text` takes at most half of what the model reads at once, so that another one fits beside it.
    pub fn fits_half(&self, text: &str) -> Result<bool, ModelError> {
        Ok(self.network.reader.row(Input::One(text))?.ids.len() <= self.network.config.longest / 2)
    }

    /// (L) for each input.
    fn logits(&self, inputs: &[Input<'_>]) -> Result<Vec<Vec<f32>>, ModelError> {
        self.network.read(inputs, |states, _| {
            let first = states.narrow(1, 0, 1)?.squeeze(1)?.contiguous()?; // (B, D)
            let pooled = self.network.config.pooled(&self.pooler.forward(&first)?)?;
            self.output.forward(&pooled)?.to_vec2::<f32>()
        })
    }
}

impl Embedder {
    /// A vector of length 1 for each text, in their order. Of one that is too long the end is not read.
    pub fn vectors(&self, texts: &[&str]) -> Result<Vec<Vec<f32>>, ModelError> {
        let inputs: Vec<Input<'_>> = texts.iter().map(|text| Input::One(text)).collect();
        let means = self.network.read(&inputs, |states, mask| {
            let sum = states.broadcast_mul(&mask.unsqueeze(D::Minus1)?)?.sum(1)?; // (B, D)
            sum.broadcast_div(&mask.sum_keepdim(1)?)?.to_vec2::<f32>()
        })?;
        Ok(means.into_iter().map(unit).collect())
    }
}

impl Network {
    /// What `head` makes of the encoder's states (B, T, D) and the mask (B, T; 1 where there is a token), for each input in
    /// order.
    fn read(
        &self,
        inputs: &[Input<'_>],
        head: impl Fn(&Tensor, &Tensor) -> candle_core::Result<Vec<Vec<f32>>>,
    ) -> Result<Vec<Vec<f32>>, ModelError> {
        let rows: Vec<Row> = inputs.iter().map(|input| self.reader.row(*input)).collect::<Result<_, _>>()?;
        let lengths: Vec<usize> = rows.iter().map(|row| row.ids.len()).collect();
        let mut found = vec![Vec::new(); rows.len()];
        for batch in batches(&lengths, BATCH_TOKENS) {
            let read: Vec<&Row> = batch.iter().map(|&at| &rows[at]).collect();
            let (ids, types, mask) = self.reader.tensors(&read)?;
            let states = self.encoder.read(&ids, &types, &mask)?;
            for (at, numbers) in batch.into_iter().zip(head(&states, &mask)?) {
                found[at] = numbers;
            }
        }
        Ok(found)
    }
}
