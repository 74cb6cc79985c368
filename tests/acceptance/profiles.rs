//! Two programs on one profile, and profiles of other versions.

use emend_harness::Profile;

#[test]
fn two_programs_share_a_profile() {
    let profile = Profile::new();
    let mut running: Vec<_> = (0..4)
        .map(|_| {
            let mut command = profile.command(&["rewrite", "--record", "--json"]);
            command.stdin(std::process::Stdio::piped()).stdout(std::process::Stdio::piped());
            let mut child = command.spawn().unwrap();
            std::io::Write::write_all(&mut child.stdin.take().unwrap(), b"They was late.").unwrap();
            child
        })
        .collect();
    let mut requests: Vec<i64> = running
        .drain(..)
        .map(|child| {
            let output = child.wait_with_output().unwrap();
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            serde_json::from_slice::<serde_json::Value>(&output.stdout).unwrap()["request"].as_i64().unwrap()
        })
        .collect();
    requests.sort_unstable();
    requests.dedup();
    assert_eq!(requests.len(), 4, "each request has its own number");
}

#[test]
fn a_database_that_is_none_is_refused_and_left_alone() {
    let profile = Profile::new();
    std::fs::create_dir_all(profile.home()).unwrap();
    let letter = "This is a letter to my aunt and not a database. ".repeat(100);
    std::fs::write(profile.home().join("emend.db"), &letter).unwrap();
    profile.emend(&["documents", "list"], "").refused("emend.db");
    assert_eq!(std::fs::read_to_string(profile.home().join("emend.db")).unwrap(), letter);
}

#[test]
fn settings_that_are_none_are_set_aside() {
    let profile = Profile::new();
    profile.emend(&["instructions", "add", "Make it rhyme"], "").ok();
    std::fs::write(profile.home().join("settings.toml"), "theme = [[[").unwrap();
    profile.emend(&["instructions", "list"], "").ok();
    let kept = std::fs::read_dir(profile.home())
        .unwrap()
        .filter_map(|entry| std::fs::read_to_string(entry.unwrap().path()).ok())
        .any(|text| text == "theme = [[[");
    assert!(kept, "the damaged file is kept");
}
