//! Files of the person's: read whole up to a limit, written whole or not at all.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use crate::AppError;

/// Who may read a new file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// Its owner alone: everything in the profile.
    Private,
    /// Whoever the folder's settings let: documents that the person saves.
    AsUsual,
}

/// The whole file; more than `limit` bytes are [`AppError::NotText`].
pub(crate) fn read(path: &Path, limit: u64) -> Result<Vec<u8>, AppError> {
    let failed = |source| AppError::Read { path: path.to_owned(), source };
    let file = File::open(path).map_err(failed)?;
    let mut bytes = Vec::new();
    // One byte more than allowed tells a file that is too long from one that just fits, however it grows meanwhile.
    file.take(limit + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > limit {
        let problem = format!("it is larger than {} MB", limit >> 20);
        return Err(AppError::NotText { what: path.display().to_string(), problem });
    }
    Ok(bytes)
}

/// The whole file, or `None` if there is none.
pub(crate) fn read_if_there(path: &Path, limit: u64) -> Result<Option<Vec<u8>>, AppError> {
    match read(path, limit) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(AppError::Read { source, .. }) if source.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Removes a file that need not be there.
pub(crate) fn remove_if_there(path: &Path) -> Result<(), AppError> {
    match std::fs::remove_file(path) {
        Err(source) if source.kind() != io::ErrorKind::NotFound => {
            Err(AppError::Write { path: path.to_owned(), source })
        }
        _ => Ok(()),
    }
}

/// Replaces the file's content at one stroke: a crash leaves the old content or the new one, never half of it.
/// A link is followed, and an existing file keeps its permissions.
pub(crate) fn write(path: &Path, bytes: &[u8], access: Access) -> Result<(), AppError> {
    let failed = |source| AppError::Write { path: path.to_owned(), source };
    let mut beside = Beside::create(path, access).map_err(failed)?;
    beside.file().write_all(bytes).map_err(failed)?;
    beside.put_in_place().map_err(failed)
}

/// A file that is written beside its place and takes it at one stroke. Dropped before that, it disappears.
pub(crate) struct Beside {
    file: File,
    path: PathBuf,
    target: PathBuf,
    in_place: bool,
}

impl Beside {
    pub(crate) fn create(path: &Path, access: Access) -> io::Result<Self> {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        // Putting a file in their place would take a pipe or a device away from everybody.
        if path.metadata().is_ok_and(|found| !found.is_file()) {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is no regular file"));
        }
        let target = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let name = target.file_name().ok_or(io::ErrorKind::InvalidInput)?.to_string_lossy().into_owned();
        let unique = NUMBER.fetch_add(1, Ordering::Relaxed);
        let path = target.with_file_name(format!(".{name}.{}-{unique}.tmp", std::process::id()));
        let mut create = OpenOptions::new();
        create.write(true).create_new(true);
        #[cfg(unix)]
        if access == Access::Private {
            std::os::unix::fs::OpenOptionsExt::mode(&mut create, 0o600);
        }
        #[cfg(not(unix))]
        let _ = access;
        let file = create.open(&path)?;
        Ok(Self { file, path, target, in_place: false })
    }

    /// What is written here appears only with [`Beside::put_in_place`].
    pub(crate) fn file(&mut self) -> &mut File {
        &mut self.file
    }

    /// Everything is on the disk when this returns.
    pub(crate) fn put_in_place(mut self) -> io::Result<()> {
        if let Ok(old) = std::fs::metadata(&self.target) {
            self.file.set_permissions(old.permissions())?;
        }
        self.file.sync_all()?;
        std::fs::rename(&self.path, &self.target)?;
        self.in_place = true;
        // The name is on the disk when its folder is. Not every file system can sync a folder.
        #[cfg(unix)]
        if let Some(folder) = self.target.parent() {
            let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
            let _ = File::open(folder).and_then(|folder| folder.sync_all());
        }
        Ok(())
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        if !self.in_place {
            // Ours and of no use; whether it goes away is not what went wrong.
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

/// Keeps other windows and programs out while a small file is read, changed and written back; until it is dropped.
pub(crate) struct Turn(#[allow(dead_code, reason = "holds the lock")] File);

/// Waits for our turn to change a file in the profile.
pub(crate) fn turn(home: &Path) -> Result<Turn, AppError> {
    let path = home.join("lock");
    let failed = |source| AppError::Write { path: path.clone(), source };
    let mut open = OpenOptions::new();
    open.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut open, 0o600);
    let file = open.open(&path).map_err(failed)?;
    file.lock().map_err(failed)?;
    Ok(Turn(file))
}

/// Moves a file that cannot be understood out of the way, under a name that is free; the new name.
pub(crate) fn set_aside(path: &Path) -> Result<PathBuf, AppError> {
    let failed = |source| AppError::Write { path: path.to_owned(), source };
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let extension = path.extension().unwrap_or_default().to_string_lossy();
    let free = (1..).map(|n| path.with_file_name(format!("{stem}.damaged-{n}.{extension}")));
    for aside in free.take(1000) {
        if !aside.exists() {
            std::fs::rename(path, &aside).map_err(failed)?;
            return Ok(aside);
        }
    }
    Err(failed(io::ErrorKind::AlreadyExists.into()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<_> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_write_that_fails_leaves_the_old_content_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("note.txt");
        write(&path, b"old", Access::AsUsual).unwrap();
        let mut beside = Beside::create(&path, Access::AsUsual).unwrap();
        beside.file().write_all(b"half of the ne").unwrap();
        drop(beside);
        assert_eq!(std::fs::read(&path).unwrap(), b"old");
        assert_eq!(names(folder.path()), ["note.txt"]);
        write(&path, b"new", Access::AsUsual).unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"new");
        assert_eq!(names(folder.path()), ["note.txt"]);
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed_and_permissions_kept() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let (real, link) = (folder.path().join("real.txt"), folder.path().join("link.txt"));
        std::fs::write(&real, "old").unwrap();
        std::fs::set_permissions(&real, std::fs::Permissions::from_mode(0o640)).unwrap();
        std::os::unix::fs::symlink(&real, &link).unwrap();
        write(&link, b"new", Access::Private).unwrap();
        assert_eq!(std::fs::read(&real).unwrap(), b"new");
        assert!(link.is_symlink());
        assert_eq!(std::fs::metadata(&real).unwrap().permissions().mode() & 0o777, 0o640);
        let private = folder.path().join("private.txt");
        write(&private, b"mine", Access::Private).unwrap();
        assert_eq!(std::fs::metadata(&private).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn the_limit_is_exact() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("note.txt");
        std::fs::write(&path, "12345").unwrap();
        assert_eq!(read(&path, 5).unwrap(), b"12345");
        assert!(matches!(read(&path, 4), Err(AppError::NotText { .. })));
        assert_eq!(read_if_there(&folder.path().join("none"), 5).unwrap(), None);
    }

    #[test]
    fn each_damaged_file_gets_its_own_name() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("settings.toml");
        for _ in 0..2 {
            std::fs::write(&path, "?").unwrap();
            set_aside(&path).unwrap();
        }
        assert_eq!(names(folder.path()), ["settings.damaged-1.toml", "settings.damaged-2.toml"]);
    }
}
