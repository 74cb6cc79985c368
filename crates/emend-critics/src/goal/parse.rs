//! The grammar of wishes.
//!
//! A clause is tried as each kind of goal in turn; polite filler in front of it is passed over. Every word must mean
//! something: a wish that is half understood is an error with its place, not half a program.

use std::str::FromStr;

use super::amounts::amount;
use super::clauses::{Token, clauses};
use super::cursor::Words;
use super::{Banned, Goal, GoalError, Kept, Program, Quality, Way};

/// What a person can say, for errors.
const SAY: &str = "friendlier · less formal · at most 120 words · reading grade at most 8 · half as long · \
    keep every number · keep the meaning · no passive · no \"very\" · mention \"Monday\"";
const SAY_KEEP: &str =
    "numbers, names, links, quotations, terms, negations, the meaning, or words in quotation marks";
const SAY_NO: &str =
    "passive, contractions, exclamation marks, emoji, first person, dashes, or words in quotation marks";

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
    let mut words = Words::of(clause);
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
    let mut words = Words::of(clause);
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
    if let Some(goal) = amount(words)? {
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
