//! What the critics' thread has loaded, and what it remembers.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use emend_critics::{Critics, Pair, Scores, add_lints};
use emend_lint::Lint;
use emend_models::{Critic, Downloaded, Manifest, ModelError};
use emend_text::{Dictionary, Format};

use crate::AppError;
use crate::known_scores::KnownScores;
use crate::model_files;
use crate::rules::{Begun, Rules};

/// Who judges, by which manifests, and what they said.
pub(crate) struct Judges {
    manifests: Vec<Manifest>,
    critics: Critics,
    rules: Rules,
    /// What everybody but the rules said.
    without_rules: KnownScores,
    known: KnownScores,
}

impl Judges {
    /// What is loaded, if that is what is in place; else what is.
    pub(crate) fn current(
        loaded: Option<Self>,
        folders: &[PathBuf],
        downloaded: &Path,
        rules: &Rules,
    ) -> Result<Self, AppError> {
        let paths = model_files::judges(folders, downloaded);
        let manifests: Vec<Manifest> =
            paths.iter().map(|path| Manifest::read(path)).collect::<Result<_, _>>()?;
        if let Some(loaded) = loaded.filter(|loaded| loaded.manifests == manifests) {
            return Ok(loaded);
        }
        let learned = paths.first().map(|path| Critic::open(path)).transpose()?;
        let others = paths.iter().skip(1).map(|path| Downloaded::open(path)).collect::<Result<_, _>>();
        let others = others.map_err(|error| AppError::Critic(Box::new(error)))?;
        Ok(Self {
            manifests,
            critics: Critics::new(learned).with(others),
            rules: rules.clone(),
            without_rules: KnownScores::default(),
            known: KnownScores::default(),
        })
    }

    pub(crate) fn critics(&self) -> &Critics {
        &self.critics
    }

    /// What every critic says about each pair.
    pub(crate) fn scores(
        &mut self,
        pairs: &[Pair<'_>],
        dictionary: &Arc<Dictionary>,
    ) -> Result<Vec<Scores>, ModelError> {
        let Self { critics, rules, without_rules, known, .. } = self;
        known.scores(pairs, dictionary, |pairs| {
            // The rules look at the texts while the encoder reads them.
            let begun = begin(rules, pairs, dictionary);
            let mut all = without_rules.scores(pairs, dictionary, |pairs| critics.judge(pairs, None))?;
            let found: HashMap<&str, Vec<Lint>> =
                begun.into_iter().filter_map(|(text, begun)| Some((text, begun.wait()?))).collect();
            for (scores, pair) in all.iter_mut().zip(pairs) {
                if let Some((before, after)) = found.get(pair.source).zip(found.get(pair.rewrite)) {
                    add_lints(scores, before, after);
                }
            }
            Ok(all)
        })
    }

    /// The same without what the grammar rules say.
    pub(crate) fn without_rules(
        &mut self,
        pairs: &[Pair<'_>],
        dictionary: &Arc<Dictionary>,
    ) -> Result<Vec<Scores>, ModelError> {
        self.without_rules.scores(pairs, dictionary, |pairs| self.critics.judge(pairs, None))
    }

    /// Sees to it that little is left to do when somebody asks about these pairs. Does not wait for the rules.
    pub(crate) fn ahead(
        &mut self,
        pairs: &[Pair<'_>],
        dictionary: &Arc<Dictionary>,
    ) -> Result<(), ModelError> {
        let unknown = self.known.unknown(pairs, dictionary);
        // The rules remember what they find, so nobody need be told.
        drop(begin(&self.rules, &unknown, dictionary));
        self.without_rules(&unknown, dictionary).map(drop)
    }
}

/// Has the rules look at all texts of `pairs`, each once.
fn begin<'t>(rules: &Rules, pairs: &[Pair<'t>], dictionary: &Arc<Dictionary>) -> HashMap<&'t str, Begun> {
    let mut begun = HashMap::new();
    for text in pairs.iter().flat_map(|pair| [pair.source, pair.rewrite]) {
        if !begun.contains_key(text) {
            begun.extend(rules.begin(text, Format::Markdown, dictionary).map(|check| (text, check)));
        }
    }
    begun
}
