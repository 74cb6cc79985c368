//! `models/<id>.toml`: what weights exist, where they come from, and under which licence.
//!
//! ```toml
//! id = "starter"
//! name = "Emend starter"
//! role = "rewriter"
//! architecture = "t5"
//! licence = "MIT OR Apache-2.0"
//! source = "models/recipes/rewriter"
//! prompt_form = "{instruction}: {text}"
//!
//! [files.weights]
//! path = "starter/model.gguf"
//! sha256 = "…"
//! bytes = 9700000
//!
//! [files.tokenizer]
//! path = "starter/tokenizer.json"
//! ```
//!
//! A critic also names its heads: `[files.heads]`, a `critic.json`. One that was downloaded (architecture `bert` or
//! `deberta-v2`) names its `[files.config]` instead, what it `judges`, and which `label` of the model that is; an embedder,
//! which judges `meaning`, has no label.

use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use crate::error::ModelError;
use crate::files::{hex, inside, read_text, sha256};

/// Largest manifest, in bytes.
const MAX_FILE: u64 = 64 << 10;

/// The prompt form of our own recipes.
pub const PROMPT_FORM: &str = "{instruction}: {text}";

/// One model, with its paths resolved. No path leads out of the manifest's folder.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Manifest {
    /// Name of the manifest's file without `.toml`; also the name of the folder with the files.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// What the model is used for.
    pub role: Role,
    /// What kind of network it is.
    pub architecture: Architecture,
    /// The weights.
    pub weights: ModelFile,
    /// The tokenizer.
    pub tokenizer: ModelFile,
    /// What the heads of a critic mean; only our own encoder has it.
    pub heads: Option<ModelFile>,
    /// What a downloaded critic judges; only BERT and `DeBERTa` have it.
    pub judged: Option<Judged>,
    /// SPDX expression; `None` for a folder without a manifest.
    pub licence: Option<String>,
    /// Where the weights come from: a recipe or an address; `None` for a folder without a manifest.
    pub source: Option<String>,
    /// How an instruction and a text become the model's input: a text with `{instruction}` and `{text}` once each.
    pub prompt_form: String,
}

/// What a model is used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Role {
    /// Rewrites a text after an instruction.
    Rewriter,
    /// Judges a text.
    Critic,
}

/// What kind of network a model is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Architecture {
    /// The encoder–decoder of Raffel et al. 2020.
    T5,
    /// Its encoder alone, with heads.
    T5Encoder,
    /// The encoder of Devlin et al. 2019.
    Bert,
    /// The encoder of He et al. 2021.
    DebertaV2,
}

impl Architecture {
    /// The name in manifests.
    pub fn name(self) -> &'static str {
        match self {
            Self::T5 => "t5",
            Self::T5Encoder => "t5-encoder",
            Self::Bert => "bert",
            Self::DebertaV2 => "deberta-v2",
        }
    }
}

/// What a downloaded critic judges.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Judged {
    /// Of what it judges.
    pub judges: Judges,
    /// The model's label whose probability is the judgement; `None` exactly for an embedder.
    pub label: Option<String>,
    /// The model's `config.json`.
    pub config: ModelFile,
}

/// Of what a downloaded critic judges, in the words of the critics that it takes part in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Judges {
    /// Whether people call a text toxic.
    Toxicity,
    /// Whether a text is polite.
    Politeness,
    /// Whether a text is formal.
    Formality,
    /// Whether a text is acceptable English.
    Acceptability,
    /// Whether one text follows from another.
    Entailment,
    /// How alike two texts are: by an embedder.
    Meaning,
}

impl Judges {
    /// All of them.
    pub const ALL: [Judges; 6] = [
        Judges::Toxicity,
        Judges::Politeness,
        Judges::Formality,
        Judges::Acceptability,
        Judges::Entailment,
        Judges::Meaning,
    ];

    /// The name in manifests.
    pub fn name(self) -> &'static str {
        match self {
            Judges::Toxicity => "toxicity",
            Judges::Politeness => "politeness",
            Judges::Formality => "formality",
            Judges::Acceptability => "acceptability",
            Judges::Entailment => "entailment",
            Judges::Meaning => "meaning",
        }
    }
}

/// One file of a model.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ModelFile {
    /// Where it is.
    pub path: PathBuf,
    /// Its hexadecimal SHA-256 in lower case, when known.
    pub sha256: Option<String>,
    /// Its length in bytes, when known.
    pub bytes: Option<u64>,
}

