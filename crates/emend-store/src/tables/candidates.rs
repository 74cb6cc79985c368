//! Candidates and their edits: what the model answered for a segment.
//!
//! A segment is recorded with all of its first candidates in one transaction; alternatives are added later.

use std::collections::BTreeMap;

use sqlx::SqliteConnection;

use crate::UnixMillis;
use crate::error::StoreError;
use crate::open::Store;
use crate::tables::requests::Segment;

/// How a candidate is kept that house rules wrote and no model: a decision about it is none about a model.
pub const BY_RULES: &str = "by_rules";

/// A candidate to be recorded.
#[derive(Debug, Clone)]
pub struct NewCandidate<'a> {
    /// The segment's new text.
    pub text: &'a str,
    /// How it got its final form: `as_is`, `repaired` or [`BY_RULES`].
    pub kept: &'a str,
    /// Score name → number.
    pub scores: BTreeMap<&'a str, f32>,
    /// One per token, of the unmodified model distribution.
    pub token_logprobs: &'a [f32],
    /// `small` or `large`.
    pub tier: &'a str,
    /// Name of the model.
    pub model: &'a str,
    /// Name of the adapter, if one was on.
    pub adapter: Option<&'a str>,
    /// Hash of the float weights that the model was made from, if known.
    pub weights_id: Option<&'a str>,
    /// The edits that lead from the source to this text.
    pub edits: Vec<NewEdit<'a>>,
}

/// An edit to be recorded.
#[derive(Debug, Clone)]
pub struct NewEdit<'a> {
    /// Unique within the request, over all of its candidates.
    pub number: i64,
    /// First byte in the document.
    pub range_start: i64,
    /// One past the last byte.
    pub range_end: i64,
    /// What stands there.
    pub original: &'a str,
    /// What would stand there.
    pub replacement: &'a str,
    /// Its class.
    pub kind: &'a str,
    /// Why, in words for a writer.
    pub reason: &'a str,
    /// How sure the model was, in [0, 1].
    pub confidence: Option<f64>,
}

/// A stored candidate.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// Its id.
    pub id: i64,
    /// The request that it answers.
    pub request: i64,
    /// The segment of that request.
    pub segment: i64,
    /// 0 is the one that was proposed.
    pub rank: i64,
    /// The segment's new text.
    pub text: String,
    /// How it got its final form.
    pub kept: String,
    /// Score name → number.
    pub scores: BTreeMap<String, f64>,
    /// One per token.
    pub token_logprobs: Vec<f32>,
    /// `small` or `large`.
    pub tier: String,
    /// Name of the model.
    pub model: String,
    /// Name of the adapter, if one was on.
    pub adapter: Option<String>,
    /// Hash of the float weights.
    pub weights_id: Option<String>,
    /// When it was made.
    pub created: UnixMillis,
}

pub(crate) struct Row {
    pub(crate) id: i64,
    pub(crate) request: i64,
    pub(crate) segment: i64,
    pub(crate) rank: i64,
    pub(crate) text: String,
    pub(crate) kept: String,
    pub(crate) scores: String,
    pub(crate) token_logprobs: Vec<u8>,
    pub(crate) tier: String,
    pub(crate) model: String,
    pub(crate) adapter: Option<String>,
    pub(crate) weights_id: Option<String>,
    pub(crate) created: i64,
}

impl Row {
    fn into_candidate(self, store: &Store) -> Result<Candidate, StoreError> {
        Ok(Candidate {
            id: self.id,
            request: self.request,
            segment: self.segment,
            rank: self.rank,
            text: self.text,
            kept: self.kept,
            scores: scores_from_json(store, &self.scores)?,
            token_logprobs: floats(&self.token_logprobs),
            tier: self.tier,
            model: self.model,
            adapter: self.adapter,
            weights_id: self.weights_id,
            created: self.created,
        })
    }
}

/// The tables, through one store.
#[derive(Debug)]
pub struct Candidates<'s>(&'s Store);

impl Store {
    /// The candidates.
    pub fn candidates(&self) -> Candidates<'_> {
        Candidates(self)
    }
}

