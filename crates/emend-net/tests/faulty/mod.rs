//! A server of our own that does what it is told, right or wrong. It is no model and claims none.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What the server does with one connection after it has read the request. It closes the connection afterwards.
pub(crate) type Behaviour = Box<dyn FnOnce(&mut TcpStream) + Send>;

/// A server that is up until its last behaviour is used.
pub(crate) struct Faulty {
    pub(crate) place: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
}

/// Starts a server that answers the first request with the first behaviour, and so on, and then is gone.
pub(crate) fn serve(behaviours: impl IntoIterator<Item = Behaviour>) -> Faulty {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let place = listener.local_addr().expect("its address");
    let asked = Arc::new(Mutex::new(Vec::new()));
    let behaviours: Vec<Behaviour> = behaviours.into_iter().collect();
    let log = Arc::clone(&asked);
    std::thread::spawn(move || {
        for behaviour in behaviours {
            let (mut stream, _) = listener.accept().expect("a connection");
            // A client that hangs must not hang the test.
            stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a limit");
            let request = request(&mut stream);
            log.lock().expect("no panic").push(request);
            behaviour(&mut stream);
        }
    });
    Faulty { place, asked }
}

impl Faulty {
    /// The requests so far, head and body.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().expect("no panic").clone()
    }
}

/// Reads one request, head and body. Whoever comes without HTTP (a TLS greeting) is cut short.
fn request(stream: &mut TcpStream) -> String {
    let mut read = Vec::new();
    let mut part = [0; 4096];
    loop {
        let text = String::from_utf8_lossy(&read).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head
                .lines()
                .filter_map(|line| line.split_once(':'))
                .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
                .map_or(0, |(_, length)| length.trim().parse().expect("a length"));
            if body.len() >= length {
                return text;
            }
        }
        match stream.read(&mut part) {
            Ok(count) if count > 0 && (read.len() > 4 || part[0].is_ascii_uppercase()) => {
                read.extend_from_slice(&part[..count]);
            }
            _ => return text,
        }
    }
}

/// Sends these bytes at once.
pub(crate) fn sends(bytes: impl Into<Vec<u8>>) -> Behaviour {
    let bytes = bytes.into();
    Box::new(move |stream| drop(stream.write_all(&bytes)))
}

/// Sends these parts with a moment between them, so that each arrives alone.
pub(crate) fn drips(parts: Vec<Vec<u8>>) -> Behaviour {
    Box::new(move |stream| {
        stream.set_nodelay(true).expect("a socket option");
        for part in parts {
            if stream.write_all(&part).is_err() {
                return;
            }
            std::thread::sleep(Duration::from_millis(3));
        }
    })
}

/// Sends these bytes, and then the same part again and again until the client goes.
pub(crate) fn sends_for_ever(
    bytes: impl Into<Vec<u8>>,
    part: impl Into<Vec<u8>>,
    pause: Duration,
) -> Behaviour {
    let (bytes, part) = (bytes.into(), part.into());
    Box::new(move |stream| {
        let mut sent = stream.write_all(&bytes);
        while sent.is_ok() {
            std::thread::sleep(pause);
            sent = stream.write_all(&part);
        }
    })
}

/// Sends these bytes and then nothing, until the client goes.
pub(crate) fn falls_silent_after(bytes: impl Into<Vec<u8>>) -> Behaviour {
    let bytes = bytes.into();
    Box::new(move |stream| {
        let _ = stream.write_all(&bytes);
        let _ = stream.read(&mut [0; 1]);
    })
}

/// A whole response.
pub(crate) fn response(status: &str, headers: &str, body: &str) -> String {
    let length = body.len();
    format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {length}\r\nConnection: close\r\n\r\n{body}")
}

/// The head of a stream that ends with the connection.
pub(crate) const STREAM: &str =
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\nConnection: close\r\n\r\n";

/// The event of one token.
pub(crate) fn token(text: &str, logprob: f32) -> String {
    format!(
        "data: {{\"choices\":[{{\"index\":0,\"delta\":{{\"content\":\"{text}\"}},\"finish_reason\":null,\
         \"logprobs\":{{\"content\":[{{\"token\":\"{text}\",\"logprob\":{logprob}}}]}}}}]}}\n\n"
    )
}

/// The event that ends an answer.
pub(crate) fn end(reason: &str) -> String {
    format!("data: {{\"choices\":[{{\"index\":0,\"delta\":{{}},\"finish_reason\":\"{reason}\"}}]}}\n\n")
}

/// What a server says last.
pub(crate) const DONE: &str = "data: [DONE]\n\n";

/// "He goes." in two tokens, and the end.
pub(crate) fn he_goes() -> String {
    [STREAM, &token("He", -0.25), &token(" goes.", -0.5), &end("stop"), DONE].concat()
}
