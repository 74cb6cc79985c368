//! From a request to the beginning of its answer: retries, and every way in which a server may refuse.

use std::error::Error;
use std::time::{Duration, SystemTime};

use reqwest::header::{self, HeaderMap};
use reqwest::{RequestBuilder, Response, StatusCode};
use tokio::time::{Instant, timeout, timeout_at};

use crate::retry::retry_after;
use crate::wire::error_message;
use crate::{Awaited, NetError, Server};

/// Bytes of a refusal that are read at most.
const LONGEST_REFUSAL: usize = 16 << 10;

/// Sends `request` until the server begins to answer it with success, as often as `server` allows: the answer, and when
/// it was asked for. Whoever calls sets the limit for all of it.
pub(crate) async fn open(
    server: &Server,
    request: impl Fn() -> RequestBuilder,
) -> Result<(Response, Instant), NetError> {
    let mut number = 0;
    loop {
        let asked = Instant::now();
        let error = match attempt(server, request()).await {
            Ok(response) => return Ok((response, asked)),
            Err(error) => error,
        };
        let wait = server.retries.wait(number, error.retry_after(), rand::random());
        match wait.filter(|_| error.may_pass()) {
            Some(wait) => tokio::time::sleep(wait).await,
            None => return Err(error),
        }
        number += 1;
    }
}

/// Sends `request` once.
async fn attempt(server: &Server, mut request: RequestBuilder) -> Result<Response, NetError> {
    if let Some(header) = server.token.as_ref().and_then(crate::Token::header) {
        request = request.header(header::AUTHORIZATION, header);
    }
    let limit = server.patience.first_token;
    let response = match timeout(limit, request.send()).await {
        Err(_) => return Err(late(server, Awaited::FirstToken, limit)),
        Ok(Err(error)) => return Err(broken(server, &error)),
        Ok(Ok(response)) => response,
    };
    if response.status().is_success() { Ok(response) } else { Err(refused(server, response).await) }
}

/// The error of a wait that was too long.
pub(crate) fn late(server: &Server, awaited: Awaited, limit: Duration) -> NetError {
    NetError::Timeout { address: server.address.to_string(), awaited, limit }
}

/// What a failed connection means.
pub(crate) fn broken(server: &Server, error: &reqwest::Error) -> NetError {
    let address = server.address.to_string();
    let chain = || std::iter::successors(error.source(), |error: &&(dyn Error + 'static)| (*error).source());
    // The innermost error is the one that a person can use; the outer ones say that a request was sent.
    let problem = chain().last().map_or_else(|| "no reason given".to_owned(), ToString::to_string);
    let problem = hidden(server, &problem);
    let http = chain().find_map(|error| error.downcast_ref::<hyper::Error>());
    if error.is_connect() && error.is_timeout() {
        late(server, Awaited::Connection, server.patience.connect)
    } else if chain().any(is_tls) {
        NetError::Unsafe { address, problem }
    } else if error.is_connect() {
        NetError::Unreachable { address, problem }
    } else if http.is_some_and(hyper::Error::is_parse) {
        NetError::NotCompatible { address, problem: format!("it does not speak HTTP ({problem})") }
    } else {
        NetError::Cut { address, problem }
    }
}

/// TLS errors travel inside of I/O errors, which do not name them as their source.
fn is_tls(error: &(dyn Error + 'static)) -> bool {
    let inner = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
    error.is::<rustls::Error>() || inner.is_some_and(|inner| is_tls(inner))
}

/// What a status other than success means.
async fn refused(server: &Server, mut response: Response) -> NetError {
    let address = server.address.to_string();
    let (status, headers) = (response.status(), response.headers().clone());
    if status.is_redirection() {
        let to = text(&headers, header::LOCATION).unwrap_or("an address that it does not name");
        let to: String = to.chars().filter(|c| !c.is_control()).take(200).collect();
        return NetError::Redirected { address, to: hidden(server, &to) };
    }
    let mut body = Vec::new();
    let until = Instant::now() + server.patience.next_token;
    while let Ok(Ok(Some(bytes))) = timeout_at(until, response.chunk()).await {
        body.extend_from_slice(&bytes);
        if body.len() > LONGEST_REFUSAL {
            break;
        }
    }
    let said = error_message(&body).map(|message| hidden(server, &message));
    let about_model = said.as_ref().is_some_and(|said| says_no_model(said));
    let message = said.unwrap_or_else(|| "it does not say why".to_owned());
    match status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
            NetError::Unauthorised { address, had_token: server.token.is_some() }
        }
        StatusCode::NOT_FOUND | StatusCode::BAD_REQUEST if about_model => {
            NetError::NoModel { address, model: server.model.clone() }
        }
        StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED => NetError::NotCompatible {
            address,
            problem: format!("there is no such call (status {})", status.as_u16()),
        },
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => {
            let retry_after =
                text(&headers, header::RETRY_AFTER).and_then(|value| retry_after(value, SystemTime::now()));
            NetError::Busy { address, status: status.as_u16(), message, retry_after }
        }
        _ => NetError::Failed { address, status: Some(status.as_u16()), message },
    }
}

/// Whether a server's sentence is about a model that it does not have.
fn says_no_model(said: &str) -> bool {
    let said = said.to_lowercase();
    said.contains("model")
        && ["not found", "not exist", "unknown", "no such"].iter().any(|no| said.contains(no))
}

/// A server's words without the token.
pub(crate) fn hidden(server: &Server, words: &str) -> String {
    server.token.as_ref().map_or_else(|| words.to_owned(), |token| token.hidden_in(words))
}

fn text(headers: &HeaderMap, name: header::HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok()
}

/// The media type of an answer, without its parameters; empty when it is not told.
pub(crate) fn media_type(response: &Response) -> String {
    let told = text(response.headers(), header::CONTENT_TYPE).unwrap_or_default();
    told.split(';').next().unwrap_or_default().trim().to_lowercase()
}
