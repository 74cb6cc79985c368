//! Feedback: taking along everything that was decided, and deleting everything.

use std::io::{BufWriter, Write};
use std::path::Path;

use emend_store::{Exported, StoreError};

use crate::AppError;
use crate::app::App;
use crate::files::{self, Access, Beside};

impl App {
    /// Writes all candidates and decisions as JSON lines into a file, which appears when it is complete.
    pub async fn export_feedback(&self, path: &Path) -> Result<Exported, AppError> {
        let failed = |source| AppError::Write { path: path.to_owned(), source };
        let mut beside = Beside::create(path, Access::Private).map_err(failed)?;
        let exported = self.store.export(&mut BufWriter::new(beside.file())).await;
        let exported = exported.map_err(|error| match error {
            StoreError::Export(source) => failed(source),
            error => AppError::Store(error),
        })?;
        beside.put_in_place().map_err(failed)?;
        Ok(exported)
    }

    /// The same to wherever the caller likes: another program, the terminal.
    pub async fn write_feedback(&self, out: &mut impl Write) -> Result<(), AppError> {
        self.store.export(out).await?;
        Ok(())
    }

    /// Deletes every text, request, candidate and decision, the dictionary, own instructions, settings and the server's
    /// token, and what was trained on them. Models stay: they contain nothing of the person's. Files that the person
    /// saved outside of the profile are theirs and stay, too.
    pub async fn delete_everything(&self) -> Result<(), AppError> {
        self.store.delete_everything().await?;
        let _turn = files::turn(self.paths.home())?;
        let home = self.paths.home();
        let failed = |source| AppError::Write { path: home.to_owned(), source };
        for entry in std::fs::read_dir(home).map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let removed = match name.as_str() {
                "adapters" | "runs" | "calibration" => std::fs::remove_dir_all(&path),
                "dictionary.txt" | "refused-words.txt" | "settings.toml" | "server.token" => {
                    std::fs::remove_file(&path)
                }
                aside if aside.starts_with("settings.damaged-") => std::fs::remove_file(&path),
                // What a killed program had not finished writing.
                torn if torn.starts_with('.') && path.extension().is_some_and(|ending| ending == "tmp") => {
                    std::fs::remove_file(&path)
                }
                _ => Ok(()),
            };
            removed.map_err(|source| AppError::Write { path, source })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use crate::settings::Theme;
    use crate::verbs::tests::{decided, open};

    #[tokio::test]
    async fn what_was_decided_can_be_taken_along() {
        let (app, folder) = open().await;
        decided(&app, "She go to school.", "goes").await;
        let path = folder.path().join("feedback.jsonl");
        let exported = app.export_feedback(&path).await.unwrap();
        assert_eq!((exported.candidates, exported.decisions), (1, 1));
        let lines = std::fs::read_to_string(&path).unwrap();
        assert_eq!(lines.lines().count(), 2);
        assert!(lines.contains("She go to school."));
        let elsewhere = folder.path().join("no such folder").join("feedback.jsonl");
        assert_eq!(app.export_feedback(&elsewhere).await.unwrap_err().code(), "write");
    }

    #[tokio::test]
    async fn deleting_everything_leaves_no_word_in_the_profile() {
        let (app, _folder) = open().await;
        let secret = "The password of the old lighthouse is heron.";
        app.new_document(secret).await.unwrap();
        decided(&app, secret, "stork").await;
        app.add_to_dictionary("heron").unwrap();
        app.refuse_word("bird -> heron").unwrap();
        app.save_instruction("Mention the heron").unwrap();
        app.set_theme(Theme::Dark).unwrap();
        app.set_server("http://localhost", "heron", Some("heron-7")).unwrap();
        std::fs::create_dir_all(app.home().join("adapters").join("mine")).unwrap();
        std::fs::write(app.home().join("adapters").join("mine").join("log.txt"), secret).unwrap();

        app.delete_everything().await.unwrap();

        for entry in std::fs::read_dir(app.home()).unwrap() {
            let entry = entry.unwrap();
            assert!(entry.file_type().unwrap().is_file(), "{entry:?}");
            let bytes = std::fs::read(entry.path()).unwrap();
            for word in ["heron", "stork"] {
                assert!(!bytes.windows(5).any(|part| part == word.as_bytes()), "{word} in {entry:?}");
            }
        }
        assert_eq!(app.dictionary().unwrap(), Vec::<String>::new());
        assert_eq!(app.settings().unwrap().settings, crate::settings::Settings::default());
    }
}
