//! Takes a folder in: its files are copied, tried, and appear with their manifest, or not at all.

use std::fs;
use std::path::Path;

use serde::Deserialize;

use super::Downloaded;
use super::config::Config;
use crate::error::ModelError;
use crate::files::{read_text, sha256};
use crate::manifest::{Architecture, Judges, Manifest};

const CONFIG: &str = "config.json";
const WEIGHTS: &str = "model.safetensors";
const TOKENIZER: &str = "tokenizer.json";

/// Largest of the small files, in bytes.
const MAX_FILE: u64 = 1 << 20;

/// Takes the Hugging Face folder `from` into `critics`, as what `judges`: `<judges>.toml` and the folder `<judges>`, in the
/// place of what may have been there.
///
/// `label` is the model's label that is meant; without it, the usual name of such a label. A manifest `<from>.toml` beside
/// the folder is believed: its SHA-256 are compared, its name, licence and source taken over. The model is opened and reads
/// a sentence before it appears. Reads and writes the files in full.
pub fn install(
    from: &Path,
    critics: &Path,
    judges: Judges,
    label: Option<&str>,
) -> Result<Manifest, ModelError> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| ModelError::Write { path, source }
    };
    for name in [CONFIG, WEIGHTS, TOKENIZER] {
        if !from.join(name).is_file() {
            return Err(ModelError::Missing { folder: from.to_owned(), expected: name.into() });
        }
    }
    let listed = Manifest::of_folder(from)?;
    if let Some(listed) = &listed {
        listed.verify()?;
    }
    let listed_label =
        listed.as_ref().and_then(|listed| listed.judged.as_ref()).filter(|listed| listed.judges == judges);
    let label = label.or(listed_label.and_then(|listed| listed.label.as_deref()));
    let (architecture, label) = kind(from, judges, label)?;

    let staging = critics.join(format!(".{}.{}.tmp", judges.name(), std::process::id()));
    let inner = staging.join(judges.name());
    let made = fs::create_dir_all(&inner).map_err(failed(&inner)).and_then(|()| {
        let mut files = Vec::new();
        for name in [WEIGHTS, TOKENIZER, CONFIG] {
            let copy = inner.join(name);
            let bytes = fs::copy(from.join(name), &copy).map_err(failed(&copy))?;
            files.push((format!("{}/{name}", judges.name()), sha256(&copy)?, bytes));
        }
        let name = from.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let text = manifest_text(
            judges,
            label.as_deref(),
            architecture,
            listed.as_ref().map_or(&name, |listed| &listed.name),
            listed.as_ref().and_then(|listed| listed.licence.as_deref()).unwrap_or("not stated"),
            listed.as_ref().and_then(|listed| listed.source.as_deref()).unwrap_or(&name),
            &files,
        );
        let manifest = staging.join(format!("{}.toml", judges.name()));
        fs::write(&manifest, text).map_err(failed(&manifest))?;
        Downloaded::open(&manifest)?.probe()?;
        put_in_place(&staging, critics, judges).map_err(failed(critics))
    });
    // Ours and of no use any more; whether it goes away is not what went wrong.
    let _ = fs::remove_dir_all(&staging);
    made?;
    Manifest::read(&critics.join(format!("{}.toml", judges.name())))
}

/// Takes out what `judges`; whether there was something.
pub fn uninstall(critics: &Path, judges: Judges) -> Result<bool, ModelError> {
    let remove = |path: &Path, removed: std::io::Result<()>| match removed {
        Ok(()) => Ok(true),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(false),
        Err(source) => Err(ModelError::Write { path: path.to_owned(), source }),
    };
    // The manifest first: without it the files are of no model.
    let manifest = critics.join(format!("{}.toml", judges.name()));
    let there = remove(&manifest, fs::remove_file(&manifest))?;
    let folder = critics.join(judges.name());
    remove(&folder, fs::remove_dir_all(&folder))?;
    Ok(there)
}

fn put_in_place(staging: &Path, critics: &Path, judges: Judges) -> std::io::Result<()> {
    let manifest = format!("{}.toml", judges.name());
    for old in [critics.join(&manifest), critics.join(judges.name())] {
        let removed = if old.is_dir() { fs::remove_dir_all(&old) } else { fs::remove_file(&old) };
        removed.or_else(|e| if e.kind() == std::io::ErrorKind::NotFound { Ok(()) } else { Err(e) })?;
    }
    fs::rename(staging.join(judges.name()), critics.join(judges.name()))?;
    // What has a manifest is there.
    fs::rename(staging.join(&manifest), critics.join(&manifest))
}

