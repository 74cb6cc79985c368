//! The application's state: a profile, its database, and the threads that work for it.

use std::path::PathBuf;

use emend_store::Store;

use crate::AppError;
use crate::calibrations::CalibrationFolders;
use crate::critics::CriticsThread;
use crate::model_files;
use crate::paths::Paths;
use crate::rules::Rules;
use crate::worker::Worker;

/// How to open the application.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The profile folder; else `EMEND_HOME`; else the system's place for application data.
    pub home: Option<PathBuf>,
    /// A model's name, folder or file; else `EMEND_MODEL`; else the starter.
    pub model: Option<String>,
    /// The folder of the program's own files, where `models/` may lie.
    pub resources: Option<PathBuf>,
}

/// A person's profile, open. Cheap to clone; all clones share one database and one model.
#[derive(Debug, Clone)]
pub struct App {
    pub(crate) paths: Paths,
    pub(crate) store: Store,
    pub(crate) model_folders: Vec<PathBuf>,
    /// The model that was asked for, if any was.
    pub(crate) named_model: Option<String>,
    pub(crate) model: Worker,
    pub(crate) rules: Rules,
    pub(crate) critics: CriticsThread,
    pub(crate) calibrations: CalibrationFolders,
}

impl App {
    /// Opens the profile. The model and the rules are loaded when they are first needed, or by
    /// [`App::warm_up`].
    pub async fn open(options: Options) -> Result<Self, AppError> {
        let paths = Paths::open(options.home)?;
        let store = Store::open(paths.database()).await?;
        let model_folders = model_files::folders(&paths.models(), options.resources.as_deref())?;
        let named =
            options.model.or_else(|| std::env::var("EMEND_MODEL").ok().filter(|name| !name.is_empty()));
        let calibrations = CalibrationFolders {
            own: paths.calibrations(),
            models: model_folders.clone(),
            critics: paths.critics(),
        };
        let rules = Rules::new();
        let critics = CriticsThread::new(model_folders.clone(), paths.critics(), rules.clone());
        let model = Worker::new(
            named.clone(),
            model_folders.clone(),
            calibrations.clone(),
            paths.adapters(),
            (critics.clone(), rules.clone()),
        );
        Ok(Self { paths, store, model_folders, named_model: named, model, rules, critics, calibrations })
    }

    /// The profile folder.
    pub fn home(&self) -> &std::path::Path {
        self.paths.home()
    }
}

/// Now, in the store's unit.
pub(crate) fn now() -> emend_store::UnixMillis {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}
