//! Adapters: what was learned, kept apart from the model, put on and taken off while it stays loaded.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use emend_models::ModelError;
use emend_models::adapter::{Card, FILES};

use crate::adapters::{self, AdapterFit, Choice, Live};
use crate::app::App;
use crate::files::{self, Access};
use crate::{AppError, calibrations};

/// Largest file of an adapter, in bytes: one of rank 256 on the largest T5 is smaller.
const LARGEST: u64 = 4 << 30;

/// An adapter in the profile, or one that came with the model.
#[derive(Debug, Clone, PartialEq)]
pub struct AdapterInfo {
    /// Its name.
    pub id: String,
    /// Whether it came with the model: it can be taken off, and not be deleted.
    pub came_along: bool,
    /// What is known of it; `None` when it was made elsewhere.
    pub card: Option<Card>,
    /// Its size on disk, in bytes.
    pub size_bytes: u64,
    /// Why its card cannot be read, if so. Whether it fits the model, [`App::adapter`] says.
    pub problem: Option<String>,
}

/// A change of what is in use, which was made.
#[derive(Debug)]
pub struct Changed<T> {
    /// What came of it.
    pub done: T,
    /// Why the log of what was expected does not know of it, if so: decisions before it will be asked about as if they had
    /// come after it.
    pub unlogged: Option<AppError>,
}

impl App {
    /// All adapters by name, and which of them are in use.
    pub fn adapters(&self) -> Result<(Vec<AdapterInfo>, Choice), AppError> {
        let folders = &self.adapter_folders;
        let failed = |source| AppError::Read { path: folders.own().to_owned(), source };
        let mut ids: BTreeSet<String> = folders.came().map(|(_, id)| id.to_owned()).collect();
        match fs::read_dir(folders.own()) {
            Ok(entries) => {
                for entry in entries {
                    ids.extend(entry.map_err(failed)?.file_name().into_string());
                }
            }
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {}
            Err(source) => return Err(failed(source)),
        }
        // Whatever else lies there, such as what a killed program had not finished, is no adapter.
        let found = ids.iter().filter_map(|id| Some(self.info(id, &folders.existing(id).ok()?)));
        Ok((found.collect(), self.adapter_choice()?))
    }

    /// Which adapters are in use.
    pub fn adapter_choice(&self) -> Result<Choice, AppError> {
        Ok(adapters::read(&self.adapter_folders)?.now)
    }

    /// One adapter, and what it is to the model. Loads the model if it is not.
    pub async fn adapter(&self, id: &str) -> Result<(AdapterInfo, AdapterFit), AppError> {
        let folder = self.adapter_folders.existing(id)?;
        let fit = self.model.fit(folder.clone()).await?;
        Ok((self.info(id, &folder), fit))
    }

    /// Lets an adapter answer an intent (its id, or `own`), or every intent. It is tried on the model first.
    pub async fn use_adapter(&self, id: &str, intent: Option<&str>) -> Result<Changed<AdapterFit>, AppError> {
        known(intent)?;
        let folders = &self.adapter_folders;
        let fit = self.model.fit(folders.existing(id)?).await?;
        self.change_adapters(|live| {
            // Somebody may have deleted it meanwhile.
            folders.existing(id)?;
            live.choose(intent, Some(id));
            Ok(fit)
        })
        .await
    }

    /// Lets the model alone answer an intent, or every intent.
    pub async fn adapters_off(&self, intent: Option<&str>) -> Result<Changed<()>, AppError> {
        known(intent)?;
        self.change_adapters(|live| {
            live.choose(intent, None);
            Ok(())
        })
        .await
    }

    /// Takes an adapter off wherever it answers; what it answered is answered as other intents are.
    pub async fn take_off_adapter(&self, id: &str) -> Result<Changed<()>, AppError> {
        self.adapter_folders.existing(id)?;
        self.change_adapters(|live| {
            live.take_off(id);
            Ok(())
        })
        .await
    }

