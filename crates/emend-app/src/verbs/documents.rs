//! Documents: texts that are saved while they are written, and the files that they come from and go to.
//!
//! The profile holds every document; a file is written when the person says so. Nothing is ever lost on the way: a
//! file that another program changed is not overwritten before its text is in the profile, too.

use std::path::{Path, PathBuf};

use emend_store::tables::documents::{Document as Row, Endings, NewDocument};
use emend_store::tables::revisions::{Revision, RevisionSummary};
use emend_text::Format;

use crate::AppError;
use crate::app::{App, now};
use crate::files::{self, Access};
use crate::record::format_name;
use crate::text_file::TextFile;
use crate::verbs::rewrite::LONGEST_TEXT;

/// The document that is open when the program runs for the first time: a text with something to correct.
const WELCOME: &str = include_str!("../../../../assets/samples/welcome.md");

/// What a document without words is called.
const UNTITLED: &str = "Untitled";

/// Longest title made from a text, in characters.
const LONGEST_TITLE: usize = 60;

/// A document with its latest text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Names it in every other verb.
    pub id: i64,
    /// What lists show: the file's name, or the first words.
    pub title: String,
    /// The file that it belongs to.
    pub path: Option<PathBuf>,
    /// How it is marked up.
    pub format: Format,
    /// The whole text; lines end with `\n` however they end in the file.
    pub text: String,
    /// The revision that holds this text: the base of the next [`App::autosave`].
    pub revision: i64,
}

/// A document in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentSummary {
    /// Names it in every other verb.
    pub id: i64,
    /// What to show.
    pub title: String,
    /// The file that it belongs to.
    pub path: Option<PathBuf>,
    /// When its text last changed.
    pub updated: emend_store::UnixMillis,
    /// White-space separated words.
    pub words: u64,
}

/// What to show when the program starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FirstDocument {
    /// The document that changed last, or a sample text.
    pub document: Document,
    /// Whether there was none yet.
    pub first_run: bool,
}

impl App {
    /// The document that changed last; on the very first start, a sample text to try things on.
    pub async fn first_document(&self) -> Result<FirstDocument, AppError> {
        match self.store.documents().list().await?.into_iter().next() {
            Some(row) => Ok(FirstDocument { document: self.with_text(row).await?, first_run: false }),
            None => Ok(FirstDocument { document: self.new_document(WELCOME).await?, first_run: true }),
        }
    }

    /// All documents, the one that changed last first.
    pub async fn documents(&self) -> Result<Vec<DocumentSummary>, AppError> {
        let rows = self.store.documents().list().await?;
        let summary = |row: Row| DocumentSummary {
            id: row.id,
            title: row.title,
            path: row.path.map(PathBuf::from),
            updated: row.updated,
            words: row.words.unsigned_abs(),
        };
        Ok(rows.into_iter().map(summary).collect())
    }

    /// A new document without a file.
    pub async fn new_document(&self, text: &str) -> Result<Document, AppError> {
        check_length(text)?;
        let file = TextFile { text: text.to_owned(), endings: Endings::Lf, bom: false };
        self.create(&title_of(text), None, Format::Markdown, file).await
    }

    /// A document with its latest text.
    pub async fn open_document(&self, id: i64) -> Result<Document, AppError> {
        let row = self.store.documents().get(id).await?;
        self.with_text(row).await
    }

    /// Deletes a document, its revisions, and everything that was asked and decided in it. Its file stays.
    pub async fn delete_document(&self, id: i64) -> Result<(), AppError> {
        Ok(self.store.documents().delete(id).await?)
    }

    /// Saves a text that was made from revision `base`; the revision that holds it. When this returns, it is on the
    /// disk. Code `stale`: another window saved in between, and nothing was written.
    pub async fn autosave(&self, document: i64, base: i64, text: &str) -> Result<i64, AppError> {
        check_length(text)?;
        let saved = self.store.revisions().save(document, base, text, now()).await?;
        if saved.created {
            let mut row = self.store.documents().get(document).await?;
            let title = title_of(text);
            if row.path.is_none() && row.title != title {
                row.title = title;
                self.store.documents().describe(&row).await?;
            }
        }
        Ok(saved.number)
    }

    /// The kept revisions of a document, the latest first.
    pub async fn revisions(&self, document: i64) -> Result<Vec<RevisionSummary>, AppError> {
        Ok(self.store.revisions().list(document).await?)
    }

    /// The text of one revision. To restore it, autosave it.
    pub async fn revision(&self, document: i64, number: i64) -> Result<Revision, AppError> {
        Ok(self.store.revisions().get(document, number).await?)
    }

