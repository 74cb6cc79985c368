//! A program against a pair: how far each goal is reached, and which break it.

use emend_text::{Span, count_words, sentences};

use super::{Bound, Goal, Kept, Program, Unit, Way};
use crate::free::readability;
use crate::{Judgement, Pair, Scores};

/// Kept meaning below this breaks the goal. The critic is never quite sure, so it need not be 1.
const MEANING_KEPT: f32 = 0.5;

/// How well a rewrite does what was wished.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// One for each goal, in their order.
    pub goals: Vec<GoalScore>,
    /// 0 when a goal is broken, otherwise the mean of the goals: what candidates are ranked by.
    pub score: f32,
}

/// One goal, measured.
#[derive(Debug, Clone, PartialEq)]
pub struct GoalScore {
    /// The goal as it prints.
    pub goal: String,
    /// From 0 to 1.
    pub score: f32,
    /// Whether it is broken, so that the rewrite must not be shown.
    pub vetoed: bool,
    /// What is wrong.
    pub reason: Option<String>,
}

impl Program {
    /// Measures a pair; `scores` are the critics' judgements of it.
    ///
    /// Qualities are only ever more or less reached. Everything else is a condition: what does not meet it is vetoed.
    /// A goal about which its critic says nothing, because there are no words or [no model](Program::needs_model), is
    /// not reached.
    pub fn measure(&self, pair: &Pair<'_>, scores: &Scores) -> Verdict {
        let goals: Vec<GoalScore> = self.goals.iter().map(|goal| goal.measure(pair, scores)).collect();
        let broken = goals.iter().any(|goal| goal.vetoed);
        let mean = goals.iter().map(|goal| goal.score).sum::<f32>() / goals.len().max(1) as f32;
        Verdict { goals, score: if broken { 0.0 } else { mean } }
    }
}

impl Goal {
    fn measure(&self, pair: &Pair<'_>, scores: &Scores) -> GoalScore {
        let judged = self.judge(pair, scores);
        let Judgement { score, reason } =
            judged.unwrap_or_else(|| Judgement::because(0.0, "there is nothing that could be judged"));
        let needed = match self {
            Goal::Toward(..) => 0.0,
            Goal::Keep(Kept::Meaning) => MEANING_KEPT,
            _ => 1.0,
        };
        GoalScore { goal: self.to_string(), score, vetoed: score < needed, reason }
    }

    fn judge(&self, pair: &Pair<'_>, scores: &Scores) -> Option<Judgement> {
        let rewrite = pair.rewrite;
        Some(match self {
            Goal::Toward(quality, way) => {
                let score = quality.of(scores)?;
                let score = if *way == Way::More { score } else { 1.0 - score };
                Judgement::graded(score, || format!("it could be {way} {}", quality.adjective()))
            }
            Goal::Count(unit, bound, number) => {
                let found = unit.count(rewrite);
                bound.judge(found as f32, *number as f32, || format!("it has {found} {unit}"))
            }
            Goal::Share(bound, percent) => {
                let share = 100.0 * count_words(rewrite) as f32 / count_words(pair.source).max(1) as f32;
                bound.judge(share, *percent as f32, || format!("it has {share:.0}% of your text's words"))
            }
            Goal::Grade(bound, grade) => {
                let found = readability::grade(rewrite).max(0.0);
                // Grades are whole years; 8.4 is grade 8.
                bound.judge(found.round(), *grade as f32, || format!("its reading grade is {found:.0}"))
            }
            Goal::Keep(kept) => kept.judge(pair, scores)?,
            Goal::Without(banned) => match banned.first_in(rewrite) {
                Some(found) => Judgement::because(0.0, format!("it has \u{201c}{found}\u{201d}")),
                None => Judgement::good(),
            },
            Goal::Mention(phrase) if phrase.stands_in(rewrite) => Judgement::good(),
            Goal::Mention(phrase) => Judgement::because(0.0, format!("{phrase} is not in it")),
        })
    }
}

impl Bound {
    /// 1 within the bound; otherwise the smaller of found and asked for, divided by the larger.
    fn judge(self, found: f32, asked: f32, reason: impl FnOnce() -> String) -> Judgement {
        let meets = match self {
            Bound::AtMost => found <= asked,
            Bound::AtLeast => found >= asked,
        };
        if meets {
            return Judgement::good();
        }
        Judgement::because(found.min(asked) / found.max(asked), reason())
    }
}

impl Unit {
    fn count(self, text: &str) -> usize {
        match self {
            Unit::Words => count_words(text),
            Unit::Sentences => sentences(text, Span::new(0, text.len()), &[]).len(),
            Unit::Characters => text.chars().count(),
        }
    }
}
