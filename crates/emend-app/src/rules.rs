//! The grammar rules' own thread: they take half a second to load and cannot be shared.

use std::sync::mpsc::Receiver;

use emend_lint::{Lint, Linter};
use emend_text::Format;
use tokio::sync::oneshot;

use crate::AppError;
use crate::job_thread::JobThread;

/// A text to be checked, and where the answer goes.
struct Check {
    text: String,
    format: Format,
    words: Vec<String>,
    answer: oneshot::Sender<Vec<Lint>>,
}

/// Handle to the rules. They are loaded with the first check.
#[derive(Debug, Clone)]
pub(crate) struct Rules(JobThread<Check>);

impl Rules {
    pub(crate) fn new() -> Self {
        Self(JobThread::new("grammar checker", work))
    }

    /// Findings in `text`; `words` is the personal dictionary.
    pub(crate) async fn check(
        &self,
        text: String,
        format: Format,
        words: Vec<String>,
    ) -> Result<Vec<Lint>, AppError> {
        let (answer, answered) = oneshot::channel();
        self.0.send(Check { text, format, words, answer })?;
        answered.await.map_err(|_| self.0.died())
    }

    /// Like [`Rules::check`], for a thread of our own that may wait; `None` when the rules' thread has died.
    pub(crate) fn check_here(&self, text: &str, format: Format, words: &[String]) -> Option<Vec<Lint>> {
        let (answer, answered) = oneshot::channel();
        self.0.send(Check { text: text.to_owned(), format, words: words.to_vec(), answer }).ok()?;
        answered.blocking_recv().ok()
    }
}

fn work(checks: Receiver<Check>) {
    let mut linter = Linter::new();
    for check in checks {
        // Nobody waits any more when the window moved on: not an error.
        let _ = check.answer.send(linter.lint(&check.text, check.format, &check.words));
    }
}
