//! Did a rewrite keep everything that is protected?

use std::collections::HashMap;

use super::{Found, Glossary, Key, ProtectedKind, UnitKind, dates, find, number_words, words};

/// What a rewrite lost and what it made up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Breach {
    /// Protected spans of the original that do not come back, as they were written, in order.
    pub lost: Vec<String>,
    /// Protected spans of the rewrite that the original does not have, as they are written, in order.
    pub invented: Vec<String>,
}

/// Compares the protected spans of two texts by what they say, whatever their order: `1,000` is `1000`, `5 p.m.` is
/// `17:00`, `12 March` is `March 12`, and a number may be spelled out or written in digits. Counts matter: a number
/// that stood twice must come back twice. None when nothing is lost or invented.
///
/// Terms of the glossary can be lost but not invented: to introduce the writer's own spelling is a correction.
pub fn breach(original: &str, rewrite: &str, glossary: &Glossary) -> Option<Breach> {
    breach_of(original, rewrite, glossary, |_| true)
}

/// Like [`breach`], of the kinds that `which` picks.
pub fn breach_of(
    original: &str,
    rewrite: &str,
    glossary: &Glossary,
    which: impl Fn(ProtectedKind) -> bool,
) -> Option<Breach> {
    let (before, after) = (find(original, glossary), find(rewrite, glossary));
    let (mut lost, mut invented) = unmatched(&before, &after);
    if lost.is_empty() && invented.is_empty() {
        return None;
    }
    forgive_moved_units(&mut lost, &mut invented);
    let (words_before, words_after) = (number_words::count(original), number_words::count(rewrite));
    forgive_spelling(&mut lost, &words_before, &words_after);
    forgive_spelling(&mut invented, &words_after, &words_before);
    lost.retain(|statement| !dates::names_month_of(rewrite, statement.key));
    invented.retain(|statement| !dates::names_month_of(original, statement.key));
    let said = words(original);
    invented.retain(|statement| match statement.found.kind {
        ProtectedKind::Term => false,
        // Marks were put around words that stood there already.
        ProtectedKind::Quote => !said.contains(statement.key.form.as_str()),
        ProtectedKind::Code => !original.contains(statement.key.form.trim_start_matches("code ")),
        _ => true,
    });
    for statements in [&mut lost, &mut invented] {
        statements.retain(|statement| which(statement.found.kind));
    }
    let breach = Breach { lost: texts(original, &lost), invented: texts(rewrite, &invented) };
    (!breach.lost.is_empty() || !breach.invented.is_empty()).then_some(breach)
}

/// One key and the span that says it.
#[derive(Clone, Copy)]
struct Statement<'f> {
    found: &'f Found,
    key: &'f Key,
}

fn statements(found: &[Found]) -> impl Iterator<Item = Statement<'_>> {
    found.iter().flat_map(|found| found.keys.iter().map(move |key| Statement { found, key }))
}

/// The multiset difference, both ways.
fn unmatched<'f>(before: &'f [Found], after: &'f [Found]) -> (Vec<Statement<'f>>, Vec<Statement<'f>>) {
    let difference = |these: &'f [Found], those: &'f [Found]| {
        let mut there: HashMap<&str, usize> = HashMap::new();
        for statement in statements(those) {
            *there.entry(&statement.key.form).or_default() += 1;
        }
        statements(these)
            .filter(|statement| match there.get_mut(statement.key.form.as_str()) {
                Some(count) if *count > 0 => {
                    *count -= 1;
                    false
                }
                _ => true,
            })
            .collect()
    };
    (difference(before, after), difference(after, before))
}

/// "3 or 4 days" and "3 days or 4": an everyday unit may move away from its number, but not change.
fn forgive_moved_units(lost: &mut Vec<Statement<'_>>, invented: &mut Vec<Statement<'_>>) {
    lost.retain(|old| {
        let partner = invented.iter().position(|new| {
            let units = [old.key.unit, new.key.unit];
            old.key.value.is_some()
                && old.key.value == new.key.value
                && units.contains(&UnitKind::None)
                && units.contains(&UnitKind::Word)
        });
        partner.map(|partner| invented.remove(partner)).is_none()
    });
}

