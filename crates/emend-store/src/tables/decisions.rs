//! Decisions: what a person did with each proposed edit. Append only; the last one about an edit counts.

use crate::UnixMillis;
use crate::error::StoreError;
use crate::open::Store;

/// What a person did with an edit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Took it.
    Accept,
    /// Left the original.
    Reject,
    /// Wrote something else there.
    Edited,
    /// Asked for another one.
    Another,
}

impl Verdict {
    /// The name in the table and in exports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Reject => "reject",
            Self::Edited => "edited",
            Self::Another => "another",
        }
    }
}

/// A decision to be recorded.
#[derive(Debug, Clone)]
pub struct NewDecision<'a> {
    /// The request.
    pub request: i64,
    /// The edit's number within it.
    pub edit: i64,
    /// Probability with which its candidate was chosen to be shown, in (0, 1].
    pub propensity: f64,
    /// What the person did.
    pub verdict: Verdict,
    /// What the person wrote; given exactly for [`Verdict::Edited`].
    pub final_text: Option<&'a str>,
}

/// A stored decision.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    /// Its id.
    pub id: i64,
    /// The request.
    pub request: i64,
    /// The edit's number within it.
    pub edit: i64,
    /// The candidate that the edit belongs to.
    pub candidate: i64,
    /// First byte of the edit in the document's revision of the request.
    pub range_start: i64,
    /// One past its last byte.
    pub range_end: i64,
    /// Probability with which the candidate was chosen to be shown.
    pub propensity: f64,
    /// `accept`, `reject`, `edited` or `another`.
    pub verdict: String,
    /// What the person wrote instead.
    pub final_text: Option<String>,
    /// When.
    pub created: UnixMillis,
}

/// The table, through one store.
#[derive(Debug)]
pub struct Decisions<'s>(&'s Store);

impl Store {
    /// The decisions.
    pub fn decisions(&self) -> Decisions<'_> {
        Decisions(self)
    }
}

impl Decisions<'_> {
    /// Records what one action of a person decided ("accept all" decides many edits): all of it or, on any error,
    /// nothing. The new ids, in order.
    pub async fn record(
        &self,
        decisions: &[NewDecision<'_>],
        now: UnixMillis,
    ) -> Result<Vec<i64>, StoreError> {
        let mut transaction = self.0.write().await?;
        let mut ids = Vec::with_capacity(decisions.len());
        for new in decisions {
            check(new)?;
            let verdict = new.verdict.name();
            // Candidate and range are copied from the edit, so that they cannot disagree with it.
            let done = sqlx::query!(
                "INSERT INTO decisions (request, edit, candidate, range_start, range_end,
                                        propensity, verdict, final_text, created)
                 SELECT request, number, candidate, range_start, range_end, ?3, ?4, ?5, ?6
                 FROM edits WHERE request = ?1 AND number = ?2",
                new.request,
                new.edit,
                new.propensity,
                verdict,
                new.final_text,
                now
            )
            .execute(&mut *transaction)
            .await
            .map_err(|source| self.0.sql(source))?;
            if done.rows_affected() == 0 {
                let id = format!("{} of request {}", new.edit, new.request);
                return Err(StoreError::Missing { what: "edit", id });
            }
            ids.push(done.last_insert_rowid());
        }
        self.0.commit(transaction).await?;
        Ok(ids)
    }

    /// All decisions about a request, in the order in which they were made.
    pub async fn of_request(&self, request: i64) -> Result<Vec<Decision>, StoreError> {
        sqlx::query_as!(
            Decision,
            "SELECT id, request, edit, candidate, range_start, range_end, propensity, verdict, final_text,
                    created
             FROM decisions WHERE request = ?1 ORDER BY id",
            request
        )
        .fetch_all(self.0.pool())
        .await
        .map_err(|source| self.0.sql(source))
    }

    /// How many edits have been decided.
    pub async fn count(&self) -> Result<i64, StoreError> {
        sqlx::query_scalar!(
            "SELECT COUNT(*) AS \"count!: i64\" FROM (SELECT DISTINCT request, edit FROM decisions)"
        )
        .fetch_one(self.0.pool())
        .await
        .map_err(|source| self.0.sql(source))
    }
}

