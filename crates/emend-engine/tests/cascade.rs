//! Who answers what: the cascade, with rewriters that swap words by a list.

#![allow(clippy::expect_used, clippy::panic)]

mod word_swaps;

use std::cell::RefCell;
use std::path::Path as FsPath;

use emend_critics::{Critics, Pair};
use emend_engine::confidence::{
    Calibration, Calibrator, FEATURE_SET, Gain, Head, Part, Provenance, Stage, Term,
};
use emend_engine::{
    AskCritics, Cancel, Cascade, Drafted, Drafting, EngineError, Measure, Outcome, Path, Policy, Prompt,
    Request, Rewrite, Rewriter, SegmentOutcome, SkipClean, SkipReason, TellCritics, Thresholds, Tier,
    VetoReason, rewrite,
};
use emend_lint::Lint;
use emend_models::Critic;
use emend_text::{Dictionary, Format, Glossary, Instruction, Span, intent};
use word_swaps::{WordSwaps, swapping};

/// Two sentences: of the first, which is short, the small model is sure.
const TEXT: &str =
    "We was late. He go home with all of his friends because the old bus was too full for them.";

/// The longer a text, the less sure: 4 words are 98 %, 18 words are 2 %.
fn calibration() -> Calibration {
    let term = Term { feature: "words".into(), mean: 2.3, scale: 0.15, weight: -1.0 };
    let head = Head { bias: 0.0, terms: vec![term] };
    let part = Part { head, calibrator: Calibrator::Platt { slope: 1.0, offset: 0.0 } };
    let stage = Stage { changed: part.clone(), unchanged: part, known: Vec::new() };
    Calibration {
        feature_set: FEATURE_SET,
        weights_id: "test".into(),
        adapter: None,
        critic: None,
        provenance: Provenance { rows: [].into(), label: "none".into() },
        first: stage,
        second: None,
        intents: None,
        gain: None,
        floors: [].into(),
        needs_edit: None,
    }
}

fn auto() -> Policy {
    Policy::Auto(Thresholds { accept: 0.5, escalate: 0.25, audit: 0.0 })
}

fn small() -> WordSwaps {
    swapping(&[("was", "were"), ("go", "goes")])
}

fn run(small: &dyn Rewriter, large: Option<&dyn Rewriter>, policy: Policy, cancel: &Cancel) -> Rewrite {
    judged_run(small, large, None, policy, cancel)
}

fn judged_run(
    small: &dyn Rewriter,
    large: Option<&dyn Rewriter>,
    critics: Option<&AskCritics<'_>>,
    policy: Policy,
    cancel: &Cancel,
) -> Rewrite {
    calibrated_run(&calibration(), small, large, critics, policy, cancel)
}

fn calibrated_run(
    calibration: &Calibration,
    small: &dyn Rewriter,
    large: Option<&dyn Rewriter>,
    critics: Option<&AskCritics<'_>>,
    policy: Policy,
    cancel: &Cancel,
) -> Rewrite {
    let cascade =
        Cascade { small, large, critics, ahead: None, skip: None, calibration: Some(calibration), policy };
    let (fix, glossary) = (Instruction::Intent(intent("fix").expect("an intent")), Glossary::default());
    let request = Request {
        text: TEXT,
        format: Format::Plain,
        range: None,
        instruction: &fix,
        glossary: &glossary,
        dictionary: &Dictionary::default(),
        alternatives: 0,
        seed: 0,
    };
    rewrite(&cascade, &request, cancel, &mut |_| {}).expect("no failure")
}

