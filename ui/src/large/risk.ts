/** What a risk means, in words. */

/** A risk that can be chosen, and what it costs. */
export interface Risk {
  /** At most one in so many answers that count as sure may be bad. */
  readonly oneBadIn: number;
  /** Share of the small model's first answers that are sure enough for it, from 0 to 1. */
  readonly accepted: number;
  /** Share of them about which the large model is asked: those that are not sure enough and that it is expected to better. */
  readonly asked: number;
}

/** Quality when the large model is asked about a share of answers, those first of which it is expected to better most. */
export interface Deferral {
  /** From 0 to 1. */
  readonly asked: number;
  /** The mean, from 0 to 100. */
  readonly quality: number;
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

/** What becomes of first answers at a risk. */
export function consequence({ accepted, asked }: Pick<Risk, "accepted" | "asked">, large: string | null): string {
  if (accepted >= 1) return "Every first answer is sure enough for that.";
  const sure = accepted <= 0 ? "No first answer is sure enough for that." : `About ${percent(accepted)} of first answers are sure enough for that.`;
  const others = accepted <= 0 ? "All" : "The others";
  if (large === null) return `${sure} ${others} stand all the same, because nobody can be asked; each shows how sure it is.`;
  if (asked >= 1 - accepted) return `${sure} ${others} are thought over; what stays unsure goes to ${large}.`;
  if (asked <= 0) return `${sure} ${others} stand all the same, because ${large} is not expected to do better; each shows how sure it is.`;
  return `${sure} ${others} are thought over; ${large} is asked about ${percent(asked)} of all, where it is expected to do better.`;
}
