//! Texts as the learned critic reads them: sentence by sentence, each distinct one once.

use std::collections::HashMap;

use emend_models::{Critic, Downloaded, Head, Input, ModelError, Opinion};
use emend_text::{Span, sentences};

/// The critic's opinions of everything that one call needs, and what downloaded judges say in the place of some.
#[derive(Debug)]
pub(crate) struct Opinions<'t> {
    critic: &'t Critic,
    found: HashMap<&'t str, Opinion>,
    /// In the place of a head of the critic.
    heads: HashMap<(Head, &'t str), f32>,
    /// In the place of the critic's meaning; each of length 1.
    vectors: HashMap<&'t str, Vec<f32>>,
}

/// A sentence, or a piece of one that is longer than the critic reads.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Passage<'o> {
    /// Where it stands in its text.
    pub(crate) span: Span,
    /// The critic's own.
    pub(crate) opinion: &'o Opinion,
    /// By head: the critic's, or what was downloaded to take its place.
    scores: [f32; Head::ALL.len()],
    vector: Option<&'o [f32]>,
}

/// What a passage, or two of them, mean to whoever judges that.
#[derive(Debug, Clone, Copy)]
struct Meant<'o> {
    opinion: &'o Opinion,
    vector: Option<&'o [f32]>,
}

/// A text that was read.
#[derive(Debug)]
pub(crate) struct Reading<'o> {
    critic: &'o Critic,
    /// In order; none when the text has no words.
    pub(crate) passages: Vec<Passage<'o>>,
    /// Each passage together with the next one, where the critic can read both at once.
    joined: Vec<Option<Meant<'o>>>,
}

impl<'t> Opinions<'t> {
    /// Reads all passages of `texts`, and all pairs of neighbours, in batches.
    pub(crate) fn of(
        critic: &'t Critic,
        downloaded: &[Downloaded],
        texts: &[&'t str],
    ) -> Result<Self, ModelError> {
        let (mut alone, mut wanted): (Vec<&'t str>, Vec<&'t str>) = (Vec::new(), Vec::new());
        for text in texts {
            let spans = passages(critic, text);
            alone.extend(spans.iter().map(|span| &text[span.start..span.end]));
            wanted.extend(spans.windows(2).filter_map(|pair| joined(critic, text, pair)));
        }
        alone.sort_unstable();
        alone.dedup();
        wanted.extend(&alone);
        wanted.sort_unstable();
        wanted.dedup();
        let (mut heads, mut vectors) = (HashMap::new(), HashMap::new());
        for judge in downloaded {
            match judge {
                Downloaded::Head(head, classifier) => {
                    let inputs: Vec<Input<'_>> = alone.iter().map(|text| Input::One(text)).collect();
                    let places = alone.iter().map(|text| (*head, *text));
                    heads.extend(places.zip(classifier.scores(&inputs)?));
                }
                Downloaded::Meaning(embedder) => {
                    vectors.extend(wanted.iter().copied().zip(embedder.vectors(&wanted)?));
                }
                // It reads two texts at once: `entailment.rs`.
                Downloaded::Entailment(_) => {}
            }
        }
        let opinions = critic.read(&wanted)?;
        Ok(Self { critic, found: wanted.into_iter().zip(opinions).collect(), heads, vectors })
    }

    /// Where the passages of a text stand, and what they say.
    pub(crate) fn passages(&self, text: &'t str) -> Vec<(Span, &'t str)> {
        passages(self.critic, text).into_iter().map(|span| (span, &text[span.start..span.end])).collect()
    }

    /// One of the texts, read.
    pub(crate) fn reading(&self, text: &'t str) -> Reading<'_> {
        let spans = passages(self.critic, text);
        let vector = |text: &str| self.vectors.get(text).map(Vec::as_slice);
        let joined = |pair: &[Span]| {
            let text = joined(self.critic, text, pair)?;
            Some(Meant { opinion: self.found.get(text)?, vector: vector(text) })
        };
        let passage = |span: &Span| {
            let text = &text[span.start..span.end];
            let opinion = self.found.get(text)?;
            let score = |head| self.heads.get(&(head, text)).copied().unwrap_or_else(|| opinion.score(head));
            Some(Passage { span: *span, opinion, scores: Head::ALL.map(score), vector: vector(text) })
        };
        Reading {
            critic: self.critic,
            passages: spans.iter().filter_map(passage).collect(),
            joined: spans.windows(2).map(joined).collect(),
        }
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
        let sum: f32 = self.passages.iter().map(|p| p.scores[head as usize] * p.span.len() as f32).sum();
        (length > 0).then(|| sum / length as f32)
    }

    /// The passage in which a head is highest, and how high.
    pub(crate) fn highest(&self, head: Head) -> Option<(Span, f32)> {
        let scores = self.passages.iter().map(|passage| (passage.span, passage.scores[head as usize]));
        scores.max_by(|a, b| a.1.total_cmp(&b.1))
    }

    /// Whether each passage of this text, alone or together with a neighbour, is said in `other`: the passage for
    /// which that is least true, and how true it is. Sentences may be split and joined without loss.
    ///
    /// After `SummaC` (Laban et al. 2022): the least over this text's passages of the best over the other's.
    pub(crate) fn least_said_in(&self, other: &Reading<'_>) -> Option<(Span, f32)> {
        let best = |mine: Meant<'_>| {
            let theirs =
                other.passages.iter().map(Passage::meant).chain(other.joined.iter().copied().flatten());
            let best = theirs.map(|their| self.alike(mine, their)).fold(0.0, f32::max);
            // A calibrated critic is not sure even of a text and itself; that much counts as all.
            (best / self.alike(mine, mine)).min(1.0)
        };
        let alone: Vec<f32> = self.passages.iter().map(|passage| best(passage.meant())).collect();
        let together: Vec<f32> = self.joined.iter().map(|pair| pair.map_or(0.0, best)).collect();
        let said = |at: usize| {
            let before = at.checked_sub(1).and_then(|at| together.get(at)).copied().unwrap_or(0.0);
            let after = together.get(at).copied().unwrap_or(0.0);
            alone[at].max(before).max(after)
        };
        let scores = self.passages.iter().enumerate().map(|(at, passage)| (passage.span, said(at)));
        scores.min_by(|a, b| a.1.total_cmp(&b.1))
    }

    /// From 0 to 1; a cosine below 0 is as good as none.
    fn alike(&self, a: Meant<'_>, b: Meant<'_>) -> f32 {
        match a.vector.zip(b.vector) {
            Some((a, b)) => a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>().max(0.0),
            None => self.critic.same_meaning(a.opinion, b.opinion),
        }
    }
}

impl<'o> Passage<'o> {
    fn meant(&self) -> Meant<'o> {
        Meant { opinion: self.opinion, vector: self.vector }
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
