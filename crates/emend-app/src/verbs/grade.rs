//! Grade: what the large model thinks of rewrites that were shown, asked when nobody waits for it.
//!
//! Source: Zheng et al. 2024 (ONI). The grades lie in the store; a run whose recipe has the part `graded` reads them there and
//! never waits for the model.

use std::collections::HashMap;

use emend_engine::chat::Graded;
use emend_learn::preferences::{Asked, is_held_out};
use emend_store::tables::grades::{GradedCandidate, ToGrade};

use crate::app::{App, now};
use crate::large_tier::grader::Grader;
use crate::learning::preferences;
use crate::learning::texts::{Known, LearnText};
use crate::verbs::idle::{NotDue, is_quiet};
use crate::verbs::preferences::HELD_OUT;
use crate::{AppError, Cancel};

/// What was graded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grading {
    /// Who was asked.
    pub grader: String,
    /// Rewrites that have a grade now and had none.
    pub graded: usize,
    /// Of these, how many were graded before in another request.
    pub known: usize,
    /// Rewrites of which it had nothing to say.
    pub silent: usize,
    /// Rewrites that it was not asked about yet.
    pub left: usize,
}

impl App {
    /// Has the large model grade rewrites that it was not asked about yet, at most so many, the newest first; `on` hears how many
    /// of how many are done. When cancelled, what was graded is kept. [`AppError::NoLargeTier`] when there is nobody to ask.
    pub async fn grade(
        &self,
        most: usize,
        cancel: &Cancel,
        mut on: impl FnMut(usize, usize),
    ) -> Result<Grading, AppError> {
        let choice = self.chosen_large()?.ok_or(AppError::NoLargeTier)?;
        let folders = self.model_folders.clone();
        let mut grader = waiting(move || Grader::open(&choice, &folders)).await?;
        let name = grader.name.clone();
        let grades = self.store.grades();
        let mut known: HashMap<_, _> = grades.all(&name).await?.into_iter().map(entry).collect();
        let missing = grades.missing(&name, i64::try_from(most).unwrap_or(i64::MAX)).await?;
        let (of, mut done) = (missing.len(), Grading::of(name));
        for (at, one) in missing.into_iter().enumerate() {
            let key = [&one.instruction, &one.source, &one.rewrite].map(String::clone);
            let grade = if let Some(grade) = known.get(&key) {
                done.known += 1;
                *grade
            } else {
                let (back, said) = ask(grader, one.clone(), cancel.clone()).await?;
                grader = back;
                match said {
                    Graded::Cancelled => break,
                    Graded::Done(grade) => grade.map(f64::from),
                }
            };
            match grades.record(one.candidate, &done.grader, grade, now()).await {
                // Its document was deleted while the model read it.
                Err(emend_store::StoreError::Missing { .. }) => {}
                recorded => recorded?,
            }
            done.count(grade);
            known.insert(key, grade);
            on(at + 1, of);
        }
        done.left = usize::try_from(grades.missing_count(&done.grader).await?).unwrap_or_default();
        Ok(done)
    }

    /// Whether the large model should be asked now, without the person asking for it: that was chosen, there is something to
    /// grade, and the machine is idle and on mains. Whether the person types, the caller knows.
    pub async fn grading_due(&self) -> Result<Result<(), NotDue>, AppError> {
        if !self.settings()?.settings.learning.grades_when_idle {
            return Ok(Err(NotDue::NotChosen));
        }
        // One that is not where it was is told when it is asked for.
        let Some(large) = self.large().ok().flatten() else { return Ok(Err(NotDue::NoLargeTier)) };
        if self.store.grades().missing_count(&large.name).await? == 0 {
            return Ok(Err(NotDue::NothingNew { new: 0, needed: 1 }));
        }
        Ok(is_quiet())
    }

    /// What the large model that is chosen now has graded, as texts to learn from, without those that are held out.
    pub(crate) async fn graded_texts(&self) -> Result<Vec<LearnText>, AppError> {
        match self.large()? {
            Some(large) => self.graded_by(&large.name).await,
            None => Ok(Vec::new()),
        }
    }

    /// The same of a model that need not be there any more.
    pub(crate) async fn graded_by(&self, name: &str) -> Result<Vec<LearnText>, AppError> {
        let all = self.store.grades().all(name).await?;
        Ok(all.into_iter().filter_map(text).collect())
    }
}

impl Grading {
    fn of(grader: String) -> Self {
        Self { grader, graded: 0, known: 0, silent: 0, left: 0 }
    }

    fn count(&mut self, grade: Option<f64>) {
        match grade {
            Some(_) => self.graded += 1,
            None => self.silent += 1,
        }
    }
}

/// One question to the model, where one may wait; it comes back with the answer.
async fn ask(grader: Grader, one: ToGrade, cancel: Cancel) -> Result<(Grader, Graded), AppError> {
    let asked = Asked { intent: one.instruction_id, instruction: one.instruction, source: one.source };
    let Some(instruction) = preferences::instruction(&asked) else {
        return Ok((grader, Graded::Done(None)));
    };
    waiting(move || {
        let said = grader.grade(&instruction, &asked.source, &one.rewrite, &cancel)?;
        Ok((grader, said))
    })
    .await
}

