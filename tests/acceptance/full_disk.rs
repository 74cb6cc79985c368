//! A full disk and a read-only place, also for root.

use emend_harness::{Profile, run};

/// The largest file that a process may write is limited: the same error as a full disk, for root, too.
#[cfg(target_os = "linux")]
pub(crate) fn limited(
    profile: &Profile,
    kilobytes: u32,
    arguments: &[&str],
    input: &str,
) -> emend_harness::Ran {
    let program = emend_harness::program("emend");
    let mut shell = std::process::Command::new("bash");
    shell
        .args(["-c", "trap '' XFSZ; ulimit -f \"$1\"; shift; exec \"$@\"", "bash", &kilobytes.to_string()])
        .arg(program)
        .args(arguments)
        .env("EMEND_HOME", profile.home())
        .env("CANDLE_NUM_THREADS", "1");
    run(shell, input.as_bytes())
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_said_and_loses_nothing() {
    let profile = Profile::new();
    let text = "They was late.\n".repeat(10);
    let first = profile.file("first.md", &text);
    let id = profile.emend(&["documents", "import", first.to_str().unwrap()], "").ok().out.trim().to_owned();
    let large = profile.file("large.md", "One more line of text that takes up space.\n".repeat(20_000));
    let ran = limited(&profile, 64, &["documents", "import", large.to_str().unwrap()], "");
    assert!(ran.code.is_some_and(|code| code != 0), "a megabyte does not fit: {}", ran.out);
    assert!(!ran.err.contains("panicked") && ran.err.starts_with("emend: "), "{}", ran.err);
    assert_eq!(
        profile.emend(&["documents", "show", &id], "").ok().out,
        text,
        "what was saved before is there"
    );
}

#[cfg(target_os = "linux")]
#[test]
fn an_export_that_does_not_fit_leaves_the_old_file() {
    let profile = Profile::new();
    let source = profile.file("source.md", "A line of text that takes up space.\n".repeat(10_000));
    let id = profile.emend(&["documents", "import", source.to_str().unwrap()], "").ok().out.trim().to_owned();
    let target = profile.file("target.md", "the old text");
    let ran = limited(&profile, 64, &["documents", "export", &id, target.to_str().unwrap()], "");
    assert!(ran.code.is_some_and(|code| code != 0), "360 kB do not fit");
    assert_eq!(std::fs::read_to_string(&target).unwrap(), "the old text");
}

/// A file where the profile's folder should be cannot be written into by anyone, root included.
#[test]
fn a_profile_that_cannot_be_used_is_named() {
    let profile = Profile::new();
    let blocked = profile.file("blocked", "a file");
    let home = blocked.join("home");
    profile.emend(&["--home", home.to_str().unwrap(), "rewrite"], "A text.").refused("blocked");
}

/// Root may write anywhere, so the program runs as nobody.
#[cfg(target_os = "linux")]
#[test]
fn a_read_only_profile_is_refused_with_a_sentence() {
    use std::os::unix::fs::PermissionsExt;
    use std::os::unix::process::CommandExt;

    let profile = Profile::new();
    profile.emend(&["dictionary", "list"], "").ok();
    let readable = |path: &std::path::Path, mode| {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    };
    for entry in std::fs::read_dir(profile.home()).unwrap() {
        readable(&entry.unwrap().path(), 0o444);
    }
    readable(&profile.home(), 0o555);
    readable(profile.home().parent().unwrap(), 0o755);
    // The program may lie where only root looks, so a copy is run.
    let program = profile.path("emend-copy");
    std::fs::copy(emend_harness::program("emend"), &program).unwrap();
    readable(&program, 0o755);
    let mut command = std::process::Command::new(&program);
    command
        .args(["documents", "import"])
        .arg(profile.file("note.md", "A note."))
        .env("EMEND_HOME", profile.home());
    let root =
        std::fs::metadata("/proc/self").is_ok_and(|own| std::os::unix::fs::MetadataExt::uid(&own) == 0);
    if root {
        command.uid(65_534).gid(65_534);
    }
    let ran = run(command, b"");
    readable(&profile.home(), 0o755);
    ran.refused("emend.db");
}
