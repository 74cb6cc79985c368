//! A sequence-to-sequence model in this process as a [`Rewriter`], and the parts of it that serve one elsewhere.
//!
//! Prompts become tokens, tokens become batches of about equal length, the encoder reads a batch once, and all
//! strategies write from that one reading. The first draft is greedy. Alternatives come half from diverse
//! beams, which are fluent, and half from sampling, which is varied. Greedy search and sampling are guided by the text that
//! is rewritten, which changes no word of theirs and saves most of their passes.

use std::time::Instant;

use emend_decode::logits::Unwritable;
use emend_decode::{
    Cancel, Decoded, DiverseBeam, Guide, Hypothesis, Limits, NextToken, Pace, Sampling, Search, TokenId,
    diverse_beam, input_guided, input_guided_sample,
};
use emend_models::{ModelError, Seq2Seq, Tokens};
use emend_text::{Bounds, Instruction};

use crate::{Draft, DraftToken, Drafted, Drafting, Ending, EngineError, Measure, Prompt, Rewriter};

/// Longest text in one piece. T5 was trained on 512 tokens with the instruction; the quality of small models falls
/// well before that.
const LONGEST_SOURCE: usize = 256;

/// Tokens that a batch reads at once, padding included: bounds memory, and one slow batch delays the cancel.
const BATCH_TOKENS: usize = 2048;

/// Rows that are written together at most.
const BATCH_ROWS: usize = 16;

/// Rooms for an output beyond its instruction's length window: other words have other numbers of tokens.
const SPARE_RATIO: f32 = 1.3;
/// The same as a number of tokens, for texts of a few words.
const SPARE_TOKENS: usize = 12;
/// Steps at most, whatever the instruction.
const MOST_STEPS: usize = 768;

/// How alternatives are sampled: a little sharper than the model, without the long tail.
const TEMPERATURE: f32 = 0.9;
/// See [`TEMPERATURE`].
const TOP_P: f32 = 0.95;
/// What a token costs a group of the diverse beam that another group has just taken.
const DIVERSITY: f32 = 1.5;

impl Rewriter for Seq2Seq {
    fn name(&self) -> &str {
        &self.manifest.name
    }

    fn max_source_tokens(&self) -> usize {
        LONGEST_SOURCE
    }

    fn measure(&self, text: &str) -> Measure {
        measure(&self.tokens, text)
    }