#[test]
fn critics_are_told_of_the_originals_before_a_word_is_written_and_it_changes_nothing() {
    let said = RefCell::new(Vec::new());
    let small = small();
    let critics = |pairs: &[Pair<'_>]| {
        said.borrow_mut().push(format!("asked of {}", pairs.len()));
        Critics::new(None).judge(pairs, Some(&mut |_| Some(Vec::new()))).ok()
    };
    let ahead = |pairs: &[Pair<'_>]| {
        assert!(pairs.iter().all(|pair| pair.source == pair.rewrite));
        let calls = small.calls.borrow().len();
        said.borrow_mut().push(format!("told of {} after {calls} calls", pairs.len()));
    };
    let (fix, glossary) = (Instruction::Intent(intent("fix").expect("an intent")), Glossary::default());
    let request = Request {
        text: "We was late. He go home. She go out. They was here. It was cold. We go now. He was in.",
        format: Format::Plain,
        range: None,
        instruction: &fix,
        glossary: &glossary,
        dictionary: &Dictionary::default(),
        alternatives: 0,
        seed: 0,
    };
    let of = |ahead: Option<&TellCritics<'_>>| {
        let calibration = calibration();
        let cascade = Cascade {
            critics: Some(&critics),
            ahead,
            calibration: Some(&calibration),
            ..Cascade::alone(&small)
        };
        rewrite(&cascade, &request, &Cancel::new(), &mut |_| {}).expect("no failure")
    };
    let told = of(Some(&ahead));
    let expected = [
        "told of 2 after 0 calls",
        "told of 4 after 1 calls",
        "asked of 4",
        "told of 1 after 2 calls",
        "asked of 8",
        "asked of 2",
    ];
    assert_eq!(*said.borrow(), expected);
    assert_eq!(told, of(None));
}

