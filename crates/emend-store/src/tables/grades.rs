//! Grades: what a larger model thinks of candidates.

use crate::UnixMillis;
use crate::error::StoreError;
use crate::open::Store;

/// A candidate as a grader needs it.
#[derive(Debug, Clone, PartialEq)]
pub struct ToGrade {
    /// The candidate's id.
    pub candidate: i64,
    /// An intent's id, or `own`.
    pub instruction_id: String,
    /// The words that went to the model.
    pub instruction: String,
    /// The segment's text.
    pub source: String,
    /// Its rewrite.
    pub rewrite: String,
}

/// A candidate with the grade that it has.
#[derive(Debug, Clone, PartialEq)]
pub struct GradedCandidate {
    /// An intent's id, or `own`.
    pub instruction_id: String,
    /// The words that went to the model.
    pub instruction: String,
    /// The segment's text.
    pub source: String,
    /// Its rewrite.
    pub rewrite: String,
    /// In [0, 1]; `None` when the grader had nothing to say.
    pub grade: Option<f64>,
}

/// The table, through one store.
#[derive(Debug)]
pub struct Grades<'s>(&'s Store);

impl Store {
    /// The grades.
    pub fn grades(&self) -> Grades<'_> {
        Grades(self)
    }
}

impl Grades<'_> {
    /// At most `limit` candidates that change their text and that `grader` was not asked about, the newest first.
    pub async fn missing(&self, grader: &str, limit: i64) -> Result<Vec<ToGrade>, StoreError> {
        sqlx::query_as!(
            ToGrade,
            "SELECT c.id AS candidate, r.instruction_id, r.instruction, s.source, c.text AS rewrite
             FROM candidates c
             JOIN segments s ON s.request = c.request AND s.number = c.segment
             JOIN requests r ON r.id = c.request
             WHERE c.text <> s.source AND NOT EXISTS
                 (SELECT 1 FROM grades g WHERE g.candidate = c.id AND g.grader = ?1)
             ORDER BY c.id DESC LIMIT ?2",
            grader,
            limit
        )
        .fetch_all(self.0.pool())
        .await
        .map_err(|source| self.0.sql(source))
    }

    /// Candidates that change their text and that `grader` was not asked about.
    pub async fn missing_count(&self, grader: &str) -> Result<i64, StoreError> {
        sqlx::query_scalar!(
            "SELECT COUNT(*) AS \"count!: i64\"
             FROM candidates c JOIN segments s ON s.request = c.request AND s.number = c.segment
             WHERE c.text <> s.source AND NOT EXISTS
                 (SELECT 1 FROM grades g WHERE g.candidate = c.id AND g.grader = ?1)",
            grader
        )
        .fetch_one(self.0.pool())
        .await
        .map_err(|source| self.0.sql(source))
    }

    /// All that `grader` was asked about, in the order in which it was shown.
    pub async fn all(&self, grader: &str) -> Result<Vec<GradedCandidate>, StoreError> {
        sqlx::query_as!(
            GradedCandidate,
            "SELECT r.instruction_id, r.instruction, s.source, c.text AS rewrite, g.grade
             FROM grades g
             JOIN candidates c ON c.id = g.candidate
             JOIN segments s ON s.request = c.request AND s.number = c.segment
             JOIN requests r ON r.id = c.request
             WHERE g.grader = ?1 ORDER BY c.id",
            grader
        )
        .fetch_all(self.0.pool())
        .await
        .map_err(|source| self.0.sql(source))
    }

    /// Records what a grader said of a candidate; [`StoreError::Missing`] when that was deleted meanwhile.
    pub async fn record(
        &self,
        candidate: i64,
        grader: &str,
        grade: Option<f64>,
        now: UnixMillis,
    ) -> Result<(), StoreError> {
        let done = sqlx::query!(
            "INSERT INTO grades (candidate, grader, grade, created) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (candidate, grader) DO UPDATE SET grade = excluded.grade, created = excluded.created",
            candidate,
            grader,
            grade,
            now
        )
        .execute(self.0.pool())
        .await;
        match done {
            Err(error) if super::requests::is_foreign_key(&error) => {
                Err(StoreError::Missing { what: "candidate", id: candidate.to_string() })
            }
            done => done.map(drop).map_err(|source| self.0.sql(source)),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used)]
mod tests {
    use crate::error::StoreError;
    use crate::open::tests::fresh;
    use crate::tables::candidates::tests::candidate;
    use crate::tables::decisions::tests::asked;
    use crate::tables::requests::tests::ask;

    #[tokio::test]
    async fn a_candidate_is_asked_about_once_by_each_grader() {
        let (store, _folder) = fresh().await;
        let request = asked(&store, &ask()).await;
        store.candidates().add(request, 0, &[candidate("She walks to school.", 1)], 3).await.unwrap();
        let missing = store.grades().missing("large", 10).await.unwrap();
        assert_eq!(missing[0].rewrite, "She walks to school.", "the newest first");
        assert_eq!(store.grades().missing_count("large").await.unwrap(), missing.len() as i64);
        let (newest, before) = (missing[0].candidate, missing[1].candidate);
        store.grades().record(newest, "large", Some(0.75), 1).await.unwrap();
        store.grades().record(before, "large", None, 2).await.unwrap();
        assert_eq!(store.grades().missing_count("large").await.unwrap(), missing.len() as i64 - 2);
        assert_eq!(store.grades().missing_count("another").await.unwrap(), missing.len() as i64);
        let all = store.grades().all("large").await.unwrap();
        let found: Vec<_> = all.iter().map(|one| (one.rewrite.as_str(), one.grade)).collect();
        assert_eq!(found, [(missing[1].rewrite.as_str(), None), ("She walks to school.", Some(0.75))]);
        assert!(store.grades().record(newest, "large", Some(1.5), 3).await.is_err(), "no grade");
        let gone = store.grades().record(999, "large", Some(0.5), 3).await;
        assert!(matches!(gone, Err(StoreError::Missing { what: "candidate", .. })));
        store.delete_everything().await.unwrap();
        assert_eq!(store.grades().all("large").await.unwrap(), []);
    }
}
