//! Preferences: what decisions say, to learn from, to take elsewhere, and to bring from there.

use std::collections::HashSet;
use std::io::{BufWriter, Write};
use std::path::Path;

use emend_learn::preferences::trl::{self, Form};
use emend_learn::preferences::{Asked, PreferenceData, TooFew, Weighing, derive, enough, settle, split};
use serde::Serialize;

use crate::AppError;
use crate::app::{App, now};
use crate::files::{self, Access, Beside};
use crate::learning::preferences::{learn_texts, records};
use crate::learning::texts::LearnText;
use crate::verbs::rewrite::LONGEST_TEXT;

/// Requests, or imported lines, that are read at a time.
const PAGE: i64 = 256;

/// Share of the texts that are never trained on: they decide whether a new adapter is better.
pub const HELD_OUT: f64 = 0.2;

/// Everything that is known of what the person prefers.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Preferences {
    /// One word about each pair of texts, the last.
    pub data: PreferenceData,
    /// How many edits were decided here.
    pub decided: usize,
    /// How many texts there are of which something is known from elsewhere alone: an import, or the person's own texts.
    pub imported: usize,
    /// Candidates whose edits do not fit their text.
    pub left_out: usize,
}

/// What an import did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Imported {
    /// Lines of the file.
    pub read: u64,
    /// Those that were not there yet.
    pub added: u64,
}

impl Preferences {
    /// Whether there is enough to learn from: as many decisions as are needed, or as much that was brought from elsewhere.
    /// That was decided there, or written by the person, who took it in knowingly; it makes up for no decision here.
    pub fn enough(&self) -> Result<(), TooFew> {
        enough(self.imported).or_else(|_| enough(self.decided))
    }
}

impl App {
    /// What all decisions say, those that were imported included.
    pub async fn preferences(&self, weighing: &Weighing) -> Result<Preferences, AppError> {
        let mut preferences = Preferences::default();
        let mut own = PreferenceData::default();
        let now = now();
        self.each_decided(|shown| {
            let derived = derive(&records(shown), weighing, now);
            own.extend(derived.data);
            preferences.decided += derived.decided;
            preferences.left_out += derived.left_out;
        })
        .await?;
        let own = settle(own);
        // Equally old, one's own word counts: it comes last.
        let mut all = self.imported().await?;
        all.extend(own.clone());
        preferences.data = settle(all);
        // A text with something from elsewhere counts once: one decision may have become several statements. An import
        // of what was exported here adds nothing.
        let own: HashSet<&Asked> = own.asked().collect();
        let all: HashSet<&Asked> = preferences.data.asked().collect();
        preferences.imported = all.difference(&own).count();
        Ok(preferences)
    }

    /// What to train on: the texts that are not held out. [`AppError::TooFewDecisions`] when there is not enough to
    /// learn from.
    pub async fn decided_texts(&self, weighing: &Weighing) -> Result<Vec<LearnText>, AppError> {
        let preferences = self.preferences(weighing).await?;
        preferences.enough()?;
        Ok(learn_texts(&split(preferences.data, HELD_OUT).train))
    }

    /// The texts that no run learns from.
    pub(crate) async fn held_out_texts(&self) -> Result<Vec<LearnText>, AppError> {
        let decisions = self.preferences(&Weighing::default()).await?.data;
        Ok(learn_texts(&split(decisions, HELD_OUT).held_out))
    }

    /// Writes the preferences of one form into a file, which appears when it is complete; the number of lines.
    pub async fn export_preferences(&self, form: Form, path: &Path) -> Result<usize, AppError> {
        self.write_preference_file(form, &self.preferences(&Weighing::default()).await?.data, path)
    }

    /// Writes what the form is for of any preferences; the number of lines.
    pub fn write_preference_file(
        &self,
        form: Form,
        data: &PreferenceData,
        path: &Path,
    ) -> Result<usize, AppError> {
        let failed = |source| AppError::Write { path: path.to_owned(), source };
        let mut beside = Beside::create(path, Access::Private).map_err(failed)?;
        let mut out = BufWriter::new(beside.file());
        let lines = trl::write(form, data, &mut out).map_err(failed)?;
        out.flush().map_err(failed)?;
        drop(out);
        beside.put_in_place().map_err(failed)?;
        Ok(lines)
    }

    /// The same to wherever the caller likes: another program, the terminal.
    pub async fn write_preferences(&self, form: Form, out: &mut impl Write) -> Result<usize, AppError> {
        let preferences = self.preferences(&Weighing::default()).await?;
        let failed = |source| AppError::Write { path: "the output".into(), source };
        let lines = trl::write(form, &preferences.data, out).map_err(failed)?;
        out.flush().map_err(failed)?;
        Ok(lines)
    }

    /// Takes in a file of preferences that were decided elsewhere: all of it or, on any error, nothing.
    pub async fn import_preferences(&self, form: Form, path: &Path) -> Result<Imported, AppError> {
        let bytes = files::read(path, LONGEST_TEXT as u64)?;
        let text = String::from_utf8(bytes).map_err(|error| AppError::NotText {
            what: path.display().to_string(),
            problem: error.to_string(),
        })?;
        let data = trl::read(form, &text).map_err(|error| AppError::Invalid {
            what: "the file to import",
            expected: error.expected.to_owned(),
            found: format!("in line {}: {}", error.line, error.found),
        })?;
        self.take_preferences(form, &data).await
    }

