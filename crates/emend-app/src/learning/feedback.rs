//! The critics, and what the person likes and a larger model thinks, as a judge of what a policy writes.

use std::collections::BTreeMap;
use std::error::Error;
use std::path::PathBuf;
use std::sync::Arc;

use emend_critics::goal::Program;
use emend_critics::{Critics, Pair, Scores, ids, is_learned};
use emend_learn::examples::Examples;
use emend_learn::grades::{Grades, PART as GRADED};
use emend_learn::taste::{Decided, PART as TASTE, Taste};
use emend_learn::{Attempt, Recipe};
use emend_models::{Critic, Seq2Seq};
use emend_text::{Dictionary, Format, Glossary, Instruction};

use super::prompts;
use crate::AppError;
use crate::model_files::CRITIC_MODEL;
use crate::rules::Rules;

/// Parts that are no critics.
const LEARNED_HERE: [&str; 2] = [TASTE, GRADED];

/// How a part begins that is a wish in words: `goal: friendlier, at most 20 words`.
const GOAL: &str = "goal:";

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
    /// Wishes in words, by the parts that they are.
    goals: BTreeMap<String, Program>,
    /// The grammar rules, if a part asks for them: they cost more than all other critics together.
    rules: Option<Rules>,
    glossary: Glossary,
    dictionary: Arc<Dictionary>,
    parts: Vec<String>,
}

impl Feedback {
    /// `parts` are critics' ids, wishes in words ([`GOAL`]), or `taste` and `graded`, which are learned from the preferences and grades in `from`;
    /// [`AppError::Invalid`] for one that there is not, or that there is nothing to learn from.
    pub(crate) fn of_run(
        parts: Vec<String>,
        (model, from): (&Seq2Seq, &Examples),
        folders: &[PathBuf],
        rules: &Rules,
        glossary: Glossary,
        dictionary: Arc<Dictionary>,
    ) -> Result<Self, AppError> {
        let asked = |name: &str| parts.iter().any(|part| part == name);
        let taste = asked(TASTE).then(|| taste(model, from)).transpose()?;
        let grades = asked(GRADED).then(|| grades(from)).transpose()?;
        Ok(Self { taste, grades, ..Self::new(parts, folders, rules, glossary, dictionary)? })
    }

    /// The same of critics alone.
    pub(crate) fn new(
        parts: Vec<String>,
        folders: &[PathBuf],
        rules: &Rules,
        glossary: Glossary,
        dictionary: Arc<Dictionary>,
    ) -> Result<Self, AppError> {
        let manifest = folders
            .iter()
            .map(|folder| folder.join(format!("{CRITIC_MODEL}.toml")))
            .find(|path| path.is_file());
        let learned = manifest.as_deref().map(Critic::open).transpose()?;
        let mut goals = BTreeMap::new();
        for part in &parts {
            if let Some(wish) = part.strip_prefix(GOAL) {
                let program: Program = wish.parse()?;
                if program.needs_model() && learned.is_none() {
                    return Err(AppError::NoModel { id: CRITIC_MODEL.into(), looked: folders.to_vec() });
                }
                goals.insert(part.clone(), program);
                continue;
            }
            if !LEARNED_HERE.contains(&part.as_str()) && !ids().any(|id| id == part) {
                let known: Vec<&str> = ids().chain(LEARNED_HERE).collect();
                return Err(AppError::Invalid {
                    what: "a reward part",
                    expected: format!("one of {}, or `{GOAL} …` with a wish in words", known.join(", ")),
                    found: part.clone(),
                });
            }
            if is_learned(part) && learned.is_none() {
                return Err(AppError::NoModel { id: CRITIC_MODEL.into(), looked: folders.to_vec() });
            }
        }
        let rules = parts.iter().any(|part| part == "lints").then(|| rules.clone());
        Ok(Self {
            critics: Critics::new(learned),
            taste: None,
            grades: None,
            goals,
            rules,
            glossary,
            dictionary,
            parts,
        })
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
                let mut lint = |text: &str| rules.check_here(text, Format::Markdown, &self.dictionary);
                self.critics.judge(&pairs, Some(&mut lint))?
            }
        };
        let number = |attempt: &Attempt<'_>, (pair, scores): (&Pair<'_>, &Scores), part: &String| {
            if let Some(goal) = self.goals.get(part) {
                return goal.measure(pair, scores).score;
            }
            let Attempt { prompt, rewrite } = attempt;
            match (part.as_str(), &self.taste, &self.grades) {
                (TASTE, Some(taste), _) => taste.likes(&prompt.text, rewrite) as f32,
                (GRADED, _, Some(grades)) => grades.grade(prompts::wish(prompt), &prompt.text, rewrite),
                _ => scores.get(part).map_or(0.0, |judgement| judgement.score),
            }
        };
        let numbers = |(attempt, said)| self.parts.iter().map(|part| number(attempt, said, part)).collect();
        Ok(attempts.iter().zip(pairs.iter().zip(&scores)).map(numbers).collect())
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use emend_decode::Limits;
    use emend_learn::examples::Prompt;

    use super::*;

    fn feedback(part: &str) -> Result<Feedback, AppError> {
        Feedback::new(vec![part.into()], &[], &Rules::new(), Glossary::default(), Arc::default())
    }

    #[test]
    fn a_wish_in_words_is_a_reward() {
        let limits = Limits { max_tokens: 9, start: 0, end: 1 };
        let (intent, text) = ("shorter".into(), "We will meet at 10:30 in the hall.".into());
        let prompt = Prompt { intent, instruction: None, text, source: vec![1], limits };
        let wish = feedback("goal: at most 4 words, keep every number").unwrap();
        let rewrites = ["We meet at 10:30.", "We will meet at 10:30 there.", "We meet at noon."];
        let said = wish.judge(&rewrites.map(|rewrite| Attempt { prompt: &prompt, rewrite })).unwrap();
        assert_eq!(said, [[1.0], [0.0], [0.0]]);
    }

    #[test]
    fn what_is_no_part_is_told() {
        assert_eq!(feedback("goal: make it sing").err().unwrap().code(), "goal");
        assert_eq!(feedback("goal: friendlier").err().unwrap().code(), "no_model");
        assert!(feedback("goals").err().unwrap().to_string().contains("goal:"));
    }
}
