//! Kinds of characters that more than one part of this crate asks for.

/// Whether words of this character's script are written without spaces between them (Chinese, Japanese, Thai, Lao,
/// Khmer, Burmese, Tibetan), so that a neighbouring letter does not mean "in the middle of a word".
pub(crate) fn is_unspaced(c: char) -> bool {
    !c.is_ascii()
        && matches!(u32::from(c),
            0x0E00..=0x0EFF          // Thai, Lao
            | 0x0F00..=0x109F        // Tibetan, Burmese
            | 0x1780..=0x17FF        // Khmer
            | 0x3005..=0x3007
            | 0x3040..=0x30FF        // kana
            | 0x31F0..=0x31FF
            | 0x3400..=0x4DBF
            | 0x4E00..=0x9FFF        // Han
            | 0xF900..=0xFAFF
            | 0xFF66..=0xFF9D
            | 0x20000..=0x3FFFF)
}

/// Whether a letter or digit beside this character would be part of the same word.
pub(crate) fn joins_words(c: char) -> bool {
    (c.is_alphanumeric() || c == '_') && !is_unspaced(c) && !matches!(c, '\u{AC00}'..='\u{D7A3}')
}

/// A mark that changes the character before it and must stay with it: accents, variation selectors, joiners.
pub(crate) fn is_combining(c: char) -> bool {
    !c.is_ascii()
        && matches!(u32::from(c),
            0x0300..=0x036F | 0x0483..=0x0489 | 0x0591..=0x05BD | 0x064B..=0x065F | 0x1AB0..=0x1AFF
            | 0x1DC0..=0x1DFF | 0x200C..=0x200D | 0x20D0..=0x20FF | 0x3099..=0x309A | 0xFE00..=0xFE0F
            | 0xFE20..=0xFE2F | 0x1F3FB..=0x1F3FF | 0xE0100..=0xE01EF)
}

/// An emoji or a pictograph.
pub(crate) fn is_emoji(c: char) -> bool {
    !c.is_ascii() && matches!(u32::from(c), 0x2600..=0x27BF | 0x2B50 | 0x2B55 | 0x1F000..=0x1FAFF)
}

/// The character that ends at byte `at`.
pub(crate) fn before(text: &str, at: usize) -> Option<char> {
    text[..at].chars().next_back()
}

/// The character that starts at byte `at`.
pub(crate) fn after(text: &str, at: usize) -> Option<char> {
    text[at..].chars().next()
}
