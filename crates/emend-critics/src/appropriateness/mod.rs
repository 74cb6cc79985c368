//! Appropriateness: is a text fit for a fair discussion, and if not, why, where?
//!
//! Readable rules over the heads of the learned critic and over phrases; one file per reason. No head is trained on the
//! appropriateness corpus: its licence allows no shipped model. What the rules cannot see, such as a false fact or an
//! irony without its marks, they do not report.

mod clarity;
mod deception;
mod intensity;
mod openness;
mod orthography;
mod reason;
mod reasoning;
mod relevance;
mod sentence;
mod seriousness;
mod unclassified;

use emend_models::{Critic, Head, ModelError, Opinion};
use emend_text::{Format, Prose, Span, prose, sentences};

pub use self::reason::{Group, Reason};
use self::sentence::Sentence;
use crate::Judgement;
use crate::learned::Readings;

/// How much a slip of spelling weighs: when one word in so many is wrong, the text counts as ill written.
const SLIPS: f32 = 4.0;

/// What would derail a fair discussion.
#[derive(Debug, Clone, PartialEq)]
pub struct Diagnosis {
    /// In the order of the text.
    pub findings: Vec<Finding>,
    /// From 0 to 1: not toxic · what the findings of each group leave · at most half is lost by bad English.
    pub appropriate: f32,
    /// Whether the learned critic took part, or phrases alone.
    pub learned: bool,
}

/// One thing that a reader may object to.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// Where, in bytes of the text.
    pub span: Span,
    /// Of which sort.
    pub reason: Reason,
    /// How sure and how grave, from 0 to 1.
    pub score: f32,
    /// What is wrong with it, said to the writer, as the end of a sentence that begins with the words at `span`.
    pub message: String,
}

/// Findings in the prose of `text`. Of a sentence of more than about 90 tokens the critic reads the beginning.
pub(crate) fn diagnose(text: &str, format: Format, critic: Option<&Critic>) -> Result<Diagnosis, ModelError> {
    let parts: Vec<Prose> = prose(text, format);
    let placed: Vec<(Span, &[Span])> = parts
        .iter()
        .flat_map(|part| {
            let spans = sentences(text, part.span, &part.frozen);
            spans.into_iter().map(|span| (span, part.frozen.as_slice()))
        })
        .collect();
    let slices: Vec<&str> = placed.iter().map(|(span, _)| &text[span.start..span.end]).collect();
    let opinions: Vec<Opinion> = match critic {
        Some(critic) => critic.read(&slices)?,
        None => Vec::new(),
    };
    let sentences: Vec<Sentence<'_>> = placed
        .iter()
        .enumerate()
        .map(|(at, (span, frozen))| Sentence::new(text, *span, frozen, opinions.get(at)))
        .collect();
    let findings = findings(&sentences, critic);
    Ok(Diagnosis { appropriate: appropriate(&sentences, &findings), findings, learned: critic.is_some() })
}

/// The appropriateness of the rewrite.
pub(crate) fn judge(readings: &Readings<'_>) -> Option<Judgement> {
    let (text, reading) = (readings.pair.rewrite, &readings.rewrite);
    let passages = reading.passages.iter();
    let sentences: Vec<Sentence<'_>> =
        passages.map(|passage| Sentence::new(text, passage.span, &[], Some(passage.opinion))).collect();
    if sentences.is_empty() {
        return None;
    }
    let found = findings(&sentences, Some(reading.critic()));
    let weight = |finding: &Finding| finding.score * finding.reason.group().weight();
    let worst = found.iter().max_by(|a, b| weight(a).total_cmp(&weight(b)));
    Some(Judgement::graded(appropriate(&sentences, &found), || match worst {
        Some(worst) => {
            let words = crate::learned::excerpt(text, worst.span);
            format!("{}: \u{201c}{words}\u{201d} {}", worst.reason.label().to_lowercase(), worst.message)
        }
        None => "its wording may put readers off".into(),
    }))
}

