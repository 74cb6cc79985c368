//! The large model: which one is asked when the small one is not sure.

use crate::app::App;
use crate::large::Large;
use crate::large_tier::{self, LargeChoice};
use crate::{AppError, ModelInfo};

/// The large model that is used when nobody chose another, if it is installed.
const DEFAULT_LARGE: &str = "starter-plus";

impl App {
    /// Chooses a model on this machine: a name, a folder with `model.gguf`, or a GGUF file. It is looked at, not loaded.
    pub fn set_large_model(&self, model: &str) -> Result<ModelInfo, AppError> {
        let model = model.trim().to_owned();
        // A path is written down whole: the next program may be started elsewhere.
        let model = match std::path::absolute(&model) {
            Ok(path) if path.exists() => path.to_string_lossy().into_owned(),
            _ => model,
        };
        let opened = large_tier::open(LargeChoice::Model(model.clone()), &self.model_folders)?;
        self.change_settings(|settings| settings.large = Some(Large::Model { model }))?;
        Ok(opened.info)
    }

    /// Nobody is asked any more but the model that came with the program, if one did. A server's token is forgotten.
    pub fn remove_large(&self) -> Result<(), AppError> {
        self.remove_server()
    }

    /// Who would be asked now; `None` when there is nobody.
    pub fn large(&self) -> Result<Option<ModelInfo>, AppError> {
        let choice = self.chosen_large()?;
        choice.map(|choice| Ok(large_tier::open(choice, &self.model_folders)?.info)).transpose()
    }

    pub(crate) fn chosen_large(&self) -> Result<Option<LargeChoice>, AppError> {
        Ok(match self.settings()?.settings.large {
            Some(Large::Server { .. }) => self.chosen_server()?.map(LargeChoice::Server),
            Some(Large::Model { model }) => Some(LargeChoice::Model(model)),
            None => {
                let installed = emend_models::manifest::find(&self.model_folders, DEFAULT_LARGE)?;
                installed.map(|manifest| LargeChoice::Model(manifest.id))
            }
        })
    }
}
