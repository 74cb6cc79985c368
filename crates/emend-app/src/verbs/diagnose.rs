//! Diagnose: what in a text would derail a fair discussion, and a repair as edits.

use emend_critics::Diagnosis;
use emend_decode::Cancel;
use emend_text::{Format, Instruction, Span, intent};

use crate::AppError;
use crate::app::App;
use crate::verbs::rewrite::{RewriteRequest, Rewritten};

/// Whether a text is surely in another language than English, which is the only one that the critics can judge.
pub fn is_other_language(text: &str) -> bool {
    emend_engine::is_foreign(text)
}

/// The intent that repairs.
const REPAIR: &str = "appropriate";

impl App {
    /// Name of the installed critic model; without one, diagnoses and scores go by rules alone.
    pub async fn critic(&self) -> Result<Option<String>, AppError> {
        self.critics.learned().await
    }

    /// Findings in the prose of `text`, byte offsets within it.
    pub async fn diagnose(&self, text: &str, format: Format) -> Result<Diagnosis, AppError> {
        self.critics.diagnose(text.to_owned(), format).await
    }

    /// The part of `text` from the first finding to the last, rewritten to be appropriate; `None` when nothing was
    /// found.
    pub async fn repair(
        &self,
        text: &str,
        format: Format,
        diagnosis: &Diagnosis,
        cancel: Cancel,
    ) -> Result<Option<Rewritten>, AppError> {
        let starts = diagnosis.findings.iter().map(|finding| finding.span.start).min();
        let ends = diagnosis.findings.iter().map(|finding| finding.span.end).max();
        let (Some(start), Some(end), Some(intent)) = (starts, ends, intent(REPAIR)) else { return Ok(None) };
        let request = RewriteRequest {
            range: Some(Span::new(start, end)),
            ..RewriteRequest::of_text(text, format, Instruction::Intent(intent))
        };
        self.rewrite(request, cancel, |_| ()).await.map(Some)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::verbs::tests::open;

    #[test]
    fn there_is_an_intent_that_repairs() {
        assert!(intent(REPAIR).is_some());
    }

    #[tokio::test]
    async fn findings_point_into_the_text() {
        let (app, _folder) = open().await;
        let text = "# Reply\n\nThe tram is late. Only a moron would wait.\n";
        let found = app.diagnose(text, Format::Markdown).await.unwrap();
        assert!(found.findings.iter().any(|finding| finding.span.of(text).unwrap() == "moron"), "{found:?}");
    }
}
