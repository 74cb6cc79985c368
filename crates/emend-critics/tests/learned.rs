//! The learned critics on the tiny random critic of `tests/parity`: its opinions mean nothing, the arithmetic around
//! them does.

#![allow(clippy::unwrap_used)]

use std::path::{Path, PathBuf};

use emend_critics::{Critics, Pair, Scores, ids, is_learned};
use emend_models::{Critic, Downloaded, Input};
use emend_text::{Format, Glossary, Instruction, intent};

fn golden(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/parity/golden").join(format!("{name}.toml"))
}

fn critics() -> Critics {
    Critics::new(Some(Critic::open(&golden("critic")).unwrap()))
}

/// With a judge that somebody downloaded.
fn critics_with(name: &str) -> Critics {
    critics().with(vec![Downloaded::open(&golden(name)).unwrap()])
}

fn judged(critics: &Critics, pairs: &[(&str, &str)]) -> Vec<Scores> {
    let instruction = Instruction::Intent(intent("paraphrase").unwrap());
    let glossary = Glossary::empty();
    let pairs: Vec<Pair<'_>> = pairs
        .iter()
        .map(|(source, rewrite)| Pair { source, rewrite, instruction: &instruction, glossary: &glossary })
        .collect();
    critics.judge(&pairs, None).unwrap()
}

#[test]
fn company_changes_no_opinion() {
    let critics = critics();
    let long = "and then we went on and on ".repeat(40);
    let pairs = [
        ("The rain is over. We rest in the shade, and Ann reads.", "The rain has stopped. We rest."),
        ("No.", "Yes!"),
        (long.as_str(), "We went on."),
    ];
    let together = judged(&critics, &pairs);
    for (pair, found) in pairs.iter().zip(&together) {
        let alone = judged(&critics, &[*pair]).remove(0);
        for id in ids().filter(|id| is_learned(id)) {
            let (a, b) = (alone.get(id).unwrap().score, found.get(id).unwrap().score);
            assert!((0.0..=1.0).contains(&a) && (a - b).abs() < 1e-4, "{id} of {pair:?}: {a} {b}");
        }
    }
}

#[test]
fn sentences_may_be_joined_and_parted_but_not_dropped() {
    let critics = critics();
    let meaning = |source, rewrite| judged(&critics, &[(source, rewrite)])[0].get("meaning").unwrap().score;
    let (two, first) = ("The rain is over. We rest in the shade.", "The rain is over.");
    let whole = meaning(two, two);
    assert!(
        (meaning(first, first) - 1.0).abs() < 1e-4 && (whole - 1.0).abs() < 1e-4,
        "a text says what it says"
    );
    assert!(
        meaning(two, first) < whole && meaning(first, two) < whole,
        "lost and made up are the same to it"
    );
    // A sentence that became two is found in the two together, and each of the two in it.
    let parted = meaning("The rain is over, we rest.", "The rain is over. We rest.");
    assert!(parted > meaning("The rain is over, we rest.", "The rain is over."), "{parted}");
}

#[test]
fn a_text_without_words_gets_no_opinion() {
    let critics = critics();
    let scores = judged(&critics, &[("We rest.", " … "), ("", "We rest.")]);
    assert!(scores[0].get("meaning").unwrap().score < 1e-6, "everything is lost");
    assert_eq!(scores[0].get("politeness"), None);
    assert_eq!(scores[1].get("meaning"), None);
    assert!(scores[1].get("politeness").is_some());
}

#[test]
fn a_diagnosis_says_whether_the_critic_took_part() {
    let text = "# Rain\n\nThe rain is over. `We rest`.\n";
    assert!(critics().diagnose(text, Format::Markdown).unwrap().learned);
    let without = Critics::new(None).diagnose(text, Format::Markdown).unwrap();
    assert!(!without.learned && without.findings.is_empty());
    for finding in critics().diagnose(text, Format::Markdown).unwrap().findings {
        assert!(!finding.span.of(text).unwrap().is_empty() && (0.0..=1.0).contains(&finding.score));
    }
}

const TWO: (&str, &str) = ("The rain is over. We rest in the shade.", "The rain has stopped. We rest.");

fn score(scores: &Scores, id: &str) -> f32 {
    scores.get(id).unwrap().score
}

#[test]
fn a_downloaded_classifier_takes_the_place_of_its_head_and_of_no_other() {
    let Downloaded::Head(_, classifier) = Downloaded::open(&golden("bert-classifier")).unwrap() else {
        panic!("a classifier");
    };
    let toxic = classifier.scores(&["The rain has stopped.", "We rest."].map(Input::One)).unwrap();
    let (before, after) =
        (&judged(&critics(), &[TWO])[0], &judged(&critics_with("bert-classifier"), &[TWO])[0]);
    assert!((score(after, "harmless") - (1.0 - toxic[0].max(toxic[1]))).abs() < 1e-4);
    assert!((score(after, "harmless") - score(before, "harmless")).abs() > 1e-3);
    for id in ids().filter(|id| is_learned(id) && *id != "harmless") {
        assert_eq!(before.get(id), after.get(id), "{id}");
    }
}

#[test]
fn a_downloaded_embedder_says_what_means_the_same() {
    let critics = critics_with("bert-embedder");
    let scores = judged(&critics, &[TWO, (TWO.0, TWO.0)]);
    assert!((score(&scores[1], "meaning") - 1.0).abs() < 1e-4);
    let before = score(&judged(&self::critics(), &[TWO])[0], "meaning");
    assert!((score(&scores[0], "meaning") - before).abs() > 1e-3);
    assert!((0.0..1.0).contains(&score(&scores[0], "meaning")));
}

#[test]
fn what_does_not_follow_both_ways_is_not_what_was_meant() {
    let Downloaded::Entailment(classifier) = Downloaded::open(&golden("deberta-v2-entailment")).unwrap()
    else {
        panic!("entailment");
    };
    let critics = critics_with("deberta-v2-entailment");
    let meaning = |pair: (&str, &str)| score(&judged(&critics, &[pair])[0], "meaning");
    let (source, rewrite) = TWO;
    let follows = classifier
        .scores(&[
            Input::Pair(rewrite, "The rain is over."),
            Input::Pair(rewrite, "We rest in the shade."),
            Input::Pair(source, "The rain has stopped."),
            Input::Pair(source, "We rest."),
        ])
        .unwrap();
    let least = follows.into_iter().fold(score(&judged(&self::critics(), &[TWO])[0], "meaning"), f32::min);
    assert!((meaning(TWO) - least).abs() < 1e-4, "{} {least}", meaning(TWO));
    // What stands there word for word follows, whatever a random network says.
    assert!((meaning((source, source)) - 1.0).abs() < 1e-4);
    let lost = judged(&critics, &[("The rain is over. We rest.", "The rain is over.")]).remove(0);
    assert!(lost.get("meaning").unwrap().reason.as_ref().unwrap().contains("We rest."), "{lost:?}");
    // More than the classifier reads at once, and nothing at all.
    let long = "The rain is over and we rest. We are rather late. ".repeat(12);
    let scores = judged(&critics, &[(&long, "We rest."), ("We rest.", " … "), ("", "We rest.")]);
    assert!((0.0..1.0).contains(&score(&scores[0], "meaning")));
    assert!(score(&scores[1], "meaning") < 1e-6);
    assert_eq!(scores[2].get("meaning"), None);
}
