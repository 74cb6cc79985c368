//! The large tier, opened: a model in a process of its own, or a server.

mod chat;
mod seq2seq;

use std::path::{Path, PathBuf};

use emend_engine::chat::ChatRewriter;
use emend_engine::{EngineError, Rewriter};
use emend_llama::{LlamaError, Options, Worker};
use emend_models::{Manifest, Tokens};
use emend_net::{Server, ServerModel};

use self::chat::LlamaChat;
use self::seq2seq::LlamaSeq2Seq;
use crate::model_files::locate;
use crate::{AppError, ModelInfo};

/// Who is asked when the small model is not sure, with all that is needed to ask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum LargeChoice {
    /// A model on this machine: a name, a folder or a file.
    Model(String),
    /// A server of the person's.
    Server(Box<Server>),
}

/// An open large tier. A model's process is started by the first request, and ends when it has been idle.
pub(crate) struct LargeTier {
    pub(crate) choice: LargeChoice,
    pub(crate) rewriter: Box<dyn Rewriter>,
    pub(crate) info: ModelInfo,
}

/// Opens a choice. Nothing is started or connected yet.
pub(crate) fn open(choice: LargeChoice, folders: &[PathBuf]) -> Result<LargeTier, AppError> {
    let (rewriter, info): (Box<dyn Rewriter>, ModelInfo) = match &choice {
        LargeChoice::Server(server) => {
            let info = server_info(server);
            (Box::new(ChatRewriter(ServerModel::new(Server::clone(server))?)), info)
        }
        LargeChoice::Model(name) => model(&locate(name, folders)?)?,
    };
    Ok(LargeTier { choice, rewriter, info })
}

/// The model in a manifest, a folder or a file. One that comes with a tokenizer is a T5, which exchanges token ids; any
/// other is a chat model, which has its tokenizer in its file.
fn model(path: &Path) -> Result<(Box<dyn Rewriter>, ModelInfo), AppError> {
    let files = Files::of(path)?;
    let worker = Worker::new(Options::new(files.weights.clone()));
    let info = files.info();
    let rewriter: Box<dyn Rewriter> = match files.tokenizer {
        Some(tokenizer) => {
            let tokens = Tokens::from_file(&tokenizer)?;
            Box::new(LlamaSeq2Seq { name: info.name.clone(), worker, tokens, prompt_form: files.prompt_form })
        }
        None => Box::new(ChatRewriter(LlamaChat { name: info.name.clone(), worker })),
    };
    Ok((rewriter, info))
}

/// What a path leads to.
struct Files {
    manifest: Option<Manifest>,
    weights: PathBuf,
    tokenizer: Option<PathBuf>,
    prompt_form: String,
}

impl Files {
    fn of(path: &Path) -> Result<Self, AppError> {
        let manifest = if path.extension().is_some_and(|extension| extension == "toml") {
            Some(Manifest::read(path)?)
        } else if path.is_dir() {
            Manifest::of_folder(path)?
        } else {
            None
        };
        if let Some(manifest) = manifest {
            return Ok(Self {
                weights: manifest.weights.path.clone(),
                tokenizer: Some(manifest.tokenizer.path.clone()),
                prompt_form: manifest.prompt_form.clone(),
                manifest: Some(manifest),
            });
        }
        let weights = if path.is_dir() { path.join("model.gguf") } else { path.to_owned() };
        let tokenizer = weights.with_file_name("tokenizer.json");
        Ok(Self {
            manifest: None,
            tokenizer: tokenizer.is_file().then_some(tokenizer),
            prompt_form: emend_models::manifest::PROMPT_FORM.to_owned(),
            weights,
        })
    }

    fn info(&self) -> ModelInfo {
        if let Some(manifest) = &self.manifest {
            return ModelInfo::of_manifest(manifest);
        }
        let name = self.weights.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        ModelInfo {
            id: name.clone(),
            name,
            size_bytes: std::fs::metadata(&self.weights).map_or(0, |found| found.len()),
            licence: None,
            path: self.weights.clone(),
            calibration_problem: None,
            weights_id: None,
        }
    }
}

fn server_info(server: &Server) -> ModelInfo {
    ModelInfo {
        id: server.model.clone(),
        name: format!("{} at {}", server.model, server.address),
        size_bytes: 0,
        licence: None,
        path: PathBuf::new(),
        calibration_problem: None,
        weights_id: None,
    }
}

/// A failure of the worker as one of the model called `name`.
fn failed(name: &str, error: LlamaError) -> EngineError {
    EngineError::Chat { model: name.to_owned(), source: Box::new(error) }
}
