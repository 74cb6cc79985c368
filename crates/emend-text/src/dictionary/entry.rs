//! What an entry of a personal dictionary says.

use std::fmt;

/// What stands between the two sides of a house rule, and how else it may be written.
const ARROW: &str = "->";
const ARROWS: [&str; 4] = [ARROW, "=>", "→", "⇒"];

/// An entry of a personal dictionary, written as one line: `Kubernetes`, or `utilise -> use`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OwnWord {
    /// A word or term that is right as it is.
    Right(String),
    /// A house rule: what to write in place of a word or term.
    Instead {
        /// What is not to be written.
        old: String,
        /// What is.
        new: String,
    },
}

impl OwnWord {
    /// What a line says. One with an arrow that has nothing on one side, or the same on both, is a term like any other.
    pub fn parse(line: &str) -> Self {
        let first = ARROWS.iter().filter_map(|arrow| Some((line.find(arrow)?, arrow))).min();
        let sides = first.and_then(|(_, arrow)| line.split_once(*arrow));
        let sides = sides.map(|(old, new)| (old.trim(), new.trim()));
        match sides {
            Some((old, new)) if !old.is_empty() && !new.is_empty() && old != new => {
                Self::Instead { old: old.to_owned(), new: new.to_owned() }
            }
            _ => Self::Right(line.trim().to_owned()),
        }
    }

    /// What is not to be written, and what is in its place, if it is a house rule.
    pub fn rule(&self) -> Option<(&str, &str)> {
        match self {
            Self::Right(_) => None,
            Self::Instead { old, new } => Some((old, new)),
        }
    }

    /// The word or term that is right because of it.
    pub fn right(&self) -> &str {
        match self {
            Self::Right(word) | Self::Instead { new: word, .. } => word,
        }
    }
}

/// As the line that says it.
impl fmt::Display for OwnWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Right(word) => f.write_str(word),
            Self::Instead { old, new } => write!(f, "{old} {ARROW} {new}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_say_what_is_right_and_what_to_write_instead() {
        let instead = |old: &str, new: &str| OwnWord::Instead { old: old.into(), new: new.into() };
        let right = |word: &str| OwnWord::Right(word.into());
        for (line, expected) in [
            ("Kubernetes", right("Kubernetes")),
            (" Infrastructure as a Service ", right("Infrastructure as a Service")),
            ("utilise -> use", instead("utilise", "use")),
            ("in order to->to", instead("in order to", "to")),
            ("in order to → to", instead("in order to", "to")),
            ("a => b -> c", instead("a", "b -> c")),
            ("-> b", right("-> b")),
            ("a ->", right("a ->")),
            ("a -> a", right("a -> a")),
        ] {
            let found = OwnWord::parse(line);
            assert_eq!(found, expected, "{line}");
            assert_eq!(OwnWord::parse(&found.to_string()), found, "{line}");
        }
        assert_eq!(instead("utilise", "use").right(), "use");
    }
}
