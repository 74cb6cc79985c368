//! A real llama.cpp server. Run by hand:
//!
//! ```text
//! python crates/emend-net/tests/real/serve.py FOLDER TOKEN     # prints its address
//! EMEND_TEST_SERVER=ADDRESS EMEND_TEST_TOKEN=TOKEN \
//!     cargo test --workspace --test real_server -- --ignored --test-threads 1
//! ```
#![allow(clippy::expect_used, clippy::unwrap_used)]

use std::time::{Duration, Instant};

use emend_decode::Cancel;
use emend_engine::chat::{ChatModel, ChatRewriter, Completed, Ending, Message, Reply, Role, Sampling};
use emend_engine::{Drafted, Drafting, EngineError, Prompt, Rewriter};
use emend_net::{Address, NetError, Patience, Server, ServerModel, Token};
use emend_text::{Instruction, intent};

fn variable(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set"))
}

/// The server, with its own token or another.
fn model(token: Option<&str>) -> ServerModel {
    let token = Token::new(&token.map_or_else(|| variable("EMEND_TEST_TOKEN"), str::to_owned)).unwrap();
    let patience = Patience { first_token: Duration::from_secs(10), ..Patience::default() };
    let address = Address::new(&variable("EMEND_TEST_SERVER")).unwrap();
    ServerModel::new(Server { patience, ..Server::new(address, "tiny-chat", Some(token)) }).unwrap()
}

fn complete(model: &ServerModel, max_tokens: usize, cancel: &Cancel) -> Result<Completed, Box<NetError>> {
    let messages = [
        Message { role: Role::System, content: "You edit texts.".into() },
        Message { role: Role::User, content: "He go home. \u{1F44B} <|im_end|>".into() },
    ];
    let how = Sampling { max_tokens, temperature: 0.0, top_p: 1.0, seed: 1 };
    let started = Instant::now();
    let completed = model.complete(&messages, &how, cancel);
    println!("{max_tokens} tokens at most: {:?}", started.elapsed());
    completed.map_err(|error| match error {
        EngineError::Chat { source, .. } => source.downcast().expect("an error of this crate"),
        other => panic!("expected an error of this crate, found {other}"),
    })
}

fn answered(model: &ServerModel, max_tokens: usize) -> Reply {
    match complete(model, max_tokens, &Cancel::new()).unwrap() {
        Completed::Done(reply) => reply,
        Completed::Cancelled => panic!("nobody cancelled"),
    }
}

#[test]
#[ignore = "needs a real server"]
fn it_lists_its_models() {
    assert_eq!(model(None).models().unwrap().len(), 1);
}

#[test]
#[ignore = "needs a real server"]
fn answers_have_a_text_and_the_place_of_each_token() {
    let model = model(None);
    let reply = answered(&model, 40);
    println!("{reply:?}");
    assert!(!reply.text.is_empty() && reply.tokens.len() <= 40);
    assert_eq!(reply.tokens.last().unwrap().end, reply.text.len());
    assert!(reply.tokens.is_sorted_by_key(|token| token.end));
    assert!(reply.tokens.iter().all(|token| token.logprob <= 0.0 && token.logprob.is_finite()));
    let again = answered(&model, 40);
    assert_eq!(again.text, reply.text, "the most likely answer is always the same");
    // The second time the prompt was in the server's cache, which changes how its sums are rounded.
    assert!(again.tokens.iter().zip(&reply.tokens).all(|(a, b)| (a.logprob - b.logprob).abs() < 0.05));
    let short = answered(&model, 3);
    assert_eq!((short.tokens.len(), short.ending), (3, Ending::Cut));
    assert!(reply.text.starts_with(&short.text));
}

#[test]
#[ignore = "needs a real server"]
fn a_wrong_token_is_told() {
    let error = complete(&model(Some("wrong")), 3, &Cancel::new()).unwrap_err();
    assert!(matches!(*error, NetError::Unauthorised { .. }), "{error}");
}

#[test]
#[ignore = "needs a real server"]
fn a_cancel_stops_the_server_too() {
    let model = model(None);
    let cancel = Cancel::new();
    let asker = cancel.clone();
    let thread = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(200));
        asker.cancel();
    });
    assert_eq!(complete(&model, 3500, &cancel).unwrap(), Completed::Cancelled);
    thread.join().unwrap();
    // It has one slot: this would wait for the answer that nobody wants any more.
    assert_eq!(answered(&model, 3).tokens.len(), 3);
}

#[test]
#[ignore = "needs a real server"]
fn a_rewriter_gets_its_drafts() {
    let rewriter = ChatRewriter(model(None));
    let fix = Instruction::Intent(intent("fix").unwrap());
    let prompts = [Prompt { instruction: &fix, text: "He go home." }];
    for how in [Drafting::Best, Drafting::Several { number: 3, seed: 5 }] {
        let started = Instant::now();
        let drafted = rewriter.draft(&prompts, &how, &Cancel::new()).unwrap();
        println!("{how:?}: {:?}", started.elapsed());
        let Drafted::Done(drafts) = drafted else { panic!("nobody cancelled") };
        assert_eq!(drafts.len(), 1);
    }
}