#[test]
fn what_looks_clean_is_left_out_of_a_long_text_and_nothing_else_changes() {
    let path = FsPath::new(env!("CARGO_MANIFEST_DIR")).join("../../models/critic.toml");
    let critics = Critics::new(Some(Critic::open(&path).expect("the critic that comes with the program")));
    let judge = |pairs: &[Pair<'_>]| critics.judge(pairs, None).ok();
    let sentences = [
        "The lights went out in the evening.",
        "The harbour stays quiet in the evening.",
        "He go home with she yesterday.",
        "She told us about her new garden.",
        "The children are playing in the park.",
        "Us not knowing where is the key.",
        "It rained all day, so we stayed inside.",
        "The soup tastes better with a little salt.",
        "My brother works in a small bakery.",
        "I has forget the keys on the table.",
        "The train leaves at noon.",
    ];
    let (fix, glossary) = (Instruction::Intent(intent("fix").expect("an intent")), Glossary::default());
    let of = |sentences: &[&str], at_least: Option<f32>| {
        let (small, text) = (small(), sentences.join(" "));
        let request = Request {
            text: &text,
            format: Format::Plain,
            range: None,
            instruction: &fix,
            glossary: &glossary,
            dictionary: &Dictionary::default(),
            alternatives: 0,
            seed: 0,
        };
        let ahead = RefCell::new(0);
        let tell = |pairs: &[Pair<'_>]| *ahead.borrow_mut() += pairs.len();
        let skip = at_least.map(|at_least| SkipClean { ask: &judge, ahead: &tell, at_least });
        let cascade = Cascade { skip, ..Cascade::alone(&small) };
        let found = rewrite(&cascade, &request, &Cancel::new(), &mut |_| {}).expect("no failure");
        let written: usize = small.calls.borrow().iter().map(Vec::len).sum();
        (found, written, ahead.into_inner())
    };
    let (all, written, told) = of(&sentences, None);
    assert_eq!((written, told), (sentences.len(), 0));
    let (found, written, told) = of(&sentences, Some(0.6));
    let clean = SegmentOutcome::Skipped { reason: SkipReason::Clean };
    let left_out: Vec<&str> =
        found.segments.iter().filter(|s| s.outcome == clean).map(|s| sentences[s.index]).collect();
    assert!(left_out.len() >= 3, "{left_out:?}");
    assert!(!left_out.contains(&"He go home with she yesterday."), "{left_out:?}");
    assert_eq!(written, sentences.len() - left_out.len(), "the model was not asked about them");
    assert_eq!(told, sentences.len() - 2, "all but the first batch were read ahead");
    assert_eq!(found.text, all.text);
    for (found, all) in found.segments.iter().zip(&all.segments).filter(|(found, _)| found.outcome != clean) {
        assert_eq!(found, all);
    }
    // Everything left out is read, and found clean; of a short text nothing is.
    assert_eq!(of(&sentences, Some(0.0)).0.outcome, Outcome::NothingToChange);
    assert_eq!(of(&sentences[..9], Some(0.0)).1, 9);
}

fn auto_with(large: &dyn Rewriter) -> Rewrite {
    run(&small(), Some(large), auto(), &Cancel::new())
}

#[test]
fn the_large_model_answers_what_the_small_one_is_not_sure_of() {
    let large = swapping(&[("go", "went")]);
    let found = auto_with(&large);
    assert_eq!(
        found.text,
        "We were late. He went home with all of his friends because the old bus was too full for them."
    );
    let decisions: Vec<(Tier, &Path)> =
        found.segments.iter().map(|segment| (segment.decision.tier, &segment.decision.path)).collect();
    assert_eq!(decisions, [(Tier::Small, &Path::Accepted), (Tier::Large, &Path::Escalated)]);
    let confidences: Vec<f32> = found.segments.iter().filter_map(|s| s.decision.confidence).collect();
    assert!(confidences[0] > 0.9 && confidences[1] < 0.1, "{confidences:?}");
    let tiers: Vec<Tier> = found.segments[1].candidates.iter().map(|candidate| candidate.tier).collect();
    assert_eq!(tiers, [Tier::Large, Tier::Small], "the small answer is still there to be picked");
    assert_eq!(large.calls.borrow().len(), 1);
    assert_eq!(large.calls.borrow()[0].len(), 1, "only the sentence in question left the small model");
    assert_eq!((found.tier(), found.confidence()), (Tier::Large, Some(confidences[1])));
}

#[test]
fn a_large_model_that_would_not_do_better_is_spared() {
    let gain = |large: &str, bias| {
        let head = Head { bias, terms: Vec::new() };
        Some(Gain {
            large: large.into(),
            changed: head.clone(),
            unchanged: head,
            refused: None,
            worth: Vec::new(),
            curve: Vec::new(),
        })
    };
    let run = |gain, policy| {
        let large = swapping(&[("go", "went")]);
        let known = Calibration { gain, ..calibration() };
        let found = calibrated_run(&known, &small(), Some(&large), None, policy, &Cancel::new());
        let asked = large.calls.borrow().len();
        (found.segments[1].decision.path.clone(), asked)
    };
    let name = swapping(&[]).name().to_owned();
    assert_eq!(run(gain(&name, -1.0), auto()), (Path::LargeSpared, 0));
    assert_eq!(run(gain(&name, 5.0), auto()), (Path::Escalated, 1));
    assert_eq!(run(gain("another", -5.0), auto()), (Path::Escalated, 1), "it was fitted to another model");
    let thoughtful = Policy::Auto(Thresholds { accept: 0.5, escalate: 0.0, audit: 0.0 });
    assert_eq!(run(gain(&name, -1.0), thoughtful), (Path::LargeSpared, 0), "after a second thought");
    assert_eq!(run(gain(&name, 5.0), thoughtful), (Path::Escalated, 1));
}

#[test]
fn a_refused_draft_is_asked_about_however_sure_its_writer_is() {
    let sure_of_all = Policy::Auto(Thresholds { accept: 0.0, escalate: 0.0, audit: 0.0 });
    let (small, large) = (swapping(&[("go", "7")]), swapping(&[("go", "went")]));
    let found = run(&small, Some(&large), sure_of_all, &Cancel::new());
    assert_eq!(found.text, TEXT.replace("go", "went"));
    let said: Vec<String> = found.segments.iter().map(|segment| segment.decision.to_string()).collect();
    assert_eq!(said[1], "the large model's answer: the small one's had to be refused");
    assert_eq!(large.calls.borrow().concat().len(), 1, "of the other sentence it is sure, and that counts");
}

/// Fails, or is stopped, whenever it is asked.
struct Broken(Option<Cancel>);

impl Rewriter for Broken {
    fn name(&self) -> &'static str {
        "broken"
    }

    fn max_source_tokens(&self) -> usize {
        100
    }

    fn measure(&self, text: &str) -> Measure {
        Measure { tokens: text.len(), survives: true }
    }

    fn draft(&self, _: &[Prompt<'_>], _: &Drafting, _: &Cancel) -> Result<Drafted, EngineError> {
        match &self.0 {
            Some(cancel) => {
                cancel.cancel();
                Ok(Drafted::Cancelled)
            }
            None => Err(EngineError::Drafts { rewriter: "broken".into(), expected: 1, found: 0 }),
        }
    }
}

const SMALL_ANSWER: &str =
    "We were late. He goes home with all of his friends because the old bus were too full for them.";

#[test]
fn a_large_model_that_fails_costs_nothing() {
    let found = auto_with(&Broken(None));
    assert_eq!((found.text.as_str(), found.outcome), (SMALL_ANSWER, Outcome::Rewritten));
    let Path::LargeFailed { reason } = &found.segments[1].decision.path else {
        panic!("{:?}", found.segments[1].decision)
    };
    assert!(reason.contains("broken"), "{reason}");
    assert_eq!(found.segments[1].decision.tier, Tier::Small);
}

#[test]
fn a_large_model_that_is_stopped_costs_nothing() {
    let cancel = Cancel::new();
    let found = run(&small(), Some(&Broken(Some(cancel.clone()))), auto(), &cancel);
    assert_eq!((found.text.as_str(), found.outcome), (SMALL_ANSWER, Outcome::Cancelled));
    assert_eq!(found.segments[1].decision.path, Path::LargeCancelled);
}

#[test]
fn a_large_answer_that_is_not_fit_to_be_shown_is_not() {
    let found = auto_with(&swapping(&[("friends", "7"), ("go", "7"), ("bus", "7")]));
    assert_eq!(found.text, SMALL_ANSWER);
    assert_eq!(found.segments[1].decision.path, Path::LargeDeclined);
}

#[test]
fn the_large_model_may_leave_the_text_alone() {
    let found = auto_with(&swapping(&[]));
    assert_eq!(found.segments[1].outcome, SegmentOutcome::Unchanged);
    assert_eq!((found.segments[1].candidates.len(), found.segments[1].edits.len()), (1, 0));
    assert_eq!(found.segments[1].decision.tier, Tier::Large);
}

#[test]
fn the_large_model_alone_never_asks_the_small_one() {
    let (small, large) = (small(), swapping(&[("was", "is")]));
    let found = run(&small, Some(&large), Policy::Large, &Cancel::new());
    assert!(found.text.starts_with("We is late."), "{}", found.text);
    assert!(small.calls.borrow().is_empty());
    assert!(found.segments.iter().all(|segment| segment.decision.confidence.is_none()));
}

#[test]
fn audited_answers_stay_and_have_the_other_one_beside_them() {
    let large = swapping(&[("was", "is"), ("go", "went")]);
    let everything = Policy::Auto(Thresholds { accept: 0.0, escalate: 0.0, audit: 1.0 });
    let found = run(&small(), Some(&large), everything, &Cancel::new());
    assert_eq!(found.text, SMALL_ANSWER);
    for segment in &found.segments {
        assert_eq!((segment.decision.tier, &segment.decision.path), (Tier::Small, &Path::Audited));
        assert_eq!(segment.candidates[1].tier, Tier::Large);
    }
}

#[test]
fn a_second_thought_looks_at_further_drafts() {
    let small = WordSwaps {
        others: vec![
            vec![("was", "were"), ("go", "goes")],
            vec![("go", "went")],
            vec![],
            vec![("go", "goes")],
        ],
        ..small()
    };
    let found = run(&small, None, Policy::Study, &Cancel::new());
    assert_eq!(found.text, SMALL_ANSWER, "a study changes no answer");
    let features = &found.segments[0].decision.features;
    // "We was late.": one draft of four agrees, three leave it.
    assert!(
        (features["agreement"] - 0.25).abs() < 1e-6 && (features["agreement_unchanged"] - 0.75).abs() < 1e-6
    );
    assert_eq!(found.segments[0].decision.path, Path::SecondThought);
    assert!(found.segments[0].decision.confidence.is_some());
}

#[test]
fn between_the_thresholds_the_small_model_thinks_again_before_another_is_asked() {
    let (small, large) = (WordSwaps { others: vec![vec![]], ..small() }, swapping(&[("go", "went")]));
    let policy = Policy::Auto(Thresholds { accept: 0.5, escalate: 0.0, audit: 0.0 });
    let found = run(&small, Some(&large), policy, &Cancel::new());
    assert_eq!(small.calls.borrow().len(), 2, "first drafts, then samples");
    assert_eq!(found.segments[1].decision.tier, Tier::Large, "still not sure");
    assert!(found.segments[1].decision.features.contains_key("agreement"));
}

#[test]
fn without_anybody_else_to_ask_nothing_is_thought_twice() {
    let small = small();
    let found = run(&small, None, auto(), &Cancel::new());
    assert_eq!(small.calls.borrow().len(), 1);
    assert!(found.segments[1].decision.confidence < Some(0.1), "but it is told");
    assert_eq!(found.text, SMALL_ANSWER);
}

/// Critics without a model, whose only grammar rule is that nothing "go".
fn ask_critics(pairs: &[Pair<'_>]) -> Option<Vec<emend_critics::Scores>> {
    let mut lint = |text: &str| {
        let found = text.split(' ').filter(|word| *word == "go").map(|_| Lint {
            span: Span::new(0, 0),
            message: "It goes.".into(),
            rule: "Go".into(),
            kind: "Agreement".into(),
            suggestions: Vec::new(),
        });
        Some(found.collect())
    };
    Critics::new(None).judge(pairs, Some(&mut lint)).ok()
}

/// Thinks about everything twice; the large model then fails, so that the second thought stands.
fn thought_twice(
    first: &[(&'static str, &'static str)],
    others: Vec<Vec<(&'static str, &'static str)>>,
) -> Rewrite {
    let small = WordSwaps { others, ..swapping(first) };
    let policy = Policy::Auto(Thresholds { accept: 1.0, escalate: 0.0, audit: 0.0 });
    judged_run(&small, Some(&Broken(None)), Some(&ask_critics), policy, &Cancel::new())
}

#[test]
fn a_second_thought_that_the_critics_like_better_is_taken() {
    let found = thought_twice(&[("was", "were")], vec![vec![("go", "goes")]]);
    let expected =
        "We were late. He goes home with all of his friends because the old bus was too full for them.";
    assert_eq!(found.text, expected, "of the first sentence no rule speaks: the first draft stands");
    let features = &found.segments[1].decision.features;
    assert!(
        (features["critic_lints"] - 1.0).abs() < 1e-6 && (features["critic_lints_before"] - 0.5).abs() < 1e-6
    );
}

#[test]
fn the_original_is_a_candidate_of_second_thoughts() {
    let found = thought_twice(&[("his", "go")], vec![]);
    assert_eq!(found.segments[1].outcome, SegmentOutcome::Vetoed { reason: VetoReason::Worse });
    assert_eq!(found.text, TEXT);
}

#[test]
fn the_original_is_a_candidate_without_second_thoughts_too() {
    // Both sentences get a "go" that the critics dislike: of the first the model is sure, and what is fitted to people counts.
    let small = swapping(&[("late", "go"), ("his", "go")]);
    let found = judged_run(&small, None, Some(&ask_critics), auto(), &Cancel::new());
    let outcomes: Vec<_> = found.segments.iter().map(|segment| segment.outcome.clone()).collect();
    assert_eq!(outcomes, [SegmentOutcome::Rewritten, SegmentOutcome::Vetoed { reason: VetoReason::Worse }]);
    assert_eq!(found.text, TEXT.replace("late", "go"));
    assert_eq!(found.segments[1].candidates.len(), 1, "to be picked by a person");

    // The large model's answer is no better than that of the small one, and worse than the text.
    let large = swapping(&[("all", "go")]);
    let found = judged_run(&small, Some(&large), Some(&ask_critics), auto(), &Cancel::new());
    assert_eq!(found.segments[1].outcome, SegmentOutcome::Vetoed { reason: VetoReason::Worse });
    assert_eq!(found.text, TEXT.replace("late", "go"));
}

#[test]
fn a_large_answer_that_the_critics_like_less_stands_beside_the_small_one() {
    let worse = swapping(&[("all", "go")]);
    let found = judged_run(&small(), Some(&worse), Some(&ask_critics), auto(), &Cancel::new());
    assert_eq!(found.text, SMALL_ANSWER);
    let segment = &found.segments[1];
    assert_eq!((segment.decision.tier, &segment.decision.path), (Tier::Small, &Path::LargeDeclined));
    assert_eq!(segment.candidates.len(), 2, "to be picked by a person");
    assert!(segment.candidates[1].text.contains("with go of"));

    let as_good = swapping(&[("go", "went")]);
    let found = judged_run(&small(), Some(&as_good), Some(&ask_critics), auto(), &Cancel::new());
    assert_eq!(
        found.segments[1].decision.tier,
        Tier::Large,
        "of two that they like alike, the larger model's"
    );
}

/// Answers the first time, and mends what it is told of when it can.
struct Mends {
    swaps: WordSwaps,
    told: std::cell::RefCell<Vec<String>>,
}

impl Rewriter for Mends {
    fn name(&self) -> &'static str {
        "mends"
    }

    fn max_source_tokens(&self) -> usize {
        100
    }

    fn measure(&self, text: &str) -> Measure {
        self.swaps.measure(text)
    }

    fn draft(&self, prompts: &[Prompt<'_>], how: &Drafting, cancel: &Cancel) -> Result<Drafted, EngineError> {
        self.swaps.draft(prompts, how, cancel)
    }

    fn repair(
        &self,
        prompt: &Prompt<'_>,
        _: &str,
        reason: &VetoReason,
        cancel: &Cancel,
    ) -> Result<Drafted, EngineError> {
        self.told.borrow_mut().push(reason.to_string());
        swapping(&[("go", "goes")]).draft(&[*prompt], &Drafting::Best, cancel)
    }
}

#[test]
fn a_vetoed_answer_of_the_large_model_is_mended_once_with_the_witness() {
    let long = "goes and walks and rides and hurries and climbs and wanders and trots and crawls";
    let swaps = swapping(&[("go", long), ("was", "is")]);
    let large = Mends { swaps, told: std::cell::RefCell::default() };
    let found = run(&small(), Some(&large), Policy::Large, &Cancel::new());
    assert!(found.text.starts_with("We is late. He goes home"), "{}", found.text);
    let told = large.told.borrow();
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].contains("words out of 17"), "{told:?}");
}

/// Answers its first two sentences and is dead from then on.
struct Dies(WordSwaps);

impl Rewriter for Dies {
    fn name(&self) -> &'static str {
        "dies"
    }

    fn max_source_tokens(&self) -> usize {
        100
    }

    fn measure(&self, text: &str) -> Measure {
        self.0.measure(text)
    }

    fn draft(&self, prompts: &[Prompt<'_>], how: &Drafting, cancel: &Cancel) -> Result<Drafted, EngineError> {
        if self.0.calls.borrow().len() == 1 {
            self.0.calls.borrow_mut().push(Vec::new());
            return Err(EngineError::Drafts { rewriter: "dies".into(), expected: 1, found: 0 });
        }
        assert!(self.0.calls.borrow().is_empty(), "the dead are not asked again");
        self.0.draft(prompts, how, cancel)
    }
}

#[test]
fn what_the_large_model_had_finished_survives_its_death() {
    let (fix, glossary) = (Instruction::Intent(intent("fix").expect("an intent")), Glossary::default());
    let text = "We was late. She was early. ".repeat(12);
    let request = Request {
        text: &text,
        format: Format::Plain,
        range: None,
        instruction: &fix,
        glossary: &glossary,
        dictionary: &Dictionary::default(),
        alternatives: 0,
        seed: 0,
    };
    let large = Dies(swapping(&[("was", "were")]));
    let small = small();
    let cascade = Cascade { large: Some(&large), policy: Policy::Large, ..Cascade::alone(&small) };
    let found = rewrite(&cascade, &request, &Cancel::new(), &mut |_| {}).expect("an answer");
    assert!(found.text.starts_with("We were late. She were early. We was late."), "{}", found.text);
    let SegmentOutcome::Vetoed { reason } = &found.segments[2].outcome else {
        panic!("{:?}", found.segments[2])
    };
    assert!(reason.to_string().contains("gave no answer: dies"), "{reason}");
    assert!(small.calls.borrow().is_empty());
}
