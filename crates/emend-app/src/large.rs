//! The section `[large]` of the settings: who is asked when the small model is not sure. Nobody, until a person chooses.
//!
//! A server's token does not stand here: people open, show and copy their settings. It lies in a file of its own that
//! only its owner may read, together with the address that it was given for, so that a changed address never gets it.

use std::path::Path;

use emend_net::{Address, Token};
use toml::{Table, Value};

use crate::AppError;
use crate::files::{self, Access};

/// Name of the section.
const SECTION: &str = "large";

/// Who is asked when the small model is not sure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Large {
    /// `kind = "server"`: one that speaks the OpenAI-compatible protocol.
    Server {
        /// `address = "http://localhost:8080/v1"`
        address: Address,
        /// `model = "…"`: the name that the server knows it by.
        model: String,
    },
    /// `kind = "model"`: one on this machine, in a process of its own.
    Model {
        /// `model = "…"`: its name, its folder, or a GGUF file.
        model: String,
    },
    /// `kind = "nobody"`: not even the one that came with the program.
    Nobody,
}

/// What the section says; a sentence when it makes no sense.
pub(crate) fn understood(table: &Table) -> Result<Option<Large>, String> {
    let Some(section) = table.get(SECTION) else { return Ok(None) };
    let text = |key: &str| section.get(key).and_then(Value::as_str);
    let refused = |problem: &str| Err(format!("the settings in [large] cannot be used: {problem}"));
    match (text("kind"), text("address"), text("model")) {
        (Some("server"), Some(address), Some(model)) if !model.trim().is_empty() => {
            match Address::new(address) {
                Ok(address) => Ok(Some(Large::Server { address, model: model.trim().to_owned() })),
                Err(error) => refused(&error.to_string()),
            }
        }
        (Some("server"), ..) => refused("a server needs an address and the name of a model"),
        (Some("model"), _, Some(model)) if !model.trim().is_empty() => {
            Ok(Some(Large::Model { model: model.trim().to_owned() }))
        }
        (Some("nobody"), ..) => Ok(Some(Large::Nobody)),
        (Some("model"), ..) => refused("a model needs a name or a path"),
        _ => refused("expected kind = \"server\", \"model\" or \"nobody\""),
    }
}

/// Writes the section, or takes it away. Keys of other versions stay in it.
pub(crate) fn put(table: &mut Table, large: Option<&Large>) {
    let mut section = match table.remove(SECTION) {
        Some(Value::Table(section)) => section,
        _ => Table::new(),
    };
    for key in ["kind", "address", "model"] {
        section.remove(key);
    }
    match large {
        Some(Large::Server { address, model }) => {
            section.insert("kind".into(), "server".into());
            section.insert("address".into(), address.as_str().into());
            section.insert("model".into(), model.as_str().into());
        }
        Some(Large::Model { model }) => {
            section.insert("kind".into(), "model".into());
            section.insert("model".into(), model.as_str().into());
        }
        Some(Large::Nobody) => {
            section.insert("kind".into(), "nobody".into());
        }
        None => {}
    }
    if !section.is_empty() {
        table.insert(SECTION.into(), section.into());
    }
}

/// Largest token file, in bytes: an address and a token.
const LARGEST: u64 = 16 << 10;

/// The token that was given for `address`, if there is one.
pub(crate) fn token(path: &Path, address: &Address) -> Result<Option<Token>, AppError> {
    let Some(bytes) = files::read_if_there(path, LARGEST)? else { return Ok(None) };
    let text = String::from_utf8_lossy(&bytes);
    match text.split_once('\n') {
        Some((given_for, token)) if given_for == address.as_str() => Ok(Some(Token::new(token)?)),
        _ => Ok(None),
    }
}

/// Keeps `token` for `address`, where only the owner reads; no token removes the one that was there.
pub(crate) fn keep_token(path: &Path, address: &Address, token: Option<&Token>) -> Result<(), AppError> {
    // Removed first: a file that is replaced would keep the permissions that somebody may have widened.
    remove_token(path)?;
    let Some(token) = token else { return Ok(()) };
    let content = format!("{address}\n{}\n", token.reveal());
    files::write(path, content.as_bytes(), Access::Private)
}

/// Removes the token; one that is not there is not missed.
pub(crate) fn remove_token(path: &Path) -> Result<(), AppError> {
    match std::fs::remove_file(path) {
        Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
            Err(AppError::Write { path: path.to_owned(), source })
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn table(text: &str) -> Table {
        text.parse().unwrap()
    }

    fn server(address: &str) -> Large {
        Large::Server { address: Address::new(address).unwrap(), model: "tiny".into() }
    }

    #[test]
    fn nothing_is_chosen_until_somebody_does() {
        assert_eq!(understood(&table("theme = \"dark\"")), Ok(None));
    }

    #[test]
    fn what_was_put_is_understood_and_strange_keys_stay() {
        let mut table = table("theme = \"dark\"\n[large]\nkind = \"oracle\"\ntaste = 7\n");
        assert!(understood(&table).is_err());
        put(&mut table, Some(&server("http://localhost:8080")));
        assert_eq!(understood(&table), Ok(Some(server("http://localhost:8080/v1"))));
        put(&mut table, None);
        assert_eq!(table.to_string().trim(), "theme = \"dark\"\n\n[large]\ntaste = 7");
        let mut table = Table::new();
        put(&mut table, Some(&server("http://localhost")));
        put(&mut table, None);
        assert!(table.is_empty());
    }

    #[test]
    fn what_makes_no_sense_is_told_without_repeating_it() {
        for text in [
            "large = 7",
            "[large]\nkind = \"server\"",
            "[large]\nkind = \"server\"\naddress = \"http://a\"\nmodel = \" \"",
            "[large]\nkind = \"server\"\naddress = \"http://me:secret@a\"\nmodel = \"tiny\"",
        ] {
            let said = understood(&table(text)).unwrap_err();
            assert!(said.contains("[large]") && !said.contains("secret"), "{said}");
        }
    }

    #[test]
    fn a_token_is_private_and_bound_to_its_address() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("server.token");
        let here = Address::new("http://localhost:8080").unwrap();
        let elsewhere = Address::new("http://elsewhere.example").unwrap();
        assert_eq!(token(&path, &here).unwrap(), None);
        std::fs::write(&path, "open to all").unwrap();
        let secret = Token::new("sk-1").unwrap();
        keep_token(&path, &here, Some(&secret)).unwrap();
        assert_eq!(token(&path, &here).unwrap(), Some(secret));
        assert_eq!(token(&path, &elsewhere).unwrap(), None);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
        keep_token(&path, &here, None).unwrap();
        assert!(!path.exists());
        remove_token(&path).unwrap();
    }
}
