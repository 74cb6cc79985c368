//! The worker is killed, stopped, left alone. Each request ends with an answer or a named error, nothing is left
//! behind, and the next one works.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use emend_decode::{Cancel, Decoded, Limits};
use emend_llama::{Ending, How, LlamaError, Options, Outcome, WORKER_FLAG, Worker};

use super::Test;
use super::ask::{chat, conversation, endless, options, random, worker};
use super::model::tiny;
use super::processes::{children, memory, only_child, runs, signal, wait_until};

/// The first argument of this binary when it is to start a worker and do nothing else.
pub(crate) const MIDDLE_FLAG: &str = "--middle";

pub(crate) const TESTS: &[Test] = &[
    ("a_killed_worker_is_named_and_comes_back", a_killed_worker_is_named_and_comes_back),
    ("killed_while_idle_it_is_not_missed", killed_while_idle_it_is_not_missed),
    ("killed_a_hundred_times", killed_a_hundred_times),
    ("a_hung_worker_is_ended", a_hung_worker_is_ended),
    ("a_hung_worker_can_be_cancelled", a_hung_worker_can_be_cancelled),
    ("a_request_takes_only_so_long", a_request_takes_only_so_long),
    ("an_idle_worker_gives_its_memory_back", an_idle_worker_gives_its_memory_back),
    ("memory_is_back_to_the_idle_figure", memory_is_back_to_the_idle_figure),
    ("a_dropped_worker_is_gone", a_dropped_worker_is_gone),
    ("the_worker_ends_with_its_parent", the_worker_ends_with_its_parent),
    ("the_worker_ends_with_its_pipe", the_worker_ends_with_its_pipe),
];

/// Asks for a long reply and does something to the worker after the first part of it.
fn disturbed(worker: &Worker, mut disturb: impl FnMut(u32)) -> Result<(), LlamaError> {
    let mut parts = 0;
    let outcome = worker.chat(&conversation("wait."), &endless(), &Cancel::new(), &mut |_| {
        parts += 1;
        if parts == 1 {
            disturb(only_child());
        }
    })?;
    assert!(parts > 0, "{outcome:?}");
    Ok(())
}

#[track_caller]
fn works(worker: &Worker) {
    assert_eq!(chat(worker, &conversation("and now?"), &random(5, 2)).unwrap().pieces.len(), 5);
}

fn a_killed_worker_is_named_and_comes_back() {
    let model = tiny();
    let worker = worker(&model.path);
    for (name, number, hint) in [
        ("KILL", 9, "memory ran out"),
        ("ILL", 4, "AVX2"),
        ("ABRT", 6, "llama.cpp itself"),
        ("TERM", 15, "signal 15"),
    ] {
        let error = disturbed(&worker, |child| signal(child, name)).unwrap_err();
        let LlamaError::Ended { ending, .. } = &error else { panic!("{error}") };
        assert_eq!(*ending, Ending::Signal(number));
        assert!(error.to_string().contains(hint), "{error}");
        assert_eq!(children(), [0_u32; 0], "no zombie");
        works(&worker);
    }
}

fn killed_while_idle_it_is_not_missed() {
    let model = tiny();
    let worker = worker(&model.path);
    works(&worker);
    let child = only_child();
    signal(child, "KILL");
    wait_until("the kill", || !runs(child));
    works(&worker);
    assert_ne!(only_child(), child);
}

fn killed_a_hundred_times() {
    let model = tiny();
    let worker = worker(&model.path);
    let (done, mut answers, mut errors) = (AtomicBool::new(false), 0, 0);
    let mut longest = Longest::default();
    let (killed, started) = (Mutex::new(None), Mutex::new(None));
    std::thread::scope(|threads| {
        threads.spawn(|| {
            let mut last = None;
            while !done.load(Ordering::Relaxed) {
                let now = children().into_iter().find(|&child| is_worker(child));
                if now.is_some() && now != last {
                    (*started.lock().unwrap(), last) = (Some(Instant::now()), now);
                }
                std::thread::sleep(Duration::from_millis(2));
            }
        });
        threads.spawn(|| {
            let mut state = 17_u64;
            let mut kills = 0;
            while kills < 100 {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                std::thread::sleep(Duration::from_millis((state >> 33) % 250));
                for child in children().into_iter().filter(|&child| is_worker(child)) {
                    *killed.lock().unwrap() = Some(Instant::now());
                    signal(child, "KILL");
                    kills += 1;
                }
            }
            done.store(true, Ordering::Relaxed);
        });
        let mut seed = 0;
        while !done.load(Ordering::Relaxed) {
            seed += 1;
            let since = Instant::now();
            match chat(&worker, &conversation("again."), &random(150, seed)) {
                Ok(_) => answers += 1,
                Err(LlamaError::Ended { ending: Ending::Signal(9), .. }) => errors += 1,
                Err(other) => panic!("{other}"),
            }
            longest.note(since, *killed.lock().unwrap(), *started.lock().unwrap());
        }
    });
    println!("  100 kills: {answers} answers, {errors} named errors; to the end of a request at most");
    println!("  {longest:?}");
    assert!(errors > 0, "some kills hit a request");
    assert!(longest.in_all < Duration::from_secs(30), "nobody waits for a process that is gone");
    works(&worker);
    only_child();
}

/// The longest times until a request ended.
#[derive(Debug, Default)]
struct Longest {
    /// Since it was asked: the pause before a restart, loading and writing.
    in_all: Duration,
    /// Since the process that it was asked of was killed.
    from_kill: Duration,
    /// Since another process was started for it.
    from_restart: Duration,
}

