//! `adapters/live.json`: which adapter is in use, for every wish or for one, and what was in use before.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::AppError;
use crate::files::{self, Access};

/// Longest file, in bytes.
const LARGEST: u64 = 1 << 20;

/// How many earlier choices can be gone back to.
const REMEMBERED: usize = 5;

/// Which adapter answers.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// For every intent without a choice of its own; the base alone if absent.
    pub all: Option<String>,
    /// By intent id, or `own` for instructions in the person's own words; null: the base alone.
    #[serde(default)]
    pub intents: BTreeMap<String, Option<String>>,
}

impl Choice {
    /// The adapter for an intent; without one, that for intents in general.
    pub fn of(&self, intent: Option<&str>) -> Option<&str> {
        intent.and_then(|intent| self.intents.get(intent)).unwrap_or(&self.all).as_deref()
    }

    /// Whether the adapter answers anything.
    pub fn uses(&self, id: &str) -> bool {
        self.adapters().contains(id)
    }

    /// All that answer anything.
    pub fn adapters(&self) -> BTreeSet<&str> {
        self.intents.values().chain([&self.all]).filter_map(Option::as_deref).collect()
    }
}

/// The file.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Live {
    /// What is in use.
    pub(crate) now: Choice,
    /// What was, oldest first; at most five.
    #[serde(default)]
    before: Vec<Choice>,
}

impl Live {
    /// Lets an adapter (or nobody) answer an intent, or all of them whatever was chosen for single ones.
    pub(crate) fn choose(&mut self, intent: Option<&str>, id: Option<&str>) {
        let id = id.map(str::to_owned);
        let mut next = self.now.clone();
        match intent {
            Some(intent) => drop(next.intents.insert(intent.to_owned(), id)),
            None => next = Choice { all: id, intents: BTreeMap::new() },
        }
        self.put(next);
    }

    /// Lets an adapter answer in general, and these intents whatever was chosen for them; the choices for others stay.
    pub(crate) fn promote(&mut self, id: &str, intents: &BTreeSet<String>) {
        let mut next = Choice { all: Some(id.to_owned()), ..self.now.clone() };
        next.intents.retain(|intent, _| !intents.contains(intent));
        self.put(next);
    }

    /// Takes an adapter off wherever it answers: intents that were given to it are answered as others are.
    pub(crate) fn take_off(&mut self, id: &str) {
        let mut next = self.now.clone();
        next.all.take_if(|all| all == id);
        next.intents.retain(|_, chosen| chosen.as_deref() != Some(id));
        self.put(next);
    }

    fn put(&mut self, next: Choice) {
        if next != self.now {
            self.before.push(std::mem::replace(&mut self.now, next));
            self.before.drain(..self.before.len().saturating_sub(REMEMBERED));
        }
    }

    /// Goes back by so many choices; false, and nothing happens, when there are fewer.
    pub(crate) fn go_back(&mut self, steps: usize) -> bool {
        let Some(place) = self.before.len().checked_sub(steps).filter(|_| steps > 0) else { return false };
        if let Some(choice) = self.before.drain(place..).next() {
            self.now = choice;
        }
        true
    }

    /// How far one can go back.
    pub(crate) fn steps_back(&self) -> usize {
        self.before.len()
    }

    /// An adapter that is gone is not gone back to.
    pub(crate) fn forget(&mut self, id: &str) {
        self.before.retain(|choice| !choice.uses(id));
    }
}

fn path(adapters: &Path) -> PathBuf {
    adapters.join("live.json")
}

/// Reads the file; without one, the base answers.
pub(crate) fn read(adapters: &Path) -> Result<Live, AppError> {
    let path = path(adapters);
    let Some(bytes) = files::read_if_there(&path, LARGEST)? else { return Ok(Live::default()) };
    serde_json::from_slice(&bytes).map_err(|error| AppError::Invalid {
        what: "the choice of adapters",
        expected: "what `emend adapters use` writes".into(),
        found: format!("{}: {error}", path.display()),
    })
}

