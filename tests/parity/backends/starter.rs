//! The model that comes with the program. Both backends round activations to 8 bits before each product, at
//! different moments, and that shows: against the same numbers in f32, candle's log-probabilities are off by up to
//! 0.4 and llama.cpp's by up to 0.2 (0.01 on average), where a token is unlikely. So the bounds here are wide, and
//! `floats.rs` has the narrow ones.

use std::path::Path;

use emend_decode::{Cancel, Decoded, Hypothesis, Limits, Sampling, Search, TokenId, greedy};
use emend_llama::{How, Info, Kind, LlamaError, Outcome, Refusal, Worker};
use emend_models::{Seq2Seq, open_folder};

use crate::{Distance, distance, done, scored_on_candle, worker};

/// Bounds of the noise. Measured: 0.36 and 0.04.
const LARGEST: f32 = 0.6;
const MEAN: f32 = 0.1;

/// What a writer may ask. The last one has about two hundred tokens, more than the starter was made for.
const REQUESTS: [&str; 9] = [
    "Fix the grammar: She go to the market every saturday.",
    "Fix the grammar: Their is two boat in the harbor, and none of them are ours.",
    "Make this clearer: The thing that the meeting was about was the budget.",
    "Make this shorter: In the event that it should happen to rain, we will in all likelihood stay at home.",
    "Make this more formal: hey, can u send me the numbers by 5 pm? thx!",
    "Fix the grammar: \u{201c}We was late\u{201d}, he said \u{2014} na\u{ef}vely \u{2014} to Zo\u{eb} (zoe@example.org).",
    "Make this appropriate: You clearly have no idea what you are talking about.",
    "Fix the grammar: I has a cat",
    "Fix the grammar: Last summer we rents a small house near the lake. The owner, a friendly old man, have left us \
     a list with everything what we needed to know. In the first morning we wake up early and walked to the village \
     for buy bread. The baker telled us that it was the hottest week since many years, and that nobody were \
     swimming because of the algae. We was a bit disappointed, but the children has found a stream behind the \
     house, where they builded a dam out of stones. By the end of the week it were so big that even the owner come \
     to look at it. He laughed, and said that his own children had done exactly the same thing thirty years ago. \
     We has promised to come back next year, and to brings the drawings of the dam that our daughter have made. \
     Until then we shows the pictures to everybody who visit us, if they wants it or not.",
];

pub(crate) fn the_starter_writes_the_same() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../models/starter");
    let candle = open_folder(&folder).unwrap();
    let llama = worker(folder.join("model.gguf"));
    let source = |text: &&str| [candle.tokens.encode(text), vec![candle.tokens.end()]].concat();
    let sources: Vec<Vec<TokenId>> = REQUESTS.iter().map(source).collect();
    let longest = sources.iter().map(Vec::len).max().unwrap();
    assert!(longest >= 190, "a long source is among them: {longest}");
    let limits = Limits { max_tokens: 200, start: candle.tokens.pad(), end: candle.tokens.end() };

    the_file_is_known(&candle, &llama);
    let expected = on_candle(&candle, &sources, limits);
    let written = done(llama.write(&sources, &vec![limits; sources.len()], How::Greedy, &Cancel::new()));
    the_same_is_written(&llama, &sources, limits, &written, &expected);
    sources_do_not_disturb_each_other(&llama, &sources, limits, &written);
    samples_are_drawn_from_the_same_model(&candle, &llama, &sources, limits);
    what_does_not_fit_is_refused(&llama, limits);
}

fn the_file_is_known(candle: &Seq2Seq, llama: &Worker) {
    let Outcome::Done(info) = llama.info(&Cancel::new()).unwrap() else { panic!("nobody cancelled") };
    let Info { kind, architecture, context, longest_source, vocab, chat_template, .. } = info;
    assert_eq!((kind, architecture.as_str(), chat_template), (Kind::T5, "t5", false));
    assert_eq!((context, longest_source), (4096, 512));
    assert_eq!(vocab as usize, candle.t5.config().vocab_size);
}

fn on_candle(candle: &Seq2Seq, sources: &[Vec<TokenId>], limits: Limits) -> Vec<Hypothesis> {
    let cancel = Cancel::new();
    let search = Search { limits: &[limits], processors: &[], cancel: &cancel };
    let one = |source: &Vec<TokenId>| match greedy(&candle.t5.read(&[source]).unwrap(), &search).unwrap() {
        Decoded::Done(mut hypotheses) => hypotheses.remove(0),
        Decoded::Cancelled => panic!("nobody cancelled"),
    };
    sources.iter().map(one).collect()
}

