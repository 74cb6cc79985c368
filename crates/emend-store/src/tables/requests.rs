//! Requests and their segments: what was asked, of which text, and how it ended.

use crate::UnixMillis;
use crate::error::StoreError;
use crate::open::Store;

/// A request to be recorded.
#[derive(Debug, Clone)]
pub struct NewRequest<'a> {
    /// The document, unless the text came from elsewhere.
    pub document: Option<i64>,
    /// The revision that the ranges count in.
    pub revision: Option<i64>,
    /// `plain` or `markdown`.
    pub format: &'a str,
    /// An intent's id, or `own`.
    pub instruction_id: &'a str,
    /// The words that went to the model.
    pub instruction: &'a str,
    /// First byte of the text that was to be rewritten.
    pub range_start: i64,
    /// One past its last byte.
    pub range_end: i64,
    /// How many alternatives were asked for.
    pub alternatives: i64,
    /// The seed of the random draws.
    pub seed: u64,
}

/// A stored request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Its id.
    pub id: i64,
    /// The document, unless the text came from elsewhere.
    pub document: Option<i64>,
    /// The revision that the ranges count in.
    pub revision: Option<i64>,
    /// `plain` or `markdown`.
    pub format: String,
    /// An intent's id, or `own`.
    pub instruction_id: String,
    /// The words that went to the model.
    pub instruction: String,
    /// First byte of the text that was to be rewritten.
    pub range_start: i64,
    /// One past its last byte.
    pub range_end: i64,
    /// How many alternatives were asked for.
    pub alternatives: i64,
    /// The seed of the random draws.
    pub seed: u64,
    /// When it was made.
    pub created: UnixMillis,
    /// How it ended; `None` while it runs, and for good if the program was killed meanwhile.
    pub outcome: Option<String>,
    /// How long it took.
    pub milliseconds: Option<i64>,
}

/// A stored segment: one sentence or paragraph of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    /// 0, 1, 2 … within the request.
    pub number: i64,
    /// First byte in the document.
    pub range_start: i64,
    /// One past its last byte.
    pub range_end: i64,
    /// The text that the model saw.
    pub source: String,
    /// What became of it.
    pub outcome: String,
    /// Why, if it was not rewritten.
    pub reason: Option<String>,
}

struct Row {
    id: i64,
    document: Option<i64>,
    revision: Option<i64>,
    format: String,
    instruction_id: String,
    instruction: String,
    range_start: i64,
    range_end: i64,
    alternatives: i64,
    seed: i64,
    created: i64,
    outcome: Option<String>,
    milliseconds: Option<i64>,
}

/// The tables, through one store.
#[derive(Debug)]
pub struct Requests<'s>(&'s Store);

impl Store {
    /// The requests.
    pub fn requests(&self) -> Requests<'_> {
        Requests(self)
    }
}

