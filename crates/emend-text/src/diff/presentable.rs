//! From the shortest diff to one that a person can decide edit by edit.
//!
//! A change is split where its parts have nothing to do with each other, and joined with its neighbour where one
//! without the other would make no sense. In the order of the passes:
//!
//! - changes that touch are one: between two edits there is always text that stays;
//! - what is taken out here and put in there, a few words apart, is one move (`quickly ran` → `ran quickly`);
//! - a small word goes with the form that it asks for (`was go` → `went`);
//! - a new capital goes with the full stop that causes it (`, however` → `. However`);
//! - both halves of a pair of quotation marks, brackets or commas go together;
//! - a `the` that happens to survive between two rewritten stretches does not keep them apart.
//!
//! At last an insertion or deletion that could stand in several places (`the the`) is put where it reads best.

use std::ops::Range;

use super::align::{Change, trim};
use super::pairs;
use super::tokens::Token;
use super::words::{PARENTHETICAL, family, same_lemma};

/// Most kept words between the two halves of a move; beyond it, taking out and putting in are two edits.
const FARTHEST_MOVE: usize = 8;
/// Most changes that one move may span.
const MOST_MOVED: usize = 4;
/// Most words that come or go together with a change of form.
const MOST_SMALL_WORDS: usize = 3;
/// Most kept words between an opening mark and its closing one.
const LONGEST_QUOTE: usize = 12;
/// Most kept words that count as an island.
const LARGEST_ISLAND: usize = 2;

/// The changes between `old` and `new` as a person should see them: in order, apart, none of them empty.
pub(crate) fn presentable(old: &[Token], new: &[Token], changes: Vec<Change>) -> Vec<Change> {
    let texts = Texts { old, new };
    let mut changes: Vec<Change> =
        changes.into_iter().flat_map(|change| pairs::split(old, new, change)).collect();
    texts.step_aside(&mut changes);
    changes = texts.join(changes, |_, left, right| touch(left, right));
    changes = texts.join_moves(changes);
    changes = texts.join(changes, Texts::small_word_asks_for_form);
    changes = texts.join(changes, Texts::capital_follows);
    changes = texts.join(changes, Texts::enclose);
    changes = texts.join(changes, Texts::island);
    texts.place(&mut changes);
    changes
}

/// The tokens of the original and of the rewrite.
#[derive(Clone, Copy)]
struct Texts<'a> {
    old: &'a [Token<'a>],
    new: &'a [Token<'a>],
}

fn touch(left: &Change, right: &Change) -> bool {
    left.old.end == right.old.start
}

/// One change from the start of `left` to the end of `right`, with all that lies between.
fn span(left: &Change, right: &Change) -> Change {
    Change { old: left.old.start..right.old.end, new: left.new.start..right.new.end }
}

