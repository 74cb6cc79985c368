//! The last word before a writer sees a rewrite: nothing that must stay may change.
//!
//! A candidate that would change protected content is repaired once, with the concrete witness: each edit is
//! tried alone, those that do the damage are dropped, and what is left is checked again as a whole. If it is
//! still not safe, or nothing is left, the original stays.

use emend_text::{Edit, Glossary, Instruction, Span, breach, changes_negation, dropped, invented, unread};

use crate::confidence::Aligned;
use crate::view::View;
use crate::{Kept, VetoReason, markup};

/// An edit of the view, with the model's confidence in it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Scored {
    pub edit: Edit,
    /// What it wrote, in bytes of the rewrite.
    pub written: Span,
    pub confidence: Option<f32>,
}

impl Scored {
    /// Pairs the edits of `diff(view, rewrite)` with the tokens that were written for them.
    pub(crate) fn all(edits: Vec<Edit>, aligned: Option<&Aligned<'_>>) -> Vec<Self> {
        // Where the rewrite is, relative to the original, after the edits so far.
        let mut shift = 0isize;
        edits
            .into_iter()
            .map(|edit| {
                let start = edit.span.start.saturating_add_signed(shift);
                let written = Span::new(start, start + edit.replacement.len());
                shift += edit.replacement.len() as isize - edit.span.len() as isize;
                Self { confidence: aligned.and_then(|aligned| aligned.confidence(written)), edit, written }
            })
            .collect()
    }
}

/// What must hold for every rewrite of one segment.
pub(crate) struct Promise<'a> {
    pub document: &'a str,
    pub view: &'a View,
    pub instruction: &'a Instruction,
    pub glossary: &'a Glossary,
}

/// How a rewrite would break the promise.
#[derive(Debug, Default, PartialEq)]
struct Damage {
    lost: Vec<String>,
    invented: Vec<String>,
    negation: bool,
}

/// The edits that keep the promise, and whether they are all of them.
pub(crate) fn verify(promise: &Promise<'_>, edits: Vec<Scored>) -> Result<(Vec<Scored>, Kept), VetoReason> {
    let Some(damage) = promise.damage(&edits) else { return Ok((edits, Kept::AsIs)) };
    let all = edits.len();
    let harmless: Vec<Scored> =
        edits.into_iter().filter(|edit| promise.damage(std::slice::from_ref(edit)).is_none()).collect();
    if harmless.is_empty() || promise.damage(&harmless).is_some() {
        return Err(damage.reason());
    }
    let dropped = all - harmless.len();
    Ok((harmless, Kept::Repaired { dropped, lost: damage.lost, invented: damage.invented }))
}

impl Promise<'_> {
    /// What applying `edits` would damage; `None` when nothing.
    fn damage(&self, edits: &[Scored]) -> Option<Damage> {
        let mut damage = Damage::default();
        let plain: Vec<Edit> = edits.iter().map(|scored| scored.edit.clone()).collect();
        // Compared is what stands in the document: an edit beside hidden markup can change what the markup means.
        let segment = self.view.segment();
        let before = &self.document[segment.start..segment.end];
        let after = self.in_document(&plain);
        if let Some(breach) = breach(before, &after, self.glossary) {
            (damage.lost, damage.invented) = (breach.lost, breach.invented);
        }
        let indent = self.line_before(segment);
        damage.invented.extend(markup::line(&format!("{indent}{before}"), &format!("{indent}{after}")));
        let original = self.view.text.as_str();
        for edit in &plain {
            let replaced = &original[edit.span.start..edit.span.end];
            damage.invented.extend(markup::inline(replaced, &edit.replacement));
        }
        for frozen in &self.view.frozen {
            let inside = |edit: &Edit| frozen.start < edit.span.start && edit.span.end < frozen.end;
            if plain.iter().any(|edit| edit.span.overlaps(*frozen) || inside(edit)) {
                damage.lose(&original[frozen.start..frozen.end]);
            }
        }
        for edit in &plain {
            for markup in self.view.markup_inside(self.document, edit.span) {
                damage.lose(markup);
            }
        }
        if self.guards("words") {
            let made_up = invented(before, &after).into_iter().filter(|word| !self.glossary.has_word(word));
            damage.invented.extend(made_up.map(str::to_owned));
        }
        damage.invented.dedup();
        if self.guards("content") {
            for word in dropped(before, &after) {
                damage.lose(word);
            }
            for edit in &plain {
                for word in unread(&original[edit.span.start..edit.span.end], &edit.replacement) {
                    damage.lose(word);
                }
            }
        }
        damage.negation = self.guards("negation") && changes_negation(before, &after);
        (damage != Damage::default()).then_some(damage)
    }

    /// What stands before the segment on its line: nothing, an indentation, a list marker, another sentence.
    fn line_before(&self, segment: Span) -> &str {
        let before = &self.document[..segment.start];
        before.rsplit('\n').next().unwrap_or(before)
    }

    /// The segment with `edits` of its view; those that run across markup have no place and are left out.
    fn in_document(&self, edits: &[Edit]) -> String {
        let segment = self.view.segment();
        let mut text = String::with_capacity(segment.len());
        let mut from = segment.start;
        for edit in edits {
            if let Some(span) = self.view.to_document(edit.span) {
                text.push_str(&self.document[from..span.start]);
                text.push_str(&edit.replacement);
                from = span.end;
            }
        }
        text.push_str(&self.document[from..segment.end]);
        text
    }

    fn guards(&self, guard: &str) -> bool {
        match self.instruction {
            Instruction::Intent(intent) => intent.guards.contains(&guard),
            // "Disagree with this" and "Say it in Latin" are legitimate wishes.
            Instruction::Own(_) => false,
        }
    }
}

