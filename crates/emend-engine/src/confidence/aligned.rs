//! Which tokens were written for which edit, and how sure the model was of each edit.
//!
//! Copying makes most tokens almost certain, which swamps any average over the whole draft. So only the
//! tokens that were written *for* an edit count. They are found through the letters: between draft and
//! rewrite only white space moved, so the n-th visible character of one is the n-th of the other.
//! The number is uncalibrated: it ranks the edits of one model and is no promise.

use emend_text::Span;

use crate::Draft;

/// Geometric mean of probabilities given as natural logarithms; `None` for an empty slice.
pub fn mean_probability(logprobs: &[f32]) -> Option<f32> {
    if logprobs.is_empty() {
        return None;
    }
    let mean = logprobs.iter().sum::<f32>() / logprobs.len() as f32;
    Some(mean.exp().min(1.0))
}

/// A draft whose tokens can be found from positions in the rewrite that was made of it.
pub(crate) struct Aligned<'a> {
    draft: &'a Draft,
    /// Visible characters before the end of each token.
    ink: Vec<usize>,
    /// Visible characters of the draft before the rewrite begins.
    skipped: usize,
    rewrite: &'a str,
}

impl<'a> Aligned<'a> {
    /// `rewrite` is the part `span` of the draft's text with other white space. `None` when it is not, or
    /// when the tokens are not known.
    pub(crate) fn new(draft: &'a Draft, span: Span, rewrite: &'a str) -> Option<Self> {
        let part = &draft.text[span.start..span.end];
        let same =
            part.split_whitespace().flat_map(str::chars).eq(rewrite.split_whitespace().flat_map(str::chars));
        if draft.tokens.is_empty() || !same {
            return None;
        }
        let mut ink = Vec::with_capacity(draft.tokens.len());
        let (mut from, mut count) = (0, 0);
        for token in &draft.tokens {
            count += visible(&draft.text[from..token.end]);
            from = token.end;
            ink.push(count);
        }
        Some(Self { draft, ink, skipped: visible(&draft.text[..span.start]), rewrite })
    }

    /// The confidence of an edit that put `range` into the rewrite; an empty range is a deletion.
    pub(crate) fn confidence(&self, range: Span) -> Option<f32> {
        let steps = self.steps(range);
        mean_probability(&steps.into_iter().filter_map(|step| self.draft.logprob(step)).collect::<Vec<_>>())
    }

    /// Steps of decoding, from 0, that wrote an edit; the step after the last token is the one that ended the draft.
    pub(crate) fn steps(&self, range: Span) -> Vec<usize> {
        let start = self.skipped + visible(&self.rewrite[..range.start]);
        let end = start + visible(&self.rewrite[range.start..range.end]);
        let before = |token: usize| if token == 0 { 0 } else { self.ink[token - 1] };
        if start < end {
            let written = |&step: &usize| before(step) < end && self.ink[step] > start;
            (0..self.ink.len()).filter(written).collect()
        } else {
            // What was written where the deleted words were expected: the next token, or the end.
            vec![(0..self.ink.len()).find(|&step| before(step) >= start).unwrap_or(self.ink.len())]
        }
    }
}

fn visible(text: &str) -> usize {
    text.chars().filter(|c| !c.is_whitespace()).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{DraftToken, Ending};

    /// " He" 0.9, " go" 0.5, "es" 0.2, " home" 0.8, "." 0.7, end 0.6
    fn draft() -> Draft {
        let token = |end, p: f32| DraftToken { end, logprob: p.ln(), entropy: None };
        Draft {
            text: "He goes home.".into(),
            tokens: vec![token(2, 0.9), token(5, 0.5), token(7, 0.2), token(12, 0.8), token(13, 0.7)],
            ending: Ending::Finished { logprob: Some(0.6f32.ln()) },
        }
    }

    #[track_caller]
    fn check(rewrite: &str, range: (usize, usize), expected: f32) {
        let draft = draft();
        let aligned = Aligned::new(&draft, Span::new(0, 13), rewrite).expect("only white space moved");
        let found = aligned.confidence(Span::new(range.0, range.1)).expect("there are tokens");
        assert!((found - expected).abs() < 1e-5, "{found} is not {expected}");
    }

    #[test]
    fn only_the_tokens_of_the_edit_count() {
        check("He goes home.", (3, 7), (0.5f32 * 0.2).sqrt());
        check("He goes home.", (0, 2), 0.9);
        check("He\n  goes   home.", (5, 9), (0.5f32 * 0.2).sqrt()); // white space was restored
        check("He goes home.", (5, 7), 0.2); // a part of a word
    }

    #[test]
    fn a_deletion_is_judged_by_what_was_written_instead() {
        check("He goes home.", (8, 8), 0.8); // something before "home" went away
        check("He goes home.", (13, 13), 0.6); // something at the end went away
    }

    #[test]
    fn what_was_stripped_before_the_rewrite_is_skipped() {
        let draft = draft();
        let aligned = Aligned::new(&draft, Span::new(3, 13), "goes home.").expect("the tail of the draft");
        assert!((aligned.confidence(Span::new(5, 9)).expect("a token") - 0.8).abs() < 1e-5);
    }

    #[test]
    fn another_text_or_no_tokens_is_not_aligned() {
        assert!(Aligned::new(&draft(), Span::new(0, 13), "He goes there.").is_none());
        let silent = Draft { tokens: Vec::new(), ..draft() };
        assert!(Aligned::new(&silent, Span::new(0, 13), "He goes home.").is_none());
        assert_eq!(mean_probability(&[]), None);
    }
}
