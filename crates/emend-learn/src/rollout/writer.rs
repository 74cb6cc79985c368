//! Who writes: the policy alone, or with another model at its side.

use emend_decode::{LogitsProcessor, NextToken, SoFar, TokenId};
use emend_models::ModelError;
use emend_models::t5::{DecoderState, Reading, T5};

/// A model that writes rewrites.
#[derive(Debug, Clone, Copy)]
pub enum Writer<'m> {
    /// It alone.
    Alone(&'m T5),
    /// `log p ∝ (1 − κ)·log p_policy + κ·log p_other`, token by token (Munos et al. 2023, section 7).
    Mixture {
        /// The policy.
        policy: &'m T5,
        /// The other model.
        other: &'m T5,
        /// κ, in [0, 1].
        share: f32,
    },
    /// The policy, restricted to what another model finds likely: its nucleus (Ramamurthy et al. 2023, algorithm 1).
    Restricted {
        /// The policy.
        policy: &'m T5,
        /// The other model.
        other: &'m T5,
        /// Probability that the allowed tokens have together, in (0, 1].
        top_p: f32,
    },
}

/// Sources that both models have read.
pub(super) struct BothRead<'m> {
    policy: Reading<'m>,
    other: Option<Reading<'m>>,
    writer: Writer<'m>,
}

impl<'m> Writer<'m> {
    pub(super) fn read(self, sources: &[&[TokenId]]) -> Result<BothRead<'m>, ModelError> {
        let (policy, other) = match self {
            Self::Alone(policy) => (policy, None),
            Self::Mixture { policy, other, .. } | Self::Restricted { policy, other, .. } => {
                (policy, Some(other))
            }
        };
        let other = other.map(|other| other.read(sources)).transpose()?;
        Ok(BothRead { policy: policy.read(sources)?, other, writer: self })
    }
}

/// Each model's state.
pub(super) struct BothStates(DecoderState, Option<DecoderState>);

impl BothRead<'_> {
    /// Changes the policy's scores as the writer wants it.
    fn together(&self, scores: &mut [f32], others: &[f32]) {
        match self.writer {
            Writer::Alone(_) => {}
            Writer::Mixture { share, .. } => {
                // Both are logits: what is missing to a log-probability is the same for all tokens of a row.
                for (score, other) in scores.iter_mut().zip(others) {
                    *score = (1.0 - share) * *score + share * other;
                }
            }
            Writer::Restricted { top_p, .. } => {
                let width = self.policy.vocab_size();
                for (scores, others) in scores.chunks_exact_mut(width).zip(others.chunks_exact(width)) {
                    let most = others.iter().copied().fold(f32::NEG_INFINITY, f32::max);
                    let sum: f32 = others.iter().map(|other| (other - most).exp()).sum();
                    let mut allowed: Vec<f32> = others.iter().map(|other| other - most - sum.ln()).collect();
                    let so_far = SoFar { source: 0, tokens: &[], limits: LIMITS };
                    emend_decode::logits::TopP(top_p).adjust(&so_far, &mut allowed);
                    for (score, allowed) in scores.iter_mut().zip(allowed) {
                        if allowed == f32::NEG_INFINITY {
                            *score = f32::NEG_INFINITY;
                        }
                    }
                }
            }
        }
    }

    fn both(
        &self,
        state: &mut BothStates,
        logits: &mut Vec<f32>,
        read: impl Fn(&Reading<'_>, &mut DecoderState, &mut Vec<f32>) -> Result<(), ModelError>,
    ) -> Result<(), ModelError> {
        read(&self.policy, &mut state.0, logits)?;
        if let (Some(other), Some(state)) = (&self.other, &mut state.1) {
            let mut others = Vec::new();
            read(other, state, &mut others)?;
            self.together(logits, &others);
        }
        Ok(())
    }
}

/// A nucleus looks at no limits.
const LIMITS: emend_decode::Limits = emend_decode::Limits { max_tokens: 1, start: 0, end: 0 };

impl NextToken for BothRead<'_> {
    type State = BothStates;
    type Error = ModelError;

    fn vocab_size(&self) -> usize {
        self.policy.vocab_size()
    }

    fn start(&self) -> Result<BothStates, ModelError> {
        Ok(BothStates(self.policy.start()?, self.other.as_ref().map(NextToken::start).transpose()?))
    }

    fn rows(&self, state: &BothStates) -> usize {
        self.policy.rows(&state.0)
    }

    fn len(&self, state: &BothStates) -> usize {
        self.policy.len(&state.0)
    }

    fn append(
        &self,
        state: &mut BothStates,
        tokens: &[TokenId],
        wanted: usize,
        logits: &mut Vec<f32>,
    ) -> Result<(), ModelError> {
        self.both(state, logits, |model, state, logits| model.append(state, tokens, wanted, logits))
    }

    fn extend(
        &self,
        state: &mut BothStates,
        tokens: &[TokenId],
        new: &[usize],
        logits: &mut Vec<f32>,
    ) -> Result<(), ModelError> {
        self.both(state, logits, |model, state, logits| model.extend(state, tokens, new, logits))
    }

    fn truncate(&self, state: &mut BothStates, len: usize) -> Result<(), ModelError> {
        self.both(state, &mut Vec::new(), |model, state, _| model.truncate(state, len))
    }

    fn truncate_rows(&self, state: &mut BothStates, lens: &[usize]) -> Result<(), ModelError> {
        self.both(state, &mut Vec::new(), |model, state, _| model.truncate_rows(state, lens))
    }

    fn reorder(&self, state: &mut BothStates, rows: &[usize]) -> Result<(), ModelError> {
        self.both(state, &mut Vec::new(), |model, state, _| model.reorder(state, rows))
    }
}
