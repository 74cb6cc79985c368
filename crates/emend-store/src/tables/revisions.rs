//! Revisions: every saved state of a document's text, thinned with age.

use crate::UnixMillis;
use crate::error::StoreError;
use crate::open::Store;
use crate::tables::documents::words;

const MINUTE: UnixMillis = 60_000;
const HOUR: UnixMillis = 60 * MINUTE;
const DAY: UnixMillis = 24 * HOUR;

/// A saved text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    /// 1, 2, 3 … within the document; thinned ones leave gaps.
    pub number: i64,
    /// The whole text, lines ending with `\n`.
    pub text: String,
    /// When it was saved.
    pub created: UnixMillis,
}

/// A saved text in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevisionSummary {
    /// Its number within the document.
    pub number: i64,
    /// When it was saved.
    pub created: UnixMillis,
    /// Length of its text in bytes.
    pub bytes: i64,
}

/// What [`Revisions::save`] did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Saved {
    /// The revision that now holds the text.
    pub number: i64,
    /// False if the text was already there.
    pub created: bool,
}

/// The table, through one store.
#[derive(Debug)]
pub struct Revisions<'s>(&'s Store);

impl Store {
    /// The revisions.
    pub fn revisions(&self) -> Revisions<'_> {
        Revisions(self)
    }
}

impl Revisions<'_> {
    /// Saves a text that was made from revision `base`. When this returns, the text is on the disk.
    ///
    /// The same text makes no new revision, whatever its base, so that a repeated call is harmless. Otherwise a
    /// base that is not the latest revision is [`StoreError::Stale`], and nothing is written.
    pub async fn save(
        &self,
        document: i64,
        base: i64,
        text: &str,
        now: UnixMillis,
    ) -> Result<Saved, StoreError> {
        let mut transaction = self.0.write().await?;
        let latest = sqlx::query!(
            "SELECT number, text = ?2 AS \"same!: bool\" FROM revisions
             WHERE document = ?1 ORDER BY number DESC LIMIT 1",
            document,
            text
        )
        .fetch_optional(&mut *transaction)
        .await
        .map_err(|source| self.0.sql(source))?
        .ok_or_else(|| missing(document))?;
        if latest.same {
            return Ok(Saved { number: latest.number, created: false });
        }
        if latest.number != base {
            return Err(StoreError::Stale { document, base, latest: latest.number });
        }
        let (number, words) = (latest.number + 1, words(text));
        sqlx::query!(
            "INSERT INTO revisions (document, number, text, created) VALUES (?1, ?2, ?3, ?4)",
            document,
            number,
            text,
            now
        )
        .execute(&mut *transaction)
        .await
        .map_err(|source| self.0.sql(source))?;
        sqlx::query!("UPDATE documents SET updated = ?2, words = ?3 WHERE id = ?1", document, now, words)
            .execute(&mut *transaction)
            .await
            .map_err(|source| self.0.sql(source))?;
        self.thin(&mut transaction, document, now).await?;
        self.0.commit(transaction).await?;
        Ok(Saved { number, created: true })
    }

    /// Keeps the first and the latest revision, the one that the document's file holds, all of the last two minutes, then the last one of each minute for
    /// an hour, of each hour for thirty days, and of each day after that.
    async fn thin(
        &self,
        connection: &mut sqlx::SqliteConnection,
        document: i64,
        now: UnixMillis,
    ) -> Result<(), StoreError> {
        let (all, minutes, hours) = (now - 2 * MINUTE, now - HOUR, now - 30 * DAY);
        sqlx::query!(
            "DELETE FROM revisions WHERE document = ?1 AND number > 1 AND number NOT IN (
                 SELECT MAX(number) FROM revisions WHERE document = ?1
                 GROUP BY CASE
                     WHEN created > ?2 THEN 'n' || number
                     WHEN created > ?3 THEN 'm' || (created / ?5)
                     WHEN created > ?4 THEN 'h' || (created / ?6)
                     ELSE 'd' || (created / ?7)
                 END)
             AND number <> (SELECT MAX(number) FROM revisions WHERE document = ?1)
             AND number <> (SELECT COALESCE(on_disk, 0) FROM documents WHERE id = ?1)",
            document,
            all,
            minutes,
            hours,
            MINUTE,
            HOUR,
            DAY
        )
        .execute(connection)
        .await
        .map_err(|source| self.0.sql(source))?;
        Ok(())
    }

    /// The text as it was last saved; [`StoreError::Missing`] if the document does not exist.
    pub async fn latest(&self, document: i64) -> Result<Revision, StoreError> {
        sqlx::query_as!(
            Revision,
            "SELECT number, text, created FROM revisions WHERE document = ?1 ORDER BY number DESC LIMIT 1",
            document
        )
        .fetch_optional(self.0.pool())
        .await
        .map_err(|source| self.0.sql(source))?
        .ok_or_else(|| missing(document))
    }

    /// One revision; [`StoreError::Missing`] if it was thinned or never existed.
    pub async fn get(&self, document: i64, number: i64) -> Result<Revision, StoreError> {
        sqlx::query_as!(
            Revision,
            "SELECT number, text, created FROM revisions WHERE document = ?1 AND number = ?2",
            document,
            number
        )
        .fetch_optional(self.0.pool())
        .await
        .map_err(|source| self.0.sql(source))?
        .ok_or_else(|| StoreError::Missing {
            what: "revision",
            id: format!("{number} of document {document}"),
        })
    }

    /// What is kept, the latest first.
    pub async fn list(&self, document: i64) -> Result<Vec<RevisionSummary>, StoreError> {
        sqlx::query_as!(
            RevisionSummary,
            "SELECT number, created, octet_length(text) AS \"bytes!: i64\" FROM revisions
             WHERE document = ?1 ORDER BY number DESC",
            document
        )
        .fetch_all(self.0.pool())
        .await
        .map_err(|source| self.0.sql(source))
    }
}

