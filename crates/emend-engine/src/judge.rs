//! From one draft to one candidate, or to the reason why there is none.

use std::collections::BTreeMap;

use emend_text::{Bounds, EditKind, Span, count_words, diff, keep_layout, reason};

use crate::confidence::{Aligned, Answer, Features, VETOED, features, mean_probability};
use crate::refine::refine;
use crate::verify::{Promise, Scored, verify};
use crate::view::View;
use crate::{Candidate, Draft, Kept, ProposedEdit, Request, Segment, Tier, VetoReason};

/// What a draft amounts to.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Judged {
    /// A rewrite that passed all checks. Its edits are numbered from 0.
    Candidate(Candidate),
    /// The original again.
    Unchanged,
    /// Nothing to show.
    Vetoed(VetoReason),
}

impl Judged {
    /// The text of the candidate; `None` of the original, or of nothing.
    pub(crate) fn text(&self) -> Option<&str> {
        match self {
            Self::Candidate(candidate) => Some(&candidate.text),
            Self::Unchanged | Self::Vetoed(_) => None,
        }
    }

    /// Whether it could be shown; the original always can.
    pub(crate) fn is_fit(&self) -> bool {
        !matches!(self, Self::Vetoed(_))
    }

    /// The candidate; `None` of the original, or of nothing.
    pub(crate) fn candidate(self) -> Option<Candidate> {
        match self {
            Self::Candidate(candidate) => Some(candidate),
            Self::Unchanged | Self::Vetoed(_) => None,
        }
    }
}

/// Refines, verifies and diffs `draft`, a rewrite of `view`, which is what the model of this `tier` saw of `segment`.
/// Also says what it amounts to in numbers.
pub(crate) fn judge(
    request: &Request<'_>,
    segment: &Segment,
    view: &View,
    draft: &Draft,
    tier: Tier,
) -> (Judged, Features) {
    let about = |rewrite: &str, edits: &[Scored], kept: &Kept, aligned: Option<&Aligned<'_>>| {
        features(&Answer::new(&view.text, rewrite, request.instruction, draft, (edits, kept), aligned))
    };
    let vetoed = |reason: VetoReason, mut features: Features| {
        features.insert(VETOED, 1.0);
        (Judged::Vetoed(reason), features)
    };
    let rewrite = match refine(&view.text, request.instruction, draft) {
        Ok(span) => span,
        Err(reason) => return vetoed(reason, about(&view.text, &[], &Kept::AsIs, None)),
    };
    let rewrite =
        if segment.is_sentence { rewrite } else { without_end_mark(&view.text, &draft.text, rewrite) };
    let laid_out = keep_layout(&view.text, &draft.text[rewrite.start..rewrite.end]);
    let aligned = Aligned::new(draft, rewrite, &laid_out);
    let edits = if laid_out == view.text { Vec::new() } else { diff(&view.text, &laid_out) };
    let mut edits = Scored::all(edits, aligned.as_ref());
    if segment.is_sentence {
        keep_end_mark(&view.text, &mut edits);
    } else {
        // For the same reason.
        edits.retain(|scored| !(scored.edit.span.start == 0 && scored.edit.kind == EditKind::Case));
    }
    let before = about(&laid_out, &edits, &Kept::AsIs, aligned.as_ref());
    if edits.is_empty() {
        return (Judged::Unchanged, before);
    }
    if let Some(reason) = over_budget(request, view, &edits) {
        return vetoed(reason, before);
    }
    let promise = Promise {
        document: request.text,
        view,
        instruction: request.instruction,
        glossary: request.glossary,
    };
    let (edits, kept) = match verify(&promise, edits) {
        Ok(verified) => verified,
        Err(reason) => return vetoed(reason, before),
    };
    let features =
        if kept == Kept::AsIs { before } else { about(&laid_out, &edits, &kept, aligned.as_ref()) };
    let share = changed_words(view, &edits) as f32 / count_words(&view.text).max(1) as f32;
    let edits: Vec<ProposedEdit> = edits
        .into_iter()
        // Verified edits have a place in the document; see `View::to_document`.
        .filter_map(|scored| Some((view.to_document(scored.edit.span)?, scored)))
        .zip(0..)
        .map(|((span, Scored { edit, confidence, .. }), id)| ProposedEdit {
            id,
            span,
            reason: reason(&edit, &view.text),
            replacement: edit.replacement,
            kind: edit.kind,
            confidence,
        })
        .collect();
    let text = applied(request.text, segment.span, &edits);

    let token_logprobs = draft.logprobs();
    let logprob_mean = token_logprobs.iter().sum::<f32>() / token_logprobs.len().max(1) as f32;
    let original = &request.text[segment.span.start..segment.span.end];
    let mut scores = BTreeMap::from([
        ("length_ratio", count_words(&text) as f32 / count_words(original).max(1) as f32),
        ("edit_share", share),
    ]);
    scores.extend(mean_probability(&token_logprobs).map(|probability| ("probability", probability)));
    let candidate = Candidate {
        text,
        edits,
        logprob_mean,
        token_logprobs,
        scores,
        kept,
        tier,
        features: features.clone(),
        confidence: None,
    };
    (Judged::Candidate(candidate), features)
}

