//! Export: everything that was decided and everything that could have been, one JSON object a line.
//!
//! Two kinds of lines: `"type": "candidate"` for each candidate, `"type": "decision"` for each decision, both with
//! the text that the model saw. Rows are read in pages, so neither memory nor a lock grows with the history.

use std::io::Write;

use serde::Serialize;
use serde_json::value::RawValue;

use crate::error::StoreError;
use crate::open::Store;
use crate::tables::candidates::floats;

const PAGE: i64 = 256;

/// How much was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exported {
    /// Lines of type `candidate`.
    pub candidates: u64,
    /// Lines of type `decision`.
    pub decisions: u64,
}

#[derive(Serialize)]
struct CandidateLine<'a> {
    r#type: &'static str,
    id: i64,
    request: i64,
    segment: i64,
    rank: i64,
    instruction_id: &'a str,
    instruction: &'a str,
    source: &'a str,
    text: &'a str,
    kept: &'a str,
    scores: &'a RawValue,
    token_logprobs: Vec<f32>,
    tier: &'a str,
    model: &'a str,
    adapter: Option<&'a str>,
    weights_id: Option<&'a str>,
    created: i64,
}

#[derive(Serialize)]
struct DecisionLine<'a> {
    r#type: &'static str,
    id: i64,
    request: i64,
    segment: i64,
    edit: i64,
    instruction_id: &'a str,
    instruction: &'a str,
    source: &'a str,
    /// Bytes within `source`.
    start: i64,
    end: i64,
    original: &'a str,
    replacement: &'a str,
    kind: &'a str,
    reason: &'a str,
    confidence: Option<f64>,
    verdict: &'a str,
    final_text: Option<&'a str>,
    propensity: f64,
    candidate: i64,
    candidate_text: &'a str,
    tier: &'a str,
    model: &'a str,
    adapter: Option<&'a str>,
    weights_id: Option<&'a str>,
    created: i64,
}

impl Store {
    /// Writes all candidates, then all decisions, each in the order in which they were made, and flushes.
    pub async fn export(&self, out: &mut impl Write) -> Result<Exported, StoreError> {
        let candidates = self.export_candidates(out).await?;
        let decisions = self.export_decisions(out).await?;
        out.flush().map_err(StoreError::Export)?;
        Ok(Exported { candidates, decisions })
    }

    async fn export_candidates(&self, out: &mut impl Write) -> Result<u64, StoreError> {
        let (mut after, mut lines) = (0, 0);
        loop {
            let page = sqlx::query!(
                "SELECT c.id, c.request, c.segment, c.rank, r.instruction_id, r.instruction, s.source, c.text,
                        c.kept, c.scores, c.token_logprobs, c.tier, c.model, c.adapter, c.weights_id, c.created
                 FROM candidates c
                 JOIN segments s ON s.request = c.request AND s.number = c.segment
                 JOIN requests r ON r.id = c.request
                 WHERE c.id > ?1 ORDER BY c.id LIMIT ?2",
                after,
                PAGE
            )
            .fetch_all(self.pool())
            .await
            .map_err(|source| self.sql(source))?;
            for row in &page {
                let scores: &RawValue =
                    serde_json::from_str(&row.scores).map_err(|error| self.broken(&error))?;
                let line = CandidateLine {
                    r#type: "candidate",
                    id: row.id,
                    request: row.request,
                    segment: row.segment,
                    rank: row.rank,
                    instruction_id: &row.instruction_id,
                    instruction: &row.instruction,
                    source: &row.source,
                    text: &row.text,
                    kept: &row.kept,
                    scores,
                    token_logprobs: floats(&row.token_logprobs),
                    tier: &row.tier,
                    model: &row.model,
                    adapter: row.adapter.as_deref(),
                    weights_id: row.weights_id.as_deref(),
                    created: row.created,
                };
                write_line(out, &line)?;
            }
            lines += page.len() as u64;
            match page.last() {
                Some(last) => after = last.id,
                None => return Ok(lines),
            }
        }
    }

