#![allow(clippy::unwrap_used)]

use emend_text::{Glossary, Instruction, intent};
use proptest::prelude::*;

use super::*;
use crate::{Critics, Pair, Scores};

#[track_caller]
fn check(wish: &str, lines: &[&str]) {
    let program: Program = wish.parse().unwrap_or_else(|error| panic!("{wish:?}: {error}"));
    let printed = program.to_string();
    assert_eq!(printed.lines().collect::<Vec<_>>(), lines, "{wish:?}");
    assert_eq!(printed.parse(), Ok(program));
}

#[test]
fn wishes_become_lines() {
    check(
        "friendlier, keep every number, under 120 words, no passive",
        &["more friendly", "keep every number", "at most 119 words", "no passive"],
    );
    check("Please make it more formal and less complicated", &["more formal", "more simple"]);
    check("not so rude; casual", &["more polite", "less formal"]);
    check("keep it under 3 sentences", &["at most 2 sentences"]);
    check("20 words or fewer", &["at most 20 words"]);
    check("no more than 280 characters long", &["at most 280 characters"]);
    check("reading grade 8 or below, at least 5 words", &["reading grade at most 8", "at least 5 words"]);
    check("half as long", &["at most 50% of the length"]);
    check(
        "20% shorter. over 50 percent of the original",
        &["at most 80% of the length", "at least 51% of the length"],
    );
    check("shorter", &["at most 80% of the length"]);
    check(
        "keep names, numbers and the meaning",
        &["keep every name", "keep every number", "keep the meaning"],
    );
    check("don't change the quotes", &["keep every quotation"]);
    check(
        "no contractions, exclamation marks\nnever use the word \"very\"",
        &["no contractions", "no exclamation marks", "no \"very\""],
    );
}

#[test]
fn quoted_words_are_taken_as_they_are() {
    check(
        "mention “On Monday, and then” and avoid \"synergy\"",
        &["mention \"On Monday, and then\"", "no \"synergy\""],
    );
    check("keep \"Blue Fern\"", &["mention \"Blue Fern\""]);
}

#[track_caller]
fn refused(wish: &str, part: &str) {
    let error = wish.parse::<Program>().unwrap_err();
    match &error {
        GoalError::Unknown { at, .. } | GoalError::Number { at, .. } => {
            assert_eq!(&wish[at.clone()], part, "{wish:?}: {error}");
        }
        other => panic!("{wish:?}: {other}"),
    }
    assert!(error.to_string().contains(&format!("{}..", wish.find(part).unwrap())), "{error}");
}

#[test]
fn what_is_not_understood_is_shown_in_its_place() {
    refused("friendlier, xyz", "xyz");
    refused("make it friendlier than ever", "than ever");
    refused("keep every thought", "thought");
    refused("no nonsense", "nonsense");
    refused("mention Monday", "Monday");
    refused("under 0 words", "0");
    refused("at most 99999999999999999999 words", "99999999999999999999");
    refused("150% shorter", "150");
    refused("grade 99", "99");
    refused("keep", "keep");
    let error = "café, x".parse::<Program>().unwrap_err().to_string();
    assert!(error.contains("at 0..5") && error.contains("you can say"), "{error}");
    assert!(matches!(" , ;".parse::<Program>(), Err(GoalError::Empty { .. })));
}