/// `text` within `span` with `edits` of the whole text applied, which lie in `span` and are in order.
pub(crate) fn applied<'e>(
    text: &str,
    span: Span,
    edits: impl IntoIterator<Item = &'e ProposedEdit>,
) -> String {
    let mut result = String::with_capacity(span.len());
    let mut from = span.start;
    for edit in edits {
        result.push_str(&text[from..edit.span.start]);
        result.push_str(&edit.replacement);
        from = edit.span.end;
    }
    result.push_str(&text[from..span.end]);
    result
}

/// A sentence ends as one: the last of `edits` gives back the mark that it would take from the end of `original`.
fn keep_end_mark(original: &str, edits: &mut Vec<Scored>) {
    let Some(mark) = original.chars().next_back().filter(|c| matches!(c, '.' | '!' | '?')) else { return };
    let Some(edit) = edits.last_mut().map(|last| &mut last.edit) else { return };
    let is_open = |text: &str| text.chars().next_back().is_none_or(|c| c.is_alphanumeric() || c == ',');
    if edit.span.end != original.len() || !is_open(&edit.replacement) {
        return;
    }
    edit.replacement = edit.replacement.trim_end_matches(',').to_owned();
    edit.replacement.push(mark);
    let old = &original[edit.span.start..];
    edit.kind = EditKind::of(old, &edit.replacement);
    if old == edit.replacement {
        edits.pop();
    }
}

/// `rewrite` without a full stop that the original does not have: a heading or half a sentence needs none, and models
/// that saw only whole sentences add one.
fn without_end_mark(original: &str, draft: &str, rewrite: Span) -> Span {
    let text = &draft[rewrite.start..rewrite.end];
    match text.strip_suffix('.') {
        Some(bare) if !bare.is_empty() && !original.ends_with(['.', '!', '?']) => {
            Span::new(rewrite.start, rewrite.end - 1)
        }
        _ => rewrite,
    }
}

fn over_budget(request: &Request<'_>, view: &View, edits: &[Scored]) -> Option<VetoReason> {
    let bounds = Bounds::of(request.instruction);
    let (words, changed) = (count_words(&view.text), changed_words(view, edits));
    bounds.is_over_budget(words, changed).then(|| VetoReason::TooManyChanges {
        share: changed as f32 / words.max(1) as f32,
        budget: bounds.edit_budget,
    })
}

/// Words of the original that the edits replace or remove.
fn changed_words(view: &View, edits: &[Scored]) -> usize {
    edits.iter().map(|scored| count_words(&view.text[scored.edit.span.start..scored.edit.span.end])).sum()
}

#[cfg(test)]
mod tests {
    use emend_text::{Dictionary, Format, Glossary, Instruction, intent};

    use super::*;
    use crate::plan::segment_at;
    use crate::{DraftToken, Ending};

