//! Voice: a folder of the person's own texts in, preferences for writing like that out.
//!
//! The model says each sentence in its own words; the sentence is what is to be made of that. A second try of the model, asked
//! to write like the person, is what the sentence is preferred to.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use emend_learn::Attempt;
use emend_learn::examples::Prompt;
use emend_learn::preferences::{Asked, Demonstration, Preference, PreferenceData};
use emend_learn::rollout::{self, Draw, Writer};
use emend_learn::voice::{Draft, Sentence, Voice, VoicePair};
use emend_models::Seq2Seq;
use emend_text::{Format, Instruction, OwnInstruction, count_words, intent, prose, sentences};

use crate::app::{App, now};
use crate::learning::base;
use crate::learning::feedback::Feedback;
use crate::learning::prompts;
use crate::verbs::rewrite::LONGEST_TEXT;
use crate::{AppError, Cancel, PlainText, files};

/// What a person's texts are called.
const EXTENSIONS: [&str; 4] = ["txt", "text", "md", "markdown"];
/// Folders in folders that are looked into.
const DEPTH: usize = 8;
/// Words of a sentence that shows a style, and of one that the model still reads at once.
const WORDS: std::ops::RangeInclusive<usize> = 4..=40;
/// How the model is asked to say a sentence: as many styles to start from.
const RESTYLED: [&str; 3] = ["paraphrase", "formal", "simpler"];
/// Tries of each of them, and of writing like the person.
const TRIES: Draw = Draw { samples: 2, temperature: 0.9, top_p: 0.95 };
/// Sentences between two looks at whether it was cancelled.
const AT_ONCE: usize = 16;

/// What to learn a style from.
#[derive(Debug, Clone)]
pub struct FromTexts {
    /// The folder with the texts: files that end with .txt or .md, in it and in its folders.
    pub folder: PathBuf,
    /// What the person will ask for to get that style.
    pub instruction: OwnInstruction,
    /// Only so many sentences, spread evenly over the texts.
    pub sentences: usize,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Voiced {
    /// Texts that were read.
    pub files: usize,
    /// Files that were passed over, and why.
    pub passed_over: Vec<(PathBuf, String)>,
    /// Sentences that were looked at.
    pub sentences: usize,
    /// How well the person can be told from the model, from 1/2 (not at all) to 1: see [`Voice::told_apart`].
    pub told_apart: f64,
    /// Demonstrations and preferences.
    pub data: PreferenceData,
}

impl App {
    /// Makes preferences of a person's texts; `None` when cancelled. `on` hears how many sentences are done, of how many. May
    /// take long: call it where one may wait.
    pub fn voice(
        &self,
        from: &FromTexts,
        cancel: &Cancel,
        mut on: impl FnMut(usize, usize),
    ) -> Result<Option<Voiced>, AppError> {
        let Texts { texts, passed_over } = read(&from.folder)?;
        let own = spread(own_sentences(&texts), from.sentences);
        if own.is_empty() {
            return Err(AppError::Invalid {
                what: "the folder of texts",
                expected: format!("files ending with .{} with sentences in them", EXTENSIONS.join(", .")),
                found: format!("{} files without any in {}", texts.len(), from.folder.display()),
            });
        }
        let model = base::open(self)?;
        let meaning = Feedback::new(
            vec!["meaning".into()],
            &self.model_folders,
            &self.rules,
            self.glossary(&[])?,
            Vec::new(),
        )?;
        let maker = Maker { model: &model, meaning, cancel };
        let of = own.len();
        let mut said = Vec::new();
        for chunk in own.chunks(AT_ONCE) {
            let Some(more) = maker.say(chunk)? else { return Ok(None) };
            said.extend(more);
            on(said.len(), of);
        }
        let voice = Voice::of(&said);
        let wish = Instruction::Own(from.instruction.clone());
        let mut data = PreferenceData::default();
        for pairs in voice.pairs.chunks(AT_ONCE) {
            if !maker.prefer(&wish, pairs, &mut data)? {
                return Ok(None);
            }
        }
        Ok(Some(Voiced {
            files: texts.len(),
            passed_over,
            sentences: of,
            told_apart: voice.told_apart,
            data,
        }))
    }
}

/// Who writes and judges.
struct Maker<'m> {
    model: &'m Seq2Seq,
    meaning: Feedback,
    cancel: &'m Cancel,
}

