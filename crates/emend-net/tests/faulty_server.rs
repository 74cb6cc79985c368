//! Whatever a server does, the right answer or a named error comes within its limit.
#![allow(clippy::expect_used, clippy::unwrap_used)]

mod faulty;

use std::net::TcpListener;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use emend_decode::Cancel;
use emend_engine::chat::{ChatModel, ChatRewriter, Completed, Ending, Message, Reply, Role, Sampling};
use emend_engine::{Drafted, Drafting, EngineError, Prompt, Rewriter};
use emend_net::{Address, Awaited, NetError, Patience, Retries, Server, ServerModel, Token};
use emend_text::{Instruction, intent};

use faulty::{
    Behaviour, DONE, Faulty, STREAM, drips, end, falls_silent_after, he_goes, response, sends,
    sends_for_ever, serve, token,
};

const SECRET: &str = "sk-very-secret-7";

/// Limits that a test can wait for. Those that must not be met are long.
const PATIENCE: Patience = Patience {
    connect: Duration::from_secs(5),
    first_token: Duration::from_secs(5),
    next_token: Duration::from_secs(5),
    whole: Duration::from_secs(8),
};
const SHORT: Duration = Duration::from_millis(150);

fn model_at(address: &str, patience: Patience) -> ServerModel {
    let retries =
        Retries { most: 2, first_wait: Duration::from_millis(10), longest_wait: Duration::from_secs(2) };
    let token = Some(Token::new(SECRET).unwrap());
    let server = Server { patience, retries, ..Server::new(Address::new(address).unwrap(), "tiny", token) };
    ServerModel::new(server).unwrap()
}

fn model(faulty: &Faulty, patience: Patience) -> ServerModel {
    model_at(&format!("http://{}", faulty.place), patience)
}

fn complete(model: &ServerModel, cancel: &Cancel) -> Result<Completed, NetError> {
    let messages = [
        Message { role: Role::System, content: "Edit.".into() },
        Message { role: Role::User, content: "He go.".into() },
    ];
    let how = Sampling { max_tokens: 50, temperature: 0.0, top_p: 1.0, seed: 3 };
    let started = Instant::now();
    let completed = model.complete(&messages, &how, cancel).map_err(|error| match error {
        EngineError::Chat { source, .. } => *source.downcast::<NetError>().expect("an error of this crate"),
        other => panic!("expected an error of this crate, found {other}"),
    });
    assert!(started.elapsed() < Duration::from_secs(15), "it ended within its limit");
    if let Err(error) = &completed {
        let shown = format!("{error} {error:?} {} {model:?}", error.hint());
        assert!(!shown.contains(SECRET), "{shown}");
    }
    completed
}

#[track_caller]
fn answered(model: &ServerModel) -> Reply {
    match complete(model, &Cancel::new()).expect("an answer") {
        Completed::Done(reply) => reply,
        Completed::Cancelled => panic!("nobody cancelled"),
    }
}

/// The error of one server, and how often it was asked.
#[track_caller]
fn failed(behaviours: impl IntoIterator<Item = Behaviour>, patience: Patience) -> (NetError, usize) {
    let faulty = serve(behaviours);
    let error = complete(&model(&faulty, patience), &Cancel::new()).expect_err("an error");
    (error, faulty.asked().len())
}

#[test]
fn an_answer_with_its_tokens() {
    let faulty = serve([sends(he_goes())]);
    let reply = answered(&model(&faulty, PATIENCE));
    assert_eq!((reply.text.as_str(), reply.ending), ("He goes.", Ending::Finished { logprob: None }));
    let tokens: Vec<(usize, f32)> = reply.tokens.iter().map(|token| (token.end, token.logprob)).collect();
    assert_eq!(tokens, [(2, -0.25), (8, -0.5)]);

    let asked = faulty.asked().remove(0);
    let (head, body) = asked.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("POST /v1/chat/completions HTTP/1.1\r\n"), "{head}");
    assert!(head.to_lowercase().contains(&format!("authorization: bearer {SECRET}")), "{head}");
    let body: serde_json::Value = serde_json::from_str(body).unwrap();
    assert_eq!(body["messages"][1], serde_json::json!({ "role": "user", "content": "He go." }));
    for (name, value) in
        [("stream", true.into()), ("logprobs", true.into()), ("max_tokens", 50.into()), ("seed", 3.into())]
    {
        assert_eq!(body[name], serde_json::Value::clone(&value), "{name}");
    }
}

