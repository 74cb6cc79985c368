//! `kill -9` at any moment loses nothing that was acknowledged.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use emend_harness::Profile;

/// A shell loop records request after request with the real program; each prints its number when it is stored. The
/// loop and the program in it are killed at some moment, again and again.
#[cfg(unix)]
#[test]
fn what_was_acknowledged_is_there_after_kill_9() {
    use std::os::unix::process::CommandExt;

    let profile = Profile::new();
    let mut acknowledged: Vec<i64> = Vec::new();
    for round in 0..8_u64 {
        let program = emend_harness::program("emend");
        let mut shell = std::process::Command::new("sh");
        shell
            .args(["-c", "while true; do echo 'I has been thinking about the meeting.' | \"$0\" rewrite --record --json; done"])
            .arg(program)
            .env("EMEND_HOME", profile.home())
            .env("CANDLE_NUM_THREADS", "1")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .process_group(0);
        let mut child = shell.spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        for _ in 0..2 {
            let line = lines.next().expect("the loop goes on").unwrap();
            let request =
                serde_json::from_str::<serde_json::Value>(&line).unwrap()["request"].as_i64().unwrap();
            acknowledged.push(request);
        }
        std::thread::sleep(std::time::Duration::from_millis(13 * round));
        let group = format!("-{}", child.id());
        // The shell's own kill: small systems have no other, and dash has none for groups.
        std::process::Command::new("bash").args(["-c", &format!("kill -9 -- {group}")]).status().unwrap();
        child.wait().unwrap();
    }
    let exported = profile.emend(&["feedback", "export"], "").ok().out;
    for request in acknowledged {
        assert!(
            exported.contains(&format!("\"request\":{request},")),
            "request {request} is missing:\n{exported}"
        );
    }
}
