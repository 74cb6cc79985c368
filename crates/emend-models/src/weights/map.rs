//! A file as a slice of bytes, read by the system when it is touched.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use memmap2::Mmap;

use crate::error::ModelError;

/// A read-only mapping of a regular file.
#[derive(Debug)]
pub(crate) struct MappedFile {
    path: PathBuf,
    /// None for an empty file, which cannot be mapped.
    map: Option<Mmap>,
}

impl MappedFile {
    /// Maps `path`, which must be a regular file: a pipe would block, a device might never end.
    pub(crate) fn open(path: &Path) -> Result<MappedFile, ModelError> {
        let failed = |source| ModelError::Read { path: path.to_owned(), source };
        let metadata = fs::metadata(path).map_err(failed)?;
        if !metadata.is_file() {
            return Err(failed(std::io::Error::other("not a regular file")));
        }
        let map = if metadata.len() == 0 { None } else { Some(map(path).map_err(failed)?) };
        Ok(MappedFile { path: path.to_owned(), map })
    }

    /// The content. Its first byte is aligned to a page.
    pub(crate) fn bytes(&self) -> &[u8] {
        self.map.as_deref().unwrap_or_default()
    }

    /// Where the file is.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

#[allow(unsafe_code)]
fn map(path: &Path) -> std::io::Result<Mmap> {
    let file = File::open(path)?;
    // SAFETY: the mapping is read-only and private to this process. It is only sound while nobody changes the
    // file in place, for as long as the model lives; like every program that maps weights we rely on that, and our own
    // writers (`write_whole`) always make a new file and rename it. Every number of the header is checked before it is
    // used, and any bytes are weights.
    unsafe { Mmap::map(&file) }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn an_empty_file_is_an_empty_slice_and_a_folder_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let empty = folder.path().join("empty");
        fs::write(&empty, b"").unwrap();
        assert_eq!(MappedFile::open(&empty).unwrap().bytes(), b"");
        for path in [folder.path().to_owned(), folder.path().join("nothing")] {
            assert!(
                matches!(MappedFile::open(&path), Err(ModelError::Read { path: named, .. }) if named == path)
            );
        }
    }
}
