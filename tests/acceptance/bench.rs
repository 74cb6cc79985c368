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
fn recipes_are_measured_beside_each_other_and_a_bench_that_was_cut_off_goes_on() {
    let profile = Profile::new();
    let rows = |texts: &[&str]| -> String {
        texts.iter().map(|text| serde_json::json!({ "src": text }).to_string() + "\n").collect()
    };
    let rude =
        ["What a stupid idea, only a fool would say so.", "Your damn plan is garbage.", "Shut up now."];
    let held = ["The stupid printer is broken again.", "Nobody cares about your silly rules."];
    let clean = ["The meeting is at nine.", "She reads a book.", "We met on Monday.", "It rained all day."];
    let folder = profile.path("bench");
    let paths = [
        profile.file("texts.jsonl", rows(&rude)),
        profile.file("held.jsonl", rows(&held)),
        profile.file("clean.jsonl", rows(&clean)),
        folder.clone(),
    ];
    let paths = paths.each_ref().map(|path| path.to_str().unwrap());
    let bench = |recipes: &[&str]| -> Value {
        let mut arguments = vec!["bench", "learning", "--json", "--intent", "appropriate", "--seeds", "1"];
        arguments.extend([
            "--texts",
            paths[0],
            "--held-out",
            paths[1],
            "--clean",
            paths[2],
            "--output",
            paths[3],
        ]);
        arguments.extend(["--limit", "3", "--measure", "2", "--samples", "64", "--look-every", "1"]);
        arguments.extend(recipes.iter().flat_map(|recipe| ["--recipe", recipe]));
        profile.emend(&arguments, "").ok().json()
    };
    let first = bench(&["rloo-fixed", "reward-tokens"]);
    let all = bench(&["rloo-fixed", "reward-tokens", "pairs-nash-md-constrained"]);
    let rows = all.as_array().unwrap();
    assert_eq!(rows[..2], first.as_array().unwrap()[..], "what was measured is not trained again");
    for row in rows {
        assert_eq!(row["samples"], 64, "{}", row["recipe"]);
        assert!(row["seconds"].as_f64().unwrap() > 0.0, "{}", row["recipe"]);
        assert!(row["curves"][0][0]["held-out/meaning"].is_number(), "{}", row["recipe"]);
        let shares = &row["style_accuracy"];
        assert!((0.0..=1.0).contains(&shares[0].as_f64().unwrap()), "{shares}");
        // Two texts are no evidence, and the gate says so.
        assert_eq!(row["report"]["verdict"], "not_promoted", "{}", row["recipe"]);
    }
    assert!(rows[0]["kl"].is_number());
    assert!(rows[2]["curves"][0][0]["multiplier/harmless/appropriate"].is_number());
    for file in ["results.md", "results.json", "reward-harmless.svg", "held-out-meaning.svg"] {
        assert!(folder.join(file).is_file(), "{file} in {:?}", std::fs::read_dir(&folder).unwrap());
    }
    // Whoever was taught to be asked for the best brings the question along.
    let card = std::fs::read_to_string(folder.join("reward-tokens-0").join("emend.json")).unwrap();
    let card: Value = serde_json::from_str(&card).unwrap();
    assert_eq!(card["prefix"], "[5 5 5]");
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
