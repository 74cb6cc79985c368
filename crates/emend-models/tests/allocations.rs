//! A token costs no allocation: what a decoder pass needs stands in memory that the pass before has used.
//!
//! Measured on the weights that come with the program. Memory that grows is no part of it: keys and values get twice the
//! room now and then, and buffers grow to the largest pass so far.

#![allow(clippy::unwrap_used)]
// An allocator can be given no other way.
#![allow(unsafe_code)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::{Cell, RefCell};
use std::path::Path;
use std::time::Instant;

use candle_core::{Device, Tensor};
use emend_decode::logits::Unwritable;
use emend_decode::{
    Cancel, Decoded, Guide, Limits, NextToken, Pace, Sampling, Search, TokenId, greedy, input_guided, sample,
};
use emend_models::t5::{DecoderState, Reading};
use emend_models::{Lora, ModelError, Seq2Seq, open_folder};
use emend_text::{Instruction, intent};

thread_local! {
    /// Allocations of this thread: other threads of the test program have their own.
    static COUNT: Cell<usize> = const { Cell::new(0) };
}

fn count() -> usize {
    COUNT.get()
}

/// The system's allocator, with a count.
struct Counting;

// SAFETY: all work is the system's.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        COUNT.set(COUNT.get() + 1);
        // SAFETY: the caller's promise is passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        COUNT.set(COUNT.get() + 1);
        // SAFETY: as above.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        COUNT.set(COUNT.get() + 1);
        // SAFETY: as above.
        unsafe { System.realloc(memory, layout, size) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        // SAFETY: as above.
        unsafe { System.dealloc(memory, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

const TEXT: &str = "Yesterday we has walked to the old harbour, and the boats was all there, because nobody go out in such a wind.";

/// Positions that there is room for before anything is measured: more than any text here has.
const ROOM: usize = 96;

/// A reading that counts what is allocated from the beginning of each pass to the beginning of the next.
struct Watched<'m> {
    reading: Reading<'m>,
    /// The count at the beginning of each pass.
    begun: RefCell<Vec<usize>>,
}

impl<'m> Watched<'m> {
    fn new(reading: Reading<'m>) -> Self {
        Self { reading, begun: RefCell::new(Vec::with_capacity(ROOM)) }
    }

    fn begin(&self) {
        self.begun.borrow_mut().push(count());
    }

    /// Allocations of each pass and of what the search does after it, the last pass left out.
    fn each(&self) -> Vec<usize> {
        self.begun.borrow().windows(2).map(|two| two[1] - two[0]).collect()
    }
}

impl NextToken for Watched<'_> {
    type State = DecoderState;
    type Error = ModelError;

    fn vocab_size(&self) -> usize {
        self.reading.vocab_size()
    }

    /// Memory has grown already.
    fn start(&self) -> Result<DecoderState, ModelError> {
        let mut state = self.reading.start()?;
        let tokens = vec![5; ROOM * self.rows(&state)];
        self.reading.append(&mut state, &tokens, 1, &mut Vec::new())?;
        self.reading.truncate(&mut state, 0)?;
        Ok(state)
    }

    fn rows(&self, state: &DecoderState) -> usize {
        self.reading.rows(state)
    }

    fn len(&self, state: &DecoderState) -> usize {
        self.reading.len(state)
    }

    fn append(
        &self,
        state: &mut DecoderState,
        tokens: &[TokenId],
        wanted: usize,
        logits: &mut Vec<f32>,
    ) -> Result<(), ModelError> {
        self.begin();
        self.reading.append(state, tokens, wanted, logits)
    }

    fn extend(
        &self,
        state: &mut DecoderState,
        tokens: &[TokenId],
        new: &[usize],
        logits: &mut Vec<f32>,
    ) -> Result<(), ModelError> {
        // The scores of a pass have a buffer of the search, which grows to the largest pass as well.
        logits.clear();
        logits.reserve(self.vocab_size() * ROOM);
        self.begin();
        self.reading.extend(state, tokens, new, logits)
    }

    fn truncate(&self, state: &mut DecoderState, len: usize) -> Result<(), ModelError> {
        self.reading.truncate(state, len)
    }

    fn truncate_rows(&self, state: &mut DecoderState, lens: &[usize]) -> Result<(), ModelError> {
        self.reading.truncate_rows(state, lens)
    }

    fn reorder(&self, state: &mut DecoderState, rows: &[usize]) -> Result<(), ModelError> {
        self.reading.reorder(state, rows)
    }
}

fn starter() -> Seq2Seq {
    open_folder(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models/starter.toml")).unwrap()
}

/// The starter with an adapter on each matrix.
fn adapted() -> Seq2Seq {
    let mut model = starter();
    for (_, linear) in model.t5.linears_mut() {
        let (out, width) = linear.dims();
        let matrix = |rows: usize, columns: usize| {
            let numbers = (0..rows * columns).map(|at| (at * 37 % 101) as f32 / 1e4 - 0.005).collect();
            Tensor::from_vec(numbers, (rows, columns), &Device::Cpu).unwrap()
        };
        linear.set_lora(Some(Lora { a: matrix(4, width), b: matrix(out, 4), scale: 0.5 })).unwrap();
    }
    model
}

/// The source and its text as tokens.
fn tokens(model: &Seq2Seq) -> (Vec<TokenId>, Vec<TokenId>) {
    let fix = Instruction::Intent(intent("fix").unwrap());
    let mut source = model.tokens.encode(&fix.prompt(TEXT));
    source.push(model.tokens.end());
    (source, model.tokens.encode(TEXT))
}

#[test]
fn a_pass_allocates_nothing() {
    for model in [starter(), adapted()] {
        let (source, text) = tokens(&model);
        let reading = model.t5.read(&[&source]).unwrap();
        let mut state = reading.start().unwrap();
        let mut scores = Vec::new();
        let start = model.tokens.pad();
        let mut pass = |tokens: &[TokenId], keep: usize| {
            reading.extend(&mut state, tokens, &[tokens.len()], &mut scores).unwrap();
            reading.truncate_rows(&mut state, &[keep]).unwrap();
            reading.append(&mut state, &tokens[..1], 1, &mut scores).unwrap();
            reading.truncate(&mut state, keep).unwrap();
        };
        pass(&[&[start], &text[..20]].concat(), 8);
        let before = count();
        // A verified draft and a token after it.
        pass(&text[8..16], 12);
        assert_eq!(count() - before, 0);
    }
}

#[test]
fn a_search_allocates_nothing_from_its_second_pass_on() {
    for model in [starter(), adapted()] {
        let (source, text) = tokens(&model);
        let limits = [Limits { max_tokens: ROOM - 1, start: model.tokens.pad(), end: model.tokens.end() }];
        let unwritable = Unwritable { pad: model.tokens.pad(), known: model.tokens.len() };
        let search = Search { limits: &limits, processors: &[&unwritable], cancel: &Cancel::new() };

        let plain = Watched::new(model.t5.read(&[&source]).unwrap());
        let expected = greedy(&plain, &search).unwrap();
        let Decoded::Done(written) = &expected else { panic!("nobody cancels") };
        assert!(written[0].tokens.len() > 15, "{written:?}");
        let each = plain.each();
        assert_eq!(each.len(), written[0].logprobs.len() - 1);
        assert_eq!(each[1..].iter().sum::<usize>(), 0, "{each:?}");

        for (top_k, top_p) in [(0, 0.95), (200, 1.0)] {
            let how = Sampling { temperature: 1.2, top_k, top_p, seed: 3, ..Sampling::default() };
            let sampled = Watched::new(model.t5.read(&[&source]).unwrap());
            sample(&sampled, &search, &how).unwrap();
            let each = sampled.each();
            assert!(each.len() > 10, "{each:?}");
            assert_eq!(each[1..].iter().sum::<usize>(), 0, "{each:?}");
        }

        let guided = Watched::new(model.t5.read(&[&source]).unwrap());
        let mut pace = Pace::measured(Instant::now);
        let found = input_guided(&guided, &search, Guide { texts: &[&text], streams: &[], pace: &mut pace });
        assert_eq!(found.unwrap(), expected);
        let each = guided.each();
        assert!(each.len() > 1 && each.len() + 1 < written[0].logprobs.len(), "{each:?}");
        assert_eq!(each[1..].iter().sum::<usize>(), 0, "{each:?}");
    }
}

#[test]
fn the_count_counts() {
    let before = count();
    let mut list: Vec<u32> = Vec::with_capacity(1);
    list.extend([1, 2]);
    assert_eq!((count() - before, list.len()), (2, 2));
}
