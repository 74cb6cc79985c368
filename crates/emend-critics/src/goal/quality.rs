//! Qualities that a text has more or less of.

use super::Way;
use crate::Scores;

/// Something that a text has more or less of, as a function of critics.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quality {
    /// Warm: polite, not formal, harmless, in equal parts.
    Friendly,
    /// The politeness critic.
    Polite,
    /// The formality critic.
    Formal,
    /// The readability critic.
    Simple,
    /// The fluency critic.
    Fluent,
    /// The harmless critic.
    Harmless,
    /// The appropriateness critic.
    Appropriate,
}

/// The adjective of each quality, and other words for more or less of it.
type Names = (Quality, &'static str, &'static [&'static str], &'static [&'static str]);

#[rustfmt::skip]
const NAMES: &[Names] = &[
    (Quality::Friendly, "friendly", &["friendlier", "warm", "warmer", "kind", "kinder", "nice", "nicer"], &["cold", "colder", "distant"]),
    (Quality::Polite, "polite", &["politer", "courteous", "respectful"], &["rude", "ruder", "blunt", "blunter"]),
    (Quality::Formal, "formal", &["professional", "businesslike"], &["casual", "informal", "relaxed", "colloquial"]),
    (Quality::Simple, "simple", &["simpler", "easier", "easy", "clear", "clearer", "readable", "plain", "plainer"], &["complex", "complicated"]),
    (Quality::Fluent, "fluent", &["correct", "grammatical", "natural"], &[]),
    (Quality::Harmless, "harmless", &["inoffensive", "calm", "calmer"], &["toxic", "offensive", "aggressive", "insulting"]),
    (Quality::Appropriate, "appropriate", &["fair", "fairer", "constructive"], &["inappropriate"]),
];

impl Quality {
    /// Every quality.
    pub const ALL: [Quality; 7] = [
        Quality::Friendly,
        Quality::Polite,
        Quality::Formal,
        Quality::Simple,
        Quality::Fluent,
        Quality::Harmless,
        Quality::Appropriate,
    ];

    /// Its adjective.
    pub fn adjective(self) -> &'static str {
        NAMES.iter().find(|(quality, ..)| *quality == self).map_or("", |(_, adjective, ..)| adjective)
    }

    /// The quality that a word names, and which way.
    pub(super) fn named(word: &str) -> Option<(Quality, Way)> {
        NAMES.iter().find_map(|(quality, adjective, more, less)| {
            if word == *adjective || more.contains(&word) {
                Some((*quality, Way::More))
            } else {
                less.contains(&word).then_some((*quality, Way::Less))
            }
        })
    }

    /// Whether only the learned critic knows it.
    pub(super) fn needs_model(self) -> bool {
        self != Quality::Simple
    }

    /// How much of it the rewrite has, from 0 to 1; `None` when a critic that it takes did not judge.
    pub(super) fn of(self, scores: &Scores) -> Option<f32> {
        let score = |id| scores.get(id).map(|judgement| judgement.score);
        match self {
            Quality::Friendly => {
                Some((score("politeness")? + (1.0 - score("formality")?) + score("harmless")?) / 3.0)
            }
            Quality::Polite => score("politeness"),
            Quality::Formal => score("formality"),
            Quality::Simple => score("readability"),
            Quality::Fluent => score("fluency"),
            Quality::Harmless => score("harmless"),
            Quality::Appropriate => score("appropriate"),
        }
    }
}
