//! The curated rules, run over prose.

use std::panic::{AssertUnwindSafe, catch_unwind};

use emend_text::{
    Dictionary, Format, Glossary, Prose, Ruling, Span, is_english, is_hypercorrection, prose, protected,
};
use harper_core::linting::{LintGroup, LintKind, Suggestion as HarperSuggestion};
use harper_core::spell::{Dictionary as _, FstDictionary};
use harper_core::{Dialect, Document};

use crate::learners::Found;
use crate::lint::HOUSE_RULE;
use crate::misspellings::meant_by;
use crate::{Lint, Suggestion, irregular, learners};

/// Most suggestions that are offered for one finding; beyond that a menu is harder to use than typing.
const MOST_SUGGESTIONS: usize = 5;

/// Rules of harper-core 3.0.0 that print the writer's words to the terminal while they look at them: in the middle of a
/// result on standard output, and where nobody asked for them. They stay off until they are quiet.
const TALKATIVE: [&str; 2] = ["LookingForwardTo", "ChickenAndEgg"];

/// A rule that is wrong four times in five (of 172 findings in texts of learners and from the web): it divides names and new
/// words ("times lot"), and hides what the spelling of a misspelt one should be ("be for" for "befor").
const DIVIDES: &str = "SplitWords";

/// A rule that offers two forms of a verb, in any order: see [`irregular`].
pub(crate) const IRREGULAR: &str = "RegularIrregulars";

/// Rules for which "that that" is a repetition, or an old way to say "that which".
const THAT: [&str; 2] = ["RedundantThat", "ThatWhich"];

/// What [`learners`] write: phrases, and what patterns find.
pub(crate) const PHRASE: &str = "Phrase";
pub(crate) const PATTERN: &str = "Pattern";

/// Their place among Harper's rules (0 to 255, most at 31 or 127): they explain more than a rule that sees one word of it.
const LEARNED_PRIORITY: u8 = 30;

/// The rule that looks words up.
const SPELLING: &str = "SpellCheck";

/// Whose spelling suggestions follow.
const DIALECT: Dialect = Dialect::American;

/// The loaded dictionary and rules.
///
/// Linting needs `&mut self` because the rules keep a cache of sentences they have seen.
pub struct Linter {
    rules: LintGroup,
    dictionary: std::sync::Arc<FstDictionary>,
}

impl std::fmt::Debug for Linter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Linter")
    }
}

impl Default for Linter {
    fn default() -> Self {
        Self::new()
    }
}

impl Linter {
    /// Loads the dictionary and the curated rules. Takes about half a second: call it off the main thread.
    pub fn new() -> Self {
        let dictionary = FstDictionary::curated();
        let mut rules = LintGroup::new_curated(dictionary.clone(), DIALECT);
        for rule in TALKATIVE.into_iter().chain(THAT).chain([DIVIDES]) {
            rules.config.set_rule_enabled(rule, false);
        }
        Self { rules, dictionary }
    }

    /// Findings in `text`, in order and without overlaps.
    ///
    /// The personal dictionary wins over every rule, and brings rules of its own. What rules find is filtered instead of teaching
    /// Harper the words: adding a word is then instant (rebuilding the rules takes 0.1 s), terms of several words work, and no
    /// rule can still object to a word that the person chose. Code, tables, quotes, links and other parts that are not the
    /// writer's prose are not judged.
    pub fn lint(&mut self, text: &str, format: Format, dictionary: &Dictionary) -> Vec<Lint> {
        // Some of the hundreds of rules panic on a text that nobody thought of ("damages" as its first word, in 3.0.0). One
        // paragraph is left without findings then; rules keep nothing between texts but what they may forget.
        let mut lint = |part: &Prose| {
            catch_unwind(AssertUnwindSafe(|| self.lint_prose(text, part, dictionary))).unwrap_or_default()
        };
        prose(text, format).iter().flat_map(&mut lint).collect()
    }