fn missing(document: i64) -> StoreError {
    StoreError::Missing { what: "document", id: document.to_string() }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used)]
mod tests {
    use super::*;
    use crate::open::tests::{fresh, note};

    #[tokio::test]
    async fn the_same_text_makes_no_revision() {
        let (store, _folder) = fresh().await;
        let id = store.documents().create(&note("One."), 0).await.unwrap().id;
        assert_eq!(
            store.revisions().save(id, 1, "One.", 5).await.unwrap(),
            Saved { number: 1, created: false }
        );
        assert_eq!(
            store.revisions().save(id, 1, "Two.", 6).await.unwrap(),
            Saved { number: 2, created: true }
        );
        // A repeated call (the answer got lost) is not a conflict.
        assert_eq!(
            store.revisions().save(id, 1, "Two.", 7).await.unwrap(),
            Saved { number: 2, created: false }
        );
        assert_eq!(store.revisions().list(id).await.unwrap().len(), 2);
        assert_eq!(store.documents().get(id).await.unwrap().updated, 6);
    }

    #[tokio::test]
    async fn going_back_to_an_older_text_is_a_new_revision() {
        let (store, _folder) = fresh().await;
        let id = store.documents().create(&note("One."), 0).await.unwrap().id;
        store.revisions().save(id, 1, "Two.", 1).await.unwrap();
        assert_eq!(store.revisions().save(id, 2, "One.", 2).await.unwrap().number, 3);
        assert_eq!(store.revisions().get(id, 2).await.unwrap().text, "Two.");
    }

    #[tokio::test]
    async fn a_change_to_an_older_revision_is_refused() {
        let (store, _folder) = fresh().await;
        let id = store.documents().create(&note("One."), 0).await.unwrap().id;
        store.revisions().save(id, 1, "Two.", 1).await.unwrap();
        for base in [1, 3, 0, -1] {
            let error = store.revisions().save(id, base, "Mine.", 2).await.unwrap_err();
            assert!(matches!(error, StoreError::Stale { latest: 2, .. }), "{error:?}");
        }
        assert_eq!(store.revisions().latest(id).await.unwrap().text, "Two.");
    }

    #[tokio::test]
    async fn texts_are_kept_byte_for_byte() {
        let (store, _folder) = fresh().await;
        let id = store.documents().create(&note(""), 0).await.unwrap().id;
        assert_eq!(store.revisions().latest(id).await.unwrap().text, "");
        let texts = [
            "a\u{301} é \u{200d}👩‍👩‍👧",
            "tab\tand  spaces \n\n",
            "line\u{2028}sep \u{feff}",
            "'; DROP TABLE documents; --",
        ];
        for (base, text) in (1..).zip(texts) {
            store.revisions().save(id, base, text, base).await.unwrap();
            assert_eq!(store.revisions().latest(id).await.unwrap().text, text);
        }
        assert_eq!(store.revisions().list(id).await.unwrap()[0].bytes, texts[3].len() as i64);
    }

    #[tokio::test]
    async fn old_autosaves_are_thinned() {
        let (store, _folder) = fresh().await;
        let start = 1_700_000_000_000 / DAY * DAY;
        let id = store.documents().create(&note("0"), start).await.unwrap().id;
        let mut document = store.documents().get(id).await.unwrap();
        document.on_disk = Some(500);
        store.documents().describe(&document).await.unwrap();
        // One autosave every ten seconds for three hours.
        let mut now = start;
        for number in 1..=(3 * 360) {
            now = start + number * 10_000;
            store.revisions().save(id, number, &number.to_string(), now).await.unwrap();
        }
        let kept = store.revisions().list(id).await.unwrap();
        let numbers: Vec<i64> = kept.iter().map(|r| r.number).collect();
        assert_eq!(numbers.first(), Some(&1081), "the latest stays");
        assert_eq!(numbers.last(), Some(&1), "the first stays");
        let younger = |age: i64| kept.iter().filter(|r| r.created > now - age).count();
        assert_eq!(younger(2 * MINUTE), 12, "the last two minutes stay whole");
        // 58 minutes, one of them shared with the last two; then two whole hours.
        assert!((69..=72).contains(&younger(HOUR)), "{}", younger(HOUR));
        assert!((72..=76).contains(&kept.len()), "{}", kept.len());
        // Each hour's last state is there.
        assert!(numbers.contains(&500), "what the file holds stays");
        assert!(numbers.contains(&360) && numbers.contains(&720), "{numbers:?}");
    }
}
