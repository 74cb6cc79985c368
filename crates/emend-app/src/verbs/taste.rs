//! Taste: what the person's decisions say about how he likes texts to be written.

use emend_learn::preferences::Weighing;
use emend_learn::taste::{Decided, Liking, Taste};

use crate::AppError;
use crate::app::App;

/// Likings that are shown, the strongest.
const SHOWN: usize = 8;
/// In nats: what is weaker is not worth a word.
const LEAST: f64 = 0.05;

/// What is known of a person's taste.
#[derive(Debug, Clone, PartialEq)]
pub struct KnownTaste {
    /// Decisions between two texts that it was learned from.
    pub decisions: usize,
    /// The share of them that is foreseen from the others; 1/2 is chance.
    pub foreseen: f64,
    /// What matters, the strongest first.
    pub likings: Vec<Liking>,
}

impl App {
    /// What all decisions say; `None` while there are too few to learn from.
    pub async fn taste(&self) -> Result<Option<KnownTaste>, AppError> {
        let preferences = self.preferences(&Weighing::default()).await?;
        if preferences.enough().is_err() {
            return Ok(None);
        }
        // About a second for some hundred decisions: the window's other requests do not wait for it.
        let work = tokio::task::spawn_blocking(move || {
            let decided: Vec<Decided<'_>> = preferences
                .data
                .preferences
                .iter()
                .map(|one| Decided {
                    source: &one.asked.source,
                    chosen: &one.chosen,
                    rejected: &one.rejected,
                    weight: one.weight,
                })
                .collect();
            Taste::of(&decided)
        });
        let taste = work.await.map_err(|_| AppError::Thread { thread: "reading of your taste" })?;
        let likings = taste.likings(SHOWN).into_iter().filter(|liking| liking.strength.abs() >= LEAST);
        Ok(Some(KnownTaste {
            decisions: taste.decisions,
            foreseen: taste.foreseen,
            likings: likings.collect(),
        }))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use crate::verbs::tests::{decided, open};

    #[tokio::test]
    async fn decisions_show_a_taste_when_there_are_enough() {
        let (app, _folder) = open().await;
        for n in 0..49 {
            decided(&app, &format!("Text {n} of many."), "T").await;
        }
        assert_eq!(app.taste().await.unwrap(), None);
        decided(&app, "The fiftieth of them.", "T").await;
        let known = app.taste().await.unwrap().unwrap();
        assert!(known.decisions >= 50, "{known:?}");
        assert!((0.0..=1.0).contains(&known.foreseen) && known.likings.len() <= 8);
    }
}
