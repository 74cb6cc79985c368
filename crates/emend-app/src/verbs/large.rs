//! The large model: which one is asked when the small one is not sure.

use crate::app::App;
use crate::calibrations::Calibrations;
use crate::large::Large;
use crate::large_tier::{self, LargeChoice};
use crate::{AppError, ModelInfo, OneBadIn};

/// The large model that is used when nobody chose another, if it is installed.
const DEFAULT_LARGE: &str = "starter-plus";

/// The cascade as it is set, and what a person needs to choose a risk.
#[derive(Debug, Clone, PartialEq)]
pub struct CascadeInfo {
    /// Who is asked when the small model is not sure.
    pub large: Option<ModelInfo>,
    /// At most one in so many accepted rewrites may be bad.
    pub one_bad_in: OneBadIn,
    /// What each risk costs, from the boldest to the most careful; none when the small model is not calibrated.
    pub risks: Vec<Risk>,
    /// Share of answers about which the large model is asked, and how many of 100 are kept then; none when nobody measured
    /// this large model.
    pub deferral: Vec<(f64, f64)>,
}

/// What a risk costs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Risk {
    /// At most one in so many accepted rewrites may be bad.
    pub one_bad_in: u32,
    /// Share of answers of the small model that are sure enough for it.
    pub accepted: f64,
    /// Share of answers about which the large one is asked: those that are not sure enough and that it is expected to better.
    pub asked: f64,
}

/// The risks that are offered.
const RISKS: [u32; 8] = [2, 3, 5, 8, 10, 20, 50, 100];

impl App {
    /// The cascade as it is set. Loads the small model if it is not.
    pub async fn cascade(&self) -> Result<CascadeInfo, AppError> {
        // The bundled one, which knows all intents; before there is one, the person's own.
        let Calibrations { own, bundled } = self.model.calibrations().await?;
        let calibration = bundled.or(own);
        let large = self.large()?;
        let asked = |tau: f64| match (&calibration, &large) {
            (Some(known), Some(large)) => known.asked(&large.name, tau),
            _ => 0.0,
        };
        let risk = |one_bad_in: u32| {
            let known = &calibration.as_ref()?.first.known;
            let tau = calibration.as_ref()?.threshold(1.0 / f64::from(one_bad_in)).unwrap_or(f64::INFINITY);
            let accepted = known.iter().filter(|row| row.confidence >= tau).count() as f64;
            Some(Risk { one_bad_in, accepted: accepted / known.len().max(1) as f64, asked: asked(tau) })
        };
        let one_bad_in = self.settings()?.settings.one_bad_in;
        // The one that is set is always among them, though it may have been typed on the command line.
        let mut offered: Vec<u32> = RISKS.into_iter().chain([one_bad_in.get()]).collect();
        offered.sort_unstable();
        offered.dedup();
        let risks = offered.into_iter().filter_map(risk).collect();
        let measured = calibration.as_ref().and_then(|known| known.gain.as_ref());
        let measured = measured.filter(|gain| large.as_ref().is_some_and(|large| large.name == gain.large));
        let deferral = measured.map(|gain| gain.curve.clone()).unwrap_or_default();
        Ok(CascadeInfo { large, one_bad_in, risks, deferral })
    }

    /// Chooses a model on this machine: a name, a folder with `model.gguf`, or a GGUF file. It is looked at, not loaded.
    pub fn set_large_model(&self, model: &str) -> Result<ModelInfo, AppError> {
        let model = model.trim().to_owned();
        // A path is written down whole: the next program may be started elsewhere.
        let model = match std::path::absolute(&model) {
            Ok(path) if path.exists() => path.to_string_lossy().into_owned(),
            _ => model,
        };
        let info = large_tier::info(&LargeChoice::Model(model.clone()), &self.model_folders)?;
        self.change_settings(|settings| settings.large = Some(Large::Model { model }))?;
        Ok(info)
    }

    /// Nobody is asked any more, not even a large model that came with the program. A server's token is forgotten.
    pub fn remove_large(&self) -> Result<(), AppError> {
        self.forget_token()?;
        self.change_settings(|settings| settings.large = Some(Large::Nobody))
    }

    /// Who would be asked now; `None` when there is nobody.
    pub fn large(&self) -> Result<Option<ModelInfo>, AppError> {
        let choice = self.chosen_large()?;
        choice.map(|choice| large_tier::info(&choice, &self.model_folders)).transpose()
    }

    pub(crate) fn chosen_large(&self) -> Result<Option<LargeChoice>, AppError> {
        Ok(match self.settings()?.settings.large {
            Some(Large::Server { .. }) => {
                self.chosen_server()?.map(|server| LargeChoice::Server(Box::new(server)))
            }
            Some(Large::Model { model }) => Some(LargeChoice::Model(model)),
            Some(Large::Nobody) => None,
            None => {
                let installed = emend_models::manifest::find(&self.model_folders, DEFAULT_LARGE)?;
                installed.map(|manifest| LargeChoice::Model(manifest.id))
            }
        })
    }
}