/// Scores are alike along all of candle's output; the token ids are the same until two tokens are as likely as each
/// other within the noise, if they ever are.
fn the_same_is_written(
    llama: &Worker,
    sources: &[Vec<TokenId>],
    limits: Limits,
    written: &[Hypothesis],
    expected: &[Hypothesis],
) {
    assert_eq!(written.len(), sources.len());
    let (mut same, mut worst) = (0, Distance { largest: 0.0, mean: 0.0 });
    for (number, (found, expected)) in written.iter().zip(expected).enumerate() {
        assert_eq!(found.source, number);
        let scored = llama.score(&sources[number], &expected.tokens, limits, &Cancel::new()).unwrap();
        let Outcome::Done(mut scored) = scored else { panic!("nobody cancelled") };
        scored.truncate(expected.logprobs.len());
        let Distance { largest, mean } = distance(&scored, &expected.logprobs);
        assert!(largest < LARGEST && mean < MEAN, "source {number}: {largest}, {mean} on average");
        worst = Distance { largest: worst.largest.max(largest), mean: worst.mean.max(mean) };

        let parting =
            found.tokens.iter().zip(&expected.tokens).position(|(found, expected)| found != expected);
        match parting {
            None => {
                assert_eq!((&found.tokens, found.finished), (&expected.tokens, expected.finished));
                same += 1;
            }
            Some(at) => {
                let preferred = found.logprobs[at] - scored[at];
                println!("source {number} parts at token {at}, by {preferred:.3}");
                assert!((0.0..LARGEST).contains(&preferred), "source {number}, token {at}: {preferred}");
            }
        }
    }
    println!("starter: {same} of {} outputs are the same", written.len());
    println!("starter: log-probabilities to {:.3}, and to {:.3} on average", worst.largest, worst.mean);
    assert!(same + 1 >= written.len(), "all that the starter was made for");
}

fn sources_do_not_disturb_each_other(
    llama: &Worker,
    sources: &[Vec<TokenId>],
    limits: Limits,
    together: &[Hypothesis],
) {
    // All but the last, which is at the edge of two choices.
    for (source, expected) in sources.iter().zip(together).take(sources.len() - 1) {
        let alone = done(llama.write(std::slice::from_ref(source), &[limits], How::Greedy, &Cancel::new()));
        assert_eq!(alone[0].tokens, expected.tokens);
        assert!(distance(&alone[0].logprobs, &expected.logprobs).largest < LARGEST);
    }
}

/// The same seed may draw another token where the noise decides; so what was drawn is scored by the other backend.
fn samples_are_drawn_from_the_same_model(
    candle: &Seq2Seq,
    llama: &Worker,
    sources: &[Vec<TokenId>],
    limits: Limits,
) {
    let how = How::Samples(Sampling { samples: 5, top_p: 0.95, seed: 4, ..Sampling::default() });
    let all = vec![limits; sources.len()];
    let drawn = done(llama.write(sources, &all, how, &Cancel::new()));
    assert_eq!(drawn, done(llama.write(sources, &all, how, &Cancel::new())), "a seed gives the same samples");
    assert_eq!(drawn.len(), 5 * sources.len());
    let mut means = 0.0;
    for (number, sample) in drawn.iter().enumerate() {
        assert_eq!(sample.source, number / 5);
        let mut expected = scored_on_candle(candle, &sources[sample.source], &sample.tokens, limits);
        expected.truncate(sample.logprobs.len());
        means += distance(&sample.logprobs, &expected).mean / drawn.len() as f32;
    }
    println!("starter: {} samples, log-probabilities to {means:.3} on average", drawn.len());
    assert!(means < MEAN, "{means}");
}

fn what_does_not_fit_is_refused(llama: &Worker, limits: Limits) {
    let refusal = |source: Vec<TokenId>, limits: &[Limits], samples: usize| {
        let how = How::Samples(Sampling { samples, ..Sampling::default() });
        match llama.write(&[source], limits, how, &Cancel::new()).unwrap_err() {
            LlamaError::Refused(refusal) => refusal,
            other => panic!("{other}"),
        }
    };
    let fits = vec![5, 6, limits.end];
    let long = refusal(vec![5; 513], &[limits], 1);
    assert!(matches!(long, Refusal::TooLong { found: 513, most: 512, .. }), "{long}");
    let much = refusal(fits.clone(), &[Limits { max_tokens: 2049, ..limits }], 2);
    assert!(matches!(much, Refusal::TooLong { found: 2049, most: 2048, .. }), "{much}");
    let foreign = refusal(vec![1_000_000, limits.end], &[limits], 1);
    assert!(matches!(foreign, Refusal::Token { token: 1_000_000, .. }), "{foreign}");
    for (source, limits, samples) in [
        (fits.clone(), vec![], 1),
        (fits.clone(), vec![limits], 17),
        (fits.clone(), vec![limits], 0),
        (vec![], vec![limits], 1),
    ] {
        let senseless = refusal(source, &limits, samples);
        assert!(matches!(senseless, Refusal::Option { .. }), "{senseless}");
    }
    let cancel = Cancel::new();
    cancel.cancel();
    let cancelled = llama.write(&[fits], &[limits], How::Greedy, &cancel);
    assert_eq!(cancelled.unwrap(), Decoded::Cancelled);
}
