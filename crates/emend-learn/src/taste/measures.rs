//! What is counted in a text to describe how it is written. To add a measure, add a row.

/// Something that is counted.
pub(super) struct Measure {
    /// What people call it.
    pub(super) name: &'static str,
    /// How much of it a text has.
    pub(super) of: fn(&str) -> f64,
}

const fn measure(name: &'static str, of: fn(&str) -> f64) -> Measure {
    Measure { name, of }
}

/// All of them: length, words, marks. None knows what a text is about.
pub(super) const MEASURES: &[Measure] = &[
    measure("words", |text| words(text).count() as f64),
    measure("characters", |text| text.chars().count() as f64),
    measure("sentences", |text| text.matches(['.', '!', '?', '…']).count() as f64),
    measure("words of 7 letters or more", |text| longer(text, 7)),
    measure("words of 10 letters or more", |text| longer(text, 10)),
    measure("words of 1 to 3 letters", |text| words(text).count() as f64 - longer(text, 4)),
    measure("exclamation marks", |text| marks(text, &['!'])),
    measure("question marks", |text| marks(text, &['?'])),
    measure("commas", |text| marks(text, &[','])),
    measure("semicolons and colons", |text| marks(text, &[';', ':'])),
    measure("dashes", |text| marks(text, &['–', '—']) + text.matches(" - ").count() as f64),
    measure("brackets", |text| marks(text, &['(', '['])),
    measure("quotation marks", |text| marks(text, &['"', '“', '”', '«', '»'])),
    measure("three dots", |text| marks(text, &['…']) + text.matches("...").count() as f64),
    measure("contractions", |text| words(text).filter(|word| word.contains(['\'', '’'])).count() as f64),
    measure("words in capitals", |text| words(text).filter(|word| shouted(word)).count() as f64),
    measure("digits", |text| text.chars().filter(char::is_ascii_digit).count() as f64),
    measure("signs beyond letters", |text| text.chars().filter(|&letter| pictured(letter)).count() as f64),
    measure("repeated letters", |text| repeated(text) as f64),
    measure("words about oneself", |text| among(text, &["i", "i'm", "me", "my", "mine", "we", "us", "our"])),
    measure("words to the reader", |text| among(text, &["you", "your", "yours", "you're"])),
    measure("courtesies", |text| among(text, &["please", "thank", "thanks", "sorry", "kindly", "glad"])),
    measure("words ending with -ly", |text| words(text).filter(|word| word.ends_with("ly")).count() as f64),
    measure("words of doubt", |text| {
        among(text, &["may", "might", "could", "would", "perhaps", "maybe", "probably", "seems", "seem"])
    }),
    measure("words of emphasis", |text| among(text, &["very", "really", "so", "totally", "absolutely"])),
];

/// Words as they are written, without marks around them.
pub(super) fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|letter: char| !(letter.is_alphanumeric() || letter == '\'' || letter == '’'))
        .map(|word| word.trim_matches(['\'', '’']))
        .filter(|word| !word.is_empty())
}

fn longer(text: &str, letters: usize) -> f64 {
    words(text).filter(|word| word.chars().count() >= letters).count() as f64
}

fn marks(text: &str, marks: &[char]) -> f64 {
    text.matches(marks).count() as f64
}

fn among(text: &str, list: &[&str]) -> f64 {
    words(text).filter(|word| list.contains(&word.replace('’', "'").to_lowercase().as_str())).count() as f64
}

fn shouted(word: &str) -> bool {
    word.chars().count() > 1 && word.chars().all(char::is_uppercase)
}

/// Emoji and the like.
fn pictured(letter: char) -> bool {
    !letter.is_ascii() && !letter.is_alphanumeric() && !"–—…“”‘’«»".contains(letter)
}

/// Letters that stand in a row for the third time or more.
fn repeated(text: &str) -> usize {
    let letters: Vec<char> = text.chars().collect();
    letters.windows(3).filter(|run| run[0].is_alphabetic() && run[0] == run[1] && run[1] == run[2]).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(name: &str, text: &str) -> f64 {
        (MEASURES.iter().find(|measure| measure.name == name).unwrap().of)(text)
    }

    #[test]
    fn each_counts_what_it_says() {
        for (name, text, expected) in [
            ("words", "It's 5 p.m., isn’t it?", 6.0),
            ("words of 7 letters or more", "The library closes.", 1.0),
            ("words of 1 to 3 letters", "The old mill is far away.", 4.0),
            ("contractions", "I don’t know, it's late.", 2.0),
            ("words in capitals", "STOP it, I say NO.", 2.0),
            ("signs beyond letters", "Fine 🙂 – “yes”.", 1.0),
            ("repeated letters", "sooo goood, really", 2.0),
            ("dashes", "well - yes — no", 2.0),
            ("words of doubt", "Perhaps it might.", 2.0),
            ("three dots", "well... so…", 2.0),
        ] {
            assert!((of(name, text) - expected).abs() < 1e-9, "{name}: {}", of(name, text));
        }
        assert!(MEASURES.iter().all(|measure| (measure.of)("") == 0.0));
    }
}
