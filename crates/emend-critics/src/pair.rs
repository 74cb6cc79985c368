//! What is judged, and what a judgement is.

use emend_text::{Glossary, Instruction};

/// A text, a rewrite of it, and what was asked for.
#[derive(Debug, Clone, Copy)]
pub struct Pair<'a> {
    /// What the person wrote.
    pub source: &'a str,
    /// What is to take its place.
    pub rewrite: &'a str,
    /// What the person wants.
    pub instruction: &'a Instruction,
    /// The writer's own terms.
    pub glossary: &'a Glossary,
}

/// One critic's opinion.
#[derive(Debug, Clone, PartialEq)]
pub struct Judgement {
    /// From 0 to 1; 1 is good, or all of what the critic is named after.
    pub score: f32,
    /// What is wrong, said to the writer; nothing when nothing is.
    pub reason: Option<String>,
}

impl Judgement {
    /// Nothing is wrong.
    pub(crate) fn good() -> Self {
        Self { score: 1.0, reason: None }
    }

    /// A score below 1, and why.
    pub(crate) fn because(score: f32, reason: impl Into<String>) -> Self {
        Self { score: score.clamp(0.0, 1.0), reason: Some(reason.into()) }
    }

    /// A score whose reason is worth telling only when it is low.
    pub(crate) fn graded(score: f32, low: impl FnOnce() -> String) -> Self {
        let score = score.clamp(0.0, 1.0);
        Self { score, reason: (score < 0.5).then(low) }
    }
}

/// Judgements by critic, in the order of [`ids`](crate::ids).
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Scores(Vec<(&'static str, Judgement)>);

impl Scores {
    pub(crate) fn push(&mut self, id: &'static str, judgement: Judgement) {
        self.0.push((id, judgement));
    }

    /// Puts a judgement behind those of critics that come `earlier`.
    pub(crate) fn insert(&mut self, id: &'static str, judgement: Judgement, earlier: impl Fn(&str) -> bool) {
        let place = self.0.iter().take_while(|(other, _)| earlier(other)).count();
        self.0.insert(place, (id, judgement));
    }

    /// What the critic with this id said, if it had the means to.
    pub fn get(&self, id: &str) -> Option<&Judgement> {
        self.0.iter().find(|(found, _)| *found == id).map(|(_, judgement)| judgement)
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &Judgement)> {
        self.0.iter().map(|(id, judgement)| (*id, judgement))
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use emend_text::intent;

    use super::*;

    /// Judges a pair that was asked for by the intent `id`.
    #[track_caller]
    pub(crate) fn judged(
        judge: fn(&Pair<'_>) -> Judgement,
        id: &str,
        source: &str,
        rewrite: &str,
    ) -> Judgement {
        let instruction = Instruction::Intent(intent(id).unwrap());
        let glossary = Glossary::new(["Blue Fern".to_owned()]);
        judge(&Pair { source, rewrite, instruction: &instruction, glossary: &glossary })
    }

    /// Checks a score to two digits and that a reason mentions `said`; an empty `said`: there is no reason.
    #[track_caller]
    pub(crate) fn check(found: &Judgement, score: f32, said: &str) {
        assert!((found.score - score).abs() < 0.006, "{found:?} is not {score}");
        match &found.reason {
            Some(reason) => assert!(!said.is_empty() && reason.contains(said), "{found:?}: {said:?}"),
            None => assert!(said.is_empty(), "{found:?} does not say {said:?}"),
        }
    }
}
