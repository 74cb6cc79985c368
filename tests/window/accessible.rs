//! axe finds nothing to complain about, in light and in dark, at rest and in review.

use std::path::Path;

use serde_json::Value;

use crate::desktop::{Desktop, Window, chord};
use fantoccini::key::Key;

pub(crate) async fn violations(window: &Window) -> Vec<String> {
    let axe = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ui/node_modules/axe-core/axe.min.js");
    let source = std::fs::read_to_string(&axe).expect("axe-core; `npm ci` in ui/ installs it");
    window.client.execute(&source, vec![]).await.expect("axe loads");
    let found = window
        .client
        .execute_async(
            // What still fades in has the contrast of no state that lasts.
            "const done = arguments[arguments.length - 1];
             const moving = document.getAnimations().filter((a) => a.effect.getComputedTiming().endTime !== Infinity);
             Promise.all(moving.map((a) => a.finished)).then(() => axe.run(document)).then((r) => done(r.violations), (e) => done([{id: String(e)}]));",
            vec![],
        )
        .await
        .expect("axe runs");
    let Value::Array(found) = found else { panic!("axe gave {found}") };
    found
        .iter()
        .map(|violation| {
            let nodes = violation["nodes"].as_array().map(|nodes| {
                nodes.iter().map(|node| node["html"].to_string()).collect::<Vec<_>>().join("\n    ")
            });
            format!("{}: {}\n    {}", violation["id"], violation["help"], nodes.unwrap_or_default())
        })
        .collect()
}

#[tokio::test]
async fn axe_is_content() {
    let desktop = Desktop::new();
    let window = desktop.open(&[]).await;
    for theme in ["light", "dark"] {
        window.show_theme(theme).await;
        let found = violations(&window).await;
        assert!(found.is_empty(), "{theme}, at rest:\n{}", found.join("\n"));
    }
    window.write("I has been thinking about the meeting.").await;
    window.until("body[data-saved='saved']").await;
    window.press(&chord(&[Key::Control], &char::from(Key::Enter).to_string())).await;
    window.until("body[data-run='finished']").await;
    for theme in ["light", "dark"] {
        window.show_theme(theme).await;
        let found = violations(&window).await;
        assert!(found.is_empty(), "{theme}, in review:\n{}", found.join("\n"));
    }
    window.press(&chord(&[Key::Control], "k")).await;
    window.until("[data-testid='palette-input']").await;
    let found = violations(&window).await;
    assert!(found.is_empty(), "the palette:\n{}", found.join("\n"));
    window.quit().await;
}
