//! What was shown in requests about which something was decided: the edits of their candidates, each with its decisions.

use crate::UnixMillis;
use crate::error::StoreError;
use crate::open::Store;

/// An edit that was shown, with one decision about it or none.
#[derive(Debug, Clone, PartialEq)]
pub struct Shown {
    /// The request.
    pub request: i64,
    /// The segment.
    pub segment: i64,
    /// The candidate's id.
    pub candidate: i64,
    /// `small` or `large`.
    pub tier: String,
    /// Name of the model that wrote it.
    pub model: String,
    /// The adapter that was on.
    pub adapter: Option<String>,
    /// The chance that it would be kept, as it was shown with it; `None` when its writer was not calibrated.
    pub confidence: Option<f64>,
    /// The edit's number in the request.
    pub edit: i64,
    /// An intent's id, or `own`.
    pub instruction_id: String,
    /// The words that went to the model.
    pub instruction: String,
    /// The segment's text.
    pub source: String,
    /// First byte of the edit in `source`.
    pub start: i64,
    /// One past its last byte.
    pub end: i64,
    /// What stands there.
    pub original: String,
    /// What would stand there.
    pub replacement: String,
    /// `accept`, `reject`, `edited` or `another`; `None` when nothing was decided.
    pub verdict: Option<String>,
    /// What the person wrote instead.
    pub final_text: Option<String>,
    /// When it was decided.
    pub decided: Option<UnixMillis>,
}

/// The last word about an edit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastWord {
    /// The decision's id; a later decision has a greater one.
    pub id: i64,
    /// An intent's id, or `own`.
    pub instruction_id: String,
    /// The words that went to the model.
    pub instruction: String,
    /// The segment's text.
    pub source: String,
    /// First byte of the edit in `source`.
    pub start: i64,
    /// One past its last byte.
    pub end: i64,
    /// What would stand there.
    pub replacement: String,
    /// `accept`, `reject` or `edited`.
    pub verdict: String,
    /// What the person wrote instead.
    pub final_text: Option<String>,
    /// When it was decided.
    pub decided: UnixMillis,
}

impl Store {
    /// The next `limit` decisions after the decision `after` (0 begins) that are the last word about their edit, in the
    /// order in which they were taken. Asking for another one is no word, and what house rules alone wrote is left out.
    pub async fn last_words(&self, after: i64, limit: i64) -> Result<Vec<LastWord>, StoreError> {
        sqlx::query_as!(
            LastWord,
            "SELECT d.id, r.instruction_id, r.instruction, s.source,
                    e.range_start - s.range_start AS \"start!: i64\",
                    e.range_end - s.range_start AS \"end!: i64\",
                    e.replacement, d.verdict, d.final_text, d.created AS decided
             FROM decisions d
             JOIN edits e ON e.request = d.request AND e.number = d.edit
             JOIN candidates c ON c.id = e.candidate
             JOIN segments s ON s.request = c.request AND s.number = c.segment
             JOIN requests r ON r.id = d.request
             WHERE d.id > ?1 AND d.verdict <> 'another' AND c.kept <> 'by_rules' AND NOT EXISTS
                 (SELECT 1 FROM decisions l WHERE l.request = d.request AND l.edit = d.edit AND l.id > d.id)
             ORDER BY d.id LIMIT ?2",
            after,
            limit
        )
        .fetch_all(self.pool())
        .await
        .map_err(|source| self.sql(source))
    }

