//! Which script a text is written in, as far as it matters to a model that writes Latin letters.

/// Letters of a text by script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Letters {
    /// Latin letters, accented ones included.
    pub latin: usize,
    /// All other letters.
    pub other: usize,
}

impl Letters {
    /// Counts the letters of `text`.
    pub(crate) fn of(text: &str) -> Self {
        let mut letters = Self { latin: 0, other: 0 };
        for c in text.chars().filter(|c| c.is_alphabetic()) {
            if is_latin(c) {
                letters.latin += 1;
            } else {
                letters.other += 1;
            }
        }
        letters
    }

    /// Share of letters that are not Latin; 0 for a text without letters.
    pub(crate) fn other_share(self) -> f32 {
        self.other as f32 / (self.latin + self.other).max(1) as f32
    }
}

/// Basic Latin to IPA extensions, Latin Extended Additional, the ligatures and the full-width forms.
fn is_latin(c: char) -> bool {
    matches!(c, 'A'..='Z' | 'a'..='z' | '\u{AA}' | '\u{BA}' | '\u{C0}'..='\u{2AF}' | '\u{1E00}'..='\u{1EFF}'
        | '\u{FB00}'..='\u{FB06}' | '\u{FF21}'..='\u{FF3A}' | '\u{FF41}'..='\u{FF5A}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, latin: usize, other: usize) {
        assert_eq!(Letters::of(text), Letters { latin, other }, "{text}");
    }

    #[test]
    fn counts_letters_by_script() {
        check("Naïve café, 12 km!", 11, 0);
        check("Привет, world", 5, 6);
        check("東京", 0, 2);
        check("12:30 — 🙂", 0, 0);
        assert!(Letters::of("12").other_share().abs() < 1e-6);
        assert!((Letters::of("ab東京").other_share() - 0.5).abs() < 1e-6);
    }
}
