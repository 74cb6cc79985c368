//! Which model answers: the one named, the person's own, or the one that came with the program.

use std::path::{Path, PathBuf};

use emend_models::ModelError;
use emend_models::manifest::Judges;

use crate::AppError;

/// The model that is used when nobody names another.
pub const DEFAULT_MODEL: &str = "starter";

/// The model that judges texts.
pub(crate) const CRITIC_MODEL: &str = "critic";

/// Folders that may hold `<id>.toml` and `<id>/`, most personal first.
///
/// After the profile's own: `resources` if given (the window's bundle), else `EMEND_MODELS`; the places an
/// installed program looks in; and, in a build made from the sources, their `models/`. [`AppError::Invalid`] when
/// `EMEND_MODELS` names no folder: whoever set it would not like to be answered by another model.
pub(crate) fn folders(profile: &Path, resources: Option<&Path>) -> Result<Vec<PathBuf>, AppError> {
    collect(profile, resources, std::env::var_os("EMEND_MODELS").map(PathBuf::from))
}

fn collect(
    profile: &Path,
    resources: Option<&Path>,
    named: Option<PathBuf>,
) -> Result<Vec<PathBuf>, AppError> {
    let mut folders = vec![profile.to_path_buf()];
    if let Some(resources) = resources {
        folders.push(resources.join("models"));
    }
    if let Some(named) = named.filter(|named| !named.as_os_str().is_empty()) {
        if !named.is_dir() {
            return Err(AppError::Invalid {
                what: "EMEND_MODELS",
                expected: "a folder with models".into(),
                found: named.display().to_string(),
            });
        }
        folders.push(named);
    }
    if let Some(program) = std::env::current_exe().ok().as_deref().and_then(Path::parent) {
        folders.push(program.join("models"));
        folders.push(program.join("../share/emend/models"));
        folders.push(program.join("../lib/Emend/models"));
    }
    folders.push(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models"));
    folders.retain(|folder| folder.is_dir());
    Ok(folders)
}

/// The manifest files of those that judge together: the critic in one of `folders`, and the judges that the person
/// downloaded. None without the critic, which the others stand beside.
pub(crate) fn judges(folders: &[PathBuf], downloaded: &Path) -> Vec<PathBuf> {
    let critic = folders.iter().map(|folder| folder.join(format!("{CRITIC_MODEL}.toml")));
    let Some(critic) = critic.into_iter().find(|path| path.is_file()) else { return Vec::new() };
    let others = Judges::ALL.iter().map(|judges| downloaded.join(format!("{}.toml", judges.name())));
    std::iter::once(critic).chain(others.filter(|path| path.is_file())).collect()
}

/// The folder, file or manifest behind a name or path. Names go first: what lies in the current folder by chance must
/// not take the place of the model that was meant.
pub(crate) fn locate(name: &str, folders: &[PathBuf]) -> Result<PathBuf, AppError> {
    let manifest =
        folders.iter().map(|folder| folder.join(format!("{name}.toml"))).find(|path| path.is_file());
    if let Some(manifest) = manifest {
        return Ok(manifest);
    }
    let path = Path::new(name);
    if path.components().count() < 2 && path.extension().is_none() {
        return Err(AppError::NoModel { id: name.into(), looked: folders.to_vec() });
    }
    match path.metadata() {
        Ok(_) => Ok(path.to_owned()),
        Err(source) => Err(ModelError::Read { path: path.to_owned(), source }.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_profile_comes_first_and_missing_folders_are_left_out() {
        let profile = tempfile::tempdir().unwrap();
        let of = |named: &Path| {
            collect(profile.path(), Some(Path::new("no/such/resources")), Some(named.to_owned()))
        };
        let found = of(Path::new("")).unwrap();
        assert_eq!(found[0], profile.path());
        assert!(found.iter().all(|folder| folder.is_dir()), "{found:?}");
        let named = tempfile::tempdir().unwrap();
        assert_eq!(of(named.path()).unwrap()[1], named.path());
        let error = of(&named.path().join("nothing")).unwrap_err().to_string();
        assert!(error.contains("EMEND_MODELS") && error.contains("nothing"), "{error}");
    }
}
