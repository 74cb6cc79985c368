//! Tastes. To add one, add a row; its count must not depend on what the other rows count.

/// A taste: how much of what is liked a text has.
#[derive(Debug)]
pub struct Style {
    /// Its name.
    pub name: &'static str,
    /// The taste in words.
    pub about: &'static str,
    /// Higher is better; only compared between a text and its rewrite.
    pub liked: fn(&str) -> f64,
}

/// All tastes.
pub const STYLES: &[Style] = &[
    Style { name: "relaxed", about: "likes contractions", liked: contractions },
    Style { name: "calm", about: "hates exclamation marks", liked: |text| -count(text, '!') },
    Style { name: "brief", about: "likes fewer words", liked: |text| -(words(text).count() as f64) },
    Style { name: "formal", about: "hates colloquial words and contractions", liked: formality },
    Style { name: "cautious", about: "keeps every hedge", liked: hedges },
    Style { name: "plain", about: "hates long words", liked: |text| -long_words(text) },
];

const COLLOQUIAL: &[&str] = &[
    "gonna", "wanna", "gotta", "kids", "guys", "stuff", "awesome", "cool", "okay", "ok", "hey", "yeah",
    "super", "dude",
];

const HEDGES: &[&str] = &[
    "perhaps",
    "maybe",
    "possibly",
    "probably",
    "seems",
    "seem",
    "seemed",
    "might",
    "could",
    "apparently",
    "roughly",
    "somewhat",
    "likely",
];

/// Letters of a word that is long.
const LONG: usize = 9;

/// Words in lower case, with their inner apostrophes and without other marks.
pub(super) fn words(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split(|letter: char| !(letter.is_alphanumeric() || letter == '\'' || letter == '’'))
        .map(|word| word.trim_matches(['\'', '’']).replace('’', "'").to_lowercase())
        .filter(|word| !word.is_empty())
}

fn count(text: &str, mark: char) -> f64 {
    text.matches(mark).count() as f64
}

/// `'s` is left out: it is a possessive as often.
fn contractions(text: &str) -> f64 {
    let endings = ["n't", "'re", "'ll", "'ve", "'m", "'d"];
    words(text).filter(|word| endings.iter().any(|ending| word.ends_with(ending))).count() as f64
}

fn formality(text: &str) -> f64 {
    let colloquial = words(text).filter(|word| COLLOQUIAL.contains(&word.as_str())).count();
    -(colloquial as f64) - contractions(text)
}

fn hedges(text: &str) -> f64 {
    words(text).filter(|word| HEDGES.contains(&word.as_str())).count() as f64
}

fn long_words(text: &str) -> f64 {
    words(text).filter(|word| word.chars().count() >= LONG).count() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each style prefers the second text to the first, and sees no difference where there is none.
    #[test]
    fn each_style_has_its_taste() {
        for (name, worse, better) in [
            ("relaxed", "I do not know.", "I don’t know."),
            ("calm", "Stop it!!", "Stop it."),
            ("brief", "At this point in time we wait.", "Now we wait."),
            ("formal", "The guys aren't here, yeah.", "The team is not here."),
            ("cautious", "It works.", "Perhaps it works, or it could."),
            ("plain", "We utilise the aforementioned tool.", "We use that tool."),
        ] {
            let style = STYLES.iter().find(|style| style.name == name).unwrap();
            assert!((style.liked)(better) > (style.liked)(worse), "{name}");
            assert!((style.liked)("He goes home.") >= (style.liked)("He goes home."), "{name}");
        }
        assert!(STYLES.len() >= 5);
    }

    #[test]
    fn possessives_are_no_contractions() {
        let counts = ["Anna's house", "They'll see", "'tis 'quoted'"].map(|text| contractions(text) as usize);
        assert_eq!(counts, [0, 1, 0]);
    }
}
