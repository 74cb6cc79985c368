//! What was learned can be put on, taken off, gone back to and deleted; without it the model is what it was.

use std::path::{Path, PathBuf};

use candle_core::{Device, Tensor};
use emend_harness::Profile;
use emend_models::adapter::{Card, LoraConfig, fresh, write};
use serde_json::Value;

const SLIPS: &str = "I has been thinking about the meeting. Thank you for you're help.\n";

/// An adapter of the starter whose numbers are noise: it writes something else, and nothing better.
fn noise(folder: &Path) {
    let starter = Path::new(env!("CARGO_MANIFEST_DIR")).join("../models/starter");
    let base = emend_models::open_folder(&starter).unwrap();
    let config: LoraConfig = serde_json::from_str(
        r#"{"rank": 4, "alpha": 8.0, "targets": ["attention", "feed-forward"], "stacks": ["decoder"]}"#,
    )
    .unwrap();
    let variables = fresh(&mut base.t5.clone(), &config, 1).unwrap();
    for (name, b) in variables.iter().filter(|(name, _)| name.contains("lora_B")) {
        let numbers = (0..b.elem_count()).map(|i| ((i * 7919 + name.len()) % 1013) as f32 / 1013.0 - 0.5);
        let numbers = Tensor::from_iter(numbers, &Device::Cpu).unwrap().reshape(b.dims()).unwrap();
        b.set(&numbers).unwrap();
    }
    let card = Card::new(&base, Value::Null, Value::Null, 0).unwrap();
    write(folder, &config, "starter", &variables, &card).unwrap();
}

fn rewrite(profile: &Profile, intent: &str) -> Value {
    let mut json =
        profile.emend(&["rewrite", "--json", "--tier", "small", "--intent", intent], SLIPS).ok().json();
    json["ms"] = Value::Null;
    json
}

fn made() -> (Profile, PathBuf) {
    let profile = Profile::new();
    let folder = profile.path("noise");
    noise(&folder);
    (profile, folder)
}

#[test]
fn an_adapter_is_used_taken_off_and_gone_back_to() {
    let (profile, folder) = made();
    let before = rewrite(&profile, "fix");
    assert_eq!(before["adapter"], Value::Null);

    let fit = profile.emend(&["adapters", "import", folder.to_str().unwrap(), "--json"], "").ok().json();
    assert!(fit["effect"].as_f64().unwrap() > 0.0 && fit["bound"] == true, "{fit}");
    assert_eq!(rewrite(&profile, "fix"), before, "taken in is not in use");

    profile.emend(&["adapters", "use", "noise"], "").ok();
    let with = rewrite(&profile, "fix");
    assert_eq!(with["adapter"], "noise");
    assert_ne!(with["text"], before["text"]);
    assert_eq!(with["confidence"], Value::Null, "nobody knows how sure it is");
    let listed = profile.emend(&["adapters", "list", "--json"], "").ok().json();
    assert_eq!(listed["in_use"]["all"], "noise");
    profile.emend(&["adapters", "delete", "noise"], "").refused("is in use");

    profile.emend(&["adapters", "off", "--intent", "fix"], "").ok();
    assert_eq!(rewrite(&profile, "fix"), before, "off is as if it had never been");
    assert_eq!(rewrite(&profile, "shorter")["adapter"], "noise");

    profile.emend(&["adapters", "rollback"], "").ok();
    assert_eq!(rewrite(&profile, "fix"), with);
    profile.emend(&["adapters", "rollback"], "").ok();
    assert_eq!(rewrite(&profile, "fix"), before);
    profile.emend(&["adapters", "rollback"], "").refused("0 earlier choices");

    let copy = profile.path("copy");
    profile.emend(&["adapters", "export", "noise", copy.to_str().unwrap()], "").ok();
    let bytes = |folder: &Path| std::fs::read(folder.join("adapter_model.safetensors")).unwrap();
    assert_eq!(bytes(&copy), bytes(&folder));
    profile.emend(&["adapters", "delete", "noise"], "").ok();
    profile.emend(&["adapters", "use", "noise"], "").refused("there is no adapter `noise`");
}

#[test]
fn a_broken_adapter_stops_no_rewrite() {
    let (profile, folder) = made();
    let before = rewrite(&profile, "fix");
    profile.emend(&["adapters", "import", folder.to_str().unwrap()], "").ok();
    profile.emend(&["adapters", "use", "noise"], "").ok();

    let matrices = profile.home().join("adapters/noise/adapter_model.safetensors");
    let whole = std::fs::read(&matrices).unwrap();
    std::fs::write(&matrices, &whole[..whole.len() / 2]).unwrap();
    let ran = profile.emend(&["rewrite", "--tier", "small", "--intent", "fix"], SLIPS).ok();
    assert_eq!(ran.out, before["text"].as_str().unwrap());
    assert!(ran.err.contains("the adapter `noise` cannot be used"), "{}", ran.err);
    profile.emend(&["adapters", "show", "noise"], "").refused("cannot be used");

    std::fs::write(profile.home().join("adapters/live.json"), "{").unwrap();
    let ran = profile.emend(&["rewrite", "--tier", "small", "--intent", "fix"], SLIPS).ok();
    assert_eq!(ran.out, before["text"].as_str().unwrap());
    assert!(ran.err.contains("live.json"), "{}", ran.err);
}