    /// Opens a text file. If it was open before and nobody else changed it, work goes on where it stopped;
    /// otherwise what the file says now becomes the latest revision.
    pub async fn open_path(&self, path: &Path) -> Result<Document, AppError> {
        let (path, name) = resolved(path)?;
        let file = TextFile::of_bytes(&name, files::read(Path::new(&name), LONGEST_TEXT as u64)?)?;
        let Some(mut row) = self.store.documents().by_path(&name).await? else {
            return self.create(&file_title(&path), Some(&name), Format::of_path(&name), file).await;
        };
        if self.on_disk(&row).await?.as_deref() != Some(file.text.as_str()) {
            let latest = self.store.revisions().latest(row.id).await?.number;
            let saved = self.store.revisions().save(row.id, latest, &file.text, now()).await?;
            row.on_disk = Some(saved.number);
        }
        (row.endings, row.bom) = (file.endings, file.bom);
        self.store.documents().describe(&row).await?;
        self.with_text(row).await
    }

    /// Writes the document to its file, at one stroke; the file. Bytes of lines that nobody changed stay as they
    /// were. What another program wrote there in the meantime becomes a document of its own first.
    pub async fn save_file(&self, document: i64) -> Result<PathBuf, AppError> {
        let row = self.store.documents().get(document).await?;
        let Some(path) = row.path.as_ref().map(PathBuf::from) else {
            return Err(AppError::Invalid {
                what: "the document",
                expected: "one that belongs to a file".to_owned(),
                found: "one that was never saved to a file; choose a place for it".to_owned(),
            });
        };
        self.rescue(&row, &path).await?;
        self.write_file(row, &path).await?;
        Ok(path)
    }

    /// Writes the document to a file of the person's choice, which it belongs to from now on; the file.
    pub async fn save_file_as(&self, document: i64, path: &Path) -> Result<PathBuf, AppError> {
        let mut row = self.store.documents().get(document).await?;
        let (path, name) = resolved(path)?;
        row.title = file_title(&path);
        row.format = format_name(Format::of_path(&name)).into();
        row.path = Some(name);
        self.write_file(row, &path).await?;
        Ok(path)
    }

    async fn write_file(&self, mut row: Row, path: &Path) -> Result<(), AppError> {
        let latest = self.store.revisions().latest(row.id).await?;
        let file = TextFile { text: latest.text, endings: row.endings.clone(), bom: row.bom };
        files::write(path, &file.to_bytes(), Access::AsUsual)?;
        // A file that mixes line endings is the pattern of its own next version.
        if let Endings::Mixed(source) = &mut row.endings {
            *source = file.source();
        }
        row.on_disk = Some(latest.number);
        Ok(self.store.documents().describe(&row).await?)
    }

    /// If the file says something that the profile does not know, makes it a document.
    async fn rescue(&self, row: &Row, path: &Path) -> Result<(), AppError> {
        let Some(bytes) = files::read_if_there(path, LONGEST_TEXT as u64)? else { return Ok(()) };
        let found = TextFile::of_bytes(&path.display().to_string(), bytes)?;
        let latest = self.store.revisions().latest(row.id).await?.text;
        if found.text == latest || self.on_disk(row).await?.as_deref() == Some(found.text.as_str()) {
            return Ok(());
        }
        let title = format!("{} (as changed by another program)", row.title);
        let format = if row.format == "plain" { Format::Plain } else { Format::Markdown };
        self.create(&title, None, format, found).await?;
        Ok(())
    }

    /// The text that the document's file held when we last looked.
    async fn on_disk(&self, row: &Row) -> Result<Option<String>, AppError> {
        let Some(number) = row.on_disk else { return Ok(None) };
        Ok(Some(self.store.revisions().get(row.id, number).await?.text))
    }

    async fn create(
        &self,
        title: &str,
        path: Option<&str>,
        format: Format,
        file: TextFile,
    ) -> Result<Document, AppError> {
        let TextFile { text, endings, bom } = file;
        let new = NewDocument { title, path, format: format_name(format), endings, bom, text: &text };
        let row = self.store.documents().create(&new, now()).await?;
        Ok(document(row, text, 1))
    }

    async fn with_text(&self, row: Row) -> Result<Document, AppError> {
        let latest = self.store.revisions().latest(row.id).await?;
        Ok(document(row, latest.text, latest.number))
    }
}

