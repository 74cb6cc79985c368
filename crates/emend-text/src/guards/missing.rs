//! A word that is gone: where a small model took something out and left a hole.

/// Words that never stand right behind an article or a possessive: a noun or what describes one must come first. Words that
/// are also nouns ("will", "can", "might") are left out, and "to", which stands in "an A to Z".
const NEVER_BEHIND: &[&str] = &[
    "a", "am", "an", "and", "are", "because", "could", "did", "does", "from", "had", "has", "her", "him",
    "his", "is", "its", "me", "my", "of", "or", "our", "should", "that", "the", "their", "them", "these",
    "they", "this", "those", "us", "was", "we", "were", "with", "would", "your",
];

/// Words that announce a noun. "his", "her" and "its" may also stand alone or for "it is".
const DETERMINERS: &[&str] = &["a", "an", "every", "my", "no", "our", "such", "the", "their", "your"];

/// Of these, the ones that nothing in [`NEVER_BEHIND`] can follow: "such is life", "the answer is no".
const STRICT: &[&str] = &["a", "an", "every", "my", "our", "the", "their", "your"];

/// Words that announce something else than a noun of their own; a comma may follow them ("is, however, …").
const ANNOUNCING: &[&str] = &["am", "are", "be", "been", "is", "of", "than", "was", "were"];

/// What an announced thing cannot begin with.
const JOINING: &[&str] = &["and", "but", "or"];

/// Punctuation that never stands between an article and its noun.
const ENDS: &[char] = &['.', ',', ';', '!', '?', ')'];

/// A word and what stands behind it, where something between them is missing that `original` has, or that no text can be
/// without: "an would", "the.", "argument is.", "half of and".
pub fn missing_word(original: &str, draft: &str) -> Option<String> {
    let (before, after) = (Place::all(original), Place::all(draft));
    let impossible = Kind { wrong: Place::is_impossible, same: |a, b| a.text() == b.text() };
    let closed = Kind { wrong: Place::is_closed, same: Place::begins_like };
    // Closed only now: it was open in the original.
    let opened = |place: &&Place<'_>| {
        before.iter().any(|other| other.begins_like(place) && other.mark.is_none() && !other.is_closed())
    };
    let found = impossible.more(&after, &before).next();
    found.or_else(|| closed.more(&after, &before).find(opened)).map(Place::text)
}

/// A way in which a place can be wrong, and when two such places are alike.
struct Kind<'t> {
    wrong: fn(&Place<'t>) -> bool,
    same: fn(&Place<'t>, &Place<'t>) -> bool,
}

impl<'t> Kind<'t> {
    /// The wrong places of which `before` has fewer: each place there allows one.
    fn more<'p>(&self, after: &'p [Place<'t>], before: &[Place<'t>]) -> impl Iterator<Item = &'p Place<'t>> {
        let count = |all: &[Place<'t>], place: &Place<'t>| {
            all.iter().filter(|other| (self.wrong)(other) && (self.same)(other, place)).count()
        };
        after.iter().filter(move |place| (self.wrong)(place) && count(after, place) > count(before, place))
    }
}

/// A word in its place.
struct Place<'t> {
    /// The word before it.
    previous: &'t str,
    word: &'t str,
    /// The mark that follows at once, if one of [`ENDS`] does.
    mark: Option<char>,
    /// The word behind it.
    behind: Option<&'t str>,
}

impl<'t> Place<'t> {
    fn all(text: &'t str) -> Vec<Self> {
        let opening = ['(', '"', '\u{201c}', '\'', '\u{2018}'];
        let mut words = text.split_whitespace().map(|word| word.trim_start_matches(opening)).peekable();
        let (mut places, mut previous) = (Vec::new(), "");
        while let Some(word) = words.next() {
            let bare = word.trim_end_matches(|c: char| !c.is_alphanumeric());
            let mark = word[bare.len()..].chars().find(|mark| ENDS.contains(mark));
            let behind = words.peek().map(|next| next.trim_end_matches(|c: char| !c.is_alphanumeric()));
            places.push(Self { previous, word: bare, mark, behind });
            previous = bare;
        }
        places
    }

