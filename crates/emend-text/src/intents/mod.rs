//! What a person can ask for. An intent is data; one file each.
//!
//! A good intent is a verb that people use ("make it shorter"), can be told apart from the others by its results, and
//! says in numbers what it may change: a rewrite outside its window or over its budget is not offered. To add one, copy
//! `fix.rs`, the smallest, and list it in [`INTENTS`]. The models are trained on the first wording of `instructions`,
//! so that one is changed only together with a model.

mod appropriate;
mod clearer;
mod coherent;
mod fix;
mod formal;
mod friendly;
mod neutral;
mod own;
mod paraphrase;
mod polite;
mod shorter;
mod simpler;

pub use own::{LONGEST_OWN_INSTRUCTION, OwnInstruction, OwnInstructionError};

/// How much text an intent needs to see at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Unit {
    /// One sentence after the other.
    Sentence,
    /// A paragraph as a whole.
    Paragraph,
}

/// Bounds of a ratio, both included.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Window {
    /// Smallest.
    pub min: f32,
    /// Greatest.
    pub max: f32,
}

impl Window {
    /// Whether `ratio` lies within.
    pub fn contains(self, ratio: f32) -> bool {
        (self.min..=self.max).contains(&ratio)
    }
}

/// Something that a person can ask for with one key.
#[derive(Debug, Clone, PartialEq)]
pub struct Intent {
    /// Name in files, on the command line and across processes. Never changes.
    pub id: &'static str,
    /// Name in the palette.
    pub label: &'static str,
    /// One sentence below the label: what will happen to the text.
    pub description: &'static str,
    /// The key that picks it in the palette: a letter of the label, different for each intent.
    pub shortcut: char,
    /// What the model is given at once.
    pub unit: Unit,
    /// Wordings for an instruction model, without colon. The first is used; the others vary the training data.
    pub instructions: &'static [&'static str],
    /// The task as said to a chat model.
    pub chat_instruction: &'static str,
    /// Words of the rewrite divided by words of the source.
    pub length_window: Window,
    /// Greatest share of the source's words that may change, from 0 to 1.
    pub edit_budget: f32,
    /// Whether what grammar rules would correct belongs to it.
    pub rules: bool,
    /// Checks that a rewrite must pass, by id, besides window and budget.
    pub guards: &'static [&'static str],
}

/// All intents in the order of the palette.
pub static INTENTS: &[&Intent] = &[
    &fix::FIX,
    &clearer::CLEARER,
    &simpler::SIMPLER,
    &shorter::SHORTER,
    &formal::FORMAL,
    &friendly::FRIENDLY,
    &polite::POLITE,
    &neutral::NEUTRAL,
    &appropriate::APPROPRIATE,
    &paraphrase::PARAPHRASE,
    &coherent::COHERENT,
];

/// The intent with this id.
pub fn intent(id: &str) -> Option<&'static Intent> {
    INTENTS.iter().copied().find(|intent| intent.id == id)
}

/// What to do with a text: one of the intents, or own words.
#[derive(Debug, Clone, PartialEq)]
pub enum Instruction {
    /// Picked from the palette.
    Intent(&'static Intent),
    /// Typed.
    Own(OwnInstruction),
}

impl Instruction {
    /// Whether what grammar rules would correct belongs to it.
    pub fn is_corrected(&self) -> bool {
        match self {
            Instruction::Intent(intent) => intent.rules,
            Instruction::Own(_) => false,
        }
    }

    /// What an instruction model reads: `Fix the grammar: {text}`.
    ///
    /// Own words lose a full stop or colon at their end, so that the form is always the same.
    pub fn prompt(&self, text: &str) -> String {
        let instruction = match self {
            Instruction::Intent(intent) => intent.instructions.first().copied().unwrap_or(intent.label),
            Instruction::Own(own) => own.as_str().trim_end_matches(['.', ':', ' ']),
        };
        format!("{instruction}: {text}")
    }

