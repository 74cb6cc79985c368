//! A sequence-to-sequence model in this process as a [`Rewriter`], and the parts of it that serve one elsewhere.
//!
//! Prompts become tokens, tokens become batches of about equal length, the encoder reads a batch once, and all
//! strategies write from that one reading. The first draft is greedy. Alternatives come half from diverse
//! beams, which are fluent, and half from sampling, which is varied. Greedy search and sampling are guided by the text that
//! is rewritten, which changes no word of theirs and saves most of their passes where few texts are written together; they
//! write sixteen rows at a time, and the place of a finished one is taken by the next text of the batch.

use std::cell::RefCell;
use std::time::Instant;

use emend_decode::logits::Unwritable;
use emend_decode::{
    Cancel, Decoded, DiverseBeam, Given, Guide, Hypothesis, Limits, NextToken, Pace, Sampling, Search,
    TokenId, diverse_beam, forced, input_guided, input_guided_sample,
};
use emend_models::t5::Readings;
use emend_models::{ModelError, Seq2Seq, Tokens};
use emend_text::{Bounds, Instruction};

use crate::cascade::fnv_1a;
use crate::{Draft, DraftToken, Drafted, Drafting, Ending, EngineError, Measure, Prompt, Rewriter};

/// Longest text in one piece. T5 was trained on 512 tokens with the instruction; the quality of small models falls
/// well before that.
const LONGEST_SOURCE: usize = 256;

/// Tokens that a batch reads at once: bounds memory (what the decoder sees of 1,024 tokens takes 200 MB with
/// CoEdIT-large, and 4 MB with the starter), and one slow batch delays the cancel.
const BATCH_TOKENS: usize = 1024;

/// Rows of beams that are written together at most: none of them waits for another.
const BEAM_ROWS: usize = 16;

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
        write_all(self, prompts, how, &mut Session::keeping(0), cancel)
    }

    fn reread(
        &self,
        prompts: &[Prompt<'_>],
        texts: &[Vec<String>],
        cancel: &Cancel,
    ) -> Result<Drafted, EngineError> {
        read_all(self, prompts, texts, &mut Session::keeping(0), cancel)
    }
}

/// Bytes of what the encoder made of recent texts: some hundred sentences of the starter, as many as a document has in work
/// at a time.
const READINGS: usize = 16 << 20;

/// What a model keeps from call to call. It changes how long writing takes, never what is written.
#[derive(Debug)]
pub struct Session {
    /// What it has learned of the machine it runs on.
    pub pace: Pace,
    /// The texts that it has read: one is read for its draft, for what rules propose, and for alternatives.
    pub readings: Readings,
}

impl Session {
    /// Nothing is known yet.
    pub fn new() -> Self {
        Self::keeping(READINGS)
    }

    /// The same with another size of what is kept of texts.
    fn keeping(bytes: usize) -> Self {
        Self { pace: Pace::measured(Instant::now), readings: Readings::new(bytes) }
    }
}

impl Default for Session {
    fn default() -> Self {
        Self::new()
    }
}

/// A model that goes on with what it knows, instead of beginning anew with each call. It writes the same.
pub struct InSession<'a> {
    model: &'a Seq2Seq,
    session: &'a RefCell<Session>,
}

impl<'a> InSession<'a> {
    /// `session` should belong to this model, whatever adapters it has on.
    pub fn new(model: &'a Seq2Seq, session: &'a RefCell<Session>) -> Self {
        Self { model, session }
    }
}

