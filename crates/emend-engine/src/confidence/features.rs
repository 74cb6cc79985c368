//! An answer in numbers. To add a feature, add a line to [`FEATURES`] and raise
//! [`FEATURE_SET`](super::FEATURE_SET): a head that was fitted without it does not know it.

use std::collections::BTreeMap;

use emend_text::{Edit, INTENTS, Instruction, Span, count_words, invented};

use super::Aligned;
use crate::verify::Scored;
use crate::{Draft, Kept};

/// Values of features by id. One that does not apply to an answer is absent, and counts as average.
pub type Features = BTreeMap<&'static str, f32>;

/// One number about an answer.
pub struct Feature {
    /// Its name in files.
    pub id: &'static str,
    value: fn(&Answer<'_>) -> Option<f32>,
}

/// 1 when the draft was not fit to be shown: the answer is then the original.
pub(crate) const VETOED: &str = "vetoed";

/// 1 when the draft is the original again.
pub(crate) const UNCHANGED: &str = "unchanged";

/// How much of its edits further drafts share.
pub(crate) const AGREEMENT: &str = "agreement";
/// Share of further drafts that are the same.
pub(crate) const AGREEMENT_WHOLE: &str = "agreement_whole";
/// Share of further drafts that leave the text as it is.
pub(crate) const AGREEMENT_UNCHANGED: &str = "agreement_unchanged";

/// What is only known after a second thought.
pub(crate) const SECOND_THOUGHT: [&str; 3] = [AGREEMENT, AGREEMENT_WHOLE, AGREEMENT_UNCHANGED];

/// Log-probabilities below this say nothing more.
const FLOOR: f32 = -10.0;

/// All features, but for which intent was asked for.
#[rustfmt::skip]
pub static FEATURES: &[Feature] = &[
    // Chow-Quantile over the tokens that were written for edits, and over all of them.
    Feature { id: "edited_min", value: |a| quantile(&a.edited(), 0.0) },
    Feature { id: "edited_q25", value: |a| quantile(&a.edited(), 0.25) },
    Feature { id: "edited_median", value: |a| quantile(&a.edited(), 0.5) },
    Feature { id: "edited_mean", value: |a| mean(&a.edited()) },
    Feature { id: "all_min", value: |a| quantile(&a.draft.logprobs(), 0.0) },
    Feature { id: "all_q05", value: |a| quantile(&a.draft.logprobs(), 0.05) },
    Feature { id: "all_q10", value: |a| quantile(&a.draft.logprobs(), 0.1) },
    Feature { id: "all_mean", value: |a| mean(&a.draft.logprobs()) },
    Feature { id: "copied_min", value: |a| quantile(&a.copied(), 0.0) },
    Feature { id: "end", value: |a| a.draft.ending.logprob().map(|p| p.max(FLOOR)) },
    // Where it decided to depart from the text, how sure of that was it, and how much else was possible?
    Feature { id: "departure_min", value: |a| quantile(&a.departures(), 0.0) },
    Feature { id: "departure_entropy", value: |a| largest(a.departure_steps().filter_map(|step| a.entropy(step))) },
    Feature { id: "copied_entropy", value: |a| largest(a.copied_steps().filter_map(|step| a.entropy(step))) },
    // How much it changed.
    Feature { id: "edits", value: |a| Some((a.edits.len() as f32).ln_1p()) },
    Feature { id: "edit_share", value: |a| Some(a.edit_share()) },
    Feature { id: "length_change", value: |a| Some(a.length_ratio().ln()) },
    Feature { id: "length_change_size", value: |a| Some(a.length_ratio().ln().abs()) },
    Feature { id: "insertions", value: |a| Some(share(a.edits, |edit| edit.span.is_empty())) },
    Feature { id: "deletions", value: |a| Some(share(a.edits, |edit| edit.replacement.is_empty())) },
    Feature { id: "repaired", value: |a| Some(f32::from(u8::from(!matches!(a.kept, Kept::AsIs)))) },
    Feature { id: UNCHANGED, value: |a| Some(f32::from(u8::from(a.edits.is_empty()))) },
    // What it was given: long, odd or misspelt texts are further from the training data.
    Feature { id: "words", value: |a| Some((count_words(a.source) as f32).ln_1p()) },
    Feature { id: "unknown_words", value: |a| Some(unknown_words(a.source)) },
    Feature { id: "unknown_words_after", value: |a| Some(unknown_words(a.rewrite)) },
    Feature { id: "tokens_per_letter", value: |a| a.tokens_per_letter() },
];

/// The features of an answer.
pub(crate) fn features(answer: &Answer<'_>) -> Features {
    let values = FEATURES.iter().filter_map(|feature| Some((feature.id, (feature.value)(answer)?)));
    let intents = INTENTS.iter().map(|intent| {
        let asked = matches!(answer.instruction, Instruction::Intent(this) if this.id == intent.id);
        (intent.id, f32::from(u8::from(asked)))
    });
    let vetoed = std::iter::once((VETOED, 0.0));
    values.chain(intents).chain(vetoed).filter(|(_, value)| value.is_finite()).collect()
}

/// Whether a number by this name is about the answer itself, so that it holds whatever critics there are.
pub fn is_of_answer(id: &str) -> bool {
    let features = FEATURES.iter().map(|feature| feature.id).chain(INTENTS.iter().map(|intent| intent.id));
    features.chain(SECOND_THOUGHT).chain([VETOED]).any(|known| known == id)
}

/// What a feature sees: one draft that was judged. Edits are none when it gives back the original.
pub(crate) struct Answer<'a> {
    pub source: &'a str,
    pub rewrite: &'a str,
    pub instruction: &'a Instruction,
    pub draft: &'a Draft,
    pub edits: &'a [Scored],
    pub kept: &'a Kept,
    /// For each edit, the steps that wrote it, in order; empty when the tokens are not known.
    pub steps: Vec<Vec<usize>>,
}

