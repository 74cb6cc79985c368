//! From the beginning of an answer to its end.

use std::time::Duration;

use emend_engine::chat::Reply;
use reqwest::Response;
use tokio::time::{Instant, timeout_at};

use crate::answer::{Answering, Event};
use crate::events::Events;
use crate::open::{broken, hidden, late};
use crate::{Awaited, NetError, Server};

/// Bytes of an answer that are read at most. A token is about 300, so this is far more than any rewrite has.
const LONGEST: usize = 16 << 20;

/// How long the good-bye of a finished answer is waited for, so that the connection can be used again.
const GOOD_BYE: Duration = Duration::from_millis(50);

/// The body of an answer that comes in one piece.
pub(crate) async fn read_whole(server: &Server, mut response: Response) -> Result<Vec<u8>, NetError> {
    let limit = server.patience.next_token;
    let mut body = Vec::new();
    loop {
        match timeout_at(Instant::now() + limit, response.chunk()).await {
            Err(_) => return Err(late(server, Awaited::NextToken, limit)),
            Ok(Err(error)) => return Err(broken(server, &error)),
            Ok(Ok(None)) => return Ok(body),
            Ok(Ok(Some(bytes))) => body.extend_from_slice(&bytes),
        }
        check_length(server, body.len())?;
    }
}

/// The answer that comes as events, to a request that was sent when it was `asked`.
pub(crate) async fn read_answer(
    server: &Server,
    mut response: Response,
    asked: Instant,
) -> Result<Reply, NetError> {
    let address = || server.address.to_string();
    let (mut events, mut answer) = (Events::default(), Answering::default());
    let (mut awaited, mut limit) = (Awaited::FirstToken, server.patience.first_token);
    let mut until = asked + limit;
    let (mut length, mut seen, mut done) = (0, 0, false);
    while !done {
        let data = match timeout_at(until, response.chunk()).await {
            // Everything has come, only the good-bye has not.
            Err(_) | Ok(Err(_)) if answer.has_ended() => break,
            Err(_) => return Err(late(server, awaited, limit)),
            Ok(Err(error)) => return Err(broken(server, &error)),
            Ok(Ok(Some(bytes))) => {
                length += bytes.len();
                check_length(server, length)?;
                events.push(&bytes)
            }
            Ok(Ok(None)) => {
                done = true;
                std::mem::take(&mut events).finish().into_iter().collect()
            }
        };
        for data in data {
            seen += 1;
            match answer.take(&data) {
                Event::Token => {
                    (awaited, limit) = (Awaited::NextToken, server.patience.next_token);
                    until = Instant::now() + limit;
                }
                Event::Other => {}
                Event::Done => {
                    done = true;
                    let _ = timeout_at(Instant::now() + GOOD_BYE, response.chunk()).await;
                }
                Event::Error(message) => {
                    let message = hidden(server, &message);
                    return Err(NetError::Failed { address: address(), status: None, message });
                }
                // Half of an event, with which the stream ended.
                Event::Unknown if done => {}
                Event::Unknown => {
                    let problem = format!("event {seen} of its answer is not of that protocol");
                    return Err(NetError::NotCompatible { address: address(), problem });
                }
            }
        }
    }
    match answer.into_reply() {
        Some(reply) => Ok(reply),
        None if seen == 0 => {
            let problem = "there are no events in its answer".to_owned();
            Err(NetError::NotCompatible { address: address(), problem })
        }
        None => {
            let problem = format!("{seen} events came, none of which ends it");
            Err(NetError::Cut { address: address(), problem })
        }
    }
}

fn check_length(server: &Server, length: usize) -> Result<(), NetError> {
    if length > LONGEST {
        return Err(NetError::TooLarge { address: server.address.to_string(), limit: LONGEST });
    }
    Ok(())
}
