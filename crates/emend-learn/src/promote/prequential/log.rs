//! The file: what is in it, and adding to it.

use std::fs::OpenOptions;
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::Entry;

/// Why the log cannot be used. A damaged line is no reason.
#[derive(Debug, Error)]
#[error("{path}: {source}", path = .path.display())]
pub struct LogError {
    /// The file.
    pub path: PathBuf,
    /// What the system says.
    pub source: io::Error,
}

/// What a log says.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Log {
    /// All that can be read, in order.
    pub entries: Vec<Entry>,
    /// Lines that cannot. They stay in the file.
    pub damaged: usize,
}

/// Adds entries behind; they are on the disk when this returns. The rest of a line that a killed program had begun is
/// removed first: nobody was told that it was kept.
pub fn append(path: &Path, entries: &[Entry]) -> Result<(), LogError> {
    let failed = |source| LogError { path: path.to_owned(), source };
    let kept = bytes(path)?;
    let whole = whole_lines(&kept);
    let mut lines = Vec::new();
    if whole.strip_suffix(b"\n").is_some_and(last_is_damaged) {
        // Apart, so that nobody takes what follows for its other half.
        lines.push(b'\n');
    }
    for entry in entries {
        serde_json::to_writer(&mut lines, entry).map_err(|error| failed(error.into()))?;
        lines.push(b'\n');
    }
    let mut file = OpenOptions::new().create(true).truncate(false).write(true).open(path).map_err(failed)?;
    file.set_len(whole.len() as u64).map_err(failed)?;
    file.seek(SeekFrom::End(0)).map_err(failed)?;
    file.write_all(&lines).map_err(failed)?;
    file.sync_all().map_err(failed)
}

/// All that can be read, nothing when there is no log yet.
///
/// What is in use and the model alone are asked about a decision together, and the model alone says the last word. When its
/// line stands right behind a damaged one, which may have been the other half, it is left out: the decision counts as one that
/// nobody was asked about.
pub fn read(path: &Path) -> Result<Log, LogError> {
    let mut log = Log::default();
    let mut behind_damage = false;
    for line in whole_lines(&bytes(path)?).split(|byte| *byte == b'\n') {
        let half = std::mem::take(&mut behind_damage);
        match entry(line) {
            _ if line.is_empty() => {}
            None => {
                log.damaged += 1;
                behind_damage = true;
            }
            Some(Entry::Decision { adapter: None, .. }) if half => {}
            Some(entry) => log.entries.push(entry),
        }
    }
    Ok(log)
}

fn bytes(path: &Path) -> Result<Vec<u8>, LogError> {
    match std::fs::read(path) {
        Err(source) if source.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        read => read.map_err(|source| LogError { path: path.to_owned(), source }),
    }
}

fn whole_lines(bytes: &[u8]) -> &[u8] {
    let end = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |newline| newline + 1);
    &bytes[..end]
}

fn last_is_damaged(lines: &[u8]) -> bool {
    let last = lines.rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
    !last.is_empty() && entry(last).is_none()
}

/// What a line says; nothing when it is damaged.
fn entry(line: &[u8]) -> Option<Entry> {
    let entry = serde_json::from_slice(line).ok()?;
    let share = match entry {
        Entry::Decision { probability, .. } => probability,
        Entry::Anchor { score, .. } => score,
        Entry::InUse { .. } => return Some(entry),
    };
    (0.0..=1.0).contains(&share).then_some(entry)
}

#[cfg(test)]
mod tests {
    use super::super::Measured;
    use super::*;

    fn decision(adapter: Option<&str>, decision: i64) -> Entry {
        Entry::Decision { time: decision, adapter: adapter.map(str::to_owned), decision, probability: 0.75 }
    }

    fn anchor() -> Entry {
        let (measure, set) = (Measured::Meaning, "a".to_owned());
        Entry::Anchor { time: 0, adapter: None, measure, score: 0.5, texts: 40, set }
    }

    fn in_use() -> Entry {
        let intents = [("fix".to_owned(), None)].into();
        Entry::InUse { time: 0, until: 1, all: Some("mine".into()), intents }
    }

    fn log(folder: &tempfile::TempDir) -> PathBuf {
        folder.path().join("log.jsonl")
    }

    #[test]
    fn what_was_kept_is_read_and_what_was_torn_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = log(&folder);
        assert_eq!(read(&path).unwrap(), Log::default());
        let mut all = vec![decision(Some("mine"), 1), anchor(), in_use()];
        append(&path, &all).unwrap();
        let whole = std::fs::read(&path).unwrap();
        std::fs::write(&path, [&whole[..], b"{\"type\":\"decis"].concat()).unwrap();
        assert_eq!(read(&path).unwrap().entries.len(), 3);
        append(&path, &[decision(None, 2)]).unwrap();
        all.push(decision(None, 2));
        assert_eq!(read(&path).unwrap(), Log { entries: all, damaged: 0 });
        assert!(std::fs::read(&path).unwrap().starts_with(&whole), "what was written stays");
    }

    #[test]
    fn damaged_lines_are_counted_left_out_and_left_in_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = log(&folder);
        append(&path, &[decision(None, 1), decision(None, 2)]).unwrap();
        let line = |entry: &Entry| serde_json::to_vec(entry).unwrap();
        let unlikely = br#"{"type":"decision","time":1,"adapter":null,"decision":3,"probability":7}"#;
        let damaged: [&[u8]; 3] = [b"what?", b"\xff\x00", unlikely];
        let before = std::fs::read(&path).unwrap();
        let lines = damaged.join(&b'\n');
        let after = [&before[..], &lines, b"\n", &line(&decision(Some("mine"), 4)), b"\n"].concat();
        std::fs::write(&path, &after).unwrap();
        let entries = vec![decision(None, 1), decision(None, 2), decision(Some("mine"), 4)];
        assert_eq!(read(&path).unwrap(), Log { entries, damaged: 3 });
        append(&path, &[decision(None, 4)]).unwrap();
        assert!(std::fs::read(&path).unwrap().starts_with(&after));
    }

    #[test]
    fn the_other_half_of_a_damaged_line_counts_no_more() {
        let folder = tempfile::tempdir().unwrap();
        let path = log(&folder);
        let pairs = [1, 2].map(|id| [decision(Some("mine"), id), decision(None, id)]).concat();
        append(&path, &pairs).unwrap();
        let kept = std::fs::read_to_string(&path).unwrap();
        let lines: Vec<&str> = kept.lines().collect();
        std::fs::write(&path, ["?", lines[1], lines[2], lines[3], ""].join("\n")).unwrap();
        assert_eq!(read(&path).unwrap().entries, pairs[2..]);
        // What is asked anew has no half in the damaged line.
        std::fs::write(&path, "?\n").unwrap();
        append(&path, &[decision(None, 1)]).unwrap();
        assert_eq!(read(&path).unwrap(), Log { entries: vec![decision(None, 1)], damaged: 1 });
    }
}
