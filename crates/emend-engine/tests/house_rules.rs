//! House rules of the personal dictionary in the pipeline, with a rewriter that swaps words by a list.

#![allow(clippy::expect_used)]

mod word_swaps;

use emend_engine::{
    Alternatives, Cancel, Cascade, Kept, Request, Rewrite, Rewriter, SegmentOutcome, alternatives, rewrite,
};
use emend_text::{Dictionary, Format, Glossary, Instruction, intent};
use word_swaps::{WordSwaps, swapping};

fn run(model: &dyn Rewriter, id: &str, rules: &[&str], text: &str) -> Rewrite {
    let instruction = Instruction::Intent(intent(id).expect("an intent"));
    let (glossary, dictionary) = (Glossary::default(), Dictionary::new(rules.iter().copied()));
    let request = Request {
        text,
        format: Format::Markdown,
        range: None,
        instruction: &instruction,
        glossary: &glossary,
        dictionary: &dictionary,
        alternatives: 0,
        seed: 0,
    };
    rewrite(&Cascade::alone(model), &request, &Cancel::new(), &mut |_| {}).expect("no failure")
}

/// Fixes "was" and "go" in all of `text`, by these rules, and expects this result; the edits.
#[track_caller]
fn check(id: &str, rules: &[&str], text: &str, expected: &str) -> Vec<(String, String)> {
    let found = run(&swapping(&[("was", "were"), ("go", "goes")]), id, rules, text);
    assert_eq!(found.text, expected);
    let edit = |edit: &emend_engine::ProposedEdit| {
        (text[edit.span.start..edit.span.end].to_owned(), edit.replacement.clone())
    };
    found.edits.iter().map(edit).collect()
}

fn edits(edits: &[(String, String)]) -> Vec<(&str, &str)> {
    edits.iter().map(|(old, new)| (old.as_str(), new.as_str())).collect()
}

const HOUSE: &[&str] = &["utilise -> use", "in order to -> to", "tool -> instrument"];

#[test]
fn rules_hold_beside_what_the_rewriter_changes_and_where_it_changes_nothing() {
    let text = "We was there in order\nto utilise it. Utilise a tool!\n";
    let found = check("fix", HOUSE, text, "We were there to use it. Use an instrument!\n");
    let expected = [
        ("was", "were"),
        ("in order\nto", "to"),
        ("utilise", "use"),
        ("Utilise", "Use"),
        ("a tool", "an instrument"),
    ];
    assert_eq!(edits(&found), expected);
}

#[test]
fn what_the_rewriter_leaves_alone_is_the_rewriters_business_but_where_a_text_is_corrected() {
    let text = "We was there to utilise it. Utilise it.";
    check("paraphrase", HOUSE, text, "We were there to use it. Utilise it.");
}

#[test]
fn a_rule_about_what_the_rewriter_wrote_makes_one_edit_of_two() {
    let found = check("fix", &["goes -> travels"], "He go home.", "He travels home.");
    assert_eq!(edits(&found), [("go", "travels")]);
    let found = check("fix", &["were late -> missed it"], "We was late.", "We missed it.");
    assert_eq!(edits(&found), [("was late", "missed it")]);
}

#[test]
fn the_rule_says_how_a_text_is_corrected_where_both_would_change_it() {
    let swaps: &[_] = &[("dont", "don't"), ("was", "were")];
    let text = "We was sure that they dont know it.";
    let found = |id| run(&swapping(swaps), id, &["dont -> do not"], text).text;
    assert_eq!(found("fix"), "We were sure that they do not know it.");
    assert_eq!(found("paraphrase"), "We were sure that they don't know it.");
}

#[test]
fn a_rule_may_undo_an_edit() {
    let text = "We was late. It was wet.";
    let found = run(&swapping(&[("was", "were")]), "fix", &["were -> was"], text);
    assert_eq!((found.text.as_str(), found.edits.len()), (text, 0));
    assert!(found.segments.iter().all(|segment| segment.outcome == SegmentOutcome::Unchanged));
}

#[test]
fn a_draft_that_is_refused_takes_no_rule_with_it() {
    let text = "We was there at 10:30 to utilise it.";
    let found = run(&swapping(&[("10:30", "late")]), "fix", HOUSE, text);
    assert_eq!(found.text, "We was there at 10:30 to use it.");
    let [edit] = found.edits.as_slice() else { unreachable!("one rule, one edit: {:?}", found.edits) };
    assert_eq!(edit.reason, "Your rule: write “use” for “utilise”.");
    let candidate = &found.segments[0].candidates[0];
    assert_eq!((edit.confidence, candidate.confidence), (None, None));
    assert!(candidate.features.is_empty(), "whether it is kept says nothing of the model");
    assert_eq!(candidate.kept, Kept::ByRules);
}

#[test]
fn code_quotations_and_targets_are_not_ruled() {
    check(
        "fix",
        &["utilise -> use", "k8s -> Kubernetes"],
        "We was here to **utilise** `utilise` and [K8s](https://k8s.example/utilise), as \"they utilise it\" says.",
        "We were here to **use** `utilise` and [Kubernetes](https://k8s.example/utilise), as \"they utilise it\" says.",
    );
    check(
        "fix",
        HOUSE,
        "Nous utilisons ce que tu utilise, et il a été bien content.",
        "Nous utilisons ce que tu utilise, et il a été bien content.",
    );
}

#[test]
fn another_one_keeps_to_the_rules_and_is_none_that_was_seen() {
    let text = "We was there to utilise it.";
    let instruction = Instruction::Intent(intent("fix").expect("an intent"));
    let (glossary, dictionary) = (Glossary::default(), Dictionary::new(HOUSE.iter().copied()));
    let request = Request {
        text,
        format: Format::Plain,
        range: None,
        instruction: &instruction,
        glossary: &glossary,
        dictionary: &dictionary,
        alternatives: 2,
        seed: 0,
    };
    let model =
        WordSwaps { others: vec![vec![("was", "were")], vec![("was", "are")]], ..WordSwaps::default() };
    let seen = ["We were there to use it.".to_owned()];
    let found =
        alternatives(&Cascade::alone(&model), &request, &seen, 2, 0, &Cancel::new()).expect("no failure");
    let Alternatives::Found(found) = found else { unreachable!("nobody cancelled") };
    let texts: Vec<&str> = found.iter().map(|candidate| candidate.text.as_str()).collect();
    assert_eq!(texts, ["We are there to use it."]);
}