impl Requests<'_> {
    /// Records that a request was made; its id.
    pub async fn begin(&self, new: &NewRequest<'_>, now: UnixMillis) -> Result<i64, StoreError> {
        let seed = new.seed.cast_signed();
        let done = sqlx::query!(
            "INSERT INTO requests (document, revision, format, instruction_id, instruction,
                                   range_start, range_end, alternatives, seed, created)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            new.document,
            new.revision,
            new.format,
            new.instruction_id,
            new.instruction,
            new.range_start,
            new.range_end,
            new.alternatives,
            seed,
            now
        )
        .execute(self.0.pool())
        .await;
        match done {
            Ok(done) => Ok(done.last_insert_rowid()),
            Err(error) if is_foreign_key(&error) => Err(StoreError::Missing {
                what: "document",
                id: new.document.map_or_else(String::new, |id| id.to_string()),
            }),
            Err(error) => Err(self.0.sql(error)),
        }
    }

    /// Records how it ended.
    pub async fn finish(&self, id: i64, outcome: &str, milliseconds: i64) -> Result<(), StoreError> {
        let done = sqlx::query!(
            "UPDATE requests SET outcome = ?2, milliseconds = ?3 WHERE id = ?1",
            id,
            outcome,
            milliseconds
        )
        .execute(self.0.pool())
        .await
        .map_err(|source| self.0.sql(source))?;
        if done.rows_affected() == 0 {
            return Err(missing(id));
        }
        Ok(())
    }

    /// One request; [`StoreError::Missing`] if it does not exist.
    pub async fn get(&self, id: i64) -> Result<Request, StoreError> {
        let row = sqlx::query_as!(
            Row,
            "SELECT id, document, revision, format, instruction_id, instruction, range_start, range_end,
                    alternatives, seed, created, outcome, milliseconds
             FROM requests WHERE id = ?1",
            id
        )
        .fetch_optional(self.0.pool())
        .await
        .map_err(|source| self.0.sql(source))?
        .ok_or_else(|| missing(id))?;
        Ok(Request {
            id: row.id,
            document: row.document,
            revision: row.revision,
            format: row.format,
            instruction_id: row.instruction_id,
            instruction: row.instruction,
            range_start: row.range_start,
            range_end: row.range_end,
            alternatives: row.alternatives,
            seed: row.seed.cast_unsigned(),
            created: row.created,
            outcome: row.outcome,
            milliseconds: row.milliseconds,
        })
    }

    /// The segment with that number; [`StoreError::Missing`] if it was not recorded.
    pub async fn segment(&self, request: i64, number: i64) -> Result<Segment, StoreError> {
        sqlx::query_as!(
            Segment,
            "SELECT number, range_start, range_end, source, outcome, reason
             FROM segments WHERE request = ?1 AND number = ?2",
            request,
            number
        )
        .fetch_optional(self.0.pool())
        .await
        .map_err(|source| self.0.sql(source))?
        .ok_or_else(|| StoreError::Missing { what: "segment", id: format!("{number} of request {request}") })
    }
}

fn missing(id: i64) -> StoreError {
    StoreError::Missing { what: "request", id: id.to_string() }
}

pub(super) fn is_foreign_key(error: &sqlx::Error) -> bool {
    error.as_database_error().is_some_and(sqlx::error::DatabaseError::is_foreign_key_violation)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used)]
pub(crate) mod tests {
    use super::*;
    use crate::open::tests::fresh;

    /// A request that was typed on the command line.
    pub(crate) fn ask() -> NewRequest<'static> {
        NewRequest {
            document: None,
            revision: None,
            format: "plain",
            instruction_id: "fix",
            instruction: "Fix the grammar",
            range_start: 0,
            range_end: 17,
            alternatives: 0,
            seed: u64::MAX - 3,
        }
    }

    #[tokio::test]
    async fn a_request_comes_back_with_its_end() {
        let (store, _folder) = fresh().await;
        let id = store.requests().begin(&ask(), 42).await.unwrap();
        let running = store.requests().get(id).await.unwrap();
        assert_eq!((running.seed, running.created, &running.outcome), (u64::MAX - 3, 42, &None));
        store.requests().finish(id, "rewritten", 120).await.unwrap();
        let done = store.requests().get(id).await.unwrap();
        assert_eq!((done.outcome.as_deref(), done.milliseconds), (Some("rewritten"), Some(120)));
    }

    #[tokio::test]
    async fn unknown_documents_and_requests_are_named() {
        let (store, _folder) = fresh().await;
        let orphan = NewRequest { document: Some(77), revision: Some(1), ..ask() };
        let error = store.requests().begin(&orphan, 0).await.unwrap_err();
        assert_eq!(error.to_string(), "there is no document 77");
        assert_eq!(
            store.requests().finish(9, "rewritten", 1).await.unwrap_err().to_string(),
            "there is no request 9"
        );
        assert_eq!(store.requests().get(9).await.unwrap_err().to_string(), "there is no request 9");
    }
}