    /// Lets an adapter that was compared with what answered `intents` answer these and all that have no choice of
    /// their own.
    pub(crate) async fn promote_adapter(
        &self,
        id: &str,
        intents: &BTreeSet<String>,
    ) -> Result<Changed<()>, AppError> {
        let folders = &self.adapter_folders;
        self.model.fit(folders.existing(id)?).await?;
        self.change_adapters(|live| {
            folders.existing(id)?;
            live.promote(id, intents);
            Ok(())
        })
        .await
    }

    /// Goes back to what was in use so many choices ago, at most five; what that was.
    pub async fn roll_back_adapters(&self, steps: usize) -> Result<Changed<Choice>, AppError> {
        self.change_adapters(|live| {
            if !live.go_back(steps) {
                return Err(AppError::NothingBefore { steps, known: live.steps_back() });
            }
            Ok(live.now.clone())
        })
        .await
    }

    /// Changes what is in use.
    ///
    /// Decisions that nobody was asked about yet tested what is in use now. That is noted first, and they are asked about
    /// afterwards: asking now would let the person wait for the model, which taking off does not need at all, and decisions
    /// beyond a bound would be asked of the wrong one. A log that cannot be written stops no change.
    async fn change_adapters<T>(
        &self,
        change: impl FnOnce(&mut Live) -> Result<T, AppError>,
    ) -> Result<Changed<T>, AppError> {
        let unlogged = self.note_in_use().await.err();
        let done = adapters::change(self.paths.home(), &self.adapter_folders, change)?;
        Ok(Changed { done, unlogged })
    }

    /// Takes in a PEFT folder as the adapter `id`, if it fits the model. It is not used yet.
    pub async fn import_adapter(&self, from: &Path, id: &str) -> Result<AdapterFit, AppError> {
        let to = self.adapter_folders.folder(id)?;
        if self.adapter_folders.came_along(id) {
            return Err(AppError::Invalid {
                what: "the adapter's name",
                expected: "another than that of one that comes with the model".into(),
                found: id.to_owned(),
            });
        }
        if !from.is_dir() {
            let source = std::io::Error::new(std::io::ErrorKind::NotADirectory, "there is no such folder");
            return Err(AppError::Read { path: from.to_owned(), source });
        }
        let fit = self.model.fit(from.to_owned()).await?;
        copy(from, &to, Access::Private)?;
        Ok(fit)
    }

    /// Writes an adapter as a new folder, for PEFT or another machine.
    pub fn export_adapter(&self, id: &str, to: &Path) -> Result<(), AppError> {
        copy(&self.adapter_folders.existing(id)?, to, Access::AsUsual)
    }

    /// The same into a folder that is there, under the adapter's name or the first with a number that is free; where it
    /// is now.
    pub fn export_adapter_into(&self, id: &str, folder: &Path) -> Result<PathBuf, AppError> {
        let numbered = (2..).map(|number| folder.join(format!("{id}-{number}")));
        let free = [folder.join(id)].into_iter().chain(numbered).find(|path| !path.exists());
        let to = free.unwrap_or_else(|| folder.join(id));
        self.export_adapter(id, &to)?;
        Ok(to)
    }

    /// Deletes an adapter that is not in use, and how much its answers could be trusted.
    pub fn delete_adapter(&self, id: &str) -> Result<(), AppError> {
        let folders = &self.adapter_folders;
        let folder = folders.existing(id)?;
        if folders.came_along(id) {
            return Err(AppError::Invalid {
                what: "the adapter",
                expected: "one of your own: this one comes with the model and can only be taken off".into(),
                found: id.to_owned(),
            });
        }
        adapters::change(self.paths.home(), folders, |live| {
            if live.now.uses(id) {
                return Err(AppError::AdapterInUse { id: id.to_owned() });
            }
            live.forget(id);
            // Renamed first: whoever is killed meanwhile leaves no half of it under its name.
            let gone = folders.own().join(format!(".{id}.{}.tmp", std::process::id()));
            let failed = |source| AppError::Write { path: folder.clone(), source };
            fs::rename(&folder, &gone).and_then(|()| fs::remove_dir_all(&gone)).map_err(failed)
        })?;
        calibrations::forget_adapter(&self.paths.calibrations(), id)
    }

