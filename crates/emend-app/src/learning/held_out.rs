//! Held-out texts under a model: what the gate and the bench compare.

use std::path::PathBuf;

use emend_eval::{Judge, judged_for};
use emend_learn::examples::Prompt;
use emend_learn::promote::{Evidence, Measure, Paired};
use emend_learn::{Attempt, rollout};
use emend_models::Tokens;
use emend_text::missing_word;

use super::base::Writers;
use super::feedback::Feedback;
use crate::{AppError, Cancel};

/// The folder of the judge, in a folder of models.
const JUDGE: &str = "judge";
/// Critics that look at what the judge cannot see, after the recipe's own parts.
const GUARDS: [&str; 3] = ["protected", "lints", "words"];
/// Texts between two looks at whether it was cancelled.
const AT_ONCE: usize = 32;

/// Who examines: the judge, of another family than all rewards, and critics.
pub(crate) struct Examiner {
    judge: Judge,
    feedback: Feedback,
    parts: Vec<String>,
}

/// A held-out text and what became of it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Held {
    text: String,
    /// Its rewrite.
    pub(crate) rewrite: String,
    /// How far the judge finds it to be what was asked for, where it has an opinion.
    pub(crate) style: Option<f64>,
    /// How much of the meaning the judge finds in it.
    pub(crate) meaning: f64,
    /// 1 when the grammar rules find no more than before and every word is one; 0 when a word is missing, which neither sees.
    pub(crate) fluency: f64,
    pub(crate) violations: u32,
    /// The recipe's reward parts.
    pub(crate) proxies: Vec<f64>,
}

impl Held {
    pub(crate) fn unchanged(&self) -> bool {
        self.rewrite == self.text
    }
}

impl Examiner {
    /// The judge is looked for in `folders`; `parts` are the rewards that the adapter was trained for.
    pub(crate) fn new(
        parts: &[String],
        folders: &[PathBuf],
        feedback: impl FnOnce(Vec<String>) -> Result<Feedback, AppError>,
    ) -> Result<Self, AppError> {
        let folder = folders.iter().map(|folder| folder.join(JUDGE)).find(|folder| folder.is_dir());
        let folder =
            folder.ok_or_else(|| AppError::NoModel { id: JUDGE.into(), looked: folders.to_vec() })?;
        let judge = Judge::open(&folder).map_err(|error| AppError::Invalid {
            what: "the judge",
            expected: "the files that came with the program".into(),
            found: error.to_string(),
        })?;
        let asked = parts.iter().cloned().chain(GUARDS.map(str::to_owned)).collect();
        Ok(Self { judge, feedback: feedback(asked)?, parts: parts.to_vec() })
    }

    /// What becomes of each text, measured; `None` when cancelled. `on` hears how many more are done.
    pub(crate) fn examine(
        &self,
        writers: &Writers,
        tokens: &Tokens,
        prompts: &[&Prompt],
        cancel: &Cancel,
        mut on: impl FnMut(usize),
    ) -> Result<Option<Vec<Held>>, AppError> {
        let mut placed = Vec::with_capacity(prompts.len());
        for (writer, places) in writers.shares(prompts) {
            for places in places.chunks(AT_ONCE) {
                let share: Vec<&Prompt> = places.iter().map(|&place| prompts[place]).collect();
                let Some(rewrites) = rollout::best(writer, tokens, &share, cancel)? else { return Ok(None) };
                placed.extend(places.iter().copied().zip(self.measure(&share, &rewrites)?));
                if cancel.is_cancelled() {
                    return Ok(None);
                }
                on(places.len());
            }
        }
        placed.sort_by_key(|(place, _)| *place);
        Ok(Some(placed.into_iter().map(|(_, held)| held).collect()))
    }

    fn measure(&self, prompts: &[&Prompt], rewrites: &[String]) -> Result<Vec<Held>, AppError> {
        let attempts: Vec<Attempt<'_>> =
            prompts.iter().zip(rewrites).map(|(&prompt, rewrite)| Attempt { prompt, rewrite }).collect();
        let said = self.feedback.judge(&attempts).map_err(emend_learn::LearnError::Feedback)?;
        let held = attempts.iter().zip(said).map(|(attempt, numbers)| {
            let (text, rewrite) = (&attempt.prompt.text, attempt.rewrite);
            let judged = self.judge.judge(text, rewrite);
            let (proxies, guards) = numbers.split_at(self.parts.len());
            let rules_and_words = f64::from(guards[1].min(guards[2]));
            Held {
                text: text.clone(),
                rewrite: rewrite.to_owned(),
                style: judged_for(&attempt.prompt.intent, &judged),
                meaning: judged.meaning,
                fluency: if missing_word(text, rewrite).is_some() { 0.0 } else { rules_and_words },
                violations: u32::from(guards[0] < 1.0),
                proxies: proxies.iter().map(|&part| f64::from(part)).collect(),
            }
        });
        Ok(held.collect())
    }

    /// The evidence for the gate: texts to rewrite and texts to leave alone, each under the live model and the new one.
    /// Several pairs of the same texts (seeds) may be added up.
    pub(crate) fn add(
        &self,
        evidence: &mut Evidence,
        (live, new): (&[Held], &[Held]),
        clean: (&[Held], &[Held]),
    ) {
        let both = || live.iter().zip(new);
        if evidence.proxies.is_empty() {
            let measure = |name: &String| Measure { name: name.clone(), values: Vec::new() };
            evidence.proxies = self.parts.iter().map(measure).collect();
            evidence.judges =
                vec![Measure { name: "what was asked for, by the judge".into(), values: Vec::new() }];
        }
        for (part, measure) in evidence.proxies.iter_mut().enumerate() {
            measure
                .values
                .extend(both().map(|(live, new)| pair(live, live.proxies[part], new.proxies[part])));
        }
        let style = both().filter_map(|(live, new)| Some(pair(live, live.style?, new.style?)));
        evidence.judges[0].values.extend(style);
        evidence.meaning.extend(both().map(|(live, new)| pair(live, live.meaning, new.meaning)));
        evidence.fluency.extend(both().map(|(live, new)| pair(live, live.fluency, new.fluency)));
        evidence
            .protected_violations
            .extend(both().map(|(live, new)| pair(live, live.violations, new.violations)));
        let clean = clean.0.iter().zip(clean.1);
        evidence
            .clean_unchanged
            .extend(clean.map(|(live, new)| pair(live, live.unchanged(), new.unchanged())));
    }
}

fn pair<T>(of: &Held, live: T, new: T) -> Paired<T> {
    Paired { text: of.text.clone(), live, new }
}