    fn lint_prose(&mut self, text: &str, part: &Prose, own: &Dictionary) -> Vec<Lint> {
        let Ok(source) = part.span.of(text) else { return Vec::new() };
        let document = Document::new_markdown_default(source, &self.dictionary);
        let starts = char_starts(source);
        let frozen = frozen(part);
        let (phrases, patterns) = learners::find(source, &frozen, &self.dictionary);
        let own = own.read(source, &frozen);
        // What the writer decided comes before what others did.
        let house = own.ruled.into_iter().map(|ruling| (0, house_rule(ruling, part.span.start)));
        let is_right = |within: Span| own.right.iter().any(|right| right.contains(within));
        let of_rule = |rule, found: Vec<Found>| found.into_iter().map(move |found| (rule, found));
        let found = of_rule(PHRASE, phrases).chain(of_rule(PATTERN, patterns));
        let found = found.filter(|(_, found)| !is_right(found.span));
        let found = found.map(|(rule, found)| (LEARNED_PRIORITY, learned(rule, found, part.span.start)));
        let mut lints: Vec<(u8, Lint)> = house.chain(found).collect();
        let names = protected(source, &Glossary::default()).into_iter().map(|found| found.span);
        let untouchable: Vec<Span> = frozen.into_iter().chain(names).collect();
        for (rule, found) in self.rules.organized_lints(&document) {
            for lint in found {
                let (Some(&start), Some(&end)) = (starts.get(lint.span.start), starts.get(lint.span.end))
                else {
                    continue;
                };
                let within = Span::new(start, end);
                if untouchable.iter().any(|span| span.overlaps(within)) || is_right(within) {
                    continue;
                }
                let old = &source[start..end];
                let mut suggestions = suggestions(&lint.suggestions, old);
                let mut message = lint.message;
                if rule == IRREGULAR {
                    irregular::sort(&mut suggestions, &source[..start]);
                }
                if rule == SPELLING {
                    let meant = meant_by(old);
                    if let Some(best) = meant.first() {
                        message = format!("Did you mean `{best}`?");
                    }
                    suggestions = first_of_all(meant, suggestions);
                }
                let is_twice = lint.lint_kind == LintKind::Repetition
                    && suggestions.iter().any(|one| is_hypercorrection(source, within, &one.replacement));
                if is_twice || (rule == SPELLING && self.is_word(old, &suggestions)) {
                    continue;
                }
                lints.push((
                    lint.priority,
                    Lint {
                        span: within.shift(part.span.start),
                        message,
                        kind: lint.lint_kind.to_string_key(),
                        suggestions,
                        rule: rule.clone(),
                    },
                ));
            }
        }
        without_overlaps(lints)
    }

    /// Whether `word`, which the rules do not know, is one: another English than [`DIALECT`] spells it so, or it is younger
    /// than their dictionary. Where nothing is missing but a capital or an apostrophe ("linux", "thats"), it is no word.
    fn is_word(&self, word: &str, suggestions: &[Suggestion]) -> bool {
        let known = self.dictionary.get_word_metadata_str(word);
        let elsewhere = known.is_some_and(|known| !known.dialects.is_dialect_enabled(DIALECT));
        let letters = |word: &str| word.to_lowercase().replace(['\'', '’'], "");
        let same = || suggestions.iter().any(|one| letters(&one.replacement) == letters(word));
        elsewhere || (is_english(&word.to_lowercase()) && !same())
    }
}

/// Byte offset of every character of `text`, and the text's length: Harper counts characters.
fn char_starts(text: &str) -> Vec<usize> {
    text.char_indices().map(|(at, _)| at).chain([text.len()]).collect()
}

/// Parts of a paragraph that are markup or not the writer's wording, relative to the paragraph.
fn frozen(part: &Prose) -> Vec<Span> {
    let within = |span: &Span| {
        Span::new(span.start.saturating_sub(part.span.start), span.end.saturating_sub(part.span.start))
    };
    part.frozen.iter().map(within).collect()
}

/// A house rule as a finding, in a paragraph that begins at `start`.
fn house_rule(Ruling { span, replacement, message }: Ruling, start: usize) -> Lint {
    Lint {
        span: span.shift(start),
        message,
        rule: HOUSE_RULE.to_owned(),
        kind: HOUSE_RULE.to_owned(),
        suggestions: vec![Suggestion { label: replacement.clone(), replacement }],
    }
}

/// What a learner wrote as a finding of `rule`, in a paragraph that begins at `start`.
fn learned(rule: &str, Found { span, replacement }: Found, start: usize) -> Lint {
    Lint {
        span: span.shift(start),
        message: format!("Did you mean `{replacement}`?"),
        rule: rule.to_owned(),
        kind: LintKind::Usage.to_string_key(),
        suggestions: vec![Suggestion { label: replacement.clone(), replacement }],
    }
}

fn suggestions(offered: &[HarperSuggestion], old: &str) -> Vec<Suggestion> {
    offered
        .iter()
        .take(MOST_SUGGESTIONS)
        .map(|suggestion| match suggestion {
            HarperSuggestion::ReplaceWith(chars) => {
                let replacement: String = chars.iter().collect();
                Suggestion { label: replacement.clone(), replacement }
            }
            HarperSuggestion::InsertAfter(chars) => {
                let inserted: String = chars.iter().collect();
                let replacement = format!("{old}{inserted}");
                Suggestion { label: replacement.clone(), replacement }
            }
            HarperSuggestion::Remove => {
                Suggestion { label: format!("Remove “{old}”"), replacement: String::new() }
            }
        })
        .collect()
}

/// What is `meant` by a known misspelling before what looks like it.
fn first_of_all(meant: Vec<String>, mut suggestions: Vec<Suggestion>) -> Vec<Suggestion> {
    suggestions.retain(|suggestion| !meant.contains(&suggestion.replacement));
    let meant = meant.into_iter().map(|replacement| Suggestion { label: replacement.clone(), replacement });
    meant.chain(suggestions).take(MOST_SUGGESTIONS).collect()
}

