//! What intents are for, as programs: the quality that each one is about, with the meaning kept.

use super::{Goal, Kept, Program, Quality, Way};

/// The program of the intent `id`; `None` for one that is about no quality that can be measured.
pub fn of_intent(id: &str) -> Option<Program> {
    let qualities: &[Quality] = match id {
        "fix" => &[Quality::Fluent],
        "clearer" | "simpler" => &[Quality::Simple, Quality::Fluent],
        "formal" => &[Quality::Formal],
        "friendly" => &[Quality::Friendly],
        "polite" => &[Quality::Polite],
        "neutral" => &[Quality::Harmless, Quality::Fluent],
        "appropriate" => &[Quality::Appropriate, Quality::Harmless],
        _ => return None,
    };
    let toward = qualities.iter().map(|&quality| Goal::Toward(quality, Way::More));
    Some(Program { goals: toward.chain([Goal::Keep(Kept::Meaning)]).collect() })
}

#[cfg(test)]
mod tests {
    use emend_text::INTENTS;

    use super::*;

    #[test]
    fn programs_of_intents_are_ones_that_a_person_could_say() {
        let programs: Vec<Program> = INTENTS.iter().filter_map(|intent| of_intent(intent.id)).collect();
        assert_eq!(programs.len(), 8);
        for program in programs {
            assert_eq!(program.to_string().parse::<Program>().as_ref(), Ok(&program), "{program}");
            assert!(program.needs_model());
        }
        assert_eq!(of_intent("no such intent"), None);
    }
}
