//! Asking the large tier, and taking what it says.

use emend_decode::Cancel;

use crate::answer::{Answer, Asked, assess, written};
use crate::judge::Judged;
use crate::opinions::Assessed;
use crate::{
    Draft, Drafted, Drafting, EngineError, Path, Prompt, Request, Rewriter, SegmentOutcome, Tier, VetoReason,
};

/// What came of asking the large tier.
pub(crate) enum Asking {
    Answered,
    Cancelled,
    Failed(String),
}

/// Asks the large tier. Whatever goes wrong, the answers of the small one stand.
pub(crate) fn ask_large(
    large: &dyn Rewriter,
    request: &Request<'_>,
    asked: &[Asked<'_>],
    answers: &mut [Answer],
    which: &[usize],
    audit: bool,
    cancel: &Cancel,
) -> Asking {
    let stopped = |answers: &mut [Answer]| {
        for &at in which {
            answers[at].decision.path = Path::LargeCancelled;
        }
        Asking::Cancelled
    };
    let drafted = match written(large, request, asked, which, &Drafting::Best, cancel) {
        Ok(Some(drafted)) => drafted,
        Ok(None) => return stopped(answers),
        Err(error) => return Asking::Failed(in_words(&error)),
    };
    let mut found = Vec::with_capacity(which.len());
    for (&at, drafts) in which.iter().zip(&drafted) {
        let Some(draft) = drafts.first() else {
            found.push(Judged::Vetoed(VetoReason::Empty));
            continue;
        };
        match judged_or_mended(large, request, &asked[at], draft, Tier::Large, cancel) {
            Ok(Some(assessed)) => found.push(assessed.judged),
            Ok(None) => return stopped(answers),
            Err(error) => return Asking::Failed(in_words(&error)),
        }
    }
    for (&at, judged) in which.iter().zip(found) {
        answers[at].take(judged, audit);
    }
    Asking::Answered
}

/// A draft judged; mended once by its writer when that was told what is wrong with it. `None` when cancelled.
pub(crate) fn judged_or_mended(
    model: &dyn Rewriter,
    request: &Request<'_>,
    asked: &Asked<'_>,
    draft: &Draft,
    tier: Tier,
    cancel: &Cancel,
) -> Result<Option<Assessed>, EngineError> {
    let first = assess(request, asked, draft, tier);
    let reason = match &first.judged {
        Judged::Vetoed(reason) if reason.is_mendable() => reason,
        _ => return Ok(Some(first)),
    };
    let prompt = Prompt { instruction: request.instruction, text: &asked.line };
    let mended = match model.repair(&prompt, &draft.text, reason, cancel)? {
        Drafted::Cancelled => return Ok(None),
        Drafted::Done(drafts) => drafts.into_iter().flatten().next(),
    };
    let mended = mended.map(|draft| assess(request, asked, &draft, tier));
    Ok(Some(mended.filter(|mended| mended.judged.is_fit()).unwrap_or(first)))
}

/// An error with its causes.
pub(crate) fn in_words(error: &EngineError) -> String {
    let causes = std::iter::successors(Some(error as &dyn std::error::Error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

impl Answer {
    /// Takes what the large tier says: instead of this answer, or beside it when it is only an audit.
    fn take(&mut self, judged: Judged, audit: bool) {
        match judged {
            Judged::Vetoed(_) => {
                self.decision.path = if audit { Path::Audited } else { Path::LargeDeclined };
            }
            Judged::Unchanged if audit => self.decision.path = Path::Audited,
            Judged::Unchanged => {
                self.outcome = SegmentOutcome::Unchanged;
                self.decision.tier = Tier::Large;
                self.decision.path = Path::Escalated;
            }
            Judged::Candidate(candidate) => {
                self.candidates.retain(|other| other.text != candidate.text);
                if audit {
                    self.candidates.insert(1.min(self.candidates.len()), candidate);
                    self.decision.path = Path::Audited;
                } else {
                    self.candidates.insert(0, candidate);
                    self.outcome = SegmentOutcome::Rewritten;
                    self.decision.tier = Tier::Large;
                    self.decision.path = Path::Escalated;
                }
            }
        }
    }
}