impl Damage {
    fn lose(&mut self, content: &str) {
        if !self.lost.iter().any(|lost| lost == content) {
            self.lost.push(content.to_owned());
        }
    }

    fn reason(self) -> VetoReason {
        if self.lost.is_empty() && self.invented.is_empty() {
            VetoReason::Negation
        } else {
            VetoReason::Protected { lost: self.lost, invented: self.invented }
        }
    }
}

#[cfg(test)]
mod tests {
    use emend_text::{Span, apply, diff, intent};

    use super::*;

    fn verified(
        document: &str,
        frozen: &[Span],
        glossary: &Glossary,
        rewrite: &str,
    ) -> Result<(String, Kept), VetoReason> {
        let view = View::of(document, Span::new(0, document.len()), frozen);
        let instruction = Instruction::Intent(intent("fix").expect("the first intent"));
        let promise = Promise { document, view: &view, instruction: &instruction, glossary };
        let edits = Scored::all(diff(&view.text, rewrite), None);
        verify(&promise, edits).map(|(edits, kept)| {
            let edits: Vec<Edit> = edits.into_iter().map(|scored| scored.edit).collect();
            (apply(&view.text, &edits), kept)
        })
    }

    #[track_caller]
    fn check(document: &str, rewrite: &str, expected: &str, dropped: usize) {
        let (text, kept) = verified(document, &[], &Glossary::default(), rewrite).expect("something is left");
        assert_eq!(text, expected);
        match kept {
            Kept::AsIs => assert_eq!(dropped, 0, "nothing was repaired"),
            Kept::Repaired { dropped: found, .. } => assert_eq!(found, dropped),
            Kept::ByRules => panic!("the model wrote it"),
        }
    }

    #[test]
    fn harmless_edits_pass() {
        check("She go there on 3 May.", "She goes there on 3 May.", "She goes there on 3 May.", 0);
    }

    #[test]
    fn only_the_edits_that_do_damage_are_dropped() {
        check("We was 40 people.", "We were 400 people.", "We were 40 people.", 1);
        check(
            "He write to ann@a.example every day.",
            "He writes to ann@b.example every day.",
            "He writes to ann@a.example every day.",
            1,
        );
        check("He stay and she will not.", "He stays and she will.", "He stays and she will not.", 1);
    }

    #[test]
    fn made_up_words_are_dropped() {
        check("She go there befor noon.", "She goes there isfor noon.", "She goes there befor noon.", 1);
        check("The emendd tool stop.", "The emendd tool stops.", "The emendd tool stops.", 0);
        let glossary = Glossary::new(["Emendix".to_owned()]);
        let (text, _) =
            verified("Open Emendx.", &[], &glossary, "Open Emendix.").expect("a term of the writer");
        assert_eq!(text, "Open Emendix.");
    }

    #[test]
    fn when_nothing_is_left_the_original_stays() {
        let veto = verified("We were 40 people.", &[], &Glossary::default(), "We were 400 people.");
        let Err(VetoReason::Protected { lost, invented }) = veto else { panic!("{veto:?}") };
        assert!(lost[0].contains("40") && invented[0].contains("400"), "{lost:?} {invented:?}");
        let veto = verified("We did not agree.", &[], &Glossary::default(), "We did agree.");
        assert_eq!(veto, Err(VetoReason::Negation));
    }

    #[test]
    fn glossary_terms_and_frozen_text_stay() {
        let glossary = Glossary::new(["Blue Fern".to_owned()]);
        let (text, _) =
            verified("The Blue Fern are open.", &[], &glossary, "The blue plant is open.").expect("is");
        assert_eq!(text, "The Blue Fern is open.");
        let code = "Runs `cargo  go` now and then it stop.";
        let (text, kept) =
            verified(code, &[Span::new(5, 16)], &Glossary::default(), "Run cargo now and then it stops.")
                .expect("the verbs are left");
        assert_eq!(text, "Run cargo  go now and then it stops.");
        assert!(matches!(kept, Kept::Repaired { .. }));
    }

    #[test]
    fn invented_markup_is_dropped() {
        check(
            "We was late, and very tired.",
            "We were late, and **very** tired.",
            "We were late, and very tired.",
            1,
        );
        let (text, _) =
            verified("Them `code x` stop.", &[Span::new(5, 13)], &Glossary::default(), "The `code x` stops.")
                .expect("an edit is left");
        assert_eq!(
            text, "Them code x stops.",
            "the code has its backticks, hidden; a second pair is dropped"
        );
    }

    #[test]
    fn code_of_one_letter_is_not_every_such_letter() {
        let (text, kept) =
            verified("Them boxes hold `x`.", &[Span::new(16, 19)], &Glossary::default(), "The bins hold x.")
                .expect("is");
        assert_eq!((text.as_str(), kept), ("The bins hold x.", Kept::AsIs));
    }

    #[test]
    fn an_edit_across_markup_is_dropped() {
        // "the **big** dogs runs": the marks are hidden from the model.
        let document = "the **big** dogs runs";
        let frozen = [Span::new(4, 6), Span::new(9, 11)];
        let (text, kept) =
            verified(document, &frozen, &Glossary::default(), "the hounds run").expect("one edit is left");
        assert_eq!(text, "the big dogs run");
        let Kept::Repaired { lost, .. } = kept else { panic!("{kept:?}") };
        assert_eq!(lost, ["**"]);
    }
}
