//! Files and their names: size limits, paths that must not leave their folder, hashes, whole-or-nothing writes.

use std::fs::{self, File};
use std::io::{BufWriter, Read as _, Write};
use std::path::{Component, Path, PathBuf};

use sha2::{Digest as _, Sha256};

use crate::error::ModelError;

/// Reads a UTF-8 file of at most `limit` bytes.
pub(crate) fn read_text(path: &Path, limit: u64) -> Result<String, ModelError> {
    let failed = |source| ModelError::Read { path: path.to_owned(), source };
    let metadata = fs::metadata(path).map_err(failed)?;
    if !metadata.is_file() {
        return Err(failed(std::io::Error::other("not a regular file")));
    }
    if metadata.len() > limit {
        return Err(ModelError::TooLarge { path: path.to_owned(), limit, found: metadata.len() });
    }
    let mut text = String::new();
    // The limit again: the file may have grown since.
    File::open(path).map_err(failed)?.take(limit).read_to_string(&mut text).map_err(failed)?;
    Ok(text)
}

/// `folder`/`relative`, where `relative` was written in the file `named_in` and must stay inside `folder`.
pub(crate) fn inside(named_in: &Path, folder: &Path, relative: &str) -> Result<PathBuf, ModelError> {
    let plain = Path::new(relative).components().all(|part| matches!(part, Component::Normal(_)));
    // Backslashes and colons mean something on other systems; a manifest is read on all of them.
    if relative.is_empty() || !plain || relative.contains(['\\', ':', '\0']) {
        return Err(ModelError::Outside { path: named_in.to_owned(), found: relative.to_owned() });
    }
    Ok(folder.join(relative))
}

/// Hexadecimal SHA-256 of a file.
pub(crate) fn sha256(path: &Path) -> Result<String, ModelError> {
    let failed = |source| ModelError::Read { path: path.to_owned(), source };
    let mut file = File::open(path).map_err(failed)?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        match file.read(&mut buffer).map_err(failed)? {
            0 => return Ok(hex(&hash.finalize())),
            read => hash.update(buffer.get(..read).unwrap_or_default()),
        }
    }
}

/// Bytes as lower-case hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    let digit = |half: u8| char::from_digit(u32::from(half), 16).unwrap_or_default();
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// Writes a file through `write` so that `path` holds either all of it or what it held before.
///
/// The bytes go to a file beside it, reach the disk, and then take its name.
pub(crate) fn write_whole(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> Result<(), ModelError>,
) -> Result<(), ModelError> {
    let failed = |source| ModelError::Write { path: path.to_owned(), source };
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let partial = path.with_file_name(format!(".{name}.{}.part", std::process::id()));
    let written = File::create(&partial).map_err(failed).and_then(|file| {
        let mut buffered = BufWriter::with_capacity(1 << 20, file);
        write(&mut buffered)?;
        let file = buffered.into_inner().map_err(|e| failed(e.into_error()))?;
        file.sync_all().map_err(failed)?;
        drop(file);
        fs::rename(&partial, path).map_err(failed)
    });
    if written.is_err() {
        // Nothing more can be done when this fails as well; the first error is the one to tell.
        let _ = fs::remove_file(&partial);
    }
    written
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn only_plain_relative_paths_stay_inside() {
        let folder = Path::new("models");
        let join = |relative| inside(Path::new("x.toml"), folder, relative);
        assert_eq!(join("a/model.gguf").unwrap(), folder.join("a/model.gguf"));
        for outside in ["", ".", "..", "../a", "a/../../b", "/a", "a\\b", "C:a", "a\0b"] {
            assert!(matches!(join(outside), Err(ModelError::Outside { found, .. }) if found == outside));
        }
    }

    #[test]
    fn a_failed_write_leaves_the_old_file_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("model");
        let put = |text: &'static str| {
            move |out: &mut dyn Write| {
                out.write_all(text.as_bytes()).map_err(|source| ModelError::Write { path: "".into(), source })
            }
        };
        write_whole(&path, put("old")).unwrap();
        let stopped = write_whole(&path, |out| {
            put("half")(out)?;
            Err(ModelError::Tokenize { reason: "stopped".into() })
        });
        assert!(stopped.is_err());
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
        write_whole(&path, put("new")).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn sha256_of_the_standard_example() {
        // FIPS 180-4, "abc"
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("abc");
        fs::write(&path, "abc").unwrap();
        let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(sha256(&path).unwrap(), expected);
    }

    #[test]
    fn a_large_file_is_not_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("text");
        fs::write(&path, "four").unwrap();
        assert_eq!(read_text(&path, 4).unwrap(), "four");
        assert!(matches!(read_text(&path, 3), Err(ModelError::TooLarge { found: 4, limit: 3, .. })));
    }
}
