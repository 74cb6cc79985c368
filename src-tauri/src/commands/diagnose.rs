//! What in the text would derail a fair discussion.

use emend_app::Finding;
use emend_app::verbs::diagnose::is_other_language;
use emend_text::{Format, Span, prose, sentences};
use tauri::State;

use crate::dto::AppErrorDto;
use crate::dto::diagnosis::{DiagnosisDto, FindingDto};
use crate::refusal::refusal;
use crate::state::Desktop;
use crate::utf16::Offsets;

/// Diagnoses one paragraph, on the critics' own thread; offsets count within it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn diagnose(desktop: State<'_, Desktop>, text: String) -> Result<DiagnosisDto, AppErrorDto> {
    let app = desktop.app()?;
    if is_other_language(&text) {
        return Ok(DiagnosisDto::OtherLanguage);
    }
    let diagnosis = app.diagnose(&text, Format::Markdown).await.map_err(refusal)?;
    let offsets = Offsets::new(&text);
    let whole: Vec<Span> = prose(&text, Format::Markdown)
        .iter()
        .flat_map(|part| sentences(&text, part.span, &part.frozen))
        .collect();
    let findings = diagnosis.findings.into_iter().map(|found| finding_dto(found, &whole, &offsets)).collect();
    Ok(DiagnosisDto::Judged { learned: diagnosis.learned, findings })
}

fn finding_dto(finding: Finding, sentences: &[Span], offsets: &Offsets<'_>) -> FindingDto {
    let (start, end) = offsets.to_page(finding.span);
    let (sentence_start, sentence_end) = offsets.to_page(around(finding.span, sentences));
    FindingDto {
        start,
        end,
        reason: finding.reason.id().into(),
        label: finding.reason.label().into(),
        group: finding.reason.group().id().replace('_', " "),
        score: (100.0 * finding.score).round() as u8,
        message: finding.message,
        sentence_start,
        sentence_end,
    }
}

/// The sentences that a span touches, as one span; a repair of less than a sentence cannot be a good one.
fn around(span: Span, sentences: &[Span]) -> Span {
    let touched = sentences.iter().filter(|sentence| sentence.overlaps(span));
    touched.fold(span, |all, sentence| Span::new(all.start.min(sentence.start), all.end.max(sentence.end)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repair_takes_the_sentences_that_the_words_stand_in() {
        let text = "It rains. Only a moron walks. So take the tram.";
        let whole = sentences(text, Span::new(0, text.len()), &[]);
        let of = |words: &str| {
            let start = text.find(words).unwrap();
            around(Span::new(start, start + words.len()), &whole).of(text).unwrap()
        };
        assert_eq!(of("moron"), "Only a moron walks.");
        assert_eq!(of("walks. So"), "Only a moron walks. So take the tram.");
    }
}
