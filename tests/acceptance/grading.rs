//! The large model where nobody waits for it: it grades rewrites, and begins those that a run learns from.

use emend_harness::Profile;
use serde_json::Value;

const SLIPS: &str = "She have two cat and a dog. Me and him goes to school every days.";

#[test]
fn rewrites_that_were_shown_are_graded_once() {
    let profile = Profile::new();
    let grade = ["feedback", "grade", "--json"];
    let nothing = profile.emend(&grade, "").ok().json();
    assert_eq!((nothing["graded"].as_u64(), nothing["left"].as_u64()), (Some(0), Some(0)), "{nothing}");
    profile.emend(&["rewrite", "--json", "--record"], SLIPS).ok();
    let first = profile.emend(&["feedback", "grade", "--most", "1", "--json"], "").ok().json();
    assert_eq!(first["graded"].as_u64(), Some(1), "{first}");
    let rest = profile.emend(&grade, "").ok().json();
    assert_eq!((rest["graded"].as_u64(), rest["left"].as_u64()), (first["left"].as_u64(), Some(0)), "{rest}");
    assert_eq!(profile.emend(&grade, "").ok().json()["graded"], 0, "each is asked about once");
    // The same rewrite of the same text is known already, and the model is not asked.
    profile.emend(&["rewrite", "--json", "--record"], SLIPS).ok();
    let again = profile.emend(&grade, "").ok().json();
    assert!(again["graded"].as_u64() > Some(0) && again["known"] == again["graded"], "{again}");
    profile.emend(&["large", "remove"], "").ok();
    profile.emend(&grade, "").refused("no large model");
}

/// A guide begins every rewrite; two steps.
const GUIDED: &str = r#"
name = "guided"
about = "For the test."
paper = "Chang et al. 2023"
steps = 1
batch = 2
adapter = { rank = 2, alpha = 4.0, targets = ["attention"] }
schedule = { peak = 1e-3 }

[method]
kind = "rollouts"
parts = ["length"]
mixing = { rule = "fixed-weights", weights = [1.0] }
kl = { fixed = 0.02 }
advantage = "leave-one-out"
objective = { loss = "policy-gradient" }
guide = { share = 1.0 }
draw = { samples = 2 }
"#;

#[test]
fn the_large_model_begins_rewrites_where_nobody_did() {
    let profile = Profile::new();
    profile.emend(&["train", "when", "--pauses", "off"], "").ok();
    let recipe = profile.file("guided.toml", GUIDED);
    let texts =
        profile.file("texts.jsonl", "{\"src\": \"She have two cat.\"}\n{\"src\": \"They was late.\"}\n");
    let (recipe, texts) = (recipe.to_str().unwrap(), texts.to_str().unwrap());
    let run = ["train", "run", "--json", "--recipe", recipe, "--texts", texts, "--intent", "fix"];
    let said = profile.emend(&run, "").ok().out;
    let lines: Vec<Value> = said.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((&lines[0]["type"], &lines[0]["of"]), (&"guided".into(), &2.into()), "{said}");
    assert_eq!((&lines[1]["type"], &lines[1]["examples"]), (&"begun".into(), &2.into()), "{said}");
    let kept = std::fs::read_to_string(profile.home().join("runs/guided-1/texts.jsonl")).unwrap();
    assert!(kept.contains("They were late."), "a run that goes on does not ask again: {kept}");
    // Without a large model there is nobody to begin.
    profile.emend(&["large", "remove"], "").ok();
    profile.emend(&run, "").refused("rewrites by a guide");
}