impl Texts<'_> {
    /// Joins neighbours for which `belong` holds; a joined change is then compared with the next one.
    fn join(self, changes: Vec<Change>, belong: impl Fn(Self, &Change, &Change) -> bool) -> Vec<Change> {
        let mut joined: Vec<Change> = Vec::with_capacity(changes.len());
        for change in changes {
            match joined.last_mut() {
                Some(last) if belong(self, last, &change) => *last = span(last, &change),
                _ => joined.push(change),
            }
        }
        self.trimmed(joined)
    }

    fn trimmed(self, changes: Vec<Change>) -> Vec<Change> {
        changes.into_iter().filter_map(|change| trim(self.old, self.new, change)).collect()
    }

    /// What is kept between two changes.
    fn kept(&self, left: &Change, right: &Change) -> &[Token<'_>] {
        &self.old[left.old.end..right.old.start]
    }

    fn old_of(&self, change: &Change) -> &[Token<'_>] {
        &self.old[change.old.clone()]
    }

    fn new_of(&self, change: &Change) -> &[Token<'_>] {
        &self.new[change.new.clone()]
    }

    // Moves.

    /// Joins runs of changes that carry words from one place to another.
    fn join_moves(self, changes: Vec<Change>) -> Vec<Change> {
        let mut joined = Vec::with_capacity(changes.len());
        let mut rest = changes.as_slice();
        while let Some(first) = rest.first() {
            let most = rest.len().min(MOST_MOVED);
            let len = (2..=most).find(|&len| self.is_move(&rest[..len])).unwrap_or(1);
            joined.push(span(first, &rest[len - 1]));
            rest = &rest[len..];
        }
        self.trimmed(joined)
    }

    /// Whether words of the first change turn up in the last one, or the other way round: accepting one alone would
    /// lose or double them.
    fn is_move(self, run: &[Change]) -> bool {
        let [first, .., last] = run else { return false };
        let kept = || run.windows(2).flat_map(|pair| self.kept(&pair[0], &pair[1]));
        let words_between = kept().filter(|token| token.is_word()).count();
        // A changed number is always decided alone.
        let number = |change: &Change| {
            let one = |tokens: &[Token]| matches!(tokens, [token] if token.has_digit());
            one(self.old_of(change)) && one(self.new_of(change))
        };
        if words_between > FARTHEST_MOVE || kept().any(Token::ends_sentence) || run.iter().any(number) {
            return false;
        }
        let [from, to] = [first, last].map(|change| {
            let (old, new) = (words(self.old_of(change)), words(self.new_of(change)));
            (without(&old, &new), without(&new, &old))
        });
        // `the` taken out here and put in there is two decisions about articles, unless it hops over one word.
        let hop = |taken: &[String], put: &[String]| words_between <= 1 && taken.len() == 1 && taken == put;
        let moved = |taken: &[String], put: &[String]| {
            let mut telling = taken.iter().filter(|word| family(word).is_none());
            hop(taken, put)
                || telling.any(|word| put.iter().any(|other| word == other || same_lemma(word, other)))
        };
        moved(&from.0, &to.1) || moved(&from.1, &to.0)
    }

    // Small words.

    /// `was go` → `went`, `an apple` → `apples`: `left` only adds or removes a few words, the last of them a small one,
    /// and `right` changes the form of the next word.
    fn small_word_asks_for_form(self, left: &Change, right: &Change) -> bool {
        let few = |words: &[String]| {
            words.len() <= MOST_SMALL_WORDS && words.last().is_some_and(|last| family(last).is_some())
        };
        let (taken, put) = (words(self.old_of(left)), words(self.new_of(left)));
        let form = match (words(self.old_of(right)).as_slice(), words(self.new_of(right)).as_slice()) {
            ([old], [new]) => {
                old != new && family(old).is_none() && family(new).is_none() && same_lemma(old, new)
            }
            _ => false,
        };
        form && self.kept(left, right).iter().all(Token::is_space)
            && ((few(&taken) && put.is_empty()) || (few(&put) && taken.is_empty()))
    }

    // Punctuation and what hangs on it.

    /// `, however` → `. However`: the capital of `right` is there because of the mark in `left`, or because of the
    /// words that `left` puts at the start of the sentence or takes from there.
    fn capital_follows(self, left: &Change, right: &Change) -> bool {
        let capital = |tokens: &[Token]| {
            tokens
                .first()
                .filter(|token| token.is_word())
                .map(|word| word.text.starts_with(char::is_uppercase))
        };
        let (Some(before), Some(after)) = (capital(self.old_of(right)), capital(self.new_of(right))) else {
            return false;
        };
        let any_mark = self.old_of(left).iter().chain(self.new_of(left)).any(Token::is_mark);
        let starts_sentence = self.old[..left.old.start]
            .iter()
            .rfind(|token| !token.is_space())
            .is_none_or(Token::ends_sentence);
        before != after
            && self.kept(left, right).iter().all(|token| !token.is_word())
            && (any_mark || starts_sentence)
    }

    /// Both ends of a pair of quotation marks, brackets or commas appear, change or disappear together.
    fn enclose(self, left: &Change, right: &Change) -> bool {
        let kept = self.kept(left, right);
        let pair = |[open, close]: [&[Token]; 2]| match (only(open), only(close)) {
            (Some(","), Some(",")) => {
                only(kept).is_some_and(|word| PARENTHETICAL.contains(&word.to_lowercase().as_str()))
            }
            (Some(open), Some(close)) => closes(open, close),
            _ => false,
        };
        // What brackets are exchanged for: commas, dashes, nothing.
        let alike = |[open, close]: [&[Token]; 2]| match (only(open), only(close)) {
            (Some(open), Some(close)) => open == close || closes(open, close),
            _ => solids(open) + solids(close) == 0,
        };
        let (old, new) = ([self.old_of(left), self.old_of(right)], [self.new_of(left), self.new_of(right)]);
        kept.iter().filter(|token| token.is_word()).count() <= LONGEST_QUOTE
            && ((pair(old) && alike(new)) || (alike(old) && pair(new)))
    }

    // Islands.

    /// Two rewritten stretches with hardly a word between them read as one.
    fn island(self, left: &Change, right: &Change) -> bool {
        let kept = self.kept(left, right);
        let words = kept.iter().filter(|token| token.is_word()).count();
        let size = |change: &Change| solids(self.old_of(change)).max(solids(self.new_of(change)));
        let surroundings = size(left).min(size(right));
        (1..=LARGEST_ISLAND).contains(&words)
            && surroundings > words
            // A mark is a joint of the sentence, an empty line one of the document.
            && !kept.iter().any(|token| token.is_mark() || token.ends_paragraph())
            && kept
                .iter()
                .filter(|token| token.is_word())
                .all(|token| family(&token.text.to_lowercase()).is_some())
    }

    // Placing.

    /// Moves an insertion or deletion that touches another change one token away from it, if the text allows:
    /// `[about ][40→400]` is `[ about] [40→400]`, and the number stands alone.
    fn step_aside(self, changes: &mut [Change]) {
        for at in 0..changes.len() {
            let next_touches = changes.get(at + 1).is_some_and(|next| touch(&changes[at], next));
            let previous_touches = at > 0 && touch(&changes[at - 1], &changes[at]);
            let room = self.room(changes, at);
            if next_touches && !previous_touches && room.start < 0 {
                changes[at] = shifted(&changes[at], -1);
            } else if previous_touches && !next_touches && room.end > 0 {
                changes[at] = shifted(&changes[at], 1);
            }
        }
    }

    /// Puts each insertion and deletion where it reads best.
    fn place(self, changes: &mut [Change]) {
        for at in 0..changes.len() {
            let room = self.room(changes, at);
            let best = (room.start..=room.end).max_by_key(|&by| self.reads_well(&shifted(&changes[at], by)));
            if let Some(by) = best {
                changes[at] = shifted(&changes[at], by);
            }
        }
    }

    /// How far a change can move to the left (negative) and to the right without changing its effect or touching a
    /// neighbour. Only pure insertions and deletions can move.
    fn room(&self, changes: &[Change], at: usize) -> Range<isize> {
        let change = &changes[at];
        let (tokens, range) = match (change.old.is_empty(), change.new.is_empty()) {
            (false, true) => (self.old, &change.old),
            (true, false) => (self.new, &change.new),
            _ => return 0..0,
        };
        // What the neighbours leave free; one token must remain on the way to each.
        let free_left = match at.checked_sub(1).map(|before| &changes[before]) {
            Some(before) => (change.old.start - before.old.end).saturating_sub(1),
            None => change.old.start.min(change.new.start),
        };
        let free_right = match changes.get(at + 1) {
            Some(after) => (after.old.start - change.old.end).saturating_sub(1),
            None => (self.old.len() - change.old.end).min(self.new.len() - change.new.end),
        };
        let left =
            (1..=free_left).take_while(|by| tokens[range.start - by] == tokens[range.end - by]).count();
        let right =
            (0..free_right).take_while(|by| tokens[range.start + by] == tokens[range.end + by]).count();
        -(left as isize)..right as isize
    }

    /// Whole sentences first, then a word with the space behind it, then one with the space before it.
    fn reads_well(&self, change: &Change) -> u8 {
        let (tokens, range) =
            if change.new.is_empty() { (self.old, &change.old) } else { (self.new, &change.new) };
        let (Some(first), Some(last)) = (tokens.get(range.start), tokens[range.clone()].last()) else {
            return 0;
        };
        let before = &tokens[..range.start];
        let at_start = match before.split_last() {
            None => true,
            Some((space, before)) => space.is_space() && before.last().is_none_or(Token::ends_sentence),
        };
        match () {
            () if at_start && last.is_space() => 4,
            () if first.is_space()
                && last.ends_sentence()
                && before.last().is_none_or(Token::ends_sentence) =>
            {
                3
            }
            () if (first.is_word() || first.opens()) && last.is_space() => 2,
            () if first.is_space() && last.is_word() => 1,
            () => 0,
        }
    }
}

