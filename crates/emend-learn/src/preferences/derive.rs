//! From decisions about edits to statements about whole rewrites.
//!
//! Of a candidate three texts matter: the source; what was shown, the source with all of its decided edits; and what was
//! kept, the source with exactly those edits that were taken, or with the person's own words in their place. Then
//!
//! - what was kept is preferred to the source, and is a rewrite to imitate;
//! - what was kept is preferred to what was shown; if nothing was kept, that is: the source is preferred to the candidate;
//! - what was kept of one candidate is preferred to the other candidates of which nothing was kept.
//!
//! Asking for another one is no word for the source: who asks wants a change. It speaks weakly against the candidate,
//! and for the one that was taken instead. Edits that nobody decided are in none of the texts.

use super::record::{Candidate, Choice, Decision, Edit, Record, compose};
use super::{Asked, Demonstration, Preference, PreferenceData, Verdict, Weighing};

/// What records say.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Derived {
    /// Everything that was said, contradictions included; see [`settle`](super::settle()).
    pub data: PreferenceData,
    /// How many edits were decided.
    pub decided: usize,
    /// Candidates whose edits do not fit their text; they say nothing.
    pub left_out: usize,
}

/// What the records say at the time `now` (Unix milliseconds); pure, and the same for the same records.
pub fn derive<'r>(records: impl IntoIterator<Item = &'r Record>, weighing: &Weighing, now: i64) -> Derived {
    let mut derived = Derived::default();
    for record in records {
        let mut outcomes = Vec::new();
        for candidate in &record.candidates {
            let decided = last_decisions(candidate);
            if decided.is_empty() {
                continue;
            }
            match Outcome::of(&record.asked.source, decided) {
                Some(outcome) => {
                    derived.decided += outcome.decided;
                    outcomes.push(outcome);
                }
                None => derived.left_out += 1,
            }
        }
        let mut say = Say { asked: &record.asked, weighing, now, data: &mut derived.data };
        for outcome in &outcomes {
            say.alone(outcome);
        }
        for taken in outcomes.iter().filter(|outcome| outcome.kept != record.asked.source) {
            for refused in outcomes.iter().filter(|outcome| outcome.taken.is_empty()) {
                say.beside(taken, refused);
            }
        }
    }
    derived
}

type Decided<'r> = (&'r Edit, &'r Decision);

fn last_decisions(candidate: &Candidate) -> Vec<Decided<'_>> {
    candidate.edits.iter().filter_map(|edit| Some((edit, edit.decisions.last()?))).collect()
}

/// What became of a candidate.
struct Outcome<'r> {
    /// The source with every decided edit.
    shown: String,
    /// The same without the edits of which another one was wanted.
    compared: String,
    /// What the person made of it.
    kept: String,
    /// Edits in which the kept text differs from the source.
    taken: Vec<Decided<'r>>,
    /// Edits in which it differs from the compared one.
    refused: Vec<Decided<'r>>,
    /// Edits of which another one was wanted.
    another: Vec<Decided<'r>>,
    decided: usize,
}

impl<'r> Outcome<'r> {
    /// `None` when the edits do not fit the text.
    fn of(source: &str, decided: Vec<Decided<'r>>) -> Option<Self> {
        if decided.iter().any(|(edit, _)| source.get(edit.range.clone()) != Some(edit.original.as_str())) {
            return None;
        }
        let put = |(edit, decision): &Decided<'r>| match &decision.choice {
            Choice::Accepted => Some(edit.replacement.as_str()),
            Choice::EditedTo(own) => Some(own.as_str()),
            Choice::Rejected | Choice::Another => None,
        };
        let of = |wanted: &dyn Fn(&Decided<'r>) -> bool| -> Vec<Decided<'r>> {
            decided.iter().filter(|one| wanted(one)).copied().collect()
        };
        let is_another = |(_, decision): &Decided<'r>| decision.choice == Choice::Another;
        let replaced = |(edit, _): &Decided<'r>| (&edit.range, edit.replacement.as_str());
        let kept = decided.iter().filter_map(|one| Some((&one.0.range, put(one)?)));
        Some(Self {
            shown: compose(source, decided.iter().map(replaced))?,
            compared: compose(source, decided.iter().filter(|one| !is_another(one)).map(replaced))?,
            kept: compose(source, kept)?,
            taken: of(&|one| put(one).is_some_and(|text| text != one.0.original)),
            refused: of(&|one| !is_another(one) && put(one) != Some(one.0.replacement.as_str())),
            another: of(&is_another),
            decided: decided.len(),
        })
    }

