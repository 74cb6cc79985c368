//! The user's own server: naming it, asking it what it has, forgetting it.

use std::time::{Duration, Instant};

use emend_net::{Address, NetError, Patience, Server, ServerModel, Token};

use crate::app::App;
use crate::large::{self, Large};
use crate::{AppError, files};

/// A server as it is set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerInfo {
    /// Where texts that the small model is not sure of may be sent.
    pub address: String,
    /// The name that the server knows its model by.
    pub model: String,
    /// Whether a token is sent along.
    pub has_token: bool,
    /// True when nothing that is sent leaves this machine.
    pub is_this_machine: bool,
    /// True when nobody on the way can read what is sent.
    pub is_encrypted: bool,
}

/// What a server said when it was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerCheck {
    /// The server that was asked.
    pub server: ServerInfo,
    /// The names of its models, as it lists them.
    pub models: Vec<String>,
    /// How long it took, in milliseconds.
    pub ms: u64,
}

/// How long a person waits for a list of models.
const CHECK: Patience = Patience {
    connect: Duration::from_secs(5),
    first_token: Duration::from_secs(10),
    next_token: Duration::from_secs(10),
    whole: Duration::from_secs(20),
};

impl App {
    /// Sets the server; nothing is connected. Without a `token`, one that was given for the same address stays.
    pub fn set_server(
        &self,
        address: &str,
        model: &str,
        token: Option<&str>,
    ) -> Result<ServerInfo, AppError> {
        let address = Address::new(address)?;
        let model = model.trim().to_owned();
        if model.is_empty() {
            let expected = "the name that the server knows it by".to_owned();
            return Err(AppError::Invalid { what: "the model", expected, found: "nothing".into() });
        }
        let path = self.paths.server_token();
        let token = match token {
            Some(token) => Some(Token::new(token)?),
            None => large::token(&path, &address)?,
        };
        {
            let _turn = files::turn(self.paths.home())?;
            large::keep_token(&path, &address, token.as_ref())?;
        }
        self.change_settings(|settings| {
            settings.large = Some(Large::Server { address: address.clone(), model: model.clone() });
        })?;
        Ok(info(&Server::new(address, model, token)))
    }

    /// The server that is set, if there is one.
    pub fn server(&self) -> Result<Option<ServerInfo>, AppError> {
        Ok(self.chosen_server()?.as_ref().map(info))
    }

    /// Asks the server that is set for its models.
    pub async fn check_server(&self) -> Result<ServerCheck, AppError> {
        let server = self.chosen_server()?.ok_or(AppError::NoServer)?;
        let info = info(&server);
        let asked = tokio::task::spawn_blocking(move || {
            let started = Instant::now();
            let models = ServerModel::new(Server { patience: CHECK, ..server })?.models()?;
            Ok::<_, NetError>((models, started.elapsed()))
        });
        let (models, took) =
            asked.await.map_err(|_| AppError::Thread { thread: "check of the server" })??;
        let ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        Ok(ServerCheck { server: info, models, ms })
    }

    /// Forgets the server and its token.
    pub fn remove_server(&self) -> Result<(), AppError> {
        self.change_settings(|settings| {
            // Another choice stays.
            settings.large = settings.large.take().filter(|large| !matches!(large, Large::Server { .. }));
        })?;
        self.forget_token()
    }

    /// Removes the token of whichever server was set.
    pub(crate) fn forget_token(&self) -> Result<(), AppError> {
        let _turn = files::turn(self.paths.home())?;
        large::remove_token(&self.paths.server_token())
    }

    /// The server that is set, with its token.
    pub(crate) fn chosen_server(&self) -> Result<Option<Server>, AppError> {
        let Some(Large::Server { address, model }) = self.settings()?.settings.large else { return Ok(None) };
        let token = large::token(&self.paths.server_token(), &address)?;
        Ok(Some(Server::new(address, model, token)))
    }
}

fn info(server: &Server) -> ServerInfo {
    ServerInfo {
        address: server.address.to_string(),
        model: server.model.clone(),
        has_token: server.token.is_some(),
        is_this_machine: server.address.is_this_machine(),
        is_encrypted: server.address.is_encrypted(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::io::{Read, Write};
    use std::net::TcpListener;

    use crate::verbs::tests::open;

    #[tokio::test]
    async fn a_server_is_off_until_it_is_set_and_after_it_is_removed() {
        let (app, _folder) = open().await;
        assert_eq!(app.server().unwrap(), None);
        assert_eq!(app.check_server().await.unwrap_err().code(), "no_server");
        let set = app.set_server("http://localhost:8080", " tiny ", Some("sk-7\n")).unwrap();
        assert_eq!((set.address.as_str(), set.model.as_str()), ("http://localhost:8080/v1", "tiny"));
        assert!(set.has_token && set.is_this_machine && !set.is_encrypted);
        assert_eq!(app.server().unwrap(), Some(set));
        app.remove_server().unwrap();
        assert_eq!(app.server().unwrap(), None);
        for entry in std::fs::read_dir(app.home()).unwrap() {
            let bytes = std::fs::read(entry.unwrap().path()).unwrap();
            assert!(!bytes.windows(4).any(|part| part == b"sk-7"), "the token is gone");
        }
    }

    #[tokio::test]
    async fn a_token_stays_with_its_address_and_out_of_the_settings() {
        let (app, _folder) = open().await;
        app.set_server("http://localhost:8080", "tiny", Some("sk-7")).unwrap();
        assert!(app.set_server("http://localhost:8080", "huge", None).unwrap().has_token);
        let settings = std::fs::read_to_string(app.home().join("settings.toml")).unwrap();
        assert!(!settings.contains("sk-7"), "{settings}");
        assert!(!app.set_server("http://localhost:9090", "huge", None).unwrap().has_token);
        assert!(
            !app.set_server("http://localhost:8080", "huge", None).unwrap().has_token,
            "it was forgotten"
        );
    }

    #[tokio::test]
    async fn what_cannot_be_a_server_is_refused() {
        let (app, _folder) = open().await;
        for (address, model, token) in
            [("nowhere", "tiny", None), ("http://a", " ", None), ("http://a", "tiny", Some("two words"))]
        {
            assert!(app.set_server(address, model, token).is_err(), "{address} {model:?} {token:?}");
        }
        assert_eq!(app.server().unwrap(), None);
    }

    #[tokio::test]
    async fn a_check_lists_the_models_or_says_what_is_wrong() {
        let (app, _folder) = open().await;
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let place = listener.local_addr().unwrap();
        app.set_server(&format!("http://{place}"), "tiny", None).unwrap();
        let server = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let _ = stream.read(&mut [0; 4096]).unwrap();
            let body = r#"{"data":[{"id":"tiny"}]}"#;
            write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len()).unwrap();
        });
        assert_eq!(app.check_server().await.unwrap().models, ["tiny"]);
        server.join().unwrap();
        let error = app.check_server().await.unwrap_err();
        assert_eq!(error.code(), "server", "{error}");
        assert!(error.hint().contains("whether the server runs"), "{}", error.hint());
    }
}
