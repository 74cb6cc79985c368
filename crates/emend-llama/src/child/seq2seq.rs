//! T5: token ids in, token ids out.

use std::ops::Range;

use emend_decode::{Cancel, Hypothesis, Limits, Sampling, Search, TokenId, greedy, sample};

use super::Stop;
use super::engine::{Engine, Entry, MAX_ROWS, check_token};
use super::scorer::{Scorer, finished};
use crate::refusal::Refusal;
use crate::types::How;
use crate::wire::{HypothesisTwin, Rewrites};

/// Rewrites all sources.
pub(crate) fn write(
    engine: &mut Engine<'_>,
    ask: Rewrites,
    cancel: &Cancel,
) -> Result<Vec<HypothesisTwin>, Stop> {
    let (sources, how) = (ask.sources, How::from(ask.how));
    let limits: Vec<Limits> = ask.limits.into_iter().map(Limits::from).collect();
    let copies = match how {
        How::Greedy => 1,
        How::Samples(sampling) => sampling.samples,
    };
    check(engine, &sources, &limits, copies)?;

    let mut written = Vec::new();
    let mut next = 0;
    while next < sources.len() {
        let group = group(&sources, &limits, copies, next, engine);
        encode(engine, &sources[group.clone()], copies)?;
        let scorer = Scorer::t5(engine, cancel, group.len(), copies);
        let search = Search { limits: &limits[group.clone()], processors: &[], cancel };
        let decoded = match how {
            // Not guided by the input: llama.cpp's scores depend a little on how many tokens are read at once, so that a
            // near tie could be decided otherwise.
            How::Greedy => greedy(&scorer, &search),
            How::Samples(sampling) => {
                // Each source has its own random numbers, whichever group it is in.
                let seed = sampling.seed.wrapping_add(next as u64);
                sample(&scorer, &search, &Sampling { seed, ..sampling })
            }
        };
        let renumbered =
            |hypothesis: Hypothesis| Hypothesis { source: hypothesis.source + next, ..hypothesis };
        written.extend(finished(decoded)?.into_iter().map(|h| HypothesisTwin::from(renumbered(h))));
        next = group.end;
    }
    Ok(written)
}

/// Log-probabilities of `output` and of the end token after it.
pub(crate) fn score(
    engine: &mut Engine<'_>,
    source: &[TokenId],
    output: &[TokenId],
    limits: Limits,
    cancel: &Cancel,
) -> Result<Vec<f32>, Stop> {
    let limits = Limits { max_tokens: output.len() + 1, ..limits };
    check(engine, &[source.to_vec()], &[limits], 1)?;
    for &token in output {
        check_token(token, engine.vocab)?;
    }
    encode(engine, &[source.to_vec()], 1)?;
    let ended: Vec<TokenId> = output.iter().copied().chain([limits.end]).collect();
    let scored = Scorer::t5(engine, cancel, 1, 1).score(limits.start, &ended)?;
    Ok(scored.into_iter().map(|token| token.logprob).collect())
}

/// Refuses what does not fit or makes no sense.
fn check(
    engine: &Engine<'_>,
    sources: &[Vec<TokenId>],
    limits: &[Limits],
    copies: usize,
) -> Result<(), Refusal> {
    if sources.len() != limits.len() {
        let expected = format!("one per source, {}", sources.len());
        return Err(Refusal::option("limits", &expected, limits.len()));
    }
    if !(1..=MAX_ROWS).contains(&copies) {
        return Err(Refusal::option("samples", &format!("1 to {MAX_ROWS}"), copies));
    }
    for (number, (source, limits)) in sources.iter().zip(limits).enumerate() {
        let fits = |item: &str, found: usize, most: usize| {
            let item = format!("{item} {}", number + 1);
            if found <= most { Ok(()) } else { Err(Refusal::TooLong { item, found, most }) }
        };
        if source.is_empty() {
            return Err(Refusal::option(&format!("source {}", number + 1), "at least one token", 0));
        }
        fits("source", source.len(), engine.widest)?;
        fits("the output of source", limits.max_tokens, engine.cells / copies)?;
        for &token in source.iter().chain([&limits.start, &limits.end]) {
            check_token(token, engine.vocab)?;
        }
    }
    Ok(())
}

/// The sources from `first` on that are written together: as many as there are slots, and room to read and to
/// write. At least one, which [`check`] has found to fit.
fn group(
    sources: &[Vec<TokenId>],
    limits: &[Limits],
    copies: usize,
    first: usize,
    engine: &Engine<'_>,
) -> Range<usize> {
    let (mut read, mut written) = (0, 0);
    let mut end = first;
    while end < sources.len() {
        read += sources[end].len();
        written += copies * limits[end].max_tokens;
        let fits = read <= engine.widest && written <= engine.cells && (end - first + 1) * copies <= MAX_ROWS;
        if end > first && !fits {
            break;
        }
        end += 1;
    }
    first..end
}

/// Reads each source into as many slots as it has copies.
fn encode(engine: &mut Engine<'_>, sources: &[Vec<TokenId>], copies: usize) -> Result<(), Refusal> {
    let slots: Vec<i32> = (0..(sources.len() * copies) as i32).collect();
    let entries = sources.iter().zip(slots.chunks_exact(copies)).flat_map(|(source, slots)| {
        // The encoder scores every position anyway; saying so keeps it from warning.
        let entry = move |(position, &token)| Entry { token, position, slots, scored: true };
        source.iter().enumerate().map(entry)
    });
    engine.encode(entries)
}
