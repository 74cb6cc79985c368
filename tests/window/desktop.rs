//! A screen of its own, a driver, and the real program in it.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use emend_harness::{Profile, program};
use fantoccini::key::Key;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};

/// Longest wait for something to appear. A loaded machine is slow; a missing thing fails all the same.
pub(crate) const PATIENCE: Duration = Duration::from_secs(40);

/// A virtual screen with a driver. Sessions of one desktop share a profile, so quitting and reopening can be tested.
pub(crate) struct Desktop {
    screen: Child,
    driver: Child,
    port: u16,
    size: (u32, u32),
    pub(crate) profile: Profile,
}

impl Desktop {
    pub(crate) fn new() -> Self {
        Self::of_size(1280, 800)
    }

    pub(crate) fn of_size(width: u32, height: u32) -> Self {
        let profile = Profile::new();
        let (screen, display) = start_screen(width, height);
        let port = free_port();
        let driver = Command::new("WebKitWebDriver")
            .arg(format!("--port={port}"))
            .env("DISPLAY", format!(":{display}"))
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .env("EMEND_HOME", profile.home())
            .env("LANG", "en_US.UTF-8")
            .env("NO_AT_BRIDGE", "1")
            .env("CANDLE_NUM_THREADS", "1")
            .env_remove("WAYLAND_DISPLAY")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("WebKitWebDriver starts; `cargo xtask setup` installs it");
        Self { screen, driver, port, size: (width, height), profile }
    }

    /// Starts the program and waits until one can type.
    pub(crate) async fn open(&self, arguments: &[&str]) -> Window {
        let capabilities = json!({
            "webkitgtk:browserOptions": { "binary": program("emend-desktop"), "args": arguments }
        });
        let Value::Object(capabilities) = capabilities else { unreachable!("an object was written above") };
        let start = Instant::now();
        let client = loop {
            let attempt = ClientBuilder::new(HttpConnector::new())
                .capabilities(capabilities.clone())
                .connect(&format!("http://127.0.0.1:{}", self.port))
                .await;
            match attempt {
                Ok(client) => break client,
                Err(error) => assert!(start.elapsed() < PATIENCE, "no session: {error}"),
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        };
        let window = Window { client };
        window.until("body[data-ready='true']").await;
        window
            .client
            .set_window_rect(0, 0, self.size.0, self.size.1)
            .await
            .expect("the window takes the screen");
        window
    }
}

impl Drop for Desktop {
    fn drop(&mut self) {
        for child in [&mut self.driver, &mut self.screen] {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

fn start_screen(width: u32, height: u32) -> (Child, String) {
    let mut screen = Command::new("Xvfb")
        .args(["-displayfd", "1", "-nolisten", "tcp", "-screen", "0", &format!("{width}x{height}x24")])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("Xvfb starts; `cargo xtask setup` installs it");
    let mut display = String::new();
    BufReader::new(screen.stdout.take().expect("stdout is piped"))
        .read_line(&mut display)
        .expect("Xvfb names its display");
    (screen, display.trim().to_owned())
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").and_then(|socket| socket.local_addr()).expect("a free port").port()
}

/// The open window.
pub(crate) struct Window {
    pub(crate) client: Client,
}

impl Window {
    /// Waits for something to be on the page.
    pub(crate) async fn until(&self, css: &str) -> fantoccini::elements::Element {
        match self.client.wait().at_most(PATIENCE).for_element(Locator::Css(css)).await {
            Ok(element) => element,
            Err(error) => {
                panic!("{css} did not appear: {error}\n{}", self.client.source().await.unwrap_or_default())
            }
        }
    }

    /// Waits until a JavaScript expression is truthy, and returns its value.
    pub(crate) async fn until_true(&self, expression: &str) -> Value {
        let start = Instant::now();
        loop {
            let value = self.evaluate(expression).await;
            if !matches!(value, Value::Null | Value::Bool(false)) {
                return value;
            }
            assert!(
                start.elapsed() < PATIENCE,
                "never true: {expression}\n{}",
                self.client.source().await.unwrap_or_default()
            );
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    pub(crate) async fn evaluate(&self, expression: &str) -> Value {
        self.client.execute(&format!("return ({expression});"), vec![]).await.expect(expression)
    }

    /// The text in the editor as the person would save it.
    pub(crate) async fn text(&self) -> String {
        self.evaluate("document.querySelector('.cm-content').cmTile?.view?.state.doc.toString() ?? document.querySelector('.cm-content').cmView.view.state.doc.toString()")
            .await
            .as_str()
            .expect("the editor holds text")
            .to_owned()
    }

    /// Types into whatever has the focus.
    pub(crate) async fn press(&self, keys: &str) {
        self.client
            .active_element()
            .await
            .expect("something has the focus")
            .send_keys(keys)
            .await
            .expect(keys);
    }

    pub(crate) async fn focus_editor(&self) {
        self.evaluate("(document.querySelector('.cm-content').focus(), true)").await;
    }

    /// Puts `text` in place of everything, by keyboard.
    pub(crate) async fn write(&self, text: &str) {
        self.focus_editor().await;
        self.press(&chord(&[Key::Control], "a")).await;
        self.press(&char::from(Key::Backspace).to_string()).await;
        self.press(text).await;
    }

    /// Shows a theme and waits until it is drawn.
    pub(crate) async fn show_theme(&self, theme: &str) {
        self.evaluate(&format!("(document.documentElement.dataset.theme = '{theme}', window.drawn = false, requestAnimationFrame(() => requestAnimationFrame(() => (window.drawn = true))), true)")).await;
        self.until_true("window.drawn").await;
    }

    pub(crate) async fn screenshot(&self, path: PathBuf) {
        let png = self.client.screenshot().await.expect("a screenshot");
        std::fs::write(path, png).expect("the screenshot is written");
    }

    pub(crate) async fn quit(self) {
        self.client.close().await.expect("the window closes");
    }
}

/// Keys held down while another is struck.
pub(crate) fn chord(held: &[Key], key: &str) -> String {
    let held: String = held.iter().map(|key| char::from(*key)).collect();
    format!("{held}{key}{}", char::from(Key::Null))
}
