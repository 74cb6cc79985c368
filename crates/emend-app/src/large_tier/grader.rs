//! The large model as a judge of rewrites, opened for that alone: whoever rewrites meanwhile does not wait for it.

use std::path::PathBuf;

use emend_decode::Cancel;
use emend_engine::Prompt;
use emend_engine::chat::{ChatModel, Graded, grade};
use emend_learn::LearnError;
use emend_learn::score;
use emend_llama::{Options, Worker};
use emend_models::Seq2Seq;
use emend_models::t5::Ops;
use emend_net::ServerModel;
use emend_text::Instruction;

use super::chat::LlamaChat;
use super::{Files, LargeChoice, info};
use crate::AppError;
use crate::learning::prompts;
use crate::model_files::locate;

/// Who grades.
pub(crate) struct Grader {
    /// Its name, which its grades are kept under.
    pub(crate) name: String,
    by: By,
}

/// How.
enum By {
    /// By how likely it finds each word of the rewrite.
    Likelihood(Box<Seq2Seq>),
    /// By being asked.
    Asking(Box<dyn ChatModel + Send>),
}

impl Grader {
    /// Opens a choice. A server is not asked for anything yet.
    pub(crate) fn open(choice: &LargeChoice, folders: &[PathBuf]) -> Result<Self, AppError> {
        let name = info(choice, folders)?.name;
        let by = match choice {
            LargeChoice::Server(server) => By::Asking(Box::new(ServerModel::new(server.as_ref().clone())?)),
            LargeChoice::Model(model) => {
                let path = locate(model, folders)?;
                let files = Files::of(&path)?;
                if files.tokenizer.is_some() {
                    By::Likelihood(Box::new(emend_models::open_folder(&path)?))
                } else {
                    let worker = Worker::new(Options::new(files.weights));
                    By::Asking(Box::new(LlamaChat { name: name.clone(), worker }))
                }
            }
        };
        Ok(Self { name, by })
    }

    /// A grade, in [0, 1]; no grade where it has nothing to say of these texts.
    ///
    /// A chat model is asked for one. A sequence-to-sequence model's is the geometric mean of the probabilities that it gives
    /// the rewrite's tokens (`BARTScore`: Yuan et al. 2021, equation 2, with equal weights).
    pub(crate) fn grade(
        &self,
        instruction: &Instruction,
        source: &str,
        rewrite: &str,
        cancel: &Cancel,
    ) -> Result<Graded, AppError> {
        match &self.by {
            By::Asking(model) => Ok(grade(&**model, &Prompt { instruction, text: source }, rewrite, cancel)?),
            By::Likelihood(_) if cancel.is_cancelled() => Ok(Graded::Cancelled),
            By::Likelihood(model) => Ok(Graded::Done(likelihood(model, instruction, source, rewrite)?)),
        }
    }
}

/// `None` when a text does not fit the model.
fn likelihood(
    model: &Seq2Seq,
    instruction: &Instruction,
    source: &str,
    rewrite: &str,
) -> Result<Option<f32>, AppError> {
    let Some(prompt) = prompts::prompt(model, instruction, source) else { return Ok(None) };
    let Some(written) = prompts::demonstration(model, &prompt, rewrite, 1.0) else { return Ok(None) };
    let scores = score(&model.t5, &[&prompt.source], &[&written.target], Ops::Fused)?;
    let means: Vec<f32> = scores.means().and_then(|means| means.to_vec1()).map_err(LearnError::Tensor)?;
    Ok(Some(means[0].exp()))
}
