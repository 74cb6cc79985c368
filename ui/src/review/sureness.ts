/** How sure the model is of an edit, and what else there is to say about who answered. */

import type { Proposal } from "./model";

export interface Sureness {
  readonly value: number;
  /** The calibrated chance that a person keeps the rewrite, or the model's own probability of its words. */
  readonly of: "kept" | "words";
}

/** Null when nothing is known. The calibrated chance is of the small model's answer: it says nothing about a large one's. */
export function sureness({ confidence, decision }: Pick<Proposal, "confidence" | "decision">): Sureness | null {
  if (decision?.tier === "small" && decision.confidence !== null) return { value: decision.confidence, of: "kept" };
  return confidence === null ? null : { value: confidence, of: "words" };
}

/** How it came to this answer, as far as the meter does not say it; empty for a plain first answer. */
export function remark(decision: Proposal["decision"]): string {
  if (decision === null) return "";
  if (decision.tier === "large") return decision.why;
  return decision.confidence === null ? "" : decision.why.replace(/^\d+% sure(; | )?/u, "");
}