impl Candidates<'_> {
    /// Records a segment and its candidates, best first; the candidates' ids in that order.
    pub async fn record(
        &self,
        request: i64,
        segment: &Segment,
        candidates: &[NewCandidate<'_>],
        now: UnixMillis,
    ) -> Result<Vec<i64>, StoreError> {
        let mut transaction = self.0.write().await?;
        let done = sqlx::query!(
            "INSERT INTO segments (request, number, range_start, range_end, source, outcome, reason)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            request,
            segment.number,
            segment.range_start,
            segment.range_end,
            segment.source,
            segment.outcome,
            segment.reason
        )
        .execute(&mut *transaction)
        .await;
        match done {
            Err(error) if super::requests::is_foreign_key(&error) => {
                return Err(StoreError::Missing { what: "request", id: request.to_string() });
            }
            done => done.map_err(|source| self.0.sql(source))?,
        };
        let ids = self.insert(&mut transaction, request, segment.number, 0, candidates, now).await?;
        self.0.commit(transaction).await?;
        Ok(ids)
    }

    /// Adds alternatives to a recorded segment; their ids in order.
    pub async fn add(
        &self,
        request: i64,
        segment: i64,
        candidates: &[NewCandidate<'_>],
        now: UnixMillis,
    ) -> Result<Vec<i64>, StoreError> {
        let mut transaction = self.0.write().await?;
        let rank = sqlx::query_scalar!(
            "SELECT COALESCE(MAX(c.rank) + 1, 0) AS \"rank!: i64\"
             FROM segments s LEFT JOIN candidates c ON c.request = s.request AND c.segment = s.number
             WHERE s.request = ?1 AND s.number = ?2 GROUP BY s.number",
            request,
            segment
        )
        .fetch_optional(&mut *transaction)
        .await
        .map_err(|source| self.0.sql(source))?
        .ok_or_else(|| StoreError::Missing {
            what: "segment",
            id: format!("{segment} of request {request}"),
        })?;
        let ids = self.insert(&mut transaction, request, segment, rank, candidates, now).await?;
        self.0.commit(transaction).await?;
        Ok(ids)
    }

    async fn insert(
        &self,
        connection: &mut SqliteConnection,
        request: i64,
        segment: i64,
        first_rank: i64,
        candidates: &[NewCandidate<'_>],
        now: UnixMillis,
    ) -> Result<Vec<i64>, StoreError> {
        let mut ids = Vec::with_capacity(candidates.len());
        for (rank, new) in (first_rank..).zip(candidates) {
            let scores = scores_to_json(&new.scores);
            let logprobs = bytes(new.token_logprobs);
            let id = sqlx::query!(
                "INSERT INTO candidates (request, segment, rank, text, kept, scores, token_logprobs,
                                         tier, model, adapter, weights_id, created)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
                request,
                segment,
                rank,
                new.text,
                new.kept,
                scores,
                logprobs,
                new.tier,
                new.model,
                new.adapter,
                new.weights_id,
                now
            )
            .execute(&mut *connection)
            .await
            .map_err(|source| self.0.sql(source))?
            .last_insert_rowid();
            for edit in &new.edits {
                sqlx::query!(
                    "INSERT INTO edits (request, number, candidate, range_start, range_end, original,
                                        replacement, kind, reason, confidence)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
                    request,
                    edit.number,
                    id,
                    edit.range_start,
                    edit.range_end,
                    edit.original,
                    edit.replacement,
                    edit.kind,
                    edit.reason,
                    edit.confidence
                )
                .execute(&mut *connection)
                .await
                .map_err(|source| self.0.sql(source))?;
            }
            ids.push(id);
        }
        Ok(ids)
    }

    /// All candidates of a segment, in the order in which they were made.
    pub async fn of_segment(&self, request: i64, segment: i64) -> Result<Vec<Candidate>, StoreError> {
        sqlx::query_as!(
            Row,
            "SELECT id, request, segment, rank, text, kept, scores, token_logprobs, tier, model, adapter,
                    weights_id, created
             FROM candidates WHERE request = ?1 AND segment = ?2 ORDER BY rank",
            request,
            segment
        )
        .fetch_all(self.0.pool())
        .await
        .map_err(|source| self.0.sql(source))?
        .into_iter()
        .map(|row| row.into_candidate(self.0))
        .collect()
    }

    /// The smallest number that no edit of the request has yet.
    pub async fn next_edit(&self, request: i64) -> Result<i64, StoreError> {
        sqlx::query_scalar!(
            "SELECT COALESCE(MAX(number) + 1, 0) AS \"next!: i64\" FROM edits WHERE request = ?1",
            request
        )
        .fetch_one(self.0.pool())
        .await
        .map_err(|source| self.0.sql(source))
    }
}

/// Not-a-number and infinities have no form in JSON and say nothing: they are left out.
fn scores_to_json(scores: &BTreeMap<&str, f32>) -> String {
    let finite: serde_json::Map<_, _> = scores
        .iter()
        .filter_map(|(name, score)| {
            let number = serde_json::Number::from_f64(f64::from(*score))?;
            Some(((*name).to_owned(), number.into()))
        })
        .collect();
    serde_json::Value::Object(finite).to_string()
}

