//! Own instructions: the wishes that a person wants at hand again.

use emend_text::OwnInstruction;

use crate::AppError;
use crate::app::App;

/// Most instructions that are kept; beyond that a list is no help in finding one.
const MOST: usize = 100;

impl App {
    /// The saved instructions, in the order in which they were saved.
    pub fn instructions(&self) -> Result<Vec<String>, AppError> {
        Ok(self.settings()?.settings.instructions)
    }

    /// Saves an instruction. One that is there already stays where it is.
    pub fn save_instruction(&self, typed: &str) -> Result<(), AppError> {
        let text = own_instruction(typed)?.as_str().to_owned();
        let mut full = false;
        self.change_settings(|settings| {
            if settings.instructions.contains(&text) {
                return;
            }
            full = settings.instructions.len() >= MOST;
            if !full {
                settings.instructions.push(text);
            }
        })?;
        if full {
            let expected = format!("at most {MOST}");
            let found = "one more; remove one that you no longer use".to_owned();
            return Err(AppError::Invalid { what: "the saved instructions", expected, found });
        }
        Ok(())
    }

    /// Removes an instruction; one that is not there is not missed.
    pub fn remove_instruction(&self, text: &str) -> Result<(), AppError> {
        self.change_settings(|settings| settings.instructions.retain(|saved| saved != text.trim()))
    }
}

/// What was typed, checked and trimmed.
pub fn own_instruction(typed: &str) -> Result<OwnInstruction, AppError> {
    OwnInstruction::new(typed).map_err(|error| AppError::Invalid {
        what: "the instruction",
        expected: "one line that says what to change".to_owned(),
        found: error.to_string(),
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::verbs::tests::open;

    #[tokio::test]
    async fn instructions_are_saved_once_and_removed() {
        let (app, _folder) = open().await;
        for typed in ["Use British spelling", "  Make it rhyme ", "Use British spelling"] {
            app.save_instruction(typed).unwrap();
        }
        assert_eq!(app.instructions().unwrap(), ["Use British spelling", "Make it rhyme"]);
        app.remove_instruction("Use British spelling").unwrap();
        app.remove_instruction("Never saved").unwrap();
        assert_eq!(app.instructions().unwrap(), ["Make it rhyme"]);
    }

    #[tokio::test]
    async fn what_is_no_instruction_is_refused() {
        let (app, _folder) = open().await;
        for typed in ["", "two\nlines", &"long ".repeat(200)] {
            let error = app.save_instruction(typed).unwrap_err();
            assert_eq!(error.code(), "invalid", "{error}");
        }
        assert_eq!(app.instructions().unwrap(), Vec::<String>::new());
    }

    #[tokio::test]
    async fn the_list_has_an_end() {
        let (app, _folder) = open().await;
        for number in 0..MOST {
            app.save_instruction(&format!("Wish {number}")).unwrap();
        }
        assert!(app.save_instruction("One more").is_err());
        app.save_instruction("Wish 3").unwrap();
        assert_eq!(app.instructions().unwrap().len(), MOST);
    }
}
