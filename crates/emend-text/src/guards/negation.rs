//! A lost "not" is the smallest edit that does the greatest harm.

/// Words that negate, without apostrophes ("dont" is how people write "don't").
const NEGATIONS: &[&str] = &[
    "not", "no", "never", "none", "nobody", "nothing", "neither", "nor", "nowhere", "cannot", "without",
    "dont", "doesnt", "didnt", "isnt", "arent", "wasnt", "werent", "wont", "wouldnt", "cant", "couldnt",
    "shouldnt", "mustnt", "neednt", "hasnt", "havent", "hadnt", "aint", "shant", "mightnt",
];

/// Words that can take a negation's place: "not easy" becomes "hard", "did not do it" becomes "refused".
const NEGATIVE: &[&str] = &[
    "hardly",
    "barely",
    "scarcely",
    "rarely",
    "seldom",
    "few",
    "little",
    "lack",
    "lacks",
    "lacked",
    "lacking",
    "fail",
    "fails",
    "failed",
    "failing",
    "refuse",
    "refuses",
    "refused",
    "deny",
    "denies",
    "denied",
    "avoid",
    "avoids",
    "avoided",
    "prevent",
    "prevents",
    "prevented",
    "stop",
    "stops",
    "stopped",
    "forbid",
    "forbidden",
    "absent",
    "missing",
    "hard",
    "difficult",
    "bad",
    "poor",
    "false",
    "wrong",
    "unless",
    "instead",
    "except",
];

/// Beginnings and an ending that negate a word.
const PREFIXES: &[&str] = &["un", "in", "im", "ir", "il", "dis", "non", "mis"];
const SUFFIX: &str = "less";

/// True when one text negates something and the other has nothing that could say the same.
pub fn changes_negation(original: &str, rewrite: &str) -> bool {
    let (before, after) = (Polarity::of(original), Polarity::of(rewrite));
    // Twice "not" against once may still be the same; all against nothing is what goes wrong.
    let lost = before.negations > 0 && after.negations == 0 && after.negative <= before.negative;
    let gained = before.negations == 0 && after.negations > 0 && before.negative <= after.negative;
    lost || gained
}

struct Polarity {
    negations: usize,
    negative: usize,
}

impl Polarity {
    fn of(text: &str) -> Self {
        let mut polarity = Self { negations: 0, negative: 0 };
        for word in text.split(|c: char| !c.is_alphanumeric() && c != '\'' && c != '\u{2019}') {
            let word: String =
                word.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_lowercase();
            if NEGATIONS.contains(&word.as_str()) {
                polarity.negations += 1;
            } else if NEGATIVE.contains(&word.as_str())
                || word.ends_with(SUFFIX)
                || PREFIXES.iter().any(|prefix| word.len() > prefix.len() + 3 && word.starts_with(prefix))
            {
                polarity.negative += 1;
            }
        }
        polarity
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(original: &str, rewrite: &str, expected: bool) {
        assert_eq!(changes_negation(original, rewrite), expected, "{original} -> {rewrite}");
    }

    #[test]
    fn a_lost_or_gained_negation_is_seen() {
        check("I do not agree.", "I agree.", true);
        check("He dont know.", "He knows.", true);
        check("We agree.", "We don\u{2019}t agree.", true);
        check("Nobody came.", "Everybody came.", true);
    }

    #[test]
    fn the_same_in_other_words_is_not() {
        check("He dont know.", "He doesn't know.", false);
        check("It is not easy.", "It is hard.", false);
        check("They were not happy.", "They were unhappy.", false);
        check("It is impossible.", "It is not possible.", false);
        check("I don't know nothing.", "I know nothing.", false);
        check("She goes home.", "She went home.", false);
    }
}
