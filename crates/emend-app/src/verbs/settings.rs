//! Settings: what a person chose, and choosing.

use crate::AppError;
use crate::app::App;
use crate::learning::choices::LearningChoices;
use crate::settings::{self, OneBadIn, ReadSettings, Theme};

impl App {
    /// The settings as the file has them now, with what the person should know about the file.
    pub fn settings(&self) -> Result<ReadSettings, AppError> {
        settings::read(&self.paths.settings())
    }

    /// Chooses how the window looks.
    pub fn set_theme(&self, theme: Theme) -> Result<(), AppError> {
        self.change_settings(|settings| settings.theme = theme)
    }

    /// Chooses the risk of the cascade.
    pub fn set_one_bad_in(&self, number: OneBadIn) -> Result<(), AppError> {
        self.change_settings(|settings| settings.one_bad_in = number)
    }

    /// Chooses when the program may learn.
    pub fn set_learning(&self, choices: LearningChoices) -> Result<(), AppError> {
        self.change_settings(|settings| settings.learning = choices)
    }

    pub(crate) fn change_settings(
        &self,
        change: impl FnOnce(&mut settings::Settings),
    ) -> Result<(), AppError> {
        settings::change(self.paths.home(), &self.paths.settings(), change).map(drop)
    }
}
