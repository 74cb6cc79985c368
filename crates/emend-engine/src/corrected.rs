//! A rewriter that is shown what the grammar rules would correct in its drafts, and decides on it.
//!
//! Rules know spellings and set phrases that a small model has never seen; the model knows the sentence. So rules propose
//! and the model disposes: a proposal is taken when the draft with it, given the text, is not much less likely than without
//! (the noisy channel; see [`Proposal`]). The corrected draft has the probabilities that the model gives its tokens, as if
//! it had been written so, and everything after that, confidence included, is as for any other draft.

use emend_decode::Cancel;
use emend_lint::Proposal;

use crate::{Draft, Drafted, Drafting, Ending, EngineError, Measure, Prompt, Rewriter, VetoReason};

/// What could be written otherwise in a text: for each place, in order, what could stand there. Empty when nobody can say.
///
/// A closure, because the rules live on a thread of the application, and the engine knows no thread.
pub type Propose<'a> = dyn Fn(&str) -> Vec<Vec<Proposal>> + 'a;

/// A rewriter whose drafts are corrected, where corrections belong to what is asked for
/// ([`Intent::rules`](emend_text::Intent)).
pub struct Corrected<'a> {
    /// Drafts.
    pub rewriter: &'a dyn Rewriter,
    /// Decides on what is proposed; mostly the same one. Without [`Rewriter::reread`] nothing is corrected.
    pub judge: &'a dyn Rewriter,
    /// Proposes.
    pub propose: &'a Propose<'a>,
}

