//! The loop of both beam searches: per source, groups of hypotheses that compete within their group.

use crate::search::read;
use crate::{DecodeError, Decoded, Hypothesis, NextToken, Search, TokenId};

/// The numbers of a beam search; one group is plain beam search.
#[derive(Clone, Copy)]
pub(super) struct Competition {
    /// Groups per source.
    pub groups: usize,
    /// Hypotheses per group.
    pub width: usize,
    /// Subtracted from a candidate's score for each time an earlier group took the same token at this step.
    pub diversity: f32,
    /// Exponent of the length in [`normalized`].
    pub length_penalty: f32,
    /// Hypotheses that each group returns at most.
    pub keep: usize,
}

/// A hypothesis that may still grow.
struct Live {
    hypothesis: Hypothesis,
    /// Sum of the adjusted log-probabilities: what the search maximises.
    score: f32,
    /// Its row in the model's state.
    row: usize,
}

/// One possible next token of one live hypothesis.
#[derive(Clone, Copy)]
struct Candidate {
    parent: usize,
    token: TokenId,
    /// With this token, without any penalty for diversity.
    score: f32,
    /// What candidates are ranked by: the score minus the penalty.
    rank: f32,
}

#[derive(Default)]
struct Group {
    live: Vec<Live>,
    /// Hypotheses that ended, with their final score.
    ended: Vec<(f32, Hypothesis)>,
}

/// Runs the groups until none has a hypothesis that could still win.
pub(super) fn compete<M: NextToken>(
    model: &M,
    search: &Search<'_>,
    how: Competition,
) -> Result<Decoded, DecodeError<M::Error>> {
    let mut state = search.start(model)?;
    let sources = search.limits.len();
    let per_source = if how.width == 0 { 0 } else { how.groups };

    // Every group begins with one empty hypothesis.
    let mut groups: Vec<Group> = Vec::new();
    let (mut rows, mut next) = (Vec::new(), Vec::new());
    for source in 0..sources {
        for _ in 0..per_source {
            let mut group = Group::default();
            if search.limits[source].max_tokens > 0 {
                group.live.push(Live { hypothesis: Hypothesis::new(source), score: 0.0, row: rows.len() });
                rows.push(source);
                next.push(search.limits[source].start);
            } else {
                group.ended.push((0.0, Hypothesis::new(source)));
            }
            groups.push(group);
        }
    }

    let (mut log_probs, mut entropies, mut adjusted) = (Vec::new(), Vec::new(), Vec::new());
    let mut row_sources = rows.clone();
    let mut first_step = true;
    while !rows.is_empty() {
        if search.cancel.is_cancelled() {
            return Ok(Decoded::Cancelled);
        }
        if !std::mem::take(&mut first_step) || !rows.iter().copied().eq(0..sources) {
            model.reorder(&mut state, &rows).map_err(DecodeError::Model)?;
        }
        read(model, &mut state, &next, |row| row_sources[row], &mut log_probs, &mut entropies)?;

        (rows, next, row_sources) = (Vec::new(), Vec::new(), Vec::new());
        for of_one_source in groups.chunks_mut(per_source) {
            let mut taken: Vec<TokenId> = Vec::new();
            for group in of_one_source {
                let chosen =
                    group.candidates(search, how, &taken, &log_probs, model.vocab_size(), &mut adjusted);
                taken.extend(chosen.iter().map(|candidate| candidate.token));
                group.grow(search, how, &chosen, &log_probs, &entropies, model.vocab_size());
                for live in &mut group.live {
                    // `row` was the parent's row until here.
                    rows.push(std::mem::replace(&mut live.row, next.len()));
                    next.extend(live.hypothesis.tokens.last());
                    row_sources.push(live.hypothesis.source);
                }
            }
        }
    }
    Ok(Decoded::Done(groups.into_iter().flat_map(|group| group.best(how.keep)).collect()))
}

