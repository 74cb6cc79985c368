/** What a transaction decided about edits, in the words of the backend. */

import type { DecisionDto } from "../ipc/client";
import type { Review } from "../review/model";

/**
 * Decisions between two states of the review. Choosing another version is reported by who chose it, because only
 * there is the chosen text known; edits that fell to typing or to a newer request are no decisions.
 */
export function decisionsBetween(before: Review, after: Review): DecisionDto[] {
  if (before === after) return [];
  const was = new Map(before.map((edit) => [edit.id, edit.outcome]));
  return after.flatMap((edit): DecisionDto[] => {
    const earlier = was.get(edit.id);
    if (earlier === undefined || earlier === edit.outcome) return [];
    if (edit.outcome === "rejected") return [{ edit: edit.id, verdict: "reject", finalText: null }];
    if (edit.outcome !== "accepted") return [];
    return edit.replacement === edit.proposed
      ? [{ edit: edit.id, verdict: "accept", finalText: null }]
      : [{ edit: edit.id, verdict: "edited", finalText: edit.replacement }];
  });
}
