//! `emend bench` runs its parts on the real program. What is checked is that they measure and agree, never how fast it was.

use emend_harness::Profile;
use serde_json::Value;

#[test]
fn a_report_has_every_engine_that_is_there_and_they_write_the_same() {
    let profile = Profile::new();
    let texts = profile.file("texts.txt", "We was late.\nHe go home every day.\nThe door are open.\n");
    let report = profile.path("report");
    let paths = [texts.to_str().unwrap(), report.to_str().unwrap()];
    let bench = ["bench", "--json", "--repetitions", "1", "--texts", paths[0], "--output", paths[1]];
    let parts = ["one-by-one", "batches", "documents", "peak-memory"];
    let found = profile.emend(&[&bench[..], &parts].concat(), "").ok().json();
    let lines = found["measured"].as_array().unwrap();
    let of = |scenario: &str, unit: &str| -> &Value {
        let line = lines.iter().find(|line| line["scenario"] == scenario && line["unit"] == unit);
        line.unwrap_or_else(|| panic!("{scenario}, {unit} in:\n{found:#}"))
    };
    let columns = |line: &Value| -> Vec<String> {
        line["values"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["column"].as_str().unwrap().to_owned())
            .collect()
    };
    let engines = ["emend", "plain greedy", "candle-transformers", "llama.cpp"];
    assert_eq!(columns(of("one-by-one", "sentences/s")), engines);
    for agreement in [of("one-by-one", "%"), of("batches", "%")] {
        for engine in agreement["values"].as_array().unwrap() {
            assert_eq!(engine["spread"]["median"], 100.0, "{agreement}");
        }
    }
    assert!(of("one-by-one", "tokens")["values"][0]["spread"]["median"].as_f64().unwrap() > 1.0);
    // A document of 10 needs ten different texts, and says so.
    let missing = lines.iter().find(|line| line["what"] == "document of 10").unwrap();
    assert!(missing["note"].as_str().unwrap().contains("only 3 different texts"), "{missing}");
    for file in ["report.md", "report.json", "one-by-one-1.svg"] {
        assert!(report.join(file).is_file(), "{file}");
    }
}

#[test]
fn what_cannot_be_measured_is_refused_in_words() {
    let profile = Profile::new();
    profile.emend(&["bench", "no-such-thing"], "").refused("there is no scenario `no-such-thing`");
    let empty = profile.file("empty.txt", "\n");
    profile
        .emend(&["bench", "one-by-one", "--texts", empty.to_str().unwrap()], "")
        .refused("no line has a text");
    let nowhere = profile.path("nowhere");
    profile
        .emend(&["bench", "one-by-one", "--peers", nowhere.to_str().unwrap()], "")
        .refused("peers/install.sh");
}
