//! The critics' own thread. The learned critic and what was downloaded beside it are loaded with the first job, and anew when
//! others are in place; grammar rules are those of the rules' thread, so that they are in memory once.

mod judges;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::Receiver;

use emend_critics::goal::{Program, Verdict};
use emend_critics::{Diagnosis, Pair, Scores};
use emend_text::{Dictionary, Format, Glossary, Instruction};
use tokio::sync::oneshot;

use crate::AppError;
use crate::job_thread::JobThread;
use crate::rules::Rules;
use judges::Judges;

/// A pair, owned so that it can cross to the thread.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct OwnedPair {
    pub(crate) source: String,
    pub(crate) rewrite: String,
    pub(crate) instruction: Instruction,
}

/// Pairs to be judged.
#[derive(Debug)]
pub(crate) struct ScoreJob {
    pub(crate) pairs: Vec<OwnedPair>,
    /// The personal dictionary and other terms.
    pub(crate) glossary: Glossary,
    /// For the rules.
    pub(crate) dictionary: Arc<Dictionary>,
    /// What the person wishes for, if they said.
    pub(crate) goal: Option<Program>,
}

impl ScoreJob {
    /// A job for pairs of one glossary; `None` when there are none.
    fn of(pairs: &[Pair<'_>], dictionary: &Arc<Dictionary>) -> Option<Self> {
        let glossary = pairs.first()?.glossary.clone();
        let pairs = pairs.iter().map(|pair| OwnedPair {
            source: pair.source.to_owned(),
            rewrite: pair.rewrite.to_owned(),
            instruction: pair.instruction.clone(),
        });
        Some(Self { pairs: pairs.collect(), glossary, dictionary: Arc::clone(dictionary), goal: None })
    }

    fn as_pairs(&self) -> Vec<Pair<'_>> {
        let pairs = self.pairs.iter().map(|pair| Pair {
            source: &pair.source,
            rewrite: &pair.rewrite,
            instruction: &pair.instruction,
            glossary: &self.glossary,
        });
        pairs.collect()
    }
}

/// What the critics say about one pair, and how far it reaches the goal.
pub(crate) type Judged = (Scores, Option<Verdict>);

/// Who is to judge before anybody asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ahead {
    Everything,
    WithoutRules,
}

type Answer<T> = oneshot::Sender<Result<T, AppError>>;

enum Job {
    /// Nothing but to be ready.
    Prepare,
    /// Whether there is a learned critic: its name.
    Learned(Answer<Option<String>>),
    Score(ScoreJob, Answer<Vec<Judged>>),
    /// What everybody but the rules says.
    ScoreWithoutRules(ScoreJob, Answer<Vec<Scores>>),
    /// Nothing but to remember what there is to say.
    Ahead(ScoreJob, Ahead),
    Diagnose {
        text: String,
        format: Format,
        answer: Answer<Diagnosis>,
    },
}

/// Handle to the critics.
#[derive(Debug, Clone)]
pub(crate) struct CriticsThread(JobThread<Job>);

impl CriticsThread {
    /// `folders` are searched for the critic model, `downloaded` for judges beside it. Nothing is loaded yet.
    pub(crate) fn new(folders: Vec<PathBuf>, downloaded: PathBuf, rules: Rules) -> Self {
        Self(JobThread::new("critics", move |jobs| work(&folders, &downloaded, &rules, jobs)))
    }

    /// Loads the critics; the name of the learned one, if it is installed.
    pub(crate) async fn learned(&self) -> Result<Option<String>, AppError> {
        self.ask(Job::Learned).await
    }

    /// What every critic says about each pair.
    pub(crate) async fn score(&self, job: ScoreJob) -> Result<Vec<Judged>, AppError> {
        self.ask(|answer| Job::Score(job, answer)).await
    }

    /// Loads critics and rules, so that the first answer does not wait for them. Nobody hears if it fails: whoever asks
    /// next will.
    pub(crate) fn prepare(&self) {
        let _ = self.0.send(Job::Prepare);
    }

