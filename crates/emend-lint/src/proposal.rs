//! What the rules would write, for a model to decide on.
//!
//! A rule sees a pattern, not the sentence: half of what it finds in text from the web is a name, a term of some trade or a
//! matter of taste. So a suggestion is no correction yet. It is a hypothesis in the sense of the noisy channel (Kernighan,
//! Church and Gale 1990): a model says how likely the text is with and without it, and the channel, here, how likely it is
//! that somebody who meant the one wrote the other.

mod spelling;

use emend_text::Proposal;

use crate::Lint;
use crate::linter::{IRREGULAR, PATTERN, PHRASE};

/// Families of rules that find what is wrong. The others (`Style`, `Formatting`, `Enhancement`, `Redundancy`,
/// `Regionalism`) say what would be nicer.
const ERRORS: [&str; 13] = [
    "Agreement",
    "BoundaryError",
    "Capitalization",
    "Eggcorn",
    "Grammar",
    "Malapropism",
    "Miscellaneous",
    "Nonstandard",
    "Punctuation",
    "Repetition",
    "Typo",
    "Usage",
    "WordChoice",
];

/// What speaks for the finding of a rule that knows an error. At 5 nats, of 630 findings in texts of learners and from the
/// web 460 were right and 110 wrong; of all 1,070, right ones were 600.
const ERROR: f32 = 5.0;

/// The same for rules that are right nearly always where it is an error at all (19 findings of 21), and for phrases that are found
/// next to never in prose that is right.
const CERTAIN: f32 = 11.0;
const CERTAIN_RULES: [&str; 4] = ["Everyone", "OpenCompounds", IRREGULAR, PHRASE];

/// And for patterns, which look at the sentence: left only where the model finds it out of the question. Chosen on sentences of our
/// own; texts of learners and clean ones came out as with 11.
const PATTERNS: f32 = 18.0;

/// Rules that are wrong far more often than they are right: the model must want it by itself (at 5 nats 7 of 56 were right).
const DOUBTFUL: f32 = 0.0;
const DOUBTFUL_RULES: [&str; 11] = [
    "Damages",
    "DoesOrDose",
    "HowTo",
    "ItsPossessive",
    "LetsConfusion",
    "MissingTo",
    "ModalBeAdjective",
    "SingleBe",
    "ThereToTheir",
    "TheyToThem",
    "ViciousCircle",
];

/// What could be written at each place that `lints` of `text` point to, the places in order, each with at least one proposal.
pub fn proposals(text: &str, lints: &[Lint]) -> Vec<Vec<Proposal>> {
    let places = lints.iter().map(|lint| {
        let old = lint.span.of(text).unwrap_or_default();
        let first = text.get(..lint.span.start).is_some_and(|before| before.trim().is_empty());
        let suggested = lint.suggestions.iter().map(|one| one.replacement.as_str());
        let worth = match lint.kind.as_str() {
            "Spelling" if suggested.clone().any(|new| is_british(old, new)) => Vec::new(),
            "Spelling" => spelling::corrections(old, suggested, first),
            // One form of a verb belongs there, and a small model is no better judge of that.
            _ if lint.rule == IRREGULAR => {
                suggested.take(1).map(|new| (new.to_owned(), error(&lint.rule))).collect()
            }
            // The forms that a rule of grammar offers are in no order.
            kind if ERRORS.contains(&kind) => {
                suggested.map(|new| (new.to_owned(), error(&lint.rule))).collect()
            }
            _ => Vec::new(),
        };
        let proposal = |(replacement, prior)| Proposal { span: lint.span, replacement, prior };
        worth.into_iter().map(proposal).collect::<Vec<_>>()
    });
    places.filter(|place| !place.is_empty()).collect()
}

/// What speaks for the finding of a rule that knows an error.
fn error(rule: &str) -> f32 {
    if rule == PATTERN {
        PATTERNS
    } else if CERTAIN_RULES.contains(&rule) {
        CERTAIN
    } else if DOUBTFUL_RULES.contains(&rule) {
        DOUBTFUL
    } else {
        ERROR
    }
}

/// Whether `old` is `new` with an s where that has a z ("memoised"): of words that no dictionary has, none says that Britons
/// spell them so.
fn is_british(old: &str, new: &str) -> bool {
    let same = |(old, new): (char, char)| old.eq_ignore_ascii_case(&new) || (old == 's' && new == 'z');
    old != new
        && old.len() == new.len()
        && old.contains('s')
        && new.contains('z')
        && old.chars().zip(new.chars()).all(same)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Linter;
    use emend_text::{Dictionary, Format};

    #[track_caller]
    fn check(text: &str, expected: &[&[&str]]) {
        let found = proposals(text, &Linter::new().lint(text, Format::Plain, &Dictionary::default()));
        let found: Vec<Vec<&str>> =
            found.iter().map(|place| place.iter().map(|one| one.replacement.as_str()).collect()).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn errors_are_proposed_and_taste_is_not() {
        check("The tecnology is new.", &[&["technology", "ethnology", "teleology"]]);
        check("He have a car.", &[&["has"]]);
        check("We will meet at the the station.", &[&["the"]]);
        check("Well... that is new.", &[]);
    }

    /// It is applied, not decided on.
    #[test]
    fn a_house_rule_is_no_proposal() {
        let (text, house) = ("We utilise it.", Dictionary::new(["utilise -> use"]));
        let lints = Linter::new().lint(text, Format::Plain, &house);
        assert_eq!((lints.len(), proposals(text, &lints)), (1, Vec::<Vec<_>>::new()));
    }

    #[test]
    fn names_terms_and_abbreviations_are_left_alone() {
        check("We asked Tecnology about it.", &[]);
        check("We meet on Wendesday.", &[&["Wednesday"]]);
        check("It runs on kubectl2 and nginX.", &[]);
        check("The colour of the theatre is grey.", &[]);
        check("The selector is memoised.", &[]);
    }
}
