//! A megabyte of Markdown opens, takes typing, is rewritten in batches, and can be stopped.

use fantoccini::key::Key;
use serde_json::Value;

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

/// Types 60 letters and scrolls 120 steps in the page; gives the milliseconds from each to the frame that shows it.
const FRAMES: &str = r"
    const done = arguments[arguments.length - 1];
    const shown = () => new Promise((resume) => requestAnimationFrame(() => setTimeout(resume)));
    const timed = async (times, act) => {
        const measured = [];
        for (let i = 0; i < times; i += 1) {
            const start = performance.now();
            act(i);
            await shown();
            measured.push(performance.now() - start);
        }
        return measured;
    };
    (async () => {
        document.querySelector('.cm-content').focus();
        await shown();
        const typed = await timed(60, (i) => document.execCommand('insertText', false, i % 6 === 5 ? ' ' : 'a'));
        const scroller = document.querySelector('.cm-scroller');
        const scrolled = await timed(120, (i) => { scroller.scrollTop += i < 100 ? 300 : 30000; });
        done({ typed, scrolled });
    })();
";

/// The time that 19 of 20 stay under.
fn p95(times: &Value) -> f64 {
    let mut times: Vec<f64> = times.as_array().expect("times").iter().filter_map(Value::as_f64).collect();
    times.sort_by(f64::total_cmp);
    times[times.len() * 95 / 100]
}

#[tokio::test]
async fn a_megabyte_types_and_scrolls_like_a_page() {
    let desktop = Desktop::new();
    let text = megabyte();
    let mut frames = Vec::new();
    for (name, text) in [("page.md", &text[..text.floor_char_boundary(3_000)]), ("report.md", &text)] {
        let path = desktop.profile.file(name, text);
        let window = desktop.open(&[path.to_str().expect("a path in UTF-8")]).await;
        window.until("body[data-model='ready']").await;
        let measured = window.client.execute_async(FRAMES, vec![]).await.expect("the page measures itself");
        let (typed, scrolled) = (p95(&measured["typed"]), p95(&measured["scrolled"]));
        println!(
            "{name}: {} bytes, typing {typed:.0} ms, scrolling {scrolled:.0} ms to the next frame (p95)",
            text.len()
        );
        frames.push((typed, scrolled));
        window.quit().await;
    }
    // Far above what a person notices and far below what work that grows with the document takes.
    let [page, report] = frames[..] else { unreachable!("two documents") };
    assert!(report.0 < 5.0 * page.0 + 100.0, "typing: {report:?} against {page:?}");
    assert!(report.1 < 5.0 * page.1 + 100.0, "scrolling: {report:?} against {page:?}");
}
