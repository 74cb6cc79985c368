//! The personal dictionary: words and terms that are right because the writer says so, and house rules (`utilise -> use`).

mod article;
mod capitals;
mod entry;

pub use entry::OwnWord;

use std::collections::{BTreeMap, BTreeSet};

use crate::terms::Terms;
use crate::{Glossary, Span, protected};

/// A personal dictionary, ready to be looked up.
///
/// Entries match as the terms of a [`Glossary`] do. Of those that begin at one place the longest counts, then one that says how
/// it is spelled; what is right, and what a rule writes, comes before what a rule takes away. Where one rule writes what another
/// takes away, only the last is heard of; rules that lead in a circle contradict each other and do nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Dictionary {
    entries: Vec<OwnWord>,
    terms: Terms,
    /// For each term: what is to stand in its place, unless it is right.
    instead: Vec<Option<String>>,
}

/// What a dictionary has to say about a text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reading {
    /// Where it says that all is right, possessive endings (`'s`) included.
    pub right: Vec<Span>,
    /// What house rules want otherwise, in order and without overlaps.
    pub ruled: Vec<Ruling>,
}

/// What a house rule wants otherwise in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ruling {
    /// Where. With the article before it, if that has to become another one.
    pub span: Span,
    /// What should stand there, with the capitals of what does.
    pub replacement: String,
    /// The rule, in a sentence for the writer.
    pub message: String,
}

impl Dictionary {
    /// The dictionary that these lines make, one entry each.
    pub fn new<'l>(lines: impl IntoIterator<Item = &'l str>) -> Self {
        let entries: Vec<OwnWord> = lines.into_iter().map(OwnWord::parse).collect();
        // What is said to be right is no rule's business.
        let right: BTreeSet<&str> =
            entries.iter().filter(|entry| entry.rule().is_none()).map(OwnWord::right).collect();
        let rules = entries.iter().filter_map(OwnWord::rule).filter(|(old, _)| !right.contains(old));
        let rules: BTreeMap<&str, &str> = rules.collect();
        let written = rules.values().filter(|new| !rules.contains_key(*new) && !right.contains(*new));
        let mut known: Vec<(&str, Option<String>)> =
            right.iter().chain(written).map(|word| (*word, None)).collect();
        known.extend(rules.iter().filter_map(|(old, new)| Some((*old, Some(last(&rules, new)?.to_owned())))));
        let terms = Terms::new(known.iter().map(|(term, _)| *term));
        let instead = known.into_iter().map(|(_, instead)| instead).collect();
        Self { entries, terms, instead }
    }

    /// What it says, in the order of its lines.
    pub fn entries(&self) -> &[OwnWord] {
        &self.entries
    }

    /// What it has to say about `text`, but for house rules where nothing is to change: in `frozen` places, and inside of code,
    /// addresses, quotations and numbers.
    pub fn read(&self, text: &str, frozen: &[Span]) -> Reading {
        let mut reading = Reading::default();
        for (span, number) in self.terms.find(text) {
            match &self.instead[number] {
                None => reading.right.push(Span::new(span.start, span.end + possessive(&text[span.end..]))),
                Some(_) if is_joined(text, span) => {}
                Some(new) => {
                    let free = reading.ruled.last().map_or(0, |last| last.span.end);
                    let ruling = ruling(text, free, span, (self.terms.text(number), new));
                    if Ok(ruling.replacement.as_str()) != ruling.span.of(text) {
                        reading.ruled.push(ruling);
                    }
                }
            }
        }
        if !reading.ruled.is_empty() {
            let names = protected(text, &Glossary::empty());
            reading.ruled.retain(|Ruling { span, .. }| {
                // A name that a rule names ("K8s") is the rule's; one that it stands in is not.
                let is_kept = |name: &Span| name.overlaps(*span) && !span.contains(*name);
                !frozen.iter().any(|other| other.overlaps(*span))
                    && !names.iter().any(|name| is_kept(&name.span))
            });
        }
        reading
    }
}

