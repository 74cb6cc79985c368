//! What a diff knows about English words: the closed classes, word forms, and likely misspellings.
//!
//! None of this decides whether an edit is right. It decides which words belong together and how an edit is called, so
//! it may be incomplete: an unknown word is simply a word.

/// A closed class of words. Replacing one member by another is grammar rather than style.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Family {
    Article,
    Preposition,
    Auxiliary,
    Pronoun,
    Determiner,
    Conjunction,
}

#[rustfmt::skip]
const FAMILIES: &[(Family, &[&str])] = &[
    (Family::Article, &["a", "an", "the"]),
    (Family::Preposition, &[
        "in", "on", "at", "to", "for", "of", "with", "by", "from", "about", "into", "onto", "over", "under", "as",
        "since", "during", "through", "between", "among", "until", "till", "towards", "toward", "upon", "within",
    ]),
    (Family::Auxiliary, &[
        "am", "is", "are", "was", "were", "be", "been", "being", "has", "have", "had", "having", "do", "does", "did",
        "will", "would", "shall", "should", "can", "could", "may", "might", "must", "isn't", "aren't", "wasn't",
        "weren't", "hasn't", "haven't", "hadn't", "don't", "doesn't", "didn't", "won't", "wouldn't", "can't",
        "couldn't", "shouldn't",
    ]),
    (Family::Pronoun, &[
        "i", "me", "my", "mine", "myself", "you", "your", "yours", "he", "him", "his", "she", "her", "hers", "it",
        "its", "we", "us", "our", "ours", "they", "them", "their", "theirs", "themselves", "who", "whom", "whose",
        "which", "that",
    ]),
    (Family::Determiner, &[
        "this", "these", "those", "some", "any", "much", "many", "few", "fewer", "less", "each", "every", "another",
        "something", "anything", "nothing", "everything", "someone", "anyone", "everyone", "nobody",
    ]),
    (Family::Conjunction, &["and", "or", "but", "so", "because", "if", "when", "while", "than", "then"]),
];

/// Forms of the same irregular verb, noun or adjective; regular endings are handled by [`same_lemma`].
#[rustfmt::skip]
const IRREGULAR: &[&[&str]] = &[
    &["be", "am", "is", "are", "was", "were", "been", "being"],
    &["have", "has", "had", "having"], &["do", "does", "did", "done", "doing"],
    &["go", "goes", "went", "gone", "going"], &["come", "came", "comes", "coming"],
    &["see", "saw", "seen"], &["take", "took", "taken"], &["give", "gave", "given"], &["get", "got", "gotten"],
    &["make", "made", "makes", "making"], &["know", "knew", "known"], &["think", "thought"],
    &["buy", "bought"], &["bring", "brought"], &["catch", "caught"], &["teach", "taught"], &["seek", "sought"],
    &["fight", "fought"], &["say", "said"], &["pay", "paid"], &["lay", "laid"], &["tell", "told"], &["sell", "sold"],
    &["leave", "left", "leaving"], &["feel", "felt"], &["keep", "kept"], &["sleep", "slept"], &["meet", "met"],
    &["lead", "led"], &["read", "reads"], &["send", "sent"], &["spend", "spent"], &["build", "built"],
    &["lend", "lent"], &["lose", "lost", "losing"], &["find", "found"], &["stand", "stood"], &["hold", "held"],
    &["understand", "understood"], &["hear", "heard"], &["sit", "sat"], &["win", "won"], &["run", "ran"],
    &["begin", "began", "begun"], &["drink", "drank", "drunk"], &["sing", "sang", "sung"], &["swim", "swam", "swum"],
    &["write", "wrote", "written", "writing"], &["drive", "drove", "driven"], &["ride", "rode", "ridden"],
    &["rise", "rose", "risen"], &["choose", "chose", "chosen"], &["speak", "spoke", "spoken"],
    &["break", "broke", "broken"], &["steal", "stole", "stolen"], &["wear", "wore", "worn"],
    &["eat", "ate", "eaten"], &["fall", "fell", "fallen"], &["forget", "forgot", "forgotten"],
    &["grow", "grew", "grown"], &["throw", "threw", "thrown"], &["fly", "flew", "flown"],
    &["draw", "drew", "drawn"], &["show", "showed", "shown"], &["become", "became"], &["shut", "shuts"],
    &["man", "men"], &["woman", "women"], &["child", "children"], &["person", "people"], &["foot", "feet"],
    &["tooth", "teeth"], &["mouse", "mice"], &["life", "lives"], &["wife", "wives"], &["half", "halves"],
    &["good", "better", "best", "well"], &["bad", "worse", "worst", "badly"], &["far", "further", "farther"],
];

/// Endings that one stem can take. Two words are forms of one when their endings stand in the same row.
const ENDINGS: &[&[&str]] = &[
    &["", "s", "es", "ed", "ing", "er", "est", "ly", "'s", "’s", "s'", "s’", "'", "’"],
    &["e", "es", "ed", "ing", "er", "est", "al"],
    &["y", "ies", "ied", "ily", "ier", "iest", "ying"],
];

/// Endings after a stem that ends in `e`: like, liked; large, larger.
const ENDINGS_AFTER_E: &[&str] = &["", "d", "s", "r", "rs", "st", "ly"];

