//! Splits a changed stretch where a word was clearly replaced by one particular word.
//!
//! `40 units` → `400 boxes` is two edits, because the number can be refused alone; `make a decision` → `decide` is
//! one. Pairs are found by the best monotone alignment of the two sides under the weights of [`closeness`].

use super::align::{Change, between, trim};
use super::tokens::Token;
use super::words::{confused, family, same_lemma, spelled_alike};

/// Most words and marks on one side of a stretch that is searched for pairs; a longer one is a rewrite as a whole.
/// The search takes the product of both sides.
const MOST_TOKENS: usize = 64;

/// How surely one token replaces another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Closeness {
    /// Members of the same closed class, short look-alikes, two marks. Means something only in step with its
    /// neighbours.
    Weak = 2,
    /// Forms of one word, a misspelling, two numbers.
    Strong = 3,
    /// The same but for capitals.
    Same = 4,
}

/// The parts of `change` that can be decided on their own, in order.
pub(crate) fn split(old: &[Token], new: &[Token], change: Change) -> Vec<Change> {
    let olds: Vec<usize> = change.old.clone().filter(|&i| !old[i].is_space()).collect();
    let news: Vec<usize> = change.new.clone().filter(|&j| !new[j].is_space()).collect();
    if olds.is_empty() || news.is_empty() || olds.len().max(news.len()) > MOST_TOKENS {
        return vec![change];
    }
    let mut pairs = best_pairs(old, new, &olds, &news);
    let in_step =
        olds.len() == news.len() && pairs.iter().all(|&(i, j, _)| i == j) && pairs.len() * 2 >= olds.len();
    pairs.retain(|&(.., closeness)| in_step || closeness > Closeness::Weak);
    let anchors: Vec<(usize, usize)> = pairs.iter().map(|&(i, j, _)| (olds[i], news[j])).collect();
    let rest = between(old, new, change, anchors.iter().copied());
    let paired = anchors.iter().filter_map(|&(i, j)| trim(old, new, Change { old: i..i + 1, new: j..j + 1 }));
    let mut parts: Vec<Change> = rest.into_iter().chain(paired).collect();
    parts.sort_by_key(|part| (part.old.start, part.new.start, part.old.end, part.new.end));
    parts
}

/// The pairs (index into `olds`, index into `news`) with the greatest total closeness that never cross.
fn best_pairs(
    old: &[Token],
    new: &[Token],
    olds: &[usize],
    news: &[usize],
) -> Vec<(usize, usize, Closeness)> {
    let table: Vec<Vec<Option<Closeness>>> =
        olds.iter().map(|&i| news.iter().map(|&j| closeness(&old[i], &new[j])).collect()).collect();
    // best[i][j]: the greatest total for what follows i and j.
    let mut best = vec![vec![0_usize; news.len() + 1]; olds.len() + 1];
    for i in (0..olds.len()).rev() {
        for j in (0..news.len()).rev() {
            let paired = table[i][j].map_or(0, |closeness| closeness as usize + best[i + 1][j + 1]);
            best[i][j] = paired.max(best[i + 1][j]).max(best[i][j + 1]);
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut pairs = Vec::new();
    while i < olds.len() && j < news.len() {
        match table[i][j] {
            Some(closeness) if best[i][j] == closeness as usize + best[i + 1][j + 1] => {
                pairs.push((i, j, closeness));
                (i, j) = (i + 1, j + 1);
            }
            _ if best[i][j] == best[i + 1][j] => i += 1,
            _ => j += 1,
        }
    }
    pairs
}

fn closeness(old: &Token, new: &Token) -> Option<Closeness> {
    if old.is_mark() && new.is_mark() {
        return Some(if old == new { Closeness::Same } else { Closeness::Weak });
    }
    if !old.is_word() || !new.is_word() {
        return None;
    }
    match (old.has_digit(), new.has_digit()) {
        (true, true) => return Some(Closeness::Strong),
        (true, false) | (false, true) => return None,
        (false, false) => {}
    }
    let (a, b) = (old.text.to_lowercase(), new.text.to_lowercase());
    let small = family(&a).is_some() && family(&b).is_some();
    let long = a.chars().count().min(b.chars().count()) >= 4;
    match () {
        () if a == b => Some(Closeness::Same),
        // A small word stands for little by itself: `has been moved` is one stretch.
        () if small => (family(&a) == family(&b) || confused(&a, &b)).then_some(Closeness::Weak),
        () if same_lemma(&a, &b) => Some(Closeness::Strong),
        () if confused(&a, &b) || spelled_alike(&a, &b) => {
            Some(if long { Closeness::Strong } else { Closeness::Weak })
        }
        () => None,
    }
}
