//! A rewrite under decision: the original, its edits, and what the person made of each.
//!
//! A review is a value. It holds no cursor and no clock, and its text can be asked for at any time: what is not decided
//! yet reads as in the original.

use crate::{BrokenSpan, Edit, Span};

/// Names a hunk within its review; hunks are numbered in text order from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct HunkId(pub u32);

/// What the person decided about a hunk.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// Nothing yet.
    Pending,
    /// The replacement is used.
    Accepted,
    /// The original stays.
    Rejected,
    /// This text is used instead.
    EditedTo(String),
}

/// One edit with its verdict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hunk {
    /// Its name.
    pub id: HunkId,
    /// What is proposed.
    pub edit: Edit,
    /// What was decided.
    pub verdict: Verdict,
}

/// Why a review could not be made, or a decision not be taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReviewError {
    /// An edit points outside the text or into a character.
    #[error("edit {start}..{end} does not fit the text; it was made for another version", start = .span.start, end = .span.end)]
    OutOfRange {
        /// The edit's span, in bytes.
        span: Span,
        /// What is wrong with it.
        source: BrokenSpan,
    },
    /// Two edits want the same bytes, or insert at the same place.
    #[error(
        "edits {}..{} and {}..{} overlap; join them or drop one",
        .first.start, .first.end, .second.start, .second.end
    )]
    Overlap {
        /// The earlier edit's span, in bytes.
        first: Span,
        /// The later edit's span.
        second: Span,
    },
    /// The review has no such hunk.
    #[error("there is no hunk {}; the review has {hunks}, numbered from 0", .id.0)]
    UnknownHunk {
        /// The hunk asked for.
        id: HunkId,
        /// How many there are.
        hunks: usize,
    },
}

/// An original with its hunks and the history of decisions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    original: String,
    hunks: Vec<Hunk>,
    done: Vec<Decision>,
    undone: Vec<Decision>,
}

/// The verdicts that one action changed: (index of the hunk, before, after).
type Decision = Vec<(usize, Verdict, Verdict)>;

impl Review {
    /// A review of `edits`, given in any order, with nothing decided.
    pub fn new(original: String, mut edits: Vec<Edit>) -> Result<Review, ReviewError> {
        edits.sort_by_key(|edit| edit.span);
        for edit in &edits {
            edit.span.of(&original).map_err(|source| ReviewError::OutOfRange { span: edit.span, source })?;
        }
        for pair in edits.windows(2) {
            let (first, second) = (pair[0].span, pair[1].span);
            if first.end > second.start || first == second {
                return Err(ReviewError::Overlap { first, second });
            }
        }
        let hunks = edits.into_iter().zip(0..).map(|(edit, id)| Hunk {
            id: HunkId(id),
            edit,
            verdict: Verdict::Pending,
        });
        Ok(Review { original, hunks: hunks.collect(), done: Vec::new(), undone: Vec::new() })
    }

    /// The text before any edit.
    pub fn original(&self) -> &str {
        &self.original
    }

    /// All hunks in text order.
    pub fn hunks(&self) -> &[Hunk] {
        &self.hunks
    }

    /// How many hunks wait for a verdict.
    pub fn pending(&self) -> usize {
        self.hunks.iter().filter(|hunk| hunk.verdict == Verdict::Pending).count()
    }

    /// Takes or changes one decision. The same verdict again changes nothing and is no step to undo.
    pub fn decide(&mut self, id: HunkId, verdict: Verdict) -> Result<(), ReviewError> {
        let index = id.0 as usize;
        let Some(hunk) = self.hunks.get(index) else {
            return Err(ReviewError::UnknownHunk { id, hunks: self.hunks.len() });
        };
        let decision = vec![(index, hunk.verdict.clone(), verdict)];
        self.take(decision);
        Ok(())
    }

    /// Accepts every hunk that is still pending, as one step. Earlier decisions stand.
    pub fn accept_all(&mut self) {
        self.decide_pending(&Verdict::Accepted);
    }

    /// Rejects every hunk that is still pending, as one step. Earlier decisions stand.
    pub fn reject_all(&mut self) {
        self.decide_pending(&Verdict::Rejected);
    }

    /// Takes the latest step back. False when there is none.
    pub fn undo(&mut self) -> bool {
        let Some(decision) = self.done.pop() else { return false };
        for (index, before, _) in &decision {
            self.hunks[*index].verdict = before.clone();
        }
        self.undone.push(decision);
        true
    }

    /// Takes the latest undone step again. False when there is none, or when something was decided since.
    pub fn redo(&mut self) -> bool {
        let Some(decision) = self.undone.pop() else { return false };
        for (index, _, after) in &decision {
            self.hunks[*index].verdict = after.clone();
        }
        self.done.push(decision);
        true
    }

    /// The text as decided so far; pending hunks read as in the original.
    pub fn text(&self) -> String {
        let mut text = String::with_capacity(self.original.len());
        let mut at = 0;
        for hunk in &self.hunks {
            let chosen = match &hunk.verdict {
                Verdict::Pending | Verdict::Rejected => continue,
                Verdict::Accepted => &hunk.edit.replacement,
                Verdict::EditedTo(own) => own,
            };
            text.push_str(&self.original[at..hunk.edit.span.start]);
            text.push_str(chosen);
            at = hunk.edit.span.end;
        }
        text.push_str(&self.original[at..]);
        text
    }

