//! A server of the person's own: off until it is set, asked only when it should be, and its token never shown.

use std::io::{Read, Write};
use std::net::TcpListener;

use emend_harness::{Profile, run};

const SECRET: &str = "sk-never-to-be-seen";

/// Answers one request for models, and returns the request.
fn one_list(listener: TcpListener) -> std::thread::JoinHandle<String> {
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut request = [0; 4096];
        let count = stream.read(&mut request).unwrap();
        let body = r#"{"object":"list","data":[{"id":"tiny"},{"id":"huge"}]}"#;
        write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len()).unwrap();
        String::from_utf8_lossy(&request[..count]).into_owned()
    })
}

#[test]
fn a_server_is_set_asked_and_forgotten() {
    let profile = Profile::new();
    let shown = profile.emend(&["server", "show"], "").ok().out;
    assert!(shown.contains("nothing leaves this machine"), "{shown}");

    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let token = profile.file("token.txt", format!("{SECRET}\n"));
    let set =
        ["server", "set", "--address", &address, "--model", "tiny", "--token-file", token.to_str().unwrap()];
    let mut said = profile.emend(&set, "").ok().out;
    said += &profile.emend(&["server", "show", "--json"], "").ok().out;

    let server = one_list(listener);
    let mut check = profile.command(&["server", "check"]);
    // A proxy of the environment is not used: nobody listens there.
    check
        .env("HTTP_PROXY", "http://127.0.0.1:9")
        .env("http_proxy", "http://127.0.0.1:9")
        .env("RUST_LOG", "trace");
    let checked = run(check, b"").ok();
    assert!(checked.out.contains("tiny  (set)") && checked.out.contains("huge"), "{}", checked.out);
    let asked = server.join().unwrap();
    assert!(asked.starts_with("GET /v1/models ") && asked.contains(SECRET), "{asked}");
    said += &checked.out;
    said += &checked.err;

    // Nobody is there any more.
    let mut gone = profile.command(&["server", "check"]);
    gone.env("RUST_LOG", "trace");
    let gone = run(gone, b"").refused("cannot reach");
    said += &gone.err;
    assert!(!said.contains(SECRET), "{said}");

    profile.emend(&["server", "remove"], "").ok();
    assert_eq!(profile.emend(&["server", "show", "--json"], "").ok().out.trim(), "null");
    profile.emend(&["server", "check"], "").refused("no server is set");
}

#[test]
fn what_cannot_be_a_server_is_refused() {
    let profile = Profile::new();
    for (address, said) in [("localhost:8080", "http"), ("ftp://a", "http://"), ("http://me:pw@a", "token")] {
        profile.emend(&["server", "set", "--address", address, "--model", "tiny"], "").refused(said);
    }
    let settings = b"[large]\nkind = \"server\"\naddress = \"nowhere\"\nmodel = \"tiny\"\n";
    std::fs::create_dir_all(profile.home()).unwrap();
    std::fs::write(profile.home().join("settings.toml"), settings).unwrap();
    let shown = profile.emend(&["server", "show"], "").ok();
    assert!(shown.out.contains("no server is set"), "{}", shown.out);
    assert!(shown.err.contains("[large]"), "{}", shown.err);
}
