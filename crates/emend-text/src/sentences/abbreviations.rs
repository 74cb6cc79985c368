//! Words that carry a full stop of their own, and words that tell whether it is also the end of a sentence.
//!
//! To add an abbreviation put it, in lower case and without its last full stop, into the list that says what follows
//! it. Lists are sorted, and a test keeps them so.

/// What the full stop of an abbreviation means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Abbreviation {
    /// Something always follows: a name, an example.
    Never,
    /// Only an abbreviation when a number follows: `No. 5`, but "I said no."
    BeforeNumber,
    /// May end a sentence, and may also stand before a name: only a word that starts sentences decides.
    BeforeName,
    /// Ends an enumeration; whatever has a capital starts a sentence.
    List,
    /// `a.m.`, `p.m.`
    Hour,
}

const NEVER: &[&str] = &[
    "abt", "adj", "adm", "adv", "approx", "asst", "brig", "bzgl", "bzw", "ca", "capt", "cf", "cfr", "cmdr",
    "col", "cpl", "d.h", "d.i", "dipl", "dr", "dra", "e.g", "eg", "eig", "esp", "excl", "feat", "fr", "gen",
    "gov", "hon", "hr", "hrsg", "i.d.r", "i.e", "ie", "incl", "ing", "insb", "lt", "m.e", "maj", "messrs",
    "mgr", "mlle", "mme", "mr", "mrs", "ms", "msgr", "mt", "mx", "p.ej", "prof", "pvt", "rep", "resp", "rev",
    "s.o", "s.u", "sen", "sgt", "sog", "sra", "srta", "supt", "u.a", "vgl", "viz", "vs", "z.b", "z.t",
    "zzgl",
];

const BEFORE_NUMBER: &[&str] = &[
    "abb", "abs", "art", "bd", "ch", "chap", "cl", "eq", "eqs", "ex", "ext", "fig", "figs", "kap", "nos",
    "nr", "num", "op", "p", "par", "para", "pg", "pp", "pt", "sec", "sect", "tel", "ver", "vol", "vols",
];

const BEFORE_NAME: &[&str] = &[
    "apr", "assn", "aug", "ave", "b.a", "b.sc", "blvd", "bros", "co", "corp", "d.c", "dec", "dept", "e.v",
    "esq", "est", "feb", "fri", "ft", "gmbh", "govt", "inc", "intl", "jan", "jr", "jul", "jun", "kg", "km",
    "lb", "lbs", "llc", "ltd", "m.a", "m.d", "m.sc", "mfg", "mi", "mln", "natl", "nov", "oct", "orig", "oz",
    "ph.d", "pl", "plc", "pty", "rd", "sep", "sept", "sq", "sr", "st", "thu", "thur", "thurs", "tue", "tues",
    "u.k", "u.n", "u.s", "u.s.a", "univ", "wed",
];

const LIST: &[&str] = &["al", "etc", "usf", "usw"];

/// What kind of abbreviation `word` (without its last full stop) is.
pub(super) fn abbreviation(word: &str) -> Option<Abbreviation> {
    if word.len() > LONGEST || word.is_empty() {
        return None;
    }
    // "No. 5" and "no." differ only by the number behind them, and the capital says nothing at the start.
    let word = word.to_lowercase();
    let word = word.as_str();
    let has = |list: &[&str]| list.binary_search(&word).is_ok();
    if matches!(word, "a.m" | "p.m" | "am" | "pm") {
        Some(Abbreviation::Hour)
    } else if has(NEVER) {
        Some(Abbreviation::Never)
    } else if has(BEFORE_NUMBER) || word == "no" || word == "nº" {
        Some(Abbreviation::BeforeNumber)
    } else if has(BEFORE_NAME) {
        Some(Abbreviation::BeforeName)
    } else if has(LIST) {
        Some(Abbreviation::List)
    } else {
        None
    }
}

/// Longest entry of the lists, in bytes.
const LONGEST: usize = 6;

/// Capitalised, these words start a sentence rather than a name.
pub(super) const SENTENCE_STARTERS: [&str; 72] = [
    "a", "after", "all", "also", "although", "an", "and", "another", "are", "as", "at", "because", "before",
    "both", "but", "by", "can", "did", "do", "does", "during", "each", "even", "every", "finally", "first",
    "for", "from", "he", "her", "here", "his", "how", "however", "i", "if", "in", "instead", "is", "it",
    "its", "just", "last", "many", "most", "my", "no", "not", "now", "on", "our", "please", "she", "since",
    "so", "some", "that", "the", "their", "then", "there", "these", "they", "this", "to", "we", "what",
    "when", "where", "while", "yes", "you",
];

/// Behind a quotation and a name they continue the sentence: "Stop!" Ann said.
pub(super) const SPEECH_VERBS: [&str; 22] = [
    "said",
    "says",
    "asked",
    "asks",
    "replied",
    "replies",
    "answered",
    "answers",
    "wrote",
    "writes",
    "added",
    "adds",
    "shouted",
    "whispered",
    "cried",
    "told",
    "tells",
    "explained",
    "explains",
    "insisted",
    "agreed",
    "thought",
];

/// Names that end with an exclamation mark.
pub(super) fn names_with_mark(word: &str) -> bool {
    matches!(word, "Yahoo" | "Jeopardy" | "Yum")
}

/// Whether the word is a month, in English, German, French or Spanish.
pub(super) fn is_month(word: &str) -> bool {
    const MONTHS: [&str; 26] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
        "januar",
        "februar",
        "märz",
        "mai",
        "juni",
        "juli",
        "oktober",
        "dezember",
        "janvier",
        "février",
        "avril",
        "enero",
        "abril",
        "diciembre",
    ];
    word.len() <= 10 && MONTHS.contains(&word.to_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_are_sorted_and_within_the_longest_entry() {
        for list in [NEVER, BEFORE_NUMBER, BEFORE_NAME, LIST] {
            assert!(list.is_sorted(), "sort {:?}", list.windows(2).find(|pair| pair[0] > pair[1]));
            assert!(list.iter().all(|word| word.len() <= LONGEST), "raise LONGEST");
        }
    }
}
