//! The grammar of wishes.
//!
//! A clause is tried as each kind of goal in turn; polite filler in front of it is passed over. Every word must mean
//! something: a wish that is half understood is an error with its place, not half a program.

use std::str::FromStr;

use super::clauses::{Token, clauses};
use super::{Banned, Bound, Goal, GoalError, Kept, Phrase, Program, Quality, Unit, Way};

/// What a person can say, for errors.
const SAY: &str = "friendlier · less formal · at most 120 words · reading grade at most 8 · half as long · \
    keep every number · keep the meaning · no passive · no \"very\" · mention \"Monday\"";
const SAY_KEEP: &str =
    "numbers, names, links, quotations, terms, negations, the meaning, or words in quotation marks";
const SAY_NO: &str =
    "passive, contractions, exclamation marks, emoji, first person, dashes, or words in quotation marks";

/// Greatest count.
const MOST: u32 = 1_000_000;

/// Greatest percentage of the source's length.
const MOST_PERCENT: u32 = 1_000;

/// What "shorter" means, in percent of the length.
const SHORTER: u32 = 80;

/// Greatest reading grade.
const MOST_GRADE: u32 = 30;

const FILLERS: &[&str] = &[
    "please", "make", "it", "this", "be", "should", "must", "sound", "i", "want", "keep", "a", "the", "text",
    "rewrite", "to", "with", "in", "tone", "style", "language", "of", "length", "use", "bit", "little",
    "much", "somewhat", "is", "stay", "write", "have",
];

impl FromStr for Program {
    type Err = GoalError;

    /// Reads a wish, or what a program prints. Goals are parted by commas, semicolons, lines, full stops, "and".
    fn from_str(wish: &str) -> Result<Program, GoalError> {
        let mut goals: Vec<Goal> = Vec::new();
        for clause in clauses(wish) {
            let next = goal(&clause).or_else(|error| continued(goals.last(), &clause).ok_or(error))?;
            goals.push(next);
        }
        if goals.is_empty() {
            return Err(GoalError::Empty { say: SAY });
        }
        Ok(Program { goals })
    }
}

/// One clause; it has at least one token.
fn goal(clause: &[Token]) -> Result<Goal, GoalError> {
    let mut words = Words { rest: clause };
    let goal = match keep(&mut words)? {
        Some(goal) => goal,
        None => match without(&mut words)? {
            Some(goal) => goal,
            None => rest(&mut words)?,
        },
    };
    words.skip(&["please"]);
    match words.rest {
        [] => Ok(goal),
        rest => Err(unknown(rest, SAY)),
    }
}

/// "names and numbers": a clause without a verb goes on with the one before.
fn continued(before: Option<&Goal>, clause: &[Token]) -> Option<Goal> {
    let mut words = Words { rest: clause };
    let goal = match before? {
        Goal::Keep(_) | Goal::Mention(_) => kept(&mut words),
        Goal::Without(_) => banned(&mut words),
        _ => None,
    };
    goal.filter(|_| words.rest.is_empty())
}

/// Goals that begin in several ways.
fn rest(words: &mut Words<'_>) -> Result<Goal, GoalError> {
    let whole = words.rest;
    if words.any(&["mention", "include", "say", "contain"]) {
        let words_said = "words in quotation marks";
        return words.phrase().map(Goal::Mention).ok_or_else(|| unknown(words.rest_or(whole), words_said));
    }
    words.skip(FILLERS);
    let whole = words.rest_or(whole);
    if let Some(goal) = measure(words)? {
        return Ok(goal);
    }
    words.rest = whole;
    if let Some(goal) = toward(words) {
        words.skip(FILLERS);
        return Ok(goal);
    }
    Err(unknown(whole, SAY))
}

/// "keep every number"; "keep" in front of anything else is filler.
fn keep(words: &mut Words<'_>) -> Result<Option<Goal>, GoalError> {
    let whole = words.rest;
    let firm = words.all(&["do", "not", "change"]) || words.all(&["don't", "change"]);
    if !firm && !words.any(&["keep", "keeps", "preserve", "leave", "retain"]) {
        return Ok(None);
    }
    let every = words.any(&["every", "all", "any", "each"]);
    if let Some(goal) = kept(words) {
        return Ok(Some(goal));
    }
    if firm || every {
        return Err(unknown(words.rest_or(whole), SAY_KEEP));
    }
    words.rest = whole;
    Ok(None)
}