fn document(row: Row, text: String, revision: i64) -> Document {
    let format = if row.format == "plain" { Format::Plain } else { Format::Markdown };
    Document { id: row.id, title: row.title, path: row.path.map(PathBuf::from), format, text, revision }
}

fn check_length(text: &str) -> Result<(), AppError> {
    if text.len() <= LONGEST_TEXT {
        return Ok(());
    }
    let expected = format!("at most {} MB", LONGEST_TEXT >> 20);
    Err(AppError::Invalid { what: "the text", expected, found: format!("{} MB", text.len() >> 20) })
}

/// The path as one that means the same from every folder, and as text for the database.
fn resolved(path: &Path) -> Result<(PathBuf, String), AppError> {
    let failed = |source| AppError::Read { path: path.to_owned(), source };
    // A file that is yet to be written has no canonical path; its folder has.
    let whole = match (path.canonicalize(), path.parent(), path.file_name()) {
        (Ok(whole), _, _) => whole,
        (Err(_), Some(folder), Some(name)) => {
            let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
            folder.canonicalize().map_err(failed)?.join(name)
        }
        (Err(source), _, _) => return Err(failed(source)),
    };
    match whole.to_str() {
        Some(name) => Ok((whole.clone(), name.to_owned())),
        None => {
            Err(failed(std::io::Error::new(std::io::ErrorKind::InvalidInput, "its name is not in UTF-8")))
        }
    }
}

fn file_title(path: &Path) -> String {
    path.file_name().map_or_else(|| UNTITLED.to_owned(), |name| name.to_string_lossy().into_owned())
}