    /// Everything that speaks against what was shown.
    fn against(&self) -> Vec<Decided<'r>> {
        [self.refused.as_slice(), self.another.as_slice()].concat()
    }
}

/// Writes down what outcomes say of one text.
struct Say<'s> {
    asked: &'s Asked,
    weighing: &'s Weighing,
    now: i64,
    data: &'s mut PreferenceData,
}

impl Say<'_> {
    fn alone(&mut self, outcome: &Outcome<'_>) {
        let source = self.asked.source.clone();
        if outcome.kept != source {
            let (weight, decided) = self.weighed(&outcome.taken);
            let (asked, target) = (self.asked.clone(), outcome.kept.clone());
            self.data.demonstrations.push(Demonstration { asked, target, weight, decided });
            self.verdict(&outcome.kept, true, &outcome.taken);
            self.preference(&outcome.kept, &source, &outcome.taken);
        }
        if outcome.compared != outcome.kept {
            self.preference(&outcome.kept, &outcome.compared, &outcome.refused);
        }
        if outcome.shown != outcome.kept {
            self.verdict(&outcome.shown, false, &outcome.against());
        }
    }

    fn beside(&mut self, taken: &Outcome<'_>, refused: &Outcome<'_>) {
        if taken.kept != refused.shown && refused.shown != self.asked.source {
            self.preference(&taken.kept, &refused.shown, &refused.against());
        }
    }

    fn preference(&mut self, chosen: &str, rejected: &str, because: &[Decided<'_>]) {
        let (weight, decided) = self.weighed(because);
        let (chosen, rejected) = (chosen.to_owned(), rejected.to_owned());
        self.data.preferences.push(Preference {
            asked: self.asked.clone(),
            chosen,
            rejected,
            weight,
            decided,
        });
    }

    fn verdict(&mut self, rewrite: &str, accepted: bool, because: &[Decided<'_>]) {
        let (weight, decided) = self.weighed(because);
        let rewrite = rewrite.to_owned();
        self.data.verdicts.push(Verdict { asked: self.asked.clone(), rewrite, accepted, weight, decided });
    }

    fn weighed(&self, because: &[Decided<'_>]) -> (f32, i64) {
        let newest = because.iter().map(|(_, decision)| decision.decided).max().unwrap_or_default();
        (self.weighing.weight(because, self.now), newest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = "She go to school and learn.";

    fn edit(original: &str, replacement: &str, choices: &[Choice]) -> Edit {
        let start = SOURCE.find(original).unwrap();
        let decided = |(choice, at): (&Choice, i64)| Decision { choice: choice.clone(), decided: at };
        Edit {
            range: start..start + original.len(),
            original: original.to_owned(),
            replacement: replacement.to_owned(),
            decisions: choices.iter().zip(1..).map(decided).collect(),
        }
    }

    fn record(candidates: Vec<Vec<Edit>>) -> Record {
        let asked =
            Asked { intent: "fix".into(), instruction: "Fix the grammar".into(), source: SOURCE.into() };
        let candidates = candidates.into_iter().map(|edits| Candidate { edits }).collect();
        Record { asked, candidates }
    }

    fn of(candidates: Vec<Vec<Edit>>) -> Derived {
        derive(&[record(candidates)], &Weighing::default(), 10)
    }

    /// Chosen and rejected texts.
    fn pairs(derived: &Derived) -> Vec<(&str, &str)> {
        derived.data.preferences.iter().map(|one| (one.chosen.as_str(), one.rejected.as_str())).collect()
    }

    fn verdicts(derived: &Derived) -> Vec<(&str, bool)> {
        derived.data.verdicts.iter().map(|one| (one.rewrite.as_str(), one.accepted)).collect()
    }

    const BOTH: &str = "She goes to school and learns.";
    const FIRST: &str = "She goes to school and learn.";

    #[test]
    fn taken_whole() {
        let derived = of(vec![vec![
            edit("go", "goes", &[Choice::Accepted]),
            edit("learn", "learns", &[Choice::Accepted]),
        ]]);
        assert_eq!(pairs(&derived), [(BOTH, SOURCE)]);
        assert_eq!(verdicts(&derived), [(BOTH, true)]);
        assert_eq!(derived.data.demonstrations[0].target, BOTH);
        assert_eq!(derived.decided, 2);
    }

    #[test]
    fn refused_whole() {
        let derived = of(vec![vec![edit("go", "goes", &[Choice::Rejected])]]);
        assert_eq!(pairs(&derived), [(SOURCE, FIRST)]);
        assert_eq!(verdicts(&derived), [(FIRST, false)]);
        assert!(derived.data.demonstrations.is_empty());
    }

    #[test]
    fn taken_in_part_is_better_than_all_and_than_nothing() {
        let derived = of(vec![vec![
            edit("go", "goes", &[Choice::Accepted]),
            edit("learn", "learns", &[Choice::Rejected]),
        ]]);
        assert_eq!(pairs(&derived), [(FIRST, SOURCE), (FIRST, BOTH)]);
        assert_eq!(verdicts(&derived), [(FIRST, true), (BOTH, false)]);
    }

    #[test]
    fn own_words_are_better_than_either() {
        let derived = of(vec![vec![edit("go", "goes", &[Choice::EditedTo("walks".into())])]]);
        let walks = "She walks to school and learn.";
        assert_eq!(pairs(&derived), [(walks, SOURCE), (walks, FIRST)]);
        assert_eq!(derived.data.demonstrations[0].target, walks);
        // Who types the original back has refused; who types the proposal has accepted.
        let back = of(vec![vec![edit("go", "goes", &[Choice::EditedTo("go".into())])]]);
        assert_eq!(pairs(&back), [(SOURCE, FIRST)]);
        let same = of(vec![vec![edit("go", "goes", &[Choice::EditedTo("goes".into())])]]);
        assert_eq!(pairs(&same), [(FIRST, SOURCE)]);
    }

    #[test]
    fn the_last_decision_counts_and_what_is_undecided_is_nowhere() {
        let derived = of(vec![vec![
            edit("go", "goes", &[Choice::Accepted, Choice::Rejected]),
            edit("learn", "learns", &[]),
        ]]);
        assert_eq!(pairs(&derived), [(SOURCE, FIRST)]);
        assert_eq!(derived.data.preferences[0].decided, 2);
        assert_eq!(derived.decided, 1);
    }

    #[test]
    fn another_speaks_weakly_against_the_candidate_and_not_for_the_source() {
        let first = vec![edit("go", "goes", &[Choice::Another])];
        let alone = of(vec![first.clone()]);
        assert_eq!(pairs(&alone), []);
        assert_eq!(verdicts(&alone), [(FIRST, false)]);
        let refused = of(vec![vec![edit("go", "goes", &[Choice::Rejected])]]);
        assert!(alone.data.verdicts[0].weight < refused.data.verdicts[0].weight);

        let second = vec![edit("go", "walks", &[Choice::Accepted])];
        let walks = "She walks to school and learn.";
        assert_eq!(pairs(&of(vec![first, second])), [(walks, SOURCE), (walks, FIRST)]);
    }

    #[test]
    fn edits_that_do_not_fit_are_left_out_and_counted() {
        let mut stale = edit("go", "goes", &[Choice::Accepted]);
        stale.range = 5..7;
        let derived = of(vec![vec![stale]]);
        assert_eq!((derived.left_out, derived.decided), (1, 0));
        assert_eq!(derived.data, PreferenceData::default());
    }
}
