//! Documents: what stands in the list. Their texts are [`revisions`](super::revisions).

use crate::UnixMillis;
use crate::error::StoreError;
use crate::open::Store;

/// How a file ends its lines. Texts in the store end them with `\n` only, as editors do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Endings {
    /// `\n`.
    Lf,
    /// `\r\n`.
    Crlf,
    /// `\r`.
    Cr,
    /// Several kinds; the file's text as it was, byte order mark excluded.
    Mixed(String),
}

impl Endings {
    fn name(&self) -> &'static str {
        match self {
            Self::Lf => "lf",
            Self::Crlf => "crlf",
            Self::Cr => "cr",
            Self::Mixed(_) => "mixed",
        }
    }

    fn source(&self) -> Option<&str> {
        match self {
            Self::Mixed(source) => Some(source),
            _ => None,
        }
    }

    fn from_columns(name: &str, source: Option<String>) -> Self {
        match (name, source) {
            ("mixed", Some(source)) => Self::Mixed(source),
            ("crlf", _) => Self::Crlf,
            ("cr", _) => Self::Cr,
            _ => Self::Lf,
        }
    }
}

/// A stored document without its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Never reused, even after a deletion.
    pub id: i64,
    /// What lists show.
    pub title: String,
    /// The file that it was read from or last saved to.
    pub path: Option<String>,
    /// The revision that the file holds, as far as is known. It is never thinned.
    pub on_disk: Option<i64>,
    /// `plain` or `markdown`.
    pub format: String,
    /// How its file ends lines.
    pub endings: Endings,
    /// Whether its file starts with a byte order mark.
    pub bom: bool,
    /// White-space separated words of the last revision.
    pub words: i64,
    /// When it was created.
    pub created: UnixMillis,
    /// When its text last changed.
    pub updated: UnixMillis,
}

/// A document to be created, with its first text.
#[derive(Debug, Clone)]
pub struct NewDocument<'a> {
    /// What lists show.
    pub title: &'a str,
    /// The file that it was read from.
    pub path: Option<&'a str>,
    /// `plain` or `markdown`.
    pub format: &'a str,
    /// How its file ends lines.
    pub endings: Endings,
    /// Whether its file starts with a byte order mark.
    pub bom: bool,
    /// Revision 1, lines ending with `\n`.
    pub text: &'a str,
}

/// The columns of `documents`, as SQLite returns them.
struct Row {
    id: i64,
    title: String,
    path: Option<String>,
    on_disk: Option<i64>,
    format: String,
    endings: String,
    source: Option<String>,
    bom: i64,
    words: i64,
    created: i64,
    updated: i64,
}

impl From<Row> for Document {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            title: row.title,
            path: row.path,
            on_disk: row.on_disk,
            format: row.format,
            endings: Endings::from_columns(&row.endings, row.source),
            bom: row.bom != 0,
            words: row.words,
            created: row.created,
            updated: row.updated,
        }
    }
}

/// The table, through one store.
#[derive(Debug)]
pub struct Documents<'s>(&'s Store);

impl Store {
    /// The documents.
    pub fn documents(&self) -> Documents<'_> {
        Documents(self)
    }
}