    fn draft(&self, prompts: &[Prompt<'_>], how: &Drafting, cancel: &Cancel) -> Result<Drafted, EngineError> {
        let sources: Vec<Vec<TokenId>> =
            prompts.iter().map(|prompt| source(&self.tokens, &self.manifest.prompt_form, prompt)).collect();
        let texts: Vec<Vec<TokenId>> = prompts.iter().map(|prompt| self.tokens.encode(prompt.text)).collect();
        let lengths: Vec<usize> = sources.iter().map(Vec::len).collect();
        let mut pace = Pace::measured(Instant::now);
        let mut drafts: Vec<Vec<Draft>> = vec![Vec::new(); prompts.len()];
        for batch in batches(&lengths, rows_per_source(how)) {
            if cancel.is_cancelled() {
                return Ok(Drafted::Cancelled);
            }
            let read: Vec<&[TokenId]> = batch.iter().map(|&prompt| sources[prompt].as_slice()).collect();
            let reading = self.t5.read(&read)?;
            let limits: Vec<Limits> = batch
                .iter()
                .map(|&prompt| limits(&self.tokens, prompts[prompt].instruction, lengths[prompt]))
                .collect();
            let unwritable = Unwritable { pad: self.tokens.pad(), known: self.tokens.len() };
            let search = Search { limits: &limits, processors: &[&unwritable], cancel };
            let texts: Vec<&[TokenId]> = batch.iter().map(|&prompt| texts[prompt].as_slice()).collect();
            let guide = Guide { texts: &texts, pace: &mut pace };
            let Some(written) = write(&reading, &search, how, guide)? else { return Ok(Drafted::Cancelled) };
            for hypothesis in written {
                let prompt = batch[hypothesis.source];
                drafts[prompt].push(draft(&self.tokens, &hypothesis)?);
            }
        }
        Ok(Drafted::Done(drafts))
    }
}

/// All hypotheses of one reading, best first per source and without twins; `None` when cancelled.
fn write<M: NextToken<Error = ModelError>>(
    reading: &M,
    search: &Search<'_>,
    how: &Drafting,
    guide: Guide<'_>,
) -> Result<Option<Vec<Hypothesis>>, EngineError> {
    let (number, seed) = match *how {
        Drafting::Best => {
            return Ok(match input_guided(reading, search, guide)? {
                Decoded::Done(written) => Some(written),
                Decoded::Cancelled => None,
            });
        }
        Drafting::Several { number, seed } => (number, seed),
    };
    let groups = DiverseBeam { groups: groups(number), width: 1, penalty: DIVERSITY, length_penalty: 1.0 };
    let sampling = alternatives(number, seed);
    let Decoded::Done(mut written) = diverse_beam(reading, search, &groups)? else { return Ok(None) };
    let sampled = input_guided_sample(reading, search, &sampling, guide)?;
    let Decoded::Done(sampled) = sampled else { return Ok(None) };
    written.extend(sampled);
    written.sort_by(|a, b| a.source.cmp(&b.source).then(b.mean_logprob().total_cmp(&a.mean_logprob())));
    let mut different: Vec<Hypothesis> = Vec::new();
    for hypothesis in written {
        let twin =
            |other: &Hypothesis| other.source == hypothesis.source && other.tokens == hypothesis.tokens;
        if !different.iter().any(twin) {
            different.push(hypothesis);
        }
    }
    Ok(Some(different))
}

/// Diverse groups for `number` alternatives: one more, because the first group usually writes the greedy draft.
fn groups(number: usize) -> usize {
    number + 1
}

/// Samples for `number` alternatives: twice as many, because many will be the original or each other again.
fn samples(number: usize) -> usize {
    2 * number
}

fn rows_per_source(how: &Drafting) -> usize {
    match *how {
        Drafting::Best => 1,
        Drafting::Several { number, .. } => groups(number).max(samples(number)).max(1),
    }
}

/// A text as the tokenizer sees it.
pub fn measure(tokens: &Tokens, text: &str) -> Measure {
    Measure { tokens: tokens.encode(text).len(), survives: tokens.survives(text) }
}

/// What the encoder reads for a prompt, the end token included.
pub fn source(tokens: &Tokens, form: &str, prompt: &Prompt<'_>) -> Vec<TokenId> {
    let mut source = tokens.encode(&prompt_text(form, prompt.instruction, prompt.text));
    source.push(tokens.end());
    source
}

/// How alternatives are sampled when nothing but samples can be had.
pub fn alternatives(number: usize, seed: u64) -> Sampling {
    Sampling { samples: samples(number), temperature: TEMPERATURE, top_k: 0, top_p: TOP_P, seed }
}

/// Prompts that are read together, as indices: of about equal length, so that little is padding, the shortest first.
fn batches(lengths: &[usize], rows_per_source: usize) -> Vec<Vec<usize>> {
    let mut order: Vec<usize> = (0..lengths.len()).collect();
    order.sort_by_key(|&prompt| lengths[prompt]);
    let mut batches: Vec<Vec<usize>> = Vec::new();
    for prompt in order {
        match batches.last_mut() {
            // This one would be the longest of the batch.
            Some(batch)
                if (batch.len() + 1) * rows_per_source <= BATCH_ROWS
                    && (batch.len() + 1) * lengths[prompt] <= BATCH_TOKENS
                    && lengths[prompt] <= 2 * lengths[batch[0]] =>
            {
                batch.push(prompt);
            }
            _ => batches.push(vec![prompt]),
        }
    }
    batches
}

/// Instruction and text as this model was trained to read them. The text is put in last, so that nothing in it is
/// mistaken for a part of the form.
fn prompt_text(form: &str, instruction: &Instruction, text: &str) -> String {
    // The instruction as the model knows it: its prompt without the text and the colon.
    let empty = instruction.prompt("");
    let instruction = empty.trim_end().trim_end_matches(':');
    match form.split_once("{text}") {
        Some((before, after)) => {
            let fill = |part: &str| part.replace("{instruction}", instruction);
            [&fill(before), text, &fill(after)].concat()
        }
        None => [form, text].concat(),
    }
}

/// How long the rewrite of a source of `length` tokens may become. The instruction's own tokens are part of it, which
/// is room to spare.
pub fn limits(tokens: &Tokens, instruction: &Instruction, length: usize) -> Limits {
    let ratio = Bounds::of(instruction).window.max.max(1.0) * SPARE_RATIO;
    // T5 starts from the padding token.
    Limits { max_tokens: MOST_STEPS, start: tokens.pad(), end: tokens.end() }.relative(
        length,
        ratio,
        SPARE_TOKENS,
    )
}

/// What was written, as text with the place of each token.
pub fn draft(tokens: &Tokens, hypothesis: &Hypothesis) -> Result<Draft, ModelError> {
    let text = tokens.decode(&hypothesis.tokens)?;
    let mut ends = Vec::with_capacity(hypothesis.tokens.len());
    for count in 1..=hypothesis.tokens.len() {
        // A beginning of the tokens gives a beginning of the text, but for a character whose bytes are spread over
        // several tokens: it counts from its last one on.
        let beginning = tokens.decode(&hypothesis.tokens[..count])?;
        let same = text.bytes().zip(beginning.bytes()).take_while(|(a, b)| a == b).count();
        ends.push(text.floor_char_boundary(same));
    }
    let tokens = ends
        .into_iter()
        .zip(&hypothesis.logprobs)
        .zip(&hypothesis.entropies)
        .map(|((end, &logprob), &entropy)| DraftToken { end, logprob, entropy: Some(entropy) })
        .collect();
    let ending = match hypothesis.logprobs.last() {
        logprob if hypothesis.finished => Ending::Finished { logprob: logprob.copied() },
        _ => Ending::Cut,
    };
    Ok(Draft { text, tokens, ending })
}

#[cfg(test)]
mod tests {
    use emend_text::{OwnInstruction, intent};

