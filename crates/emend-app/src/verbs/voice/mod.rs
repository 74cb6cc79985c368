//! Voice: a folder of the person's own texts in, preferences for writing like that out.
//!
//! The model says each sentence in its own words; the sentence is what is to be made of that. A second try of the model, asked
//! to write like the person, is what the sentence is preferred to.

mod texts;

use std::path::PathBuf;
use std::sync::Arc;

use emend_learn::Attempt;
use emend_learn::examples::Prompt;
use emend_learn::preferences::trl::Form;
use emend_learn::preferences::{Asked, Demonstration, Preference, PreferenceData};
use emend_learn::rollout::{self, Draw, Writer};
use emend_learn::voice::{Draft, Sentence, Voice, VoicePair};
use emend_models::Seq2Seq;
use emend_text::{Instruction, OwnInstruction, intent};

use crate::app::App;
use crate::learning::base;
use crate::learning::feedback::Feedback;
use crate::learning::prompts;
use crate::{AppError, Cancel};

use self::texts::{EXTENSIONS, Texts, own_sentences, read, spread};

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
    /// Makes preferences of a person's texts and takes them in, to learn from with the decisions; what came of it, and how many
    /// preferences were new. `None` when cancelled: nothing was taken in then.
    pub async fn take_voice(
        &self,
        from: FromTexts,
        cancel: &Cancel,
        on: impl FnMut(usize, usize) + Send + 'static,
    ) -> Result<Option<(Voiced, u64)>, AppError> {
        let (reader, cancel) = (self.clone(), cancel.clone());
        let work = tokio::task::spawn_blocking(move || reader.voice(&from, &cancel, on));
        let Some(made) = work.await.map_err(|_| AppError::Thread { thread: "reading of your texts" })??
        else {
            return Ok(None);
        };
        let taken = self.take_preferences(Form::Dpo, &made.data).await?;
        self.take_preferences(Form::Sft, &made.data).await?;
        Ok(Some((made, taken.added)))
    }

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
            Arc::default(),
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
        // Without a time the same texts give the same lines, which are taken in once; and a decision about the same pair wins.
        let decided = 0;
        for (pair, tries) in pairs.iter().zip(tries) {
            let asked = Asked {
                intent: prompts::name(wish),
                instruction: wish.label().to_owned(),
                source: pair.source.clone(),
            };
            let weight = pair.worth as f32;
            let own = pair.own.clone();
            // A model that repeats what it was asked for is told from the person by that alone.
            let repeats = |text: &str| text.to_lowercase().contains(&asked.instruction.to_lowercase());
            if let Some(other) = tries.into_iter().find(|other| other.text != own && !repeats(&other.text)) {
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