fn goal() -> impl Strategy<Value = Goal> {
    let bound = || prop_oneof![Just(Bound::AtMost), Just(Bound::AtLeast)];
    let way = prop_oneof![Just(Way::More), Just(Way::Less)];
    let unit = prop_oneof![Just(Unit::Words), Just(Unit::Sentences), Just(Unit::Characters)];
    let phrase = || any::<String>().prop_filter_map("a phrase", |words| Phrase::new(&words));
    let kinds: Vec<Banned> = Banned::kinds().collect();
    prop_oneof![
        (proptest::sample::select(Quality::ALL.to_vec()), way)
            .prop_map(|(quality, way)| Goal::Toward(quality, way)),
        (unit, bound(), 0..=1_000_000_u32).prop_map(|(unit, bound, number)| Goal::Count(unit, bound, number)),
        (bound(), 1..=1_000_u32).prop_map(|(bound, percent)| Goal::Share(bound, percent)),
        (bound(), 0..=30_u32).prop_map(|(bound, grade)| Goal::Grade(bound, grade)),
        proptest::sample::select(Kept::ALL.to_vec()).prop_map(Goal::Keep),
        proptest::sample::select(kinds).prop_map(Goal::Without),
        phrase().prop_map(|phrase| Goal::Without(Banned::Words(phrase))),
        phrase().prop_map(Goal::Mention),
    ]
}

proptest! {
    #[test]
    fn what_is_printed_reads_back(goals in proptest::collection::vec(goal(), 1..8)) {
        let program = Program { goals };
        prop_assert_eq!(program.to_string().parse(), Ok(program));
    }

    #[test]
    fn any_wish_gets_a_program_or_a_place(wish in prop_oneof![
        any::<String>(),
        proptest::collection::vec(proptest::sample::select(vec![
            "keep", "no", "every", "number", "at most", "20", "%", "words", "more", "formal", ",", "\"", "“", "”",
            "and", "grade", "passive", "\n", "é", "mention", "shorter", "half", "as", "long", "than", "not",
        ]), 0..10).prop_map(|parts| parts.join(" ")),
    ]) {
        match wish.parse::<Program>() {
            Ok(program) => prop_assert_eq!(program.to_string().parse(), Ok(program)),
            Err(GoalError::Unknown { at, .. } | GoalError::Number { at, .. }) => {
                prop_assert!(wish.get(at).is_some_and(|found| !found.is_empty()));
            }
            Err(_) => {}
        }
    }
}

/// The verdict on a pair without a model.
fn measured(wish: &str, source: &str, rewrite: &str) -> Verdict {
    let instruction = Instruction::Intent(intent("fix").unwrap());
    let glossary = Glossary::empty();
    let pair = Pair { source, rewrite, instruction: &instruction, glossary: &glossary };
    let scores: Scores = Critics::new(None).judge(&[pair], None).unwrap().remove(0);
    wish.parse::<Program>().unwrap().measure(&pair, &scores)
}

#[test]
fn conditions_veto_and_qualities_rank() {
    let wish = "simpler, keep every number, at most 8 words, no passive, mention \"gate\"";
    let source = "The gate was opened by 40 people, all of whom had been waiting.";
    let good = measured(wish, source, "Forty waiting people opened the gate.");
    assert!(good.score > 0.9 && good.goals.iter().all(|goal| !goal.vetoed), "{good:?}");

    let bad = measured(wish, source, "The door was opened by fifty people who were all waiting there.");
    assert!(bad.score < 0.01);
    let vetoed: Vec<&str> =
        bad.goals.iter().filter(|goal| goal.vetoed).map(|goal| goal.goal.as_str()).collect();
    assert_eq!(vetoed, ["keep every number", "at most 8 words", "no passive", "mention \"gate\""]);
    assert!(bad.goals.iter().filter(|goal| goal.vetoed).all(|goal| goal.reason.is_some()));

    let share = measured("half as long", "one two three four", "one two three");
    assert!(share.goals[0].vetoed && (share.goals[0].score - 50.0 / 75.0).abs() < 1e-5);
}

#[test]
fn what_needs_the_model_says_so() {
    let verdict = measured("friendlier, no passive", "A text.", "A text.");
    assert!(verdict.goals[0].score < 0.01 && verdict.goals[0].reason.is_some() && !verdict.goals[0].vetoed);
    assert!("keep the meaning".parse::<Program>().unwrap().needs_model());
    assert!(!"simpler, no passive".parse::<Program>().unwrap().needs_model());
}
