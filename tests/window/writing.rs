//! A person's job: write, rewrite, take one edit, leave one, undo, quit, and find it all again.

use emend_harness::Profile;
use fantoccini::key::Key;

use crate::desktop::{Desktop, Window, chord};

/// Two slips that the starter model mends, in one paragraph.
const NOTE: &str = "I has been thinking about the meeting. Thank you for you're help.";

fn key(key: Key) -> String {
    char::from(key).to_string()
}

/// Writes the note, asks for it to be fixed with the keyboard, and waits for the edits.
async fn with_edits(window: &Window) {
    window.write(NOTE).await;
    window.until("body[data-saved='saved']").await;
    window.press(&chord(&[Key::Control], &key(Key::Enter))).await;
    window.until("body[data-run='finished'][data-outcome='rewritten']").await;
    window.until("[data-testid='edit-card']").await;
}

async fn pending(window: &Window) -> u64 {
    let shown = window.evaluate("Number(document.body.dataset.pending)").await;
    shown.as_u64().expect("a number of pending edits")
}

async fn until_pending(window: &Window, number: u64) {
    window.until_true(&format!("document.body.dataset.pending === '{number}'")).await;
}

#[tokio::test]
async fn a_note_is_rewritten_reviewed_and_found_again() {
    let desktop = Desktop::new();
    let window = desktop.open(&[]).await;
    with_edits(&window).await;
    assert_eq!(window.text().await, NOTE, "while edits are pending, the text is the person's own");
    let all = pending(&window).await;
    assert!(all >= 2, "the starter mends both slips, but there are {all} edits");

    window.press(&key(Key::F8)).await;
    window.press(&key(Key::Enter)).await;
    until_pending(&window, all - 1).await;
    let after_accepting = window.text().await;
    assert_ne!(after_accepting, NOTE, "an accepted edit is in the text");

    window.press(&key(Key::F8)).await;
    window.press(&key(Key::Backspace)).await;
    until_pending(&window, all - 2).await;
    assert_eq!(window.text().await, after_accepting, "a rejected edit leaves the text alone");

    window.press(&chord(&[Key::Control], "z")).await;
    until_pending(&window, all - 1).await;
    window.press(&chord(&[Key::Control], "z")).await;
    until_pending(&window, all).await;
    assert_eq!(window.text().await, NOTE, "undo takes decisions back, too");

    window.press(&chord(&[Key::Control], &key(Key::Enter))).await;
    until_pending(&window, 0).await;
    let accepted = window.text().await;
    assert_ne!(accepted, NOTE);
    window.until("body[data-saved='saved']").await;
    window.quit().await;

    let again = desktop.open(&[]).await;
    assert_eq!(again.text().await, accepted, "the text is there after quitting");
    again.quit().await;
    assert_decisions(&desktop.profile);
}

/// What was decided in the window is exported on the command line.
fn assert_decisions(profile: &Profile) {
    let exported = profile.emend(&["feedback", "export"], "").ok();
    let decisions = exported.out.lines().filter(|line| line.contains("\"type\":\"decision\"")).count();
    assert!(decisions >= 2, "an accept and a reject were recorded:\n{}", exported.out);
}

#[tokio::test]
async fn the_palette_is_worked_by_keyboard_and_an_edit_can_be_changed() {
    let desktop = Desktop::of_size(900, 600);
    let window = desktop.open(&[]).await;
    window.write(NOTE).await;
    window.until("body[data-saved='saved']").await;
    window.press(&chord(&[Key::Control], "k")).await;
    window.until("[data-testid='palette-input']").await;
    window.press("fix").await;
    window.press(&key(Key::Enter)).await;
    window.until("body[data-run='finished'][data-outcome='rewritten']").await;
    window.press(&key(Key::F8)).await;
    window.press("e").await;
    window.until("[data-testid='edit-field']").await;
    window.press(&chord(&[Key::Control], "a")).await;
    window.press("had").await;
    window.press(&key(Key::Enter)).await;
    window.until_true("!document.querySelector(\"[data-testid='edit-field']\")").await;
    let text = window.text().await;
    assert!(text.contains("had"), "the person's own words are in the text: {text}");
    window.quit().await;
}

#[tokio::test]
async fn another_way_to_say_it_can_be_chosen() {
    let desktop = Desktop::new();
    let window = desktop.open(&[]).await;
    with_edits(&window).await;
    window.press(&key(Key::F8)).await;
    window.press("a").await;
    window.until("[data-testid='version']").await;
    window.press("1").await;
    window.until_true("!document.querySelector(\"[data-testid='version']\")").await;
    window.until_true("document.querySelectorAll(\"[data-testid='edit-card']\").length < 2").await;
    assert_ne!(window.text().await, NOTE, "choosing a version takes it");
    window.press(&chord(&[Key::Control], "z")).await;
    window.until_true("document.body.dataset.pending !== '0'").await;
    window.press(&chord(&[Key::Control, Key::Shift], &key(Key::Backspace))).await;
    until_pending(&window, 0).await;
    assert_eq!(window.text().await, NOTE, "one step back and rejecting everything gives back the original");
    window.quit().await;
}