    /// Everything that models wrote and was shown in the next `requests` requests with a decision about it, after the request
    /// `after` (0 begins): by request, segment, candidate in the order in which they were made, place in the text, and decision in the
    /// order in which they were taken. Empty at the end.
    pub async fn decided(&self, after: i64, requests: i64) -> Result<Vec<Shown>, StoreError> {
        sqlx::query_as!(
            Shown,
            "SELECT e.request, c.segment, c.id AS candidate, c.tier, c.model, c.adapter,
                    CAST(json_extract(c.scores, '$.confidence') AS REAL) AS \"confidence?: f64\",
                    e.number AS edit,
                    r.instruction_id, r.instruction, s.source,
                    e.range_start - s.range_start AS \"start!: i64\",
                    e.range_end - s.range_start AS \"end!: i64\",
                    e.original, e.replacement,
                    d.verdict AS \"verdict?\", d.final_text AS \"final_text?\", d.created AS \"decided?\"
             FROM edits e
             JOIN candidates c ON c.id = e.candidate
             JOIN segments s ON s.request = c.request AND s.number = c.segment
             JOIN requests r ON r.id = e.request
             LEFT JOIN decisions d ON d.request = e.request AND d.edit = e.number
             WHERE c.kept <> 'by_rules' AND e.request IN
                 (SELECT DISTINCT d.request FROM decisions d JOIN candidates c ON c.id = d.candidate
                  WHERE d.request > ?1 AND c.kept <> 'by_rules' ORDER BY d.request LIMIT ?2)
             ORDER BY e.request, c.segment, c.rank, e.range_start, e.range_end, e.number, d.id",
            after,
            requests
        )
        .fetch_all(self.pool())
        .await
        .map_err(|source| self.sql(source))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::open::tests::fresh;
    use crate::tables::candidates::tests::{candidate, segment};
    use crate::tables::candidates::{BY_RULES, NewCandidate};
    use crate::tables::decisions::Verdict;
    use crate::tables::decisions::tests::{asked, decision};
    use crate::tables::requests::tests::ask;

    async fn pages(store: &Store, requests: i64) -> Vec<Shown> {
        let (mut all, mut after) = (Vec::new(), 0);
        loop {
            let page = store.decided(after, requests).await.unwrap();
            match page.last() {
                Some(last) => after = last.request,
                None => return all,
            }
            all.extend(page);
        }
    }

    #[tokio::test]
    async fn all_that_was_shown_beside_what_was_decided() {
        let (store, _folder) = fresh().await;
        let first = asked(&store, &ask()).await;
        asked(&store, &ask()).await;
        let third = asked(&store, &ask()).await;
        let scores = BTreeMap::from([("length", 1.0), ("confidence", 0.75)]);
        let second = NewCandidate { scores, adapter: Some("mine"), ..candidate("She walks to school.", 1) };
        store.candidates().add(third, 0, &[second], 3).await.unwrap();
        for (request, verdict, text) in [
            (third, Verdict::Another, None),
            (first, Verdict::Accept, None),
            (first, Verdict::Edited, Some("went")),
        ] {
            store.decisions().record(&[decision(request, verdict, text)], request).await.unwrap();
        }
        let all = pages(&store, 1).await;
        assert_eq!(all, pages(&store, 100).await);
        let found: Vec<_> = all
            .iter()
            .map(|row| (row.request, row.edit, row.verdict.as_deref(), row.final_text.as_deref()))
            .collect();
        assert_eq!(
            found,
            [
                (first, 0, Some("accept"), None),
                (first, 0, Some("edited"), Some("went")),
                (third, 0, Some("another"), None),
                (third, 1, None, None),
            ]
        );
        let words = store.last_words(0, 10).await.unwrap();
        let [word] = &words[..] else { panic!("one edit has a last word that says something: {words:?}") };
        assert_eq!((word.verdict.as_str(), word.final_text.as_deref()), ("edited", Some("went")));
        assert_eq!((word.decided, word.instruction_id.as_str()), (first, all[0].instruction_id.as_str()));
        assert_eq!(store.last_words(word.id, 10).await.unwrap(), []);
        let row = &all[0];
        assert_eq!(&row.source[row.start as usize..row.end as usize], row.original);
        assert_eq!((row.decided, all[3].decided), (Some(first), None));
        let writer = |row: &Shown| (row.tier.clone(), row.model.clone(), row.adapter.clone());
        assert_eq!(writer(row), ("small".into(), "starter".into(), None));
        assert_eq!(writer(&all[3]), ("small".into(), "starter".into(), Some("mine".into())));
        assert_eq!((row.confidence, all[3].confidence), (None, Some(0.75)));
    }

    #[tokio::test]
    async fn what_rules_alone_wrote_tells_nothing_of_a_model_and_ends_no_page() {
        let (store, _folder) = fresh().await;
        let mut requests = Vec::new();
        for kept in [BY_RULES, "repaired"] {
            let request = store.requests().begin(&ask(), 1).await.unwrap();
            let shown = NewCandidate { kept, ..candidate("She goes to school.", 0) };
            store.candidates().record(request, &segment(), &[shown], 2).await.unwrap();
            store.decisions().record(&[decision(request, Verdict::Accept, None)], 3).await.unwrap();
            requests.push(request);
        }
        for all in [pages(&store, 1).await, pages(&store, 100).await] {
            assert_eq!(all.iter().map(|row| row.request).collect::<Vec<_>>(), requests[1..]);
        }
        assert_eq!(store.last_words(0, 10).await.unwrap().len(), 1);
    }
}