fn findings(sentences: &[Sentence<'_>], critic: Option<&Critic>) -> Vec<Finding> {
    let mut found = Vec::new();
    for sentence in sentences {
        let before = found.len();
        intensity::find(sentence, &mut found);
        deception::find(sentence, &mut found);
        seriousness::find(sentence, &mut found);
        openness::find(sentence, &mut found);
        clarity::find(sentence, &mut found);
        relevance::find_phrases(sentence, &mut found);
        reasoning::find(sentence, &mut found);
        orthography::find(sentence, &mut found);
        if found.len() == before {
            unclassified::find(sentence, &mut found);
        }
    }
    if let Some(critic) = critic {
        relevance::find(sentences, critic, &mut found);
    }
    // Of two findings of one sort at one place, the surer one speaks.
    found.sort_by(|a, b| (a.span, a.reason).cmp(&(b.span, b.reason)).then(b.score.total_cmp(&a.score)));
    found.dedup_by_key(|finding| (finding.span, finding.reason));
    found
}

/// Not toxic anywhere · what the findings leave of each group · at most half is lost by bad English.
///
/// Of the groups that are looked for by their surest finding, one is enough; slips of spelling count by how many of the
/// words they are.
fn appropriate(sentences: &[Sentence<'_>], findings: &[Finding]) -> f32 {
    let words = sentences.iter().map(|sentence| sentence.words.len()).sum::<usize>().max(1) as f32;
    let left = |group: Group| {
        let in_group = findings.iter().filter(|finding| finding.reason.group() == group);
        let slips = in_group.clone().filter(|finding| finding.reason == Reason::DetrimentalOrthography);
        let slips = slips.map(|finding| finding.score).sum::<f32>() * SLIPS / words;
        let others = in_group.filter(|finding| finding.reason != Reason::DetrimentalOrthography);
        let surest = others.map(|finding| finding.score).fold(0.0, f32::max);
        1.0 - group.weight() * surest.max(slips).min(1.0)
    };
    let rules: f32 = Group::ALL.into_iter().map(left).product();
    heads(sentences).map_or(rules, |(harmless, fluent)| rules * harmless * (1.0 + fluent) / 2.0)
}

/// One less the highest toxicity, and the mean acceptability by length; `None` without a critic's opinions.
fn heads(sentences: &[Sentence<'_>]) -> Option<(f32, f32)> {
    let opinions =
        || sentences.iter().filter_map(|sentence| Some((sentence.span.len() as f32, sentence.opinion?)));
    let length: f32 = opinions().map(|(length, _)| length).sum();
    let toxic = opinions().map(|(_, opinion)| opinion.score(Head::Toxicity)).fold(0.0, f32::max);
    let fluent: f32 = opinions().map(|(length, opinion)| length * opinion.score(Head::Acceptability)).sum();
    (length > 0.0).then(|| (1.0 - toxic, fluent / length))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Diagnosis {
        diagnose(text, Format::Plain, None).unwrap()
    }

    #[track_caller]
    fn check(text: &str, at: &str, reason: Reason) {
        let diagnosis = found(text);
        let hit = diagnosis
            .findings
            .iter()
            .any(|finding| finding.reason == reason && &text[finding.span.start..finding.span.end] == at);
        assert!(hit, "{at:?} of {text:?} is not {reason:?}: {:#?}", diagnosis.findings);
        assert!(diagnosis.appropriate < 1.0);
    }

    #[test]
    fn phrases_show_each_reason() {
        check("Only a moron would build it there.", "moron", Reason::ExcessiveIntensity);
        check("We asked twice. GIVE IT BACK NOW.", "GIVE IT BACK NOW", Reason::ExcessiveIntensity);
        check("Is that so?!! Fine.", "?!!", Reason::ExcessiveIntensity);
        check("If you had a heart, you would sign.", "If you had a heart", Reason::EmotionalDeception);
        check("Trams are slow, lol.", "lol", Reason::MissingSeriousness);
        check("Taxes are theft, end of story.", "end of story", Reason::MissingOpenness);
        check("We need roads, stuff like that.", "stuff like that", Reason::UnclearMeaning);
        check("Off topic, but my cat is ill.", "Off topic", Reason::MissingRelevance);
        let circle = "The tax is unfair because it is an unfair tax.";
        check(circle, circle, Reason::ConfusingReasoning);
        check("It is sooo good.", "sooo", Reason::DetrimentalOrthography);
        check("The tram is definately late.", "definately", Reason::DetrimentalOrthography);
    }

    #[test]
    fn a_fair_argument_is_left_alone() {
        let fair = "I think the tram is worth its price, because it carries more people than the buses did. \
            NASA and the EU have published figures on this. Others may weigh the noise differently!";
        assert_eq!(found(fair).findings, []);
        assert!((found(fair).appropriate - 1.0).abs() < 1e-6);
        assert_eq!(found("").findings, []);
    }

    #[test]
    fn what_is_quoted_or_code_is_not_the_writers() {
        let text = "She said \u{201c}you are a stupid idiot\u{201d} and left. Run `shut up` then.";
        let diagnosis = diagnose(text, Format::Markdown, None).unwrap();
        assert_eq!(diagnosis.findings, []);
    }

    #[test]
    fn offsets_are_those_of_the_whole_text() {
        let text = "# \u{dc}ber uns\n\nFirst. \u{1f642} You IDIOT!\n";
        let diagnosis = diagnose(text, Format::Markdown, None).unwrap();
        let shown: Vec<&str> =
            diagnosis.findings.iter().map(|finding| &text[finding.span.start..finding.span.end]).collect();
        assert!(shown.contains(&"IDIOT"), "{diagnosis:?}");
    }

    #[test]
    fn an_attack_costs_more_than_a_misspelling() {
        let attack = found("You are a moron.").appropriate;
        let slip = found("You are a becuase.").appropriate;
        assert!(attack < 0.3 && slip > 0.7, "{attack} {slip}");
    }

    #[test]
    fn there_are_thirteen_reasons() {
        let groups: std::collections::BTreeSet<Group> = Reason::ALL.into_iter().map(Reason::group).collect();
        assert_eq!(groups.len() + Reason::ALL.len(), 13);
        let ids: std::collections::BTreeSet<&str> =
            Reason::ALL.into_iter().map(Reason::id).chain(Group::ALL.into_iter().map(Group::id)).collect();
        assert_eq!(ids.len(), 13);
    }
}