/// The first words of a text, without heading marks.
fn title_of(text: &str) -> String {
    let mut lines = text.lines().map(|line| line.trim_start_matches(['#', '>', '-', '*', ' ', '\t']).trim());
    let Some(line) = lines.find(|line| !line.is_empty()) else { return UNTITLED.to_owned() };
    match line.char_indices().nth(LONGEST_TITLE) {
        None => line.to_owned(),
        // At a space, if there is one, so that no word is cut.
        Some((end, _)) => {
            format!("{}…", line[..end].rsplit_once(' ').map_or(&line[..end], |(words, _)| words))
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::verbs::tests::open;

    #[tokio::test]
    async fn the_first_start_opens_a_sample_and_the_next_one_finds_it_again() {
        let (app, folder) = open().await;
        let first = app.first_document().await.unwrap();
        assert!(first.first_run);
        assert_eq!(first.document.title, "A note to the team");
        let revision = app.autosave(first.document.id, 1, "# My text\n\nIt is here.").await.unwrap();
        drop(app);
        let app = crate::verbs::tests::open_in(&folder).await;
        let again = app.first_document().await.unwrap();
        assert!(!again.first_run);
        assert_eq!((again.document.title.as_str(), again.document.revision), ("My text", revision));
        assert_eq!(again.document.text, "# My text\n\nIt is here.");
        let list = app.documents().await.unwrap();
        assert_eq!(list.iter().map(|d| d.words).collect::<Vec<_>>(), [6]);
    }

    #[tokio::test]
    async fn a_file_comes_back_byte_for_byte() {
        let (app, folder) = open().await;
        for (name, bytes) in [
            ("dos.txt", &b"\xEF\xBB\xBFHe go home.\r\n\r\nBye.\r\n"[..]),
            ("unix.md", b"He go home.\n\nBye."),
            ("mixed.txt", b"He go home.\r\nBye.\nAgain.\r\n\n"),
            ("empty.txt", b""),
        ] {
            let path = folder.path().join(name);
            std::fs::write(&path, bytes).unwrap();
            let document = app.open_path(&path).await.unwrap();
            assert_eq!(document.title, name);
            assert!(!document.text.contains(['\r', '\u{FEFF}']), "{:?}", document.text);
            app.save_file(document.id).await.unwrap();
            assert_eq!(std::fs::read(&path).unwrap(), bytes, "{name} untouched");

            let better = document.text.replace("go", "goes");
            app.autosave(document.id, document.revision, &better).await.unwrap();
            app.save_file(document.id).await.unwrap();
            let expected = String::from_utf8(bytes.to_vec()).unwrap().replace("go", "goes");
            assert_eq!(std::fs::read_to_string(&path).unwrap(), expected, "{name} corrected");
        }
    }

    #[tokio::test]
    async fn unsaved_work_survives_opening_the_file_again() {
        let (app, folder) = open().await;
        let path = folder.path().join("note.txt");
        std::fs::write(&path, "One.").unwrap();
        let document = app.open_path(&path).await.unwrap();
        app.autosave(document.id, 1, "One and more.").await.unwrap();
        let again = app.open_path(&path).await.unwrap();
        assert_eq!((again.id, again.text.as_str()), (document.id, "One and more."));
        // Another program writes: the file is the newest, and our text is in the history.
        std::fs::write(&path, "Theirs.").unwrap();
        let changed = app.open_path(&path).await.unwrap();
        assert_eq!((changed.id, changed.text.as_str(), changed.revision), (document.id, "Theirs.", 3));
        assert_eq!(app.revision(document.id, 2).await.unwrap().text, "One and more.");
        assert_eq!(app.revisions(document.id).await.unwrap().len(), 3);
    }

    #[tokio::test]
    async fn what_another_program_wrote_is_kept_before_saving() {
        let (app, folder) = open().await;
        let path = folder.path().join("note.txt");
        std::fs::write(&path, "One.").unwrap();
        let document = app.open_path(&path).await.unwrap();
        let revision = app.autosave(document.id, 1, "Ours.").await.unwrap();
        std::fs::write(&path, "Theirs.").unwrap();
        app.save_file(document.id).await.unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "Ours.");
        let rescued = app.documents().await.unwrap().into_iter().find(|d| d.id != document.id).unwrap();
        assert_eq!(rescued.title, "note.txt (as changed by another program)");
        assert_eq!(app.open_document(rescued.id).await.unwrap().text, "Theirs.");
        // The window's base is still the latest revision.
        app.autosave(document.id, revision, "Ours, again.").await.unwrap();
        app.save_file(document.id).await.unwrap();
        assert_eq!(app.documents().await.unwrap().len(), 2, "nothing foreign, nothing to rescue");
    }

    #[tokio::test]
    async fn saving_elsewhere_moves_the_document() {
        let (app, folder) = open().await;
        let document = app.new_document("Some words.").await.unwrap();
        assert_eq!(app.save_file(document.id).await.unwrap_err().code(), "invalid");
        let path = app.save_file_as(document.id, &folder.path().join("words.txt")).await.unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "Some words.");
        let moved = app.open_document(document.id).await.unwrap();
        assert_eq!(
            (moved.title.as_str(), moved.format, moved.path.as_ref()),
            ("words.txt", Format::Plain, Some(&path))
        );
        assert_eq!(app.open_path(&path).await.unwrap().id, document.id);
        let nowhere = folder.path().join("no such folder").join("words.txt");
        assert_eq!(app.save_file_as(document.id, &nowhere).await.unwrap_err().code(), "read");
    }

    #[tokio::test]
    async fn what_is_no_text_is_refused_by_name() {
        let (app, folder) = open().await;
        let path = folder.path().join("photo.jpg");
        std::fs::write(&path, b"\xFF\xD8\xFF\0").unwrap();
        let error = app.open_path(&path).await.unwrap_err();
        assert_eq!(error.code(), "not_text");
        assert!(error.to_string().contains("photo.jpg"), "{error}");
        std::fs::write(&path, vec![b'a'; LONGEST_TEXT + 1]).unwrap();
        assert_eq!(app.open_path(&path).await.unwrap_err().code(), "not_text");
        assert_eq!(app.open_path(&folder.path().join("none.txt")).await.unwrap_err().code(), "read");
        assert_eq!(app.documents().await.unwrap(), []);
    }

    #[tokio::test]
    async fn a_change_to_an_old_revision_has_its_own_code() {
        let (app, _folder) = open().await;
        let document = app.new_document("One.").await.unwrap();
        app.autosave(document.id, 1, "Two.").await.unwrap();
        assert_eq!(app.autosave(document.id, 1, "Three.").await.unwrap_err().code(), "stale");
        app.delete_document(document.id).await.unwrap();
        assert_eq!(app.open_document(document.id).await.unwrap_err().code(), "missing");
    }

    #[test]
    fn titles_are_the_first_words() {
        for (text, title) in [
            ("", "Untitled"),
            ("\n\n  # Plans for *spring*\n\nText", "Plans for *spring*"),
            ("- first point", "first point"),
            ("---\n***\n", "Untitled"),
        ] {
            assert_eq!(title_of(text), title, "{text:?}");
        }
        let long = title_of(&"Öde Straßen ".repeat(20));
        assert!(long.chars().count() <= LONGEST_TITLE + 1 && long.ends_with("en…"), "{long}");
        assert_eq!(title_of(&"x".repeat(100)).chars().count(), LONGEST_TITLE + 1);
    }
}