impl<'a> Answer<'a> {
    pub(crate) fn new(
        source: &'a str,
        rewrite: &'a str,
        instruction: &'a Instruction,
        draft: &'a Draft,
        (edits, kept): (&'a [Scored], &'a Kept),
        aligned: Option<&Aligned<'_>>,
    ) -> Self {
        let steps = aligned.map(|aligned| edits.iter().map(|scored| aligned.steps(scored.written)).collect());
        Self { source, rewrite, instruction, draft, edits, kept, steps: steps.unwrap_or_default() }
    }

    fn is_edited(&self, step: usize) -> bool {
        self.steps.iter().any(|steps| steps.contains(&step))
    }

    fn edited(&self) -> Vec<f32> {
        self.steps.iter().flatten().filter_map(|&step| self.draft.logprob(step)).collect()
    }

    fn copied_steps(&self) -> impl Iterator<Item = usize> {
        (0..=self.draft.tokens.len()).filter(|&step| !self.is_edited(step))
    }

    fn copied(&self) -> Vec<f32> {
        self.copied_steps().filter_map(|step| self.draft.logprob(step)).collect()
    }

    /// The first step of each edit.
    fn departure_steps(&self) -> impl Iterator<Item = usize> {
        self.steps.iter().filter_map(|steps| steps.first().copied())
    }

    fn departures(&self) -> Vec<f32> {
        self.departure_steps().filter_map(|step| self.draft.logprob(step)).collect()
    }

    fn entropy(&self, step: usize) -> Option<f32> {
        self.draft.tokens.get(step)?.entropy
    }

    fn edit_share(&self) -> f32 {
        let words = |span: Span| count_words(&self.source[span.start..span.end]);
        let changed: usize = self.edits.iter().map(|scored| words(scored.edit.span)).sum();
        changed as f32 / count_words(self.source).max(1) as f32
    }

    fn length_ratio(&self) -> f32 {
        count_words(self.rewrite).max(1) as f32 / count_words(self.source).max(1) as f32
    }

