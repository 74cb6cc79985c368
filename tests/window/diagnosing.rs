//! What would derail a discussion is marked when it is asked for, and repaired like any other rewrite.

use fantoccini::Locator;
use fantoccini::key::Key;
use serde_json::Value;

use crate::accessible::violations;
use crate::desktop::{Desktop, Window, chord};
use crate::looks::pictures;

/// One heated sentence that the starter model calms down.
const HEATED: &str = "We met on Monday. What a stupid mess you made of the garden. Please water it tomorrow.";

const PANEL: &str = "[data-testid='diagnosis']";

fn key(key: Key) -> String {
    char::from(key).to_string()
}

async fn until_state(window: &Window, state: &str) {
    window.until(&format!("{PANEL}[data-state='{state}'][data-reading='false']")).await;
}

async fn marked(window: &Window) -> Value {
    window
        .evaluate("[...document.querySelectorAll('.cm-finding')].map((mark) => mark.textContent).join('')")
        .await
}

async fn no_violations(window: &Window, what: &str) {
    for theme in ["light", "dark"] {
        window.show_theme(theme).await;
        let found = violations(window).await;
        assert!(found.is_empty(), "{theme}, {what}:\n{}", found.join("\n"));
    }
}

async fn heated_text_is_diagnosed(window: &Window) {
    window.write(HEATED).await;
    window.until("body[data-saved='saved']").await;
    // Rules and their critics have had their say by now; the diagnosis has not been asked for.
    window.until("body[data-model='ready']").await;
    assert_eq!(marked(window).await, "", "nothing is marked until it is asked for");
    window.press(&key(Key::F7)).await;
    until_state(window, "found").await;
}

#[tokio::test]
async fn a_heated_sentence_is_marked_and_repaired() {
    let desktop = Desktop::new();
    let window = desktop.open(&[]).await;
    heated_text_is_diagnosed(&window).await;
    let words = marked(&window).await;
    assert!(words.as_str().is_some_and(|words| words.contains("stupid")), "{words}");
    let meters = "document.querySelectorAll(\"[data-testid='reason'][data-reason='excessive_intensity'] .meter\").length";
    assert_eq!(window.evaluate(meters).await, 1, "its reason has a meter");
    pictures(&window, "diagnosis-wide").await;
    no_violations(&window, "a diagnosis").await;

    // The keys go to the place, and its card says why.
    window.focus_editor().await;
    window.press(&key(Key::F7)).await;
    window.until("[data-testid='place']").await;
    window.press(&chord(&[Key::Control], ".")).await;
    window.until("[data-testid='hint-menu']").await;
    no_violations(&window, "the menu of a place").await;
    pictures(&window, "diagnosis-menu-wide").await;
    window.press(&key(Key::Enter)).await;

    window.until("body[data-run='finished'][data-outcome='rewritten']").await;
    window.until("[data-testid='edit-card']").await;
    assert_eq!(window.text().await, HEATED, "a repair is a suggestion");
    pictures(&window, "diagnosis-repair-wide").await;
    window.press(&chord(&[Key::Control], &key(Key::Enter))).await;
    window.until("body[data-pending='0']").await;
    let repaired = window.text().await;
    assert!(!repaired.contains("stupid"), "{repaired}");
    assert!(
        repaired.starts_with("We met on Monday. ") && repaired.ends_with(" Please water it tomorrow."),
        "{repaired}"
    );
    // It is read again by itself while the view is open.
    window.until_true("![...document.querySelectorAll('.cm-finding')].some((mark) => mark.textContent.includes('stupid'))").await;

    window.focus_editor().await;
    window.until_true("document.body.dataset.run === 'finished'").await;
    window.press(&key(Key::Escape)).await;
    window.press(&key(Key::Escape)).await;
    window.until_true(&format!("!document.querySelector(\"{PANEL}\")")).await;
    assert_eq!(marked(&window).await, "", "closed, it leaves no mark");
    window.quit().await;
}

#[tokio::test]
async fn a_calm_text_is_said_to_be_calm_in_a_small_window() {
    let desktop = Desktop::of_size(680, 640);
    let window = desktop.open(&[]).await;
    window.write("Thank you for your letter. We will answer it on Monday.").await;
    window.until("body[data-saved='saved']").await;
    window
        .client
        .find(Locator::Css("[data-testid='diagnose']"))
        .await
        .expect("a button")
        .click()
        .await
        .expect("a click");
    until_state(&window, "nothing").await;
    assert_eq!(marked(&window).await, "");
    pictures(&window, "diagnosis-nothing-narrow").await;
    no_violations(&window, "nothing found").await;
    window.write(HEATED).await;
    until_state(&window, "found").await;
    pictures(&window, "diagnosis-narrow").await;
    window.quit().await;
}
