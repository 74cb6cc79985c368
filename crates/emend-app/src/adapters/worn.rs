//! The adapter on the model that is loaded.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use emend_models::Seq2Seq;
use emend_models::adapter::{self, Origin};
use emend_models::t5::T5;

use super::{existing, read};
use crate::AppError;

/// What an adapter is to the model that is loaded.
#[derive(Debug, Clone, PartialEq)]
pub struct AdapterFit {
    /// Its rank.
    pub rank: usize,
    /// How many matrices of the model it changes.
    pub matrices: usize,
    /// The largest difference that it makes to a score of a fixed short text; above 0.
    pub effect: f32,
    /// Whether it says that it was trained on this very model; else only its shapes fit.
    pub bound: bool,
}

/// Who writes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Writer {
    /// The model with the adapter that is chosen for what is asked, or alone when none is.
    #[default]
    InUse,
    /// The model alone.
    Alone,
    /// The model with this adapter, whether it is in use or not.
    Adapter(String),
}

/// The adapters that were read for one model, which share its weights.
pub(crate) struct Worn {
    adapters: PathBuf,
    /// The model alone.
    base: T5,
    /// By name, with the time of the folder: a new one may have got an old name.
    read: HashMap<String, (Option<SystemTime>, T5)>,
    /// The one that was put on last.
    on: Option<(String, Option<SystemTime>)>,
}

impl Worn {
    pub(crate) fn new(adapters: PathBuf, base: T5) -> Self {
        Self { adapters, base, read: HashMap::new(), on: None }
    }

    /// Puts the adapter on `model` with which `writer` answers `intent`, or takes off the one that was on: its name, or why
    /// it cannot be used, in which case the model is left alone with itself.
    pub(crate) fn put_on(
        &mut self,
        model: &mut Seq2Seq,
        writer: &Writer,
        intent: Option<&str>,
    ) -> Result<Option<String>, AppError> {
        model.t5 = self.base.clone();
        self.on = None;
        let id = match writer {
            Writer::InUse => read(&self.adapters)?.now.of(intent).map(str::to_owned),
            Writer::Alone => None,
            Writer::Adapter(id) => Some(id.clone()),
        };
        let Some(id) = id else { return Ok(None) };
        let folder = existing(&self.adapters, &id)?;
        let changed = folder.metadata().and_then(|found| found.modified()).ok();
        match self.read.get(&id) {
            Some((then, t5)) if *then == changed => model.t5 = t5.clone(),
            _ => {
                let adapted = open(&folder, &id, model)?;
                self.read.insert(id.clone(), (changed, adapted.t5.clone()));
                model.t5 = adapted.t5;
            }
        }
        self.on = Some((id.clone(), changed));
        Ok(Some(id))
    }

    /// Names who writes with what is on now: two adapters of one name, one after the other, are two writers.
    pub(crate) fn writer(&self) -> String {
        match &self.on {
            None => String::new(),
            Some((id, changed)) => format!("{id} {changed:?}"),
        }
    }

    /// What the adapter in `folder` would be to `model`, whose own adapter does not matter.
    pub(crate) fn fit(&mut self, model: &mut Seq2Seq, folder: &Path) -> Result<AdapterFit, AppError> {
        model.t5 = self.base.clone();
        self.on = None;
        let id = folder.file_name().unwrap_or_default().to_string_lossy();
        let found = open(folder, &id, model)?;
        Ok(AdapterFit {
            rank: found.rank,
            matrices: found.matrices,
            effect: found.effect,
            bound: matches!(found.origin, Origin::Bound(_)),
        })
    }
}

fn open(folder: &Path, id: &str, base: &Seq2Seq) -> Result<adapter::Adapted, AppError> {
    adapter::open(folder, base)
        .map_err(|source| AppError::Adapter { id: id.to_owned(), source: Box::new(source) })
}
