//! The taxonomy of Ziegenbein et al. 2023: four groups of nine reasons.

/// Why a contribution to a discussion is not appropriate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Reason {
    /// More emotion than the matter bears: attacks, swearing, shouting.
    ExcessiveIntensity,
    /// Emotion as a means: guilt, fear and pity in the place of a reason.
    EmotionalDeception,
    /// Jokes, sneers, no interest in the matter.
    MissingSeriousness,
    /// No room for another opinion.
    MissingOpenness,
    /// It cannot be made out what is meant.
    UnclearMeaning,
    /// It is about something else.
    MissingRelevance,
    /// What is given as a reason is none.
    ConfusingReasoning,
    /// Spelling, grammar and marks that keep one from reading.
    DetrimentalOrthography,
    /// Something else.
    Unclassified,
}

/// The upper level of the taxonomy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Group {
    /// Emotions that harm the discussion.
    ToxicEmotions,
    /// No will to discuss.
    MissingCommitment,
    /// Hard to understand.
    MissingIntelligibility,
    /// Everything else.
    Other,
}

impl Reason {
    /// Every reason, in the order of the groups.
    pub const ALL: [Reason; 9] = [
        Reason::ExcessiveIntensity,
        Reason::EmotionalDeception,
        Reason::MissingSeriousness,
        Reason::MissingOpenness,
        Reason::UnclearMeaning,
        Reason::MissingRelevance,
        Reason::ConfusingReasoning,
        Reason::DetrimentalOrthography,
        Reason::Unclassified,
    ];

    /// The group that it belongs to.
    pub fn group(self) -> Group {
        match self {
            Reason::ExcessiveIntensity | Reason::EmotionalDeception => Group::ToxicEmotions,
            Reason::MissingSeriousness | Reason::MissingOpenness => Group::MissingCommitment,
            Reason::UnclearMeaning | Reason::MissingRelevance | Reason::ConfusingReasoning => {
                Group::MissingIntelligibility
            }
            Reason::DetrimentalOrthography | Reason::Unclassified => Group::Other,
        }
    }

    /// Name in files and on the command line.
    pub fn id(self) -> &'static str {
        match self {
            Reason::ExcessiveIntensity => "excessive_intensity",
            Reason::EmotionalDeception => "emotional_deception",
            Reason::MissingSeriousness => "missing_seriousness",
            Reason::MissingOpenness => "missing_openness",
            Reason::UnclearMeaning => "unclear_meaning",
            Reason::MissingRelevance => "missing_relevance",
            Reason::ConfusingReasoning => "confusing_reasoning",
            Reason::DetrimentalOrthography => "detrimental_orthography",
            Reason::Unclassified => "unclassified",
        }
    }

    /// Name for people.
    pub fn label(self) -> &'static str {
        match self {
            Reason::ExcessiveIntensity => "Excessive intensity",
            Reason::EmotionalDeception => "Emotional deception",
            Reason::MissingSeriousness => "Missing seriousness",
            Reason::MissingOpenness => "Missing openness",
            Reason::UnclearMeaning => "Unclear meaning",
            Reason::MissingRelevance => "Missing relevance",
            Reason::ConfusingReasoning => "Confusing reasoning",
            Reason::DetrimentalOrthography => "Detrimental orthography",
            Reason::Unclassified => "Unclassified",
        }
    }
}

impl Group {
    /// Every group.
    pub const ALL: [Group; 4] =
        [Group::ToxicEmotions, Group::MissingCommitment, Group::MissingIntelligibility, Group::Other];

    /// Name in files and on the command line.
    pub fn id(self) -> &'static str {
        match self {
            Group::ToxicEmotions => "toxic_emotions",
            Group::MissingCommitment => "missing_commitment",
            Group::MissingIntelligibility => "missing_intelligibility",
            Group::Other => "other",
        }
    }

    /// How much a certain finding of this group takes from a text's appropriateness. An attack ends a discussion;
    /// a misspelling does not.
    pub(super) fn weight(self) -> f32 {
        match self {
            Group::ToxicEmotions => 1.0,
            Group::MissingCommitment => 0.5,
            Group::MissingIntelligibility | Group::Other => 0.4,
        }
    }
}
