//! Many texts: order, bad rows, and going on after an interruption.

use emend_harness::{Profile, run};
use serde_json::{Value, json};

fn rows(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn order_is_kept_and_a_bad_row_does_not_stop_the_rest() {
    let profile = Profile::new();
    let input = [
        json!({"id": "a", "src": "I has a dog."}).to_string(),
        "this is no JSON".into(),
        json!({"id": "c"}).to_string(),
        json!({"id": "d", "src": "They was late.", "intent": "dance"}).to_string(),
        json!({"src": "Their were many good ideas.", "intent": "simpler"}).to_string(),
    ]
    .join("\n");
    let (from, to) = (profile.file("in.jsonl", input), profile.path("out.jsonl"));
    let (from, to_path) = (from.to_str().unwrap(), to.to_str().unwrap());
    let arguments = ["batch", "--tier", "small", "--input", from, "--output", to_path];
    profile.emend(&arguments, "").ok();
    let out = rows(&std::fs::read_to_string(&to).unwrap());
    let ids: Vec<&str> = out.iter().map(|row| row["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["a", "1", "c", "d", "4"]);
    let failed: Vec<bool> = out.iter().map(|row| !row["error"]["hint"].is_null()).collect();
    assert_eq!(failed, [false, true, true, true, false]);
    assert!(out[0]["hyp"].is_string() && out[0]["ms"].is_u64() && out[0]["tier"] == "small", "{}", out[0]);

    // Again: everything is there, nothing is done twice.
    let again = profile.emend(&[&arguments[..], &["--json"]].concat(), "").ok().json();
    assert_eq!((again["done"].as_u64(), again["resumed"].as_u64()), (Some(0), Some(5)));
    assert_eq!(rows(&std::fs::read_to_string(&to).unwrap()), out);
}

#[cfg(unix)]
#[test]
fn pipes_and_devices_are_refused() {
    let profile = Profile::new();
    let from = profile.file("in.jsonl", json!({"id": "a", "src": "I has a dog."}).to_string());
    let to = profile.path("out.jsonl");
    let (from, to) = (from.to_str().unwrap(), to.to_str().unwrap());
    profile.emend(&["batch", "--input", "/dev/stdin", "--output", to], "{}").refused("regular file");
    profile.emend(&["batch", "--input", from, "--output", "/dev/stdout"], "").refused("regular file");
}

#[test]
fn a_torn_last_line_is_done_again() {
    let profile = Profile::new();
    let input: Vec<String> = (0..4)
        .map(|n| json!({"id": n.to_string(), "src": format!("We was {n} years old.")}).to_string())
        .collect();
    let (from, to) = (profile.file("in.jsonl", input.join("\n")), profile.path("out.jsonl"));
    let arguments = ["batch", "--input", from.to_str().unwrap(), "--output", to.to_str().unwrap()];
    profile.emend(&arguments, "").ok();
    let whole = std::fs::read(&to).unwrap();
    let without_time = |bytes: &[u8]| {
        let mut rows = rows(std::str::from_utf8(bytes).unwrap());
        for row in &mut rows {
            row["ms"] = Value::Null;
        }
        rows
    };
    std::fs::write(&to, &whole[..whole.len() - 7]).unwrap();
    profile.emend(&arguments, "").ok();
    assert_eq!(without_time(&std::fs::read(&to).unwrap()), without_time(&whole));
}

#[test]
fn killed_in_the_middle_it_goes_on_where_it_stopped() {
    let profile = Profile::new();
    let input: Vec<String> = (0..60)
        .map(|n| {
            json!({"id": n.to_string(), "src": format!("They was waiting for number {n} all day long.")})
                .to_string()
        })
        .collect();
    let (from, to) = (profile.file("in.jsonl", input.join("\n")), profile.path("out.jsonl"));
    let arguments = ["batch", "--input", from.to_str().unwrap(), "--output", to.to_str().unwrap()];
    let mut child = profile.command(&arguments).spawn().unwrap();
    let lines = || std::fs::read_to_string(&to).unwrap_or_default().lines().count();
    while lines() < 3 && child.try_wait().unwrap().is_none() {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    run(profile.command(&arguments), b"").ok();
    let out = rows(&std::fs::read_to_string(&to).unwrap());
    let ids: Vec<String> = out.iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect();
    assert_eq!(ids, (0..60).map(|n| n.to_string()).collect::<Vec<_>>());
}

#[test]
fn a_run_in_which_no_row_went_well_ends_with_an_error_and_their_number() {
    let profile = Profile::new();
    let (from, to) = (profile.file("in.jsonl", "no JSON\n{\"id\": \"b\"}\n"), profile.path("out.jsonl"));
    for (verb, said) in [("batch", "2 rows have an error"), ("score", "2 have an error")] {
        let arguments = [verb, "--input", from.to_str().unwrap(), "--output", to.to_str().unwrap()];
        let ran = profile.emend(&arguments, "");
        assert_eq!(ran.code, Some(1), "{verb}: {}", ran.err);
        assert!(ran.err.contains(said), "{verb}: {}", ran.err);
        assert_eq!(rows(&std::fs::read_to_string(&to).unwrap()).len(), 2);
        std::fs::remove_file(&to).unwrap();
    }
}
