//! Texts as the learned critic reads them: sentence by sentence, each distinct one once.

use std::collections::HashMap;

use emend_models::{Critic, Head, ModelError, Opinion};
use emend_text::{Span, sentences};

/// The critic's opinions of everything that one call needs.
#[derive(Debug)]
pub(crate) struct Opinions<'t> {
    critic: &'t Critic,
    found: HashMap<&'t str, Opinion>,
}

/// A sentence, or a piece of one that is longer than the critic reads.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Passage<'o> {
    /// Where it stands in its text.
    pub(crate) span: Span,
    pub(crate) opinion: &'o Opinion,
}

/// A text that was read.
#[derive(Debug)]
pub(crate) struct Reading<'o> {
    critic: &'o Critic,
    /// In order; none when the text has no words.
    pub(crate) passages: Vec<Passage<'o>>,
    /// Each passage together with the next one, where the critic can read both at once.
    joined: Vec<Option<&'o Opinion>>,
}

impl<'t> Opinions<'t> {
    /// Reads all passages of `texts`, and all pairs of neighbours, in batches.
    pub(crate) fn of(critic: &'t Critic, texts: &[&'t str]) -> Result<Self, ModelError> {
        let mut wanted: Vec<&'t str> = Vec::new();
        for text in texts {
            let spans = passages(critic, text);
            wanted.extend(spans.iter().map(|span| &text[span.start..span.end]));
            wanted.extend(spans.windows(2).filter_map(|pair| joined(critic, text, pair)));
        }
        wanted.sort_unstable();
        wanted.dedup();
        let opinions = critic.read(&wanted)?;
        Ok(Self { critic, found: wanted.into_iter().zip(opinions).collect() })
    }

    /// One of the texts, read.
    pub(crate) fn reading(&self, text: &'t str) -> Reading<'_> {
        let spans = passages(self.critic, text);
        let opinion = |text: &str| self.found.get(text);
        let joined = spans.windows(2).map(|pair| joined(self.critic, text, pair).and_then(opinion)).collect();
        let passages = spans
            .into_iter()
            .filter_map(|span| Some(Passage { span, opinion: opinion(&text[span.start..span.end])? }))
            .collect();
        Reading { critic: self.critic, passages, joined }
    }
}

impl<'o> Reading<'o> {
    /// Who read it.
    pub(crate) fn critic(&self) -> &'o Critic {
        self.critic
    }

    /// A head's mean over the passages, longer ones counting more; `None` for a text without words.
    pub(crate) fn mean(&self, head: Head) -> Option<f32> {
        let length: usize = self.passages.iter().map(|passage| passage.span.len()).sum();
        let sum: f32 = self.passages.iter().map(|p| p.opinion.score(head) * p.span.len() as f32).sum();
        (length > 0).then(|| sum / length as f32)
    }

    /// The passage in which a head is highest, and how high.
    pub(crate) fn highest(&self, head: Head) -> Option<(Span, f32)> {
        let scores = self.passages.iter().map(|passage| (passage.span, passage.opinion.score(head)));
        scores.max_by(|a, b| a.1.total_cmp(&b.1))
    }

    /// Whether each passage of this text, alone or together with a neighbour, is said in `other`: the passage for
    /// which that is least true, and how true it is. Sentences may be split and joined without loss.
    ///
    /// After `SummaC` (Laban et al. 2022): the least over this text's passages of the best over the other's.
    pub(crate) fn least_said_in(&self, other: &Reading<'_>) -> Option<(Span, f32)> {
        let best = |opinion: &Opinion| {
            let theirs =
                other.passages.iter().map(|p| p.opinion).chain(other.joined.iter().copied().flatten());
            let best = theirs.map(|their| self.critic.same_meaning(opinion, their)).fold(0.0, f32::max);
            // A calibrated critic is not sure even of a text and itself; that much counts as all.
            (best / self.critic.same_meaning(opinion, opinion)).min(1.0)
        };
        let alone: Vec<f32> = self.passages.iter().map(|passage| best(passage.opinion)).collect();
        let together: Vec<f32> = self.joined.iter().map(|pair| pair.map_or(0.0, best)).collect();
        let said = |at: usize| {
            let before = at.checked_sub(1).and_then(|at| together.get(at)).copied().unwrap_or(0.0);
            let after = together.get(at).copied().unwrap_or(0.0);
            alone[at].max(before).max(after)
        };
        let scores = self.passages.iter().enumerate().map(|(at, passage)| (passage.span, said(at)));
        scores.min_by(|a, b| a.1.total_cmp(&b.1))
    }
}

/// The sentences of `text` that have words, those cut that are longer than the critic reads.
fn passages(critic: &Critic, text: &str) -> Vec<Span> {
    let mut found = Vec::new();
    for span in sentences(text, Span::new(0, text.len()), &[]) {
        cut(critic, text, span, &mut found);
    }
    found.retain(|span| text[span.start..span.end].contains(char::is_alphanumeric));
    found
}

/// `span`, halved at white space until the critic can read each piece. What has no white space stays whole; the critic
/// reads its beginning.
fn cut(critic: &Critic, text: &str, span: Span, found: &mut Vec<Span>) {
    let part = &text[span.start..span.end];
    let middle = part.floor_char_boundary(part.len() / 2);
    let gap = part[middle..].find(char::is_whitespace).map(|at| middle + at);
    match gap.or_else(|| part[..middle].rfind(char::is_whitespace)) {
        Some(at) if !critic.fits(part) => {
            let after = at + (part[at..].len() - part[at..].trim_start().len());
            cut(critic, text, Span::new(span.start, span.start + at), found);
            cut(critic, text, Span::new(span.start + after, span.end), found);
        }
        _ => found.push(span),
    }
}

/// Two neighbours and what stands between them, if the critic can read that at once.
fn joined<'t>(critic: &Critic, text: &'t str, pair: &[Span]) -> Option<&'t str> {
    let joined = &text[pair.first()?.start..pair.last()?.end];
    critic.fits(joined).then_some(joined)
}