    async fn export_decisions(&self, out: &mut impl Write) -> Result<u64, StoreError> {
        let (mut after, mut lines) = (0, 0);
        loop {
            let page = sqlx::query!(
                "SELECT d.id, d.request, c.segment, d.edit, r.instruction_id, r.instruction, s.source,
                        d.range_start - s.range_start AS \"start!: i64\",
                        d.range_end - s.range_start AS \"end!: i64\",
                        e.original, e.replacement, e.kind, e.reason, e.confidence,
                        d.verdict, d.final_text, d.propensity,
                        d.candidate, c.text AS candidate_text, c.tier, c.model, c.adapter, c.weights_id, d.created
                 FROM decisions d
                 JOIN edits e ON e.request = d.request AND e.number = d.edit
                 JOIN candidates c ON c.id = d.candidate
                 JOIN segments s ON s.request = c.request AND s.number = c.segment
                 JOIN requests r ON r.id = d.request
                 WHERE d.id > ?1 ORDER BY d.id LIMIT ?2",
                after,
                PAGE
            )
            .fetch_all(self.pool())
            .await
            .map_err(|source| self.sql(source))?;
            for row in &page {
                let line = DecisionLine {
                    r#type: "decision",
                    id: row.id,
                    request: row.request,
                    segment: row.segment,
                    edit: row.edit,
                    instruction_id: &row.instruction_id,
                    instruction: &row.instruction,
                    source: &row.source,
                    start: row.start,
                    end: row.end,
                    original: &row.original,
                    replacement: &row.replacement,
                    kind: &row.kind,
                    reason: &row.reason,
                    confidence: row.confidence,
                    verdict: &row.verdict,
                    final_text: row.final_text.as_deref(),
                    propensity: row.propensity,
                    candidate: row.candidate,
                    candidate_text: &row.candidate_text,
                    tier: &row.tier,
                    model: &row.model,
                    adapter: row.adapter.as_deref(),
                    weights_id: row.weights_id.as_deref(),
                    created: row.created,
                };
                write_line(out, &line)?;
            }
            lines += page.len() as u64;
            match page.last() {
                Some(last) => after = last.id,
                None => return Ok(lines),
            }
        }
    }

    fn broken(&self, error: &serde_json::Error) -> StoreError {
        StoreError::Damaged {
            path: self.path().to_owned(),
            detail: format!("scores of a candidate: {error}"),
        }
    }
}

fn write_line(out: &mut impl Write, line: &impl Serialize) -> Result<(), StoreError> {
    let mut json = serde_json::to_string(line).map_err(|error| StoreError::Export(error.into()))?;
    json.push('\n');
    out.write_all(json.as_bytes()).map_err(StoreError::Export)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used)]
mod tests {
    use super::*;
    use crate::open::tests::fresh;
    use crate::tables::decisions::Verdict;
    use crate::tables::decisions::tests::{asked, decision};
    use crate::tables::requests::tests::ask;
    use serde_json::Value;

    async fn exported(store: &Store) -> (Exported, Vec<Value>) {
        let mut out = Vec::new();
        let counts = store.export(&mut out).await.unwrap();
        let text = String::from_utf8(out).unwrap();
        (counts, text.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
    }

    #[tokio::test]
    async fn a_line_stands_alone() {
        let (store, _folder) = fresh().await;
        let request = asked(&store, &ask()).await;
        store.decisions().record(&[decision(request, Verdict::Edited, Some("walks\n"))], 10).await.unwrap();
        let (counts, lines) = exported(&store).await;
        assert_eq!(counts, Exported { candidates: 1, decisions: 1 });
        let [candidate, decided] = lines.as_slice() else { panic!("{lines:?}") };
        assert_eq!(candidate["type"], "candidate");
        assert_eq!(candidate["source"], "She go to school.");
        assert_eq!(candidate["text"], "She goes to school.");
        assert_eq!(candidate["scores"]["fluency"], 0.25);
        assert_eq!(candidate["token_logprobs"], serde_json::json!([-0.5, -0.125, 0.0]));
        assert_eq!(decided["type"], "decision");
        assert_eq!(decided["candidate"], candidate["id"]);
        assert_eq!((&decided["start"], &decided["end"]), (&4.into(), &6.into()));
        assert_eq!(&decided["source"].as_str().unwrap()[4..6], decided["original"].as_str().unwrap());
        assert_eq!(decided["verdict"], "edited");
        assert_eq!(decided["final_text"], "walks\n");
    }

    #[tokio::test]
    async fn pages_join_without_gaps() {
        let (store, _folder) = fresh().await;
        let request = asked(&store, &ask()).await;
        let many = vec![decision(request, Verdict::Accept, None); 2 * PAGE as usize + 1];
        let ids = store.decisions().record(&many, 10).await.unwrap();
        let (counts, lines) = exported(&store).await;
        assert_eq!(counts.decisions, ids.len() as u64);
        let written: Vec<i64> = lines[1..].iter().map(|line| line["id"].as_i64().unwrap()).collect();
        assert_eq!(written, ids);
    }

    #[tokio::test]
    async fn a_sink_that_fails_is_an_export_error() {
        struct Full;
        impl Write for Full {
            fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
                Err(std::io::ErrorKind::StorageFull.into())
            }
            fn flush(&mut self) -> std::io::Result<()> {
                Ok(())
            }
        }
        let (store, _folder) = fresh().await;
        asked(&store, &ask()).await;
        let error = store.export(&mut Full).await.unwrap_err();
        assert!(matches!(error, StoreError::Export(_)), "{error:?}");
    }
}
