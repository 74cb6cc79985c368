//! Grades: what a larger model thinks of rewrites, asked while nobody waited for it.
//!
//! Source: Zheng et al. 2024 (ONI): a grade that is known is looked up; what nobody graded is answered by a small model of the
//! grades, learned anew for each run. Nothing ever waits for the larger model.

use std::collections::HashMap;

use crate::taste::{self, Taste};

/// What recipes call it among their reward parts.
pub const PART: &str = "graded";

/// A grade.
#[derive(Debug, Clone, PartialEq)]
pub struct Graded {
    /// What was wanted: an intent's id, or the person's own words.
    pub wish: String,
    /// The text.
    pub source: String,
    /// Its rewrite.
    pub rewrite: String,
    /// In [0, 1].
    pub grade: f32,
}

/// What is graded, to be asked about anything.
#[derive(Debug, Clone, Default)]
pub struct Grades {
    /// By wish, text and rewrite.
    known: HashMap<[String; 3], f32>,
    /// What is expected of other rewrites, for each wish.
    heads: HashMap<String, Taste>,
}

impl Grades {
    /// Learns what to expect.
    pub fn of(graded: &[Graded]) -> Self {
        let mut wishes: HashMap<&str, Vec<taste::Graded<'_>>> = HashMap::new();
        for Graded { wish, source, rewrite, grade } in graded {
            wishes.entry(wish).or_default().push(taste::Graded { source, rewrite, grade: *grade });
        }
        let key = |one: &Graded| [one.wish.clone(), one.source.clone(), one.rewrite.clone()];
        Self {
            known: graded.iter().map(|one| (key(one), one.grade)).collect(),
            heads: wishes.into_iter().map(|(wish, all)| (wish.to_owned(), Taste::of_grades(&all))).collect(),
        }
    }

    /// The grade of a rewrite, in [0, 1], or what is to be expected of it; 1/2 for a wish of which nothing was graded.
    pub fn grade(&self, wish: &str, source: &str, rewrite: &str) -> f32 {
        match self.known.get(&[wish, source, rewrite].map(str::to_owned)) {
            Some(known) => *known,
            None => self.heads.get(wish).map_or(0.5, |head| head.likes(source, rewrite) as f32),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_is_looked_up_and_the_rest_is_expected() {
        let things = ["boat", "train", "letter", "garden", "bridge", "song", "market", "lamp"];
        let graded: Vec<Graded> = (0..64)
            .map(|n| {
                let (mark, grade) = if n % 2 == 0 { ("!", 0.2) } else { (".", 0.9) };
                let source = format!("The {} are {}", things[n % 8], things[n / 8]);
                let rewrite = format!("The {} is {}{mark}", things[n % 8], things[n / 8]);
                Graded { wish: "fix".into(), source, rewrite, grade }
            })
            .collect();
        let grades = Grades::of(&graded);
        for one in &graded {
            assert_eq!(grades.grade("fix", &one.source, &one.rewrite).to_bits(), one.grade.to_bits());
        }
        let other = |rewrite: &str| grades.grade("fix", "A door are there", rewrite);
        assert!(other("A door is there!") < 0.4 && other("A door is there.") > 0.7);
        assert_eq!(grades.grade("shorter", "A door are there", "A door.").to_bits(), 0.5f32.to_bits());
    }
}
