//! The large tier, opened: a model in a process of its own, or a server.

mod chat;
pub(crate) mod grader;
mod seq2seq;

use std::io::Read as _;
use std::path::{Path, PathBuf};

use emend_decode::Cancel;
use emend_engine::chat::ChatRewriter;
use emend_engine::{Drafted, Drafting, EngineError, Measure, Prompt, Rewriter};
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
    /// False when it could not be opened; it is tried again with the next request.
    pub(crate) is_open: bool,
}

/// What a person is told about a choice. Nothing is opened.
pub(crate) fn info(choice: &LargeChoice, folders: &[PathBuf]) -> Result<ModelInfo, AppError> {
    match choice {
        LargeChoice::Server(server) => Ok(server_info(server)),
        LargeChoice::Model(name) => Ok(Files::of(&locate(name, folders)?)?.info()),
    }
}

/// Stands in for a choice that could not be opened: whoever asks it hears why.
pub(crate) fn unopened(choice: LargeChoice, problem: &AppError) -> LargeTier {
    let name = match &choice {
        LargeChoice::Model(name) => name.clone(),
        LargeChoice::Server(server) => server.model.clone(),
    };
    let info = named(&name, PathBuf::new());
    let rewriter = Box::new(Unopened { name, problem: problem.to_string() });
    LargeTier { choice, rewriter, info, is_open: false }
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
    Ok(LargeTier { choice, rewriter, info, is_open: true })
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
        begins_as_gguf(&weights)?;
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
        named(&name, self.weights.clone())
    }
}

fn server_info(server: &Server) -> ModelInfo {
    ModelInfo {
        name: format!("{} at {}", server.model, server.address),
        ..named(&server.model, PathBuf::new())
    }
}

fn named(name: &str, path: PathBuf) -> ModelInfo {
    ModelInfo {
        id: name.to_owned(),
        name: name.to_owned(),
        size_bytes: std::fs::metadata(&path).map_or(0, |found| found.len()),
        licence: None,
        path,
        calibration_problem: None,
        weights_id: None,
        adapter: None,
        adapter_problem: None,
    }
}

/// The rest of the file is looked at by the process that loads it; this catches a wrong choice when it is made.
fn begins_as_gguf(path: &Path) -> Result<(), AppError> {
    let read = |source| AppError::Read { path: path.to_owned(), source };
    let wrong = |found: &str| AppError::Invalid {
        what: "the large model",
        expected: "a model file (GGUF), or a folder with model.gguf".into(),
        found: format!("{}, which is {found}", path.display()),
    };
    if !path.metadata().map_err(read)?.is_file() {
        return Err(wrong("no regular file"));
    }
    let mut magic = [0; 4];
    match std::fs::File::open(path).map_err(read)?.read_exact(&mut magic) {
        Ok(()) if &magic == b"GGUF" => Ok(()),
        _ => Err(wrong("something else")),
    }
}

/// See [`unopened`].
struct Unopened {
    name: String,
    problem: String,
}

impl Rewriter for Unopened {
    fn name(&self) -> &str {
        &self.name
    }

    fn max_source_tokens(&self) -> usize {
        1
    }

    fn measure(&self, _: &str) -> Measure {
        Measure { tokens: 0, survives: true }
    }

    fn draft(&self, _: &[Prompt<'_>], _: &Drafting, _: &Cancel) -> Result<Drafted, EngineError> {
        Err(EngineError::Chat { model: self.name.clone(), source: self.problem.clone().into() })
    }
}

/// A failure of the worker as one of the model called `name`.
fn failed(name: &str, error: LlamaError) -> EngineError {
    EngineError::Chat { model: name.to_owned(), source: Box::new(error) }
}