async fn waiting<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, AppError> + Send + 'static,
) -> Result<T, AppError> {
    tokio::task::spawn_blocking(work).await.map_err(|_| AppError::Thread { thread: "grading" })?
}

/// As the exact cache has it.
fn entry(one: GradedCandidate) -> ([String; 3], Option<f64>) {
    ([one.instruction, one.source, one.rewrite], one.grade)
}

fn text(one: GradedCandidate) -> Option<LearnText> {
    let grade = one.grade? as f32;
    if is_held_out(&one.source, HELD_OUT) {
        return None;
    }
    let asked = Asked { intent: one.instruction_id, instruction: one.instruction, source: one.source };
    Some(LearnText {
        instruction: preferences::instruction(&asked)?,
        source: asked.source,
        known: Known::Graded { rewrite: one.rewrite, grade },
        weight: 1.0,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::Recipe;
    use crate::verbs::tests::{decided, open};
    use crate::verbs::train::{Control, TrainEvent, Which};

    #[tokio::test]
    async fn each_rewrite_is_graded_once_and_a_run_learns_from_it() {
        let (app, _folder) = open().await;
        app.set_large_model("starter-plus").unwrap();
        for text in ["He go home.", "He go home.", "She have two cat."] {
            decided(&app, text, "W").await;
        }
        let mut heard = Vec::new();
        let done = app.grade(2, &Cancel::new(), |at, of| heard.push((at, of))).await.unwrap();
        assert_eq!((done.graded, done.known, done.silent, done.left), (2, 0, 0, 1));
        assert_eq!(heard, [(1, 2), (2, 2)]);
        let done = app.grade(9, &Cancel::new(), |_, _| ()).await.unwrap();
        assert_eq!((done.graded, done.known, done.left), (1, 1, 0), "the same rewrite of the same text");
        let texts = app.graded_texts().await.unwrap();
        let in_range = |text: &LearnText| matches!(text.known, Known::Graded { grade, .. } if grade > 0.0 && grade < 1.0);
        assert!(!texts.is_empty() && texts.iter().all(in_range), "{texts:?}");
    }

    #[tokio::test]
    async fn a_run_is_rewarded_by_grades() {
        let (app, _folder) = open().await;
        app.set_large_model("starter-plus").unwrap();
        let mut choices = app.settings().unwrap().settings.learning;
        choices.pauses = false;
        app.set_learning(choices).unwrap();
        for n in 0..50 {
            decided(&app, &format!("Text {n} have many word."), "T").await;
        }
        let mut recipe = Recipe::shipped("rloo-graded").unwrap();
        (recipe.steps, recipe.batch) = (1, 2);
        let train = async || {
            let which = Which::New(Box::new(app.own_training(recipe.clone()).await.unwrap()));
            let (control, mut graded) = (Control::default(), None);
            let done = app.train(which, &control, |event| {
                if let TrainEvent::Step(report) = event {
                    graded = report.metrics.get("reward/graded").copied();
                }
            });
            let adapter = done.await.map(|done| done.unwrap().adapter);
            (adapter, graded)
        };
        let refused = train().await.0.unwrap_err();
        assert!(refused.to_string().contains("emend feedback grade"), "{refused}");
        app.grade(50, &Cancel::new(), |_, _| ()).await.unwrap();
        let (adapter, graded) = train().await;
        assert!(adapter.unwrap().is_some());
        assert!(graded.is_some_and(|graded| graded > 0.0 && graded < 1.0), "{graded:?}");
    }

    #[tokio::test]
    async fn a_better_rewrite_has_a_better_grade() {
        let (app, _folder) = open().await;
        let choice = app.set_large_model("starter-plus").and_then(|_| app.chosen_large()).unwrap().unwrap();
        let grader = Grader::open(&choice, &app.model_folders).unwrap();
        let fix = emend_text::Instruction::Intent(emend_text::intent("fix").unwrap());
        let grade = |rewrite: &str| {
            let said = grader.grade(&fix, "She have two cat and a dog.", rewrite, &Cancel::new()).unwrap();
            let Graded::Done(Some(grade)) = said else { panic!("{said:?}") };
            grade
        };
        let (good, bad) = (grade("She has two cats and a dog."), grade("She having twos cat an the dog."));
        assert!(good > bad + 0.2, "{good} {bad}");
    }

    #[tokio::test]
    async fn nobody_is_asked_when_nobody_is_there_or_wished_for() {
        let (app, _folder) = open().await;
        assert_eq!(app.grading_due().await.unwrap(), Err(NotDue::NotChosen));
        app.remove_large().unwrap();
        let error = app.grade(1, &Cancel::new(), |_, _| ()).await.unwrap_err();
        assert!(matches!(error, AppError::NoLargeTier), "{error}");
        assert_eq!(app.graded_texts().await.unwrap(), []);
    }

    #[tokio::test]
    async fn what_was_graded_before_a_cancel_is_kept() {
        let (app, _folder) = open().await;
        app.set_large_model("starter-plus").unwrap();
        for text in ["He go home.", "She have two cat."] {
            decided(&app, text, "W").await;
        }
        let cancel = Cancel::new();
        let done = app.grade(9, &cancel, |_, _| cancel.cancel()).await.unwrap();
        assert_eq!((done.graded, done.left), (1, 1));
    }
}