/// Where findings overlap, the more important one stays (Harper: lower is more important), then the earlier.
fn without_overlaps(mut lints: Vec<(u8, Lint)>) -> Vec<Lint> {
    lints.sort_by_key(|(priority, lint)| (*priority, lint.span.start, lint.span.end));
    let mut kept: Vec<Lint> = Vec::with_capacity(lints.len());
    for (_, lint) in lints {
        if !kept.iter().any(|other| other.span.overlaps(lint.span)) {
            kept.push(lint);
        }
    }
    kept.sort_by_key(|lint| lint.span.start);
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lint(text: &str, words: &[&str]) -> Vec<Lint> {
        Linter::new().lint(text, Format::Markdown, &Dictionary::new(words.iter().copied()))
    }

    #[track_caller]
    fn fixed(text: &str, found: &str) -> String {
        let lints = lint(text, &[]);
        let lint = lints.iter().find(|lint| lint.span.of(text) == Ok(found)).unwrap_or_else(|| {
            panic!("no finding at {found:?} in {text:?}: {lints:?}");
        });
        let mut fixed = text.to_owned();
        fixed.replace_range(lint.span.start..lint.span.end, &lint.suggestions[0].replacement);
        fixed
    }

    #[test]
    fn what_learners_write_is_found_as_a_phrase() {
        assert_eq!(fixed("Nobody have seen it.", "Nobody have"), "Nobody has seen it.");
        assert_eq!(fixed("I go there every days.", "every days"), "I go there every day.");
        assert_eq!(lint("It depends of the weather.", &["depends of"]), []);
        assert_eq!(lint("It says `depends of` there.", &[]), []);
    }

    #[test]
    fn a_misspelling_is_found_and_fixed() {
        assert_eq!(
            fixed("We will recieve the boxes on Monday.", "recieve"),
            "We will receive the boxes on Monday."
        );
    }

    #[test]
    fn what_is_meant_by_a_known_misspelling_comes_first() {
        assert_eq!(fixed("He said that ther is no time.", "ther"), "He said that there is no time.");
        let found = lint("Ther is no time.", &[]);
        assert_eq!(
            (found[0].message.as_str(), found[0].suggestions[0].replacement.as_str()),
            ("Did you mean `There`?", "There")
        );
    }

    #[test]
    fn offsets_are_bytes_of_the_whole_text() {
        assert_eq!(
            fixed("# Ünï — 日本 🙂\n\nWe will recieve it.", "recieve"),
            "# Ünï — 日本 🙂\n\nWe will receive it."
        );
    }

    #[test]
    fn code_and_links_are_not_judged() {
        let text = "Run `recieve --all` and see <https://example.org/recieve>.\n\n```\nrecieve\n```\n";
        assert_eq!(lint(text, &[]), vec![]);
    }

    #[test]
    fn a_word_of_the_personal_dictionary_is_never_flagged() {
        let text = "The flurbometer is broken.";
        assert!(!lint(text, &[]).is_empty(), "without the dictionary the word is flagged");
        assert_eq!(lint(text, &["flurbometer"]), vec![]);
    }

    #[test]
    fn a_rule_of_ones_own_comes_before_all_others() {
        let text = "# Notes\n\nThey will recieve it and utilise `utilise` at <https://utilise.example>.";
        let found = lint(text, &["recieve -> get", "utilise -> use"]);
        let found: Vec<_> = found
            .iter()
            .map(|one| (one.span.of(text).unwrap(), &one.suggestions[0].replacement[..]))
            .collect();
        assert_eq!(found, [("recieve", "get"), ("utilise", "use")], "and neither code nor links");
    }

    #[test]
    fn what_is_right_is_not_flagged() {
        for text in [
            "The wifi is down and she read an ebook.",
            "He had had enough of it.",
            "I know that that is true.",
        ] {
            assert_eq!(lint(text, &[]), vec![], "{text}");
        }
        assert_eq!(fixed("Im sure that he was right.", "Im"), "I'm sure that he was right.");
        assert_eq!(fixed("It runs on debian and on windows.", "debian"), "It runs on Debian and on windows.");
    }

    /// Harper 3.0.0 offers the two forms in any order.
    #[test]
    fn what_is_offered_does_not_change_from_run_to_run() {
        let mut offered = (0..8).map(|_| lint("He choosed it.", &[]).remove(0).suggestions);
        let first = offered.next();
        assert!(offered.all(|other| Some(other) == first));
    }

    /// Harper 3.0.0 counts below zero before the first word.
    #[test]
    fn a_rule_that_panics_takes_no_other_paragraph_with_it() {
        assert_eq!(
            fixed("Damages were paid.\n\nWe will recieve it.", "recieve"),
            "Damages were paid.\n\nWe will receive it."
        );
        lint("damages", &[]);
    }

    #[test]
    fn findings_do_not_overlap() {
        let lints = lint("Their are many of them and and I has a apple.", &[]);
        assert!(lints.len() >= 2, "{lints:?}");
        assert!(lints.windows(2).all(|pair| pair[0].span.end <= pair[1].span.start), "{lints:?}");
    }

    #[test]
    fn any_text_is_survived() {
        for text in ["", " ", "\u{0}\u{0}", "\r\n\r\n", "e\u{301}\u{301}", "שלום עולם", "👩‍👩‍👧‍👦", "```"]
        {
            lint(text, &[]);
        }
    }
}
