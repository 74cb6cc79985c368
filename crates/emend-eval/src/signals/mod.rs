//! Surface signals: counts that say which way a rewrite moved without any model. One file each.
//!
//! They are crude, and independent of whatever judged or trained the rewriter: their word lists are our own and serve
//! for nothing else. A rewrite counts as moved in the requested direction when a judge says so *and* a signal does.

mod casual;
mod connectives;
mod courtesy;
mod grade;
mod length;
mod loaded;
mod offence;
mod warmth;

use emend_text::{Span, sentences};

use crate::tokens::{is_word, words};

/// A number that rises or falls when a text does what an intent asks for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Signal {
    /// Name in reports.
    pub(crate) name: &'static str,
    /// What it counts.
    pub(crate) about: &'static str,
    /// The number.
    pub(crate) value: fn(&str) -> f64,
}

/// Which way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// More of it is asked for.
    Up,
    /// Less of it is asked for.
    Down,
}

impl Way {
    /// Whether the second number lies this way from the first.
    pub(crate) fn moved(self, from: f64, to: f64) -> bool {
        match self {
            Self::Up => to > from,
            Self::Down => to < from,
        }
    }
}

/// What an intent asks of the surface: the table of intents that have a direction.
static ASKED: &[(&str, &Signal, Way)] = &[
    ("clearer", &grade::GRADE, Way::Down),
    ("simpler", &grade::GRADE, Way::Down),
    ("shorter", &length::LENGTH, Way::Down),
    ("formal", &casual::CASUAL, Way::Down),
    ("friendly", &warmth::WARMTH, Way::Up),
    ("polite", &courtesy::COURTESY, Way::Up),
    ("neutral", &loaded::LOADED, Way::Down),
    ("appropriate", &offence::OFFENCE, Way::Down),
    ("coherent", &connectives::CONNECTIVES, Way::Up),
];

/// The signal of an intent and the way it is asked to move; none for intents without a direction.
pub(crate) fn signal(intent: &str) -> Option<(&'static Signal, Way)> {
    ASKED.iter().find(|(id, _, _)| *id == intent).map(|&(_, signal, way)| (signal, way))
}

/// The words of a text in lower case, apostrophes straight.
fn lower_words(text: &str) -> Vec<String> {
    let straight = text.replace('’', "'").to_lowercase();
    words(&straight).into_iter().filter(|token| is_word(token)).map(str::to_owned).collect()
}

/// The number of sentences, at least one.
fn sentence_count(text: &str) -> f64 {
    sentences(text, Span::new(0, text.len()), &[]).len().max(1) as f64
}

/// How often the phrases of `list` stand in `words`. A phrase of several words has spaces.
fn count_phrases(words: &[String], list: &[&str]) -> usize {
    let stands = |at: usize, phrase: &str| {
        let mut rest = words[at..].iter();
        phrase.split(' ').all(|word| rest.next().is_some_and(|next| next == word))
    };
    (0..words.len()).map(|at| list.iter().filter(|phrase| stands(at, phrase)).count()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(intent: &str, from: &str, to: &str) {
        let (signal, way) = signal(intent).unwrap();
        let (before, after) = ((signal.value)(from), (signal.value)(to));
        assert!(way.moved(before, after), "{intent}: {before} for {from:?}, {after} for {to:?}");
        assert!(!way.moved(after, before) && !way.moved(before, before));
    }

    #[test]
    fn signals_follow_what_a_reader_sees() {
        check("formal", "I can't come, gonna be late!", "I cannot come; I will be late.");
        check("formal", "i'm fine, thanks", "I am fine, thank you.");
        check("friendly", "The parcel will be sent.", "Thanks for your patience! We'll send your parcel.");
        check("polite", "Send me the report.", "Could you please send me the report?");
        check("neutral", "The legendary singer obviously won.", "The singer won.");
        check("appropriate", "Where is my damn parcel, you idiot?", "Where is my parcel?");
        check("appropriate", "STOP IT NOW!!!", "Please stop it now.");
        check("shorter", "In order to go, we left.", "To go, we left.");
        check(
            "simpler",
            "The committee subsequently terminated negotiations, which had deteriorated considerably.",
            "Later the group ended the talks. They had got much worse.",
        );
        check("coherent", "It rained. We stayed.", "Because it rained, we stayed.");
        assert!(signal("fix").is_none() && signal("paraphrase").is_none());
    }

    #[test]
    fn every_direction_belongs_to_an_intent() {
        for (id, signal, _) in ASKED {
            assert!(emend_text::intent(id).is_some(), "{id}");
            assert!(signal.about.ends_with('.'), "{id}");
            assert!((signal.value)("").is_finite() && (signal.value)("…").is_finite(), "{id}");
        }
    }

    #[test]
    fn phrases_are_whole_words() {
        let words = lower_words("Could you, please, pleased as I’m?");
        assert_eq!(words, ["could", "you", "please", "pleased", "as", "i'm"]);
        assert_eq!(count_phrases(&words, &["could you", "please", "i'm not"]), 2);
    }
}