#[test]
fn a_rewriter_from_end_to_end() {
    let announced =
        [STREAM, &token("Sure: ", -3.0), &token("He", -0.25), &token(" goes.", -0.5), &end("stop")].concat();
    let faulty = serve([sends(announced), sends(he_goes())]);
    let rewriter = ChatRewriter(model(&faulty, PATIENCE));
    let fix = Instruction::Intent(intent("fix").unwrap());
    let prompts = [Prompt { instruction: &fix, text: "He go." }; 2];
    let Ok(Drafted::Done(drafts)) = rewriter.draft(&prompts, &Drafting::Best, &Cancel::new()) else {
        panic!("drafts")
    };
    assert_eq!(drafts[0], drafts[1], "the announcement and its token are gone");
    assert_eq!(drafts[0][0].tokens.len(), 2);
    assert!(faulty.asked()[0].contains("<text>\\nHe go.\\n</text>"));
}

#[test]
fn bytes_may_be_cut_anywhere() {
    let stream = [
        ": hello\r\n\r\n".to_owned(),
        token("Caf\u{e9} ", -0.5).replace('\n', "\r\n"),
        ": keep-alive\n\n".to_owned(),
        token("\u{1F44B}\u{2026}", -0.25),
        end("stop").replace("\n\n", "\r\r"),
    ]
    .concat();
    for size in [1, 7] {
        let head = STREAM.as_bytes().to_vec();
        let parts = std::iter::once(head).chain(stream.as_bytes().chunks(size).map(<[u8]>::to_vec)).collect();
        let reply = answered(&model(&serve([drips(parts)]), PATIENCE));
        assert_eq!(reply.text, "Caf\u{e9} \u{1F44B}\u{2026}");
        assert_eq!(reply.tokens.iter().map(|token| token.end).collect::<Vec<_>>(), [6, 13]);
    }
}

#[test]
fn the_good_bye_may_be_missing_but_not_the_reason_to_end() {
    let open = [STREAM, &token("He", -0.25), &token(" goes.", -0.5), &end("length")].concat();
    let reply = answered(&model(&serve([sends(open.clone())]), PATIENCE));
    assert_eq!((reply.text.as_str(), reply.ending), ("He goes.", Ending::Cut));
    // The connection stays open and silent after the end.
    let patience = Patience { next_token: SHORT, ..PATIENCE };
    assert_eq!(answered(&model(&serve([falls_silent_after(open)]), patience)).text, "He goes.");
    let filtered = [STREAM, &end("content_filter"), DONE].concat();
    assert_eq!(answered(&model(&serve([sends(filtered)]), PATIENCE)).ending, Ending::Refused);

    for cut in [
        [STREAM, &token("He", -0.25)].concat(),
        [STREAM, &token("He", -0.25), DONE].concat(),
        [STREAM, &token("He", -0.25), "data: {\"choi"].concat(),
        format!(
            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 9999\r\n\r\n{}",
            token("He", -0.25)
        ),
    ] {
        let (error, asked) = failed([sends(cut.clone()), sends(he_goes())], PATIENCE);
        assert!(matches!(error, NetError::Cut { .. }), "{error} for {cut}");
        assert_eq!(asked, 1, "an answer that has begun is not asked for again");
    }
}

