//! The window fits its sizes in both themes. With `EMEND_SCREENSHOTS=FOLDER` the pictures are kept, to be looked at;
//! one of them stands in the README.

use std::path::PathBuf;

use fantoccini::key::Key;

use crate::desktop::{Desktop, Window, chord};

async fn fits(window: &Window, what: &str) {
    let overflow = window.evaluate("document.documentElement.scrollWidth - window.innerWidth").await;
    assert!(overflow.as_i64().is_some_and(|pixels| pixels <= 0), "{what}: {overflow} pixels too wide");
    let hidden = window
        .evaluate(
            "[...document.querySelectorAll('header button, footer button')].filter((button) => { \
             const box = button.getBoundingClientRect(); \
             return box.right > window.innerWidth + 1 || box.bottom > window.innerHeight + 1; }).length",
        )
        .await;
    assert_eq!(hidden, 0, "{what}: buttons outside of the window");
}

pub(crate) async fn pictures(window: &Window, name: &str) {
    for theme in ["light", "dark"] {
        window.show_theme(theme).await;
        let red =
            window.evaluate("Number(getComputedStyle(document.body).backgroundColor.match(/\\d+/)[0])").await;
        let bright = red.as_u64().is_some_and(|red| red > 128);
        assert_eq!(bright, theme == "light", "{name}, {theme}: the background has {red} of red");
        fits(window, &format!("{name}, {theme}")).await;
        if let Some(folder) = std::env::var_os("EMEND_SCREENSHOTS") {
            window.screenshot(PathBuf::from(folder).join(format!("{name}-{theme}.png"))).await;
        }
    }
}

async fn sample_in_review(width: u32, height: u32, name: &str) {
    let desktop = Desktop::of_size(width, height);
    let window = desktop.open(&[]).await;
    pictures(&window, &format!("first-{name}")).await;
    window.press(&chord(&[Key::Control], "k")).await;
    window.until("[data-testid='palette-input']").await;
    pictures(&window, &format!("palette-{name}")).await;
    window.press("fix").await;
    window.press(&chord(&[Key::Shift], &char::from(Key::Enter).to_string())).await;
    window.until("body[data-run='finished'][data-outcome='rewritten']").await;
    window.until("[data-testid='edit-card']").await;
    // Rules underline a moment later.
    window.until(".cm-rule, .cm-lintRange").await;
    pictures(&window, &format!("review-{name}")).await;
    window.quit().await;
}

#[tokio::test]
async fn the_wide_window_fits() {
    sample_in_review(1280, 800, "wide").await;
}

#[tokio::test]
async fn the_small_window_fits() {
    sample_in_review(900, 600, "small").await;
}
