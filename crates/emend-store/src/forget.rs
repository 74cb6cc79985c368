//! Forgetting: deleting every text so that it is gone from the files, not only from the tables.

use crate::error::StoreError;
use crate::open::Store;

impl Store {
    /// Deletes all documents, requests, candidates, decisions and what was imported.
    ///
    /// The rows are overwritten (`secure_delete`), the file is rewritten without free pages, and the log is
    /// truncated. [`StoreError::Busy`] means that another program was reading: the rows are deleted, but old pages
    /// may remain in the log until this is called again. What a file system or an SSD keeps of overwritten blocks
    /// is beyond a program's reach.
    pub async fn delete_everything(&self) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        for delete in [
            "DELETE FROM imported",
            "DELETE FROM grades",
            "DELETE FROM decisions",
            "DELETE FROM edits",
            "DELETE FROM candidates",
            "DELETE FROM segments",
            "DELETE FROM requests",
            "DELETE FROM revisions",
            "DELETE FROM documents",
        ] {
            sqlx::query(delete).execute(&mut *transaction).await.map_err(|source| self.sql(source))?;
        }
        self.commit(transaction).await?;
        self.truncate_log().await?;
        sqlx::query("VACUUM").execute(self.pool()).await.map_err(|source| self.sql(source))?;
        self.truncate_log().await
    }

    /// Moves the log's content into the file and cuts the log to nothing.
    async fn truncate_log(&self) -> Result<(), StoreError> {
        let (busy, _, _): (i64, i64, i64) = sqlx::query_as("PRAGMA wal_checkpoint(TRUNCATE)")
            .fetch_one(self.pool())
            .await
            .map_err(|source| self.sql(source))?;
        match busy {
            0 => Ok(()),
            _ => Err(StoreError::Busy { path: self.path().to_owned() }),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used)]
mod tests {
    use std::path::Path;

    use crate::open::Store;
    use crate::open::tests::{fresh, note};
    use crate::tables::decisions::Verdict;
    use crate::tables::decisions::tests::{asked, decision};
    use crate::tables::requests::tests::ask;

    /// The files in the folder that contain the bytes.
    fn files_with(folder: &Path, needle: &str) -> Vec<String> {
        let mut found = Vec::new();
        for entry in std::fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            let bytes = std::fs::read(entry.path()).unwrap();
            if bytes.windows(needle.len()).any(|window| window == needle.as_bytes()) {
                found.push(entry.file_name().into_string().unwrap());
            }
        }
        found
    }

    #[tokio::test]
    async fn nothing_remains_in_the_files() {
        let (store, folder) = fresh().await;
        let secret = "The password of the old lighthouse is heron.";
        let long = format!("{secret} {}", "Filler to need overflow pages. ".repeat(2000));
        let id = store.documents().create(&note(&long), 0).await.unwrap().id;
        store.revisions().save(id, 1, &format!("Now: {long}"), 1).await.unwrap();
        let request = asked(&store, &ask()).await;
        store.decisions().record(&[decision(request, Verdict::Edited, Some(secret))], 2).await.unwrap();
        let elsewhere = format!("{{\"prompt\": \"Fix it: {secret}\"}}");
        store.imported().record("trl-sft", [elsewhere.as_str()]).await.unwrap();
        assert_ne!(
            files_with(folder.path(), secret),
            Vec::<String>::new(),
            "the test must be able to find it"
        );

        store.delete_everything().await.unwrap();

        for needle in [secret, "Filler to need", "She goes to school."] {
            assert_eq!(files_with(folder.path(), needle), Vec::<String>::new(), "{needle:?}");
        }
        assert_eq!(store.documents().list().await.unwrap(), []);
        assert_eq!(store.decisions().count().await.unwrap(), 0);
        assert_eq!(store.imported().page(0, 1).await.unwrap(), []);
        assert_eq!(store.problems().await.unwrap(), Vec::<String>::new());
        // The store stays usable, and ids are not reused.
        assert!(store.documents().create(&note("A new start."), 3).await.unwrap().id > id);
    }

    #[tokio::test]
    async fn it_works_while_another_program_has_the_file_open() {
        let (store, folder) = fresh().await;
        let other = Store::open(folder.path().join("emend.db")).await.unwrap();
        store.documents().create(&note("Forget this sentence."), 0).await.unwrap();
        assert_eq!(other.documents().list().await.unwrap().len(), 1);
        store.delete_everything().await.unwrap();
        assert_eq!(files_with(folder.path(), "Forget this sentence."), Vec::<String>::new());
        assert_eq!(other.documents().list().await.unwrap(), []);
    }
}
