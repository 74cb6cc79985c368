//! Esc cancels for real.

use fantoccini::key::Key;

use crate::desktop::{Desktop, chord};

#[tokio::test]
async fn escape_stops_a_rewrite_and_leaves_the_text_alone() {
    let desktop = Desktop::new();
    let text = "They was late and we has waited for them all day. ".repeat(400);
    let path = desktop.profile.file("long.md", &text);
    let window = desktop.open(&[path.to_str().expect("a path in UTF-8")]).await;
    window.until("body[data-model='ready']").await;
    window.focus_editor().await;
    window.press(&chord(&[Key::Control], "k")).await;
    window.until("[data-testid='palette-input']").await;
    window.press("fix").await;
    window.press(&chord(&[Key::Shift], &char::from(Key::Enter).to_string())).await;
    window.until("body[data-run='working']").await;
    window.press(&char::from(Key::Escape).to_string()).await;
    window.until("body[data-run='cancelled']").await;
    assert_eq!(window.text().await, text, "byte for byte as before");
    window.quit().await;
}
