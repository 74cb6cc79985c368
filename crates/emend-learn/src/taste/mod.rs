//! How likely the person takes a rewrite, learned from what was decided.
//!
//! A reward model in the sense of Christiano et al. 2017 and Ouyang et al. 2022 (equation 1), but small enough for some
//! hundred decisions and to be read: logistic regression on how a rewrite is written differently from its text (length, words,
//! marks, and words that came or went in several decisions). The text as it is has the score 0, so that the score of a
//! rewrite is that of taking it, and leaving alone is one half.
//!
//! What a rewrite says is not looked at: that is what critics of meaning are for, and a recipe that is rewarded by taste must
//! hold them.

mod logistic;
mod measures;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use self::logistic::{Row, dot, fit, loss, sigmoid};
use self::measures::{MEASURES, words};

/// What recipes call it among their reward parts, where all others are critics.
pub const PART: &str = "taste";

/// Decisions in which a word must come or go to be looked at by itself.
const SEEN: usize = 3;
/// Words that are looked at, the most frequent.
const WORDS: usize = 150;
/// Ridges that are tried.
const RIDGES: [f64; 5] = [0.003, 0.01, 0.03, 0.1, 0.3];
/// Parts of the decisions that are each left out once.
const FOLDS: usize = 5;
/// A feature counts for no more than so many of its usual sizes: what is beyond all that was decided is not known to be
/// better still.
const CLIP: f64 = 2.0;

/// Two texts, of which one was preferred. Either may be the source as it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Decided<'d> {
    /// The text.
    pub source: &'d str,
    /// What was preferred.
    pub chosen: &'d str,
    /// To what.
    pub rejected: &'d str,
    /// How much it counts, above 0.
    pub weight: f32,
}

/// A rewrite with a grade.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Graded<'g> {
    /// The text.
    pub source: &'g str,
    /// Its rewrite.
    pub rewrite: &'g str,
    /// In [0, 1].
    pub grade: f32,
}

/// What a person likes.
#[derive(Debug, Clone)]
pub struct Taste {
    /// Words that are looked at, and their places behind the measures.
    words: HashMap<String, usize>,
    /// The usual size of each feature.
    scales: Vec<f64>,
    weights: Vec<f64>,
    /// What any change is worth, whatever it is.
    change: f64,
    /// The share of decisions that were foreseen by what was learned from the others; 1/2 is chance.
    pub foreseen: f64,
    /// From how many decisions it was learned.
    pub decisions: usize,
}

/// A measure or a word that matters.
#[derive(Debug, Clone, PartialEq)]
pub struct Liking {
    /// What people call it.
    pub what: String,
    /// In nats for a usual amount more; below 0 it is disliked.
    pub strength: f64,
}

