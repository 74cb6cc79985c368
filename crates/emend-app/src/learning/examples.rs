//! Texts to learn from as what a run reads.

use emend_learn::examples::Examples;
use emend_models::Seq2Seq;

use super::texts::{Known, LearnText};
use super::{clean, prompts};

/// Texts as the model reads them, and how many do not fit it.
pub(crate) fn examples(model: &Seq2Seq, texts: &[LearnText]) -> (Examples, usize) {
    let mut examples = Examples::default();
    let mut left_out = 0;
    for text in texts.iter().filter(|text| text.known != Known::Clean) {
        let weight = text.weight;
        let Some(prompt) = prompts::prompt(model, &text.instruction, &text.source) else {
            left_out += 1;
            continue;
        };
        let fits = match &text.known {
            Known::Nothing | Known::Clean => Some(()),
            Known::Rewrite(rewrite) | Known::Guided(rewrite) => {
                prompts::demonstration(model, &prompt, rewrite, weight)
                    .map(|e| examples.demonstrations.push(e))
            }
            Known::Preference { chosen, rejected } => {
                prompts::pair(model, &prompt, (chosen, rejected), weight).map(|e| examples.pairs.push(e))
            }
            Known::Verdict { rewrite, accepted } => {
                prompts::verdict(model, &prompt, (rewrite, *accepted), weight)
                    .map(|e| examples.verdicts.push(e))
            }
            Known::Graded { rewrite, grade } => {
                examples.graded.push(prompts::graded(&prompt, rewrite, *grade));
                Some(())
            }
        };
        match fits {
            Some(()) => examples.prompts.push(prompt),
            None => left_out += 1,
        }
    }
    examples.clean = clean::clean(model, texts);
    (examples, left_out)
}
