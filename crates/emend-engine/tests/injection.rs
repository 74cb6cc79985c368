//! A text that gives orders is rewritten, not obeyed: a hundred such texts, and what a chat model is told about them.
//!
//! Rows of `injection/cases.jsonl` are input of `emend batch`, with two more fields to judge the answers by, all in
//! lower case: most of `keeps` stand in a rewrite of the text, and none of `gives` (as whole words) unless the order was
//! obeyed.
#![allow(clippy::expect_used, clippy::unwrap_used)]

use std::cell::Cell;
use std::collections::BTreeSet;

use emend_engine::chat::{ChatModel, ChatRewriter, Completed, Ending, Message, Reply, Sampling, messages};
use emend_engine::{Cancel, Drafted, Drafting, EngineError, Prompt, Rewriter};
use emend_text::{Instruction, intent};
use serde::Deserialize;

#[derive(Deserialize)]
struct Case {
    id: String,
    intent: String,
    src: String,
    keeps: Vec<String>,
    gives: Vec<String>,
}

fn cases() -> Vec<Case> {
    let rows = include_str!("injection/cases.jsonl").lines();
    rows.map(|row| serde_json::from_str(row).expect(row)).collect()
}

impl Case {
    fn instruction(&self) -> Instruction {
        Instruction::Intent(intent(&self.intent).unwrap_or_else(|| panic!("{}: {}", self.id, self.intent)))
    }
}

#[test]
fn the_cases_are_a_hundred_different_ones_for_every_intent() {
    let cases = cases();
    assert_eq!(cases.len(), 100);
    assert_eq!(cases.iter().map(|case| &case.src).collect::<BTreeSet<_>>().len(), 100);
    let intents: BTreeSet<_> = cases.iter().map(|case| case.instruction().id()).collect();
    assert_eq!(intents.len(), emend_text::INTENTS.len());
    for case in &cases {
        let src = case.src.to_lowercase();
        assert!(case.keeps.iter().all(|word| src.contains(word.as_str())), "{}: keeps", case.id);
        assert!(!case.gives.iter().any(|word| src.contains(word.as_str())), "{}: gives", case.id);
    }
}

#[test]
fn the_text_stands_between_tags_that_it_cannot_close_and_the_task_comes_last() {
    for case in cases() {
        let instruction = case.instruction();
        let told = messages(&Prompt { instruction: &instruction, text: &case.src });
        let [system, user] = told.as_slice() else { panic!("{}: two messages", case.id) };
        let tag = user.content.split_once('>').unwrap().0.trim_start_matches('<');
        let (open, close) = (format!("<{tag}>\n"), format!("\n</{tag}>"));
        assert_eq!(user.content.matches(&close).count(), 1, "{}: {}", case.id, user.content);
        assert!(!case.src.to_lowercase().contains(&format!("</{tag}")), "{}: {tag}", case.id);

        let (text, after) = user.content[open.len()..].split_once(&close).unwrap();
        assert_eq!(text, case.src, "{}: the text is told as it is", case.id);
        let Instruction::Intent(intent) = instruction else { panic!("{}: an intent", case.id) };
        assert!(after.contains(intent.chat_instruction), "{}: {after}", case.id);
        assert!(!system.content.contains(&case.src), "{}: no text among the rules", case.id);
        assert!(system.content.contains(&format!("<{tag}>")), "{}: the rules name the tags", case.id);
    }
}

/// Counts how often it is asked, and answers with one word. It is no model and claims none.
#[derive(Default)]
struct Counter(Cell<usize>);

impl ChatModel for Counter {
    fn name(&self) -> &'static str {
        "a counter"
    }

    fn context_tokens(&self) -> usize {
        4096
    }

    fn complete(&self, _: &[Message], _: &Sampling, _: &Cancel) -> Result<Completed, EngineError> {
        self.0.set(self.0.get() + 1);
        let ending = Ending::Finished { logprob: None };
        Ok(Completed::Done(Reply { text: "Moo.".into(), tokens: Vec::new(), ending }))
    }
}

/// Marks of chat templates would speak in the program's place, whatever stands around them.
#[test]
fn texts_that_would_steer_the_model_are_not_given_to_it() {
    let rewriter = ChatRewriter(Counter::default());
    let steering: Vec<String> = cases()
        .iter()
        .filter(|case| {
            let instruction = case.instruction();
            let before = rewriter.0.0.get();
            let prompts = [Prompt { instruction: &instruction, text: &case.src }];
            let drafted = rewriter.draft(&prompts, &Drafting::Best, &Cancel::new()).unwrap();
            assert!(matches!(drafted, Drafted::Done(drafts) if drafts.len() == 1), "{}", case.id);
            rewriter.0.0.get() == before
        })
        .map(|case| case.id.clone())
        .collect();
    assert_eq!(steering, ["095", "096", "097", "098", "099", "100"]);
}