fn check(new: &NewDecision<'_>) -> Result<(), StoreError> {
    if !(new.propensity > 0.0 && new.propensity <= 1.0) {
        let found = new.propensity.to_string();
        return Err(StoreError::Invalid { what: "the propensity", expected: "a number in (0, 1]", found });
    }
    match (new.verdict, new.final_text) {
        (Verdict::Edited, None) => Err(StoreError::Invalid {
            what: "the final text",
            expected: "what the person wrote",
            found: "nothing".to_owned(),
        }),
        (Verdict::Accept | Verdict::Reject | Verdict::Another, Some(_)) => Err(StoreError::Invalid {
            what: "the final text",
            expected: "nothing unless the verdict is edited",
            found: format!("a text with the verdict {}", new.verdict.name()),
        }),
        _ => Ok(()),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used)]
pub(crate) mod tests {
    use super::*;
    use crate::open::tests::{fresh, note};
    use crate::tables::candidates::tests::{candidate, segment};
    use crate::tables::requests::NewRequest;
    use crate::tables::requests::tests::ask;

    /// A request with one candidate and its edit 0.
    pub(crate) async fn asked(store: &Store, new: &NewRequest<'_>) -> i64 {
        let request = store.requests().begin(new, 1).await.unwrap();
        store
            .candidates()
            .record(request, &segment(), &[candidate("She goes to school.", 0)], 2)
            .await
            .unwrap();
        request
    }

    pub(crate) fn decision(request: i64, verdict: Verdict, final_text: Option<&str>) -> NewDecision<'_> {
        NewDecision { request, edit: 0, propensity: 1.0, verdict, final_text }
    }

    #[tokio::test]
    async fn a_change_of_mind_adds_a_row() {
        let (store, _folder) = fresh().await;
        let request = asked(&store, &ask()).await;
        store.decisions().record(&[decision(request, Verdict::Accept, None)], 10).await.unwrap();
        store.decisions().record(&[decision(request, Verdict::Edited, Some("went"))], 11).await.unwrap();
        let stored = store.decisions().of_request(request).await.unwrap();
        assert_eq!(stored.iter().map(|d| d.verdict.as_str()).collect::<Vec<_>>(), ["accept", "edited"]);
        assert_eq!(stored[1].final_text.as_deref(), Some("went"));
        assert_eq!((stored[0].range_start, stored[0].range_end), (4, 6), "copied from the edit");
        assert_eq!(store.decisions().count().await.unwrap(), 1, "one edit was decided");
    }

    #[tokio::test]
    async fn an_action_is_recorded_whole_or_not_at_all() {
        let (store, _folder) = fresh().await;
        let request = asked(&store, &ask()).await;
        let unknown = NewDecision { edit: 9, ..decision(request, Verdict::Accept, None) };
        let both = [decision(request, Verdict::Accept, None), unknown];
        let error = store.decisions().record(&both, 10).await.unwrap_err();
        assert!(matches!(&error, StoreError::Missing { what: "edit", .. }), "{error:?}");
        assert_eq!(store.decisions().count().await.unwrap(), 0);
    }

    #[tokio::test]
    async fn what_makes_no_sense_is_refused() {
        let (store, _folder) = fresh().await;
        let request = asked(&store, &ask()).await;
        for bad in [
            NewDecision { propensity: 0.0, ..decision(request, Verdict::Accept, None) },
            NewDecision { propensity: 1.1, ..decision(request, Verdict::Accept, None) },
            NewDecision { propensity: f64::NAN, ..decision(request, Verdict::Accept, None) },
            decision(request, Verdict::Edited, None),
            decision(request, Verdict::Accept, Some("text")),
        ] {
            let error = store.decisions().record(&[bad], 10).await.unwrap_err();
            assert!(matches!(error, StoreError::Invalid { .. }), "{error:?}");
        }
        // An empty final text is a deletion, and fine.
        store.decisions().record(&[decision(request, Verdict::Edited, Some(""))], 10).await.unwrap();
    }

    #[tokio::test]
    async fn deleting_a_document_deletes_what_was_decided_in_it() {
        let (store, _folder) = fresh().await;
        let document = store.documents().create(&note("She go to school."), 0).await.unwrap().id;
        let inside =
            asked(&store, &NewRequest { document: Some(document), revision: Some(1), ..ask() }).await;
        let outside = asked(&store, &ask()).await;
        for request in [inside, outside] {
            store.decisions().record(&[decision(request, Verdict::Accept, None)], 10).await.unwrap();
        }
        store.documents().delete(document).await.unwrap();
        assert_eq!(store.decisions().of_request(inside).await.unwrap(), []);
        assert_eq!(store.candidates().of_segment(inside, 0).await.unwrap(), []);
        assert_eq!(store.decisions().of_request(outside).await.unwrap().len(), 1);
        assert_eq!(store.problems().await.unwrap(), Vec::<String>::new());
    }
}
