//! A critic: one T5 encoder with heads that judge a text, as `models/recipes/critic/README.md` defines them.
//!
//! Letters in shape comments: S texts, T tokens of the longest, D width, H sentence heads, M meaning size.

mod heads;

use std::ops::Range;
use std::path::Path;

use candle_core::{D, Device, Tensor};
use emend_decode::TokenId;

pub use self::heads::Head;
use self::heads::Heads;
use crate::batches::batches;
use crate::error::ModelError;
use crate::files::sha256;
use crate::linear::Linear;
use crate::manifest::Manifest;
use crate::t5::T5Encoder;
use crate::tokens::{Tokens, check_fit};
use crate::weights::{Stored, Weights};

/// Tokens that are read at once, padding included: bounds memory.
const BATCH_TOKENS: usize = 4096;

/// A critic that is ready to judge. It is only ever read.
#[derive(Debug)]
pub struct Critic {
    manifest: Manifest,
    heads: Heads,
    tokens: Tokens,
    encoder: T5Encoder,
    /// (H, 2D) and (H)
    sentence: (Linear, Tensor),
    /// (1, D) and (1)
    token: (Linear, Tensor),
    /// (M, D)
    meaning: Linear,
}

/// What a critic says about one text.
#[derive(Debug, Clone, PartialEq)]
pub struct Opinion {
    scores: [f32; Head::ALL.len()],
    /// Where it sees errors: each token with its chance, in order; the last one, empty and at the end, stands for what
    /// is missing there. Empty when the tokenizer changed the text, so that tokens have no place in it.
    pub tokens: Vec<TokenOpinion>,
    /// Length 1.
    meaning: Vec<f32>,
}

/// A token, and how likely it is wrong or something is missing before it.
#[derive(Debug, Clone, PartialEq)]
pub struct TokenOpinion {
    /// Bytes of the text, a space before the word included.
    pub span: Range<usize>,
    /// From 0 to 1.
    pub wrong: f32,
}

impl Opinion {
    /// The calibrated score of one head, from 0 to 1.
    pub fn score(&self, head: Head) -> f32 {
        self.scores[head as usize]
    }
}

/// What the heads say about one row of tokens.
#[derive(Debug, Clone, PartialEq)]
struct RowOpinion {
    scores: [f32; Head::ALL.len()],
    wrong: Vec<f32>,
    meaning: Vec<f32>,
}

impl Critic {
    /// Opens the critic of a manifest (`models/<id>.toml`).
    ///
    /// Refused are a manifest of another kind of model, files that contradict each other or the manifest's list, a
    /// tokenizer that is not the one of the training. Nothing is hashed but the tokenizer; [`Manifest::verify`] does
    /// the rest.
    pub fn open(manifest: &Path) -> Result<Critic, ModelError> {
        let found = Manifest::read(manifest)?;
        let Some(file) = &found.heads else {
            return Err(ModelError::Config {
                path: manifest.to_owned(),
                field: "role".into(),
                expected: "a critic with heads".into(),
                found: "another model".into(),
            });
        };
        let heads = Heads::read(&file.path)?;
        let weights = Weights::open_with(&found.weights.path, heads.config.clone())?;
        let tokens = Tokens::from_file(&found.tokenizer.path)?;
        let hash = sha256(&found.tokenizer.path)?;
        if hash != heads.tokenizer_sha256 {
            let path = found.tokenizer.path.clone();
            return Err(ModelError::Checksum { path, expected: heads.tokenizer_sha256, found: hash });
        }
        check_fit(&weights, &tokens)?;
        Critic::load(found, heads, tokens, &weights)
    }

    fn load(
        manifest: Manifest,
        heads: Heads,
        tokens: Tokens,
        weights: &Weights,
    ) -> Result<Critic, ModelError> {
        let width = heads.config.d_model;
        let get = |head: &str, part: &str, shape: &[usize]| {
            weights.get(&format!("heads.{head}.{part}"), shape).and_then(|found| Ok(found.into_float()?))
        };
        let (mut rows, mut biases) = (Vec::new(), Vec::new());
        for head in Head::ALL {
            rows.push(get(head.name(), "weight", &[1, 2 * width])?);
            biases.push(get(head.name(), "bias", &[1])?);
        }
        let linear = |matrix: Tensor| Linear::new(Stored::Float(matrix));
        Ok(Critic {
            encoder: T5Encoder::load(weights)?,
            sentence: (linear(Tensor::cat(&rows, 0)?)?, Tensor::cat(&biases, 0)?),
            token: (linear(get("token", "weight", &[1, width])?)?, get("token", "bias", &[1])?),
            meaning: linear(get("meaning", "weight", &[heads.meaning_size, width])?)?,
            manifest,
            heads,
            tokens,
        })
    }

    /// What is known about the model.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Memory of the encoder's weights in bytes.
    pub fn memory_bytes(&self) -> usize {
        self.encoder.memory_bytes()
    }

    /// Whether the critic reads all of `text`; of a longer one it reads the beginning.
    pub fn fits(&self, text: &str) -> bool {
        self.tokens.encode(text).len() < self.heads.longest
    }