pub(crate) fn scores_from_json(store: &Store, json: &str) -> Result<BTreeMap<String, f64>, StoreError> {
    serde_json::from_str(json).map_err(|error| StoreError::Damaged {
        path: store.path().to_owned(),
        detail: format!("the scores of a candidate are not numbers by name: {error}"),
    })
}

fn bytes(floats: &[f32]) -> Vec<u8> {
    floats.iter().flat_map(|float| float.to_le_bytes()).collect()
}

pub(crate) fn floats(bytes: &[u8]) -> Vec<f32> {
    bytes.as_chunks().0.iter().map(|four| f32::from_le_bytes(*four)).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used)]
pub(crate) mod tests {
    use super::*;
    use crate::open::tests::fresh;
    use crate::tables::requests::tests::ask;

    /// "She go to school." as segment 0.
    pub(crate) fn segment() -> Segment {
        Segment {
            number: 0,
            range_start: 0,
            range_end: 17,
            source: "She go to school.".to_owned(),
            outcome: "rewritten".to_owned(),
            reason: None,
        }
    }

    /// A candidate that replaces "go" and, if asked for, "school".
    pub(crate) fn candidate(text: &str, first_edit: i64) -> NewCandidate<'_> {
        NewCandidate {
            text,
            kept: "as_is",
            scores: BTreeMap::from([("length", 1.0), ("fluency", 0.25)]),
            token_logprobs: &[-0.5, -0.125, 0.0],
            tier: "small",
            model: "starter",
            adapter: None,
            weights_id: Some("abc123"),
            edits: vec![NewEdit {
                number: first_edit,
                range_start: 4,
                range_end: 6,
                original: "go",
                replacement: "goes",
                kind: "grammar",
                reason: "The verb agrees with its subject.",
                confidence: Some(0.9),
            }],
        }
    }

    #[tokio::test]
    async fn candidates_come_back_in_order() {
        let (store, _folder) = fresh().await;
        let request = store.requests().begin(&ask(), 1).await.unwrap();
        let first = [candidate("She goes to school.", 0)];
        let ids = store.candidates().record(request, &segment(), &first, 2).await.unwrap();
        assert_eq!(store.candidates().next_edit(request).await.unwrap(), 1);
        let more = [candidate("She goes to the school.", 1), candidate("She is going to school.", 2)];
        let added = store.candidates().add(request, 0, &more, 3).await.unwrap();
        let stored = store.candidates().of_segment(request, 0).await.unwrap();
        assert_eq!(stored.iter().map(|c| c.id).collect::<Vec<_>>(), [ids, added].concat());
        assert_eq!(stored.iter().map(|c| c.rank).collect::<Vec<_>>(), [0, 1, 2]);
        assert_eq!(stored[2].text, "She is going to school.");
        assert_eq!(stored[0].token_logprobs, [-0.5, -0.125, 0.0]);
        assert_eq!(
            stored[0].scores,
            BTreeMap::from([("length".to_owned(), 1.0), ("fluency".to_owned(), 0.25)])
        );
        assert_eq!(store.requests().segment(request, 0).await.unwrap(), segment());
    }

    #[tokio::test]
    async fn a_broken_candidate_leaves_no_half_segment() {
        let (store, _folder) = fresh().await;
        let request = store.requests().begin(&ask(), 1).await.unwrap();
        // Both claim edit 0.
        let clash = [candidate("She goes to school.", 0), candidate("She went to school.", 0)];
        store.candidates().record(request, &segment(), &clash, 2).await.unwrap_err();
        let error = store.requests().segment(request, 0).await.unwrap_err();
        assert!(matches!(error, StoreError::Missing { what: "segment", .. }), "{error:?}");
        assert_eq!(store.candidates().next_edit(request).await.unwrap(), 0);
    }

    #[tokio::test]
    async fn scores_that_are_no_numbers_are_left_out() {
        let (store, _folder) = fresh().await;
        let request = store.requests().begin(&ask(), 1).await.unwrap();
        let mut odd = candidate("She goes to school.", 0);
        odd.scores = BTreeMap::from([("broken", f32::NAN), ("good", 0.5), ("endless", f32::INFINITY)]);
        store.candidates().record(request, &segment(), &[odd], 2).await.unwrap();
        let stored = store.candidates().of_segment(request, 0).await.unwrap();
        assert_eq!(stored[0].scores, BTreeMap::from([("good".to_owned(), 0.5)]));
    }

    #[tokio::test]
    async fn unknown_requests_and_segments_are_named() {
        let (store, _folder) = fresh().await;
        let error = store.candidates().record(5, &segment(), &[], 0).await.unwrap_err();
        assert_eq!(error.to_string(), "there is no request 5");
        let error = store.candidates().add(5, 2, &[], 0).await.unwrap_err();
        assert_eq!(error.to_string(), "there is no segment 2 of request 5");
    }
}
