//! Compare: what an adapter would write, beside the model alone and what answers now. Nothing is kept, nothing changes.

use std::collections::HashSet;

use emend_learn::preferences::{Preference, Weighing, split};
use emend_text::{Format, Instruction};

use crate::adapters::{Writer, existing};
use crate::app::App;
use crate::learning::preferences::instruction;
use crate::verbs::preferences::HELD_OUT;
use crate::verbs::rewrite::RewriteRequest;
use crate::{AppError, Cancel, Outcome, Rewrite, TierChoice};

/// A text to compare on.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    /// What is wanted of it.
    pub instruction: Instruction,
    /// The text.
    pub source: String,
    /// What the person made of it, if that is known.
    pub kept: Option<String>,
}

/// A text, and what each writer makes of it.
#[derive(Debug)]
pub struct Compared {
    /// The text.
    pub sample: Sample,
    /// The model alone; what answers now, if that is another adapter; the adapter in question.
    pub sides: Vec<Side>,
}

/// What a writer makes of a text.
#[derive(Debug)]
pub struct Side {
    /// The adapter; none is the model alone.
    pub adapter: Option<String>,
    /// Its rewrite, with the edits as it would propose them.
    pub rewrite: Rewrite,
}

/// What is told while it goes.
#[derive(Debug)]
pub enum CompareEvent<'e> {
    /// So many rewrites of all are written.
    Progress {
        /// Rewrites written.
        done: usize,
        /// Rewrites in all.
        of: usize,
    },
    /// A text is done.
    Text(&'e Compared),
}

impl App {
    /// What the adapter `id`, in use or not, makes of texts. When cancelled, those that were finished before.
    pub async fn compare_adapter(
        &self,
        id: &str,
        samples: Vec<Sample>,
        cancel: &Cancel,
        mut on: impl FnMut(CompareEvent<'_>),
    ) -> Result<Vec<Compared>, AppError> {
        existing(&self.paths.adapters(), id)?;
        let choice = self.adapter_choice()?;
        let writers = |sample: &Sample| -> Vec<Option<String>> {
            let in_use = choice.of(Some(sample.instruction.id())).filter(|in_use| *in_use != id);
            let adapters = in_use.into_iter().chain([id]).map(|id| Some(id.to_owned()));
            [None].into_iter().chain(adapters).collect()
        };
        let of = samples.iter().map(|sample| writers(sample).len()).sum();
        let (mut done, mut compared) = (0, Vec::with_capacity(samples.len()));
        for sample in samples {
            let mut sides = Vec::new();
            for adapter in writers(&sample) {
                let Some(rewrite) = self.written(&sample, adapter.clone(), cancel).await? else {
                    return Ok(compared);
                };
                sides.push(Side { adapter, rewrite });
                done += 1;
                on(CompareEvent::Progress { done, of });
            }
            let text = Compared { sample, sides };
            on(CompareEvent::Text(&text));
            compared.push(text);
        }
        Ok(compared)
    }

    /// `None` when cancelled.
    async fn written(
        &self,
        sample: &Sample,
        adapter: Option<String>,
        cancel: &Cancel,
    ) -> Result<Option<Rewrite>, AppError> {
        let request = RewriteRequest {
            tier: TierChoice::Small,
            writer: adapter.map_or(Writer::Alone, Writer::Adapter),
            rated: false,
            ..RewriteRequest::of_text(sample.source.clone(), Format::Plain, sample.instruction.clone())
        };
        let done = self.rewrite(request, cancel.clone(), |_| ()).await?;
        Ok((done.rewrite.outcome != Outcome::Cancelled).then_some(done.rewrite))
    }

    /// The texts of the latest decisions that no run learns from, at most `limit`, with what the person made of them.
    pub async fn held_out_samples(&self, limit: usize) -> Result<Vec<Sample>, AppError> {
        let mut preferences =
            split(self.preferences(&Weighing::default()).await?.data, HELD_OUT).held_out.preferences;
        preferences.sort_by_key(|one| std::cmp::Reverse(one.decided));
        Ok(samples(&preferences, limit))
    }
}

/// One for each text and wish.
fn samples(preferences: &[Preference], limit: usize) -> Vec<Sample> {
    let mut seen = HashSet::new();
    preferences
        .iter()
        .filter(|one| seen.insert(&one.asked))
        .filter_map(|one| {
            let (source, kept) = (one.asked.source.clone(), Some(one.chosen.clone()));
            Some(Sample { instruction: instruction(&one.asked)?, source, kept })
        })
        .take(limit)
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::verbs::tests::{decided, open};

    #[tokio::test]
    async fn held_out_texts_come_once_and_with_what_was_kept() {
        let (app, _folder) = open().await;
        for n in 0..30 {
            decided(&app, &format!("Text {n} of many."), "N").await;
        }
        let found = app.held_out_samples(100).await.unwrap();
        assert!(!found.is_empty() && found.len() < 30, "a fifth: {}", found.len());
        let texts: HashSet<&str> = found.iter().map(|one| one.source.as_str()).collect();
        assert_eq!(texts.len(), found.len(), "two preferences about a text are one text");
        for one in &found {
            assert!(emend_learn::preferences::is_held_out(&one.source, HELD_OUT));
            assert_eq!(one.kept.as_deref(), Some(&*one.source.replacen('T', "N", 1)));
            assert_eq!(one.instruction.id(), "fix");
        }
        assert_eq!(app.held_out_samples(2).await.unwrap().len(), 2);
    }

    #[tokio::test]
    async fn an_adapter_that_is_not_there_is_refused_before_anything_is_written() {
        let (app, _folder) = open().await;
        let error = app.compare_adapter("gone", Vec::new(), &Cancel::new(), |_| ()).await.unwrap_err();
        assert_eq!(error.code(), "adapter");
    }
}
