//! The critics as a judge of what a policy writes.

use std::error::Error;
use std::path::PathBuf;

use emend_critics::{Critics, Pair, Scores, ids, is_learned};
use emend_learn::Attempt;
use emend_models::Critic;
use emend_text::{Format, Glossary, Instruction};

use super::prompts;
use crate::AppError;
use crate::model_files::CRITIC_MODEL;
use crate::rules::Rules;

/// Critics of one run, for its reward parts.
pub(crate) struct Feedback {
    critics: Critics,
    /// The grammar rules, if a part asks for them: they cost more than all other critics together.
    rules: Option<Rules>,
    glossary: Glossary,
    words: Vec<String>,
    parts: Vec<String>,
}

impl Feedback {
    /// `parts` are critics' ids; [`AppError::Invalid`] for one that there is not, or whose model is not installed.
    pub(crate) fn new(
        parts: Vec<String>,
        folders: &[PathBuf],
        rules: &Rules,
        glossary: Glossary,
        words: Vec<String>,
    ) -> Result<Self, AppError> {
        let manifest = folders
            .iter()
            .map(|folder| folder.join(format!("{CRITIC_MODEL}.toml")))
            .find(|path| path.is_file());
        let learned = manifest.as_deref().map(Critic::open).transpose()?;
        for part in &parts {
            if !ids().any(|id| id == part) {
                let known: Vec<&str> = ids().collect();
                return Err(AppError::Invalid {
                    what: "a reward part",
                    expected: format!("one of {}", known.join(", ")),
                    found: part.clone(),
                });
            }
            if is_learned(part) && learned.is_none() {
                return Err(AppError::NoModel { id: CRITIC_MODEL.into(), looked: folders.to_vec() });
            }
        }
        let rules = parts.iter().any(|part| part == "lints").then(|| rules.clone());
        Ok(Self { critics: Critics::new(learned), rules, glossary, words, parts })
    }

    /// For each attempt the parts' numbers. A critic that has nothing to say of a rewrite, because it has no words, gives
    /// it nothing.
    pub(crate) fn judge(
        &self,
        attempts: &[Attempt<'_>],
    ) -> Result<Vec<Vec<f32>>, Box<dyn Error + Send + Sync>> {
        let wishes: Vec<Instruction> =
            attempts.iter().map(|attempt| prompts::instruction(attempt.prompt)).collect::<Result<_, _>>()?;
        let pairs: Vec<Pair<'_>> = attempts
            .iter()
            .zip(&wishes)
            .map(|(attempt, instruction)| Pair {
                source: &attempt.prompt.text,
                rewrite: attempt.rewrite,
                instruction,
                glossary: &self.glossary,
            })
            .collect();
        let scores = match &self.rules {
            None => self.critics.judge(&pairs, None)?,
            Some(rules) => {
                let mut lint = |text: &str| rules.check_here(text, Format::Markdown, &self.words);
                self.critics.judge(&pairs, Some(&mut lint))?
            }
        };
        let number =
            |scores: &Scores, part: &String| scores.get(part).map_or(0.0, |judgement| judgement.score);
        Ok(scores.iter().map(|scores| self.parts.iter().map(|part| number(scores, part)).collect()).collect())
    }
}
