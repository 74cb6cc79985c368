//! Texts that need no change, for runs that learn to leave such texts alone.

use std::collections::HashSet;

use emend_learn::examples::Prompt;
use emend_models::Seq2Seq;
use emend_text::Instruction;

use super::prompts;
use super::texts::{Known, LearnText};

/// Plain, short, courteous and correct: no intent that mends has anything to do here.
const SENTENCES: &str = include_str!("clean.txt");

/// Intents that want another text whatever the text is.
const ALWAYS_CHANGE: [&str; 2] = ["paraphrase", "friendly"];

/// What is said to be clean; what a person left as it was or took, asked for once more; and our own sentences, asked for as their texts are.
///
/// What the model could not write back letter by letter is left out: it cannot leave that alone.
pub(crate) fn clean(model: &Seq2Seq, texts: &[LearnText]) -> Vec<Prompt> {
    let own = own(texts);
    let kept = texts.iter().filter_map(|text| Some((&text.instruction, kept(text)?)));
    let mut seen = HashSet::new();
    kept.chain(own.map(|(wish, sentence): (_, &str)| (wish, sentence)))
        .filter(|(instruction, text)| seen.insert((prompts::name(instruction), *text)))
        .filter_map(|(instruction, text)| prompt(model, instruction, text))
        .collect()
}

/// A text that needs no change; `None` when it does not fit the model.
pub(crate) fn prompt(model: &Seq2Seq, instruction: &Instruction, text: &str) -> Option<Prompt> {
    model.tokens.survives(text).then(|| prompts::prompt(model, instruction, text)).flatten()
}

fn kept(text: &LearnText) -> Option<&str> {
    match &text.known {
        Known::Rewrite(kept) => Some(kept),
        Known::Preference { chosen, .. } => (*chosen == text.source).then_some(chosen),
        Known::Clean => Some(&text.source),
        Known::Nothing | Known::Guided(_) | Known::Verdict { .. } | Known::Graded { .. } => None,
    }
}

/// Our sentences, dealt out to the intents that are asked for.
fn own(texts: &[LearnText]) -> impl Iterator<Item = (&Instruction, &'static str)> {
    let mut wishes: Vec<&Instruction> = Vec::new();
    for text in texts {
        let mends = match &text.instruction {
            Instruction::Intent(intent) => !ALWAYS_CHANGE.contains(&intent.id),
            Instruction::Own(_) => false,
        };
        if mends && !wishes.contains(&&text.instruction) {
            wishes.push(&text.instruction);
        }
    }
    let count = wishes.len();
    let deal = move |(place, sentence)| Some((*wishes.get(place % count.max(1))?, sentence));
    SENTENCES.lines().enumerate().filter_map(deal)
}

#[cfg(test)]
mod tests {
    use emend_text::intent;

    use super::*;

    fn text(id: &str, source: &str, known: Known) -> LearnText {
        let instruction = Instruction::Intent(intent(id).unwrap());
        LearnText { instruction, source: source.into(), known, weight: 1.0 }
    }

    #[test]
    fn what_was_kept_and_what_was_taken() {
        let preference = |chosen: &str, rejected: &str| Known::Preference {
            chosen: chosen.into(),
            rejected: rejected.into(),
        };
        assert_eq!(kept(&text("fix", "a", preference("a", "b"))), Some("a"));
        assert_eq!(kept(&text("fix", "a", preference("b", "a"))), None);
        assert_eq!(kept(&text("fix", "a", Known::Rewrite("c".into()))), Some("c"));
        assert_eq!(kept(&text("fix", "a", Known::Nothing)), None);
        assert_eq!(kept(&text("fix", "a", Known::Clean)), Some("a"));
    }

    #[test]
    fn our_sentences_are_for_intents_that_mend() {
        let texts = ["fix", "paraphrase", "fix", "neutral"].map(|id| text(id, "a", Known::Nothing));
        let dealt: Vec<String> = own(&texts).map(|(wish, _)| prompts::name(wish)).collect();
        assert_eq!(dealt[..3], ["fix", "neutral", "fix"]);
        assert_eq!(dealt.len(), SENTENCES.lines().count());
        assert_eq!(own(&texts[1..2]).count(), 0);
    }
}
