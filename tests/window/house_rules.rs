//! One's own words and rules: written on the Learn screen, they hold in the editor at once, and are taken away again.

use fantoccini::key::Key;

use crate::accessible::violations;
use crate::desktop::{Desktop, Window, chord};
use crate::looks::pictures;

async fn open_learn(window: &Window) {
    window.press(&chord(&[Key::Control], "l")).await;
    window.until("[data-testid='house-rules']").await;
}

async fn back(window: &Window) {
    window.press(&char::from(Key::Escape).to_string()).await;
    window.until_true("document.activeElement.matches('.cm-content')").await;
}

async fn add(window: &Window, entry: &str, entries: usize) {
    let field = window.until("[data-testid='own-word']").await;
    field.send_keys(&format!("{entry}{}", char::from(Key::Enter))).await.expect("the field takes words");
    window.until(&format!("[data-testid='house-rules'][data-entries='{entries}']")).await;
}

#[tokio::test]
async fn a_house_rule_holds_in_the_editor_until_it_is_taken_away() {
    let desktop = Desktop::of_size(1280, 800);
    let window = desktop.open(&[]).await;
    window.write("We utilise the harbour often.").await;
    // The rules have looked, and have nothing to say.
    window.until_true("document.querySelector('.cm-content').textContent.startsWith('We utilise')").await;

    open_learn(&window).await;
    window.until("[data-testid='house-rules'][data-entries='0']").await;
    add(&window, "utilise -> use", 1).await;
    add(&window, "Zwoltrix", 2).await;
    window.evaluate("(document.querySelector(\"[data-testid='house-rules']\").scrollIntoView(), true)").await;
    pictures(&window, "learn-house-rules").await;
    for theme in ["light", "dark"] {
        window.show_theme(theme).await;
        let found = violations(&window).await;
        assert!(found.is_empty(), "{theme}:\n{}", found.join("\n"));
    }

    back(&window).await;
    window.until_true("document.querySelector('.cm-rule')?.textContent === 'utilise'").await;
    open_learn(&window).await;
    let remove = window.until("[aria-label='Remove utilise -> use']").await;
    remove.click().await.expect("the button is there");
    window.until("[data-testid='house-rules'][data-entries='1']").await;
    back(&window).await;
    window.until_true("document.querySelector('.cm-rule') === null").await;
    window.quit().await;
}