/// The file as written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    id: String,
    name: String,
    role: Role,
    architecture: Architecture,
    licence: String,
    source: String,
    #[serde(default = "prompt_form")]
    prompt_form: String,
    judges: Option<Judges>,
    label: Option<String>,
    files: WrittenFiles,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenFiles {
    weights: WrittenFile,
    tokenizer: WrittenFile,
    heads: Option<WrittenFile>,
    config: Option<WrittenFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenFile {
    path: String,
    sha256: Option<String>,
    bytes: Option<u64>,
}

fn prompt_form() -> String {
    PROMPT_FORM.to_owned()
}

impl Manifest {
    /// Reads and checks a manifest. The files that it names need not exist.
    pub fn read(path: &Path) -> Result<Manifest, ModelError> {
        let text = read_text(path, MAX_FILE)?;
        let written: Written = toml::from_str(&text)
            .map_err(|e| ModelError::Parse { path: path.to_owned(), reason: e.to_string() })?;
        let wrong = |field: &str, expected: &str, found: &str| ModelError::Config {
            path: path.to_owned(),
            field: field.to_owned(),
            expected: expected.to_owned(),
            found: format!("{found:?}"),
        };

        if path.file_stem().is_none_or(|stem| stem != written.id.as_str()) {
            return Err(wrong("id", "the name of the file without .toml", &written.id));
        }
        let prompt_form = written.prompt_form;
        if ["{instruction}", "{text}"].iter().any(|slot| prompt_form.matches(slot).count() != 1) {
            return Err(wrong("prompt_form", "{instruction} and {text}, once each", &prompt_form));
        }
        let files = written.files;
        let (critic, heads, config) =
            (written.role == Role::Critic, files.heads.is_some(), files.config.is_some());
        let own = written.judges.is_none() && written.label.is_none() && !config;
        let fits = match written.architecture {
            Architecture::T5 => own && !critic && !heads,
            Architecture::T5Encoder => own && critic && heads,
            Architecture::Bert | Architecture::DebertaV2 => critic && config && !heads,
        };
        if !fits {
            let expected = "\"t5\" for a rewriter; \"t5-encoder\" with [files.heads] for a critic; \"bert\" or \
                            \"deberta-v2\" with [files.config] for a downloaded one";
            return Err(wrong("architecture", expected, written.architecture.name()));
        }
        let folder = path.parent().unwrap_or(Path::new(""));
        let file = |file: WrittenFile| {
            if let Some(sha256) = &file.sha256
                && !(sha256.len() == 64 && sha256.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')))
            {
                return Err(wrong("sha256", "64 digits from 0 to f", sha256));
            }
            Ok(ModelFile { path: inside(path, folder, &file.path)?, sha256: file.sha256, bytes: file.bytes })
        };
        let judged = match files.config {
            None => None,
            Some(config) => {
                let Some(judges) = written.judges else {
                    return Err(wrong("judges", "what the critic judges", "nothing"));
                };
                if written.label.is_some() == (judges == Judges::Meaning) {
                    let expected = "one of the model's labels for a classifier, none for what judges meaning";
                    return Err(wrong("label", expected, written.label.as_deref().unwrap_or("none")));
                }
                Some(Judged { judges, label: written.label, config: file(config)? })
            }
        };
        Ok(Manifest {
            id: written.id,
            name: written.name,
            role: written.role,
            architecture: written.architecture,
            weights: file(files.weights)?,
            tokenizer: file(files.tokenizer)?,
            heads: files.heads.map(file).transpose()?,
            judged,
            licence: Some(written.licence),
            source: Some(written.source),
            prompt_form,
        })
    }

    /// The manifest of the model in `folder`: the file `<folder>.toml` beside it, if there is one.
    pub fn of_folder(folder: &Path) -> Result<Option<Manifest>, ModelError> {
        let Some(id) = folder.file_name().and_then(|name| name.to_str()) else { return Ok(None) };
        let path = folder.with_file_name(format!("{id}.toml"));
        if path.is_file() { Manifest::read(&path).map(Some) } else { Ok(None) }
    }

    /// Stands in for the manifest of a folder or file that has none.
    pub(crate) fn unlisted(weights: &Path, tokenizer: &Path) -> Manifest {
        let folder = weights.parent().and_then(Path::file_name).unwrap_or(weights.as_os_str());
        let id = folder.to_string_lossy().into_owned();
        let file = |path: &Path| ModelFile { path: path.to_owned(), sha256: None, bytes: None };
        Manifest {
            name: id.clone(),
            id,
            role: Role::Rewriter,
            architecture: Architecture::T5,
            weights: file(weights),
            tokenizer: file(tokenizer),
            heads: None,
            judged: None,
            licence: None,
            source: None,
            prompt_form: prompt_form(),
        }
    }

    /// What tells this model from every other one: SHA-256 over those of its files, as the manifest states them, and of
    /// the files themselves where it does not; for a downloaded critic also over what it is asked.
    pub fn content_id(&self) -> Result<String, ModelError> {
        let mut hash = Sha256::new();
        for file in self.files() {
            let of_file = file.sha256.clone().map_or_else(|| sha256(&file.path), Ok)?;
            hash.update(of_file.as_bytes());
        }
        if let Some(Judged { judges, label, .. }) = &self.judged {
            hash.update(judges.name());
            hash.update(label.as_deref().unwrap_or_default());
        }
        Ok(hex(&hash.finalize()))
    }

    /// Compares lengths and SHA-256 of the files with the manifest. Reads the files in full: about a second for
    /// 500 MB, so this belongs after a download, not before every start.
    pub fn verify(&self) -> Result<(), ModelError> {
        self.files().try_for_each(ModelFile::verify)
    }

    /// Every file that the manifest names.
    pub fn files(&self) -> impl Iterator<Item = &ModelFile> {
        let config = self.judged.as_ref().map(|judged| &judged.config);
        [&self.weights, &self.tokenizer].into_iter().chain(&self.heads).chain(config)
    }
}

impl ModelFile {
    fn verify(&self) -> Result<(), ModelError> {
        let path = &self.path;
        let read = |source| ModelError::Read { path: path.clone(), source };
        let found = fs::metadata(path).map_err(read)?.len();
        if let Some(expected) = self.bytes.filter(|expected| *expected != found) {
            return Err(ModelError::Length { path: path.clone(), expected, found });
        }
        if let Some(expected) = &self.sha256 {
            let found = sha256(path)?;
            if found != *expected {
                return Err(ModelError::Checksum { path: path.clone(), expected: expected.clone(), found });
            }
        }
        Ok(())
    }
}

/// What tells several models that judge together from every other choice of models.
pub fn joint_id(manifests: &[Manifest]) -> Result<String, ModelError> {
    if let [alone] = manifests {
        return alone.content_id();
    }
    let mut hash = Sha256::new();
    for manifest in manifests {
        hash.update(manifest.content_id()?);
    }
    Ok(hex(&hash.finalize()))
}

/// Every manifest in a models folder, by file name. A folder that does not exist holds none.
///
/// A manifest that cannot be read stands in the list as its error, so that one bad file hides no other.
pub fn list(models: &Path) -> Result<Vec<Result<Manifest, ModelError>>, ModelError> {
    let failed = |source| ModelError::Read { path: models.to_owned(), source };
    let entries = match fs::read_dir(models) {
        Ok(entries) => entries,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(e) => return Err(failed(e)),
    };
    let mut paths = Vec::new();
    for entry in entries {
        let path = entry.map_err(failed)?.path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths.iter().map(|path| Manifest::read(path)).collect())
}

/// The manifest of the model `id` in the first of `folders` that has one.
pub fn find(folders: &[PathBuf], id: &str) -> Result<Option<Manifest>, ModelError> {
    for folder in folders {
        // The folder stands for the file in the error of an id such as "../x".
        let path = inside(folder, folder, &format!("{id}.toml"))?;
        if path.is_file() {
            return Manifest::read(&path).map(Some);
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    const WHOLE: &str = r#"
id = "small"
name = "Small"
role = "rewriter"
architecture = "t5"
licence = "MIT"
source = "a recipe"
files.weights = { path = "small/model.gguf", bytes = 5, sha256 = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824" }
files.tokenizer = { path = "small/tokenizer.json" }
"#;

    fn read(text: &str) -> Result<Manifest, ModelError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("small.toml");
        fs::write(&path, text).unwrap();
        Manifest::read(&path)
    }

    #[test]
    fn the_example_of_the_documentation_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let example: String = include_str!("manifest.rs")
            .lines()
            .skip_while(|line| *line != "//! ```toml")
            .skip(1)
            .take_while(|line| *line != "//! ```")
            .map(|line| line.trim_start_matches("//!").replace('…', &"0".repeat(64)) + "\n")
            .collect();
        let path = folder.path().join("starter.toml");
        fs::write(&path, example).unwrap();
        let manifest = Manifest::read(&path).unwrap();
        assert_eq!(manifest.weights.path, folder.path().join("starter/model.gguf"));
        assert_eq!(manifest.weights.bytes, Some(9_700_000));
    }

    #[test]
    fn an_identity_is_that_of_the_files() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("small")).unwrap();
        fs::write(folder.path().join("small.toml"), WHOLE).unwrap();
        let id = |tokenizer: &str| {
            fs::write(folder.path().join("small/tokenizer.json"), tokenizer).unwrap();
            Manifest::read(&folder.path().join("small.toml")).unwrap().content_id().unwrap()
        };
        assert_eq!(id("a"), id("a"));
        assert_ne!(id("a"), id("b"));
        fs::remove_file(folder.path().join("small/tokenizer.json")).unwrap();
        let manifest = Manifest::read(&folder.path().join("small.toml")).unwrap();
        assert!(matches!(manifest.content_id(), Err(ModelError::Read { .. })));
    }

    #[test]
    fn what_is_not_known_is_refused() {
        assert_eq!(read(WHOLE).unwrap().prompt_form, "{instruction}: {text}");
        for (from, to, part) in [
            ("name =", "nmae =", "nmae"),
            ("\"rewriter\"", "\"judge\"", "judge"),
            ("\"t5\"", "\"llama\"", "llama"),
            ("\"t5\"", "\"t5-encoder\"", "t5-encoder"),
            ("\"rewriter\"", "\"critic\"", "t5-encoder"),
            ("id = \"small\"", "id = \"large\"", "large"),
            ("bytes = 5", "bytes = -5", "bytes"),
            ("bytes = 5", "size = 5", "size"),
            ("2cf24", "2CF24", "sha256"),
            ("2cf24", "2cf2", "sha256"),
            ("source =", "prompt_form = \"{text}\"\nsource =", "prompt_form"),
            ("licence = \"MIT\"", "", "licence"),
            ("\"t5\"", "\"bert\"", "bert"),
            ("source =", "judges = \"meaning\"\nsource =", "t5"),
        ] {
            let error = read(&WHOLE.replace(from, to)).unwrap_err().to_string();
            assert!(error.contains(part), "{from} → {to}: {error}");
        }
        for outside in ["../model.gguf", "/model.gguf", "small/../../x", "C:/x"] {
            let error = read(&WHOLE.replace("small/model.gguf", outside)).unwrap_err();
            assert!(matches!(error, ModelError::Outside { found, .. } if found == outside));
        }
    }

    #[test]
    fn a_downloaded_critic_says_what_it_judges_and_by_which_label() {
        let bert = WHOLE.replace("\"t5\"", "\"bert\"").replace("\"rewriter\"", "\"critic\"")
            + "files.config = { path = \"small/config.json\" }\n";
        let with = |lines: &str| read(&bert.replace("source =", &format!("{lines}\nsource =")));
        let judged = with("judges = \"toxicity\"\nlabel = \"toxic\"").unwrap().judged.unwrap();
        assert_eq!((judged.judges, judged.label.as_deref()), (Judges::Toxicity, Some("toxic")));
        assert!(judged.config.path.ends_with("small/config.json"));
        assert_eq!(with("judges = \"meaning\"").unwrap().judged.unwrap().label, None);
        for (lines, part) in [
            ("", "judges"),
            ("judges = \"wit\"", "wit"),
            ("judges = \"formality\"", "label"),
            ("judges = \"meaning\"\nlabel = \"x\"", "label"),
        ] {
            let error = with(lines).unwrap_err().to_string();
            assert!(error.contains(part), "{lines}: {error}");
        }
        for judges in Judges::ALL {
            let label = if judges == Judges::Meaning { "" } else { "\nlabel = \"x\"" };
            let lines = format!("judges = \"{}\"{label}", judges.name());
            assert_eq!(with(&lines).unwrap().judged.unwrap().judges, judges);
        }
    }

    #[test]
    fn verify_compares_length_and_hash() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("small.toml");
        fs::write(&path, WHOLE).unwrap();
        let files = folder.path().join("small");
        fs::create_dir(&files).unwrap();
        fs::write(files.join("tokenizer.json"), "{}").unwrap();
        let manifest = Manifest::of_folder(&files).unwrap().unwrap();

        assert!(matches!(manifest.verify(), Err(ModelError::Read { .. })));
        fs::write(files.join("model.gguf"), "hello").unwrap();
        manifest.verify().unwrap();
        fs::write(files.join("model.gguf"), "jello").unwrap();
        assert!(matches!(manifest.verify(), Err(ModelError::Checksum { .. })));
        fs::write(files.join("model.gguf"), "hell").unwrap();
        assert!(matches!(manifest.verify(), Err(ModelError::Length { expected: 5, found: 4, .. })));
    }

    #[test]
    fn the_first_folder_that_has_a_model_wins() {
        let (profile, bundled) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let folders =
            [profile.path().to_owned(), bundled.path().join("not there"), bundled.path().to_owned()];
        fs::write(bundled.path().join("small.toml"), WHOLE).unwrap();
        fs::write(bundled.path().join("bad.toml"), "id = 7").unwrap();
        assert_eq!(find(&folders, "small").unwrap().unwrap().name, "Small");
        fs::write(profile.path().join("small.toml"), WHOLE.replace("\"Small\"", "\"Mine\"")).unwrap();
        assert_eq!(find(&folders, "small").unwrap().unwrap().name, "Mine");
        assert_eq!(find(&folders, "other").unwrap(), None);
        assert!(matches!(find(&folders, "../small"), Err(ModelError::Outside { .. })));

        let listed = list(bundled.path()).unwrap();
        assert!(matches!(&listed[..], [Err(ModelError::Parse { .. }), Ok(small)] if small.id == "small"));
        assert!(list(&folders[1]).unwrap().is_empty());
    }
}