impl Documents<'_> {
    /// Creates a document and its revision 1, which is also what its file holds if it has one.
    pub async fn create(&self, new: &NewDocument<'_>, now: UnixMillis) -> Result<Document, StoreError> {
        let (endings, source, words) = (new.endings.name(), new.endings.source(), words(new.text));
        let on_disk = new.path.map(|_| 1);
        let mut transaction = self.0.write().await?;
        let id = sqlx::query!(
            "INSERT INTO documents (title, path, format, endings, source, bom, words, created, updated, on_disk)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8, ?9)",
            new.title,
            new.path,
            new.format,
            endings,
            source,
            new.bom,
            words,
            now,
            on_disk
        )
        .execute(&mut *transaction)
        .await
        .map_err(|source| self.0.sql(source))?
        .last_insert_rowid();
        sqlx::query!(
            "INSERT INTO revisions (document, number, text, created) VALUES (?1, 1, ?2, ?3)",
            id,
            new.text,
            now
        )
        .execute(&mut *transaction)
        .await
        .map_err(|source| self.0.sql(source))?;
        self.0.commit(transaction).await?;
        Ok(Document {
            id,
            title: new.title.to_owned(),
            path: new.path.map(str::to_owned),
            on_disk,
            format: new.format.to_owned(),
            endings: new.endings.clone(),
            bom: new.bom,
            words,
            created: now,
            updated: now,
        })
    }

    /// One document; [`StoreError::Missing`] if it does not exist.
    pub async fn get(&self, id: i64) -> Result<Document, StoreError> {
        sqlx::query_as!(
            Row,
            "SELECT id, title, path, on_disk, format, endings, source, bom, words, created, updated
             FROM documents WHERE id = ?1",
            id
        )
        .fetch_optional(self.0.pool())
        .await
        .map_err(|source| self.0.sql(source))?
        .map(Document::from)
        .ok_or_else(|| StoreError::Missing { what: "document", id: id.to_string() })
    }

    /// The document that belongs to a file, the latest if there are several.
    pub async fn by_path(&self, path: &str) -> Result<Option<Document>, StoreError> {
        let row = sqlx::query_as!(
            Row,
            "SELECT id, title, path, on_disk, format, endings, source, bom, words, created, updated
             FROM documents WHERE path = ?1 ORDER BY updated DESC, id DESC LIMIT 1",
            path
        )
        .fetch_optional(self.0.pool())
        .await
        .map_err(|source| self.0.sql(source))?;
        Ok(row.map(Document::from))
    }

    /// All documents, the one that changed last first.
    pub async fn list(&self) -> Result<Vec<Document>, StoreError> {
        let rows = sqlx::query_as!(
            Row,
            "SELECT id, title, path, on_disk, format, endings, source, bom, words, created, updated
             FROM documents ORDER BY updated DESC, id DESC"
        )
        .fetch_all(self.0.pool())
        .await
        .map_err(|source| self.0.sql(source))?;
        Ok(rows.into_iter().map(Document::from).collect())
    }

    /// Writes back what describes the document: title, path, what the file holds, format, endings and byte order
    /// mark. Its text and times are not touched.
    pub async fn describe(&self, document: &Document) -> Result<(), StoreError> {
        let (endings, source) = (document.endings.name(), document.endings.source());
        let done = sqlx::query!(
            "UPDATE documents SET title = ?2, path = ?3, format = ?4, endings = ?5, source = ?6, bom = ?7,
                                  on_disk = ?8
             WHERE id = ?1",
            document.id,
            document.title,
            document.path,
            document.format,
            endings,
            source,
            document.bom,
            document.on_disk
        )
        .execute(self.0.pool())
        .await
        .map_err(|source| self.0.sql(source))?;
        one_row(done.rows_affected(), document.id)
    }

    /// Deletes a document with its revisions and with all requests, candidates and decisions made in it: whoever
    /// deletes a text expects it to be gone.
    pub async fn delete(&self, id: i64) -> Result<(), StoreError> {
        let done = sqlx::query!("DELETE FROM documents WHERE id = ?1", id)
            .execute(self.0.pool())
            .await
            .map_err(|source| self.0.sql(source))?;
        one_row(done.rows_affected(), id)
    }
}

fn one_row(affected: u64, id: i64) -> Result<(), StoreError> {
    match affected {
        0 => Err(StoreError::Missing { what: "document", id: id.to_string() }),
        _ => Ok(()),
    }
}

/// White-space separated words.
pub(super) fn words(text: &str) -> i64 {
    text.split_whitespace().count() as i64
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used)]
mod tests {
    use super::*;
    use crate::open::tests::{fresh, note};

    #[tokio::test]
    async fn a_document_comes_back_as_it_was_written() {
        let (store, _folder) = fresh().await;
        for endings in
            [Endings::Lf, Endings::Crlf, Endings::Cr, Endings::Mixed("One.\r\nTwo.\nThree.".to_owned())]
        {
            let new = NewDocument {
                title: "Brief an Frau Öztürk 👋",
                path: Some("notes/brief.md"),
                format: "markdown",
                endings: endings.clone(),
                bom: true,
                text: "One.\nTwo.\nThree.",
            };
            let created = store.documents().create(&new, 1_700_000_000_000).await.unwrap();
            assert_eq!(store.documents().get(created.id).await.unwrap(), created);
            assert_eq!((created.words, created.endings, created.bom), (3, endings, true));
        }
    }

    #[tokio::test]
    async fn the_list_starts_with_the_latest_change() {
        let (store, _folder) = fresh().await;
        let first = store.documents().create(&note("First."), 1).await.unwrap();
        let second = store.documents().create(&note("Second."), 2).await.unwrap();
        store.revisions().save(first.id, 1, "First, changed now.", 3).await.unwrap();
        let list = store.documents().list().await.unwrap();
        assert_eq!(list.iter().map(|d| (d.id, d.words)).collect::<Vec<_>>(), [(first.id, 3), (second.id, 1)]);
    }

    #[tokio::test]
    async fn describing_moves_a_document_to_another_file() {
        let (store, _folder) = fresh().await;
        let mut document = store.documents().create(&note("Text."), 1).await.unwrap();
        document.path = Some("b.txt".to_owned());
        document.title = "b".to_owned();
        document.endings = Endings::Crlf;
        store.documents().describe(&document).await.unwrap();
        assert_eq!(store.documents().by_path("b.txt").await.unwrap(), Some(document));
        assert_eq!(store.documents().by_path("a.txt").await.unwrap(), None);
    }

    #[tokio::test]
    async fn a_deleted_document_is_gone_and_its_id_is_not_reused() {
        let (store, _folder) = fresh().await;
        let document = store.documents().create(&note("Text."), 1).await.unwrap();
        store.documents().delete(document.id).await.unwrap();
        for error in [
            store.documents().get(document.id).await.map(|_| ()).unwrap_err(),
            store.documents().delete(document.id).await.unwrap_err(),
            store.documents().describe(&document).await.unwrap_err(),
            store.revisions().latest(document.id).await.map(|_| ()).unwrap_err(),
        ] {
            assert!(matches!(error, StoreError::Missing { what: "document", .. }), "{error:?}");
        }
        assert!(store.documents().create(&note("Text."), 2).await.unwrap().id > document.id);
    }
}
