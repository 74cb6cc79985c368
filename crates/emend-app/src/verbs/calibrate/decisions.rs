//! Answers of the small model that the person has decided about, in numbers.

use std::collections::BTreeMap;

use emend_critics::{Pair, Scores};
use emend_engine::confidence::{Labelled, Opinions, is_of_answer, opinion_features};
use emend_store::tables::decided::Shown;

use super::own::LeftOut;
use crate::app::App;
use crate::critics::{Judged, OwnedPair, ScoreJob};
use crate::learning::received::is_kept;
use crate::verbs::another::instruction;
use crate::{AppError, Cancel};

/// Requests that are read at once: bounds memory.
const PAGE: i64 = 256;
/// Answers that critics read together.
const TOGETHER: usize = 32;

/// An answer with what became of it.
#[derive(Debug, Clone)]
pub(super) struct Decided {
    /// An intent's id, or `own`.
    pub(super) intent: String,
    /// The adapter that wrote it.
    pub(super) adapter: Option<String>,
    pub(super) row: Labelled,
    pair: OwnedPair,
}

impl App {
    /// Every answer of the model `weights_id` about which something was decided, in the order in which they were asked
    /// for; `None` when cancelled.
    ///
    /// What critics think of it is asked now: other critics may have been there when it was written.
    pub(super) async fn decided_answers(
        &self,
        weights_id: &str,
        cancel: &Cancel,
        mut on: impl FnMut(u64, u64),
    ) -> Result<Option<(Vec<Decided>, LeftOut)>, AppError> {
        let (mut found, mut left_out, mut after) = (Vec::new(), LeftOut::default(), 0);
        loop {
            let page = self.store.decided(after, PAGE).await?;
            let Some(last) = page.last() else { break };
            after = last.request;
            for shown in page.chunk_by(|a, b| a.candidate == b.candidate) {
                let Some(kept) = is_kept(shown) else { continue };
                match self.answer(&shown[0], weights_id, kept).await? {
                    Ok(decided) => found.push(decided),
                    Err(reason) => reason.count(&mut left_out),
                }
            }
        }
        let mut found = without_copies(found);
        let total = found.len() as u64;
        for (number, some) in found.chunks_mut(TOGETHER).enumerate() {
            if cancel.is_cancelled() {
                return Ok(None);
            }
            on((number * TOGETHER) as u64, total);
            self.add_opinions(some).await?;
        }
        Ok(Some((found, left_out)))
    }

    async fn answer(
        &self,
        shown: &Shown,
        weights_id: &str,
        kept: bool,
    ) -> Result<Result<Decided, Unusable>, AppError> {
        let candidates = self.store.candidates().of_segment(shown.request, shown.segment).await?;
        let candidate = candidates.into_iter().find(|candidate| candidate.id == shown.candidate);
        let Some(candidate) = candidate.filter(|c| c.tier == emend_engine::Tier::Small.id()) else {
            return Ok(Err(Unusable::OtherModel));
        };
        if candidate.weights_id.as_deref() != Some(weights_id) {
            return Ok(Err(Unusable::OtherModel));
        }
        let features: BTreeMap<String, f64> =
            candidate.scores.into_iter().filter(|(id, _)| is_of_answer(id)).collect();
        let Ok(wish) = instruction(&shown.instruction_id, &shown.instruction) else {
            return Ok(Err(Unusable::Unknown));
        };
        if features.is_empty() {
            return Ok(Err(Unusable::Unknown));
        }
        Ok(Ok(Decided {
            intent: shown.instruction_id.clone(),
            adapter: candidate.adapter,
            row: Labelled { features, kept },
            pair: OwnedPair { source: shown.source.clone(), rewrite: candidate.text, instruction: wish },
        }))
    }

    async fn add_opinions(&self, answers: &mut [Decided]) -> Result<(), AppError> {
        let (glossary, dictionary) = (self.glossary(&[])?, self.own_dictionary(&[])?);
        let same = |pair: &OwnedPair| OwnedPair { rewrite: pair.source.clone(), ..pair.clone() };
        let pairs = answers.iter().flat_map(|answer| [same(&answer.pair), answer.pair.clone()]).collect();
        let job = ScoreJob { pairs, glossary: glossary.clone(), dictionary, goal: None };
        let judged: Vec<Judged> = self.critics.score(job).await?;
        let scores: Vec<Scores> = judged.into_iter().map(|(scores, _)| scores).collect();
        for (answer, two) in answers.iter_mut().zip(scores.chunks_exact(2)) {
            let pair = Pair {
                source: &answer.pair.source,
                rewrite: &answer.pair.rewrite,
                instruction: &answer.pair.instruction,
                glossary: &glossary,
            };
            let opinions = opinion_features(&pair, Opinions { before: &two[0], after: &two[1] });
            let opinions = opinions.into_iter().map(|(id, value)| (id.to_owned(), f64::from(value)));
            answer.row.features.extend(opinions);
        }
        Ok(())
    }
}

/// Why an answer says nothing.
enum Unusable {
    OtherModel,
    Unknown,
}

impl Unusable {
    fn count(&self, left_out: &mut LeftOut) {
        match self {
            Self::OtherModel => left_out.other_model += 1,
            Self::Unknown => left_out.unknown += 1,
        }
    }
}

/// An answer that was given again to the same text counts once, as it was decided last: or the same row would be among
/// those that are fitted and those that are measured.
fn without_copies(found: Vec<Decided>) -> Vec<Decided> {
    let key = |d: &Decided| (d.intent.clone(), d.pair.source.clone(), d.pair.rewrite.clone());
    let last: BTreeMap<_, usize> = found.iter().enumerate().map(|(at, d)| (key(d), at)).collect();
    let is_last = |(at, decided): &(usize, Decided)| last.get(&key(decided)) == Some(at);
    found.into_iter().enumerate().filter(is_last).map(|(_, decided)| decided).collect()
}