/// Drops numbers that the other text spells out more often than this one.
fn forgive_spelling(
    missing: &mut Vec<Statement<'_>>,
    here: &HashMap<usize, usize>,
    there: &HashMap<usize, usize>,
) {
    let mut used: HashMap<usize, usize> = HashMap::new();
    missing.retain(|statement| {
        let Some(value) = statement.key.value.as_ref().and_then(|value| value.parse().ok()) else {
            return true;
        };
        let used = used.entry(value).or_default();
        let surplus =
            there.get(&value).copied().unwrap_or(0).saturating_sub(here.get(&value).copied().unwrap_or(0));
        let forgiven = *used < surplus;
        *used += usize::from(forgiven);
        !forgiven
    });
}

/// The spans as written; a date that lost both its day and its year is named once.
fn texts(text: &str, statements: &[Statement<'_>]) -> Vec<String> {
    let mut spans: Vec<_> = statements.iter().map(|statement| statement.found.span).collect();
    spans.dedup();
    spans.into_iter().filter_map(|span| span.of(text).ok()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(original: &str, rewrite: &str, lost: &[&str], invented: &[&str]) {
        let glossary = Glossary::new(["GitHub", "machine learning"].map(str::to_owned));
        let found = breach(original, rewrite, &glossary);
        let found = found.map_or((Vec::new(), Vec::new()), |breach| (breach.lost, breach.invented));
        let expected = |list: &[&str]| list.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>();
        assert_eq!(found, (expected(lost), expected(invented)), "{original:?} → {rewrite:?}");
    }

    #[test]
    fn what_says_the_same_is_no_breach() {
        for (original, rewrite) in [
            ("We has 10 apple.", "We have 10, apples."),
            ("It costs 1,000 dollars.", "It costs $1000."),
            ("Meet me 5 p.m. on 12 March 2024.", "Meet me on March 12, 2024 at 17:00."),
            ("I seen three of it in 3 days.", "I saw three of them in 3 days."),
            ("I have 3 cat.", "I have three cats."),
            ("I have twenty-one cat.", "I have 21 cats."),
            ("About 5 percent, or 5 km.", "About 5% or 5 kilometres."),
            ("It takes 3 or 4 days.", "It takes 3 days or 4."),
            ("we use github", "We use GitHub."),
            ("Machine learning is fun.", "It is fun to do machine learning."),
            ("He said \"I will not go\".", "He said, “I will not go.”"),
            ("He said \"I will not go", "He said, \"I will not go.\""),
            ("see https://a.example/b/ please", "Please see https://a.example/b."),
            ("pages 10-12", "pages 10 to 12"),
            ("see you on may 5 or march 12", "See you on May 5 or March 12."),
            ("It was in the 1990's.", "It was in the 1990s."),
            ("\"hello my dear friend\" he said", "\"Hello my dear friend,\" he said."),
            ("a 3 day trip for 5 year old kids", "A 3-day trip for 5-year-old kids."),
        ] {
            check(original, rewrite, &[], &[]);
        }
    }

    #[test]
    fn what_changed_is_named_as_it_was_written() {
        check("We sold 40 units.", "We sold 400 units.", &["40"], &["400"]);
        check("Call 5 or 5.", "Call 5.", &["5"], &[]);
        check("It is 5 km away.", "It is 5 miles away.", &["5 km"], &["5 miles"]);
        check("Pay $5.", "Pay €5.", &["$5"], &["€5"]);
        check("Due on 12 March 2024.", "Due on 13 May 2024.", &["12 March 2024"], &["13 May 2024"]);
        check(
            "Write to us.",
            "Write to us at info@a.example or www.a.example.",
            &[],
            &["info@a.example", "www.a.example"],
        );
        check("Ask @ann on GitHub.", "Ask Ann on Github.", &["@ann", "GitHub"], &[]);
        check("He said \"I will not go\".", "He said he would not go.", &["\"I will not go\""], &[]);
        check("Run `make all` now.", "Run `make` now.", &["`make all`"], &[]);
        check("It is 5% more.", "It is 5 more.", &["5%"], &["5"]);
        check("It rose.", "It rose by three in 2020.", &[], &["2020"]);
    }
}