    /// Its opinion of each text, in their order. Texts of similar length are read together.
    pub fn read(&self, texts: &[&str]) -> Result<Vec<Opinion>, ModelError> {
        let rows: Vec<Vec<TokenId>> = texts.iter().map(|text| self.row(text)).collect();
        let slices: Vec<&[TokenId]> = rows.iter().map(Vec::as_slice).collect();
        let found = self.read_rows(&slices)?;
        let opinions = texts.iter().zip(&rows).zip(found).map(|((text, row), opinion)| Opinion {
            scores: opinion.scores,
            tokens: self.placed(text, row, &opinion.wrong),
            meaning: opinion.meaning,
        });
        Ok(opinions.collect())
    }

    /// How likely two texts mean the same: the graded similarity of STS-B (Cer et al. 2017), brought to [0, 1].
    pub fn same_meaning(&self, a: &Opinion, b: &Opinion) -> f32 {
        self.heads.meaning.score(a.meaning.iter().zip(&b.meaning).map(|(a, b)| a * b).sum())
    }

    /// A text's tokens with the end token, cut to what the critic was trained on.
    fn row(&self, text: &str) -> Vec<TokenId> {
        let mut row = self.tokens.encode(text);
        row.truncate(self.heads.longest - 1);
        row.push(self.heads.end);
        row
    }

    /// `wrong` of each token of `row`, with its place in `text`.
    fn placed(&self, text: &str, row: &[TokenId], wrong: &[f32]) -> Vec<TokenOpinion> {
        let all = self.tokens.encode(text);
        let Some(mut spans) = self.tokens.spans(text, &all) else { return Vec::new() };
        spans.truncate(row.len() - 1);
        let end = spans.last().map_or(0, |span| span.end);
        spans.push(end..end);
        spans.into_iter().zip(wrong).map(|(span, &wrong)| TokenOpinion { span, wrong }).collect()
    }

    /// Opinions of rows of tokens, each with its end token.
    fn read_rows(&self, rows: &[&[TokenId]]) -> Result<Vec<RowOpinion>, ModelError> {
        let lengths: Vec<usize> = rows.iter().map(|row| row.len()).collect();
        let mut found: Vec<Option<RowOpinion>> = vec![None; rows.len()];
        for batch in batches(&lengths, BATCH_TOKENS) {
            let read: Vec<&[TokenId]> = batch.iter().map(|&at| rows[at]).collect();
            for (at, opinion) in batch.into_iter().zip(self.read_batch(&read)?) {
                found[at] = Some(opinion);
            }
        }
        Ok(found.into_iter().flatten().collect())
    }

    fn read_batch(&self, rows: &[&[TokenId]]) -> Result<Vec<RowOpinion>, ModelError> {
        let states = self.encoder.read(rows)?; // (S·T, D)
        let width = self.encoder.config().d_model;
        let longest = states.dim(0)? / rows.len();
        let mean = mask(rows, longest)?.matmul(&states.reshape((rows.len(), longest, width))?)?; // (S, 1, D)
        let mean = mean.squeeze(1)?; // (S, D)
        let ends: Vec<u32> = (0..).zip(rows).map(|(s, row)| (s * longest + row.len() - 1) as u32).collect();
        let ends = Tensor::from_vec(ends, rows.len(), &Device::Cpu)?;
        let end = states.index_select(&ends, 0)?; // (S, D)

        let sentence = apply(&self.sentence, &Tensor::cat(&[&mean, &end], D::Minus1)?)?; // (S, H)
        let token = apply(&self.token, &states)?.reshape((rows.len(), longest))?; // (S, T)
        let meaning = self.meaning.forward(&mean)?; // (S, M)
        let (sentence, token) = (sentence.to_vec2::<f32>()?, token.to_vec2::<f32>()?);
        let opinions = rows.iter().zip(sentence).zip(token).zip(meaning.to_vec2::<f32>()?);
        let opinions = opinions.map(|(((row, sentence), token), meaning)| RowOpinion {
            scores: std::array::from_fn(|head| self.heads.sentence[head].score(sentence[head])),
            wrong: token[..row.len()].iter().map(|&logit| self.heads.token.score(logit)).collect(),
            meaning: unit(meaning),
        });
        Ok(opinions.collect())
    }
}

/// One over the length where a row has tokens, 0 elsewhere, (S, 1, T).
fn mask(rows: &[&[TokenId]], longest: usize) -> candle_core::Result<Tensor> {
    let share = |row: &&[TokenId]| 1.0 / row.len() as f32;
    let weights: Vec<f32> = rows
        .iter()
        .flat_map(|row| (0..longest).map(move |at| if at < row.len() { share(row) } else { 0.0 }))
        .collect();
    Tensor::from_vec(weights, (rows.len(), 1, longest), &Device::Cpu)
}

fn apply((linear, bias): &(Linear, Tensor), x: &Tensor) -> candle_core::Result<Tensor> {
    linear.forward(x)?.broadcast_add(bias)
}

/// `vector` scaled to length 1; the zero vector stays.
pub(crate) fn unit(vector: Vec<f32>) -> Vec<f32> {
    let length = vector.iter().map(|x| x * x).sum::<f32>().sqrt().max(1e-12);
    vector.into_iter().map(|x| x / length).collect()
}