impl Taste {
    /// Learns from decisions; the ridge is the one that foresees best what it has not seen.
    pub fn of(decisions: &[Decided<'_>]) -> Self {
        Self::learn(decisions, false)
    }

    /// Learns from grades, so that [`Self::likes`] is the grade that is to be expected: logistic regression with a target
    /// between 0 and 1, which is that rewrite taken and refused, each for its share.
    pub fn of_grades(graded: &[Graded<'_>]) -> Self {
        let sides = graded.iter().flat_map(|&Graded { source, rewrite, grade }| {
            let side = |chosen, rejected, weight| Decided { source, chosen, rejected, weight };
            [side(rewrite, source, grade), side(source, rewrite, 1.0 - grade)]
        });
        Self::learn(&sides.filter(|side| side.weight > 0.0).collect::<Vec<_>>(), true)
    }

    /// Where `any_change` has a worth of its own, it is learned as one more feature.
    fn learn(decisions: &[Decided<'_>], any_change: bool) -> Self {
        let words = frequent(decisions);
        let mut taste = Self {
            scales: vec![1.0; MEASURES.len() + words.len()],
            weights: vec![0.0; MEASURES.len() + words.len()],
            words,
            change: 0.0,
            foreseen: 0.5,
            decisions: decisions.len(),
        };
        let raw: Vec<[Vec<f64>; 2]> = decisions
            .iter()
            .map(|one| [one.chosen, one.rejected].map(|text| taste.changes(one.source, text)))
            .collect();
        taste.scales = scales(&raw, taste.weights.len());
        let rows: Vec<Row> = decisions
            .iter()
            .zip(&raw)
            .map(|(one, [chosen, rejected])| {
                let (chosen, rejected) = (taste.scaled(chosen), taste.scaled(rejected));
                let mut features: Vec<f64> = chosen.iter().zip(&rejected).map(|(a, b)| a - b).collect();
                if any_change {
                    features.push(changed(one.source, one.chosen) - changed(one.source, one.rejected));
                }
                Row { features, weight: f64::from(one.weight) }
            })
            .collect();
        let folds = folds(decisions);
        let tried = RIDGES.map(|ridge| (ridge, crossed(&rows, &folds, ridge)));
        if let Some((ridge, (_, foreseen))) = tried.into_iter().min_by(|a, b| a.1.0.total_cmp(&b.1.0)) {
            taste.weights = fit(&rows.iter().collect::<Vec<_>>(), ridge);
            taste.foreseen = foreseen;
        }
        if any_change {
            taste.change = taste.weights.pop().unwrap_or_default();
        }
        taste
    }

    /// How likely the rewrite is taken rather than the text left as it is, in (0, 1); 1/2 for the text itself.
    pub fn likes(&self, source: &str, rewrite: &str) -> f64 {
        let written = dot(&self.weights, &self.scaled(&self.changes(source, rewrite)));
        sigmoid(written + self.change * changed(source, rewrite))
    }

    /// What matters most, first.
    pub fn likings(&self, most: usize) -> Vec<Liking> {
        let words: BTreeMap<usize, &str> = self.words.iter().map(|(word, &at)| (at, word.as_str())).collect();
        let name = |at: usize| match MEASURES.get(at) {
            Some(measure) => measure.name.to_owned(),
            None => format!("“{}”", words.get(&at).copied().unwrap_or_default()),
        };
        let mut all: Vec<Liking> =
            (0..self.weights.len()).map(|at| Liking { what: name(at), strength: self.weights[at] }).collect();
        all.sort_by(|a, b| b.strength.abs().total_cmp(&a.strength.abs()));
        all.truncate(most);
        all
    }

    /// How much more of each feature the rewrite has. A second one more counts less than the first.
    fn changes(&self, source: &str, rewrite: &str) -> Vec<f64> {
        let mut changes: Vec<f64> =
            MEASURES.iter().map(|measure| (measure.of)(rewrite) - (measure.of)(source)).collect();
        changes.resize(MEASURES.len() + self.words.len(), 0.0);
        for (text, sign) in [(rewrite, 1.0), (source, -1.0)] {
            for word in words(text) {
                if let Some(&at) = self.words.get(&folded(word)) {
                    changes[at] += sign;
                }
            }
        }
        changes.into_iter().map(|change| change.signum() * change.abs().ln_1p()).collect()
    }

    fn scaled(&self, changes: &[f64]) -> Vec<f64> {
        changes.iter().zip(&self.scales).map(|(change, scale)| (change / scale).clamp(-CLIP, CLIP)).collect()
    }
}

fn changed(source: &str, rewrite: &str) -> f64 {
    f64::from(u8::from(source != rewrite))
}

fn folded(word: &str) -> String {
    word.replace('’', "'").to_lowercase()
}

/// Words that come or go in several decisions.
fn frequent(decisions: &[Decided<'_>]) -> HashMap<String, usize> {
    let bag = |text: &str| -> BTreeSet<String> { words(text).map(folded).collect() };
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for one in decisions {
        let (chosen, rejected) = (bag(one.chosen), bag(one.rejected));
        for word in chosen.symmetric_difference(&rejected) {
            *counts.entry(word.clone()).or_default() += 1;
        }
    }
    let mut often: Vec<(String, usize)> = counts.into_iter().filter(|(_, count)| *count >= SEEN).collect();
    often.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let places = MEASURES.len()..;
    often.into_iter().take(WORDS).map(|(word, _)| word).zip(places).collect()
}

/// The root of the mean square of each feature where there is any of it.
fn scales(raw: &[[Vec<f64>; 2]], count: usize) -> Vec<f64> {
    (0..count)
        .map(|at| {
            let there = raw.iter().flatten().map(|one| one[at]).filter(|&change| change != 0.0);
            let (sum, number) = there.fold((0.0, 0.0), |(sum, number), one| (sum + one * one, number + 1.0));
            if number > 0.0 { f64::sqrt(sum / number) } else { 1.0 }
        })
        .collect()
}

/// The fold of each decision: all about a text are in one.
fn folds(decisions: &[Decided<'_>]) -> Vec<usize> {
    let mut places: HashMap<&str, usize> = HashMap::new();
    decisions
        .iter()
        .map(|one| {
            let next = places.len();
            *places.entry(one.source).or_insert(next) % FOLDS
        })
        .collect()
}

/// Mean loss of what was left out, and the share of it that was foreseen.
fn crossed(rows: &[Row], folds: &[usize], ridge: f64) -> (f64, f64) {
    let (mut lost, mut foreseen, mut count) = (0.0, 0.0, 0.0);
    for fold in 0..FOLDS {
        let side = |inside: bool| -> Vec<&Row> {
            let chosen = rows.iter().zip(folds).filter(|(_, of)| (**of == fold) == inside);
            chosen.map(|(row, _)| row).collect()
        };
        let (left_out, weights) = (side(true), fit(&side(false), ridge));
        let margins = left_out.iter().map(|row| dot(&weights, &row.features));
        foreseen += margins.map(|margin| 0.5 + 0.5 * sign(margin)).sum::<f64>();
        lost += loss(&left_out, &weights) * left_out.len() as f64;
        count += left_out.len() as f64;
    }
    if count > 0.0 { (lost / count, foreseen / count) } else { (0.0, 0.5) }
}

/// 0 for 0.
fn sign(number: f64) -> f64 {
    if number == 0.0 { 0.0 } else { number.signum() }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rewrites that drop a mark, or a word, or change nothing that matters.
    fn decisions() -> Vec<(String, String, bool)> {
        let things = ["boat", "train", "letter", "garden", "bridge", "song", "market"];
        (0..90)
            .map(|n| {
                let (thing, other) = (things[n % 7], things[(n / 7) % 7]);
                match n % 3 {
                    0 => (format!("The {thing} has come!"), format!("The {other} is here."), true),
                    1 => (format!("The {thing} has come."), format!("The {other} is here!"), false),
                    _ => (format!("The {thing} has come."), format!("The {other} is here."), n % 2 == 0),
                }
            })
            .collect()
    }

    fn decided(all: &[(String, String, bool)]) -> Vec<Decided<'_>> {
        all.iter()
            .map(|(source, rewrite, taken)| {
                let (chosen, rejected) = if *taken { (rewrite, source) } else { (source, rewrite) };
                Decided { source, chosen, rejected, weight: 1.0 }
            })
            .collect()
    }

    #[test]
    fn who_hates_exclamation_marks_is_known() {
        let all = decisions();
        let taste = Taste::of(&decided(&all));
        assert_eq!(taste.likings(1)[0].what, "exclamation marks");
        assert!(taste.likings(1)[0].strength < 0.0);
        assert!(taste.likes("We are open!", "We are open.") > 0.8);
        assert!(taste.likes("We are open.", "We are open!") < 0.2);
        // Two thirds tell, of the rest half is right by chance.
        assert!((0.75..0.95).contains(&taste.foreseen), "{}", taste.foreseen);
        // More than was ever decided about is no better.
        let (few, many) = (taste.likes("Go!!!!!", "Go!!!"), taste.likes("Go!!!!!!!!!!!!", "Go."));
        assert!(many > 0.5 && few > 0.5 && many < 0.999, "{few} {many}");
    }

    #[test]
    fn the_text_itself_is_neither_taken_nor_refused() {
        let all = decisions();
        let taste = Taste::of(&decided(&all));
        assert_eq!(taste.likes("As it is.", "As it is.").to_bits(), 0.5f64.to_bits());
        let nothing = Taste::of(&[]);
        assert_eq!(nothing.likes("a", "b!").to_bits(), 0.5f64.to_bits());
        assert_eq!(nothing.decisions, 0);
    }

    #[test]
    fn grades_are_expected_on_their_own_scale() {
        let texts: Vec<[String; 2]> = decisions().into_iter().map(|one| [one.0, one.1]).collect();
        let shouts = |text: &str| i32::from(text.ends_with('!'));
        // A mark less, as many, one more: equally far apart in logits.
        let of =
            |source: &str, rewrite: &str| [0.89, 0.65, 0.3][(1 + shouts(rewrite) - shouts(source)) as usize];
        let graded: Vec<Graded<'_>> = texts
            .iter()
            .map(|[source, rewrite]| Graded { source, rewrite, grade: of(source, rewrite) })
            .collect();
        let head = Taste::of_grades(&graded);
        for [source, rewrite] in &texts {
            let expected = f64::from(of(source, rewrite));
            assert!((head.likes(source, rewrite) - expected).abs() < 0.1, "{source} {rewrite}");
        }
        let same = graded.iter().map(|one| Graded { grade: 0.8, ..*one }).collect::<Vec<_>>();
        let head = Taste::of_grades(&same);
        for [source, rewrite] in &texts {
            let likes = head.likes(source, rewrite);
            assert!((likes - 0.8).abs() < 0.03, "one grade for all: {likes}");
        }
    }

    #[test]
    fn decisions_by_chance_are_not_foreseen() {
        let mut all = decisions();
        for (n, one) in all.iter_mut().enumerate() {
            // Neither the kind of the decision nor its text says anything.
            one.2 = (n * n / 7) % 2 == 0;
        }
        let taste = Taste::of(&decided(&all));
        assert!((0.3..0.68).contains(&taste.foreseen), "{}", taste.foreseen);
    }
}
