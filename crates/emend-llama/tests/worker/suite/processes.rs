//! Looks at processes from outside, through `/proc`.

use std::fs;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// State (`R`, `S`, `T`, `Z` ...) and parent of a process; `None` when there is none.
fn stat(pid: u32) -> Option<(char, u32)> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name before it may contain anything.
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace();
    Some((fields.next()?.chars().next()?, fields.next()?.parse().ok()?))
}

/// The children of this process, zombies among them.
pub(crate) fn children() -> Vec<u32> {
    fs::read_dir("/proc")
        .unwrap()
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .filter(|&pid| stat(pid).is_some_and(|(_, parent)| parent == std::process::id()))
        .collect()
}

/// Memory of this process and of all that descend from it, in bytes: each page counts where it lies (RSS).
pub(crate) fn memory() -> u64 {
    let mut family = vec![std::process::id()];
    let mut counted = 0;
    let mut sum = 0;
    while let Some(&pid) = family.get(counted) {
        counted += 1;
        let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
        let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kilobytes = resident.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<u64>().ok());
        sum += kilobytes.unwrap_or(0) * 1024;
        let threads = fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten().flatten();
        let children = threads.filter_map(|thread| fs::read_to_string(thread.path().join("children")).ok());
        family.extend(children.flat_map(|list| {
            list.split_whitespace().filter_map(|child| child.parse().ok()).collect::<Vec<u32>>()
        }));
    }
    sum
}

/// True while any thread of the process runs; a zombie has none.
pub(crate) fn runs(pid: u32) -> bool {
    let threads = fs::read_dir(format!("/proc/{pid}/task")).map_or(0, Iterator::count);
    threads > 1 || stat(pid).is_some_and(|(state, _)| state != 'Z')
}

/// The one child there must be.
#[track_caller]
pub(crate) fn only_child() -> u32 {
    let children = children();
    assert_eq!(children.len(), 1, "{children:?}");
    children[0]
}

/// Sends a signal by name. The process may be gone by now.
pub(crate) fn signal(pid: u32, name: &str) {
    // The shell's own `kill`: the program of that name is not everywhere.
    let mut kill = Command::new("sh");
    kill.args(["-c", "kill -$0 $1", name, &pid.to_string()]).stderr(Stdio::null());
    kill.status().unwrap();
}

/// Waits for something that will happen; half a minute is for the busiest machine.
#[track_caller]
pub(crate) fn wait_until(what: &str, mut happened: impl FnMut() -> bool) {
    let since = Instant::now();
    while !happened() {
        assert!(since.elapsed() < Duration::from_secs(30), "in vain: {what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}
