//! The grammar rules' own thread: they take half a second to load and cannot be shared.

use std::sync::Arc;
use std::sync::mpsc::Receiver;

use emend_engine::Remembered;
use emend_lint::{Lint, Linter};
use emend_text::{Dictionary, Format};
use tokio::sync::oneshot;

use crate::AppError;
use crate::job_thread::JobThread;

/// Bytes of findings that are remembered: some thousand sentences.
const MOST: usize = 4 << 20;

/// A text to be checked, and where the answer goes.
struct Check {
    text: String,
    format: Format,
    dictionary: Arc<Dictionary>,
    answer: oneshot::Sender<Vec<Lint>>,
}

/// A check that the thread has been given.
#[derive(Debug)]
pub(crate) struct Begun(oneshot::Receiver<Vec<Lint>>);

impl Begun {
    /// Its findings, for a thread of our own that may wait; `None` when the rules' thread has died.
    pub(crate) fn wait(self) -> Option<Vec<Lint>> {
        self.0.blocking_recv().ok()
    }
}

/// Handle to the rules. They are loaded with the first check.
#[derive(Debug, Clone)]
pub(crate) struct Rules(JobThread<Check>);

impl Rules {
    pub(crate) fn new() -> Self {
        Self(JobThread::new("grammar checker", work))
    }

    /// Findings in `text`.
    pub(crate) async fn check(
        &self,
        text: String,
        format: Format,
        dictionary: Arc<Dictionary>,
    ) -> Result<Vec<Lint>, AppError> {
        let (answer, answered) = oneshot::channel();
        self.0.send(Check { text, format, dictionary, answer })?;
        answered.await.map_err(|_| self.0.died())
    }

    /// Has them loaded, if they are not, and does not wait for it.
    pub(crate) fn prepare(&self) {
        drop(self.begin("", Format::Plain, &Arc::default()));
    }

    /// Has `text` checked and does not wait for it; `None` when the rules' thread cannot be had.
    pub(crate) fn begin(&self, text: &str, format: Format, dictionary: &Arc<Dictionary>) -> Option<Begun> {
        let (answer, answered) = oneshot::channel();
        let dictionary = Arc::clone(dictionary);
        self.0.send(Check { text: text.to_owned(), format, dictionary, answer }).ok()?;
        Some(Begun(answered))
    }

    /// Like [`Rules::check`], for a thread of our own that may wait; `None` when the rules' thread has died.
    pub(crate) fn check_here(
        &self,
        text: &str,
        format: Format,
        dictionary: &Arc<Dictionary>,
    ) -> Option<Vec<Lint>> {
        self.begin(text, format, dictionary)?.wait()
    }
}

fn work(checks: Receiver<Check>) {
    let mut rules = KnownLints::new(Linter::new());
    for check in checks {
        // Nobody waits any more when the window moved on: not an error.
        let _ = check.answer.send(rules.lint(&check.text, check.format, &check.dictionary));
    }
}

/// Rules that look at nothing twice: a sentence is asked about as it stands, beside each rewrite of it, and in the editor.
struct KnownLints {
    linter: Linter,
    known: Remembered<(String, Format), Vec<Lint>>,
    /// By which they were found: with another, nothing of it holds.
    dictionary: Arc<Dictionary>,
}

impl KnownLints {
    fn new(linter: Linter) -> Self {
        Self { linter, known: Remembered::new(MOST), dictionary: Arc::default() }
    }

    fn lint(&mut self, text: &str, format: Format, dictionary: &Arc<Dictionary>) -> Vec<Lint> {
        if self.dictionary != *dictionary {
            self.known = Remembered::new(MOST);
            self.dictionary = Arc::clone(dictionary);
        }
        let key = (text.to_owned(), format);
        if let Some(lints) = self.known.get(&key) {
            return lints.clone();
        }
        let lints = self.linter.lint(text, format, dictionary);
        self.known.insert(key, lints.clone(), size(text, &lints));
        lints
    }
}

/// Bytes that an entry takes, about.
fn size(text: &str, lints: &[Lint]) -> usize {
    let of = |lint: &Lint| {
        let suggestions = lint.suggestions.iter().map(|found| found.label.len() + found.replacement.len());
        size_of::<Lint>() + lint.message.len() + suggestions.sum::<usize>()
    };
    size_of::<((String, Format), Vec<Lint>)>() + text.len() + lints.iter().map(of).sum::<usize>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_remembered_is_what_would_be_found() {
        let texts = ["We will recieve it.", "Their are two of them.", "It is late.", "We will recieve it."];
        let (mut fresh, mut known) = (Linter::new(), KnownLints::new(Linter::new()));
        let own = Arc::new(Dictionary::new(["recieve"]));
        for dictionary in [&Arc::default(), &own, &Arc::default()] {
            for text in texts.iter().chain(&texts) {
                let expected = fresh.lint(text, Format::Markdown, dictionary);
                let found = known.lint(text, Format::Markdown, dictionary);
                assert_eq!(found, expected, "{text:?} with {dictionary:?}");
            }
        }
    }
}