/// Rules that follow one another at most.
const MOST_STEPS: usize = 16;

/// Words behind which `'s` stands for "is", "has" or "us".
const WITH_IS: [&str; 13] =
    ["he", "here", "how", "it", "let", "she", "that", "there", "this", "what", "when", "where", "who"];

/// What the rules make of `new` in the end; `None` when that is never, or after more rules than anybody makes.
fn last<'r>(rules: &BTreeMap<&'r str, &'r str>, new: &'r str) -> Option<&'r str> {
    let steps = std::iter::successors(Some(new), |word| rules.get(word).copied());
    steps.take(MOST_STEPS).find(|word| !rules.contains_key(word))
}

/// The ruling that `new` is to stand for `old`, which stands at `span`. It may begin at `free`.
fn ruling(text: &str, free: usize, span: Span, (old, new): (&str, &str)) -> Ruling {
    let (start, replacement) =
        article::with_article(text, free, span.start, capitals::like(new, text, span, old));
    Ruling {
        span: Span::new(start, span.end),
        replacement,
        message: format!("Your rule: write “{new}” for “{old}”."),
    }
}

/// Whether a mark makes it a part of another word or name: "can't", "e-mail", "and/or". A possessive is no other word.
fn is_joined(text: &str, span: Span) -> bool {
    let joins = |c: char| matches!(c, '\'' | '’' | '-' | '‑' | '/' | '\\');
    let joined = |first: Option<char>, second: Option<char>| {
        first.is_some_and(joins) && second.is_some_and(char::is_alphanumeric)
    };
    let behind = &text[span.end..];
    let ending = possessive(behind);
    let is_possessive = ending > 0
        && !behind[ending..].starts_with(char::is_alphanumeric)
        && !WITH_IS.contains(&text[span.start..span.end].to_lowercase().as_str());
    let (mut before, mut after) = (text[..span.start].chars().rev(), behind.chars());
    joined(before.next(), before.next()) || (!is_possessive && joined(after.next(), after.next()))
}

