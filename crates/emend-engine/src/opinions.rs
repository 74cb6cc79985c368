//! Asking the critics about drafts that passed the checks, a batch at a time.

use std::collections::BTreeMap;

use emend_critics::{Pair, Scores};
use emend_text::is_respelt;

use crate::confidence::{Features, Opinions, aim, opinion_features};
use crate::judge::Judged;
use crate::{Request, VetoReason};

/// Judges pairs, one result for each in their order; `None` when the critics cannot be had.
///
/// A closure, because the critics live on a thread of the application, and the engine knows no thread.
pub type AskCritics<'a> = dyn Fn(&[Pair<'_>]) -> Option<Vec<Scores>> + 'a;

/// Tells the critics what they will be asked about, without waiting, so that they can judge it while drafts are written.
/// What they say when they are asked does not depend on it.
pub type TellCritics<'a> = dyn Fn(&[Pair<'_>]) + 'a;

/// For each critic, the score below which an answer loses by as much as it falls short.
pub type Floors = BTreeMap<String, f64>;

/// What a text is worth to a person who gave no program to rank by.
const WANTED: [&str; 3] = ["fluency", "meaning", "lints"];

/// A judged draft, with what is known of it in numbers.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Assessed {
    pub judged: Judged,
    pub features: Features,
    /// What the critics make of it; `None` when they were not asked.
    pub worth: Option<Worth>,
}

impl Assessed {
    /// Of a model that wrote nothing.
    pub(crate) fn nothing() -> Self {
        Self { judged: Judged::Vetoed(VetoReason::Empty), features: Features::new(), worth: None }
    }
}

/// What rewrites of one text are ranked by.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Worth {
    /// Of the answer.
    pub answer: f32,
    /// Of the original, which is always a candidate.
    pub original: f32,
}

/// Asks the critics about drafts of `request`'s segments, each beside the text of its segment, and adds what they think to
/// the features.
pub(crate) fn ask(
    critics: Option<&AskCritics<'_>>,
    floors: Option<&Floors>,
    request: &Request<'_>,
    drafts: &mut [(&str, &mut Assessed)],
) {
    let Some(critics) = critics.filter(|_| !drafts.is_empty()) else { return };
    let rewrite = |(source, assessed): &(&str, &mut Assessed)| {
        assessed.judged.text().filter(|text| text != source).map(str::to_owned)
    };
    let texts: Vec<(&str, Option<String>)> = drafts.iter().map(|draft| (draft.0, rewrite(draft))).collect();
    // What is left as it is, is asked about once.
    let mut pairs: Vec<Pair<'_>> = Vec::with_capacity(2 * texts.len());
    for (source, rewrite) in &texts {
        let same = original(request, source);
        pairs.push(same);
        pairs.extend(rewrite.as_deref().map(|rewrite| Pair { rewrite, ..same }));
    }
    let Some(found) = critics(&pairs).filter(|found| found.len() == pairs.len()) else { return };
    let mut found = pairs.iter().zip(&found);
    for ((_, assessed), (_, rewrite)) in drafts.iter_mut().zip(&texts) {
        let Some((same, before)) = found.next() else { return };
        let of_rewrite = if rewrite.is_some() { found.next() } else { None };
        let (pair, after) = of_rewrite.unwrap_or((same, before));
        assessed.features.extend(opinion_features(pair, Opinions { before, after }));
        if let Judged::Candidate(candidate) = &mut assessed.judged {
            candidate.features = assessed.features.clone();
        }
        assessed.worth = worth(pair, after, floors)
            .zip(worth(same, before, floors))
            .map(|(answer, original)| Worth { answer, original });
        // Who does not know a misspelt word takes the right one for another.
        let is_respelt = rewrite.as_deref().is_some_and(|rewrite| is_respelt(same.source, rewrite));
        if let (true, Some(worth)) = (is_respelt, &mut assessed.worth) {
            worth.answer = worth.answer.max(worth.original);
        }
    }
}

/// A text beside itself.
pub(crate) fn original<'a>(request: &Request<'a>, source: &'a str) -> Pair<'a> {
    Pair { source, rewrite: source, instruction: request.instruction, glossary: request.glossary }
}

/// How far a rewrite reaches the goal of its intent, or how good it is by [`WANTED`] where there is none, less what is
/// missing to the floors.
fn worth(pair: &Pair<'_>, scores: &Scores, floors: Option<&Floors>) -> Option<f32> {
    let score = |critic: &str| scores.get(critic).map(|judgement| judgement.score);
    let reached = aim(pair, scores).or_else(|| {
        let known: Vec<f32> = WANTED.iter().filter_map(|critic| score(critic)).collect();
        (!known.is_empty()).then(|| known.iter().sum::<f32>() / known.len() as f32)
    })?;
    let missing = |(critic, floor): (&String, &f64)| Some((*floor as f32 - score(critic)?).max(0.0));
    Some(reached - floors.into_iter().flatten().filter_map(missing).sum::<f32>())
}

#[cfg(test)]
mod tests {
    use emend_critics::Critics;
    use emend_text::{Glossary, Instruction, intent};

    use super::*;

    #[test]
    fn what_falls_below_a_floor_loses_by_as_much() {
        let (instruction, glossary) =
            (Instruction::Intent(intent("fix").expect("an intent")), Glossary::default());
        let pair = Pair {
            source: "We was 40 people.",
            rewrite: "We were 50 people.",
            instruction: &instruction,
            glossary: &glossary,
        };
        let mut rules = |_: &str| Some(Vec::new());
        let scores = Critics::new(None).judge(&[pair], Some(&mut rules)).expect("no model, no failure");
        let bare = worth(&pair, &scores[0], None).expect("the rules know something");
        let floors = Floors::from([("numbers".to_owned(), 0.75), ("unheard of".to_owned(), 1.0)]);
        let held = worth(&pair, &scores[0], Some(&floors)).expect("the same");
        assert!((bare - 1.0).abs() < 1e-6 && (bare - held - 0.75).abs() < 1e-6, "{bare} {held}");
    }
}
