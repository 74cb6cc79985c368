//! What an adapter does worse on the anchor texts than what was in use before it.

use super::{Entry, Measured};

/// Scores that fell by less are alike.
const LEAST_FALL: f64 = 0.05;

/// And by less than this many texts of all: chance is one text.
const LEAST_TEXTS: f64 = 2.0;

/// How far the anchor texts are below their best.
#[derive(Debug, Clone, PartialEq)]
pub struct Forgotten {
    /// The adapter.
    pub adapter: String,
    /// What was measured.
    pub measure: Measured,
    /// On how many texts.
    pub texts: usize,
    /// Its best score under anything else that was in use before, and that adapter; none is the model alone.
    pub best: (f64, Option<String>),
    /// Its score under the adapter.
    pub now: f64,
}

impl Forgotten {
    /// The best minus now; below 0 when now is the best.
    pub fn by(&self) -> f64 {
        self.best.0 - self.now
    }

    /// Whether that is more than a reader should pass over: a twentieth, and two texts.
    pub fn is_noticeable(&self) -> bool {
        self.by() >= LEAST_FALL && self.by() * self.texts as f64 >= LEAST_TEXTS
    }
}

/// For each measure of the texts on which the adapter was measured last: the forgetting measure of Chaudhry et al. 2018,
/// section 3. What was not measured under anything else before is left out.
pub fn forgotten(entries: &[Entry], adapter: &str) -> Vec<Forgotten> {
    let last = entries.iter().enumerate().rev().find_map(|(place, entry)| match entry {
        Entry::Anchor { adapter: Some(of), set, .. } if of == adapter => Some((place, set)),
        _ => None,
    });
    let Some((place, set)) = last else { return Vec::new() };
    let one = |measure: Measured| {
        let mut now = None;
        let mut best: Option<(f64, &Option<String>)> = None;
        let same = |of: &Measured, on: &String| *of == measure && on == set;
        for entry in &entries[..=place] {
            let Entry::Anchor { adapter: of, measure, score, texts, set, .. } = entry else { continue };
            if !same(measure, set) {
                continue;
            }
            if of.as_deref() == Some(adapter) {
                now = Some((*score, *texts));
            } else if best.is_none_or(|(best, _)| *score > best) {
                best = Some((*score, of));
            }
        }
        let ((now, texts), (best, of)) = (now?, best?);
        let adapter = adapter.to_owned();
        Some(Forgotten { adapter, measure, texts, best: (best, of.clone()), now })
    };
    [Measured::Meaning, Measured::Fluency, Measured::Clean].into_iter().filter_map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn anchor(adapter: Option<&str>, score: f64, set: &str) -> Entry {
        let (adapter, set) = (adapter.map(str::to_owned), set.to_owned());
        Entry::Anchor { time: 0, adapter, measure: Measured::Meaning, score, texts: 40, set }
    }

    #[test]
    fn an_adapter_is_held_against_the_best_before() {
        let log = [
            anchor(None, 0.5, "x"),
            anchor(None, 0.9, "other texts"),
            anchor(Some("a"), 0.7, "x"),
            anchor(Some("b"), 0.6, "x"),
        ];
        let [found] = forgotten(&log, "b").try_into().unwrap();
        assert_eq!((found.best.clone(), found.now), ((0.7, Some("a".to_owned())), 0.6));
        assert!((found.by() - 0.1).abs() < 1e-9 && found.is_noticeable());
        let [found] = forgotten(&log, "a").try_into().unwrap();
        assert!(found.by() < 0.0 && !found.is_noticeable(), "what came later is nothing to fall from");
        assert_eq!(forgotten(&log[3..], "b"), [], "nothing to hold it against");
        assert_eq!(forgotten(&log, "c"), []);
        // Gone back to: it is held against what was in use meanwhile.
        let back = [&log[..], &[anchor(Some("a"), 0.65, "x")]].concat();
        assert_eq!(forgotten(&back, "a")[0].best, (0.6, Some("b".to_owned())));
        assert!(!forgotten(&back, "a")[0].is_noticeable());
    }

    #[test]
    fn a_text_more_or_less_is_chance() {
        let of = |by: f64, texts| {
            let (adapter, best) = ("a".into(), (0.9, None));
            Forgotten { adapter, measure: Measured::Clean, texts, best, now: 0.9 - by }.is_noticeable()
        };
        assert!(!of(0.125, 8) && of(0.251, 8));
        assert!(!of(0.04, 100) && of(0.06, 100));
    }
}
