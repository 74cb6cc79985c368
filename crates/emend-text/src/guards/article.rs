//! An article whose noun is gone: where a small model lost the word that the sentence was about.

/// Words that never stand right behind an article: a noun or what describes one must come first. Words that are also nouns
/// ("will", "can", "might") are left out, and "to", which stands in "an A to Z".
const NEVER_BEHIND: &[&str] = &[
    "a", "am", "an", "and", "are", "because", "could", "did", "does", "from", "had", "has", "her", "him",
    "his", "is", "its", "me", "my", "of", "or", "our", "should", "that", "the", "their", "them", "these",
    "they", "this", "those", "us", "was", "we", "were", "with", "would", "your",
];

/// Punctuation that never stands between an article and its noun.
const ENDS: &[char] = &['.', ',', ';', '!', '?', ')'];

/// An article and the word behind it (or the article with the mark that follows) that cannot go together, where `original`
/// has no such place: "an would", "the.".
pub fn bare_article(original: &str, draft: &str) -> Option<String> {
    let mut there: Vec<String> = bare(original).collect();
    bare(draft).find(|found| match there.iter().position(|other| other == found) {
        // Each place of the original allows one.
        Some(at) => {
            there.swap_remove(at);
            false
        }
        None => true,
    })
}

fn bare(text: &str) -> impl Iterator<Item = String> {
    let words = text.split_whitespace();
    let next = text.split_whitespace().skip(1).map(Some).chain([None]);
    words.zip(next).filter_map(|(word, next)| {
        let word = word.trim_start_matches(['(', '"', '\u{201c}', '\'', '\u{2018}']);
        let marked = word.ends_with(ENDS);
        let bare = word.trim_end_matches(ENDS);
        if !is_article(bare) {
            return None;
        }
        if marked {
            // Initials, and a letter that is named: "a." of a list, "a, b and c".
            return bare.eq_ignore_ascii_case("the").then(|| word.to_lowercase());
        }
        // A capital begins a name or is a letter's: "the Our World prize", "an A to Z".
        let behind = next?.trim_end_matches(|c: char| !c.is_alphanumeric());
        NEVER_BEHIND.contains(&behind).then(|| format!("{} {behind}", bare.to_lowercase()))
    })
}

/// A capital A may be a letter or a name.
fn is_article(word: &str) -> bool {
    matches!(word, "a" | "an" | "An" | "the" | "The")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(original: &str, draft: &str, expected: Option<&str>) {
        assert_eq!(bare_article(original, draft).as_deref(), expected, "{draft:?}");
    }

    #[test]
    fn a_noun_that_is_gone_is_noticed() {
        check("Only an idiot would vote for this tax.", "Only an would vote for this tax.", Some("an would"));
        check("We met the mayor of Bonn.", "We met the of Bonn.", Some("the of"));
        check("They sold the car.", "They sold the.", Some("the."));
        check("The neighbours are loud.", "The are loud.", Some("the are"));
        check("He wrote a letter and left.", "He wrote a and left.", Some("a and"));
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
        ] {
            check("", draft, None);
        }
    }

    #[test]
    fn what_the_original_has_is_not_the_models_fault() {
        check("I saw the of it.", "I have seen the of it.", None);
        check("I saw the of it.", "I have seen the of it and the of that.", Some("the of"));
    }
}