    /// Judges `written` as a rewrite of all of `document`, which is one paragraph.
    fn judged(document: &str, id: &str, written: &str) -> Judged {
        let instruction = Instruction::Intent(intent(id).expect("an intent"));
        let glossary = Glossary::default();
        let request = Request {
            text: document,
            format: Format::Markdown,
            range: None,
            instruction: &instruction,
            glossary: &glossary,
            dictionary: &Dictionary::default(),
            alternatives: 0,
            seed: 0,
        };
        let text = document.trim_start_matches("# ");
        let span = Span::new(document.len() - text.len(), document.len());
        let segment = segment_at(&request, span).expect("inside");
        let view = View::of(document, segment.span, &segment.frozen);
        // A token per word, and the end; each half as likely as the one before.
        let ends: Vec<usize> = written.match_indices(' ').map(|(at, _)| at).chain([written.len()]).collect();
        let tokens: Vec<DraftToken> = (1..)
            .zip(ends)
            .map(|(number, end)| DraftToken { end, logprob: -(number as f32) * 2f32.ln(), entropy: None })
            .collect();
        let draft = Draft { text: written.into(), tokens, ending: Ending::Finished { logprob: Some(0.0) } };
        judge(&request, &segment, &view, &draft, Tier::Small).0
    }

    #[track_caller]
    fn candidate(document: &str, id: &str, written: &str) -> Candidate {
        match judged(document, id, written) {
            Judged::Candidate(candidate) => candidate,
            other => panic!("expected a candidate, found {other:?}"),
        }
    }

    #[test]
    fn a_draft_becomes_edits_in_the_document() {
        let found = candidate("We **was** late\non Monday.", "fix", "We were late on Monday.");
        assert_eq!(found.text, "We **were** late\non Monday.");
        assert_eq!(found.edits.len(), 1);
        let edit = &found.edits[0];
        assert_eq!((edit.span, edit.replacement.as_str()), (Span::new(5, 8), "were"));
        assert!((edit.confidence.expect("tokens are known") - 0.25).abs() < 1e-5, "the second word");
        assert!(!edit.reason.is_empty());
        assert_eq!(found.kept, Kept::AsIs);
        assert!((found.scores["edit_share"] - 0.2).abs() < 1e-6);
        assert!((found.scores["length_ratio"] - 1.0).abs() < 1e-6);
        // Words 1 to 5 and the end: (1 + 2 + 3 + 4 + 5) / 6 halvings.
        assert!((found.logprob_mean - -2.5 * 2f32.ln()).abs() < 1e-5);
    }

    #[test]
    fn a_sentence_keeps_its_end_mark() {
        let found = candidate("You are all idiots!", "appropriate", "You are all wrong");
        assert_eq!((found.text.as_str(), found.edits.len()), ("You are all wrong!", 1));
        let found = candidate("We was late, really.", "fix", "We were late");
        assert_eq!(found.text, "We were late.");
        assert_eq!(judged("We were late.", "fix", "We were late"), Judged::Unchanged);
        assert_eq!(candidate("We was late.", "fix", "We were late!").text, "We were late!");
    }

    #[test]
    fn the_original_in_other_white_space_is_unchanged() {
        assert_eq!(judged("We were  late\non Monday.", "fix", "We were late on Monday."), Judged::Unchanged);
    }

    #[test]
    fn headings_get_no_full_stop() {
        assert_eq!(judged("# A walk in the park", "fix", "A walk in the park."), Judged::Unchanged);
        assert_eq!(
            candidate("# A walk in the parc", "fix", "A walk in the park.").text,
            "A walk in the park"
        );
        assert_eq!(
            candidate("We walk in the parc", "fix", "We walk in the park.").text,
            "We walk in the park."
        );
    }

    #[test]
    fn more_changes_than_asked_for_are_vetoed() {
        let original =
            "The committee has decided to postpone the meeting until the next week because of rain.";
        let other =
            "Because of rain, members chose delaying their gathering for seven more days, it was said today.";
        assert!(matches!(
            judged(original, "fix", other),
            Judged::Vetoed(VetoReason::TooManyChanges { share, .. }) if share > 0.6
        ));
        assert!(matches!(judged(original, "paraphrase", other), Judged::Candidate(_)));
    }

    #[test]
    fn numbers_survive() {
        let found = candidate("We was 40 at 10:30.", "fix", "We were 50 at 10:30.");
        assert_eq!(found.text, "We were 40 at 10:30.");
        assert!(matches!(found.kept, Kept::Repaired { dropped: 1, .. }));
    }
}
