//! Where adapters lie: in the profile, and beside the model that they came with.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use emend_models::Manifest;

use super::Choice;
use crate::AppError;
use crate::model_files::{DEFAULT_MODEL, locate};

/// Longest name of an adapter.
const LONGEST_ID: usize = 64;

/// Folders of adapters.
#[derive(Debug, Clone, Default)]
pub(crate) struct AdapterFolders {
    /// The profile's: what was learned or taken in there.
    own: PathBuf,
    /// Those that came with the model, by the intent that each answers until the person decides otherwise.
    bundled: BTreeMap<String, PathBuf>,
}

impl AdapterFolders {
    /// `own` and what comes with the model of that name, folder or file; the starter's if none is named. A model that is not
    /// there, or has no manifest, comes with nothing: whoever needs the model says what is wrong with it.
    pub(crate) fn new(own: PathBuf, model: Option<&str>, folders: &[PathBuf]) -> Self {
        let manifest = locate(model.unwrap_or(DEFAULT_MODEL), folders).ok().and_then(|path| {
            let is_manifest = path.extension().is_some_and(|extension| extension == "toml");
            if is_manifest { Manifest::read(&path).ok() } else { Manifest::of_folder(&path).ok()? }
        });
        let adapters = manifest.map(|manifest| manifest.adapters).unwrap_or_default();
        let folder = |(intent, file): (String, emend_models::manifest::ModelFile)| {
            Some((intent, file.path.parent().filter(|folder| folder.is_dir())?.to_owned()))
        };
        Self { own, bundled: adapters.into_iter().filter_map(folder).collect() }
    }

    /// The profile's folder.
    pub(crate) fn own(&self) -> &Path {
        &self.own
    }

    /// Where an adapter of the person's own named `id` lies or would lie. A name is a file's name on every system: small
    /// letters, digits and hyphens.
    pub(crate) fn folder(&self, id: &str) -> Result<PathBuf, AppError> {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if id.is_empty() || id.len() > LONGEST_ID || !id.chars().all(plain) || id.starts_with('-') {
            return Err(AppError::Invalid {
                what: "the adapter's name",
                expected: format!("at most {LONGEST_ID} small letters, digits and hyphens"),
                found: format!("{id:?}"),
            });
        }
        Ok(self.own.join(id))
    }

    /// The folder of an adapter that is there. The person's own go first.
    pub(crate) fn existing(&self, id: &str) -> Result<PathBuf, AppError> {
        let own = self.folder(id)?;
        if own.is_dir() {
            return Ok(own);
        }
        let bundled = self.bundled.values().find(|folder| name(folder) == Some(id));
        bundled.cloned().ok_or_else(|| AppError::NoAdapter { id: id.to_owned() })
    }

    /// Whether the adapter came with the model.
    pub(crate) fn came_along(&self, id: &str) -> bool {
        self.came().any(|(_, bundled)| bundled == id)
    }

    /// Who answers what until the person decides otherwise.
    pub(crate) fn at_first(&self) -> Choice {
        let intents = self.came().map(|(intent, id)| (intent.to_owned(), Some(id.to_owned())));
        Choice { all: None, intents: intents.collect() }
    }

    /// Intents and names of those that came with the model; one whose name the person gave to another is hidden by it.
    pub(crate) fn came(&self) -> impl Iterator<Item = (&str, &str)> {
        let named = self.bundled.iter().filter_map(|(intent, folder)| Some((intent.as_str(), name(folder)?)));
        named.filter(|(_, id)| !self.own.join(id).is_dir())
    }
}

fn name(folder: &Path) -> Option<&str> {
    folder.file_name()?.to_str()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::fs;

    use super::*;

    #[test]
    fn a_name_cannot_lead_out_of_the_folder() {
        let folders = AdapterFolders { own: "adapters".into(), ..AdapterFolders::default() };
        assert_eq!(folders.folder("rloo-2").unwrap(), Path::new("adapters/rloo-2"));
        for bad in ["", ".", "..", "a/b", "A", "-x", "a b", "live.json", &"a".repeat(65)] {
            assert!(matches!(folders.folder(bad), Err(AppError::Invalid { .. })), "{bad}");
        }
        assert!(matches!(folders.existing("none"), Err(AppError::NoAdapter { .. })));
    }

    #[test]
    fn what_comes_with_a_model_answers_until_a_persons_own_has_its_name() {
        let home = tempfile::tempdir().unwrap();
        let models = home.path().join("models");
        let calm = models.join("small/adapters/calm");
        fs::create_dir_all(&calm).unwrap();
        let manifest = "id = 'small'\nname = 'Small'\nrole = 'rewriter'\narchitecture = 't5'\nlicence = 'MIT'\n\
                        source = 'here'\nfiles.weights = { path = 'small/model.gguf' }\n\
                        files.tokenizer = { path = 'small/tokenizer.json' }\n\
                        adapters.appropriate = { path = 'small/adapters/calm/adapter_model.safetensors' }\n\
                        adapters.polite = { path = 'small/adapters/gone/adapter_model.safetensors' }\n";
        fs::write(models.join("small.toml"), manifest).unwrap();
        let own = home.path().join("adapters");
        for model in ["small", &*models.join("small").to_string_lossy()] {
            let folders = AdapterFolders::new(own.clone(), Some(model), std::slice::from_ref(&models));
            assert_eq!(folders.existing("calm").unwrap(), calm, "{model}");
            assert!(folders.came_along("calm") && !folders.came_along("gone"));
            assert_eq!(folders.at_first().of(Some("appropriate")), Some("calm"));
            assert_eq!(folders.at_first().of(Some("polite")), None);
        }
        let folders = AdapterFolders::new(own.clone(), Some("small"), std::slice::from_ref(&models));
        fs::create_dir_all(own.join("calm")).unwrap();
        assert_eq!(folders.existing("calm").unwrap(), own.join("calm"));
        assert!(!folders.came_along("calm"));
        assert_eq!(folders.at_first(), Choice::default());
        let other = AdapterFolders::new(own, Some("another"), &[models]);
        assert_eq!(other.at_first(), Choice::default(), "a model that is not there comes with nothing");
    }
}
