//! Where a person's data lies: one profile folder, and nothing of ours outside it.

use std::path::{Path, PathBuf};

use directories::ProjectDirs;

use crate::AppError;

/// The profile folder and the files in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paths {
    home: PathBuf,
}

impl Paths {
    /// `home` if given, else `EMEND_HOME`, else the system's place for application data.
    ///
    /// The folder is made if it is missing, readable by its owner alone.
    pub fn open(home: Option<PathBuf>) -> Result<Self, AppError> {
        let home = home
            .or_else(|| std::env::var_os("EMEND_HOME").filter(|value| !value.is_empty()).map(PathBuf::from))
            .or_else(|| {
                ProjectDirs::from("app", "emend", "emend").map(|found| found.data_dir().to_path_buf())
            })
            .ok_or(AppError::NoHome)?;
        make_private(&home).map_err(|source| AppError::Profile { path: home.clone(), source })?;
        Ok(Self { home })
    }

    /// The profile folder itself.
    pub fn home(&self) -> &Path {
        &self.home
    }

    /// Documents, requests and decisions.
    pub fn database(&self) -> PathBuf {
        self.home.join("emend.db")
    }

    /// Models that the person added.
    pub fn models(&self) -> PathBuf {
        self.home.join("models")
    }

    /// Judges that the person downloaded, a manifest and a folder each.
    pub fn critics(&self) -> PathBuf {
        self.home.join("critics")
    }

    /// Adapters, a folder each, and which of them is in use.
    pub fn adapters(&self) -> PathBuf {
        self.home.join("adapters")
    }

    /// Calibrations that were fitted to the person's own decisions or texts.
    pub fn calibrations(&self) -> PathBuf {
        self.home.join(crate::calibrations::FOLDER)
    }

    /// Runs of training, a folder each.
    pub fn runs(&self) -> PathBuf {
        self.home.join("runs")
    }

    /// Settings, in TOML.
    pub fn settings(&self) -> PathBuf {
        self.home.join("settings.toml")
    }

    /// The token of the person's server.
    pub fn server_token(&self) -> PathBuf {
        self.home.join("server.token")
    }

    /// The personal dictionary, one word, term or house rule a line.
    pub fn dictionary(&self) -> PathBuf {
        self.home.join("dictionary.txt")
    }

    /// Entries for the dictionary that are not suggested again, one a line.
    pub fn refused_words(&self) -> PathBuf {
        self.home.join("refused-words.txt")
    }
}

#[cfg(unix)]
fn make_private(folder: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    if folder.is_dir() {
        return Ok(());
    }
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

#[cfg(not(unix))]
fn make_private(folder: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_lies_in_the_profile() {
        let folder = tempfile::tempdir().unwrap();
        let paths = Paths::open(Some(folder.path().join("deep").join("home"))).unwrap();
        for path in [
            paths.database(),
            paths.models(),
            paths.critics(),
            paths.adapters(),
            paths.calibrations(),
            paths.runs(),
            paths.settings(),
            paths.server_token(),
            paths.dictionary(),
            paths.refused_words(),
        ] {
            assert!(path.starts_with(paths.home()), "{}", path.display());
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_new_profile_is_private() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let paths = Paths::open(Some(folder.path().join("home"))).unwrap();
        let mode = std::fs::metadata(paths.home()).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{mode:o}");
    }

    #[test]
    fn a_file_in_the_way_is_named() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let error = Paths::open(Some(file.path().join("home"))).unwrap_err();
        assert!(error.to_string().contains("home"), "{error}");
    }
}
