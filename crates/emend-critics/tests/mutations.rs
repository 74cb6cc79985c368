//! Good rewrites, corrupted on purpose: the critic in charge notices, and no other cries wolf.
//!
//! After the mutation-labelled critics of `PRLCoder` (Ye et al. 2025): what is wrong is known because we did it.

#![allow(clippy::unwrap_used)]

use emend_critics::{Critics, Pair, Scores};
use emend_text::{Format, Glossary, Instruction, intent};

/// Sources and good rewrites of them.
const GOOD: [(&str, &str); 4] = [
    (
        "We was told that 40 people has signed, and they did not want no delay.",
        "We were told that 40 people have signed and that they did not want a delay.",
    ),
    (
        "The meeting on 3 May are not cancelled, see www.gate.example.",
        "The meeting on 3 May is not cancelled; see www.gate.example.",
    ),
    (
        "Ann will not came before 10:30, her train have a delay of 20 minutes.",
        "Ann will not come before 10:30: her train has a delay of 20 minutes.",
    ),
    (
        "I has not payed the 12 euros yet, sorry for that.",
        "I have not paid the 12 euros yet; sorry for that.",
    ),
];

/// A corruption, the critic in charge, and those that may well notice, too.
type Mutation = (fn(&str) -> String, &'static str, &'static [&'static str]);

const MUTATIONS: [Mutation; 7] = [
    (|text| text.replace(" not ", " "), "negation", &[]),
    (|text| text.replace(['4', '3', '2'], "7"), "numbers", &["protected"]),
    (|text| text.replacen(' ', " flurbly ", 1), "words", &[]),
    (
        |text| {
            ["people ", "meeting ", "train ", "euros "]
                .iter()
                .fold(text.to_owned(), |text, word| text.replace(word, ""))
        },
        "content",
        &["protected", "numbers"],
    ),
    (|text| format!("{text} So it is. So it is. So it is."), "repetition", &["edit_budget", "length"]),
    (
        |text| text.split(' ').take(2).collect::<Vec<_>>().join(" "),
        "length",
        &["protected", "numbers", "negation", "content", "edit_budget"],
    ),
    (
        |text| {
            format!(
                "{text} Incomprehensibilities notwithstanding, internationalisation necessitates administration."
            )
        },
        "readability",
        &["length", "words", "edit_budget"],
    ),
];

fn judged(pairs: &[(&str, String)]) -> Vec<Scores> {
    let instruction = Instruction::Intent(intent("fix").unwrap());
    let glossary = Glossary::empty();
    let pairs: Vec<Pair<'_>> = pairs
        .iter()
        .map(|(source, rewrite)| Pair { source, rewrite, instruction: &instruction, glossary: &glossary })
        .collect();
    Critics::new(None).judge(&pairs, None).unwrap()
}

#[test]
fn the_critic_in_charge_notices() {
    let good = judged(&GOOD.map(|(source, rewrite)| (source, rewrite.to_owned())));
    for scores in &good {
        for (id, judgement) in scores.iter() {
            assert!(
                judgement.score > 0.6 && (judgement.score > 0.99 || id == "readability"),
                "{id}: {judgement:?}"
            );
        }
    }
    for (mutate, in_charge, others) in MUTATIONS {
        let bad = judged(&GOOD.map(|(source, rewrite)| (source, mutate(rewrite))));
        for (number, (good, bad)) in good.iter().zip(&bad).enumerate() {
            let rewrite = mutate(GOOD[number].1);
            for (id, before) in good.iter() {
                let after = bad.get(id).unwrap();
                if id == in_charge {
                    assert!(after.score < before.score - 0.1, "{id} misses {rewrite:?}: {after:?}");
                    assert!(after.reason.is_some() || id == "readability", "{id}: {after:?}");
                } else if !others.contains(&id) && id != "readability" {
                    assert!(after.score >= before.score, "{id} cries wolf at {rewrite:?}: {after:?}");
                }
            }
        }
    }
}

#[test]
fn an_insult_put_in_is_found_where_it_stands() {
    let critics = Critics::new(None);
    for (_, rewrite) in GOOD {
        assert!(
            (critics.diagnose(rewrite, Format::Plain).unwrap().appropriate - 1.0).abs() < 1e-6,
            "{rewrite}"
        );
        let insulting = format!("{rewrite} Any moron knows that.");
        let found = critics.diagnose(&insulting, Format::Plain).unwrap();
        let shown: Vec<&str> =
            found.findings.iter().map(|found| found.span.of(&insulting).unwrap()).collect();
        assert_eq!(shown, ["moron"], "{found:?}");
        assert!(found.appropriate < 0.5);
    }
}
