//! What became of suggestions: by wish, by who wrote them, by day, and beside how sure the program was of its answers.

use std::collections::BTreeMap;
use std::fmt;

use emend_engine::Tier;
use emend_eval::Scored;
use emend_store::tables::decided::Shown;

/// Milliseconds of a day.
const DAY: i64 = 86_400_000;

/// Edits by the last word about each; an edit for which only other versions were asked is none of these.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Acceptance {
    /// Taken as they were.
    pub accepted: usize,
    /// Taken in the person's own words.
    pub edited: usize,
    /// Refused.
    pub rejected: usize,
}

impl Acceptance {
    /// Taken, as they were or in the person's own words.
    pub fn taken(self) -> usize {
        self.accepted + self.edited
    }

    /// All of them.
    pub fn all(self) -> usize {
        self.taken() + self.rejected
    }
}

/// Who wrote a suggestion. It prints as words.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct WrittenBy {
    /// Whether it was the large model.
    pub large: bool,
    /// The model's name.
    pub model: String,
    /// The adapter that was on.
    pub adapter: Option<String>,
}

impl fmt::Display for WrittenBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.model)?;
        if let Some(adapter) = &self.adapter {
            write!(f, " with {adapter}")?;
        }
        if self.large { write!(f, ", asked as the large model") } else { Ok(()) }
    }
}

/// What became of suggestions.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Received {
    /// By intent id (or `own`).
    pub intents: BTreeMap<String, Acceptance>,
    /// By who wrote them.
    pub writers: BTreeMap<WrittenBy, Acceptance>,
    /// By the day of the last word, counted from 1970 in UTC; days without one are left out.
    pub days: BTreeMap<i64, Acceptance>,
    /// How sure the program was of each answer that was decided about, and whether it was kept.
    pub(crate) answers: Vec<Scored>,
}

impl Received {
    /// Counts more of what was shown: whole requests, in the store's order.
    pub(crate) fn add(&mut self, shown: &[Shown]) {
        for edit in shown.chunk_by(|a, b| (a.request, a.edit) == (b.request, b.edit)) {
            self.add_last_word(&edit[edit.len() - 1]);
        }
        for answer in shown.chunk_by(|a, b| a.candidate == b.candidate) {
            if let (Some(score), Some(kept)) = (answer[0].confidence, is_kept(answer)) {
                self.answers.push(Scored { label: f64::from(u8::from(kept)), score });
            }
        }
    }

    fn add_last_word(&mut self, last: &Shown) {
        let (Some(verdict), Some(decided)) = (last.verdict.as_deref(), last.decided) else { return };
        let one = match verdict {
            "accept" => Acceptance { accepted: 1, ..Acceptance::default() },
            "edited" => Acceptance { edited: 1, ..Acceptance::default() },
            "reject" => Acceptance { rejected: 1, ..Acceptance::default() },
            _ => return,
        };
        let writer = WrittenBy {
            large: last.tier == Tier::Large.id(),
            model: last.model.clone(),
            adapter: last.adapter.clone(),
        };
        for counts in [
            self.intents.entry(last.instruction_id.clone()).or_default(),
            self.writers.entry(writer).or_default(),
            self.days.entry(decided.div_euclid(DAY)).or_default(),
        ] {
            counts.accepted += one.accepted;
            counts.edited += one.edited;
            counts.rejected += one.rejected;
        }
    }
}

