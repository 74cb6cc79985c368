//! `settings.toml`: what a person chose. Written by the program, and by hand by whoever likes to.
//!
//! Keys that this version does not know stay in the file and are reported: most are misspelt. A value that makes no sense counts as not set and is
//! reported. A file that is no TOML is kept aside under another name, never overwritten.

use std::path::Path;

use toml::{Table, Value};

use crate::AppError;
use crate::files::{self, Access};
use crate::large::{self, Large};
use crate::learning::choices::{self, LearningChoices};

/// Largest settings file, in bytes.
const LARGEST: u64 = 1 << 20;

/// The keys of this version.
const KEYS: [&str; 6] = ["theme", "instructions", "one_bad_in", "one_missed_in", "large", "learning"];

/// How the window looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Theme {
    /// As the system does.
    #[default]
    System,
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

impl Theme {
    /// All of them.
    pub const ALL: [Theme; 3] = [Self::System, Self::Light, Self::Dark];

    /// The name in the file.
    pub fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|theme| theme.name() == name)
    }
}

/// What a person chose.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Settings {
    /// `theme = "system" | "light" | "dark"`; default `system`.
    pub theme: Theme,
    /// `instructions = ["…"]`: own instructions, in the order in which they were saved.
    pub instructions: Vec<String>,
    /// `one_bad_in = 10`: at most one in so many accepted rewrites may be bad.
    pub one_bad_in: OneBadIn,
    /// `one_missed_in = 20`: sentences of a long text that look clean are left out when something is to be corrected, as long as at
    /// most one in so many corrections is missed by that; nothing is left out by default.
    pub one_missed_in: Option<OneBadIn>,
    /// `[large]`: who is asked when the small model is not sure; nobody by default.
    pub large: Option<Large>,
    /// `[learning]`: when the program may learn.
    pub learning: LearningChoices,
}

/// The risk that a person takes with the small model: at most one in so many accepted rewrites may be bad. From 2 to
/// 100; 10 when nothing was chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OneBadIn(u32);

impl OneBadIn {
    /// `None` when it is not from 2 to 100.
    pub fn new(number: u32) -> Option<Self> {
        (2..=100).contains(&number).then_some(Self(number))
    }

    /// The number.
    pub fn get(self) -> u32 {
        self.0
    }
}

impl Default for OneBadIn {
    fn default() -> Self {
        Self(10)
    }
}

/// The settings, and what the person should know about them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ReadSettings {
    /// The settings; defaults where the file says nothing usable.
    pub settings: Settings,
    /// Sentences about what could not be used, and where it is now.
    pub notices: Vec<String>,
}

/// Reads the file; sets it aside if it is no TOML. No file means defaults.
pub(crate) fn read(path: &Path) -> Result<ReadSettings, AppError> {
    let (table, notice) = table(path)?;
    let (settings, mut notices) = understood(&table);
    notices.extend(notice);
    Ok(ReadSettings { settings, notices })
}

/// Reads, changes and writes back, while no other program does. Keys that are not known stay.
pub(crate) fn change(
    home: &Path,
    path: &Path,
    change: impl FnOnce(&mut Settings),
) -> Result<Settings, AppError> {
    let _turn = files::turn(home)?;
    let (mut table, _) = table(path)?;
    let (before, _) = understood(&table);
    let mut after = before.clone();
    change(&mut after);
    if after.theme != before.theme {
        table.insert("theme".into(), after.theme.name().into());
    }
    if after.instructions != before.instructions {
        let list = after.instructions.iter().map(|text| Value::from(text.as_str())).collect();
        table.insert("instructions".into(), Value::Array(list));
    }
    if after.one_bad_in != before.one_bad_in {
        table.insert("one_bad_in".into(), i64::from(after.one_bad_in.get()).into());
    }
    if after.one_missed_in != before.one_missed_in {
        match after.one_missed_in {
            Some(number) => drop(table.insert("one_missed_in".into(), i64::from(number.get()).into())),
            None => drop(table.remove("one_missed_in")),
        }
    }
    if after.large != before.large {
        large::put(&mut table, after.large.as_ref());
    }
    if after.learning != before.learning {
        choices::put(&mut table, after.learning);
    }
    if after != before {
        files::write(path, table.to_string().as_bytes(), Access::Private)?;
    }
    Ok(after)
}

/// The file as TOML, and a notice if it was none.
fn table(path: &Path) -> Result<(Table, Option<String>), AppError> {
    let Some(bytes) = files::read_if_there(path, LARGEST)? else {
        return Ok((Table::new(), None));
    };
    let parsed = match std::str::from_utf8(&bytes) {
        Ok(text) => text.parse::<Table>().map_err(|error| error.message().to_owned()),
        Err(_) => Err("it is not in UTF-8".to_owned()),
    };
    match parsed {
        Ok(table) => Ok((table, None)),
        Err(problem) => {
            let aside = files::set_aside(path)?;
            let notice = format!(
                "the settings could not be read ({problem}); they were kept as {}, and the defaults are used",
                aside.display()
            );
            Ok((Table::new(), Some(notice)))
        }
    }
}

