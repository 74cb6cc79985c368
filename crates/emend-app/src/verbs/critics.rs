//! Judges that a person downloaded: a folder on disk is taken in, and judges in the place of a head of the critic that comes
//! with the program, or beside it.
//!
//! Nothing is fetched. What confidence was fitted beside other judges does not hold any more: such a calibration is left
//! unused, as beside another critic (`calibrations.rs`), until `emend calibrate` fits a new one or the judge is removed.

use std::path::Path;

use emend_models::manifest::{self, Judges, Manifest};
use emend_models::{ModelError, downloaded};

use crate::AppError;
use crate::app::App;
use crate::model_files::CRITIC_MODEL;

/// Who judges one thing.
#[derive(Debug)]
pub struct JudgeInfo {
    /// What is judged.
    pub judges: Judges,
    /// Who was downloaded for it, if anybody, or why that one cannot be used.
    pub downloaded: Option<Result<Manifest, ModelError>>,
    /// The name of the critic that came with the program, where that judges it.
    pub shipped: Option<String>,
}

impl App {
    /// Takes a Hugging Face folder in as what `judges`; see [`emend_models::downloaded::install`]. Refused when there is one
    /// already.
    pub async fn add_critic(
        &self,
        from: &Path,
        judges: Judges,
        label: Option<String>,
    ) -> Result<Manifest, AppError> {
        let (from, critics) = (from.to_owned(), self.paths.critics());
        if !from.is_dir() {
            let source = std::io::Error::new(std::io::ErrorKind::NotADirectory, "there is no such folder");
            return Err(AppError::Read { path: from, source });
        }
        if critics.join(format!("{}.toml", judges.name())).exists() {
            return Err(AppError::CriticThere { judges: judges.name() });
        }
        tokio::task::spawn_blocking(move || {
            downloaded::install(&from, &critics, judges, label.as_deref())
                .map_err(|error| AppError::Critic(Box::new(error)))
        })
        .await
        .map_err(|_| AppError::Thread { thread: "check of the critic's files" })?
    }

    /// Who judges what.
    pub fn judges(&self) -> Result<Vec<JudgeInfo>, AppError> {
        let shipped = manifest::find(&self.model_folders, CRITIC_MODEL)?.map(|found| found.name);
        let critics = [self.paths.critics()];
        let of = |judges: Judges| JudgeInfo {
            judges,
            downloaded: manifest::find(&critics, judges.name()).transpose(),
            shipped: shipped.clone().filter(|_| judges != Judges::Entailment),
        };
        Ok(Judges::ALL.map(of).into())
    }

    /// Deletes the downloaded judge; whether there was one.
    pub fn remove_critic(&self, judges: Judges) -> Result<bool, AppError> {
        downloaded::uninstall(&self.paths.critics(), judges)
            .map_err(|error| AppError::Critic(Box::new(error)))
    }
}