impl Rewriter for Corrected<'_> {
    fn name(&self) -> &str {
        self.rewriter.name()
    }

    fn max_source_tokens(&self) -> usize {
        self.rewriter.max_source_tokens()
    }

    fn measure(&self, text: &str) -> Measure {
        self.rewriter.measure(text)
    }

    fn draft(&self, prompts: &[Prompt<'_>], how: &Drafting, cancel: &Cancel) -> Result<Drafted, EngineError> {
        let mut drafts = match self.rewriter.draft(prompts, how, cancel)? {
            Drafted::Done(drafts) => drafts,
            Drafted::Cancelled => return Ok(Drafted::Cancelled),
        };
        let mut open = self.open(prompts, &drafts);
        let Some(read) = self.read(prompts, &open, Open::variants, cancel)? else {
            return Ok(Drafted::Cancelled);
        };
        // Each proposal was decided on by itself. What was taken is read together, as it will stand.
        for (open, read) in open.iter_mut().zip(&read) {
            open.keep_taken(read);
        }
        open.retain(|open| !open.places.is_empty());
        let Some(read) = self.read(prompts, &open, Open::corrected, cancel)? else {
            return Ok(Drafted::Cancelled);
        };
        for (open, read) in open.iter().zip(read) {
            if let Some(corrected) = read.into_iter().next() {
                drafts[open.prompt][open.number] = corrected;
            }
        }
        Ok(Drafted::Done(drafts))
    }

    fn reread(
        &self,
        prompts: &[Prompt<'_>],
        texts: &[Vec<String>],
        cancel: &Cancel,
    ) -> Result<Drafted, EngineError> {
        self.rewriter.reread(prompts, texts, cancel)
    }

    fn repair(
        &self,
        prompt: &Prompt<'_>,
        draft: &str,
        reason: &VetoReason,
        cancel: &Cancel,
    ) -> Result<Drafted, EngineError> {
        self.rewriter.repair(prompt, draft, reason, cancel)
    }
}

impl Corrected<'_> {
    /// The drafts for which something is proposed.
    fn open(&self, prompts: &[Prompt<'_>], drafts: &[Vec<Draft>]) -> Vec<Open> {
        let mut open = Vec::new();
        let asked = prompts.iter().zip(drafts).enumerate();
        for (prompt, (_, drafts)) in asked.filter(|(_, (prompt, _))| prompt.instruction.is_corrected()) {
            for (number, draft) in drafts.iter().enumerate() {
                let places = match draft.ending {
                    Ending::Finished { .. } => (self.propose)(&draft.text),
                    Ending::Cut | Ending::Refused => Vec::new(),
                };
                if !places.is_empty() {
                    open.push(Open { prompt, number, text: draft.text.clone(), places });
                }
            }
        }
        open
    }

    /// What the judge makes of the `texts` of each; `None` when cancelled.
    fn read(
        &self,
        prompts: &[Prompt<'_>],
        open: &[Open],
        texts: impl Fn(&Open) -> Vec<String>,
        cancel: &Cancel,
    ) -> Result<Option<Vec<Vec<Draft>>>, EngineError> {
        if open.is_empty() {
            return Ok(Some(Vec::new()));
        }
        let prompts: Vec<Prompt<'_>> = open.iter().map(|open| prompts[open.prompt]).collect();
        let texts: Vec<Vec<String>> = open.iter().map(texts).collect();
        Ok(match self.judge.reread(&prompts, &texts, cancel)? {
            Drafted::Done(read) => Some(read),
            Drafted::Cancelled => None,
        })
    }
}

/// A draft with what is proposed for it.
struct Open {
    /// Which prompt it was written for.
    prompt: usize,
    /// Which of that prompt's drafts it is.
    number: usize,
    text: String,
    places: Vec<Vec<Proposal>>,
}

impl Open {
    /// The draft as it is, then with each proposal by itself.
    fn variants(&self) -> Vec<String> {
        let each = self.places.iter().flatten().map(|proposal| applied(&self.text, [proposal]));
        std::iter::once(self.text.clone()).chain(each).collect()
    }

    /// The draft with all proposals that are left, one for each place.
    fn corrected(&self) -> Vec<String> {
        vec![applied(&self.text, self.places.iter().flatten())]
    }

    /// Keeps the best proposal of each place where it is good enough; `read` are the variants as they were read.
    fn keep_taken(&mut self, read: &[Draft]) {
        let logprob = |draft: &Draft| draft.logprobs().iter().sum::<f32>();
        let mut gains = read.iter().skip(1).map(|variant| logprob(variant) - logprob(&read[0]));
        for place in &mut self.places {
            let rated =
                std::mem::take(place).into_iter().map_while(|proposal| Some((gains.next()?, proposal)));
            let rated = rated.map(|(gain, proposal)| (gain + proposal.prior, proposal));
            let best = rated.max_by(|a, b| a.0.total_cmp(&b.0));
            place.extend(best.filter(|(rating, _)| *rating >= 0.0).map(|(_, proposal)| proposal));
        }
        self.places.retain(|place| !place.is_empty());
    }
}

/// `text`, a line, with replacements that are in order and do not overlap.
fn applied<'p>(text: &str, proposals: impl IntoIterator<Item = &'p Proposal>) -> String {
    let mut result = String::with_capacity(text.len());
    let mut from = 0;
    for Proposal { span, replacement, prior: _ } in proposals {
        result.push_str(text.get(from..span.start).unwrap_or_default());
        result.push_str(replacement);
        from = span.end;
    }
    result.push_str(text.get(from..).unwrap_or_default());
    // Where a word was taken out, two spaces are left.
    result.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use emend_text::{Instruction, Span, intent};

    use super::*;
    use crate::DraftToken;

    /// Writes its prompts again, and knows how likely it finds some words; every other word is certain.
    struct Knows(&'static [(&'static str, f32)]);

    impl Knows {
        fn draft_of(&self, text: &str) -> Draft {
            let logprob =
                |word: &str| self.0.iter().find(|(known, _)| *known == word).map_or(0.0, |known| known.1);
            let mut end = 0;
            let tokens = text.split_inclusive(' ').map(|word| {
                end += word.len();
                DraftToken { end, logprob: logprob(word.trim()), entropy: None }
            });
            let tokens = tokens.collect();
            Draft { text: text.to_owned(), tokens, ending: Ending::Finished { logprob: Some(0.0) } }
        }
    }

    impl Rewriter for Knows {
        fn name(&self) -> &'static str {
            "knows"
        }

        fn max_source_tokens(&self) -> usize {
            100
        }

        fn measure(&self, text: &str) -> Measure {
            Measure { tokens: text.len(), survives: true }
        }

        fn draft(&self, prompts: &[Prompt<'_>], _: &Drafting, _: &Cancel) -> Result<Drafted, EngineError> {
            Ok(Drafted::Done(prompts.iter().map(|prompt| vec![self.draft_of(prompt.text)]).collect()))
        }

        fn reread(
            &self,
            _: &[Prompt<'_>],
            texts: &[Vec<String>],
            cancel: &Cancel,
        ) -> Result<Drafted, EngineError> {
            if cancel.is_cancelled() {
                return Ok(Drafted::Cancelled);
            }
            let read = |texts: &Vec<String>| texts.iter().map(|text| self.draft_of(text)).collect();
            Ok(Drafted::Done(texts.iter().map(read).collect()))
        }
    }

    /// Proposes `new` for each `old` of the table, where it stands, with a prior of 5 nats.
    fn propose(table: &[(&str, &[&str])], text: &str) -> Vec<Vec<Proposal>> {
        let mut places: Vec<Vec<Proposal>> = Vec::new();
        for (old, news) in table {
            let Some(start) = text.find(old) else { continue };
            let span = Span::new(start, start + old.len());
            places.push(
                news.iter()
                    .map(|new| Proposal { span, replacement: (*new).to_owned(), prior: 5.0 })
                    .collect(),
            );
        }
        places.sort_by_key(|place| place[0].span.start);
        places
    }

    const TABLE: &[(&str, &[&str])] =
        &[("wich", &["which", "witch"]), ("Mirko", &["Micro"]), ("the the", &["the"]), (" really", &[""])];
    const JUDGE: Knows =
        Knows(&[("wich", -1.0), ("which", -4.0), ("witch", -3.0), ("Micro", -9.0), ("really", -2.0)]);

    fn drafts(id: &str, text: &str, cancel: &Cancel) -> Drafted {
        let instruction = Instruction::Intent(intent(id).expect("an intent"));
        let corrected = Corrected { rewriter: &JUDGE, judge: &JUDGE, propose: &|text| propose(TABLE, text) };
        let prompts =
            [Prompt { instruction: &instruction, text: "Fine." }, Prompt { instruction: &instruction, text }];
        corrected.draft(&prompts, &Drafting::Best, cancel).expect("no failure")
    }

    #[track_caller]
    fn check(id: &str, text: &str, expected: &str) -> Draft {
        let Drafted::Done(drafts) = drafts(id, text, &Cancel::new()) else { panic!("nobody cancelled") };
        assert_eq!((drafts[0][0].text.as_str(), drafts[1][0].text.as_str()), ("Fine.", expected));
        drafts[1][0].clone()
    }

    #[test]
    fn the_model_decides_what_is_taken_and_which_of_several() {
        check("fix", "We know wich one.", "We know witch one.");
        check("fix", "We asked Mirko again.", "We asked Mirko again.");
        check("fix", "It is really good.", "It is good.");
    }

    #[test]
    fn what_is_taken_is_read_together() {
        let draft = check("fix", "Mirko knows wich is the the one.", "Mirko knows witch is the one.");
        let logprobs: Vec<f32> = draft.tokens.iter().map(|token| token.logprob).collect();
        assert_eq!(logprobs, [0.0, 0.0, -3.0, 0.0, 0.0, 0.0], "as if it had been written so");
    }

    #[test]
    fn other_intents_are_not_corrected() {
        check("paraphrase", "We know wich one.", "We know wich one.");
    }

    #[test]
    fn cancelled_while_it_reads() {
        let cancel = Cancel::new();
        cancel.cancel();
        assert_eq!(drafts("fix", "We know wich one.", &cancel), Drafted::Cancelled);
    }
}