/// Reads, changes and writes back, while no other program does. A file that cannot be understood is kept under another
/// name.
pub(crate) fn change<T>(
    home: &Path,
    adapters: &Path,
    change: impl FnOnce(&mut Live) -> Result<T, AppError>,
) -> Result<T, AppError> {
    let _turn = files::turn(home)?;
    let failed = |source| AppError::Write { path: adapters.to_owned(), source };
    std::fs::create_dir_all(adapters).map_err(failed)?;
    let before = match read(adapters) {
        Err(AppError::Invalid { .. }) => {
            files::set_aside(&path(adapters))?;
            Live::default()
        }
        read => read?,
    };
    let mut after = before.clone();
    let done = change(&mut after)?;
    if after != before {
        let json = serde_json::to_vec_pretty(&after).map_err(|error| failed(error.into()))?;
        files::write(&path(adapters), &json, Access::Private)?;
    }
    Ok(done)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn an_intent_may_have_an_adapter_of_its_own_or_none() {
        let mut live = Live::default();
        live.choose(None, Some("a"));
        live.choose(Some("fix"), Some("b"));
        live.choose(Some("shorter"), None);
        for (intent, expected) in [
            (None, Some("a")),
            (Some("polite"), Some("a")),
            (Some("fix"), Some("b")),
            (Some("shorter"), None),
        ] {
            assert_eq!(live.now.of(intent), expected, "{intent:?}");
        }
        assert!(live.now.uses("b") && !live.now.uses("c"));
        live.choose(None, None);
        assert_eq!(live.now, Choice::default(), "off is off for everything");
    }

    #[test]
    fn a_promoted_adapter_takes_the_place_of_those_it_was_compared_with() {
        let mut live = Live::default();
        live.choose(Some("fix"), Some("a"));
        live.choose(Some("polite"), Some("b"));
        live.promote("c", &BTreeSet::from(["fix".to_owned()]));
        let of = |live: &Live, intent| live.now.of(Some(intent)).map(str::to_owned);
        assert_eq!(of(&live, "fix").as_deref(), Some("c"));
        assert_eq!(of(&live, "shorter").as_deref(), Some("c"));
        assert_eq!(of(&live, "polite").as_deref(), Some("b"), "nobody compared it with b");
        live.take_off("c");
        assert_eq!((of(&live, "fix"), of(&live, "polite").as_deref()), (None, Some("b")));
        live.take_off("b");
        assert_eq!(live.now, Choice::default());
    }

    #[test]
    fn the_last_five_choices_can_be_gone_back_to() {
        let mut live = Live::default();
        for id in ["a", "b", "b", "c", "d", "e", "f", "g"] {
            live.choose(None, Some(id));
        }
        assert_eq!(live.steps_back(), 5);
        assert!(!live.go_back(6) && !live.go_back(0));
        assert!(live.go_back(1));
        assert_eq!(live.now.of(None), Some("f"));
        assert!(live.go_back(4));
        assert_eq!(live.now.of(None), Some("b"));
        assert!(!live.go_back(1));

        live.choose(None, Some("x"));
        live.choose(None, None);
        live.forget("x");
        assert!(live.go_back(1));
        assert_eq!(live.now.of(None), Some("b"), "x is gone");
    }

    #[test]
    fn a_broken_file_is_said_and_kept_when_it_is_written_anew() {
        let home = tempfile::tempdir().unwrap();
        let adapters = home.path().join("adapters");
        assert_eq!(read(&adapters).unwrap(), Live::default());
        std::fs::create_dir(&adapters).unwrap();
        std::fs::write(path(&adapters), "{\"now\": 7}").unwrap();
        assert!(read(&adapters).unwrap_err().to_string().contains("live.json"));
        change(home.path(), &adapters, |live| {
            live.choose(Some("fix"), Some("a"));
            Ok(())
        })
        .unwrap();
        assert_eq!(read(&adapters).unwrap().now.of(Some("fix")), Some("a"));
        assert!(adapters.join("live.damaged-1.json").exists());
    }
}
