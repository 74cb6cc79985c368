//! What it would learn from is said; with enough decisions a run is started, watched, held, stopped and gone on with; an
//! adapter is used, taken off, gone back to and deleted.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use emend_harness::Profile;
use fantoccini::Locator;
use fantoccini::key::Key;

use crate::accessible::violations;
use crate::desktop::{Desktop, PATIENCE, Window, chord};
use crate::looks::pictures;

const PLACES: [&str; 8] = [
    "the harbour",
    "the old mill",
    "our kitchen",
    "the station",
    "the garden",
    "the library",
    "a tent",
    "the attic",
];
const THINGS: [&str; 8] = [
    "two lamps",
    "a red bicycle",
    "some maps",
    "the spare key",
    "an umbrella",
    "five chairs",
    "a radio",
    "the ladder",
];

/// Sixty-four preferences from elsewhere: of each text, the mended one was preferred.
fn with_decisions(profile: &Profile) {
    let mut lines = String::new();
    for place in PLACES {
        for thing in THINGS {
            let text = |verb: &str| format!("Yesterday they {verb} {thing} in {place}.");
            let (good, bad) = (text("found"), text("finded"));
            writeln!(
                lines,
                "{{\"prompt\": \"Fix the grammar: {bad}\", \"chosen\": \"{good}\", \"rejected\": \"{bad}\"}}"
            )
            .expect("a string takes everything");
        }
    }
    let file = profile.file("preferences.jsonl", lines);
    let file = file.to_str().expect("a path in UTF-8");
    // The machine of the tests may run on its battery.
    profile.emend(&["train", "when", "--pauses", "off"], "").ok();
    profile.emend(&["feedback", "import", "--format", "trl-dpo", file], "").ok();
}

async fn open_learn(window: &Window) {
    window.focus_editor().await;
    window.press(&chord(&[Key::Control], "l")).await;
    window.until("[data-testid='decisions']").await;
}

async fn click(window: &Window, css: &str) {
    window.until(css).await;
    // What is below the fold is scrolled to, as a person would.
    window
        .evaluate(&format!("(document.querySelector(\"{css}\").scrollIntoView({{block: 'center'}}), true)"))
        .await;
    let element = window.client.find(Locator::Css(css)).await.expect(css);
    element.click().await.expect(css);
}

async fn no_violations(window: &Window, what: &str) {
    for theme in ["light", "dark"] {
        window.show_theme(theme).await;
        let found = violations(window).await;
        assert!(found.is_empty(), "{theme}, {what}:\n{}", found.join("\n"));
    }
}

#[tokio::test]
async fn a_new_profile_says_how_many_decisions_are_missing() {
    let desktop = Desktop::of_size(900, 600);
    let window = desktop.open(&[]).await;
    open_learn(&window).await;
    window.until("[data-testid='decisions'][data-missing='50']").await;
    let words =
        window.evaluate("document.querySelector(\"[data-testid='missing']\").textContent.trim()").await;
    assert_eq!(words, "50 more decisions are needed");
    let disabled = window.evaluate("document.querySelector(\"[data-testid='start']\").disabled").await;
    assert_eq!(disabled, true, "nothing is trained on no decisions");
    window.until("[data-testid='reliability'][data-missing='20']").await;
    pictures(&window, "learn-new").await;
    no_violations(&window, "too few decisions").await;
    window.press(&char::from(Key::Escape).to_string()).await;
    window.until_true("document.activeElement.matches('.cm-content')").await;
    window.quit().await;
}

#[tokio::test]
async fn a_run_is_started_held_stopped_and_gone_on_with() {
    let desktop = Desktop::new();
    with_decisions(&desktop.profile);
    let window = desktop.open(&[]).await;
    open_learn(&window).await;
    window.until("[data-testid='decisions'][data-missing='0']").await;
    let known = window.evaluate("document.querySelector(\"[data-testid='known']\").textContent.trim()").await;
    assert_eq!(known, "0 decisions, 64 imported; 50 needed");
    let steps = window.until("[data-testid='steps']").await;
    steps.clear().await.expect("the field is emptied");
    steps.send_keys("6\t").await.expect("the field takes a number");
    pictures(&window, "learn-start").await;
    no_violations(&window, "before a run").await;

    click(&window, "[data-testid='start']").await;
    window.until("[data-testid='going']").await;
    window.until("[data-testid='drawn'] canvas").await;
    click(&window, "[data-testid='pause']").await;
    window.until("[data-testid='going'][data-waits='asked']").await;
    pictures(&window, "learn-paused").await;
    no_violations(&window, "a run that waits").await;
    click(&window, "[data-testid='stop']").await;
    window.until("[data-state='run-stopped']").await;
    window.until("[data-testid='run'][data-run='rloo-taste-1'][data-finished='false']").await;

    click(&window, "[data-testid='resume']").await;
    window.until("[data-state='run-finished']").await;
    window.until("[data-testid='drawn'][data-steps='6']").await;
    let rows = window.evaluate("document.querySelectorAll(\"[data-title='Loss'] tbody tr\").length").await;
    assert_eq!(rows, 6, "the table has each step once, those before the stop included");
    let held_out =
        "[...document.querySelectorAll(\"[data-title^='Held-out'] tbody th\")].map((one) => one.textContent)";
    let held_out: Vec<String> =
        serde_json::from_value(window.evaluate(held_out).await).expect("the steps of a table");
    assert_eq!(held_out.first().map(String::as_str), Some("1"), "the model before it learned");
    assert_eq!(held_out.last().map(String::as_str), Some("6"), "and what became of it");
    click(&window, "[data-title^='Held-out'] summary").await;
    pictures(&window, "learn-held-out").await;
    click(&window, "[data-title='Loss'] summary").await;
    pictures(&window, "learn-finished").await;
    no_violations(&window, "a finished run").await;

    // Six steps make nothing that the few texts which were held out could show to be better.
    click(&window, "[data-testid='judge']").await;
    window.until("[data-state='not-promoted']").await;
    pictures(&window, "learn-judged").await;
    no_violations(&window, "a verdict").await;
    window.quit().await;
    an_adapter_is_used_and_deleted(&desktop).await;
}