/// Whether the person kept a candidate, whose edits these are with their decisions: whether more than half of the edits
/// that were decided stand as they were proposed. `None` when none was decided. Of decisions about one edit the last counts.
pub(crate) fn is_kept(shown: &[Shown]) -> Option<bool> {
    let last = shown.chunk_by(|a, b| a.edit == b.edit).filter_map(|edit| edit.last());
    let decided = last.filter_map(|edit| {
        let verdict = edit.verdict.as_deref()?;
        // Who types the proposal has taken it.
        let taken = verdict == "accept" || edit.final_text.as_deref() == Some(&edit.replacement);
        Some(taken)
    });
    let decided: Vec<bool> = decided.collect();
    let taken = decided.iter().filter(|taken| **taken).count();
    (!decided.is_empty()).then_some(2 * taken > decided.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(number: i64, verdict: Option<&str>, final_text: Option<&str>) -> Shown {
        Shown {
            request: 1,
            segment: 0,
            candidate: 1,
            tier: "small".into(),
            model: "starter".into(),
            adapter: None,
            confidence: None,
            edit: number,
            instruction_id: "fix".into(),
            instruction: "Fix the grammar".into(),
            source: "She go.".into(),
            start: 4,
            end: 6,
            original: "go".into(),
            replacement: "goes".into(),
            verdict: verdict.map(str::to_owned),
            final_text: final_text.map(str::to_owned),
            decided: verdict.map(|_| 1),
        }
    }

    #[test]
    fn an_answer_is_kept_when_most_of_it_stands() {
        let accept = |number| edit(number, Some("accept"), None);
        let reject = |number| edit(number, Some("reject"), None);
        assert_eq!(is_kept(&[edit(0, None, None)]), None, "nobody decided");
        assert_eq!(is_kept(&[accept(0)]), Some(true));
        assert_eq!(is_kept(&[accept(0), accept(1), reject(2), edit(3, None, None)]), Some(true));
        assert_eq!(is_kept(&[accept(0), reject(1)]), Some(false), "half of it");
        assert_eq!(is_kept(&[accept(0), reject(0)]), Some(false), "the last one counts");
        assert_eq!(is_kept(&[edit(0, Some("another"), None)]), Some(false));
        assert_eq!(is_kept(&[edit(0, Some("edited"), Some("walks"))]), Some(false));
        assert_eq!(is_kept(&[edit(0, Some("edited"), Some("goes"))]), Some(true));
    }

    #[test]
    fn the_last_word_about_each_edit_counts_once_for_wish_writer_and_day() {
        let at = |decided, row: Shown| Shown { decided: Some(decided), ..row };
        let with =
            |adapter: &str, row| Shown { adapter: Some(adapter.into()), request: 2, candidate: 2, ..row };
        let large = Shown { tier: "large".into(), request: 3, candidate: 3, ..edit(0, Some("reject"), None) };
        let mut found = Received::default();
        found.add(&[
            // Rejected on the first day, accepted on the second: one word, said on the second.
            at(DAY - 1, edit(0, Some("reject"), None)),
            at(DAY, edit(0, Some("accept"), None)),
            edit(1, None, None),
            edit(2, Some("another"), None),
            // The same number in another request is another edit.
            with("mine", at(DAY + 5, edit(0, Some("edited"), Some("went")))),
        ]);
        found.add(&[at(-1, large)]);
        let of = |accepted, edited, rejected| Acceptance { accepted, edited, rejected };
        assert_eq!(found.intents, BTreeMap::from([("fix".to_owned(), of(1, 1, 1))]));
        assert_eq!(found.days, BTreeMap::from([(-1, of(0, 0, 1)), (1, of(1, 1, 0))]));
        let writers: Vec<_> = found.writers.iter().map(|(by, counts)| (by.to_string(), *counts)).collect();
        assert_eq!(
            writers,
            [
                ("starter".to_owned(), of(1, 0, 0)),
                ("starter with mine".to_owned(), of(0, 1, 0)),
                ("starter, asked as the large model".to_owned(), of(0, 0, 1)),
            ]
        );
    }

    #[test]
    fn answers_count_with_what_was_said_of_them_if_something_was() {
        let sure = |candidate, confidence, verdict| Shown {
            candidate,
            confidence,
            ..edit(candidate, verdict, None)
        };
        let mut found = Received::default();
        found.add(&[
            sure(1, Some(0.9), Some("accept")),
            sure(2, Some(0.4), Some("reject")),
            sure(3, None, Some("accept")),
            sure(4, Some(0.8), None),
        ]);
        let said = |score, label| Scored { label, score };
        assert_eq!(found.answers, [said(0.9, 1.0), said(0.4, 0.0)]);
    }
}
