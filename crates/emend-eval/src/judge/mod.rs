//! The judge: a second opinion on style and meaning, for evaluation only.
//!
//! Logistic regression over character n-grams, of another family than the models that it judges, trained on other data
//! and never a reward. `models/recipes/judge/README.md` defines every number; `golden.json` beside it ties this
//! implementation to the recipe's.

mod features;
mod files;
mod pair;

use std::collections::{BTreeMap, HashSet};
use std::path::Path;

use crate::EvalError;

/// A trained judge.
#[derive(Debug, Clone)]
pub struct Judge {
    heads: BTreeMap<String, Head>,
    meaning: Meaning,
}

/// One question about one text.
#[derive(Debug, Clone)]
struct Head {
    /// One for each bucket of n-grams.
    weights: Vec<f32>,
    finish: Finish,
}

/// Whether two texts mean the same.
#[derive(Debug, Clone)]
struct Meaning {
    /// One for each of [`pair::FEATURES`].
    weights: Vec<f32>,
    /// How much a word says, by its bucket.
    word_weights: Vec<f32>,
    negations: HashSet<String>,
    finish: Finish,
}

/// From a sum of weights to a calibrated probability.
#[derive(Debug, Clone, Copy, serde::Deserialize)]
struct Finish {
    bias: f64,
    scale: f64,
    offset: f64,
}

/// What the judge thinks of a text, each from 0 to 1, by the head's name.
pub type Scores = BTreeMap<String, f64>;

/// What the judge thinks of a rewrite.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    /// The source's scores.
    pub src: Scores,
    /// The rewrite's scores.
    pub hyp: Scores,
    /// Whether both mean the same, from 0 to 1.
    pub meaning: f64,
}

impl Judge {
    /// Reads `judge.json` and `judge.safetensors` in a folder.
    pub fn open(folder: &Path) -> Result<Self, EvalError> {
        files::open(folder)
    }

    /// The scores of one text.
    pub fn scores(&self, text: &str) -> Scores {
        let vector = features::vector(text);
        self.heads
            .iter()
            .map(|(name, head)| {
                let sum: f64 =
                    vector.iter().map(|&(bucket, value)| f64::from(head.weights[bucket]) * value).sum();
                (name.clone(), head.finish.of(sum))
            })
            .collect()
    }

    /// Whether two texts mean the same, from 0 to 1.
    pub fn meaning(&self, text: &str, other: &str) -> f64 {
        let Meaning { weights, word_weights, negations, finish } = &self.meaning;
        let found = pair::features(text, other, word_weights, negations);
        finish.of(weights.iter().zip(found).map(|(weight, value)| f64::from(*weight) * value).sum())
    }

    /// What it thinks of a rewrite.
    pub fn judge(&self, src: &str, hyp: &str) -> Judged {
        Judged { src: self.scores(src), hyp: self.scores(hyp), meaning: self.meaning(src, hyp) }
    }
}

impl Finish {
    /// 1 / (1 + exp(−(scale·(sum + bias) + offset)))
    fn of(self, sum: f64) -> f64 {
        1.0 / (1.0 + (-(self.scale * (sum + self.bias) + self.offset)).exp())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn root() -> std::path::PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models")
    }

    fn golden() -> Value {
        let path = root().join("recipes/judge/golden.json");
        serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
    }

    #[track_caller]
    fn near(ours: f64, theirs: &Value, what: &str) {
        let theirs = theirs.as_f64().unwrap();
        assert!((ours - theirs).abs() < 1e-5, "{what}: ours {ours}, the recipe's {theirs}");
    }

    #[test]
    fn scores_are_those_of_the_recipe() {
        let (judge, golden) = (Judge::open(&root().join("judge")).unwrap(), golden());
        let texts = golden["texts"].as_array().unwrap();
        assert!(texts.len() >= 20);
        for text in texts {
            let scores = judge.scores(text["text"].as_str().unwrap());
            assert_eq!(scores.len(), text["scores"].as_object().unwrap().len());
            for (head, score) in scores {
                near(score, &text["scores"][&head], &format!("{head} of {}", text["text"]));
            }
        }
    }

    #[test]
    fn pairs_are_those_of_the_recipe() {
        let (judge, golden) = (Judge::open(&root().join("judge")).unwrap(), golden());
        let Meaning { word_weights, negations, .. } = &judge.meaning;
        for two in golden["pairs"].as_array().unwrap() {
            let (text, other) = (two["text"].as_str().unwrap(), two["text2"].as_str().unwrap());
            let found = pair::features(text, other, word_weights, negations);
            for (at, name) in pair::FEATURES.iter().enumerate() {
                near(found[at], &two["features"][at], &format!("{name} of {text:?} and {other:?}"));
            }
            near(judge.meaning(text, other), &two["meaning"], &format!("meaning of {text:?} and {other:?}"));
        }
    }

    #[test]
    fn steps_are_those_of_the_recipe() {
        let golden = golden();
        for (gram, hash) in golden["fnv1a"].as_object().unwrap() {
            assert_eq!(format!("{:016x}", features::fnv1a(gram.as_bytes())), hash.as_str().unwrap());
        }
        for (text, normalised) in golden["normalised"].as_object().unwrap() {
            assert_eq!(features::normalised(text), normalised.as_str().unwrap());
        }
        for (text, words) in golden["words"].as_object().unwrap() {
            assert_eq!(serde_json::json!(pair::words(text)), *words, "{text}");
        }
        for (text, buckets) in golden["buckets"].as_object().unwrap() {
            assert_eq!(features::vector(text).len() as u64, buckets.as_u64().unwrap(), "{text}");
        }
    }

    #[test]
    fn files_that_are_no_judge_are_named() {
        let folder = tempfile::tempdir().unwrap();
        let refused = |said: &str| {
            let error = Judge::open(folder.path()).unwrap_err().to_string();
            assert!(error.contains(said), "{error}");
        };
        refused("judge.json");
        let good = std::fs::read_to_string(root().join("judge/judge.json")).unwrap();
        std::fs::write(folder.path().join("judge.json"), good.replace("131072", "1024")).unwrap();
        refused("1024");
        std::fs::write(folder.path().join("judge.json"), &good).unwrap();
        refused("judge.safetensors");
        std::fs::write(folder.path().join("judge.safetensors"), b"nothing of the kind").unwrap();
        refused("judge.safetensors");
        std::fs::copy(root().join("judge/judge.safetensors"), folder.path().join("judge.safetensors"))
            .unwrap();
        std::fs::write(folder.path().join("judge.json"), good.replace("toxicity", "luck")).unwrap();
        refused("luck.weight");
    }
}
