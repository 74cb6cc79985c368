//! Who answers: the small tier when it is sure, after a second thought when it nearly is, and the large tier else.
//!
//! Source: Chen et al. 2023 (`FrugalGPT`), Gupta et al. 2024, and Zhu et al. 2024 for rewriting. What the small tier found
//! is kept until the large one has something better: when that fails, is cancelled or is not fit to be shown, the small
//! answer stands.

use std::collections::BTreeSet;
use std::fmt;

use crate::confidence::{AGREEMENT, AGREEMENT_UNCHANGED, AGREEMENT_WHOLE, Calibration, Features, is_refused};
use crate::{AskCritics, Candidate, Rewriter, SkipClean, TellCritics};

/// A stage of the cascade.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tier {
    /// The model that comes first.
    Small,
    /// The one that is asked when the small one is not sure.
    Large,
}

impl Tier {
    /// Name in files and on the command line. Never changes.
    pub fn id(self) -> &'static str {
        match self {
            Self::Small => "small",
            Self::Large => "large",
        }
    }
}

/// The models that may answer and when each is asked.
#[derive(Clone, Copy)]
pub struct Cascade<'a> {
    /// Drafts first.
    pub small: &'a dyn Rewriter,
    /// Drafts what the small one is not sure of, if there is one.
    pub large: Option<&'a dyn Rewriter>,
    /// Says what the critics think of the small one's answers. Without it nothing is ranked and confidence knows less.
    pub critics: Option<&'a AskCritics<'a>>,
    /// Tells them of the originals before the small one writes; what it leaves as it is has then been judged meanwhile.
    pub ahead: Option<&'a TellCritics<'a>>,
    /// Finds sentences of a long text that nobody need be asked about.
    pub skip: Option<SkipClean<'a>>,
    /// Of the small one's answers. Without it nobody knows how sure they are, and all are accepted.
    pub calibration: Option<&'a Calibration>,
    /// When the large one is asked.
    pub policy: Policy,
}

/// When the large tier is asked.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Policy {
    /// Never.
    Small,
    /// Always, and the small one never.
    Large,
    /// When the small one is not sure enough.
    Auto(Thresholds),
    /// Never; but the small one thinks about everything for a second time, so that a calibration can be fitted to both
    /// its first and its second thoughts. Its first draft stays the answer.
    Study,
}

/// From which confidence on an answer is accepted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Thresholds {
    /// At least this: accepted.
    pub accept: f64,
    /// Below this the large tier is asked at once; between the two, the small one thinks again first.
    pub escalate: f64,
    /// Share of accepted answers that the large tier rewrites all the same, so that the calibration can be checked.
    pub audit: f64,
}

/// Samples behind a second thought.
pub(crate) const SAMPLES: usize = 4;

impl<'a> Cascade<'a> {
    /// One model that answers everything.
    pub fn alone(small: &'a dyn Rewriter) -> Self {
        Self {
            small,
            large: None,
            critics: None,
            ahead: None,
            skip: None,
            calibration: None,
            policy: Policy::Small,
        }
    }

    /// Who plans: segments are as long as it can read at once.
    pub(crate) fn reader(&self) -> &'a dyn Rewriter {
        match (self.policy, self.large) {
            (Policy::Large, Some(large)) => large,
            _ => self.small,
        }
    }

    /// Whether the large tier is expected to do better than an answer with these features; so it is where nobody knows.
    fn is_worth_asking(&self, features: &Features) -> bool {
        let both = self.calibration.zip(self.large);
        both.is_none_or(|(known, large)| known.is_worth_a_call(large.name(), features))
    }

    /// What is to be done about an answer of the small tier.
    pub(crate) fn next(&self, decision: &Decision, audited: impl FnOnce(f64) -> bool) -> Next {
        let (thresholds, confidence) = match (self.policy, decision.confidence) {
            (Policy::Study, _) => return Next::Think,
            (Policy::Auto(thresholds), Some(confidence)) => (thresholds, f64::from(confidence)),
            _ => return Next::Accept,
        };
        if self.large.is_none() {
            // Whatever a second thought would say, nobody else can be asked.
            return Next::Accept;
        }
        // A refused draft is no answer, and how sure its writer is that the text may stay says little about it.
        if is_refused(&decision.features) && self.is_worth_asking(&decision.features) {
            return Next::Escalate;
        }
        if confidence >= thresholds.accept {
            return if audited(thresholds.audit) { Next::Audit } else { Next::Accept };
        }
        if confidence >= thresholds.escalate {
            Next::Think
        } else if self.is_worth_asking(&decision.features) {
            Next::Escalate
        } else {
            Next::Spare
        }
    }

    /// What is to be done after a second thought: the answer is accepted, or the large tier is asked or spared.
    pub(crate) fn after_thought(&self, decision: &Decision) -> Next {
        match (self.policy, decision.confidence) {
            (Policy::Auto(thresholds), Some(confidence))
                if self.large.is_some() && f64::from(confidence) < thresholds.accept =>
            {
                if self.is_worth_asking(&decision.features) { Next::Escalate } else { Next::Spare }
            }
            _ => Next::Accept,
        }
    }
}

/// What is to be done about an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Next {
    Accept,
    Audit,
    Think,
    Escalate,
    /// Nobody is sure, and the large tier would not do better.
    Spare,
}

/// Who answered a segment, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    /// Whose answer it is.
    pub tier: Tier,
    /// How sure the small tier was of its own, from 0 to 1; `None` when it is not calibrated or was not asked.
    pub confidence: Option<f32>,
    /// How it came to this.
    pub path: Path,
    /// What the confidence is made of.
    pub features: Features,
}