fn shifted(change: &Change, by: isize) -> Change {
    let shift =
        |range: &Range<usize>| range.start.saturating_add_signed(by)..range.end.saturating_add_signed(by);
    Change { old: shift(&change.old), new: shift(&change.new) }
}

fn words(tokens: &[Token]) -> Vec<String> {
    tokens.iter().filter(|token| token.is_word()).map(|token| token.text.to_lowercase()).collect()
}

/// `words` less each of `others` once.
fn without(words: &[String], others: &[String]) -> Vec<String> {
    let mut others = others.to_vec();
    let mut rest = words.to_vec();
    rest.retain(|word| match others.iter().position(|other| other == word) {
        Some(at) => {
            others.swap_remove(at);
            false
        }
        None => true,
    });
    rest
}

/// The only token that is not white space, if there is just one.
fn only<'t>(tokens: &[Token<'t>]) -> Option<&'t str> {
    let mut solid = tokens.iter().filter(|token| !token.is_space());
    solid.next().filter(|_| solid.next().is_none()).map(|token| token.text)
}

fn solids(tokens: &[Token]) -> usize {
    tokens.iter().filter(|token| !token.is_space()).count()
}

fn closes(open: &str, close: &str) -> bool {
    matches!((open, close), ("(", ")") | ("[", "]") | ("“", "”") | ("‘", "’") | ("«", "»"))
        || (open == close && matches!(open, "\"" | "'" | "*" | "**" | "_" | "__" | "`" | "—" | "–"))
}
