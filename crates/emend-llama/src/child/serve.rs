//! Loads the model and answers one request after the other.

use std::sync::mpsc::Receiver;

use emend_decode::{Cancel, Limits};
use llama_cpp_2::llama_backend::LlamaBackend;
use llama_cpp_2::model::LlamaModel;
use llama_cpp_2::model::params::LlamaModelParams;

use super::chat::Chat;
use super::engine::Engine;
use super::gguf::{self, Header};
use super::seq2seq;
use super::{Job, Out, Stop};
use crate::refusal::Refusal;
use crate::types::{Info, Kind};
use crate::wire::{Answer, Ask, FromWorker, Load};

/// The shortest context that is of any use.
const SHORTEST: u32 = 256;

/// Answers requests until there are no more. The first one that succeeds must load a model.
pub(crate) fn serve(inbox: Receiver<Job>, out: &Out) {
    let Ok(backend) = LlamaBackend::init() else { return };
    while let Ok(Job { id, ask, cancel }) = inbox.recv() {
        let refused = match ask {
            Ask::Load(load) => match open(&backend, &load, &cancel) {
                Ok((model, header)) => {
                    let loaded = |info| answer(out, id, Ok(Answer::Loaded(info)));
                    serve_model(&backend, &model, header, &load, loaded, &inbox, out).map_err(Stop::from)
                }
                Err(stop) => Err(stop),
            },
            _ => Err(Refusal::NoModel.into()),
        };
        if let Err(stop) = refused {
            answer(out, id, Err(stop));
        }
    }
}

fn answer(out: &Out, id: u64, answer: Result<Answer, Stop>) {
    let answer = match answer {
        Ok(answer) => Ok(answer),
        Err(Stop::Cancelled) => Ok(Answer::Cancelled),
        Err(Stop::Refused(refusal)) => Err(refusal),
    };
    out.send(&FromWorker::Answer { id, answer });
}

/// Reads the weights, after a look at the file.
pub(crate) fn open(
    backend: &LlamaBackend,
    load: &Load,
    cancel: &Cancel,
) -> Result<(LlamaModel, Header), Stop> {
    let header = gguf::read(&load.path)?;
    let go_on = cancel.clone();
    let mut params = LlamaModelParams::default().with_progress_callback(move |_| !go_on.is_cancelled());
    if let Some(layers) = load.gpu_layers {
        params = params.with_n_gpu_layers(layers);
    }
    match LlamaModel::load_from_file(backend, &load.path, &params) {
        Ok(model) => Ok((model, header)),
        Err(_) if cancel.is_cancelled() => Err(Stop::Cancelled),
        Err(_) => Err(Refusal::Load { path: load.path.clone() }.into()),
    }
}

/// Tells `loaded` when the model is ready, and answers requests until there are no more.
fn serve_model(
    backend: &LlamaBackend,
    model: &LlamaModel,
    header: Header,
    load: &Load,
    loaded: impl FnOnce(Info),
    inbox: &Receiver<Job>,
    out: &Out,
) -> Result<(), Refusal> {
    // T5 has no longest text; what a chat model claims may be a lie, but never makes more room than was asked for.
    let claimed = match header.kind {
        Kind::T5 => u32::MAX,
        Kind::Chat => header.context.map_or(u32::MAX, |tokens| u32::try_from(tokens).unwrap_or(u32::MAX)),
    };
    let context = load.context.min(claimed).max(SHORTEST);
    let mut engine = Engine::new(backend, model, header.kind, context, load)?;
    let mut chat = Chat::new(model);
    loaded(Info {
        kind: header.kind,
        architecture: header.architecture,
        name: header.name,
        context: engine.cells as u32,
        longest_source: match header.kind {
            Kind::T5 => engine.widest as u32,
            Kind::Chat => engine.cells as u32,
        },
        vocab: engine.vocab as u32,
        chat_template: header.chat_template,
    });
    for Job { id, ask, cancel } in inbox {
        answer(out, id, compute(&mut engine, &mut chat, header.kind, id, ask, &cancel, out));
    }
    Ok(())
}

fn compute(
    engine: &mut Engine<'_>,
    chat: &mut Chat<'_>,
    kind: Kind,
    id: u64,
    ask: Ask,
    cancel: &Cancel,
    out: &Out,
) -> Result<Answer, Stop> {
    let needs = |asked: Kind| if asked == kind { Ok(()) } else { Err(Refusal::Kind { asked, found: kind }) };
    match ask {
        Ask::Load(_) => Err(Refusal::option("load", "one model per process", "a second one").into()),
        Ask::Write(rewrites) => {
            needs(Kind::T5)?;
            seq2seq::write(engine, rewrites, cancel).map(Answer::Written)
        }
        Ask::ScoreTokens { source, output, start, end } => {
            needs(Kind::T5)?;
            let limits = Limits { max_tokens: 0, start, end };
            seq2seq::score(engine, &source, &output, limits, cancel).map(Answer::Scored)
        }
        Ask::Chat { messages, how } => {
            needs(Kind::Chat)?;
            let show = |part: &str| out.send(&FromWorker::Piece { id, text: part.to_owned() });
            chat.reply(engine, &messages, &how, cancel, show).map(Answer::Replied)
        }
        Ask::ScoreReply { messages, reply } => {
            needs(Kind::Chat)?;
            chat.score(engine, &messages, &reply, cancel).map(Answer::Replied)
        }
    }
}
