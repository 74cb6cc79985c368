//! Adapters: what was learned, kept apart from the model, put on and taken off while it stays loaded.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use emend_models::ModelError;
use emend_models::adapter::{Card, FILES};

use crate::adapters::{self, AdapterFit, Choice, Live, existing, folder};
use crate::app::App;
use crate::files::{self, Access};
use crate::{AppError, calibrations};

/// Largest file of an adapter, in bytes: one of rank 256 on the largest T5 is smaller.
const LARGEST: u64 = 4 << 30;

/// An adapter in the profile.
#[derive(Debug, Clone, PartialEq)]
pub struct AdapterInfo {
    /// Its name.
    pub id: String,
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
        let all = self.paths.adapters();
        let failed = |source| AppError::Read { path: all.clone(), source };
        let entries = match fs::read_dir(&all) {
            Ok(entries) => entries,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
                return Ok((Vec::new(), self.adapter_choice()?));
            }
            Err(source) => return Err(failed(source)),
        };
        let mut found = Vec::new();
        for entry in entries {
            let name = entry.map_err(failed)?.file_name();
            let Some(id) = name.to_str() else { continue };
            // Whatever else lies there, such as what a killed program had not finished, is no adapter.
            if let Ok(folder) = existing(&all, id) {
                found.push(info(id, &folder));
            }
        }
        found.sort_by(|a, b| a.id.cmp(&b.id));
        Ok((found, self.adapter_choice()?))
    }

    /// Which adapters are in use.
    pub fn adapter_choice(&self) -> Result<Choice, AppError> {
        Ok(adapters::read(&self.paths.adapters())?.now)
    }

    /// One adapter, and what it is to the model. Loads the model if it is not.
    pub async fn adapter(&self, id: &str) -> Result<(AdapterInfo, AdapterFit), AppError> {
        let folder = existing(&self.paths.adapters(), id)?;
        let fit = self.model.fit(folder.clone()).await?;
        Ok((info(id, &folder), fit))
    }

    /// Lets an adapter answer an intent (its id, or `own`), or every intent. It is tried on the model first.
    pub async fn use_adapter(&self, id: &str, intent: Option<&str>) -> Result<Changed<AdapterFit>, AppError> {
        known(intent)?;
        let all = self.paths.adapters();
        let fit = self.model.fit(existing(&all, id)?).await?;
        self.change_adapters(|live| {
            // Somebody may have deleted it meanwhile.
            existing(&all, id)?;
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
        existing(&self.paths.adapters(), id)?;
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
        let all = self.paths.adapters();
        self.model.fit(existing(&all, id)?).await?;
        self.change_adapters(|live| {
            existing(&all, id)?;
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
        let done = adapters::change(self.paths.home(), &self.paths.adapters(), change)?;
        Ok(Changed { done, unlogged })
    }

    /// Takes in a PEFT folder as the adapter `id`, if it fits the model. It is not used yet.
    pub async fn import_adapter(&self, from: &Path, id: &str) -> Result<AdapterFit, AppError> {
        let to = folder(&self.paths.adapters(), id)?;
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
        copy(&existing(&self.paths.adapters(), id)?, to, Access::AsUsual)
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
        let all = self.paths.adapters();
        let folder = existing(&all, id)?;
        adapters::change(self.paths.home(), &all, |live| {
            if live.now.uses(id) {
                return Err(AppError::AdapterInUse { id: id.to_owned() });
            }
            live.forget(id);
            // Renamed first: whoever is killed meanwhile leaves no half of it under its name.
            let gone = all.join(format!(".{id}.{}.tmp", std::process::id()));
            let failed = |source| AppError::Write { path: folder.clone(), source };
            fs::rename(&folder, &gone).and_then(|()| fs::remove_dir_all(&gone)).map_err(failed)
        })?;
        calibrations::forget_adapter(&self.paths.calibrations(), id)
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
                    expected: "one for all of them, since what is fitted holds for one".into(),
                    found: chosen.iter().map(|id| id.unwrap_or("none")).collect::<Vec<_>>().join(", "),
                });
            }
        };
        if let Some(id) = id {
            self.model.fit(existing(&self.paths.adapters(), id)?).await?;
        }
        Ok(id.map(str::to_owned))
    }
}

fn info(id: &str, folder: &Path) -> AdapterInfo {
    let (card, problem) = match Card::read(folder) {
        Ok(card) => (card, None),
        Err(error) => (None, Some(error.to_string())),
    };
    let size = |name: &&str| fs::metadata(folder.join(name)).map_or(0, |found| found.len());
    AdapterInfo { id: id.to_owned(), card, size_bytes: FILES.iter().map(size).sum(), problem }
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
