//! Words out of nowhere.

use std::collections::HashSet;

use super::{Better, Case, Counts, Metric, Unit, percent};
use crate::tokens::{is_word, words};

pub(super) static INVENTED: Metric = Metric {
    id: "invented",
    name: "Invented words",
    about: "share of the rewrite's words of four letters and more whose first four letters begin no word of the \
        source and of no reference; an upper bound, for a good word may be one that nobody thought of.",
    tokens: "words, lower case, first four letters",
    unit: Unit::Percent,
    better: Better::Lower,
    count,
    score: percent,
};

fn count(case: &Case<'_>) -> Counts {
    let mut known = beginnings(case.src);
    known.extend(case.refs.iter().flat_map(|one| beginnings(one)));
    let written = beginnings(case.hyp);
    let invented = written.iter().filter(|beginning| !known.contains(*beginning)).count();
    Counts::Once(vec![invented as f64, written.len() as f64])
}

/// The beginnings of long words, each once.
fn beginnings(text: &str) -> HashSet<String> {
    let lower = text.to_lowercase();
    let long = words(&lower).into_iter().filter(|token| is_word(token) && token.chars().count() > 3);
    long.map(|word| word.chars().take(4).collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_forms_and_words_of_references_are_not_invented() {
        let refs = ["She bought vegetables.".to_owned()];
        let case = |hyp| Case { intent: "fix", src: "She buy some potato.", refs: &refs, hyp, judged: None };
        assert_eq!(count(&case("She bought some potatoes.")), Counts::Once(vec![0.0, 3.0]));
        assert_eq!(count(&case("She sold potatoes on Monday.")), Counts::Once(vec![2.0, 3.0]));
        assert_eq!(count(&case("")), Counts::Once(vec![0.0, 0.0]));
    }
}
