//! The policy writes, the critics judge.

mod begun;
mod writer;

use emend_decode::logits::Unwritable;
use emend_decode::{Cancel, Decoded, Hypothesis, Limits, Sampling, Search, TokenId, greedy, sample};
use emend_models::Tokens;
use emend_models::t5::T5;
use serde::{Deserialize, Serialize};

use self::begun::Begun;
pub use self::writer::Writer;
use crate::examples::Prompt;
use crate::feedback::{Attempt, Judge};
use crate::range::{positive, require};
use crate::{Checked, LearnError};

/// Prompts that are read together while sampling: bounds memory.
const PROMPTS_AT_ONCE: usize = 8;

/// How rewrites are sampled.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Draw {
    /// G: rewrites of each text, at least 1.
    pub samples: usize,
    /// 1 is the policy itself, and what the policy gradient assumes; above 0.
    pub temperature: f32,
    /// Nucleus; 1 is off.
    pub top_p: f32,
}

impl Default for Draw {
    fn default() -> Self {
        Self { samples: 4, temperature: 1.0, top_p: 1.0 }
    }
}

impl Draw {
    pub(crate) fn check(&self) -> Checked {
        require("samples", self.samples as f64, "at least 1", self.samples >= 1)?;
        positive("temperature", f64::from(self.temperature))?;
        let top_p = f64::from(self.top_p);
        require("top_p", top_p, "above 0 and at most 1", top_p > 0.0 && top_p <= 1.0)
    }
}

/// A rewrite that the policy wrote.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    /// Its tokens, with the end token unless it was cut off.
    pub tokens: Vec<TokenId>,
    /// log p of each token when it was written.
    pub logprobs: Vec<f32>,
    /// The text.
    pub text: String,
    /// What the critics say, in the order of the recipe's parts; empty before they were asked.
    pub parts: Vec<f32>,
}

/// A text with rewrites of it.
#[derive(Debug, Clone)]
pub struct Rollout<'p> {
    /// The text.
    pub prompt: &'p Prompt,
    /// G rewrites.
    pub samples: Vec<Sample>,
    /// What the critics say about leaving the text as it is.
    pub original: Vec<f32>,
}

/// G rewrites of each prompt; `None` when cancelled.
///
/// A prompt's samples depend on the seed and on its place among the prompts, not on how many are read at once.
pub fn write<'p>(
    writer: Writer<'_>,
    tokens: &Tokens,
    prompts: &[&'p Prompt],
    how: Draw,
    seed: u64,
    cancel: &Cancel,
) -> Result<Option<Vec<Rollout<'p>>>, LearnError> {
    go_on(writer, tokens, (prompts, &vec![Vec::new(); prompts.len()]), how, seed, cancel)
}

/// The same where somebody else began: all rewrites of a prompt begin with its tokens of `begun`.
pub fn go_on<'p>(
    writer: Writer<'_>,
    tokens: &Tokens,
    (prompts, begun): (&[&'p Prompt], &[Vec<TokenId>]),
    how: Draw,
    seed: u64,
    cancel: &Cancel,
) -> Result<Option<Vec<Rollout<'p>>>, LearnError> {
    let mut rollouts = Vec::with_capacity(prompts.len());
    let at_once = prompts.chunks(PROMPTS_AT_ONCE).zip(begun.chunks(PROMPTS_AT_ONCE));
    for (number, (chunk, begun)) in at_once.enumerate() {
        let sources: Vec<&[TokenId]> = chunk.iter().map(|prompt| prompt.source.as_slice()).collect();
        let limits: Vec<Limits> = chunk.iter().map(|prompt| prompt.limits).collect();
        let reading = writer.read(&sources)?;
        let unwritable = Unwritable { pad: tokens.pad(), known: tokens.len() };
        let begun = Begun(begun);
        let search = Search { limits: &limits, processors: &[&unwritable, &begun], cancel };
        let sampling = Sampling {
            samples: how.samples,
            temperature: how.temperature,
            top_k: 0,
            top_p: how.top_p,
            seed: seed.wrapping_add(number as u64),
        };
        let Decoded::Done(written) = sample(&reading, &search, &sampling)? else { return Ok(None) };
        let mut written = written.into_iter().peekable();
        for (source, prompt) in chunk.iter().enumerate() {
            let mut samples = Vec::with_capacity(how.samples);
            while let Some(hypothesis) = written.next_if(|hypothesis| hypothesis.source == source) {
                samples.push(finish(hypothesis, tokens, &prompt.limits)?);
            }
            rollouts.push(Rollout { prompt, samples, original: Vec::new() });
        }
    }
    Ok(Some(rollouts))
}

/// The most likely rewrite of each prompt, word by word; `None` when cancelled.
pub fn best(
    model: &T5,
    tokens: &Tokens,
    prompts: &[&Prompt],
    cancel: &Cancel,
) -> Result<Option<Vec<String>>, LearnError> {
    let mut rewrites = Vec::with_capacity(prompts.len());
    for chunk in prompts.chunks(PROMPTS_AT_ONCE) {
        let sources: Vec<&[TokenId]> = chunk.iter().map(|prompt| prompt.source.as_slice()).collect();
        let limits: Vec<Limits> = chunk.iter().map(|prompt| prompt.limits).collect();
        let reading = model.read(&sources)?;
        let unwritable = Unwritable { pad: tokens.pad(), known: tokens.len() };
        let search = Search { limits: &limits, processors: &[&unwritable], cancel };
        let Decoded::Done(written) = greedy(&reading, &search)? else { return Ok(None) };
        for hypothesis in written {
            rewrites.push(tokens.decode(&hypothesis.tokens)?);
        }
    }
    Ok(Some(rewrites))
}

fn finish(hypothesis: Hypothesis, tokens: &Tokens, limits: &Limits) -> Result<Sample, LearnError> {
    let text = tokens.decode(&hypothesis.tokens)?;
    let mut written = hypothesis.tokens;
    if hypothesis.finished {
        written.push(limits.end);
    }
    Ok(Sample { tokens: written, logprobs: hypothesis.logprobs, text, parts: Vec::new() })
}

/// Asks the critics about all samples and about the originals, in one go.
pub fn judge(rollouts: &mut [Rollout<'_>], parts: usize, judge: Judge<'_>) -> Result<(), LearnError> {
    let attempts: Vec<Attempt<'_>> = rollouts
        .iter()
        .flat_map(|rollout| {
            let prompt = rollout.prompt;
            let written = rollout.samples.iter().map(|sample| sample.text.as_str());
            written.chain([prompt.text.as_str()]).map(move |rewrite| Attempt { prompt, rewrite })
        })
        .collect();
    let said = judge(&attempts).map_err(LearnError::Feedback)?;
    let whole = said.len() == attempts.len() && said.iter().all(|numbers| numbers.len() == parts);
    if !whole || said.iter().flatten().any(|number| !number.is_finite()) {
        let reason = format!("expected {} times {parts} finite numbers", attempts.len());
        return Err(LearnError::Feedback(reason.into()));
    }
    let mut said = said.into_iter();
    for rollout in rollouts {
        for sample in &mut rollout.samples {
            sample.parts = said.next().unwrap_or_default();
        }
        rollout.original = said.next().unwrap_or_default();
    }
    Ok(())
}
