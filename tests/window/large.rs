//! A megabyte of Markdown opens, takes typing, is rewritten in batches, and can be stopped.

use fantoccini::key::Key;

use crate::desktop::{Desktop, chord};

fn megabyte() -> String {
    let mut text = String::from("# A long report\n\n");
    for chapter in 0.. {
        if text.len() > 1_000_000 {
            break;
        }
        text.push_str("## Chapter ");
        text.push_str(&chapter.to_string());
        text.push_str("\n\n");
        for _ in 0..12 {
            text.push_str("We was looking at the numbers of the last year, and they seems to be right. ");
            text.push_str("Nobody have found a mistake until now.\n\n");
        }
    }
    text
}

#[tokio::test]
async fn a_megabyte_opens_takes_typing_and_is_cancelled_after_two_batches() {
    let desktop = Desktop::new();
    let text = megabyte();
    let path = desktop.profile.file("report.md", &text);
    let window = desktop.open(&[path.to_str().expect("a path in UTF-8")]).await;
    assert_eq!(window.text().await.len(), text.len());
    window.until("body[data-model='ready']").await;
    window.focus_editor().await;
    window.press(&chord(&[Key::Control], &char::from(Key::Home).to_string())).await;
    window.press("Typed. ").await;
    window.until_true("document.body.dataset.saved === 'saved'").await;
    assert!(window.text().await.starts_with("Typed. "), "what was typed is at the start");

    window.press(&chord(&[Key::Control], "k")).await;
    window.until("[data-testid='palette-input']").await;
    window.press("fix").await;
    window.press(&chord(&[Key::Shift], &char::from(Key::Enter).to_string())).await;
    let done = "Number(document.querySelector(\"[data-testid='progress']\")?.dataset.done ?? 0)";
    window.until_true(&format!("{done} > 0")).await;
    let first = window.evaluate(done).await.as_u64().expect("a number");
    window.until_true(&format!("{done} > {first}")).await;
    window.press(&char::from(Key::Escape).to_string()).await;
    window.until("body[data-run='cancelled']").await;
    assert!(window.text().await.ends_with(text.trim_start_matches("# A long report")), "nothing was lost");
    window.quit().await;
}