    fn decide_pending(&mut self, verdict: &Verdict) {
        let pending = self.hunks.iter().enumerate().filter(|(_, hunk)| hunk.verdict == Verdict::Pending);
        let decision = pending.map(|(index, _)| (index, Verdict::Pending, verdict.clone())).collect();
        self.take(decision);
    }

    fn take(&mut self, mut decision: Decision) {
        decision.retain(|(_, before, after)| before != after);
        if decision.is_empty() {
            return;
        }
        for (index, _, after) in &decision {
            self.hunks[*index].verdict = after.clone();
        }
        self.done.push(decision);
        self.undone.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diff;

    const ORIGINAL: &str = "We sold 40 units and was happy.";
    const REWRITE: &str = "We sold 400 units and were happy.";

    fn review() -> Review {
        Review::new(ORIGINAL.to_owned(), diff(ORIGINAL, REWRITE)).unwrap()
    }

    fn edit(start: usize, end: usize) -> Edit {
        Edit { span: Span::new(start, end), replacement: "x".to_owned(), kind: crate::EditKind::Wording }
    }

    #[test]
    fn a_fresh_review_reads_as_the_original() {
        let review = review();
        assert_eq!(review.text(), ORIGINAL);
        assert_eq!(review.pending(), 2);
    }

    #[test]
    fn each_hunk_is_decided_alone() {
        let mut review = review();
        review.decide(HunkId(1), Verdict::Accepted).unwrap();
        assert_eq!(review.text(), "We sold 40 units and were happy.");
        review.decide(HunkId(0), Verdict::EditedTo("41".to_owned())).unwrap();
        assert_eq!(review.text(), "We sold 41 units and were happy.");
        review.decide(HunkId(1), Verdict::Rejected).unwrap();
        assert_eq!(review.text(), "We sold 41 units and was happy.");
    }

    #[test]
    fn all_is_what_is_left() {
        let mut review = review();
        review.decide(HunkId(0), Verdict::Rejected).unwrap();
        review.accept_all();
        assert_eq!(review.text(), "We sold 40 units and were happy.");
        assert!(review.undo());
        assert_eq!((review.text().as_str(), review.pending()), (ORIGINAL, 1));
        review.reject_all();
        assert_eq!((review.text().as_str(), review.pending()), (ORIGINAL, 0));
    }

    #[test]
    fn every_step_can_be_undone_and_done_again() {
        let mut review = review();
        let mut states = vec![review.text()];
        review.decide(HunkId(0), Verdict::Accepted).unwrap();
        states.push(review.text());
        review.decide(HunkId(0), Verdict::EditedTo("four hundred".to_owned())).unwrap();
        states.push(review.text());
        review.accept_all();
        states.push(review.text());
        for state in states.iter().rev().skip(1) {
            assert!(review.undo());
            assert_eq!(&review.text(), state);
        }
        assert!(!review.undo());
        for state in &states[1..] {
            assert!(review.redo());
            assert_eq!(&review.text(), state);
        }
        assert!(!review.redo());
    }

    #[test]
    fn deciding_the_same_again_is_no_step_and_a_new_decision_forgets_what_was_undone() {
        let mut review = review();
        review.decide(HunkId(0), Verdict::Accepted).unwrap();
        review.decide(HunkId(0), Verdict::Accepted).unwrap();
        assert!(review.undo());
        assert!(!review.undo());
        review.decide(HunkId(1), Verdict::Accepted).unwrap();
        assert!(!review.redo());
        assert_eq!(review.text(), "We sold 40 units and were happy.");
    }

    #[test]
    fn edits_may_come_in_any_order_and_may_touch() {
        let review = Review::new("abc".to_owned(), vec![edit(1, 2), edit(0, 1), edit(2, 2)]).unwrap();
        let starts: Vec<_> = review.hunks().iter().map(|hunk| (hunk.id.0, hunk.edit.span.start)).collect();
        assert_eq!(starts, [(0, 0), (1, 1), (2, 2)]);
    }

    #[test]
    fn broken_edits_are_refused() {
        let overlap = Review::new("abc".to_owned(), vec![edit(0, 2), edit(1, 3)]).unwrap_err();
        assert_eq!(overlap.to_string(), "edits 0..2 and 1..3 overlap; join them or drop one");
        let twice = Review::new("abc".to_owned(), vec![edit(1, 1), edit(1, 1)]).unwrap_err();
        assert!(matches!(twice, ReviewError::Overlap { .. }));
        let outside = Review::new("abc".to_owned(), vec![edit(2, 9)]).unwrap_err();
        assert!(matches!(
            outside,
            ReviewError::OutOfRange { source: BrokenSpan::Outside { offset: 9, len: 3 }, .. }
        ));
        let inside = Review::new("é".to_owned(), vec![edit(0, 1)]).unwrap_err();
        assert!(matches!(
            inside,
            ReviewError::OutOfRange { source: BrokenSpan::InsideCharacter { offset: 1 }, .. }
        ));
    }

    #[test]
    fn an_unknown_hunk_is_named() {
        let error = review().decide(HunkId(7), Verdict::Accepted).unwrap_err();
        assert_eq!(error.to_string(), "there is no hunk 7; the review has 2, numbered from 0");
    }
}
