//! The server as a chat model.

use std::time::Duration;

use emend_decode::Cancel;
use emend_engine::EngineError;
use emend_engine::chat::{ChatModel, Completed, Message, Reply, Sampling};
use reqwest::Response;
use reqwest::redirect::Policy;
use tokio::runtime::Runtime;
use tokio::time::{Instant, timeout};

use crate::open::{late, media_type, open};
use crate::read::{read_answer, read_whole};
use crate::wire::{Ask, Models};
use crate::{Awaited, NetError, Server};

/// Tokens that request and answer may have together. Servers tell it in different ways or not at all; this is the least
/// that common ones are started with.
const CONTEXT: usize = 4096;

/// How often a wait looks whether it was cancelled.
const GLANCE: Duration = Duration::from_millis(20);

/// How long an unused connection is kept: servers drop theirs after a few seconds.
const KEEP_CONNECTION: Duration = Duration::from_secs(4);

/// A server, with the connections to it.
#[derive(Debug)]
pub struct ServerModel {
    server: Server,
    http: reqwest::Client,
    /// Its one thread goes on while nobody waits, so that connections are closed when they should be.
    runtime: Runtime,
}

impl ServerModel {
    /// Makes ready; nothing is connected yet.
    pub fn new(server: Server) -> Result<Self, NetError> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("server")
            .enable_all()
            .build()
            .map_err(|error| NetError::Start { problem: error.to_string() })?;
        let http = client(&server).map_err(|error| NetError::Start { problem: format!("{error:?}") })?;
        Ok(Self { server, http, runtime })
    }

    /// The names of the models that the server has, as it lists them. Blocks; call it from a thread of its own.
    pub fn models(&self) -> Result<Vec<String>, NetError> {
        self.runtime.block_on(self.in_time(self.list()))
    }

    async fn list(&self) -> Result<Vec<String>, NetError> {
        let (response, _) = open(&self.server, || self.http.get(self.server.address.call("models"))).await?;
        let body = read_whole(&self.server, response).await?;
        let models: Models = serde_json::from_slice(&body).map_err(|_| NetError::NotCompatible {
            address: self.server.address.to_string(),
            problem: "its list of models is none".to_owned(),
        })?;
        Ok(models.data.unwrap_or_default().into_iter().map(|model| model.id).collect())
    }

    /// A conversation to its answer.
    async fn answer(&self, messages: &[Message], how: &Sampling) -> Result<Reply, NetError> {
        let (response, asked) = match self.ask(messages, how, true).await {
            // A server that cannot tell probabilities can still write.
            Err(NetError::Failed { status: Some(400..500), message, .. })
                if message.to_lowercase().contains("logprob") =>
            {
                self.ask(messages, how, false).await?
            }
            answered => answered?,
        };
        let found = media_type(&response);
        if !found.is_empty() && found != "text/event-stream" {
            return Err(NetError::NotCompatible {
                address: self.server.address.to_string(),
                problem: format!("expected a stream of events, found {found}"),
            });
        }
        read_answer(&self.server, response, asked).await
    }

    async fn ask(
        &self,
        messages: &[Message],
        how: &Sampling,
        logprobs: bool,
    ) -> Result<(Response, Instant), NetError> {
        let ask = Ask::new(&self.server.model, messages, how, logprobs);
        let body =
            serde_json::to_vec(&ask).map_err(|error| NetError::Start { problem: error.to_string() })?;
        let url = self.server.address.call("chat/completions");
        let request =
            || self.http.post(url.clone()).header("content-type", "application/json").body(body.clone());
        open(&self.server, request).await
    }

    async fn in_time<T>(&self, work: impl Future<Output = Result<T, NetError>>) -> Result<T, NetError> {
        let limit = self.server.patience.whole;
        timeout(limit, work).await.unwrap_or_else(|_| Err(late(&self.server, Awaited::End, limit)))
    }
}

impl ChatModel for ServerModel {
    fn name(&self) -> &str {
        &self.server.model
    }

    fn context_tokens(&self) -> usize {
        CONTEXT
    }

    /// Blocks; call it from a thread of its own.
    fn complete(
        &self,
        messages: &[Message],
        how: &Sampling,
        cancel: &Cancel,
    ) -> Result<Completed, EngineError> {
        let completed = self.runtime.block_on(async {
            tokio::select! {
                biased;
                // The work is dropped, and its connection closed.
                () = cancelled(cancel) => Ok(Completed::Cancelled),
                answered = self.in_time(self.answer(messages, how)) => answered.map(Completed::Done),
            }
        });
        completed
            .map_err(|error| EngineError::Chat { model: self.server.model.clone(), source: Box::new(error) })
    }
}

async fn cancelled(cancel: &Cancel) {
    while !cancel.is_cancelled() {
        tokio::time::sleep(GLANCE).await;
    }
}

/// A client that goes to the server and nowhere else.
fn client(server: &Server) -> reqwest::Result<reqwest::Client> {
    let mut client = reqwest::Client::builder()
        .no_proxy()
        .redirect(Policy::none())
        .connect_timeout(server.patience.connect)
        .pool_idle_timeout(KEEP_CONNECTION)
        .user_agent(concat!("emend/", env!("CARGO_PKG_VERSION")));
    // Refused when somebody has chosen one before, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    if !server.address.is_encrypted() {
        // Else the system's certificates are read for nothing, and without any not even loopback could be used.
        let none = rustls::RootCertStore::empty();
        let unused = rustls::ClientConfig::builder().with_root_certificates(none).with_no_client_auth();
        client = client.tls_backend_preconfigured(unused);
    }
    client.build()
}
