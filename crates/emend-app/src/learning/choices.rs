//! `[learning]` of the settings: when the program may learn.

use toml::{Table, Value};

/// Where it stands in the file.
const TABLE: &str = "learning";

/// When the program may learn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LearningChoices {
    /// `pauses = true`: a run waits on battery and while the person types; default true.
    pub pauses: bool,
    /// `when_idle = true`: a run begins of itself when there is enough that is new, the machine is idle and on mains;
    /// default false.
    pub when_idle: bool,
    /// `grades_when_idle = true`: the large model grades rewrites when the machine is idle and on mains, even if it is a
    /// server; default false.
    pub grades_when_idle: bool,
}

impl Default for LearningChoices {
    fn default() -> Self {
        Self { pauses: true, when_idle: false, grades_when_idle: false }
    }
}

/// What the table says, and a notice for each value that makes no sense.
pub(crate) fn understood(table: &Table) -> (LearningChoices, Vec<String>) {
    let mut choices = LearningChoices::default();
    let mut notices = Vec::new();
    for (key, choice) in [
        ("pauses", &mut choices.pauses),
        ("when_idle", &mut choices.when_idle),
        ("grades_when_idle", &mut choices.grades_when_idle),
    ] {
        match table.get(TABLE).and_then(|own| own.get(key)).map(|value| value.as_bool().ok_or(value)) {
            None => {}
            Some(Ok(value)) => *choice = value,
            Some(Err(value)) => notices.push(format!(
                "the setting {TABLE}.{key} is {value}, expected true or false; {choice} is used"
            )),
        }
    }
    (choices, notices)
}

/// Writes them into the table; what else stands there stays.
pub(crate) fn put(table: &mut Table, choices: LearningChoices) {
    let own = table.entry(TABLE).or_insert_with(|| Value::Table(Table::new()));
    if !own.is_table() {
        *own = Value::Table(Table::new());
    }
    if let Some(own) = own.as_table_mut() {
        own.insert("pauses".into(), choices.pauses.into());
        own.insert("when_idle".into(), choices.when_idle.into());
        own.insert("grades_when_idle".into(), choices.grades_when_idle.into());
    }
}
