//! Whether what one text says follows from another, by a downloaded classifier of premises and hypotheses.
//!
//! After `SummaC` (Laban et al. 2022, the zero-shot form): a passage follows as surely as from the best of the other text's
//! parts, a text as surely as its least passage.

use std::collections::HashMap;

use emend_models::{Classifier, Input, ModelError};
use emend_text::Span;

use crate::Pair;
use crate::reading::Opinions;

/// Everything that one call needs.
#[derive(Debug)]
pub(crate) struct Entailments<'t> {
    texts: HashMap<&'t str, Parts<'t>>,
    /// How surely a hypothesis, the second, follows from a premise.
    found: HashMap<(&'t str, &'t str), f32>,
}

#[derive(Debug)]
struct Parts<'t> {
    passages: Vec<(Span, &'t str)>,
    /// Neighbouring passages, as many as the classifier reads beside a hypothesis.
    premises: Vec<&'t str>,
}

impl<'t> Entailments<'t> {
    /// Reads both texts of all pairs, both ways, in batches.
    pub(crate) fn of(
        classifier: &Classifier,
        opinions: &Opinions<'t>,
        pairs: &[Pair<'t>],
    ) -> Result<Self, ModelError> {
        let mut texts = HashMap::new();
        for text in pairs.iter().flat_map(|pair| [pair.source, pair.rewrite]) {
            if !texts.contains_key(text) {
                let passages = opinions.passages(text);
                let premises = premises(classifier, text, &passages)?;
                texts.insert(text, Parts { passages, premises });
            }
        }
        let mut all = Self { texts, found: HashMap::new() };
        let both = pairs.iter().flat_map(|pair| [(pair.source, pair.rewrite), (pair.rewrite, pair.source)]);
        let mut wanted: Vec<(&str, &str)> = both.flat_map(|(text, other)| all.asked(text, other)).collect();
        wanted.sort_unstable();
        wanted.dedup();
        let inputs: Vec<Input<'_>> =
            wanted.iter().map(|(premise, hypothesis)| Input::Pair(premise, hypothesis)).collect();
        let scores = classifier.scores(&inputs)?;
        all.found = wanted.into_iter().zip(scores).collect();
        Ok(all)
    }

    /// The passage of `text` that follows least from `other`, and how surely it does; `None` for a text without words.
    pub(crate) fn least(&self, text: &str, other: &str) -> Option<(Span, f32)> {
        let (mine, theirs) = (self.texts.get(text)?, self.texts.get(other)?);
        let scores = mine.passages.iter().map(|&(span, passage)| {
            let sure = |premise: &&str| self.found.get(&(*premise, passage)).copied();
            let best = theirs.premises.iter().filter_map(sure).fold(0.0, f32::max);
            (span, if theirs.says(passage) { 1.0 } else { best })
        });
        scores.min_by(|a, b| a.1.total_cmp(&b.1))
    }

    /// Premises and hypotheses that [`least`](Self::least) needs.
    fn asked(&self, text: &str, other: &str) -> Vec<(&'t str, &'t str)> {
        let Some((mine, theirs)) = self.texts.get(text).zip(self.texts.get(other)) else { return Vec::new() };
        let open = mine.passages.iter().filter(|(_, passage)| !theirs.says(passage));
        open.flat_map(|(_, passage)| theirs.premises.iter().map(move |premise| (*premise, *passage)))
            .collect()
    }
}

impl Parts<'_> {
    /// Word for word; nobody needs to be asked about that.
    fn says(&self, passage: &str) -> bool {
        self.passages.iter().any(|(_, own)| *own == passage)
    }
}

fn premises<'t>(
    classifier: &Classifier,
    text: &'t str,
    passages: &[(Span, &'t str)],
) -> Result<Vec<&'t str>, ModelError> {
    let mut found: Vec<Span> = Vec::new();
    for &(span, _) in passages {
        match found.last_mut() {
            Some(last) if classifier.fits_half(&text[last.start..span.end])? => last.end = span.end,
            _ => found.push(span),
        }
    }
    Ok(found.into_iter().map(|span| &text[span.start..span.end]).collect())
}