fn possessive(rest: &str) -> usize {
    ["'s", "’s"].iter().find(|ending| rest.starts_with(**ending)).map_or(0, |ending| ending.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dictionary(lines: &[&str]) -> Dictionary {
        Dictionary::new(lines.iter().copied())
    }

    #[track_caller]
    fn check_right(text: &str, lines: &[&str], expected: &[&str]) {
        let found = dictionary(lines).read(text, &[]).right;
        let found: Vec<&str> = found.iter().map(|span| &text[span.start..span.end]).collect();
        assert_eq!(found, expected, "{text:?}, {lines:?}");
    }

    #[track_caller]
    fn check_ruled(text: &str, lines: &[&str], expected: &str) {
        let dictionary = dictionary(lines);
        let mut ruled = text.to_owned();
        let found = dictionary.read(text, &[]).ruled;
        assert!(found.windows(2).all(|pair| pair[0].span.end <= pair[1].span.start), "{found:?}");
        for ruling in found.iter().rev() {
            ruled.replace_range(ruling.span.start..ruling.span.end, &ruling.replacement);
        }
        assert_eq!(ruled, expected);
        assert_eq!(dictionary.read(&ruled, &[]).ruled, [], "what a rule wrote is not ruled again");
    }

    #[test]
    fn what_is_right() {
        check_right("The Flurb is late.", &["flurb"], &["Flurb"]);
        check_right("The flurb is late.", &["Flurb"], &[]);
        check_right("We sell Blorp as a Servise here.", &["Blorp as a Servise"], &["Blorp as a Servise"]);
        check_right("Flurb's turn.", &["Flurb"], &["Flurb's"]);
        check_right("The flurbs are late.", &["flurb"], &[]);
        check_right("Our flurb works.", &["thing -> flurb"], &["flurb"]);
        check_right("Our thing works.", &["thing -> flurb"], &[]);
    }

    #[test]
    fn a_house_rule_writes_otherwise() {
        check_ruled("Utilise it; we utilised it.", &["utilise -> use"], "Use it; we utilised it.");
        check_ruled("In order to win, in\norder to.", &["in order to -> to"], "To win, to.");
        check_ruled("The Email and the email.", &["email -> e-mail"], "The E-mail and the e-mail.");
        check_ruled("The IT team and it.", &["IT -> ICT"], "The ICT team and it.");
        check_ruled("We use it.", &["use -> make use of"], "We make use of it.");
        check_ruled("_Utilise_ and utilise_it.", &["utilise -> use"], "_Use_ and utilise_it.");
        check_ruled(
            "The client's word, it's his.",
            &["client -> buyer", "it -> this"],
            "The buyer's word, it's his.",
        );
        check_ruled("The Internet, Internet.", &["Internet -> internet"], "The internet, internet.");
        check_ruled("A few, and more.", &[", -> , and"], "A few, and more.");
        check_ruled("Émile a dit.", &["émile -> paul"], "Paul a dit.");
        check_ruled("UTILISE THE TOOL.", &["utilise -> use", "tool -> iPad"], "USE THE iPad.");
        check_ruled("It’s the firm's o'clock.", &["it's -> it is"], "It is the firm's o'clock.");
        check_ruled("Wait -- what?", &["-- -> –"], "Wait – what?");
    }

    #[test]
    fn one_rule_after_the_other_and_none_that_goes_round() {
        let chain = ["leverage -> utilise", "utilise -> use"];
        check_ruled("Leverage it or utilise it.", &chain, "Use it or use it.");
        check_ruled("He may; she can.", &["can -> may", "may -> can", "he -> she"], "She may; she can.");
    }

    #[test]
    fn the_article_goes_with_the_word() {
        check_ruled("An apple and an orange.", &["apple -> pear", "orange -> lemon"], "A pear and a lemon.");
        check_ruled(
            "He bought a tool for a bug.",
            &["tool -> instrument", "bug -> issue"],
            "He bought an instrument for an issue.",
        );
        check_ruled("Data apple.", &["apple -> pear"], "Data pear.");
        check_ruled("I ate an apple.", &["an -> the", "apple -> pear"], "I ate the pear.");
        check_ruled("See:note, please.", &["see: -> look at", ":note -> the note"], "Look atnote, please.");
    }

    #[test]
    fn parts_of_other_words_and_of_right_terms_are_left() {
        check_ruled("We can't mail an e-mail.", &["can -> may", "mail -> post"], "We can't post an e-mail.");
        let own = ["initiative -> effort", "Open Source Initiative"];
        check_ruled(
            "The Open Source Initiative took the initiative.",
            &own,
            "The Open Source Initiative took the effort.",
        );
        check_ruled(
            "Write and/or in src/can/it.",
            &["or -> and", "can -> may"],
            "Write and/or in src/can/it.",
        );
        check_ruled(
            "cafe\u{301} 👩\u{200D}🚀 👍🏽",
            &["cafe -> bar", "👩 -> woman", "🚀 -> rocket", "👍 -> OK"],
            "cafe\u{301} 👩\u{200D}🚀 👍🏽",
        );
        check_ruled("We utilise it.", &["utilise", "utilise -> use"], "We utilise it.");
        check_ruled("We utilise it.", &["utilise -> use", "utilise"], "We utilise it.");
    }

    #[test]
    fn what_may_not_change_is_not_ruled() {
        check_ruled("Run `utilise`, then utilise it.", &["utilise -> use"], "Run `utilise`, then use it.");
        check_ruled("K8s, https://k8s.example.", &["k8s -> Kubernetes"], "Kubernetes, https://k8s.example.");
        let frozen = [Span::new(0, 7)];
        let dictionary = dictionary(&["utilise -> use"]);
        assert_eq!(dictionary.read("utilise it", &frozen).ruled, []);
    }
}
