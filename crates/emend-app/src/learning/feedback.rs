//! The critics, and what the person likes and a larger model thinks, as a judge of what a policy writes.

use std::error::Error;
use std::path::PathBuf;

use emend_critics::{Critics, Pair, Scores, ids, is_learned};
use emend_learn::examples::Examples;
use emend_learn::grades::{Grades, PART as GRADED};
use emend_learn::taste::{Decided, PART as TASTE, Taste};
use emend_learn::{Attempt, Recipe};
use emend_models::{Critic, Seq2Seq};
use emend_text::{Format, Glossary, Instruction};

use super::prompts;
use crate::AppError;
use crate::model_files::CRITIC_MODEL;
use crate::rules::Rules;

/// Parts that are no critics.
const LEARNED_HERE: [&str; 2] = [TASTE, GRADED];

/// What critics are asked where nobody says what, and their weights: those of the recipes that use fixed ones.
pub(crate) const USUAL: [(&str, f32); 3] = [("harmless", 0.5), ("meaning", 0.3), ("fluency", 0.2)];

/// The parts by which over-optimisation of a recipe shows: its own, or the usual ones where it has none.
pub(crate) fn watched(recipe: &Recipe) -> Vec<String> {
    match recipe.method.parts() {
        [] => USUAL.map(|(part, _)| part.to_owned()).into(),
        parts => parts.to_vec(),
    }
}

/// Critics of one run, for its reward parts.
pub(crate) struct Feedback {
    critics: Critics,
    /// What the person likes, if a part asks for it.
    taste: Option<Taste>,
    /// What a larger model thinks, if a part asks for it.
    grades: Option<Grades>,
    /// The grammar rules, if a part asks for them: they cost more than all other critics together.
    rules: Option<Rules>,
    glossary: Glossary,
    words: Vec<String>,
    parts: Vec<String>,
}

impl Feedback {
    /// `parts` are critics' ids, or `taste` and `graded`, which are learned from the preferences and grades in `from`;
    /// [`AppError::Invalid`] for one that there is not, or that there is nothing to learn from.
    pub(crate) fn of_run(
        parts: Vec<String>,
        (model, from): (&Seq2Seq, &Examples),
        folders: &[PathBuf],
        rules: &Rules,
        glossary: Glossary,
        words: Vec<String>,
    ) -> Result<Self, AppError> {
        let asked = |name: &str| parts.iter().any(|part| part == name);
        let taste = asked(TASTE).then(|| taste(model, from)).transpose()?;
        let grades = asked(GRADED).then(|| grades(from)).transpose()?;
        Ok(Self { taste, grades, ..Self::new(parts, folders, rules, glossary, words)? })
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
            if !LEARNED_HERE.contains(&part.as_str()) && !ids().any(|id| id == part) {
                let known: Vec<&str> = ids().chain(LEARNED_HERE).collect();
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
        Ok(Self { critics: Critics::new(learned), taste: None, grades: None, rules, glossary, words, parts })
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
        let number = |attempt: &Attempt<'_>, scores: &Scores, part: &String| {
            let Attempt { prompt, rewrite } = attempt;
            match (part.as_str(), &self.taste, &self.grades) {
                (TASTE, Some(taste), _) => taste.likes(&prompt.text, rewrite) as f32,
                (GRADED, _, Some(grades)) => grades.grade(prompts::wish(prompt), &prompt.text, rewrite),
                _ => scores.get(part).map_or(0.0, |judgement| judgement.score),
            }
        };
        let numbers =
            |(attempt, scores)| self.parts.iter().map(|part| number(attempt, scores, part)).collect();
        Ok(attempts.iter().zip(&scores).map(numbers).collect())
    }
}

/// What a larger model thinks, by the grades that a run learns from.
fn grades(from: &Examples) -> Result<Grades, AppError> {
    if from.graded.is_empty() {
        return Err(AppError::Invalid {
            what: "a reward part",
            expected:
                "rewrites that your large model has graded (`emend feedback grade`); a run on the texts of a \
                file has none, so leave out --texts"
                    .into(),
            found: format!("{GRADED} without a grade"),
        });
    }
    Ok(Grades::of(&from.graded))
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
            expected: "decisions that were preferences, to learn what you like from; a run on the texts of a file has \
                none, so leave out --texts"
                .into(),
            found: format!("{TASTE} without a decision"),
        });
    }
    Ok(Taste::of(&decided))
}