/// The manifest of a downloaded critic, as text. `files` are weights, tokenizer and configuration: path, SHA-256, bytes.
fn manifest_text(
    judges: Judges,
    label: Option<&str>,
    architecture: Architecture,
    name: &str,
    licence: &str,
    source: &str,
    files: &[(String, String, u64)],
) -> String {
    let quoted = |text: &str| toml::Value::from(text).to_string();
    let mut lines = vec![
        format!("id = {}", quoted(judges.name())),
        format!("name = {}", quoted(name)),
        "role = \"critic\"".into(),
        format!("architecture = {}", quoted(architecture.name())),
        format!("licence = {}", quoted(licence)),
        format!("source = {}", quoted(source)),
        format!("judges = {}", quoted(judges.name())),
    ];
    lines.extend(label.map(|label| format!("label = {}", quoted(label))));
    for (part, (path, sha256, bytes)) in ["weights", "tokenizer", "config"].iter().zip(files) {
        let (path, sha256) = (quoted(path), quoted(sha256));
        lines.push(format!("\n[files.{part}]\npath = {path}\nbytes = {bytes}\nsha256 = {sha256}"));
    }
    lines.join("\n") + "\n"
}

/// What network it is, and the label that is meant.
fn kind(
    from: &Path,
    judges: Judges,
    label: Option<&str>,
) -> Result<(Architecture, Option<String>), ModelError> {
    #[derive(Deserialize)]
    struct Type {
        model_type: String,
    }
    let path = from.join(CONFIG);
    let found: Type = parsed(&path)?;
    let known = [Architecture::Bert, Architecture::DebertaV2];
    let Some(architecture) = known.into_iter().find(|known| known.name() == found.model_type) else {
        return Err(ModelError::Unsupported {
            path,
            item: "model_type".into(),
            expected: "bert and deberta-v2".into(),
            found: found.model_type,
        });
    };
    if judges == Judges::Meaning {
        averaged(&from.join("1_Pooling/config.json"))?;
        return Ok((architecture, None));
    }
    let config = Config::read(&path, architecture)?;
    let wanted: Vec<&str> = label.map_or_else(|| usual_labels(judges).to_vec(), |label| vec![label]);
    let named = |label: &&String| wanted.iter().any(|wanted| label.eq_ignore_ascii_case(wanted));
    match config.labels.iter().find(named) {
        Some(label) => Ok((architecture, Some(label.clone()))),
        None => Err(ModelError::Config {
            path,
            field: "id2label".into(),
            expected: format!("a label named {}; say which one is meant", wanted.join(" or ")),
            found: config.labels.join(", "),
        }),
    }
}

/// Refuses an embedder that says of itself that it takes something else than the mean of its tokens.
fn averaged(path: &Path) -> Result<(), ModelError> {
    #[derive(Deserialize)]
    struct Pooling {
        pooling_mode_mean_tokens: bool,
    }
    if !path.is_file() || parsed::<Pooling>(path)?.pooling_mode_mean_tokens {
        return Ok(());
    }
    Err(ModelError::Unsupported {
        path: path.to_owned(),
        item: "pooling_mode_mean_tokens".into(),
        expected: "true".into(),
        found: "false".into(),
    })
}

fn parsed<T: serde::de::DeserializeOwned>(path: &Path) -> Result<T, ModelError> {
    serde_json::from_str(&read_text(path, MAX_FILE)?)
        .map_err(|e| ModelError::Parse { path: path.to_owned(), reason: e.to_string() })
}

/// What such labels are usually called.
fn usual_labels(judges: Judges) -> &'static [&'static str] {
    match judges {
        Judges::Toxicity => &["toxic", "toxicity"],
        Judges::Politeness => &["polite", "politeness"],
        Judges::Formality => &["formal", "formality"],
        Judges::Acceptability => &["acceptable", "acceptability"],
        Judges::Entailment => &["entailment"],
        Judges::Meaning => &[],
    }
}