/// More than twenty slips, one a sentence.
fn slips() -> String {
    let sentences = PLACES.iter().map(|place| {
        format!(
            "I has been thinking about {place}. They was in {place} yesterday. She have a plan for {place}."
        )
    });
    sentences.collect::<Vec<_>>().join(" ")
}

#[tokio::test]
async fn what_was_expected_of_decisions_is_asked_once_and_shown() {
    let desktop = Desktop::new();
    let window = desktop.open(&[]).await;
    open_learn(&window).await;
    window.until("[data-testid='expected'][data-decisions='0']").await;
    window.press(&char::from(Key::Escape).to_string()).await;
    window.write(&slips()).await;
    window.until("body[data-saved='saved']").await;
    window.press(&chord(&[Key::Control], &char::from(Key::Enter).to_string())).await;
    window.until("body[data-run='finished'][data-outcome='rewritten']").await;
    let edits = window.evaluate("Number(document.body.dataset.pending)").await;
    let edits = edits.as_u64().expect("a number of pending edits");
    assert!(edits >= 20, "the starter mends nearly all of 24 slips, but there are {edits} edits");
    window.press(&chord(&[Key::Control], &char::from(Key::Enter).to_string())).await;
    window.until("body[data-pending='0']").await;

    open_learn(&window).await;
    window.until(&format!("[data-testid='expected'][data-decisions='{edits}'] canvas")).await;
    click(&window, "[data-testid='expected'] summary").await;
    pictures(&window, "learn-expected").await;
    no_violations(&window, "what was expected").await;
    window.quit().await;

    let log = desktop.profile.home().join("adapters/expected.jsonl");
    let kept = std::fs::read_to_string(&log).expect("a log");
    assert_eq!(kept.lines().count() as u64, edits, "the model alone was asked about each");
    let said = desktop.profile.emend(&["adapters", "log", "--json"], "").ok().json();
    assert_eq!(said["decisions"], edits);
    assert_eq!(said["points"].as_array().map(Vec::len), Some(edits as usize - 19));
    assert_eq!(std::fs::read_to_string(&log).expect("a log"), kept, "nothing is asked twice");
}

/// Slips that the small model mends, four a place, and a decision about each edit: every fourth is refused. How many.
fn with_reviews(profile: &Profile) -> usize {
    let more = PLACES.map(|place| format!("He go to {place} every day.")).join(" ");
    let slips = format!("{more} {}", slips());
    let rewrite = ["rewrite", "--json", "--record", "--tier", "small"];
    let asked = profile.emend(&rewrite, &slips).ok().json();
    let request = asked["request"].to_string();
    let edits = asked["edits"].as_array().expect("edits");
    for (number, edit) in edits.iter().enumerate() {
        let verdict = if number % 4 == 0 { "reject" } else { "accept" };
        profile.emend(&["feedback", "decide", &request, &edit["id"].to_string(), verdict], "").ok();
    }
    edits.len()
}

#[tokio::test]
async fn what_became_of_suggestions_is_shown_by_writer_and_by_how_sure_it_was() {
    let desktop = Desktop::new();
    let decided = with_reviews(&desktop.profile);
    let known = desktop.profile.emend(&["train", "overview", "--json"], "").ok().json();
    assert_eq!((&known["decided"], &known["imported"]), (&decided.into(), &0.into()));
    let bins = known["reliability"]["bins"].as_array().expect("bins").len();
    assert!(bins >= 2, "the starter mends nearly all of 32 slips: {known}");

    let window = desktop.open(&[]).await;
    open_learn(&window).await;
    window.until("[data-testid='reliability'][data-missing='0'] [data-testid='reliability-plot']").await;
    click(&window, "[data-testid='reliability'] summary").await;
    let shown = window
        .evaluate(
            "[document.querySelectorAll(\"[data-testid='reliability'] circle\").length, \
             document.querySelectorAll(\"[data-testid='reliability'] tbody tr\").length, \
             [...document.querySelectorAll(\"[data-testid='decisions'] tbody th\")].map((one) => one.textContent)]",
        )
        .await;
    assert_eq!(shown, serde_json::json!([bins, bins, ["Fix grammar", "starter"]]));
    for card in ["decisions", "reliability"] {
        let show = format!(
            "(document.querySelector(\"[data-testid='{card}']\").scrollIntoView({{block: 'nearest'}}), true)"
        );
        window.evaluate(&show).await;
        pictures(&window, &format!("learn-{card}")).await;
    }
    no_violations(&window, "what became of suggestions").await;
    window.quit().await;
}

