//! One word about each pair of texts: the last.

use std::collections::HashMap;

use sha2::{Digest, Sha256};

use super::{Asked, PreferenceData};

/// Drops duplicates, and of contradictory statements all but the later; of equally old ones the one further behind.
///
/// A pair that was once preferred one way and later the other way is one pair. A rewrite that was taken and later
/// refused is refused, and no longer one to imitate. The order of what stays is kept.
pub fn settle(data: PreferenceData) -> PreferenceData {
    let PreferenceData { demonstrations, preferences, verdicts } = data;
    let preferences = last(preferences, |one| {
        let (a, b) = (one.chosen.as_str(), one.rejected.as_str());
        (hash(&one.asked, &[a.min(b), a.max(b)]), one.decided)
    });
    let verdicts = last(verdicts, |one| (hash(&one.asked, &[&one.rewrite]), one.decided));
    let refused: HashMap<Hash, i64> = verdicts
        .iter()
        .filter(|one| !one.accepted)
        .map(|one| (hash(&one.asked, &[&one.rewrite]), one.decided))
        .collect();
    let mut demonstrations = last(demonstrations, |one| (hash(&one.asked, &[&one.target]), one.decided));
    demonstrations.retain(|one| {
        refused.get(&hash(&one.asked, &[&one.target])).is_none_or(|refused| *refused < one.decided)
    });
    PreferenceData { demonstrations, preferences, verdicts }
}

type Hash = [u8; 32];

/// The last of those with the same key, where the key's newest stands first.
fn last<T>(items: Vec<T>, key: impl Fn(&T) -> (Hash, i64)) -> Vec<T> {
    let mut newest: HashMap<Hash, (i64, usize)> = HashMap::new();
    for (place, item) in items.iter().enumerate() {
        let (hash, decided) = key(item);
        let found = newest.entry(hash).or_insert((decided, place));
        if decided >= found.0 {
            *found = (decided, place);
        }
    }
    let is_newest =
        |place: usize, item: &T| newest.get(&key(item).0).is_some_and(|(_, newest)| *newest == place);
    items
        .into_iter()
        .enumerate()
        .filter(|(place, item)| is_newest(*place, item))
        .map(|(_, item)| item)
        .collect()
}

/// Each text is preceded by its length, so that no two lists of texts read the same.
fn hash(asked: &Asked, texts: &[&str]) -> Hash {
    let mut hash = Sha256::new();
    for text in [&asked.intent, &asked.instruction, &asked.source]
        .into_iter()
        .map(String::as_str)
        .chain(texts.iter().copied())
    {
        hash.update((text.len() as u64).to_le_bytes());
        hash.update(text);
    }
    hash.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::super::{Demonstration, Preference, Verdict};
    use super::*;

    fn asked() -> Asked {
        Asked { intent: "fix".into(), instruction: "Fix it".into(), source: "He go.".into() }
    }

    fn pair(chosen: &str, rejected: &str, decided: i64) -> Preference {
        Preference { asked: asked(), chosen: chosen.into(), rejected: rejected.into(), weight: 1.0, decided }
    }

    fn verdict(accepted: bool, decided: i64) -> Verdict {
        Verdict { asked: asked(), rewrite: "He goes.".into(), accepted, weight: 1.0, decided }
    }

    fn demonstration(decided: i64) -> Demonstration {
        Demonstration { asked: asked(), target: "He goes.".into(), weight: 1.0, decided }
    }

    #[test]
    fn a_pair_has_one_direction_the_later() {
        let preferences = vec![
            pair("a", "b", 5),
            pair("a", "c", 1),
            pair("b", "a", 4),
            pair("c", "a", 2),
            pair("a", "b", 5),
        ];
        let settled = settle(PreferenceData { preferences, ..PreferenceData::default() });
        assert_eq!(settled.preferences, [pair("c", "a", 2), pair("a", "b", 5)]);
    }

    #[test]
    fn texts_do_not_run_together() {
        let preferences = vec![pair("ab", "c", 1), pair("a", "bc", 1)];
        let settled =
            settle(PreferenceData { preferences: preferences.clone(), ..PreferenceData::default() });
        assert_eq!(settled.preferences, preferences);
    }

    #[test]
    fn what_was_refused_later_is_not_imitated() {
        let of = |verdicts, demonstrations| {
            settle(PreferenceData { demonstrations, verdicts, preferences: vec![] })
        };
        let refused = of(vec![verdict(true, 1), verdict(false, 2)], vec![demonstration(1)]);
        assert_eq!((refused.verdicts, refused.demonstrations), (vec![verdict(false, 2)], vec![]));
        let taken = of(vec![verdict(false, 1), verdict(true, 2)], vec![demonstration(2)]);
        assert_eq!((taken.verdicts, taken.demonstrations), (vec![verdict(true, 2)], vec![demonstration(2)]));
    }
}
