//! A rewriter that is shown what the grammar rules would correct in its drafts, and decides on it.
//!
//! Rules know spellings and set phrases that a small model has never seen; the model knows the sentence. So rules propose
//! and the model disposes: a proposal is taken when the text with it, as a rewrite, is not much less likely than without (the
//! noisy channel; see [`Proposal`]). They are asked twice: about the text before it is rewritten, because a word that it does
//! not know leads a small model astray, and about the draft. A draft that they had a part in has the probabilities that the
//! model gives its tokens as a rewrite of the text as it stands, and everything after that, confidence included, is as for any
//! other draft.
//!
//! What the model itself corrects although it is right ([`is_hypercorrection`]) is undone, and in the place of a draft of which
//! nothing can be used stands the text with what the model took of the rules.

use emend_decode::Cancel;
use emend_text::{Proposal, apply, diff, is_hypercorrection};

use crate::refine::refine;
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
        let Some(shown) = self.shown(prompts, cancel)? else { return Ok(Drafted::Cancelled) };
        let text = |at: usize| shown[at].as_deref().unwrap_or(prompts[at].text);
        let asked = prompts.iter().enumerate().map(|(at, prompt)| Prompt { text: text(at), ..*prompt });
        let mut drafts = match self.rewriter.draft(&asked.collect::<Vec<_>>(), how, cancel)? {
            Drafted::Done(drafts) => drafts,
            Drafted::Cancelled => return Ok(Drafted::Cancelled),
        };

        let mut revised = Vec::new();
        for (at, drafts) in drafts.iter().enumerate().take(prompts.len()) {
            for (number, draft) in drafts.iter().enumerate() {
                let Prompt { instruction, text: original } = prompts[at];
                let lost = || self.judges_itself() && refine(original, instruction, draft).is_err();
                if let Some(shown) = shown[at].as_ref().filter(|_| lost()) {
                    // Nothing of a draft that runs in circles can be used, but what the model agreed to before it wrote still can.
                    revised.push(Revised { place: (at, number), text: shown.clone(), changed: true });
                } else if instruction.is_corrected() && matches!(draft.ending, Ending::Finished { .. }) {
                    let restored = restored(text(at), &draft.text);
                    // What was written to another text is read again, as if it had been written to the one that stands there.
                    let changed = restored.is_some() || shown[at].is_some();
                    let text = restored.unwrap_or_else(|| draft.text.clone());
                    revised.push(Revised { place: (at, number), text, changed });
                }
            }
        }

        // What was shown and came back has been decided on.
        let open: Vec<usize> =
            (0..revised.len()).filter(|&at| revised[at].text != text(revised[at].place.0)).collect();
        let asked = open.iter().map(|&at| &revised[at]);
        let texts: Vec<Text> =
            asked.map(|draft| Text { prompt: draft.place.0, text: draft.text.clone() }).collect();
        let Some(found) = self.corrected(prompts, &texts, cancel)? else { return Ok(Drafted::Cancelled) };
        for (at, found) in open.into_iter().zip(found) {
            if let Some(found) = found {
                (revised[at].text, revised[at].changed) = (found, true);
            }
        }

        revised.retain(|draft| draft.changed);
        let asked: Vec<Prompt<'_>> = revised.iter().map(|draft| prompts[draft.place.0]).collect();
        let texts: Vec<Vec<String>> = revised.iter().map(|draft| vec![draft.text.clone()]).collect();
        let Some(read) = self.read(&asked, &texts, cancel)? else { return Ok(Drafted::Cancelled) };
        for (Revised { place: (prompt, number), .. }, read) in revised.into_iter().zip(read) {
            if let Some(read) = read.into_iter().next() {
                drafts[prompt][number] = read;
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
    /// What the rewriter is shown in place of each text: what is misspelt would only confuse it. `None` where that is the text
    /// itself; `None` of all when cancelled.
    fn shown(
        &self,
        prompts: &[Prompt<'_>],
        cancel: &Cancel,
    ) -> Result<Option<Vec<Option<String>>>, EngineError> {
        let texts = prompts.iter().enumerate().filter(|(_, prompt)| prompt.instruction.is_corrected());
        let texts: Vec<Text> =
            texts.map(|(at, prompt)| Text { prompt: at, text: prompt.text.to_owned() }).collect();
        let Some(found) = self.corrected(prompts, &texts, cancel)? else { return Ok(None) };
        let mut shown = vec![None; prompts.len()];
        for (text, found) in texts.iter().zip(found) {
            shown[text.prompt] = found;
        }
        Ok(Some(shown))
    }

    /// Each text with what was taken of the proposals for it, or `None` where nothing was; `None` when cancelled.
    fn corrected(
        &self,
        prompts: &[Prompt<'_>],
        texts: &[Text],
        cancel: &Cancel,
    ) -> Result<Option<Vec<Option<String>>>, EngineError> {
        let places: Vec<Vec<Vec<Proposal>>> = texts.iter().map(|text| (self.propose)(&text.text)).collect();
        let open: Vec<usize> = (0..texts.len()).filter(|&at| !places[at].is_empty()).collect();
        let asked: Vec<Prompt<'_>> = open.iter().map(|&at| prompts[texts[at].prompt]).collect();
        let variants: Vec<Vec<String>> =
            open.iter().map(|&at| variants(&texts[at].text, &places[at])).collect();
        let Some(read) = self.read(&asked, &variants, cancel)? else { return Ok(None) };
        let mut found = vec![None; texts.len()];
        for (at, read) in open.into_iter().zip(read) {
            let taken = taken(&places[at], &read);
            found[at] = (!taken.is_empty()).then(|| applied(&texts[at].text, taken));
        }
        Ok(Some(found))
    }

    /// Whether the rewriter decides on its own drafts. Where another one does, that one has an answer of its own, and what it
    /// agreed to is no answer of this rewriter.
    fn judges_itself(&self) -> bool {
        std::ptr::addr_eq(self.rewriter, self.judge)
    }

    /// What the judge makes of the texts of each prompt; `None` when cancelled.
    fn read(
        &self,
        prompts: &[Prompt<'_>],
        texts: &[Vec<String>],
        cancel: &Cancel,
    ) -> Result<Option<Vec<Vec<Draft>>>, EngineError> {
        if prompts.is_empty() {
            return Ok(Some(Vec::new()));
        }
        Ok(match self.judge.reread(prompts, texts, cancel)? {
            Drafted::Done(read) => Some(read),
            Drafted::Cancelled => None,
        })
    }
}

/// A text about which the rules are asked, and which prompt it belongs to.
struct Text {
    prompt: usize,
    text: String,
}

/// What a draft becomes.
struct Revised {
    /// Which prompt it was written to, and which of its drafts it is.
    place: (usize, usize),
    text: String,
    /// Whether its probabilities are not those of the draft any more.
    changed: bool,
}

/// `draft` without its corrections of what is right in `text`; `None` when it has none.
fn restored(text: &str, draft: &str) -> Option<String> {
    let mut edits = diff(text, draft);
    let all = edits.len();
    let mut undone: Option<usize> = None;
    edits.retain(|edit| {
        let between = undone.and_then(|end| text.get(end..edit.span.start));
        // Of "kinda", read as "kind of", the "of" is an insertion of its own.
        let belongs = edit.span.is_empty() && between.is_some_and(|between| between.trim().is_empty());
        let undo = belongs || is_hypercorrection(text, edit.span, &edit.replacement);
        undone = if undo { Some(edit.span.end) } else { undone };
        !undo
    });
    (edits.len() < all).then(|| apply(text, &edits))
}

/// The text as it is, then with each proposal by itself.
fn variants(text: &str, places: &[Vec<Proposal>]) -> Vec<String> {
    let each = places.iter().flatten().map(|proposal| applied(text, [proposal]));
    std::iter::once(text.to_owned()).chain(each).collect()
}

/// The best proposal of each place where it is good enough; `read` are the variants as they were read.
fn taken<'p>(places: &'p [Vec<Proposal>], read: &[Draft]) -> Vec<&'p Proposal> {
    let logprob = |draft: &Draft| draft.logprobs().iter().sum::<f32>();
    let mut gains = read.iter().skip(1).map(|variant| logprob(variant) - logprob(&read[0]));
    let best = |place: &'p Vec<Proposal>| {
        let rated = place.iter().map_while(|proposal| Some((gains.next()? + proposal.prior, proposal)));
        let best = rated.max_by(|a, b| a.0.total_cmp(&b.0));
        best.filter(|(rating, _)| *rating >= 0.0).map(|(_, proposal)| proposal)
    };
    places.iter().filter_map(best).collect()
}

/// `text`, a line, with replacements that are in order and do not overlap.
fn applied<'p>(text: &str, proposals: impl IntoIterator<Item = &'p Proposal>) -> String {
    let mut result = String::with_capacity(text.len());
    let mut from = 0;
    for Proposal { span, replacement, prior: _ } in proposals {
        // One that has no place of its own is left out, and the text loses nothing.
        let (Some(between), true) = (text.get(from..span.start), text.get(span.start..span.end).is_some())
        else {
            continue;
        };
        result.push_str(between);
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

    /// Writes something else than it reads.
    struct Writes(fn(&str) -> String);

    impl Rewriter for Writes {
        fn name(&self) -> &'static str {
            "writes"
        }

        fn max_source_tokens(&self) -> usize {
            100
        }

        fn measure(&self, text: &str) -> Measure {
            JUDGE.measure(text)
        }

        fn draft(&self, prompts: &[Prompt<'_>], _: &Drafting, _: &Cancel) -> Result<Drafted, EngineError> {
            Ok(Drafted::Done(
                prompts.iter().map(|prompt| vec![JUDGE.draft_of(&(self.0)(prompt.text))]).collect(),
            ))
        }

        fn reread(
            &self,
            prompts: &[Prompt<'_>],
            texts: &[Vec<String>],
            cancel: &Cancel,
        ) -> Result<Drafted, EngineError> {
            JUDGE.reread(prompts, texts, cancel)
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

    /// What stands in a text confuses nobody any more, and what comes back unchanged is read beside the text as it stands.
    #[test]
    fn the_rewriter_is_shown_the_corrected_text() {
        let confused = Writes(|text| text.replace("know wich", "is for"));
        let fix = Instruction::Intent(intent("fix").expect("an intent"));
        let corrected =
            Corrected { rewriter: &confused, judge: &JUDGE, propose: &|text| propose(TABLE, text) };
        let prompts = [Prompt { instruction: &fix, text: "We know wich one." }];
        let drafts = corrected.draft(&prompts, &Drafting::Best, &Cancel::new()).expect("no failure");
        assert_eq!(drafts, Drafted::Done(vec![vec![JUDGE.draft_of("We know witch one.")]]));
    }

    #[test]
    fn a_draft_that_is_lost_takes_no_correction_with_it() {
        let circling = Writes(|text| format!("{} so so so", text.trim_end_matches('.')));
        let fix = Instruction::Intent(intent("fix").expect("an intent"));
        let texts = ["We know wich one.", "We know it."];
        let prompts = texts.map(|text| Prompt { instruction: &fix, text });
        let check = |judge: &dyn Rewriter, expected: [&str; 2]| {
            let propose = |text: &str| propose(TABLE, text);
            let corrected = Corrected { rewriter: &circling, judge, propose: &propose };
            let drafts = corrected.draft(&prompts, &Drafting::Best, &Cancel::new()).expect("no failure");
            assert_eq!(drafts, Drafted::Done(expected.map(|text| vec![JUDGE.draft_of(text)]).into()));
        };
        check(&circling, ["We know witch one.", "We know it so so so"]);
        // One that decides for another has an answer of its own.
        check(&JUDGE, ["We know witch one so so so", "We know it so so so"]);
    }

    #[test]
    fn what_was_right_is_restored() {
        let strict =
            Writes(|text| text.replace("wifi", "wife").replace("are", "is").replace("kinda", "kind of"));
        let propose = |text: &str| propose(TABLE, text);
        let corrected = Corrected { rewriter: &strict, judge: &JUDGE, propose: &propose };
        let drafted = |id: &str, text: &str| {
            let instruction = Instruction::Intent(intent(id).expect("an intent"));
            let prompts = [Prompt { instruction: &instruction, text }];
            corrected.draft(&prompts, &Drafting::Best, &Cancel::new()).expect("no failure")
        };
        let expected = |text: &str| Drafted::Done(vec![vec![JUDGE.draft_of(text)]]);
        assert_eq!(drafted("fix", "The wifi are down."), expected("The wifi is down."));
        assert_eq!(drafted("fix", "The team are down."), expected("The team are down."), "nothing is left");
        assert_eq!(
            drafted("fix", "The wifi are wich?"),
            expected("The wifi is witch?"),
            "and rules are asked"
        );
        assert_eq!(drafted("paraphrase", "The wifi is down."), expected("The wife is down."));
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