    fn tokens_per_letter(&self) -> Option<f32> {
        let letters = self.draft.text.chars().filter(|c| !c.is_whitespace()).count();
        (!self.draft.tokens.is_empty() && letters > 0)
            .then(|| self.draft.tokens.len() as f32 / letters as f32)
    }
}

/// Share of words that are in no list of English.
fn unknown_words(text: &str) -> f32 {
    invented("", text).len() as f32 / count_words(text).max(1) as f32
}

fn share(edits: &[Scored], is: impl Fn(&Edit) -> bool) -> f32 {
    let number = edits.iter().filter(|scored| is(&scored.edit)).count();
    number as f32 / edits.len().max(1) as f32
}

/// Lower quantile by order; `None` of nothing.
fn quantile(values: &[f32], q: f32) -> Option<f32> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f32::total_cmp);
    let at = (q * (sorted.len().checked_sub(1)?) as f32).floor() as usize;
    sorted.get(at).map(|value| value.max(FLOOR))
}

fn mean(values: &[f32]) -> Option<f32> {
    let sum: f32 = values.iter().map(|value| value.max(FLOOR)).sum();
    (!values.is_empty()).then(|| sum / values.len() as f32)
}

fn largest(values: impl Iterator<Item = f32>) -> Option<f32> {
    values.reduce(f32::max)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use emend_text::{diff, intent};

    use super::*;
    use crate::{DraftToken, Ending};

    #[test]
    fn ids_are_distinct() {
        let ids: BTreeSet<_> = FEATURES.iter().map(|f| f.id).chain(INTENTS.iter().map(|i| i.id)).collect();
        assert_eq!(ids.len(), FEATURES.len() + INTENTS.len());
    }

    /// " He" 0.9, " go" 0.5, "es" 0.2, " home" 0.8, "." 0.7, end 0.6
    fn draft() -> Draft {
        let token = |end, p: f32, entropy| DraftToken { end, logprob: p.ln(), entropy: Some(entropy) };
        Draft {
            text: "He goes home.".into(),
            tokens: vec![
                token(2, 0.9, 0.1),
                token(5, 0.5, 0.7),
                token(7, 0.2, 0.9),
                token(12, 0.8, 0.3),
                token(13, 0.7, 0.2),
            ],
            ending: Ending::Finished { logprob: Some(0.6f32.ln()) },
        }
    }

    fn of(source: &str) -> Features {
        let (draft, instruction) = (draft(), Instruction::Intent(intent("fix").expect("an intent")));
        let aligned = Aligned::new(&draft, Span::new(0, 13), &draft.text);
        let edits = Scored::all(diff(source, &draft.text), aligned.as_ref());
        let kept = Kept::AsIs;
        features(&Answer::new(source, &draft.text, &instruction, &draft, (&edits, &kept), aligned.as_ref()))
    }

    #[track_caller]
    fn near(found: f32, expected: f32) {
        assert!((found - expected).abs() < 1e-5, "{found} is not {expected}");
    }

    #[test]
    fn an_edit_is_described_by_its_own_tokens() {
        let found = of("He go home.");
        near(found["edited_min"], 0.2f32.ln());
        near(found["edited_median"], 0.2f32.ln());
        near(found["edited_mean"], f32::midpoint(0.5f32.ln(), 0.2f32.ln()));
        near(found["departure_min"], 0.5f32.ln());
        near(found["departure_entropy"], 0.7);
        near(found["copied_min"], 0.6f32.ln());
        near(found["copied_entropy"], 0.3);
        near(found["edit_share"], 1.0 / 3.0);
        near(found["unchanged"], 0.0);
        near(found["fix"], 1.0);
        near(found["formal"], 0.0);
    }

    #[test]
    fn what_does_not_apply_is_absent() {
        let found = of("He goes home.");
        near(found["unchanged"], 1.0);
        near(found["copied_entropy"], 0.9);
        assert!(!found.contains_key("edited_min") && !found.contains_key("departure_entropy"));
    }
}
