/** What a risk means, in words. */

/** A risk that can be chosen, and what it costs. */
export interface Risk {
  /** At most one in so many answers that count as sure may be bad. */
  readonly oneBadIn: number;
  /** Share of the small model's first answers that are sure enough for it, from 0 to 1. */
  readonly accepted: number;
}

/** Whole per cent; what is nearly all or nearly nothing is not rounded to all or nothing. */
export function percent(share: number): string {
  const rounded = Math.round(share * 100);
  if (share > 0 && share < 1) return `${Math.min(99, Math.max(1, rounded))}%`;
  return `${rounded}%`;
}

/** The index of the offered risk that keeps what is set: itself, or the next more careful one. */
export function offered(risks: readonly Risk[], oneBadIn: number): number {
  const found = risks.findIndex((risk) => risk.oneBadIn >= oneBadIn);
  return found < 0 ? risks.length - 1 : found;
}

/** What becomes of rewrites when `accepted` of the first answers are sure enough. */
export function consequence(accepted: number, large: string | null): string {
  if (accepted >= 1) return "Every first answer is sure enough for that.";
  if (accepted <= 0) {
    const none = "No first answer is sure enough for that.";
    return large === null ? `${none} All stand all the same, because nobody can be asked; each shows how sure it is.` : `${none} All go to ${large}.`;
  }
  const sure = `About ${percent(accepted)} of first answers are sure enough for that.`;
  return large === null
    ? `${sure} The others stand all the same, because nobody can be asked; each shows how sure it is.`
    : `${sure} The others are thought over; what stays unsure goes to ${large}.`;
}