fn kept(words: &mut Words<'_>) -> Option<Goal> {
    words.skip(&["every", "all", "any", "each", "the", "my", "its", "of"]);
    if let Some(phrase) = words.phrase() {
        return Some(Goal::Mention(phrase));
    }
    let kept = words.peek().and_then(Kept::named)?;
    words.next();
    words.skip(&["as", "it", "they", "is", "are", "unchanged"]);
    Some(Goal::Keep(kept))
}

/// "no passive"
fn without(words: &mut Words<'_>) -> Result<Option<Goal>, GoalError> {
    let whole = words.rest;
    let begins = words.all(&["do", "not", "use"])
        || words.all(&["don't", "use"])
        || words.all(&["never", "use"])
        || words.any(&["no", "without", "avoid", "remove", "drop"]);
    // "no more than 20 words" and "no longer" are measures.
    if !begins || words.peek().is_some_and(|next| ["more", "less", "fewer", "longer"].contains(&next)) {
        words.rest = whole;
        return Ok(None);
    }
    match banned(words) {
        Some(goal) => Ok(Some(goal)),
        None => Err(unknown(words.rest_or(whole), SAY_NO)),
    }
}

fn banned(words: &mut Words<'_>) -> Option<Goal> {
    words.skip(&["any", "all", "the", "use", "of", "word", "words"]);
    if let Some(phrase) = words.phrase() {
        return Some(Goal::Without(Banned::Words(phrase)));
    }
    // The longest name first: "passive voice" before "passive".
    for length in (1..=words.rest.len().min(3)).rev() {
        let (name, after) = words.rest.split_at(length);
        let name: Vec<&str> = name.iter().map(|token| token.text.as_str()).collect();
        if let Some(banned) = Banned::named(&name.join(" ")) {
            words.rest = after;
            return Some(Goal::Without(banned));
        }
    }
    None
}

/// Counts, shares of the length, and grades.
fn measure(words: &mut Words<'_>) -> Result<Option<Goal>, GoalError> {
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

/// "more formal", "not so rude", "friendlier"
fn toward(words: &mut Words<'_>) -> Option<Goal> {
    let less = words.any(&["less"])
        || words.all(&["not", "so"])
        || words.all(&["not", "too"])
        || words.any(&["not"]);
    if !less {
        words.skip(&["more", "very", "as"]);
    }
    let (quality, way) = words.peek().and_then(Quality::named)?;
    words.next();
    let way = match (way, less) {
        (way, false) => way,
        (Way::More, true) => Way::Less,
        (Way::Less, true) => Way::More,
    };
    words.all(&["as", "possible"]);
    Some(Goal::Toward(quality, way))
}

fn unknown(tokens: &[Token], say: &'static str) -> GoalError {
    let Some((first, last)) = tokens.first().zip(tokens.last()) else { return GoalError::Empty { say } };
    let found: Vec<&str> = tokens.iter().map(|token| token.text.as_str()).collect();
    GoalError::Unknown { found: found.join(" "), at: first.at.start..last.at.end, say }
}

/// The tokens of a clause that are still to be read.
struct Words<'c> {
    rest: &'c [Token],
}

impl<'c> Words<'c> {
    /// The next word, unless it is quoted.
    fn peek(&self) -> Option<&'c str> {
        self.rest.first().filter(|token| !token.quoted).map(|token| token.text.as_str())
    }

    /// Passes over one token.
    fn next(&mut self) -> Option<&'c Token> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(first)
    }

    /// Passes over the next word if it is one of `words`.
    fn any(&mut self, words: &[&str]) -> bool {
        let found = self.peek().is_some_and(|next| words.contains(&next));
        if found {
            self.next();
        }
        found
    }

    /// Passes over `words` if they all come next.
    fn all(&mut self, words: &[&str]) -> bool {
        let whole = self.rest;
        let found = words.iter().all(|word| self.any(&[word]));
        if !found {
            self.rest = whole;
        }
        found
    }

    /// Passes over every word of `words` that comes next.
    fn skip(&mut self, words: &[&str]) {
        while self.any(words) {}
    }

    /// Passes over the next token if it is a number.
    fn number(&mut self) -> Option<&'c Token> {
        let is_number = self.peek()?.bytes().all(|byte| byte.is_ascii_digit());
        if is_number { self.next() } else { None }
    }

    /// Passes over the next token if it is a quoted phrase.
    fn phrase(&mut self) -> Option<Phrase> {
        let phrase = Phrase::new(&self.rest.first().filter(|token| token.quoted)?.text)?;
        self.next();
        Some(phrase)
    }

    /// What is left, or `whole` when nothing is: an error needs a place.
    fn rest_or(&self, whole: &'c [Token]) -> &'c [Token] {
        if self.rest.is_empty() { whole } else { self.rest }
    }
}
