//! Asking the large tier, and taking what it says.

use emend_decode::Cancel;

use crate::answer::{Answer, Asked, ask_critics, assess, written};
use crate::judge::Judged;
use crate::opinions::{Assessed, Worth};
use crate::{
    Cascade, Draft, Drafted, Drafting, EngineError, Path, Prompt, Request, Rewriter, SegmentOutcome, Tier,
};

/// What came of asking the large tier.
pub(crate) enum Asking {
    Answered,
    Cancelled,
    Failed(String),
}

/// How much better the critics must like the small tier's answer for it to stand beside one of the large tier: so close
/// to each other their opinion counts for less than the larger model's.
const BARELY: f32 = 0.02;

/// Asks the large tier. Whatever goes wrong, the answers of the small one stand.
pub(crate) fn ask_large(
    cascade: &Cascade<'_>,
    request: &Request<'_>,
    asked: &[Asked<'_>],
    answers: &mut [Answer],
    which: &[usize],
    audit: bool,
    cancel: &Cancel,
) -> Asking {
    let Some(large) = cascade.large else { return Asking::Answered };
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
            found.push(vec![Assessed::nothing()]);
            continue;
        };
        match judged_or_mended(large, request, &asked[at], draft, Tier::Large, cancel) {
            Ok(Some(assessed)) => found.push(vec![assessed]),
            Ok(None) => return stopped(answers),
            Err(error) => return Asking::Failed(in_words(&error)),
        }
    }
    ask_critics(cascade, request, asked, which, &mut found);
    for (&at, assessed) in which.iter().zip(found.into_iter().flatten()) {
        answers[at].take(assessed, audit);
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
    /// Takes what the large tier says: instead of this answer, or beside it when it is only an audit or the critics like
    /// this one better.
    fn take(&mut self, large: Assessed, audit: bool) {
        let beside = if audit {
            Some(Path::Audited)
        } else if self.is_liked_better(large.worth) {
            Some(Path::LargeDeclined)
        } else {
            None
        };
        match (large.judged, beside) {
            (Judged::Vetoed(_), beside) => self.decision.path = beside.unwrap_or(Path::LargeDeclined),
            (Judged::Unchanged, Some(path)) => self.decision.path = path,
            (Judged::Unchanged, None) => self.hand_over(SegmentOutcome::Unchanged),
            (Judged::Candidate(candidate), beside) => {
                self.candidates.retain(|other| other.text != candidate.text);
                if let Some(path) = beside {
                    self.candidates.insert(1.min(self.candidates.len()), candidate);
                    self.decision.path = path;
                } else {
                    self.candidates.insert(0, candidate);
                    self.worth = large.worth;
                    self.hand_over(SegmentOutcome::Rewritten);
                }
            }
        }
    }

    fn hand_over(&mut self, outcome: SegmentOutcome) {
        self.outcome = outcome;
        self.decision.tier = Tier::Large;
        self.decision.path = Path::Escalated;
    }

    /// Whether the critics like what stands, this answer or the original, better than the large tier's answer.
    fn is_liked_better(&self, large: Option<Worth>) -> bool {
        let Some((own, large)) = self.worth.zip(large) else { return false };
        let standing = if self.outcome == SegmentOutcome::Rewritten { own.answer } else { own.original };
        standing > large.answer + BARELY
    }
}
