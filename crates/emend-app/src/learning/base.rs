//! The model that learns and is compared: opened anew, so that the one that answers meanwhile is left alone.

use std::collections::BTreeMap;
use std::path::Path;

use emend_learn::examples::Prompt;
use emend_learn::{Learner, Recipe};
use emend_models::adapter::Card;
use emend_models::t5::T5;
use emend_models::{Seq2Seq, adapter};

use serde_json::Value;

use crate::adapters::{Choice, existing};
use crate::app::{App, now};
use crate::model_files::{DEFAULT_MODEL, locate};
use crate::{AppError, adapters};

/// The model that was named, or the starter, without an adapter.
pub(crate) fn open(app: &App) -> Result<Seq2Seq, AppError> {
    let name = app.named_model.as_deref().unwrap_or(DEFAULT_MODEL);
    Ok(emend_models::open_folder(&locate(name, &app.model_folders)?)?)
}

/// The model with an adapter of the profile.
pub(crate) fn adapted(app: &App, base: &Seq2Seq, id: &str) -> Result<T5, AppError> {
    let folder = existing(&app.paths.adapters(), id)?;
    let found = adapter::open(&folder, base);
    Ok(found.map_err(|source| AppError::Adapter { id: id.to_owned(), source: Box::new(source) })?.t5)
}

/// Writes what was learned as a new folder, with its recipe and the metrics of its last step.
pub(crate) fn write_adapter(
    folder: &Path,
    model: &Seq2Seq,
    recipe: &Recipe,
    learner: &Learner,
    metrics: Value,
) -> Result<(), AppError> {
    let card = Card {
        prefix: recipe.method.prefix(),
        ..Card::new(model, serde_json::to_value(recipe).unwrap_or_default(), metrics, now())?
    };
    Ok(adapter::write(folder, &recipe.adapter, &model.manifest.name, &learner.variables, &card)?)
}

/// Who writes what: the base, or the base with the adapter of an intent. All share the base's weights.
#[derive(Debug, Clone)]
pub(crate) struct Writers {
    choice: Choice,
    base: T5,
    adapted: BTreeMap<String, T5>,
}

impl Writers {
    /// One model for every intent.
    pub(crate) fn one(model: T5) -> Self {
        Self { choice: Choice::default(), base: model, adapted: BTreeMap::new() }
    }

    /// What answers these intents now.
    pub(crate) fn in_use<'i>(
        app: &App,
        base: &Seq2Seq,
        intents: impl Iterator<Item = &'i str>,
    ) -> Result<Self, AppError> {
        let choice = adapters::read(&app.paths.adapters())?.now;
        let mut writers = Self { choice, base: base.t5.clone(), adapted: BTreeMap::new() };
        for intent in intents {
            if let Some(id) = writers.choice.of(Some(intent)).map(str::to_owned)
                && !writers.adapted.contains_key(&id)
            {
                let model = adapted(app, base, &id)?;
                writers.adapted.insert(id, model);
            }
        }
        Ok(writers)
    }

    /// Who answers an intent.
    pub(crate) fn of(&self, intent: &str) -> &T5 {
        let id = self.choice.of(Some(intent));
        id.and_then(|id| self.adapted.get(id)).unwrap_or(&self.base)
    }

    /// The places of the prompts that each of them answers.
    pub(crate) fn shares(&self, prompts: &[&Prompt]) -> Vec<(&T5, Vec<usize>)> {
        let mut shares: BTreeMap<Option<&str>, Vec<usize>> = BTreeMap::new();
        for (place, prompt) in prompts.iter().enumerate() {
            shares.entry(self.choice.of(Some(&prompt.intent))).or_default().push(place);
        }
        let writer = |places: Vec<usize>| (self.of(&prompts[places[0]].intent), places);
        shares.into_values().map(writer).collect()
    }
}