#[test]
fn what_may_pass_is_tried_again() {
    let down = || sends(response("500 Internal Server Error", "", r#"{"error":"out of memory"}"#));
    let loading =
        || sends(response("503 Service Unavailable", "", r#"{"error":{"message":"Loading model"}}"#));
    let faulty = serve([down(), loading(), sends(he_goes())]);
    assert_eq!(answered(&model(&faulty, PATIENCE)).text, "He goes.");
    assert_eq!(faulty.asked().len(), 3);
    // Closed before it has answered.
    let faulty = serve([sends(""), sends(he_goes())]);
    assert_eq!(answered(&model(&faulty, PATIENCE)).text, "He goes.");

    let (error, asked) = failed([down(), down(), down(), sends(he_goes())], PATIENCE);
    assert!(
        matches!(&error, NetError::Failed { status: Some(500), message, .. } if message == "out of memory"),
        "{error}"
    );
    assert_eq!(asked, 3);
    let (error, asked) = failed([loading(), loading(), loading()], PATIENCE);
    assert!(error.to_string().contains("Loading model"), "{error}");
    assert_eq!(asked, 3);
}

#[test]
fn a_busy_server_says_when_to_come_back() {
    let busy = |after: &str| {
        sends(response(
            "429 Too Many Requests",
            &format!("Retry-After: {after}\r\n"),
            r#"{"error":{"message":"slow down"}}"#,
        ))
    };
    let faulty = serve([busy("1"), sends(he_goes())]);
    let started = Instant::now();
    assert_eq!(answered(&model(&faulty, PATIENCE)).text, "He goes.");
    assert!(started.elapsed() >= Duration::from_secs(1), "it was obeyed");
    let (error, asked) = failed([busy("3600"), sends(he_goes())], PATIENCE);
    let hour = Some(Duration::from_hours(1));
    assert!(
        matches!(error, NetError::Busy { status: 429, retry_after, .. } if retry_after == hour),
        "{error}"
    );
    assert_eq!(asked, 1, "nobody waits for an hour");
}

#[test]
fn silence_has_limits() {
    let awaited = |behaviour: Behaviour, patience: Patience| match failed([behaviour], patience) {
        (NetError::Timeout { awaited, .. }, 1) => awaited,
        other => panic!("expected a time-out, found {other:?}"),
    };
    let first = Patience { first_token: SHORT, ..PATIENCE };
    assert_eq!(awaited(falls_silent_after(""), first), Awaited::FirstToken);
    assert_eq!(awaited(falls_silent_after(STREAM), first), Awaited::FirstToken);
    let greeting = "data: {\"choices\":[{\"delta\":{\"role\":\"assistant\",\"content\":null}}]}\n\n";
    assert_eq!(awaited(falls_silent_after([STREAM, greeting].concat()), first), Awaited::FirstToken);
    let alive = sends_for_ever(STREAM, ": keep-alive\n\n", Duration::from_millis(10));
    assert_eq!(awaited(alive, first), Awaited::FirstToken, "a sign of life is no token");
    let next = Patience { next_token: SHORT, ..PATIENCE };
    assert_eq!(awaited(falls_silent_after([STREAM, &token("He", -0.5)].concat()), next), Awaited::NextToken);
    let whole = Patience { whole: 2 * SHORT, ..PATIENCE };
    assert_eq!(
        awaited(sends_for_ever(STREAM, token("He ", -0.5), Duration::from_millis(10)), whole),
        Awaited::End
    );
}

#[test]
fn something_else_at_the_address_is_told() {
    for (behaviour, said) in [
        (sends(response("200 OK", "Content-Type: text/html\r\n", "<html>Welcome</html>")), "text/html"),
        (sends(response("404 Not Found", "Content-Type: text/html\r\n", "<html>None</html>")), "404"),
        (sends("SSH-2.0-OpenSSH_9.2\r\n"), "HTTP"),
        (sends([STREAM, "data: <html>\n\ndata: {}\n\n"].concat()), "event 1"),
        (sends([STREAM, "Welcome!\n"].concat()), "no events"),
        (sends(STREAM), "no events"),
    ] {
        let (error, _) = failed([behaviour], PATIENCE);
        assert!(matches!(error, NetError::NotCompatible { .. }), "{error:?}");
        assert!(error.to_string().contains(said), "{error}");
    }
    let endless = sends_for_ever([STREAM, "data: "].concat(), vec![b'x'; 1 << 16], Duration::ZERO);
    let (error, _) = failed([endless], PATIENCE);
    assert!(matches!(error, NetError::TooLarge { .. }), "{error}");
}

#[test]
fn a_redirect_is_not_followed() {
    let elsewhere = serve([sends(he_goes())]);
    for status in ["301 Moved Permanently", "307 Temporary Redirect"] {
        let to = format!("Location: http://{}/v1/chat/completions\r\n", elsewhere.place);
        let (error, asked) = failed([sends(response(status, &to, ""))], PATIENCE);
        assert!(matches!(error, NetError::Redirected { .. }), "{error}");
        assert_eq!(asked, 1);
    }
    assert_eq!(elsewhere.asked(), Vec::<String>::new());
}

#[test]
fn refusals_have_their_names() {
    let echo = format!(r#"{{"error":{{"message":"bad key {SECRET}"}}}}"#);
    let (error, asked) = failed([sends(response("401 Unauthorized", "", &echo))], PATIENCE);
    assert!(matches!(error, NetError::Unauthorised { had_token: true, .. }), "{error}");
    assert_eq!(asked, 1);
    let (error, _) = failed([sends(response("400 Bad Request", "", &echo))], PATIENCE);
    assert!(error.to_string().contains("bad key (the token)"), "{error}");
    let missing =
        r#"{"error":{"message":"model \"tiny\" not found, try pulling it first","type":"api_error"}}"#;
    let (error, _) = failed([sends(response("404 Not Found", "", missing))], PATIENCE);
    assert!(matches!(&error, NetError::NoModel { model, .. } if model == "tiny"), "{error}");
    let late = [STREAM, &token("He", -0.5), "data: {\"error\":{\"message\":\"out of memory\"}}\n\n"].concat();
    let (error, _) = failed([sends(late)], PATIENCE);
    assert!(
        matches!(&error, NetError::Failed { status: None, message, .. } if message == "out of memory"),
        "{error}"
    );
}

#[test]
fn nobody_there_and_no_safe_connection() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let place = listener.local_addr().unwrap();
    drop(listener);
    let error =
        complete(&model_at(&format!("http://{place}"), PATIENCE), &Cancel::new()).expect_err("nobody");
    assert!(matches!(error, NetError::Unreachable { .. }), "{error}");
    let plain = serve([sends("HTTP/1.1 400 Bad Request\r\n\r\n")]);
    let error = complete(&model_at(&format!("https://{}", plain.place), PATIENCE), &Cancel::new());
    let error = error.expect_err("no TLS");
    assert!(matches!(error, NetError::Unsafe { .. }), "{error:?}");
}

#[test]
fn a_server_without_probabilities_still_writes() {
    let refuses =
        sends(response("400 Bad Request", "", r#"{"error":{"message":"logprobs are not supported"}}"#));
    let faulty = serve([refuses, sends(he_goes())]);
    assert_eq!(answered(&model(&faulty, PATIENCE)).text, "He goes.");
    assert!(!faulty.asked()[1].contains("logprobs"), "the second request leaves them out");
}

#[test]
fn a_cancel_closes_the_connection() {
    let (gone, is_gone) = mpsc::channel();
    let faulty = serve([Box::new(move |stream: &mut std::net::TcpStream| {
        sends_for_ever(STREAM, token("He ", -0.5), Duration::from_millis(10))(stream);
        gone.send(()).expect("the test waits");
    }) as Behaviour]);
    let model = model(&faulty, PATIENCE);
    let cancel = Cancel::new();
    let asker = cancel.clone();
    std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(100));
        asker.cancel();
    });
    assert_eq!(complete(&model, &cancel), Ok(Completed::Cancelled));
    is_gone.recv_timeout(Duration::from_secs(10)).expect("the server saw the connection end");
    assert_eq!(complete(&model, &cancel), Ok(Completed::Cancelled), "nothing is asked after it");
    assert_eq!(faulty.asked().len(), 1);
}

#[test]
fn models_are_listed() {
    let listed = |body: &str| {
        let faulty = serve([sends(response("200 OK", "Content-Type: application/json\r\n", body))]);
        let listed = model(&faulty, PATIENCE).models();
        assert!(faulty.asked()[0].starts_with("GET /v1/models HTTP/1.1\r\n"));
        listed
    };
    assert_eq!(
        listed(r#"{"object":"list","data":[{"id":"tiny"},{"id":"huge"}]}"#).unwrap(),
        ["tiny", "huge"]
    );
    assert_eq!(listed(r#"{"object":"list","data":null}"#).unwrap(), Vec::<String>::new());
    for no_list in ["<html>", "[]", r#"{"data":[7]}"#] {
        assert!(matches!(listed(no_list), Err(NetError::NotCompatible { .. })), "{no_list}");
    }
}