    /// What to call it on the screen.
    pub fn label(&self) -> &str {
        match self {
            Instruction::Intent(intent) => intent.label,
            Instruction::Own(own) => own.as_str(),
        }
    }

    /// The intent's id, or `own`.
    pub fn id(&self) -> &'static str {
        match self {
            Instruction::Intent(intent) => intent.id,
            Instruction::Own(_) => "own",
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// Every guard that an intent may name.
    const GUARDS: [&str; 8] =
        ["protected", "words", "length", "repetition", "negation", "content", "meaning", "fluency"];

    #[test]
    fn ids_labels_shortcuts_and_wordings_are_distinct() {
        let distinct = |values: Vec<String>| values.len() == values.iter().collect::<BTreeSet<_>>().len();
        assert!(distinct(INTENTS.iter().map(|intent| intent.id.to_owned()).collect()));
        assert!(distinct(INTENTS.iter().map(|intent| intent.label.to_owned()).collect()));
        assert!(distinct(INTENTS.iter().map(|intent| intent.shortcut.to_string()).collect()));
        let wordings = INTENTS.iter().flat_map(|intent| intent.instructions.iter());
        assert!(distinct(wordings.map(|wording| wording.to_lowercase()).collect()));
    }

    #[test]
    fn every_intent_is_complete() {
        for intent in INTENTS {
            let id = intent.id;
            assert!(intent.shortcut.is_ascii_lowercase(), "{id}: shortcut");
            assert!(
                intent.label.to_lowercase().contains(intent.shortcut),
                "{id}: the shortcut is in the label"
            );
            assert!(intent.description.ends_with('.'), "{id}: the description is a sentence");
            assert!(!intent.instructions.is_empty(), "{id}: no wording");
            for wording in intent.instructions {
                let letters =
                    wording.starts_with(char::is_uppercase) && wording.ends_with(char::is_alphabetic);
                assert!(letters, "{id}: {wording:?} starts with a capital and ends without a mark");
            }
            assert!(
                intent.chat_instruction.ends_with('.'),
                "{id}: the chat instruction is made of sentences"
            );
            let Window { min, max } = intent.length_window;
            assert!(0.0 < min && min <= 1.0 && 1.0 <= max, "{id}: an unchanged text must fit the window");
            assert!(0.0 < intent.edit_budget && intent.edit_budget <= 1.0, "{id}: budget");
            assert!(intent.guards.contains(&"protected"), "{id}: names and numbers are always guarded");
            assert!(intent.guards.iter().all(|guard| GUARDS.contains(guard)), "{id}: unknown guard");
        }
    }

    /// The models were trained on exactly these.
    #[test]
    fn first_wordings_are_those_of_the_training_data() {
        let first: Vec<_> = INTENTS.iter().map(|intent| (intent.id, intent.instructions[0])).collect();
        let trained = [
            ("fix", "Fix the grammar"),
            ("clearer", "Make this clearer"),
            ("simpler", "Simplify this"),
            ("shorter", "Make this shorter"),
            ("formal", "Write this more formally"),
            ("friendly", "Make this friendlier"),
            ("polite", "Make this more polite"),
            ("neutral", "Write in a more neutral way"),
            ("appropriate", "Make this appropriate"),
            ("paraphrase", "Paraphrase this"),
            ("coherent", "Make this text coherent"),
        ];
        assert_eq!(first, trained);
    }

    #[test]
    fn prompts_have_one_form() {
        let fix = Instruction::Intent(intent("fix").unwrap());
        assert_eq!(fix.prompt("He go."), "Fix the grammar: He go.");
        assert_eq!((fix.id(), fix.label()), ("fix", "Fix grammar"));
        let own = Instruction::Own(OwnInstruction::new("Make it rhyme.").unwrap());
        assert_eq!(own.prompt("He go."), "Make it rhyme: He go.");
        assert_eq!((own.id(), own.label()), ("own", "Make it rhyme."));
        assert_eq!(intent("louder"), None);
    }
}
