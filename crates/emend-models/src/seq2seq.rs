//! A whole model: network, tokenizer and manifest that fit each other.

use std::path::Path;

use crate::error::ModelError;
use crate::manifest::{Manifest, Role};
use crate::t5::T5;
use crate::tokens::{Tokens, check_fit};
use crate::weights::Weights;

/// A model that is ready to rewrite.
#[derive(Debug)]
pub struct Seq2Seq {
    /// The network.
    pub t5: T5,
    /// Its tokenizer.
    pub tokens: Tokens,
    /// What is known about it.
    pub manifest: Manifest,
    /// Identity of the float weights behind it, whatever their quantization: [`Weights::weights_id`].
    pub weights_id: Option<String>,
}

/// Opens a model by its manifest (`models/<id>.toml`), its folder, or its weights file.
///
/// A folder's manifest is the file `<folder>.toml` beside it; without one the folder must hold `model.gguf`,
/// `model.safetensors` or `model.safetensors.index.json`, and `tokenizer.json`. The tokenizer must be the model's:
/// compared are the numbers of special tokens, and every piece when the weights file lists them. Nothing is
/// hashed; [`Manifest::verify`] does that.
pub fn open_folder(path: &Path) -> Result<Seq2Seq, ModelError> {
    let manifest = if path.extension().is_some_and(|extension| extension == "toml") {
        Some(Manifest::read(path)?)
    } else if path.is_dir() {
        Manifest::of_folder(path)?
    } else {
        None
    };
    if let Some(found) = manifest.as_ref().filter(|manifest| manifest.role != Role::Rewriter) {
        return Err(ModelError::Config {
            path: path.to_owned(),
            field: "role".into(),
            expected: "a rewriter".into(),
            found: format!("{}, which is a critic", found.name),
        });
    }
    let weights = Weights::open(manifest.as_ref().map_or(path, |manifest| &manifest.weights.path))?;
    let manifest = manifest.unwrap_or_else(|| {
        let tokenizer = weights.path().with_file_name("tokenizer.json");
        Manifest::unlisted(weights.path(), &tokenizer)
    });
    let tokens = Tokens::from_file(&manifest.tokenizer.path)?;
    check_fit(&weights, &tokens)?;
    let t5 = T5::load(&weights)?;
    let weights_id = weights.weights_id().map(str::to_owned);
    Ok(Seq2Seq { t5, tokens, manifest, weights_id })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::fs;

    use emend_decode::TokenId;

    use super::*;
    use crate::convert::{Quantization, convert};
    use crate::fixture::{Tiny, tokenizer};
    use crate::t5::Ops;

    fn logits(model: &Seq2Seq) -> Vec<f32> {
        let mut source = model.tokens.encode("the rain is ending.");
        source.push(model.tokens.end());
        let target: Vec<TokenId> = model.tokens.encode("we rest, and it rains.");
        let logits = model.t5.logits(&[&source], &[&target], Ops::Fused).unwrap();
        logits.flatten_all().unwrap().to_vec1().unwrap()
    }

    /// Largest difference, as a share of the largest score.
    fn difference(a: &[f32], b: &[f32]) -> f32 {
        assert_eq!(a.len(), b.len());
        let largest = a.iter().fold(0.0_f32, |most, x| most.max(x.abs()));
        a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max) / largest
    }

    #[test]
    fn a_converted_model_scores_like_its_source() {
        for tiny in [Tiny::tied(), Tiny::gated()] {
            let source = logits(&open_folder(&tiny.folder).unwrap());
            for (quantization, worst) in
                [(Quantization::F32, 1e-5), (Quantization::F16, 2e-3), (Quantization::Q8_0, 2e-2)]
            {
                let report = convert(&tiny.folder, &tiny.root.path().join("out"), quantization).unwrap();
                let converted = logits(&open_folder(&report.weights).unwrap());
                let difference = difference(&source, &converted);
                assert!(difference < worst, "{quantization}: {difference}");
            }
        }
    }

    #[test]
    fn a_model_is_opened_by_manifest_folder_or_file() {
        let tiny = Tiny::tied();
        let unlisted = open_folder(&tiny.folder).unwrap();
        assert_eq!((unlisted.manifest.id.as_str(), &unlisted.manifest.licence), ("tiny", &None));
        assert_eq!(unlisted.manifest.weights.path, tiny.folder.join("model.safetensors"));

        let manifest = tiny.root.path().join("tiny.toml");
        let text = r#"
            id = "tiny"
            name = "Tiny"
            role = "rewriter"
            architecture = "t5"
            licence = "CC0-1.0"
            source = "a test"
            files.weights.path = "tiny/model.safetensors"
            files.tokenizer.path = "tiny/tokenizer.json""#;
        fs::write(&manifest, text).unwrap();
        for path in [&manifest, &tiny.folder] {
            assert_eq!(open_folder(path).unwrap().manifest.name, "Tiny");
        }
        let file = open_folder(&tiny.folder.join("model.safetensors")).unwrap();
        assert_eq!(file.manifest.tokenizer.path, tiny.folder.join("tokenizer.json"));

        let nowhere = tiny.root.path().join("nowhere");
        assert!(matches!(open_folder(&nowhere), Err(ModelError::Read { path, .. }) if path == nowhere));
        let empty = tiny.root.path();
        assert!(matches!(open_folder(empty), Err(ModelError::Missing { folder, .. }) if folder == empty));
    }

    #[test]
    fn a_tokenizer_of_another_model_is_refused() {
        let tiny = Tiny::tied();
        let report = convert(&tiny.folder, &tiny.root.path().join("out"), Quantization::Q8_0).unwrap();
        let with = |pointer: &str, value: serde_json::Value| {
            let mut json = tokenizer();
            *json.pointer_mut(pointer).unwrap() = value;
            fs::write(&report.tokenizer, json.to_string()).unwrap();
            open_folder(&report.weights).unwrap_err().to_string()
        };
        let error = with("/model/vocab/274/0", "▁they".into());
        assert!(
            error.contains("token 274: expected \"▁we\"") && error.contains("found \"▁they\""),
            "{error}"
        );

        let mut vocab = tokenizer()["model"]["vocab"].as_array().unwrap().clone();
        vocab.extend((0..20).map(|i| serde_json::json!([format!("extra{i}"), -9.0])));
        let error = with("/model/vocab", vocab.into());
        assert!(error.contains("at most 288 pieces") && error.contains("found 299"), "{error}");
    }
}
