//! What the critics think of an answer, as features. A line each, like those of [`FEATURES`](super::FEATURES).

use emend_critics::{Pair, Scores, goal};
use emend_text::Instruction;

use super::Features;

/// The critics' scores of a text as it was, and of its answer.
#[derive(Debug, Clone, Copy)]
pub struct Opinions<'a> {
    /// Of the text beside itself.
    pub before: &'a Scores,
    /// Of the text beside its answer.
    pub after: &'a Scores,
}

/// One number about an answer that needs critics.
pub struct OpinionFeature {
    /// Its name in files.
    pub id: &'static str,
    value: fn(&Seen<'_>) -> Option<f32>,
}

/// What such a feature sees.
struct Seen<'a> {
    opinions: Opinions<'a>,
    is_fix: bool,
    /// How far the goal of the intent is reached, before and after; `None` for an intent without one.
    aim: Option<(f32, f32)>,
}

/// All of them. A critic without its means says nothing, and the feature is absent.
#[rustfmt::skip]
pub static OPINIONS: &[OpinionFeature] = &[
    OpinionFeature { id: "critic_clean", value: |s| s.after("clean") },
    OpinionFeature { id: "critic_clean_gain", value: |s| s.gain("clean") },
    OpinionFeature { id: "critic_fluency", value: |s| s.after("fluency") },
    OpinionFeature { id: "critic_fluency_gain", value: |s| s.gain("fluency") },
    OpinionFeature { id: "critic_meaning", value: |s| s.after("meaning") },
    OpinionFeature { id: "critic_harmless", value: |s| s.after("harmless") },
    OpinionFeature { id: "critic_harmless_gain", value: |s| s.gain("harmless") },
    OpinionFeature { id: "critic_politeness", value: |s| s.after("politeness") },
    OpinionFeature { id: "critic_politeness_gain", value: |s| s.gain("politeness") },
    OpinionFeature { id: "critic_formality", value: |s| s.after("formality") },
    OpinionFeature { id: "critic_formality_gain", value: |s| s.gain("formality") },
    OpinionFeature { id: "critic_appropriate", value: |s| s.after("appropriate") },
    OpinionFeature { id: "critic_appropriate_gain", value: |s| s.gain("appropriate") },
    OpinionFeature { id: "critic_readability", value: |s| s.after("readability") },
    OpinionFeature { id: "critic_readability_gain", value: |s| s.gain("readability") },
    OpinionFeature { id: "critic_lints", value: |s| s.after("lints") },
    OpinionFeature { id: "critic_lints_before", value: |s| s.before("lints") },
    // A linear head cannot see that errors left behind are worse where errors were to be mended.
    OpinionFeature { id: "fix_lints", value: |s| s.after("lints").filter(|_| s.is_fix) },
    OpinionFeature { id: "fix_lints_before", value: |s| s.before("lints").filter(|_| s.is_fix) },
    OpinionFeature { id: "fix_clean", value: |s| s.after("clean").filter(|_| s.is_fix) },
    OpinionFeature { id: "fix_fluency", value: |s| s.after("fluency").filter(|_| s.is_fix) },
    // What the intent is for.
    OpinionFeature { id: "aim", value: |s| s.aim.map(|(_, after)| after) },
    OpinionFeature { id: "aim_gain", value: |s| s.aim.map(|(before, after)| after - before) },
];

impl Seen<'_> {
    fn before(&self, critic: &str) -> Option<f32> {
        self.opinions.before.get(critic).map(|judgement| judgement.score)
    }

    fn after(&self, critic: &str) -> Option<f32> {
        self.opinions.after.get(critic).map(|judgement| judgement.score)
    }

    fn gain(&self, critic: &str) -> Option<f32> {
        Some(self.after(critic)? - self.before(critic)?)
    }
}

/// The features of an answer that its critics know.
pub fn opinion_features(pair: &Pair<'_>, opinions: Opinions<'_>) -> Features {
    let same = Pair { rewrite: pair.source, ..*pair };
    let aim = aim(pair, opinions.after).map(|after| (aim(&same, opinions.before).unwrap_or(after), after));
    let is_fix = matches!(pair.instruction, Instruction::Intent(intent) if intent.id == "fix");
    let seen = Seen { opinions, is_fix, aim };
    let values = OPINIONS.iter().filter_map(|feature| Some((feature.id, (feature.value)(&seen)?)));
    values.filter(|(_, value)| value.is_finite()).collect()
}

/// How far a rewrite reaches what its intent is for; `None` for an intent without a goal, and without the learned critic,
/// which every goal of an intent asks.
pub(crate) fn aim(pair: &Pair<'_>, scores: &Scores) -> Option<f32> {
    let Instruction::Intent(intent) = pair.instruction else { return None };
    scores.get("meaning")?;
    Some(goal::of_intent(intent.id)?.measure(pair, scores).score)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use emend_critics::Critics;
    use emend_text::{Glossary, INTENTS, intent};

    use super::super::FEATURES;
    use super::*;

    #[test]
    fn ids_are_distinct_from_all_others() {
        let ids = || {
            let features = FEATURES.iter().map(|feature| feature.id);
            features.chain(OPINIONS.iter().map(|f| f.id)).chain(INTENTS.iter().map(|intent| intent.id))
        };
        assert_eq!(ids().collect::<BTreeSet<_>>().len(), ids().count());
    }

    #[test]
    fn what_has_no_means_is_absent() {
        let glossary = Glossary::default();
        let about = |id: &str| {
            let instruction = Instruction::Intent(intent(id).expect("an intent"));
            let source = "Notwithstanding considerable administrative complications, everybody participated.";
            let pair =
                Pair { source, rewrite: "We all did it.", instruction: &instruction, glossary: &glossary };
            let same = Pair { rewrite: source, ..pair };
            let scores = Critics::new(None).judge(&[same, pair], None).expect("no model, no failure");
            opinion_features(&pair, Opinions { before: &scores[0], after: &scores[1] })
        };
        let simpler = about("simpler");
        assert!(simpler["critic_readability_gain"] > 0.2, "{simpler:?}");
        for absent in ["critic_clean", "fix_lints", "aim"] {
            assert!(!simpler.contains_key(absent), "{absent}");
        }
    }
}
