//! A program as lines that a person can edit; they read back as the same program.

use std::fmt;

use super::{Bound, Goal, Kept, Program, Unit, Way};

impl fmt::Display for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.goals.iter().try_for_each(|goal| writeln!(f, "{goal}"))
    }
}

impl fmt::Display for Goal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Goal::Toward(quality, way) => write!(f, "{way} {}", quality.adjective()),
            Goal::Count(unit, bound, number) => write!(f, "{bound} {number} {unit}"),
            Goal::Share(bound, percent) => write!(f, "{bound} {percent}% of the length"),
            Goal::Grade(bound, grade) => write!(f, "reading grade {bound} {grade}"),
            Goal::Keep(Kept::Meaning) => write!(f, "keep the meaning"),
            Goal::Keep(kept) => write!(f, "keep every {}", kept.name()),
            Goal::Without(banned) => write!(f, "no {}", banned.name()),
            Goal::Mention(phrase) => write!(f, "mention {phrase}"),
        }
    }
}

impl fmt::Display for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Way::More => "more",
            Way::Less => "less",
        })
    }
}

impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Bound::AtMost => "at most",
            Bound::AtLeast => "at least",
        })
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Unit::Words => "words",
            Unit::Sentences => "sentences",
            Unit::Characters => "characters",
        })
    }
}