/// Words that sound alike and are written for one another.
#[rustfmt::skip]
const CONFUSED: &[&[&str]] = &[
    &["there", "their", "they're"], &["its", "it's"], &["your", "you're"], &["to", "too", "two"],
    &["then", "than"], &["whose", "who's"], &["where", "were", "we're"], &["of", "off"], &["accept", "except"],
    &["affect", "effect"], &["weather", "whether"], &["quite", "quiet"], &["principal", "principle"],
    &["threw", "through"], &["loose", "lose"],
];

/// Words set off by a pair of commas, which only make sense together.
pub(crate) const PARENTHETICAL: &[&str] = &[
    "however",
    "therefore",
    "moreover",
    "though",
    "indeed",
    "too",
    "perhaps",
    "instead",
    "finally",
    "consequently",
];

/// The closed class of a word in lower case, if it has one.
pub(crate) fn family(lower: &str) -> Option<Family> {
    FAMILIES.iter().find(|(_, words)| words.contains(&lower)).map(|&(family, _)| family)
}

/// Whether two words in lower case are forms of one: go, went; study, studies; plan, planned.
pub(crate) fn same_lemma(a: &str, b: &str) -> bool {
    if IRREGULAR.iter().any(|forms| forms.contains(&a) && forms.contains(&b)) {
        return true;
    }
    let common: usize = a.chars().zip(b.chars()).take_while(|(x, y)| x == y).map(|(x, _)| x.len_utf8()).sum();
    // Where the stem ends is not known: `stopped` and `stopping` share a doubled letter, `uses` and `used` an e.
    let stems = a[..common].char_indices().map(|(at, _)| at).chain([common]);
    stems.rev().take_while(|&at| a[..at].chars().count() >= 3).take(3).any(|at| {
        let (stem, x, y) = (&a[..at], &a[at..], &b[at..]);
        let (undoubled_x, undoubled_y) = (undouble(stem, x), undouble(stem, y));
        // The same ending with and without a doubled letter is a matter of spelling: writting, writing.
        let other_ending = undoubled_x != undoubled_y;
        other_ending && ENDINGS.iter().any(|row| row.contains(&undoubled_x) && row.contains(&undoubled_y))
            || (stem.ends_with('e') && ENDINGS_AFTER_E.contains(&x) && ENDINGS_AFTER_E.contains(&y))
    })
}

/// `ned` after `plan` is `ed`.
fn undouble<'w>(stem: &str, ending: &'w str) -> &'w str {
    let doubled = stem.chars().last().and_then(|last| ending.strip_prefix(last));
    doubled.filter(|rest| matches!(*rest, "ed" | "ing" | "er" | "est")).unwrap_or(ending)
}

/// Whether two words in lower case are commonly written for one another: there, their.
pub(crate) fn confused(a: &str, b: &str) -> bool {
    CONFUSED.iter().any(|set| set.contains(&a) && set.contains(&b))
}

/// Whether one word in lower case looks like the other with a slip of the pen: recieve, receive.
pub(crate) fn spelled_alike(a: &str, b: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let allowed = match a.len().min(b.len()) {
        0..=2 => 0,
        3..=5 => 1,
        6..=8 => 2,
        9..=40 => 3,
        // Longer "words" are addresses and noise.
        _ => return false,
    };
    a.len().abs_diff(b.len()) <= allowed && slips(&a, &b) <= allowed
}

/// Edit distance in letters, where swapping two neighbours counts once (optimal string alignment).
fn slips(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i; b.len() + 1];
        for j in 1..=b.len() {
            let substituted = above[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            row[j] = substituted.min(above[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                row[j] = row[j].min(before[j - 2] + 1);
            }
        }
        before = std::mem::replace(&mut above, row);
    }
    above[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_one_word() {
        for (a, b) in [
            ("go", "went"),
            ("was", "were"),
            ("study", "studies"),
            ("studied", "studying"),
            ("plan", "planned"),
            ("stopped", "stopping"),
            ("make", "making"),
            ("use", "uses"),
            ("used", "uses"),
            ("large", "larger"),
            ("car", "cars"),
            ("teacher", "teacher's"),
        ] {
            assert!(same_lemma(a, b) && same_lemma(b, a), "{a} and {b}");
        }
    }

    #[test]
    fn different_words() {
        for (a, b) in [
            ("the", "they"),
            ("on", "one"),
            ("corn", "core"),
            ("writting", "writing"),
            ("plant", "plan"),
            ("big", "bigot"),
        ] {
            assert!(!same_lemma(a, b) && !same_lemma(b, a), "{a} and {b}");
        }
    }

    #[test]
    fn slips_of_the_pen() {
        for (a, b) in [("recieve", "receive"), ("teh", "the"), ("accomodate", "accommodate")] {
            assert!(spelled_alike(a, b), "{a} and {b}");
        }
        for (a, b) in
            [("is", "at"), ("no", "not"), ("house", "home"), ("decision", "decide"), ("big", "large")]
        {
            assert!(!spelled_alike(a, b), "{a} and {b}");
        }
    }

    #[test]
    fn no_word_has_two_families() {
        let mut seen = std::collections::BTreeSet::new();
        for word in FAMILIES.iter().flat_map(|(_, words)| words.iter()) {
            assert!(seen.insert(word), "{word} is listed twice");
            assert_eq!(*word, word.to_lowercase());
        }
    }
}