/// What the table says, and a notice for each value that makes no sense.
fn understood(table: &Table) -> (Settings, Vec<String>) {
    let mut settings = Settings::default();
    let unknown = table.keys().filter(|key| !KEYS.contains(&key.as_str()));
    let mut notices: Vec<String> =
        unknown.map(|key| format!("this version knows no setting {key}; it is left as it is")).collect();
    if let Some(value) = table.get("theme") {
        match value.as_str().and_then(Theme::of_name) {
            Some(theme) => settings.theme = theme,
            None => notices.push(format!(
                "the setting theme is {value}, expected \"system\", \"light\" or \"dark\"; \"system\" is used"
            )),
        }
    }
    if let Some(value) = table.get("one_bad_in") {
        let number = value.as_integer().and_then(|number| u32::try_from(number).ok());
        match number.and_then(OneBadIn::new) {
            Some(number) => settings.one_bad_in = number,
            None => notices.push(format!(
                "the setting one_bad_in is {value}, expected a number from 2 to 100; {} is used",
                OneBadIn::default().get()
            )),
        }
    }
    if let Some(value) = table.get("one_missed_in") {
        let number = value.as_integer().and_then(|number| u32::try_from(number).ok());
        settings.one_missed_in = number.and_then(OneBadIn::new);
        if settings.one_missed_in.is_none() {
            notices.push(format!(
                "the setting one_missed_in is {value}, expected a number from 2 to 100; nothing is left out"
            ));
        }
    }
    match large::understood(table) {
        Ok(large) => settings.large = large,
        Err(notice) => notices.push(notice),
    }
    let (learning, more) = choices::understood(table);
    settings.learning = learning;
    notices.extend(more);
    if let Some(value) = table.get("instructions") {
        match value.as_array().map(|list| list.iter().map(Value::as_str).collect::<Option<Vec<_>>>()) {
            Some(Some(list)) => settings.instructions = list.into_iter().map(str::to_owned).collect(),
            _ => notices.push("the setting instructions is not a list of texts; none are used".to_owned()),
        }
    }
    (settings, notices)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    struct Profile(tempfile::TempDir);

    impl Profile {
        fn with(content: &[u8]) -> Self {
            let folder = tempfile::tempdir().unwrap();
            std::fs::write(folder.path().join("settings.toml"), content).unwrap();
            Self(folder)
        }

        fn read(&self) -> ReadSettings {
            read(&self.0.path().join("settings.toml")).unwrap()
        }

        fn change(&self, with: impl FnOnce(&mut Settings)) -> Settings {
            change(self.0.path(), &self.0.path().join("settings.toml"), with).unwrap()
        }

        fn content(&self) -> String {
            std::fs::read_to_string(self.0.path().join("settings.toml")).unwrap()
        }
    }

    #[test]
    fn no_file_means_defaults() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(read(&folder.path().join("settings.toml")).unwrap(), ReadSettings::default());
    }

    #[test]
    fn what_was_chosen_comes_back() {
        let profile = Profile::with(b"");
        profile.change(|settings| {
            settings.theme = Theme::Dark;
            settings.one_bad_in = OneBadIn::new(20).unwrap();
            settings.one_missed_in = OneBadIn::new(50);
            settings.learning = LearningChoices { pauses: false, when_idle: true, grades_when_idle: true };
            settings.instructions = vec!["Say \"please\" 👋".to_owned(), "C:\\temp".to_owned()];
        });
        let found = profile.read();
        assert_eq!(found.settings.theme, Theme::Dark);
        assert_eq!(found.settings.one_bad_in.get(), 20);
        assert_eq!(found.settings.one_missed_in.map(OneBadIn::get), Some(50));
        assert_eq!(
            found.settings.learning,
            LearningChoices { pauses: false, when_idle: true, grades_when_idle: true }
        );
        assert_eq!(found.settings.instructions, ["Say \"please\" 👋", "C:\\temp"]);
        assert_eq!(found.notices, Vec::<String>::new());
    }

    #[test]
    fn keys_of_other_versions_stay() {
        let profile = Profile::with(b"risk = 0.05\ntheme = \"light\"\n[server]\naddress = \"none\"\n");
        profile.change(|settings| settings.theme = Theme::Dark);
        let content = profile.content();
        assert!(content.contains("risk = 0.05") && content.contains("address = \"none\""), "{content}");
        let found = profile.read();
        assert_eq!(found.settings.theme, Theme::Dark);
        assert!(
            found.notices.len() == 2 && found.notices[0].contains("no setting risk"),
            "{:?}",
            found.notices
        );
    }

    #[test]
    fn a_value_that_makes_no_sense_is_reported_and_left_alone() {
        let profile = Profile::with(
            b"theme = \"purple\"\none_bad_in = 1\none_missed_in = 0\ninstructions = [\"One\", 2]\n[learning]\npauses = 3\n",
        );
        let found = profile.read();
        assert_eq!(found.settings, Settings::default());
        assert_eq!(found.notices.len(), 5);
        assert!(found.notices[0].contains("purple"), "{:?}", found.notices);
        profile.change(|_| ());
        assert!(profile.content().contains("purple"));
    }

    #[test]
    fn a_broken_file_is_kept_aside() {
        for broken in [&b"theme = = dark\nmy = \"text\"\n"[..], b"\xFF\xFE\0"] {
            let profile = Profile::with(broken);
            let found = profile.read();
            assert_eq!(found.settings, Settings::default());
            assert!(found.notices[0].contains("settings.damaged-1.toml"), "{:?}", found.notices);
            let kept = std::fs::read(profile.0.path().join("settings.damaged-1.toml")).unwrap();
            assert_eq!(kept, broken);
            // Choosing something afterwards starts a fresh file and leaves the old one.
            profile.change(|settings| settings.theme = Theme::Light);
            assert_eq!(profile.read().settings.theme, Theme::Light);
            assert_eq!(std::fs::read(profile.0.path().join("settings.damaged-1.toml")).unwrap(), broken);
        }
    }
}