#[test]
fn what_does_not_fit_is_not_taken_in() {
    let (profile, folder) = made();
    let card = folder.join("emend.json");
    let mut json: Value = serde_json::from_slice(&std::fs::read(&card).unwrap()).unwrap();
    json["weights_id"] = "0".repeat(64).into();
    std::fs::write(&card, json.to_string()).unwrap();
    let import = ["adapters", "import", folder.to_str().unwrap()];
    profile.emend(&import, "").refused("was trained on weights 0000");
    profile.emend(&[&import[..], &["--name", "../x"]].concat(), "").refused("name");
    assert!(profile.emend(&["adapters", "list"], "").ok().out.contains("no adapters"));

    std::fs::remove_file(&card).unwrap();
    let said = profile.emend(&import, "").ok().out;
    assert!(said.contains("made elsewhere"), "{said}");
}

#[test]
fn an_adapter_is_seen_beside_the_model_alone_and_what_answers_without_being_used() {
    let (profile, folder) = made();
    let before = rewrite(&profile, "fix");
    for name in ["noise", "older"] {
        profile.emend(&["adapters", "import", folder.to_str().unwrap(), "--name", name], "").ok();
    }
    let compare =
        |id: &str| profile.emend(&["adapters", "compare", id, "--json"], SLIPS).ok().json()[0].clone();
    let writers = |text: &Value| -> Vec<Value> {
        text["sides"].as_array().unwrap().iter().map(|side| side["adapter"].clone()).collect()
    };
    let text = compare("noise");
    assert_eq!(writers(&text), [Value::Null, "noise".into()]);
    assert_eq!(text["sides"][0]["text"], before["text"].as_str().unwrap().trim());
    assert_ne!(text["sides"][1]["text"], text["sides"][0]["text"]);
    assert_eq!(rewrite(&profile, "fix"), before, "a comparison puts nothing on");

    profile.emend(&["adapters", "use", "older", "--intent", "fix"], "").ok();
    assert_eq!(writers(&compare("noise")), [Value::Null, "older".into(), "noise".into()]);
    assert_eq!(writers(&compare("older")), [Value::Null, "older".into()]);
    let marked = profile.emend(&["adapters", "compare", "noise"], SLIPS).ok().out;
    assert!(marked.contains("the model alone: ") && marked.contains("[-"), "{marked}");

    profile.emend(&["adapters", "compare", "gone"], SLIPS).refused("there is no adapter `gone`");
    profile.emend(&["adapters", "compare", "noise", "--held-out", "3"], "").refused("held out");
    let matrices = profile.home().join("adapters/noise/adapter_model.safetensors");
    std::fs::write(&matrices, "torn").unwrap();
    profile.emend(&["adapters", "compare", "noise"], SLIPS).refused("cannot be used");
}

#[test]
fn what_an_adapter_does_worse_is_said_and_a_damaged_log_stops_nothing() {
    let (profile, folder) = made();
    profile.emend(&["adapters", "import", folder.to_str().unwrap()], "").ok();
    let log = profile.home().join("adapters/expected.jsonl");
    std::fs::write(&log, "what?\n").unwrap();
    let used = profile.emend(&["adapters", "use", "noise"], "").ok();
    assert!(used.err.contains("measuring") && !used.err.contains("was not measured"), "{}", used.err);

    let said = profile.emend(&["adapters", "log", "--json"], "").ok().json();
    assert_eq!(said["damaged"], 1);
    let meaning = &said["anchors"][0];
    assert_eq!((meaning["adapter"].as_str(), meaning["measure"].as_str()), (Some("noise"), Some("meaning")));
    assert_eq!((meaning["noticeable"].as_bool(), &meaning["best"]["adapter"]), (Some(true), &Value::Null));
    let kept = std::fs::read_to_string(&log).unwrap();
    let text = profile.emend(&["adapters", "log"], "").ok().out;
    assert!(text.contains("of the meaning kept") && text.contains("noticeably less"), "{text}");
    assert!(text.contains("damaged"), "{text}");
    assert_eq!(std::fs::read_to_string(&log).unwrap(), kept, "nothing is measured twice");

    // A folder stands where the log would be: it is told, and the change is made.
    std::fs::remove_file(&log).unwrap();
    std::fs::create_dir(&log).unwrap();
    let off = profile.emend(&["adapters", "off"], "").ok();
    assert!(off.err.contains("could not be noted"), "{}", off.err);
    assert!(off.out.contains("the model alone"), "{}", off.out);
    profile.emend(&["adapters", "log"], "").refused("expected.jsonl");
}
