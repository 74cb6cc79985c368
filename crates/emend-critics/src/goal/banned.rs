//! What a rewrite can be asked to do without.

use std::sync::LazyLock;

use regex::Regex;

use super::Phrase;

/// Something that must not stand in the rewrite.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Banned {
    /// A form of "to be" or "to get" with a participle: "was opened". Seen by their endings, so that an adjective
    /// ("was tired") counts as well.
    Passive,
    /// "don't", "we'll".
    Contractions,
    /// `!`
    ExclamationMarks,
    /// Pictures among the letters.
    Emoji,
    /// "I", "we", "my", …
    FirstPerson,
    /// `—` and `–`
    Dashes,
    /// These words.
    Words(Phrase),
}

/// How a kind is called in print, and by other names.
type Names = (Banned, &'static str, &'static [&'static str]);

#[rustfmt::skip]
const NAMES: &[Names] = &[
    (Banned::Passive, "passive", &["passive voice", "passives"]),
    (Banned::Contractions, "contractions", &["contraction", "short forms"]),
    (Banned::ExclamationMarks, "exclamation marks", &["exclamation mark", "exclamation points", "exclamations"]),
    (Banned::Emoji, "emoji", &["emojis", "smileys"]),
    (Banned::FirstPerson, "first person", &["i or we"]),
    (Banned::Dashes, "dashes", &["dash", "em dashes", "em-dashes"]),
];

/// A closed list of irregular participles; regular ones end in -ed.
const PASSIVE: &str = r"(?i)\b(?:am|is|are|was|were|be|been|being|get|gets|got|gotten|'s|'re)\s+(?:(?:not|never|also|already|often|still|just|\w+ly)\s+)*(?:\w{2,}ed|done|made|given|taken|seen|known|shown|written|told|said|sent|held|kept|left|lost|met|paid|put|read|set|sold|built|bought|brought|caught|chosen|cut|drawn|driven|eaten|felt|found|forgotten|forgiven|hidden|hit|hurt|laid|led|meant|run|sung|spoken|spent|stolen|sworn|taught|thrown|torn|understood|woken|won|worn)\b";

const CONTRACTION: &str = r"(?i)\b(?:\w+n['\u{2019}]t|(?:i|you|he|she|it|we|they|that|there|what|who|where|let|here)['\u{2019}](?:m|re|ve|ll|d|s))\b";

const EMOJI: &str = r"[\p{Extended_Pictographic}&&[^\x00-\x7F\u{a9}\u{ae}\u{2122}]]";

const FIRST: &str = r"\b(?:I|[Mm]e|[Mm]y|[Mm]ine|[Mm]yself|[Ww]e|[Uu]s|[Oo]ur|[Oo]urs|[Oo]urselves)\b";

/// The patterns, compiled once. A pattern of ours that is none finds nothing; a test compiles them all.
static PATTERNS: LazyLock<Vec<(Banned, Option<Regex>)>> = LazyLock::new(|| {
    let patterns = [
        (Banned::Passive, PASSIVE),
        (Banned::Contractions, CONTRACTION),
        (Banned::ExclamationMarks, "!"),
        (Banned::Emoji, EMOJI),
        (Banned::FirstPerson, FIRST),
        (Banned::Dashes, r"[\u{2013}\u{2014}]"),
    ];
    patterns.map(|(banned, pattern)| (banned, Regex::new(pattern).ok())).into()
});

impl Banned {
    /// Its name in print.
    pub(super) fn name(&self) -> String {
        match self {
            Banned::Words(phrase) => phrase.to_string(),
            kind => NAMES
                .iter()
                .find(|(banned, ..)| banned == kind)
                .map_or_else(String::new, |found| found.1.into()),
        }
    }

    /// Every kind but words.
    pub fn kinds() -> impl Iterator<Item = Banned> {
        NAMES.iter().map(|(banned, ..)| banned.clone())
    }

    /// The kind that words name.
    pub(super) fn named(words: &str) -> Option<Banned> {
        let found = NAMES.iter().find(|(_, name, others)| *name == words || others.contains(&words));
        found.map(|(banned, ..)| banned.clone())
    }

    /// The first place in `text` that it forbids.
    pub(super) fn first_in(&self, text: &str) -> Option<String> {
        match self {
            Banned::Words(phrase) => phrase.stands_in(text).then(|| phrase.as_str().to_owned()),
            kind => {
                let (_, pattern) = PATTERNS.iter().find(|(banned, _)| banned == kind)?;
                pattern.as_ref()?.find(text).map(|found| found.as_str().to_owned())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_a_pattern() {
        for kind in Banned::kinds() {
            assert!(
                PATTERNS.iter().any(|(banned, pattern)| *banned == kind && pattern.is_some()),
                "{kind:?}"
            );
        }
    }

    #[track_caller]
    fn check(banned: &Banned, text: &str, expected: Option<&str>) {
        assert_eq!(banned.first_in(text).as_deref(), expected, "{text:?}");
    }

    #[test]
    fn what_is_forbidden_is_found() {
        check(&Banned::Passive, "The gate was not properly closed.", Some("was not properly closed"));
        check(&Banned::Passive, "It is written here.", Some("is written"));
        check(&Banned::Passive, "We close the gate and are glad.", None);
        check(&Banned::Contractions, "It isn\u{2019}t late.", Some("isn\u{2019}t"));
        check(&Banned::Contractions, "Ann's dog sleeps; it's old.", Some("it's"));
        check(&Banned::ExclamationMarks, "Stop.", None);
        check(&Banned::Emoji, "Well done 🎉 \u{a9} 2024 #1", Some("🎉"));
        check(&Banned::Emoji, "\u{a9} 2024 #1", None);
        check(&Banned::FirstPerson, "Give it to us.", Some("us"));
        check(&Banned::FirstPerson, "The bus is full.", None);
        check(&Banned::Dashes, "so\u{2014}then", Some("\u{2014}"));
        check(&Banned::Words(Phrase::new("very").unwrap()), "Very well.", Some("very"));
    }
}