    fn info(&self, id: &str, folder: &Path) -> AdapterInfo {
        let (card, problem) = match Card::read(folder) {
            Ok(card) => (card, None),
            Err(error) => (None, Some(error.to_string())),
        };
        let size = |name: &&str| fs::metadata(folder.join(name)).map_or(0, |found| found.len());
        let came_along = self.adapter_folders.came_along(id);
        AdapterInfo { id: id.to_owned(), came_along, card, size_bytes: FILES.iter().map(size).sum(), problem }
    }

    /// The adapter that answers all of these intents, tried on the model; an error when they have different ones.
    pub(crate) async fn one_adapter(
        &self,
        intents: impl Iterator<Item = &str>,
    ) -> Result<Option<String>, AppError> {
        let choice = self.adapter_choice()?;
        let mut chosen: Vec<Option<&str>> = intents.map(|intent| choice.of(Some(intent))).collect();
        chosen.sort_unstable();
        chosen.dedup();
        let id = match chosen[..] {
            [] => None,
            [id] => id,
            _ => {
                return Err(AppError::Invalid {
                    what: "the adapters of these intents",
                    expected: "one for all of them, since what is fitted holds for one (`emend adapters off` takes them off)"
                        .into(),
                    found: chosen.iter().map(|id| id.unwrap_or("none")).collect::<Vec<_>>().join(", "),
                });
            }
        };
        if let Some(id) = id {
            self.model.fit(self.adapter_folders.existing(id)?).await?;
        }
        Ok(id.map(str::to_owned))
    }
}

/// Refuses what is no intent.
pub(crate) fn known(intent: Option<&str>) -> Result<(), AppError> {
    match intent {
        Some(id) if id != "own" && emend_text::intent(id).is_none() => Err(AppError::Invalid {
            what: "the intent",
            expected: "one that `emend intents` lists, or `own`".into(),
            found: format!("{id:?}"),
        }),
        _ => Ok(()),
    }
}

/// Copies an adapter's files as a new folder, which appears whole or not at all.
fn copy(from: &Path, to: &Path, access: Access) -> Result<(), AppError> {
    let failed = |source| AppError::Write { path: to.to_owned(), source };
    if to.exists() {
        let source = std::io::Error::new(std::io::ErrorKind::AlreadyExists, "there is one already");
        return Err(failed(source));
    }
    let name = to.file_name().unwrap_or_default().to_string_lossy();
    let partial: PathBuf = to.with_file_name(format!(".{name}.{}.tmp", std::process::id()));
    let copied = fs::create_dir_all(&partial).map_err(failed).and_then(|()| {
        for name in FILES {
            match files::read_if_there(&from.join(name), LARGEST)? {
                Some(bytes) => files::write(&partial.join(name), &bytes, access)?,
                None if name == FILES[2] => {}
                None => {
                    let source = ModelError::Missing { folder: from.to_owned(), expected: name.into() };
                    return Err(source.into());
                }
            }
        }
        fs::rename(&partial, to).map_err(failed)
    });
    if copied.is_err() {
        // Ours and of no use; whether it goes away is not what went wrong.
        let _ = fs::remove_dir_all(&partial);
    }
    copied
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::verbs::tests::open;

    #[tokio::test]
    async fn an_adapter_is_written_beside_what_is_there_and_never_over_it() {
        let (app, folder) = open().await;
        let mine = app.paths.adapters().join("mine");
        fs::create_dir_all(&mine).unwrap();
        for name in FILES {
            fs::write(mine.join(name), name).unwrap();
        }
        let to = folder.path().join("elsewhere");
        fs::create_dir(&to).unwrap();
        assert_eq!(app.export_adapter_into("mine", &to).unwrap(), to.join("mine"));
        fs::write(to.join("mine").join(FILES[0]), "theirs").unwrap();
        assert_eq!(app.export_adapter_into("mine", &to).unwrap(), to.join("mine-2"));
        assert_eq!(fs::read_to_string(to.join("mine").join(FILES[0])).unwrap(), "theirs");
        for name in FILES {
            assert_eq!(fs::read_to_string(to.join("mine-2").join(name)).unwrap(), name);
        }
        assert!(app.export_adapter_into("gone", &to).is_err());
    }
}
