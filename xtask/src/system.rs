//! What the machine must have: installed on Debian and Ubuntu, printed elsewhere.

use std::path::Path;
use std::process::Command;

use crate::steps::{Outcome, run, succeeds};

/// What the machine is set up for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Building and opening the window.
    Run,
    /// That, and driving the window without a display.
    Test,
}

const BUILD: &[&str] = &["build-essential", "cmake", "libclang-dev", "pkg-config", "libwebkit2gtk-4.1-dev"];
const DRIVE: &[&str] = &[
    "xvfb",
    "webkit2gtk-driver",
    "dbus",
    "dbus-x11",
    "imagemagick",
    "fonts-inter",
    "fonts-noto-core",
    "iproute2",
];

/// Installs the missing packages, or says what to install.
pub(crate) fn setup(purpose: Purpose) -> Outcome {
    node_is_recent()?;
    let wanted: Vec<&str> =
        BUILD.iter().chain(if purpose == Purpose::Test { DRIVE } else { &[] }).copied().collect();
    if cfg!(target_os = "macos") {
        return need(
            succeeds(Command::new("xcode-select").arg("-p")),
            "install Xcode's command line tools: `xcode-select --install`",
        );
    }
    if cfg!(windows) {
        eprintln!("  needed: the MSVC build tools and WebView2 (part of Windows 11)");
        return Ok(());
    }
    if !Path::new("/usr/bin/dpkg-query").exists() {
        let found = succeeds(Command::new("pkg-config").args(["--exists", "webkit2gtk-4.1"]));
        return need(
            found,
            "this is not Debian or Ubuntu, so install by hand: a C++ compiler, CMake, libclang, pkg-config and the development files \
             of WebKitGTK 4.1 (Fedora: webkit2gtk4.1-devel; Arch: webkit2gtk-4.1); for the tests also Xvfb, \
             WebKitWebDriver, dbus-run-session, ImageMagick and iproute2",
        );
    }
    install(&wanted)
}

/// Installs those of the Debian packages that are missing.
pub(crate) fn install(packages: &[&str]) -> Outcome {
    let missing: Vec<&str> = packages.iter().filter(|package| !installed(package)).copied().collect();
    if missing.is_empty() {
        eprintln!("  every package is there");
        return Ok(());
    }
    eprintln!("  missing: {}", missing.join(" "));
    run(as_root("apt-get").args(["update", "-qq"]))?;
    run(as_root("apt-get")
        .env("DEBIAN_FRONTEND", "noninteractive")
        .args(["install", "-y", "-qq", "--no-install-recommends"])
        .args(missing))
}

fn need(there: bool, advice: &str) -> Outcome {
    if there { Ok(()) } else { Err(advice.to_owned()) }
}

fn installed(package: &str) -> bool {
    Command::new("dpkg-query")
        .args(["-W", "-f", "${Status}", package])
        .output()
        .is_ok_and(|output| String::from_utf8_lossy(&output.stdout).contains("install ok installed"))
}

fn as_root(program: &str) -> Command {
    if is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("sudo");
    command.arg(program);
    command
}

/// Whether this is the superuser.
pub(crate) fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

/// Vite and svelte-check need Node 20.19 or newer.
fn node_is_recent() -> Outcome {
    let output = Command::new("node")
        .arg("--version")
        .output()
        .map_err(|_| "Node.js is not installed; install version 20.19 or newer".to_owned())?;
    let version = String::from_utf8_lossy(&output.stdout).trim().trim_start_matches('v').to_owned();
    let mut numbers = version.split('.').map(|part| part.parse::<u32>().unwrap_or(0));
    let found = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
    need(found >= (20, 19), &format!("Node.js is {version}; install version 20.19 or newer"))
}