impl Group {
    /// The best continuations of all live hypotheses, as many as the group has places.
    fn candidates(
        &self,
        search: &Search<'_>,
        how: Competition,
        taken: &[TokenId],
        log_probs: &[f32],
        vocab: usize,
        adjusted: &mut Vec<f32>,
    ) -> Vec<Candidate> {
        // A hypothesis that ended keeps its place, so the beam narrows as its members finish.
        let places = how.width.saturating_sub(self.ended.len());
        let mut best: Vec<Candidate> = Vec::with_capacity(places + 1);
        for (parent, live) in self.live.iter().enumerate() {
            let row = &log_probs[live.row * vocab..][..vocab];
            search.adjust(row, live.hypothesis.source, &live.hypothesis.tokens, adjusted);
            for (token, &value) in (0..).zip(adjusted.iter()) {
                if value == f32::NEG_INFINITY {
                    continue;
                }
                let score = live.score + value;
                let rank =
                    score - how.diversity * taken.iter().filter(|&&other| other == token).count() as f32;
                // Earlier hypotheses and smaller ids win among equals: only a larger rank moves ahead.
                if best.len() < places || best.last().is_some_and(|worst| rank > worst.rank) {
                    let place = best.partition_point(|other| other.rank >= rank);
                    best.insert(place, Candidate { parent, token, score, rank });
                    best.truncate(places);
                }
            }
        }
        best
    }

    /// Replaces the live hypotheses by their chosen continuations; `row` still names the parent's row.
    fn grow(
        &mut self,
        search: &Search<'_>,
        how: Competition,
        chosen: &[Candidate],
        log_probs: &[f32],
        entropies: &[f32],
        vocab: usize,
    ) {
        let parents = std::mem::take(&mut self.live);
        if chosen.is_empty()
            && let Some(parent) = parents.first()
        {
            // A dead end: nothing is allowed after any hypothesis. The best one is the result.
            self.end(parent.score, parent.hypothesis.clone(), how);
        }
        for candidate in chosen {
            let parent = &parents[candidate.parent];
            let limits = search.limits[parent.hypothesis.source];
            let mut hypothesis = parent.hypothesis.clone();
            let row = &log_probs[parent.row * vocab..][..vocab];
            hypothesis.choose(candidate.token, row, entropies[parent.row]);
            if candidate.token == limits.end {
                hypothesis.finished = true;
                self.end(candidate.score, hypothesis, how);
                continue;
            }
            hypothesis.tokens.push(candidate.token);
            if hypothesis.tokens.len() == limits.max_tokens {
                self.end(candidate.score, hypothesis, how);
            } else {
                self.live.push(Live { hypothesis, score: candidate.score, row: parent.row });
            }
        }
        if self.is_decided(search, how) {
            self.live.clear();
        }
    }

    fn end(&mut self, score: f32, hypothesis: Hypothesis, how: Competition) {
        let score = normalized(score, hypothesis.logprobs.len(), how.length_penalty);
        self.ended.push((score, hypothesis));
    }

    /// True when enough have finished and no live hypothesis can still become better than they are.
    fn is_decided(&self, search: &Search<'_>, how: Competition) -> bool {
        let mut finished: Vec<f32> = self
            .ended
            .iter()
            .filter(|(_, hypothesis)| hypothesis.finished)
            .map(|(score, _)| *score)
            .collect();
        finished.sort_by(|a, b| b.total_cmp(a));
        let Some(&bar) = how.keep.checked_sub(1).and_then(|worst| finished.get(worst)) else { return false };
        self.live.iter().all(|live| {
            // Adjusted log-probabilities are at most 0, so the sum can only fall; a positive penalty is
            // kindest to the longest output, a negative one to the shortest.
            let longest = search.limits[live.hypothesis.source].max_tokens;
            let length = if how.length_penalty > 0.0 { longest } else { live.hypothesis.logprobs.len() + 1 };
            normalized(live.score, length, how.length_penalty) <= bar
        })
    }

    /// Finished hypotheses first, best first.
    fn best(mut self, keep: usize) -> impl Iterator<Item = Hypothesis> {
        self.ended.sort_by(|(a_score, a), (b_score, b)| {
            b.finished.cmp(&a.finished).then(b_score.total_cmp(a_score))
        });
        self.ended.into_iter().take(keep).map(|(_, hypothesis)| hypothesis)
    }
}

/// `score / length^penalty` (Wu et al. 2016 without their constants): 0 = the sum, 1 = the mean.
fn normalized(score: f32, length: usize, penalty: f32) -> f32 {
    score / (length.max(1) as f32).powf(penalty)
}
