//! Goals that are numbers: counts, shares of the length, reading grades.

use super::clauses::Token;
use super::cursor::Words;
use super::{Bound, Goal, GoalError, Unit};

/// Greatest count.
const MOST: u32 = 1_000_000;

/// Greatest percentage of the source's length.
const MOST_PERCENT: u32 = 1_000;

/// What "shorter" means, in percent of the length.
const SHORTER: u32 = 80;

/// Greatest reading grade.
const MOST_GRADE: u32 = 30;

/// Counts, shares of the length, and grades.
pub(super) fn amount(words: &mut Words<'_>) -> Result<Option<Goal>, GoalError> {
    if words.all(&["half", "as", "long"]) || words.all(&["half", "the", "length"]) {
        return Ok(Some(Goal::Share(Bound::AtMost, 50)));
    }
    if words.any(&["short", "shorter", "brief", "concise"]) {
        return Ok(Some(Goal::Share(Bound::AtMost, SHORTER)));
    }
    let is_grade = words.all(&["reading", "grade"]) || words.any(&["grade"]);
    let bound = bound(words);
    let is_grade = is_grade || words.any(&["grade"]);
    let Some(number) = words.number() else { return Ok(None) };
    let nothing = (Bound::AtMost, 0);
    if is_grade {
        let (bound, by) = bound.or_else(|| after(words)).unwrap_or(nothing);
        return Ok(Some(Goal::Grade(bound, value(number, by, 0, MOST_GRADE)?)));
    }
    if words.any(&["%", "percent"]) {
        if words.any(&["shorter"]) {
            return Ok(Some(Goal::Share(Bound::AtMost, 100 - value(number, 0, 1, 99)?)));
        }
        words.skip(&["of", "the", "length", "original", "as", "long"]);
        let (bound, by) = bound.unwrap_or(nothing);
        return Ok(Some(Goal::Share(bound, value(number, by, 1, MOST_PERCENT)?)));
    }
    let Some(unit) = unit(words) else { return Ok(None) };
    let (bound, by) = bound.or_else(|| after(words)).unwrap_or(nothing);
    words.skip(&["long", "in", "total"]);
    Ok(Some(Goal::Count(unit, bound, value(number, by, 0, MOST)?)))
}

/// A number with `by` added: one that is itself excluded ("under 120") becomes the next that is allowed.
fn value(number: &Token, by: i64, least: u32, most: u32) -> Result<u32, GoalError> {
    let bounds = i64::from(least)..=i64::from(most);
    let value = number.text.parse::<i64>().ok().and_then(|value| value.checked_add(by));
    match value.filter(|value| bounds.contains(value)).and_then(|value| u32::try_from(value).ok()) {
        Some(value) => Ok(value),
        None => Err(GoalError::Number { found: number.text.clone(), at: number.at.clone(), least, most }),
    }
}

/// A bound in front of its number, and what to add to the number so that it is itself allowed.
fn bound(words: &mut Words<'_>) -> Option<(Bound, i64)> {
    let phrases: [(&[&str], Bound, i64); 17] = [
        (&["at", "most"], Bound::AtMost, 0),
        (&["no", "more", "than"], Bound::AtMost, 0),
        (&["not", "more", "than"], Bound::AtMost, 0),
        (&["no", "longer", "than"], Bound::AtMost, 0),
        (&["up", "to"], Bound::AtMost, 0),
        (&["maximum"], Bound::AtMost, 0),
        (&["max"], Bound::AtMost, 0),
        (&["under"], Bound::AtMost, -1),
        (&["below"], Bound::AtMost, -1),
        (&["less", "than"], Bound::AtMost, -1),
        (&["fewer", "than"], Bound::AtMost, -1),
        (&["shorter", "than"], Bound::AtMost, -1),
        (&["at", "least"], Bound::AtLeast, 0),
        (&["minimum"], Bound::AtLeast, 0),
        (&["over"], Bound::AtLeast, 1),
        (&["more", "than"], Bound::AtLeast, 1),
        (&["longer", "than"], Bound::AtLeast, 1),
    ];
    phrases.iter().find(|(phrase, ..)| words.all(phrase)).map(|(_, bound, by)| (*bound, *by))
}

/// A bound behind its number: "20 words or less".
fn after(words: &mut Words<'_>) -> Option<(Bound, i64)> {
    let most = ["less", "fewer", "below", "lower", "under"];
    if words.all(&["at", "most"]) || most.iter().any(|word| words.all(&["or", word])) {
        return Some((Bound::AtMost, 0));
    }
    let least = words.all(&["at", "least"]) || words.all(&["or", "more"]) || words.all(&["or", "above"]);
    least.then_some((Bound::AtLeast, 0))
}

fn unit(words: &mut Words<'_>) -> Option<Unit> {
    if words.any(&["words", "word"]) {
        Some(Unit::Words)
    } else if words.any(&["sentences", "sentence"]) {
        Some(Unit::Sentences)
    } else {
        words.any(&["characters", "character", "letters"]).then_some(Unit::Characters)
    }
}