#[tokio::test]
async fn a_run_keeps_its_step_when_the_window_closes() {
    let desktop = Desktop::new();
    with_decisions(&desktop.profile);
    let window = desktop.open(&[]).await;
    open_learn(&window).await;
    click(&window, "[data-testid='start']").await;
    window.until("[data-testid='drawn'] canvas").await;
    let run = desktop.profile.home().join("runs/rloo-taste-1");
    assert!(!run.join("checkpoint.safetensors").exists(), "a checkpoint is due after twenty steps");
    window
        .evaluate("(window.__TAURI_INTERNALS__.invoke('plugin:window|close', { label: 'main' }), true)")
        .await;
    let start = Instant::now();
    while !run.join("checkpoint.safetensors").exists() {
        assert!(start.elapsed() < PATIENCE, "the run was not stopped and kept");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let steps =
        std::fs::read_to_string(run.join("metrics.jsonl")).expect("steps were logged").lines().count();
    assert!(steps < 20, "it stopped after the step that it was in, not at the next checkpoint: {steps}");
}

/// By keyboard: opened, begun on the text that is there, closed with Esc, and the focus is where it was.
async fn an_adapter_is_compared(window: &Window) {
    let enter = char::from(Key::Enter).to_string();
    window.until("[data-adapter='mine'] [data-testid='compare']").await;
    let focus = "(document.querySelector(\"[data-adapter='mine'] [data-testid='compare']\").focus(), true)";
    window.evaluate(focus).await;
    window.press(&enter).await;
    window.until("[data-testid='comparing'] [data-testid='compare-start']").await;
    window.evaluate("(document.querySelector(\"[data-testid='compare-start']\").focus(), true)").await;
    window.press(&enter).await;
    window.until("[data-writer='The model alone']").await;
    window.until("[data-writer='mine']").await;
    window.until("[data-testid='compare-start']").await;
    pictures(window, "learn-compare").await;
    no_violations(window, "a comparison").await;
    window
        .evaluate(
            "(() => { const on = document.querySelector(\"[data-testid='compare-on']\"); \
             on.value = 'heldOut'; on.dispatchEvent(new Event('change', { bubbles: true })); return true; })()",
        )
        .await;
    click(window, "[data-testid='compare-start']").await;
    window.until("[data-testid='compared']:nth-of-type(3) [data-writer='You']").await;
    window.until("[data-testid='compare-start']").await;
    pictures(window, "learn-compare-held-out").await;
    window.press(&char::from(Key::Escape).to_string()).await;
    window.until_true("!document.querySelector(\"[data-testid='comparing']\")").await;
    window.until_true("document.activeElement.dataset.testid === 'compare'").await;
    let used = window.evaluate("document.querySelector(\"[data-adapter='mine']\").dataset.used").await;
    assert_eq!(used, "false", "looking at it does not use it");
}

async fn an_adapter_is_used_and_deleted(desktop: &Desktop) {
    let made = desktop.profile.home().join("runs/rloo-taste-1/adapter");
    let made = made.to_str().expect("a path in UTF-8");
    desktop.profile.emend(&["adapters", "import", made, "--name", "mine"], "").ok();
    let window = desktop.open(&[]).await;
    open_learn(&window).await;
    window.until_true("document.querySelector(\"[data-run='rloo-taste-1']\").textContent.includes('finished, not promoted')").await;
    an_adapter_is_compared(&window).await;
    window
        .evaluate(
            "(() => { const wish = document.querySelector(\"[data-testid='adapters'] [data-testid='wish']\"); \
             wish.value = 'fix'; wish.dispatchEvent(new Event('change', { bubbles: true })); return true; })()",
        )
        .await;
    click(&window, "[data-adapter='mine'] [data-testid='use']").await;
    window.until("[data-adapter='mine'][data-used='true']").await;
    let alone = desktop.profile.emend(&["adapters", "list", "--json"], "").ok().json();
    assert_eq!(
        alone["in_use"],
        serde_json::json!({ "all": null, "intents": { "fix": "mine" } }),
        "one wish alone"
    );
    pictures(&window, "learn-adapter").await;
    click(&window, "[data-adapter='mine'] [data-testid='off']").await;
    window.until("[data-adapter='mine'][data-used='false']").await;
    click(&window, "[data-testid='roll-back']").await;
    window.until("[data-adapter='mine'][data-used='true']").await;
    click(&window, "[data-adapter='mine'] [data-testid='off']").await;
    click(&window, "[data-adapter='mine'] [data-testid='delete']").await;
    click(&window, "[data-adapter='mine'] [data-testid='delete-sure']").await;
    window.until_true("!document.querySelector(\"[data-adapter='mine']\")").await;
    window.quit().await;
}