    /// Whether the word is one of these. A capital may be a letter or a name, but for "The" and "An".
    fn is(&self, words: &[&str]) -> bool {
        match self.word {
            "The" => words.contains(&"the"),
            "An" => words.contains(&"an"),
            word => words.contains(&word),
        }
    }

    fn begins_like(&self, other: &Place<'_>) -> bool {
        self.word.eq_ignore_ascii_case(other.word) && self.previous.eq_ignore_ascii_case(other.previous)
    }

    /// Whether no noun can follow that the word announces, whatever was there before.
    fn is_impossible(&self) -> bool {
        if !self.is(STRICT) {
            return false;
        }
        match (self.mark, self.behind) {
            // Initials, and a letter that is named: "a." of a list, "a, b and c".
            (Some(_), _) => !self.word.eq_ignore_ascii_case("a") && !self.word.eq_ignore_ascii_case("an"),
            // A capital begins a name or is a letter's: "the Our World prize", "an A to Z".
            (None, Some(behind)) => NEVER_BEHIND.contains(&behind),
            (None, None) => false,
        }
    }

    /// Whether nothing follows that the word announces.
    fn is_closed(&self) -> bool {
        let joined = || self.behind.is_none_or(|behind| JOINING.contains(&behind));
        if self.is(DETERMINERS) {
            self.mark.is_some() || joined()
        } else {
            self.is(ANNOUNCING) && self.mark.map_or_else(joined, |mark| mark != ',')
        }
    }

    fn text(&self) -> String {
        let word = self.word.to_lowercase();
        match (self.mark, self.behind) {
            (Some(mark), _) => format!("{word}{mark}"),
            (None, Some(behind)) => format!("{word} {behind}"),
            (None, None) => word,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(original: &str, draft: &str, expected: Option<&str>) {
        assert_eq!(missing_word(original, draft).as_deref(), expected, "{draft:?}");
    }

    #[test]
    fn a_noun_that_is_gone_is_noticed() {
        check("Only an idiot would vote for this tax.", "Only an would vote for this tax.", Some("an would"));
        check("We met the mayor of Bonn.", "We met the of Bonn.", Some("the of"));
        check("They sold the car.", "They sold the.", Some("the."));
        check("The neighbours are loud.", "The are loud.", Some("the are"));
        check("He wrote a letter and left.", "He wrote a and left.", Some("a and"));
        check("They lost their keys with the bag.", "They lost their with the bag.", Some("their with"));
        check("Do not drive like a fool", "Do not drive like a", Some("a"));
        check("He can be such a pain!", "He can be such!", Some("such!"));
    }

    #[test]
    fn what_was_said_of_somebody_is_noticed_when_it_is_gone() {
        check("Your argument is silly. It fails.", "Your argument is. It fails.", Some("is."));
        check("This is rubbish and you know it.", "This is and you know it.", Some("is and"));
        check("He ate a ton of rubbish.", "He ate a ton of", Some("of"));
    }

    #[test]
    fn ordinary_prose_passes() {
        for draft in [
            "The will was read, and a can of beans was left.",
            "Plan A is ready; vitamins A and C are not.",
            "It is an A to Z of the city.",
            "Answer a, b or c.",
            "The first of us won the cup.",
            "It was the best that could be had.",
            "That is how things are, and no is an answer.",
        ] {
            check("", draft, None);
        }
        check("This is however a problem.", "This is, however, a problem.", None);
        check("I do not know where is he.", "I do not know where he is.", None);
        check("Vitamin A deficiency and age", "Vitamin A and age", None);
        check("That is what he told us of.", "He told us of that.", None);
        check("It is so for a reason.", "It is because there is a reason.", None);
        check("He is, they are, and we are.", "He is, they are and we are.", None);
    }

    #[test]
    fn what_the_original_has_is_not_the_models_fault() {
        check("I saw the of it.", "I have seen the of it.", None);
        check("I saw the of it.", "I have seen the of it and the of that.", Some("the of"));
    }
}
