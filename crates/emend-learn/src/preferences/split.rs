//! Which texts are never trained on.
//!
//! The side of a text follows from its words alone, so that it never changes as more is decided, and all decisions about
//! a text are on one side.

use std::collections::HashSet;

use sha2::{Digest, Sha256};

use super::PreferenceData;

/// Sentences of fewer words are formulas ("Thanks a lot!") that may stand on both sides.
const WORDS_OF_A_SENTENCE: usize = 4;

/// Both sides.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Split {
    /// To train on.
    pub train: PreferenceData,
    /// To decide by whether a training was good.
    pub held_out: PreferenceData,
    /// How many statements are on neither side: their text shares a sentence with one that is held out.
    pub left_out: usize,
}

/// Whether a text belongs to the `share` (from 0 to 1) that is held out. White space and case do not matter.
pub fn is_held_out(source: &str, share: f64) -> bool {
    let hash = Sha256::digest(normalised(source));
    let first = hash.iter().take(8).fold(0u64, |number, byte| number << 8 | u64::from(*byte));
    (first as f64) < share * 2f64.powi(64)
}

/// Splits by text; no sentence of a held-out text is on the side that is trained on.
pub fn split(data: PreferenceData, share: f64) -> Split {
    let all: HashSet<&str> = sources(&data).collect();
    let held: HashSet<String> =
        all.iter().filter(|source| is_held_out(source, share)).flat_map(|source| sentences(source)).collect();
    let leaking: HashSet<String> = all
        .iter()
        .filter(|source| {
            !is_held_out(source, share) && sentences(source).iter().any(|one| held.contains(one))
        })
        .map(|source| (*source).to_owned())
        .collect();
    drop(all);
    let mut split = Split::default();
    macro_rules! divide {
        ($kind:ident) => {
            for item in data.$kind {
                if is_held_out(&item.asked.source, share) {
                    split.held_out.$kind.push(item);
                } else if leaking.contains(&item.asked.source) {
                    split.left_out += 1;
                } else {
                    split.train.$kind.push(item);
                }
            }
        };
    }
    divide!(demonstrations);
    divide!(preferences);
    divide!(verdicts);
    split
}

fn sources(data: &PreferenceData) -> impl Iterator<Item = &str> {
    data.asked().map(|asked| asked.source.as_str())
}

/// The whole text and each of its sentences that is no formula, normalised. A rough cut is enough: it need only be the
/// same on both sides.
fn sentences(text: &str) -> Vec<String> {
    let mut found = vec![normalised(text)];
    for line in text.lines() {
        let mut words = Vec::new();
        for word in line.split_whitespace() {
            words.push(word.to_lowercase());
            if word.ends_with(['.', '!', '?']) {
                found.extend(sentence(&words));
                words.clear();
            }
        }
        found.extend(sentence(&words));
    }
    found
}

fn sentence(words: &[String]) -> Option<String> {
    (words.len() >= WORDS_OF_A_SENTENCE).then(|| words.join(" "))
}

fn normalised(text: &str) -> String {
    text.split_whitespace().map(str::to_lowercase).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::super::{Asked, Preference};
    use super::*;

    fn about(source: &str) -> Preference {
        let asked = Asked { intent: "fix".into(), instruction: "Fix it".into(), source: source.to_owned() };
        Preference { asked, chosen: "a".into(), rejected: "b".into(), weight: 1.0, decided: 0 }
    }

    fn data(sources: &[String]) -> PreferenceData {
        let preferences = sources.iter().map(|source| about(source)).collect();
        PreferenceData { preferences, ..PreferenceData::default() }
    }

    #[test]
    fn the_share_is_kept_and_more_data_move_nothing() {
        let many: Vec<String> = (0..2000).map(|n| format!("Sentence number {n} of a long letter.")).collect();
        let split_all = split(data(&many), 0.2);
        let held = split_all.held_out.preferences.len();
        assert!((340..460).contains(&held), "{held}");
        assert_eq!(split_all.left_out, 0);
        let split_few = split(data(&many[..100]), 0.2);
        let few = split_few.held_out.preferences;
        assert_eq!(few, split_all.held_out.preferences[..few.len()]);
        assert!(split(data(&many), 0.0).held_out.preferences.is_empty());
        assert!(split(data(&many), 1.0).train.preferences.is_empty());
    }

    #[test]
    fn space_and_case_do_not_change_the_side() {
        for n in 0..50 {
            let (one, two) = (format!("Line {n} of  the\nletter."), format!("line {n} of the letter."));
            assert_eq!(is_held_out(&one, 0.5), is_held_out(&two, 0.5));
        }
    }

    #[test]
    fn no_sentence_is_on_both_sides() {
        let letters: Vec<String> = (0..60)
            .map(|n| {
                let (one, two) = (n % 10, n % 7);
                format!("The harbour was closed on day {one}. Thank you! We counted {two} ships in it, and")
            })
            .collect();
        let divided = split(data(&letters), 0.2);
        let of = |side: &PreferenceData| -> HashSet<String> { sources(side).flat_map(sentences).collect() };
        assert!(!divided.held_out.preferences.is_empty());
        assert!(divided.left_out > 0);
        assert!(of(&divided.train).is_disjoint(&of(&divided.held_out)));
    }
}
