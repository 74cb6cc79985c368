//! The large model as a guide: it writes the rewrites that a run with a guide begins with.
//!
//! It is asked before the run, once for each text, and what it wrote lies in the run's folder: a run that goes on does not ask
//! again, and none waits for it between steps.

use std::collections::HashSet;
use std::ops::ControlFlow;
use std::path::PathBuf;

use emend_decode::Cancel;
use emend_engine::{Drafted, Drafting, Prompt, Rewriter};

use super::texts::{Known, LearnText};
use crate::AppError;
use crate::large_tier::{self, LargeChoice};

/// Texts between two looks at whether it is to go on.
const AT_ONCE: usize = 8;

/// The texts with a rewrite of the large model for each that has none of somebody's; `None` when it was stopped. `on` hears how
/// many of how many are written, and says whether to go on.
pub(crate) fn guided(
    mut texts: Vec<LearnText>,
    choice: LargeChoice,
    folders: &[PathBuf],
    cancel: &Cancel,
    mut on: impl FnMut(usize, usize) -> ControlFlow<()>,
) -> Result<Option<Vec<LearnText>>, AppError> {
    let missing = without_rewrite(&texts);
    if missing.is_empty() {
        return Ok(Some(texts));
    }
    let guide = large_tier::open(choice, folders)?.rewriter;
    let mut written = Vec::with_capacity(missing.len());
    for (number, texts) in missing.chunks(AT_ONCE).enumerate() {
        if on(number * AT_ONCE, missing.len()).is_break() {
            return Ok(None);
        }
        let Some(rewrites) = rewritten(&*guide, texts, cancel)? else { return Ok(None) };
        written.extend(rewrites);
    }
    texts.extend(written);
    Ok(Some(texts))
}

/// One of each wish and text that nobody rewrote and that needs a rewrite.
fn without_rewrite(texts: &[LearnText]) -> Vec<LearnText> {
    let about = |text: &LearnText| (text.instruction.label().to_owned(), text.source.clone());
    let is_rewrite = |text: &&LearnText| matches!(text.known, Known::Rewrite(_) | Known::Guided(_));
    let mut seen: HashSet<_> = texts.iter().filter(is_rewrite).map(about).collect();
    let is_clean = |text: &LearnText| text.known == Known::Clean;
    texts.iter().filter(|text| !is_clean(text) && seen.insert(about(text))).cloned().collect()
}

/// What the guide makes of texts; one of which it makes nothing is left out. `None` when cancelled.
fn rewritten(
    guide: &dyn Rewriter,
    texts: &[LearnText],
    cancel: &Cancel,
) -> Result<Option<Vec<LearnText>>, AppError> {
    let prompts: Vec<Prompt<'_>> =
        texts.iter().map(|text| Prompt { instruction: &text.instruction, text: &text.source }).collect();
    let Drafted::Done(drafts) = guide.draft(&prompts, &Drafting::Best, cancel)? else { return Ok(None) };
    let known = |(text, drafts): (&LearnText, Vec<emend_engine::Draft>)| {
        let draft = drafts.into_iter().next().filter(|draft| !draft.text.trim().is_empty())?;
        Some(LearnText { known: Known::Guided(draft.text), weight: 1.0, ..text.clone() })
    };
    Ok(Some(texts.iter().zip(drafts).filter_map(known).collect()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use emend_text::{Instruction, intent};

    use super::*;

    /// The large model itself is asked by the acceptance tests: its process is the whole program.
    #[test]
    fn each_text_that_nobody_rewrote_is_asked_about_once() {
        let text = |source: &str, intent_id: &str, known| {
            let instruction = Instruction::Intent(intent(intent_id).unwrap());
            LearnText { instruction, source: source.to_owned(), known, weight: 0.5 }
        };
        let refused = || Known::Verdict { rewrite: "X".into(), accepted: false };
        let texts = [
            text("She have two cat.", "fix", refused()),
            text("She have two cat.", "fix", Known::Nothing),
            text("She have two cat.", "shorter", Known::Guided("Two cats.".into())),
            text("He go home.", "fix", refused()),
            text("He go home.", "fix", Known::Rewrite("He goes home.".into())),
            text("They was late.", "fix", Known::Nothing),
            text("It is late.", "fix", Known::Clean),
        ];
        assert_eq!(without_rewrite(&texts), [texts[0].clone(), texts[5].clone()]);
    }
}
