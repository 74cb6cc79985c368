//! The critics, and what the person likes, as a judge of what a policy writes.

use std::error::Error;
use std::path::PathBuf;

use emend_critics::{Critics, Pair, Scores, ids, is_learned};
use emend_learn::Attempt;
use emend_learn::examples::Examples;
use emend_learn::taste::{Decided, PART as TASTE, Taste};
use emend_models::{Critic, Seq2Seq};
use emend_text::{Format, Glossary, Instruction};

use super::prompts;
use crate::AppError;
use crate::model_files::CRITIC_MODEL;
use crate::rules::Rules;

/// Critics of one run, for its reward parts.
pub(crate) struct Feedback {
    critics: Critics,
    /// What the person likes, if a part asks for it.
    taste: Option<Taste>,
    /// The grammar rules, if a part asks for them: they cost more than all other critics together.
    rules: Option<Rules>,
    glossary: Glossary,
    words: Vec<String>,
    parts: Vec<String>,
}

impl Feedback {
    /// `parts` are critics' ids, or `taste`, which is learned from the preferences in `from`; [`AppError::Invalid`] for one that
    /// there is not, or whose model is not installed.
    pub(crate) fn of_run(
        parts: Vec<String>,
        (model, from): (&Seq2Seq, &Examples),
        folders: &[PathBuf],
        rules: &Rules,
        glossary: Glossary,
        words: Vec<String>,
    ) -> Result<Self, AppError> {
        let taste = parts.iter().any(|part| part == TASTE).then(|| taste(model, from)).transpose()?;
        Ok(Self { taste, ..Self::new(parts, folders, rules, glossary, words)? })
    }

    /// The same of critics alone.
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
            if part != TASTE && !ids().any(|id| id == part) {
                let known: Vec<&str> = ids().chain([TASTE]).collect();
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
        Ok(Self { critics: Critics::new(learned), taste: None, rules, glossary, words, parts })
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
        let number = |pair: &Pair<'_>, scores: &Scores, part: &String| match &self.taste {
            Some(taste) if part == TASTE => taste.likes(pair.source, pair.rewrite) as f32,
            _ => scores.get(part).map_or(0.0, |judgement| judgement.score),
        };
        let numbers = |(pair, scores)| self.parts.iter().map(|part| number(pair, scores, part)).collect();
        Ok(pairs.iter().zip(&scores).map(numbers).collect())
    }
}

/// What the person likes, by the preferences that a run learns from.
fn taste(model: &Seq2Seq, from: &Examples) -> Result<Taste, AppError> {
    let text = |tokens: &Vec<_>| -> Result<String, AppError> {
        let end = model.tokens.end();
        let tokens: Vec<_> = tokens.iter().copied().filter(|token| *token != end).collect();
        Ok(model.tokens.decode(&tokens)?)
    };
    let read = |pair: &emend_learn::examples::Pair| Ok([text(&pair.chosen)?, text(&pair.rejected)?]);
    let texts: Vec<[String; 2]> = from.pairs.iter().map(read).collect::<Result<_, AppError>>()?;
    let decided: Vec<Decided<'_>> = from
        .pairs
        .iter()
        .zip(&texts)
        .map(|(pair, [chosen, rejected])| Decided {
            source: &pair.prompt.text,
            chosen,
            rejected,
            weight: pair.weight,
        })
        .collect();
    if decided.is_empty() {
        return Err(AppError::Invalid {
            what: "a reward part",
            expected: "decisions that were preferences, to learn what you like from".into(),
            found: TASTE.into(),
        });
    }
    Ok(Taste::of(&decided))
}