impl Rewriter for InSession<'_> {
    fn name(&self) -> &str {
        self.model.name()
    }

    fn max_source_tokens(&self) -> usize {
        self.model.max_source_tokens()
    }

    fn measure(&self, text: &str) -> Measure {
        self.model.measure(text)
    }

    fn draft(&self, prompts: &[Prompt<'_>], how: &Drafting, cancel: &Cancel) -> Result<Drafted, EngineError> {
        write_all(self.model, prompts, how, &mut self.session.borrow_mut(), cancel)
    }

    fn reread(
        &self,
        prompts: &[Prompt<'_>],
        texts: &[Vec<String>],
        cancel: &Cancel,
    ) -> Result<Drafted, EngineError> {
        read_all(self.model, prompts, texts, &mut self.session.borrow_mut(), cancel)
    }
}

/// The drafts of all prompts, batch by batch.
fn write_all(
    model: &Seq2Seq,
    prompts: &[Prompt<'_>],
    how: &Drafting,
    session: &mut Session,
    cancel: &Cancel,
) -> Result<Drafted, EngineError> {
    let tokens = &model.tokens;
    let sources: Vec<Vec<TokenId>> =
        prompts.iter().map(|prompt| source(tokens, &model.manifest.prompt_form, prompt)).collect();
    let lengths: Vec<usize> = sources.iter().map(Vec::len).collect();
    let mut drafts: Vec<Vec<Draft>> = vec![Vec::new(); prompts.len()];
    for batch in batches(&lengths, rows_per_source(how)) {
        if cancel.is_cancelled() {
            return Ok(Drafted::Cancelled);
        }
        let read: Vec<&[TokenId]> = batch.iter().map(|&prompt| sources[prompt].as_slice()).collect();
        let reading = model.t5.read_with(&read, &mut session.readings)?;
        let limits = all_limits(tokens, prompts, &batch, &lengths);
        let unwritable = Unwritable { pad: tokens.pad(), known: tokens.len() };
        let search = Search { limits: &limits, processors: &[&unwritable], cancel };
        let texts: Vec<Vec<TokenId>> =
            batch.iter().map(|&prompt| tokens.encode(prompts[prompt].text)).collect();
        let texts: Vec<&[TokenId]> = texts.iter().map(Vec::as_slice).collect();
        // A text has its own random numbers, so that its samples do not depend on the texts beside it.
        let streams: Vec<u32> = batch.iter().map(|&prompt| fnv_1a(prompts[prompt].text) as u32).collect();
        let guide = Guide { texts: &texts, streams: &streams, pace: &mut session.pace };
        let Some(written) = write(&reading, &search, how, guide)? else { return Ok(Drafted::Cancelled) };
        for hypothesis in written {
            drafts[batch[hypothesis.source]].push(draft(tokens, &hypothesis)?);
        }
    }
    Ok(Drafted::Done(drafts))
}

/// What the model makes of given rewrites of all prompts, batch by batch.
fn read_all(
    model: &Seq2Seq,
    prompts: &[Prompt<'_>],
    texts: &[Vec<String>],
    session: &mut Session,
    cancel: &Cancel,
) -> Result<Drafted, EngineError> {
    let tokens = &model.tokens;
    let sources: Vec<Vec<TokenId>> =
        prompts.iter().map(|prompt| source(tokens, &model.manifest.prompt_form, prompt)).collect();
    let lengths: Vec<usize> = sources.iter().map(Vec::len).collect();
    let mut drafts: Vec<Vec<Draft>> = vec![Vec::new(); prompts.len()];
    for batch in batches(&lengths, 0) {
        let read: Vec<&[TokenId]> = batch.iter().map(|&prompt| sources[prompt].as_slice()).collect();
        let reading = model.t5.read_with(&read, &mut session.readings)?;
        let limits = all_limits(tokens, prompts, &batch, &lengths);
        let search = Search { limits: &limits, processors: &[], cancel };
        let given: Vec<(usize, Vec<TokenId>)> = batch
            .iter()
            .enumerate()
            .flat_map(|(source, &prompt)| {
                texts.get(prompt).into_iter().flatten().map(move |text| (source, tokens.encode(text)))
            })
            .collect();
        let given: Vec<Given<'_>> =
            given.iter().map(|(source, tokens)| Given { source: *source, tokens }).collect();
        let Decoded::Done(read) = forced(&reading, &search, &given)? else { return Ok(Drafted::Cancelled) };
        for hypothesis in read {
            drafts[batch[hypothesis.source]].push(draft(tokens, &hypothesis)?);
        }
    }
    Ok(Drafted::Done(drafts))
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

/// Rows of a source that cannot wait for one another; 0 when all can.
fn rows_per_source(how: &Drafting) -> usize {
    match *how {
        Drafting::Best => 0,
        Drafting::Several { number, .. } => groups(number),
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

/// Prompts that are read together, as indices: of about equal length, the longest first, so that when no text is left to
/// take the place of a finished one, what is still written is short.
fn batches(lengths: &[usize], rows_per_source: usize) -> Vec<Vec<usize>> {
    let mut order: Vec<usize> = (0..lengths.len()).collect();
    order.sort_by_key(|&prompt| std::cmp::Reverse(lengths[prompt]));
    let mut batches: Vec<Vec<usize>> = Vec::new();
    let mut tokens = 0;
    for prompt in order {
        tokens += lengths[prompt];
        match batches.last_mut() {
            Some(batch) if tokens <= BATCH_TOKENS && (batch.len() + 1) * rows_per_source <= BEAM_ROWS => {
                batch.push(prompt);
            }
            _ => {
                batches.push(vec![prompt]);
                tokens = lengths[prompt];
            }
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

/// Of the prompts in `batch`, whose sources have these `lengths`.
fn all_limits(tokens: &Tokens, prompts: &[Prompt<'_>], batch: &[usize], lengths: &[usize]) -> Vec<Limits> {
    batch.iter().map(|&prompt| limits(tokens, prompts[prompt].instruction, lengths[prompt])).collect()
}

/// What was written, as text with the place of each token.
pub fn draft(tokens: &Tokens, hypothesis: &Hypothesis) -> Result<Draft, ModelError> {
    let (text, ends) = tokens.decode_with_ends(&hypothesis.tokens)?;
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
        assert_eq!(batches(&[30, 10, 100, 12, 35], 0), [vec![2, 4, 0, 3, 1]], "as many as can be read");
        assert_eq!(batches(&[10; 5], 8), [vec![0, 1], vec![2, 3], vec![4]], "at most 16 rows of beams");
        assert_eq!(batches(&[500, 600, 400, 90], 0), [vec![1], vec![0, 2, 3]], "at most 1024 tokens");
        assert_eq!(batches(&[2000, 10], 40), [vec![0], vec![1]], "one source is always read");
        assert!(batches(&[], 1).is_empty());
        let mut all: Vec<usize> = batches(&[9, 3, 900, 7, 7, 500], 3).concat();
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
