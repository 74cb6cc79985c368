//! Whether the machine can spare the power and the time for a run.

use std::fs;
use std::path::Path;

/// Where the machine's power comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Power {
    /// The mains, or a machine without a battery.
    Mains,
    /// Its battery.
    Battery,
    /// This system does not say, or not in a way that is known here.
    CannotTell,
}

/// Where the power comes from now: Linux alone says so in files.
pub(crate) fn power() -> Power {
    if cfg!(target_os = "linux") { supplies(Path::new("/sys/class/power_supply")) } else { Power::CannotTell }
}

/// What the kernel says of each supply, in the files that Documentation/ABI/testing/sysfs-class-power of Linux names.
fn supplies(folder: &Path) -> Power {
    let Ok(entries) = fs::read_dir(folder) else { return Power::CannotTell };
    let mut discharges = false;
    for entry in entries.flatten() {
        let says = |file: &str| {
            fs::read_to_string(entry.path().join(file))
                .map_or_else(|_| String::new(), |words| words.trim().to_owned())
        };
        // The battery of a mouse says nothing of the machine.
        if says("scope") == "Device" {
            continue;
        }
        match says("type").as_str() {
            "Battery" | "UPS" => discharges |= says("status") == "Discharging",
            _ if says("online") == "1" => return Power::Mains,
            _ => {}
        }
    }
    if discharges { Power::Battery } else { Power::Mains }
}

/// Whether other programs leave the machine alone: on the average of the last minute fewer than half of its cores have
/// work. `None` where the system does not say.
pub(crate) fn idle() -> Option<bool> {
    let load = fs::read_to_string("/proc/loadavg").ok()?;
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    Some(load.split_whitespace().next()?.parse::<f64>().ok()? < cores as f64 / 2.0)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn machine(supplies: &[(&str, &[(&str, &str)])]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, files) in supplies {
            let supply = folder.path().join(name);
            fs::create_dir(&supply).unwrap();
            for (file, says) in *files {
                fs::write(supply.join(file), format!("{says}\n")).unwrap();
            }
        }
        folder
    }

    const DISCHARGING: (&str, &[(&str, &str)]) = ("BAT0", &[("type", "Battery"), ("status", "Discharging")]);

    #[test]
    fn a_laptop_is_on_mains_or_on_its_battery() {
        let of = |supplies_: &[_]| supplies(machine(supplies_).path());
        assert_eq!(of(&[]), Power::Mains, "a machine without a battery");
        assert_eq!(of(&[DISCHARGING]), Power::Battery);
        assert_eq!(of(&[DISCHARGING, ("AC", &[("type", "Mains"), ("online", "0")])]), Power::Battery);
        assert_eq!(of(&[DISCHARGING, ("AC", &[("type", "Mains"), ("online", "1")])]), Power::Mains);
        assert_eq!(of(&[DISCHARGING, ("C1", &[("type", "USB"), ("online", "1")])]), Power::Mains);
        assert_eq!(of(&[("BAT0", &[("type", "Battery"), ("status", "Full")])]), Power::Mains);
        let mouse = ("hid", &[("type", "Battery"), ("scope", "Device"), ("status", "Discharging")][..]);
        assert_eq!(of(&[mouse]), Power::Mains);
    }

    #[test]
    fn a_system_that_does_not_say_is_named() {
        assert_eq!(supplies(Path::new("/there/is/no/such/folder")), Power::CannotTell);
    }
}