    /// Takes in preferences that were not decided here: those of one form.
    pub async fn take_preferences(&self, form: Form, data: &PreferenceData) -> Result<Imported, AppError> {
        // Written anew, lines that say the same are the same, and columns of others are gone.
        let mut lines = Vec::new();
        let failed = |source| AppError::Write { path: "the lines to import".into(), source };
        let read = trl::write(form, data, &mut lines).map_err(failed)? as u64;
        let lines = String::from_utf8_lossy(&lines);
        let added = self.store.imported().record(name(form), lines.lines()).await?;
        Ok(Imported { read, added })
    }

    async fn imported(&self) -> Result<PreferenceData, AppError> {
        let mut data = PreferenceData::default();
        let mut after = 0;
        loop {
            let page = self.store.imported().page(after, PAGE).await?;
            let Some(last) = page.last() else { return Ok(data) };
            after = last.id;
            for line in &page {
                let Some(form) = FORMS.into_iter().find(|form| name(*form) == line.form) else { continue };
                let read = trl::read(form, &line.line).map_err(|error| AppError::Invalid {
                    what: "an imported preference",
                    expected: error.expected.to_owned(),
                    found: error.found,
                })?;
                data.extend(read);
            }
        }
    }
}

const FORMS: [Form; 3] = [Form::Dpo, Form::Kto, Form::Sft];

/// What the form is called in the store and on the command line.
fn name(form: Form) -> &'static str {
    match form {
        Form::Dpo => "trl-dpo",
        Form::Kto => "trl-kto",
        Form::Sft => "trl-sft",
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::learning::texts::Known;
    use crate::verbs::tests::{decided, open};

    fn counts(data: &PreferenceData) -> [usize; 3] {
        [data.demonstrations.len(), data.preferences.len(), data.verdicts.len()]
    }

    async fn preferences(app: &App) -> Preferences {
        app.preferences(&Weighing::default()).await.unwrap()
    }

    #[tokio::test]
    async fn decisions_become_preferences() {
        let (app, _folder) = open().await;
        decided(&app, "He go home.", "W").await;
        let found = preferences(&app).await;
        assert_eq!((found.decided, found.left_out), (1, 0));
        let pairs: Vec<_> = found
            .data
            .preferences
            .iter()
            .map(|pair| (pair.chosen.as_str(), pair.rejected.as_str()))
            .collect();
        assert_eq!(pairs, [("We go home.", "He go home."), ("We go home.", "Xe go home.")]);
        assert_eq!(found.data.preferences[0].asked.instruction, "Fix the grammar");
        assert!(found.data.preferences[0].weight > 0.0);
    }

    #[tokio::test]
    async fn below_fifty_nothing_is_learned() {
        let (app, _folder) = open().await;
        for n in 0..49 {
            decided(&app, &format!("Text {n} of many."), "T").await;
        }
        let error = app.decided_texts(&Weighing::default()).await.unwrap_err();
        assert_eq!(error.code(), "too_few_decisions");
        assert!(error.to_string().contains("1 more"), "{error}");
        decided(&app, "The fiftieth of them.", "T").await;
        let texts = app.decided_texts(&Weighing::default()).await.unwrap();
        let rewrites: Vec<_> =
            texts.iter().filter(|text| matches!(text.known, Known::Preference { .. })).collect();
        assert!(!rewrites.is_empty() && rewrites.len() < 100, "a part is held out: {}", rewrites.len());
        assert!(texts.iter().all(|text| !emend_learn::preferences::is_held_out(&text.source, HELD_OUT)));
    }

    #[tokio::test]
    async fn what_is_taken_elsewhere_can_be_brought_from_there() {
        let (here, folder) = open().await;
        decided(&here, "He go home.", "W").await;
        decided(&here, "She go too.", "W").await;
        let (there, _other) = open().await;
        for form in FORMS {
            let path = folder.path().join(name(form));
            let lines = here.export_preferences(form, &path).await.unwrap() as u64;
            assert!(lines > 0, "{form:?}");
            let done = there.import_preferences(form, &path).await.unwrap();
            assert_eq!(done, Imported { read: lines, added: lines });
            assert_eq!(there.import_preferences(form, &path).await.unwrap().added, 0);
            // One's own, come back, is nothing new.
            here.import_preferences(form, &path).await.unwrap();
        }
        let (mine, theirs) = (preferences(&here).await, preferences(&there).await);
        assert_eq!((mine.decided, mine.imported), (2, 0));
        assert_eq!((theirs.decided, theirs.imported), (0, 2));
        assert_eq!(counts(&mine.data), counts(&theirs.data));
        there.delete_everything().await.unwrap();
        assert_eq!(preferences(&there).await, Preferences::default());
    }

    #[test]
    fn what_was_brought_makes_up_for_no_decision_but_may_be_enough_alone() {
        let missing = |decided, imported| {
            let known = Preferences { decided, imported, ..Preferences::default() };
            known.enough().err().map(|few| few.need - few.have)
        };
        assert_eq!(missing(24, 49), Some(26));
        assert_eq!(missing(49, 49), Some(1));
        assert_eq!(missing(50, 0), None);
        assert_eq!(missing(0, 50), None);
    }

    #[tokio::test]
    async fn a_file_with_a_bad_line_changes_nothing() {
        let (app, folder) = open().await;
        let path = folder.path().join("bad.jsonl");
        std::fs::write(&path, "{\"prompt\": \"Fix it: He go.\", \"completion\": \"He goes.\"}\n{}\n")
            .unwrap();
        let error = app.import_preferences(Form::Sft, &path).await.unwrap_err();
        assert!(error.to_string().contains("in line 2"), "{error}");
        assert_eq!(preferences(&app).await, Preferences::default());
    }
}
