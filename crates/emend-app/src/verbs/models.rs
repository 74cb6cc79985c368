//! Models: what is installed, whether its files are whole, and making one from published weights.

use std::path::{Path, PathBuf};

use emend_models::{Manifest, Quantization, Report, manifest};

use crate::app::App;
use crate::{AppError, ModelInfo};

impl App {
    /// Every installed model, by folder and then by name. One that a more personal folder hides is not listed; a
    /// manifest that cannot be read stands in the list as its error.
    pub fn models(&self) -> Result<Vec<Result<ModelInfo, AppError>>, AppError> {
        let mut models: Vec<Result<ModelInfo, AppError>> = Vec::new();
        for folder in &self.model_folders {
            for found in manifest::list(folder)? {
                match found {
                    Ok(manifest) => {
                        let hidden = models.iter().flatten().any(|listed| listed.id == manifest.id);
                        if !hidden {
                            models.push(Ok(ModelInfo::of_manifest(&manifest)));
                        }
                    }
                    Err(error) => models.push(Err(error.into())),
                }
            }
        }
        Ok(models)
    }

    /// The manifest of the installed model with that name.
    pub fn model(&self, id: &str) -> Result<Manifest, AppError> {
        manifest::find(&self.model_folders, id)?
            .ok_or_else(|| AppError::NoModel { id: id.to_owned(), looked: self.model_folders.clone() })
    }

    /// The manifest's file of a model, by the name of the model or the path of the manifest.
    pub fn model_manifest(&self, name: &str) -> Result<PathBuf, AppError> {
        let path = Path::new(name);
        if path.extension().is_some_and(|extension| extension == "toml") {
            return Ok(path.to_owned());
        }
        let named = format!("{name}.toml");
        self.model_folders
            .iter()
            .map(|folder| folder.join(&named))
            .find(|manifest| manifest.is_file())
            .ok_or_else(|| AppError::NoModel { id: name.to_owned(), looked: self.model_folders.clone() })
    }

    /// Reads the model's files in full and compares their lengths and SHA-256 with the manifest. About a second for
    /// half a gigabyte.
    pub async fn verify_model(&self, id: &str) -> Result<ModelInfo, AppError> {
        let manifest = self.model(id)?;
        tokio::task::spawn_blocking(move || {
            manifest.verify()?;
            Ok(ModelInfo::of_manifest(&manifest))
        })
        .await
        .map_err(|_| AppError::Thread { thread: "check of the model's files" })?
    }

    /// Turns a Hugging Face folder into a GGUF file with its tokenizer; see [`emend_models::convert`].
    pub async fn convert_model(
        &self,
        from: &Path,
        to: &Path,
        quantization: Quantization,
    ) -> Result<Report, AppError> {
        let (from, to) = (from.to_owned(), to.to_owned());
        tokio::task::spawn_blocking(move || Ok(emend_models::convert(&from, &to, quantization)?))
            .await
            .map_err(|_| AppError::Thread { thread: "conversion" })?
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::path::Path;

    use crate::verbs::tests::open_with_models;

    const WHOLE: &str = r#"
id = "tiny"
name = "Tiny"
role = "rewriter"
architecture = "t5"
licence = "MIT"
source = "a recipe"
files.weights = { path = "tiny/model.gguf", bytes = 5, sha256 = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824" }
files.tokenizer = { path = "tiny/tokenizer.json" }
"#;

    fn install(models: &Path, manifest: &str, weights: &str) {
        std::fs::create_dir_all(models.join("tiny")).unwrap();
        std::fs::write(models.join("tiny.toml"), manifest).unwrap();
        std::fs::write(models.join("tiny/model.gguf"), weights).unwrap();
        std::fs::write(models.join("tiny/tokenizer.json"), "{}").unwrap();
    }

    #[tokio::test]
    async fn models_are_listed_with_their_terms_and_verified() {
        let (app, folder) = open_with_models(|models| {
            install(models, WHOLE, "hello");
            std::fs::write(models.join("broken.toml"), "id = 7").unwrap();
        })
        .await;
        let listed = app.models().unwrap();
        let tiny = listed.iter().flatten().find(|model| model.id == "tiny").unwrap();
        assert_eq!((tiny.name.as_str(), tiny.size_bytes, tiny.licence.as_deref()), ("Tiny", 5, Some("MIT")));
        assert!(listed.iter().any(Result::is_err), "the broken manifest is listed as broken");
        assert_eq!(app.verify_model("tiny").await.unwrap().id, "tiny");

        std::fs::write(folder.path().join("home/models/tiny/model.gguf"), "jello").unwrap();
        let error = app.verify_model("tiny").await.unwrap_err();
        assert_eq!(error.code(), "model", "{error}");
        let error = app.verify_model("unheard-of").await.unwrap_err();
        assert_eq!(error.code(), "no_model", "{error}");
    }

    #[tokio::test]
    async fn converting_nothing_is_a_typed_error() {
        let (app, folder) = open_with_models(|_| ()).await;
        let from = folder.path().join("none");
        let error = app
            .convert_model(&from, &folder.path().join("out"), emend_models::Quantization::Q8_0)
            .await
            .unwrap_err();
        assert_eq!(error.code(), "model", "{error}");
        assert!(!folder.path().join("out").exists());
    }
}