impl Maker<'_> {
    /// The model's words for each sentence; `None` when cancelled.
    fn say(&self, own: &[String]) -> Result<Option<Vec<Sentence>>, AppError> {
        let mut said: Vec<Sentence> =
            own.iter().map(|own| Sentence { own: own.clone(), paraphrases: Vec::new() }).collect();
        for wish in RESTYLED.iter().filter_map(|id| intent(id)) {
            let Some(tries) = self.write(&Instruction::Intent(wish), own)? else { return Ok(None) };
            for (sentence, drafts) in said.iter_mut().zip(tries) {
                sentence.paraphrases.extend(drafts);
            }
        }
        Ok(Some(said))
    }

    /// Adds what is to be learned from pairs; whether it was not cancelled.
    fn prefer(
        &self,
        wish: &Instruction,
        pairs: &[VoicePair],
        data: &mut PreferenceData,
    ) -> Result<bool, AppError> {
        let sources: Vec<String> = pairs.iter().map(|pair| pair.source.clone()).collect();
        let Some(tries) = self.write(wish, &sources)? else { return Ok(false) };
        let decided = now();
        for (pair, tries) in pairs.iter().zip(tries) {
            let asked = Asked {
                intent: prompts::name(wish),
                instruction: wish.label().to_owned(),
                source: pair.source.clone(),
            };
            let weight = pair.worth as f32;
            let own = pair.own.clone();
            if let Some(other) = tries.into_iter().find(|other| other.text != own) {
                let (asked, chosen, rejected) = (asked.clone(), own.clone(), other.text);
                data.preferences.push(Preference { asked, chosen, rejected, weight, decided });
            }
            data.demonstrations.push(Demonstration { asked, target: own, weight, decided });
        }
        Ok(true)
    }

    /// Rewrites of each text that change it, with what they keep of its meaning; `None` when cancelled.
    fn write(&self, wish: &Instruction, texts: &[String]) -> Result<Option<Vec<Vec<Draft>>>, AppError> {
        let prompts: Vec<Option<Prompt>> =
            texts.iter().map(|text| prompts::prompt(self.model, wish, text)).collect();
        let asked: Vec<&Prompt> = prompts.iter().flatten().collect();
        let (writer, tokens) = (Writer::Alone(&self.model.t5), &self.model.tokens);
        let Some(mut rollouts) = rollout::write(writer, tokens, &asked, TRIES, 0, self.cancel)? else {
            return Ok(None);
        };
        rollout::judge(&mut rollouts, 1, &mut |attempts: &[Attempt<'_>]| self.meaning.judge(attempts))?;
        let mut drafts = rollouts.into_iter().map(|rollout| {
            let changed = rollout.samples.into_iter().filter(|sample| sample.text != rollout.prompt.text);
            let draft =
                |sample: rollout::Sample| Draft { meaning: f64::from(sample.parts[0]), text: sample.text };
            changed.map(draft).collect()
        });
        // What did not fit the model has no rewrites.
        let of = |prompt: &Option<Prompt>| prompt.as_ref().and_then(|_| drafts.next()).unwrap_or_default();
        Ok(Some(prompts.iter().map(of).collect()))
    }
}

/// The texts of a folder.
struct Texts {
    texts: Vec<(String, Format)>,
    passed_over: Vec<(PathBuf, String)>,
}

/// Reads a folder. A file that is no text is passed over; a folder that cannot be read is an error.
fn read(folder: &Path) -> Result<Texts, AppError> {
    let mut found = Texts { texts: Vec::new(), passed_over: Vec::new() };
    let mut paths = Vec::new();
    list(folder, DEPTH, &mut paths)?;
    paths.sort();
    for path in paths {
        let text = files::read(&path, LONGEST_TEXT as u64)
            .and_then(|bytes| PlainText::decode(&path.display().to_string(), bytes));
        match text {
            Ok(plain) => found.texts.push((plain.text, Format::of_path(&path.to_string_lossy()))),
            Err(error) => found.passed_over.push((path, error.to_string())),
        }
    }
    Ok(found)
}

/// Files with the right ending, without what is hidden and what is only linked: a link may lead anywhere.
fn list(folder: &Path, depth: usize, paths: &mut Vec<PathBuf>) -> Result<(), AppError> {
    let failed = |source| AppError::Read { path: folder.to_owned(), source };
    for entry in fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let (kind, path) = (entry.file_type().map_err(failed)?, entry.path());
        let hidden = entry.file_name().to_string_lossy().starts_with('.');
        let extension = path.extension().map(|extension| extension.to_string_lossy().to_lowercase());
        if hidden {
            continue;
        }
        if kind.is_dir() && depth > 0 {
            list(&path, depth - 1, paths)?;
        } else if kind.is_file() && extension.is_some_and(|one| EXTENSIONS.contains(&one.as_str())) {
            paths.push(path);
        }
    }
    Ok(())
}

/// Whole sentences, each once, with nothing in them that a rewrite must not touch.
fn own_sentences(texts: &[(String, Format)]) -> Vec<String> {
    let mut seen = HashSet::new();
    let mut found = Vec::new();
    for (text, format) in texts {
        for prose in prose(text, *format) {
            for span in sentences(text, prose.span, &prose.frozen) {
                let touched = prose.frozen.iter().any(|one| one.start < span.end && span.start < one.end);
                let sentence = text[span.start..span.end].split_whitespace().collect::<Vec<_>>().join(" ");
                let whole = sentence.ends_with(|last: char| !last.is_alphanumeric() && last != ':');
                if !touched
                    && whole
                    && WORDS.contains(&count_words(&sentence))
                    && seen.insert(sentence.clone())
                {
                    found.push(sentence);
                }
            }
        }
    }
    found
}

/// At most `most` of them, spread evenly.
fn spread(sentences: Vec<String>, most: usize) -> Vec<String> {
    let all = sentences.len();
    if all <= most {
        return sentences;
    }
    (0..most).map(|at| sentences[at * all / most].clone()).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn sentences_of_texts_without_what_is_no_prose() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &[u8]| {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        write(
            "a.md",
            b"# Notes\n\nWe met at the old mill. Short one.\n\n```\nnot a sentence of mine at all.\n```\n",
        );
        write("deep/b.TXT", b"We met at the old mill. And we\nwalked home in the rain!");
        write("c.txt", b"\xff\xfe no text");
        write(".hidden.txt", b"This one is not for anybody to see.");
        write("d.pdf", b"This one is no text at all.");
        let Texts { texts, passed_over } = read(folder.path()).unwrap();
        assert_eq!((texts.len(), passed_over.len()), (2, 1));
        assert!(passed_over[0].0.ends_with("c.txt"));
        let found = own_sentences(&texts);
        assert_eq!(found, ["We met at the old mill.", "And we walked home in the rain!"]);
        assert_eq!(spread((0..10).map(|n| n.to_string()).collect(), 4), ["0", "2", "5", "7"]);
        assert!(matches!(read(&folder.path().join("nowhere")), Err(AppError::Read { .. })));
    }
}
