//! The address of a server, as a person names it.

use std::fmt;
use std::net::IpAddr;

use reqwest::Url;

use crate::NetError;

/// Where a server's OpenAI-compatible interface begins, such as `http://localhost:8080/v1`.
#[derive(Clone, PartialEq, Eq)]
pub struct Address(Url);

impl Address {
    /// Reads an address. Without a path it gets `/v1`, which is where servers put the interface.
    pub fn new(typed: &str) -> Result<Self, NetError> {
        let refuse = |problem| NetError::Address { problem };
        let mut url = Url::parse(typed.trim())
            .map_err(|_| refuse("expected something like http://localhost:8080/v1"))?;
        if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none_or(str::is_empty) {
            return Err(refuse("it must begin with http:// or https:// and name a machine"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(refuse("a name or password does not belong in it; use a token"));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(refuse("it must end with its path, without ? or #"));
        }
        let path = url.path().trim_end_matches('/').to_owned();
        url.set_path(if path.is_empty() { "/v1" } else { &path });
        Ok(Self(url))
    }

    /// The address as text.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// True when what is sent there does not leave this machine.
    pub fn is_this_machine(&self) -> bool {
        let host = self.0.host_str().unwrap_or_default();
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        match bare.parse::<IpAddr>() {
            Ok(address) => address.is_loopback(),
            Err(_) => host == "localhost" || host.ends_with(".localhost"),
        }
    }

    /// True when nobody on the way can read what is sent.
    pub fn is_encrypted(&self) -> bool {
        self.0.scheme() == "https"
    }

    /// The address of one of its calls, such as `models`.
    pub(crate) fn call(&self, name: &str) -> Url {
        let mut url = self.0.clone();
        url.set_path(&format!("{}/{name}", self.0.path()));
        url
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Address({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_get_one_form() {
        for (typed, expected) in [
            ("http://localhost:8080", "http://localhost:8080/v1"),
            (" http://localhost:8080/ \n", "http://localhost:8080/v1"),
            ("http://localhost:11434/v1/", "http://localhost:11434/v1"),
            ("https://team.example/llm/v1", "https://team.example/llm/v1"),
            ("http://[::1]:9", "http://[::1]:9/v1"),
        ] {
            let address = Address::new(typed).expect("an address");
            assert_eq!(address.as_str(), expected);
            assert_eq!(address.call("models").as_str(), format!("{expected}/models"));
            assert_eq!(Address::new(address.as_str()).expect("its own form"), address);
        }
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for typed in [
            "",
            "localhost:8080",
            "ftp://a",
            "file:///etc/passwd",
            "http://",
            "http://a/v1?key=1",
            "http://a/#b",
        ] {
            assert!(Address::new(typed).is_err(), "{typed}");
        }
        let said = Address::new("http://me:secret@a").expect_err("a password").to_string();
        assert!(said.contains("token") && !said.contains("secret"), "{said}");
    }

    #[test]
    fn loopback_is_this_machine_and_nothing_else_is() {
        for (typed, expected) in [
            ("http://localhost", true),
            ("http://LOCALHOST:1", true),
            ("http://127.0.0.9", true),
            ("http://[::1]", true),
            ("http://192.168.1.2", false),
            ("http://localhost.example", false),
            ("http://127.0.0.1.example", false),
        ] {
            assert_eq!(Address::new(typed).expect("an address").is_this_machine(), expected, "{typed}");
        }
    }
}