    /// What every critic says about each pair, for a thread of our own that may wait; `None` when the critics cannot be
    /// had.
    pub(crate) fn score_here(&self, pairs: &[Pair<'_>], dictionary: &Arc<Dictionary>) -> Option<Vec<Scores>> {
        let job = ScoreJob::of(pairs, dictionary)?;
        let (answer, answered) = oneshot::channel();
        self.0.send(Job::Score(job, answer)).ok()?;
        let judged = answered.blocking_recv().ok()?.ok()?;
        Some(judged.into_iter().map(|(scores, _)| scores).collect())
    }

    /// Like [`CriticsThread::score_here`], without what the grammar rules say.
    pub(crate) fn score_without_rules_here(
        &self,
        pairs: &[Pair<'_>],
        dictionary: &Arc<Dictionary>,
    ) -> Option<Vec<Scores>> {
        let job = ScoreJob::of(pairs, dictionary)?;
        let (answer, answered) = oneshot::channel();
        self.0.send(Job::ScoreWithoutRules(job, answer)).ok()?;
        answered.blocking_recv().ok()?.ok()
    }

    /// Has the critics judge pairs that they will be asked about, if they can be had. Does not wait.
    pub(crate) fn score_ahead(&self, pairs: &[Pair<'_>], dictionary: &Arc<Dictionary>, ahead: Ahead) {
        if let Some(job) = ScoreJob::of(pairs, dictionary) {
            // Whoever asks about them will hear why it fails.
            let _ = self.0.send(Job::Ahead(job, ahead));
        }
    }

    /// What in a text would derail a fair discussion.
    pub(crate) async fn diagnose(&self, text: String, format: Format) -> Result<Diagnosis, AppError> {
        self.ask(|answer| Job::Diagnose { text, format, answer }).await
    }

    async fn ask<T>(&self, job: impl FnOnce(Answer<T>) -> Job) -> Result<T, AppError> {
        let (answer, answered) = oneshot::channel();
        self.0.send(job(answer))?;
        answered.await.map_err(|_| self.0.died())?
    }
}

fn work(folders: &[PathBuf], downloaded: &Path, rules: &Rules, jobs: Receiver<Job>) {
    let mut loaded: Option<Judges> = None;
    for job in jobs {
        // The person may have put a critic in place, or removed one.
        match Judges::current(loaded.take(), folders, downloaded, rules) {
            Ok(found) => loaded = Some(found),
            Err(error) => {
                refuse(job, error);
                continue;
            }
        }
        let Some(judges) = &mut loaded else { continue };
        // Whoever asked may have gone; their loss is no error of ours, hence the ignored sends.
        match job {
            Job::Prepare => drop(rules.check_here("", Format::Plain, &Arc::default())),
            Job::Learned(answer) => {
                let name = judges.critics().learned().map(|critic| critic.manifest().name.clone());
                let _ = answer.send(Ok(name));
            }
            Job::Score(job, answer) => {
                let _ = answer.send(score(judges, &job));
            }
            Job::ScoreWithoutRules(job, answer) => {
                let scores = judges.without_rules(&job.as_pairs(), &job.dictionary);
                let _ = answer.send(scores.map_err(AppError::from));
            }
            // Whoever asks about them will hear why it fails.
            Job::Ahead(job, Ahead::Everything) => drop(judges.ahead(&job.as_pairs(), &job.dictionary)),
            Job::Ahead(job, Ahead::WithoutRules) => {
                drop(judges.without_rules(&job.as_pairs(), &job.dictionary));
            }
            Job::Diagnose { text, format, answer } => {
                let _ = answer.send(judges.critics().diagnose(&text, format).map_err(AppError::from));
            }
        }
    }
}

fn refuse(job: Job, error: AppError) {
    match job {
        Job::Prepare | Job::Ahead(..) => {}
        Job::Learned(answer) => drop(answer.send(Err(error))),
        Job::Score(_, answer) => drop(answer.send(Err(error))),
        Job::ScoreWithoutRules(_, answer) => drop(answer.send(Err(error))),
        Job::Diagnose { answer, .. } => drop(answer.send(Err(error))),
    }
}

fn score(judges: &mut Judges, job: &ScoreJob) -> Result<Vec<Judged>, AppError> {
    let pairs = job.as_pairs();
    let scores = judges.scores(&pairs, &job.dictionary)?;
    let scored = pairs.iter().zip(scores).map(|(pair, scores)| {
        let verdict = job.goal.as_ref().map(|goal| goal.measure(pair, &scores));
        (scores, verdict)
    });
    Ok(scored.collect())
}

#[cfg(test)]
mod tests {
    use emend_critics::Critics;
    use emend_lint::Linter;
    use emend_models::Critic;
    use emend_text::intent;

    use super::*;

    /// Sentences and what became of them: most are left as they are.
    const PAIRS: [(&str, &str); 7] = [
        ("The ferry leaves at noon.", "The ferry leaves at noon."),
        ("We was late for the last ferry.", "We were late for the last ferry."),
        ("She have recieved nothing, and nor did we.", "She has received nothing, and nor did we."),
        ("Nora likes the harbour.", "Nora likes the harbour."),
        ("Him and me are going. It rain a lot.", "He and I are going. It rains a lot."),
        ("Its a pity that the the bridge is closed.", "It is a pity that the bridge is closed."),
        ("We was late for the last ferry.", "We was late for the last ferry."),
    ];

    /// Scores with their bits, and reasons.
    fn bits(scores: &[Scores]) -> Vec<(&'static str, u32, Option<String>)> {
        let all = scores.iter().flat_map(Scores::iter);
        all.map(|(id, judgement)| (id, judgement.score.to_bits(), judgement.reason.clone())).collect()
    }

    #[test]
    fn told_ahead_or_asked_again_the_critics_say_what_they_say_of_each_pair_alone() {
        let models = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models");
        let fix = Instruction::Intent(intent("fix").expect("an intent"));
        let glossary = Glossary::empty();
        let pair = |(source, rewrite)| Pair { source, rewrite, instruction: &fix, glossary: &glossary };
        let pairs = PAIRS.map(pair);

        // The straightforward way: a new look at each pair, the rules without memory.
        let critic =
            Critic::open(&models.join("critic.toml")).expect("the critic that comes with the program");
        let critics = Critics::new(Some(critic));
        let mut linter = Linter::new();
        let mut alone = |pair: Pair<'_>| {
            let mut lint = |text: &str| Some(linter.lint(text, Format::Markdown, &Dictionary::default()));
            critics.judge(&[pair], Some(&mut lint)).expect("readable texts").remove(0)
        };
        let expected = pairs.map(&mut alone);
        assert!(
            expected.iter().all(|scores| scores.get("lints").is_some() && scores.get("meaning").is_some())
        );

        let thread = CriticsThread::new(vec![models.clone()], models.join("none"), Rules::new());
        let ask = || bits(&thread.score_here(&pairs, &Arc::default()).expect("the critics can be had"));
        let originals = PAIRS.map(|(source, _)| pair((source, source)));
        let bare =
            thread.score_without_rules_here(&originals, &Arc::default()).expect("the critics can be had");
        assert!(bare.iter().all(|scores| scores.get("lints").is_none() && scores.get("clean").is_some()));
        thread.score_ahead(&originals, &Arc::default(), Ahead::Everything);
        assert_eq!(ask(), bits(&expected), "after they were told of the originals");
        assert_eq!(ask(), bits(&expected), "from memory");
        let other = CriticsThread::new(vec![models.clone()], models.join("none"), Rules::new());
        let found = other.score_here(&pairs, &Arc::default()).expect("the critics can be had");
        assert_eq!(bits(&found), bits(&expected), "all at once, told nothing");
    }
}
