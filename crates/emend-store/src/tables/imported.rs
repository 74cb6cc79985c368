//! Preferences that were decided elsewhere: the lines of imported files.

use crate::error::StoreError;
use crate::open::Store;

/// An imported line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Its id; later lines have greater ones.
    pub id: i64,
    /// `trl-dpo`, `trl-kto` or `trl-sft`.
    pub form: String,
    /// A JSON object.
    pub line: String,
}

/// The table, through one store.
#[derive(Debug)]
pub struct Imported<'s>(&'s Store);

impl Store {
    /// What was imported.
    pub fn imported(&self) -> Imported<'_> {
        Imported(self)
    }
}

impl Imported<'_> {
    /// Records the lines of a file, all of them or, on any error, none; how many were not there yet.
    pub async fn record<'l>(
        &self,
        form: &str,
        lines: impl IntoIterator<Item = &'l str>,
    ) -> Result<u64, StoreError> {
        let mut transaction = self.0.write().await?;
        let mut added = 0;
        for line in lines {
            let done = sqlx::query!(
                "INSERT INTO imported (form, line) VALUES (?1, ?2) ON CONFLICT (form, line) DO NOTHING",
                form,
                line
            )
            .execute(&mut *transaction)
            .await
            .map_err(|source| self.0.sql(source))?;
            added += done.rows_affected();
        }
        self.0.commit(transaction).await?;
        Ok(added)
    }

    /// At most `limit` lines after the one with id `after`, in order; 0 begins.
    pub async fn page(&self, after: i64, limit: i64) -> Result<Vec<Line>, StoreError> {
        sqlx::query_as!(
            Line,
            "SELECT id, form, line FROM imported WHERE id > ?1 ORDER BY id LIMIT ?2",
            after,
            limit
        )
        .fetch_all(self.0.pool())
        .await
        .map_err(|source| self.0.sql(source))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used)]
mod tests {
    use crate::open::tests::fresh;

    #[tokio::test]
    async fn a_line_is_kept_once_and_in_order() {
        let (store, _folder) = fresh().await;
        assert_eq!(store.imported().record("trl-dpo", ["{\"a\":1}", "{\"a\":2}"]).await.unwrap(), 2);
        assert_eq!(store.imported().record("trl-dpo", ["{\"a\":2}", "{\"a\":3}"]).await.unwrap(), 1);
        assert_eq!(store.imported().record("trl-sft", ["{\"a\":1}"]).await.unwrap(), 1);
        let first = store.imported().page(0, 2).await.unwrap();
        let rest = store.imported().page(first[1].id, 10).await.unwrap();
        let lines: Vec<_> =
            first.iter().chain(&rest).map(|line| (line.form.as_str(), line.line.as_str())).collect();
        assert_eq!(
            lines,
            [
                ("trl-dpo", "{\"a\":1}"),
                ("trl-dpo", "{\"a\":2}"),
                ("trl-dpo", "{\"a\":3}"),
                ("trl-sft", "{\"a\":1}")
            ]
        );
    }

    #[tokio::test]
    async fn an_import_is_whole_or_nothing() {
        let (store, _folder) = fresh().await;
        assert!(store.imported().record("trl-dpo", ["{}", "no JSON"]).await.is_err());
        assert!(store.imported().record("unknown", ["{}"]).await.is_err());
        assert_eq!(store.imported().page(0, 10).await.unwrap(), []);
    }
}
