//! An instruction in the person's own words.

/// Longest instruction, in characters.
pub const LONGEST_OWN_INSTRUCTION: usize = 500;

/// An instruction that the person typed: trimmed, one line, 1 to 500 characters.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct OwnInstruction(String);

/// Why an own instruction cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OwnInstructionError {
    /// Nothing but white space.
    #[error("the instruction is empty; say what to change, for example “Use British spelling”")]
    Empty,
    /// More than [`LONGEST_OWN_INSTRUCTION`] characters.
    #[error(
        "the instruction has {found} characters, at most {LONGEST_OWN_INSTRUCTION} are possible; shorten it"
    )]
    TooLong {
        /// Its length in characters, trimmed.
        found: usize,
    },
    /// A line break inside.
    #[error("the instruction has several lines; write it in one")]
    SeveralLines,
    /// A character that has no place in a line of text.
    #[error("the instruction contains the control character U+{:04X}; remove it", u32::from(*.found))]
    ControlCharacter {
        /// The character.
        found: char,
    },
}

impl OwnInstruction {
    /// Checks and trims what was typed.
    pub fn new(typed: &str) -> Result<OwnInstruction, OwnInstructionError> {
        let text = typed.trim();
        if text.is_empty() {
            return Err(OwnInstructionError::Empty);
        }
        if text.contains(['\n', '\r', '\u{0B}', '\u{0C}', '\u{85}', '\u{2028}', '\u{2029}']) {
            return Err(OwnInstructionError::SeveralLines);
        }
        if let Some(found) = text.chars().find(|c| c.is_control()) {
            return Err(OwnInstructionError::ControlCharacter { found });
        }
        let found = text.chars().count();
        if found > LONGEST_OWN_INSTRUCTION {
            return Err(OwnInstructionError::TooLong { found });
        }
        Ok(OwnInstruction(text.to_owned()))
    }

    /// The instruction itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_around_it_does_not_count() {
        assert_eq!(
            OwnInstruction::new("  Use British spelling \n").unwrap().as_str(),
            "Use British spelling"
        );
    }

    #[test]
    fn length_is_counted_in_characters() {
        assert!(OwnInstruction::new(&"é".repeat(500)).is_ok());
        assert_eq!(OwnInstruction::new(&"é".repeat(501)), Err(OwnInstructionError::TooLong { found: 501 }));
    }

    #[test]
    fn what_is_refused_says_why() {
        for (typed, said) in [
            (" \t ", "the instruction is empty; say what to change, for example “Use British spelling”"),
            ("one\ntwo", "the instruction has several lines; write it in one"),
            ("one\u{2028}two", "the instruction has several lines; write it in one"),
            ("one\ttwo", "the instruction contains the control character U+0009; remove it"),
        ] {
            assert_eq!(OwnInstruction::new(typed).unwrap_err().to_string(), said);
        }
    }
}
