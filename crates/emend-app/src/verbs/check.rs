//! Check: what the grammar rules say about a paragraph, at once and without a model.

use emend_lint::Lint;
use emend_text::Format;

use crate::AppError;
use crate::app::App;

impl App {
    /// Findings in `text`, in order, byte offsets within it. Words of the personal dictionary are right. The rules
    /// load with the first call, which takes about a second.
    pub async fn check(&self, text: &str, format: Format) -> Result<Vec<Lint>, AppError> {
        self.rules.check(text.to_owned(), format, self.own_dictionary(&[])?).await
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use emend_text::Format;

    use crate::verbs::tests::open;

    #[tokio::test]
    async fn a_word_of_the_dictionary_is_right() {
        let (app, _folder) = open().await;
        let text = "We met at the Zwoltrix office.";
        let found = app.check(text, Format::Plain).await.unwrap();
        assert!(found.iter().any(|lint| lint.span.of(text).unwrap() == "Zwoltrix"), "{found:?}");
        app.add_to_dictionary("Zwoltrix").unwrap();
        assert_eq!(app.check(text, Format::Plain).await.unwrap(), []);
    }
}