    use super::*;

    #[test]
    fn prompts_follow_the_models_form() {
        let fix = Instruction::Intent(intent("fix").expect("an intent"));
        assert_eq!(prompt_text("{instruction}: {text}", &fix, "He go."), fix.prompt("He go."));
        assert_eq!(prompt_text("{text} => {instruction}!", &fix, "He go."), "He go. => Fix the grammar!");
        let own = Instruction::Own(OwnInstruction::new("Write {text} twice").expect("one line"));
        assert_eq!(
            prompt_text("{instruction}: {text}", &own, "{instruction} {text}"),
            "Write {text} twice: {instruction} {text}"
        );
    }

    #[test]
    fn batches_hold_similar_lengths_and_every_prompt_once() {
        assert_eq!(batches(&[30, 10, 100, 12, 35], 1), [vec![1, 3], vec![0, 4], vec![2]]);
        assert_eq!(batches(&[10; 5], 8), [vec![0, 1], vec![2, 3], vec![4]], "at most 16 rows");
        assert_eq!(batches(&[1000, 1100, 1200], 1), [vec![0], vec![1], vec![2]], "at most 2048 tokens");
        assert_eq!(batches(&[10, 10], 40), [vec![0], vec![1]], "one source is always read");
        assert!(batches(&[], 1).is_empty());
        let mut all: Vec<usize> = batches(&[9, 3, 200, 7, 7, 50], 3).concat();
        all.sort_unstable();
        assert_eq!(all, [0, 1, 2, 3, 4, 5]);
    }

    /// A tokenizer with byte fallback: the special tokens, all bytes, and three pieces.
    fn tokens() -> Tokens {
        let bytes = (0..=255u8).map(|byte| format!("<0x{byte:02X}>"));
        let pieces = ["<pad>", "</s>", "<unk>"].map(str::to_owned).into_iter().chain(bytes);
        let vocab: Vec<String> = pieces
            .chain(["\u{2581}He", "\u{2581}go", "es"].map(str::to_owned))
            .map(|piece| format!(r#"["{piece}", -3.0]"#))
            .collect();
        let special: Vec<String> = (0..)
            .zip(["<pad>", "</s>", "<unk>"])
            .map(|(id, content): (u32, _)| {
                format!(
                    r#"{{"id": {id}, "content": "{content}", "single_word": false, "lstrip": false,
                    "rstrip": false, "normalized": false, "special": true}}"#
                )
            })
            .collect();
        let metaspace =
            r#"{"type": "Metaspace", "replacement": "\u2581", "prepend_scheme": "always", "split": true}"#;
        let json = format!(
            r#"{{"version": "1.0", "truncation": null, "padding": null, "added_tokens": [{special}],
            "normalizer": null, "pre_tokenizer": {metaspace}, "post_processor": null,
            "decoder": {{"type": "Sequence", "decoders": [{{"type": "ByteFallback"}}, {metaspace}]}},
            "model": {{"type": "Unigram", "unk_id": 2, "byte_fallback": true, "vocab": [{vocab}]}}}}"#,
            special = special.join(","),
            vocab = vocab.join(",")
        );
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("tokenizer.json");
        std::fs::write(&path, json).expect("a file");
        Tokens::from_file(&path).expect("a tokenizer")
    }

    #[test]
    fn every_token_has_its_place_in_the_text() {
        let tokens = tokens();
        // " He", " go", "es", then the three bytes of an ellipsis.
        let written: Vec<TokenId> =
            [259, 260, 261].into_iter().chain([0xE2, 0x80, 0xA6].map(|b| 3 + b)).collect();
        let logprobs = vec![-0.1, -0.2, -0.3, -0.4, -0.5, -0.6, -0.7];
        let entropies = vec![0.5; 7];
        let hypothesis = Hypothesis { tokens: written, logprobs, entropies, finished: true, source: 0 };
        let found = draft(&tokens, &hypothesis).expect("known tokens");
        assert_eq!(found.text, "He goes\u{2026}");
        let ends: Vec<usize> = found.tokens.iter().map(|token| token.end).collect();
        assert_eq!(ends, [2, 5, 7, 7, 7, 10]);
        assert_eq!(found.ending, Ending::Finished { logprob: Some(-0.7) });
        let cut = Hypothesis { finished: false, ..hypothesis };
        assert_eq!(draft(&tokens, &cut).expect("known tokens").ending, Ending::Cut);
    }
}
