//! Who answers and at which risk: said and set in a dialog that the keyboard reaches.

use fantoccini::key::Key;

use crate::accessible::violations;
use crate::desktop::{Desktop, Window, chord};
use crate::looks::pictures;

const SLIDER: &str = "[data-testid='risk']";

async fn open_dialog(window: &Window) {
    window.press(&chord(&[Key::Control], ",")).await;
    window.until(SLIDER).await;
}

/// At most one in so many, as the slider and the chosen point of the plot say.
async fn risk(window: &Window) -> u64 {
    let set = window.evaluate("Number(document.querySelector(\"[data-testid='risk']\").dataset.risk)").await;
    let drawn = window
        .evaluate("document.querySelector(\"[data-testid='risk-plot'] .tick.chosen\").textContent")
        .await;
    let set = set.as_u64().expect("a number of answers");
    assert_eq!(drawn, format!("1 in {set}"), "the plot marks the risk that is set");
    set
}

#[tokio::test]
async fn the_risk_is_set_by_keyboard_and_kept() {
    let desktop = Desktop::new();
    let window = desktop.open(&[]).await;
    window.until("body[data-model='ready']").await;
    window.focus_editor().await;
    open_dialog(&window).await;
    pictures(&window, "large-wide").await;
    window.until("[data-testid='deferral-plot'] circle").await;
    window
        .evaluate("(document.querySelector(\"[data-testid='deferral-plot']\").scrollIntoView(), true)")
        .await;
    pictures(&window, "deferral-wide").await;
    for theme in ["light", "dark"] {
        window.show_theme(theme).await;
        let found = violations(&window).await;
        assert!(found.is_empty(), "{theme}, who answers:\n{}", found.join("\n"));
    }

    let before = risk(&window).await;
    for _ in 0..5 {
        window.press(&char::from(Key::Tab).to_string()).await;
        if window.evaluate("document.activeElement.matches(\"[data-testid='risk']\")").await == true {
            break;
        }
    }
    window.press(&char::from(Key::Right).to_string()).await;
    window.until_true(&format!("Number(document.querySelector(\"{SLIDER}\").dataset.risk) > {before}")).await;
    let after = risk(&window).await;

    window.press(&char::from(Key::Escape).to_string()).await;
    window.until_true(&format!("!document.querySelector(\"{SLIDER}\")")).await;
    open_dialog(&window).await;
    assert_eq!(risk(&window).await, after, "opened again, it is as it was left");
    window.quit().await;

    let again = desktop.open(&[]).await;
    again.until("body[data-model='ready']").await;
    again.focus_editor().await;
    open_dialog(&again).await;
    assert_eq!(risk(&again).await, after, "it is kept after quitting");
    again.quit().await;
}

#[tokio::test]
async fn the_model_in_the_status_bar_opens_it_in_a_small_window() {
    let desktop = Desktop::of_size(900, 600);
    let window = desktop.open(&[]).await;
    window.until("body[data-model='ready']").await;
    window.evaluate("(document.querySelector(\"footer [data-testid='model']\").focus(), true)").await;
    window.press(&char::from(Key::Enter).to_string()).await;
    window.until(SLIDER).await;
    pictures(&window, "large-small").await;
    let outside = window
        .evaluate(
            "(({ top, bottom, left, right }) => top < 0 || left < 0 || bottom > innerHeight || right > innerWidth)\
             (document.querySelector(\"[data-testid='large']\").getBoundingClientRect())",
        )
        .await;
    assert_eq!(outside, false, "the dialog fits");
    window.press(&char::from(Key::Escape).to_string()).await;
    window.until_true("document.activeElement.matches(\"footer [data-testid='model']\")").await;
    window.quit().await;
}
