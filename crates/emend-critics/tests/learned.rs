//! The learned critics on the tiny random critic of `tests/parity`: its opinions mean nothing, the arithmetic around
//! them does.

#![allow(clippy::unwrap_used)]

use std::path::Path;

use emend_critics::{Critics, Pair, Scores, ids, is_learned};
use emend_models::Critic;
use emend_text::{Format, Glossary, Instruction, intent};

fn critics() -> Critics {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/parity/golden/critic.toml");
    Critics::new(Some(Critic::open(&golden).unwrap()))
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