impl Decision {
    /// A segment that no model was asked about, or the answer of a model that was asked alone.
    pub(crate) fn of(tier: Tier, confidence: Option<f32>, features: Features) -> Self {
        Self { tier, confidence, path: Path::Accepted, features }
    }
}

/// How the answer was chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Path {
    /// The first answer.
    Accepted,
    /// The small tier's, after it had compared further drafts of its own: the one that the critics like best.
    SecondThought,
    /// The large tier's, because the small one was not sure.
    Escalated,
    /// The small tier was sure; the large one's answer is beside it for comparison.
    Audited,
    /// The small tier's, though it was not sure: the large one is not expected to do better.
    LargeSpared,
    /// The large tier was asked and had nothing better: the small one's answer stands.
    LargeDeclined,
    /// The large tier failed: the small one's answer stands.
    LargeFailed {
        /// What went wrong, in words.
        reason: String,
    },
    /// Somebody asked to stop while the large tier was writing: the small one's answer stands.
    LargeCancelled,
}

impl fmt::Display for Decision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sure = |f: &mut fmt::Formatter<'_>| match self.confidence {
            Some(confidence) => write!(f, "{:.0}% sure", confidence * 100.0),
            None => f.write_str("not sure"),
        };
        match &self.path {
            Path::Accepted => match (self.tier, self.confidence) {
                (Tier::Small, Some(confidence)) => write!(f, "{:.0}% sure", confidence * 100.0),
                (Tier::Small, None) => f.write_str("the small model's first answer"),
                (Tier::Large, _) => f.write_str("the large model's answer, as asked for"),
            },
            Path::SecondThought => sure(f).and_then(|()| f.write_str(" after a second thought")),
            Path::Escalated if is_refused(&self.features) => {
                f.write_str("the large model's answer: the small one's had to be refused")
            }
            Path::Escalated => {
                f.write_str("the large model's answer: the small one was only ").and_then(|()| sure(f))
            }
            Path::Audited => sure(f).and_then(|()| f.write_str("; the large model's answer is beside it")),
            Path::LargeSpared => {
                sure(f).and_then(|()| f.write_str("; the large model is not expected to do better"))
            }
            Path::LargeDeclined => sure(f).and_then(|()| f.write_str("; the large model had nothing better")),
            Path::LargeFailed { reason } => {
                sure(f).and_then(|()| write!(f, "; the large model could not be asked: {reason}"))
            }
            Path::LargeCancelled => sure(f).and_then(|()| f.write_str("; the large model was stopped")),
        }
    }
}

/// What further drafts say about an answer: names and values of the features of a second thought.
///
/// `answer` and `samples` are candidates, or `None` for the original.
pub(crate) fn agreement(answer: Option<&Candidate>, samples: &[Option<Candidate>]) -> Features {
    let edits = |candidate: Option<&Candidate>| -> BTreeSet<(usize, usize, String)> {
        candidate
            .into_iter()
            .flat_map(|candidate| &candidate.edits)
            .map(|edit| (edit.span.start, edit.span.end, edit.replacement.clone()))
            .collect()
    };
    let own = edits(answer);
    let number = samples.len().max(1) as f32;
    let jaccard = |sample: &Option<Candidate>| {
        let other = edits(sample.as_ref());
        let union = own.union(&other).count();
        if union == 0 { 1.0 } else { own.intersection(&other).count() as f32 / union as f32 }
    };
    let overlaps: Vec<f32> = samples.iter().map(jaccard).collect();
    let same = overlaps.iter().filter(|&&overlap| overlap >= 1.0).count() as f32;
    let unchanged = samples.iter().filter(|sample| sample.is_none()).count() as f32;
    Features::from([
        (AGREEMENT, overlaps.iter().sum::<f32>() / number),
        (AGREEMENT_WHOLE, same / number),
        (AGREEMENT_UNCHANGED, unchanged / number),
    ])
}

/// Whether this text is one of the `share` that is audited: a property of the text, so that a document gives the same
/// answers twice.
pub(crate) fn is_audited(text: &str, share: f64) -> bool {
    ((fnv_1a(text) >> 11) as f64 / (1u64 << 53) as f64) < share
}

/// A number that belongs to a text: any hash that no one can steer by accident will do, and that is the same everywhere.
pub(crate) fn fnv_1a(text: &str) -> u64 {
    text.bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::confidence::VETOED;

    #[test]
    fn audits_are_the_stated_share() {
        let audited = (0..20_000).filter(|i| is_audited(&format!("Sentence number {i}."), 0.02)).count();
        assert!((300..500).contains(&audited), "{audited}");
        assert!(!is_audited("anything", 0.0) && is_audited("anything", 1.0));
    }

    #[test]
    fn decisions_are_told_in_words() {
        let said = |tier, confidence, path| {
            Decision { tier, confidence, path, features: Features::new() }.to_string()
        };
        assert_eq!(said(Tier::Small, Some(0.914), Path::Accepted), "91% sure");
        assert_eq!(
            said(Tier::Large, Some(0.41), Path::Escalated),
            "the large model's answer: the small one was only 41% sure"
        );
        let features = Features::from([(VETOED, 1.0)]);
        let refused = Decision { tier: Tier::Large, confidence: Some(0.9), path: Path::Escalated, features };
        assert_eq!(refused.to_string(), "the large model's answer: the small one's had to be refused");
        assert_eq!(
            said(Tier::Small, Some(0.3), Path::LargeFailed { reason: "it was killed".into() }),
            "30% sure; the large model could not be asked: it was killed"
        );
    }
}