impl Longest {
    /// A request that was asked at `asked` has ended.
    fn note(&mut self, asked: Instant, killed: Option<Instant>, started: Option<Instant>) {
        let during =
            |moment: Option<Instant>| moment.filter(|moment| *moment >= asked).map(|moment| moment.elapsed());
        self.in_all = self.in_all.max(asked.elapsed());
        self.from_kill = self.from_kill.max(during(killed).unwrap_or_default());
        self.from_restart = self.from_restart.max(during(started).unwrap_or_default());
    }
}

/// True for a worker, false for the `kill` commands of the tests.
fn is_worker(pid: u32) -> bool {
    std::fs::read(format!("/proc/{pid}/cmdline"))
        .is_ok_and(|line| String::from_utf8_lossy(&line).contains(WORKER_FLAG))
}

fn a_hung_worker_is_ended() {
    let model = tiny();
    let worker = Worker::new(Options { silence: Duration::from_secs(2), ..options(&model.path) });
    let error = disturbed(&worker, |child| signal(child, "STOP")).unwrap_err();
    assert!(matches!(error, LlamaError::Hung { seconds: 2 }), "{error}");
    assert_eq!(children(), [0_u32; 0]);
    works(&worker);
}

fn a_hung_worker_can_be_cancelled() {
    let model = tiny();
    let worker = Worker::new(Options { silence: Duration::from_mins(10), ..options(&model.path) });
    works(&worker);
    signal(only_child(), "STOP");
    let cancel = Cancel::new();
    std::thread::scope(|threads| {
        threads.spawn(|| {
            std::thread::sleep(Duration::from_millis(200));
            cancel.cancel();
        });
        // Longer than a pipe is deep: it cannot even be sent.
        let text = "wait for me. ".repeat(20_000);
        let outcome = worker.chat(&conversation(&text), &random(5, 1), &cancel, &mut |_| {});
        assert_eq!(outcome.unwrap(), Outcome::Cancelled);
    });
    assert_eq!(children(), [0_u32; 0]);
    works(&worker);
}

fn a_request_takes_only_so_long() {
    let model = tiny();
    let worker = Worker::new(Options { longest: Duration::from_millis(50), ..options(&model.path) });
    let error = chat(&worker, &conversation("hurry."), &endless()).unwrap_err();
    assert!(matches!(error, LlamaError::TimedOut { .. }), "{error}");
    assert_eq!(children(), [0_u32; 0]);
}

fn an_idle_worker_gives_its_memory_back() {
    let model = tiny();
    let worker = Worker::new(Options { idle: Duration::from_millis(300), ..options(&model.path) });
    for _ in 0..2 {
        works(&worker);
        only_child();
        wait_until("the worker to be ended", || children().is_empty());
    }
    works(&worker);
    worker.rest();
    assert_eq!(children(), [0_u32; 0]);
    works(&worker);
}

/// Whatever the model took, and however often: what is left is what there was before.
fn memory_is_back_to_the_idle_figure() {
    // The T5 that comes with the program: 12 MB of weights beside llama.cpp's own.
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models/starter/model.gguf");
    let worker = Worker::new(Options { idle: Duration::from_millis(500), ..options(&path) });
    let round = || {
        let limits = [Limits { max_tokens: 20, start: 0, end: 1 }];
        let source = vec![310, 290, 1500, 333, 1];
        let decoded = worker.write(&[source], &limits, How::Greedy, &Cancel::new()).unwrap();
        let Decoded::Done(written) = decoded else { panic!("nobody cancelled") };
        assert_eq!(written.len(), 1);
        let during = memory();
        wait_until("the worker to be ended", || children().is_empty());
        (during, memory())
    };
    // The first request makes what stays: the thread that watches, buffers of the pipe.
    round();
    let before = memory();
    for number in 1..=5 {
        let (during, after) = round();
        println!(
            "  round {number}: {} MB before, {} MB while it runs, {} MB after",
            before >> 20,
            during >> 20,
            after >> 20
        );
        assert!(during > before + (12 << 20), "the model is in memory: {before} {during}");
        assert!(after < before + (4 << 20), "and is gone: {before} {after}");
    }
}

fn a_dropped_worker_is_gone() {
    let model = tiny();
    let worker = worker(&model.path);
    drop(Worker::new(options(&model.path)));
    assert_eq!(children(), [0_u32; 0], "nothing is started before it is needed");
    works(&worker);
    only_child();
    drop(worker);
    assert_eq!(children(), [0_u32; 0]);
}

/// A process between the test and the worker: starts one, says its number, and waits to be killed.
pub(crate) fn middle(model: &str) -> ! {
    let worker = worker(Path::new(model));
    works(&worker);
    println!("{}", only_child());
    loop {
        std::thread::sleep(Duration::from_mins(1));
    }
}

fn the_worker_ends_with_its_parent() {
    let model = tiny();
    let mut middle = Command::new(std::env::current_exe().unwrap())
        .args([MIDDLE_FLAG, model.path.to_str().unwrap()])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(middle.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let orphan: u32 = line.trim().parse().unwrap();
    assert!(runs(orphan));
    middle.kill().unwrap();
    middle.wait().unwrap();
    wait_until("the orphan to end", || !runs(orphan));
}

fn the_worker_ends_with_its_pipe() {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .arg(WORKER_FLAG)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    drop(child.stdin.take());
    assert_eq!(child.wait().unwrap().code(), Some(0));
    // And with one through which something else comes.
    let noise = tempfile::tempfile().unwrap();
    std::io::Write::write_all(&mut &noise, b"GET / HTTP/1.1\r\n\r\n").unwrap();
    std::io::Seek::rewind(&mut &noise).unwrap();
    let mut child = Command::new(std::env::current_exe().unwrap())
        .arg(WORKER_FLAG)
        .stdin(noise)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(2));
}
