/** What became of suggestions over time, as a plot over days, or over weeks when it has been long. */

import type { DayDto } from "../ipc/client";
import { count } from "../shared/words";
import { percent, type Plot, type Step } from "./series";

export interface Periods {
  readonly plot: Plot;
  /** A period with decisions each; the first period is step 1. */
  readonly steps: readonly Step[];
  readonly total: number;
  readonly unit: "Day" | "Week";
  /** The day that a period begins with: of weeks, the Monday. */
  readonly name: (step: number) => string;
  readonly tick: (step: number) => string;
}

/** Periods are days until there would be more of them. */
const MOST_DAYS = 42;
const WEEK = 7;
/** Days from a Monday to the first of January 1970. */
const FIRST_WEEKDAY = 3;
const MILLISECONDS = 86_400_000;

const PLOT: Plot = {
  title: "Taken of suggestions, over time",
  lines: [
    { metric: "decisions", label: "decisions", reference: false, drawn: "bars", words: count },
    { metric: "taken", label: "taken", reference: false, words: percent },
  ],
  range: [0, 1],
};

const format = (options: Intl.DateTimeFormatOptions) => {
  const dates = new Intl.DateTimeFormat("en", { timeZone: "UTC", day: "numeric", month: "short", ...options });
  return (day: number): string => dates.format(day * MILLISECONDS);
};
const long = format({ year: "numeric" });
const short = format({});

/** Null as long as there is but one day. Days are those of UTC. */
export function periods(days: readonly DayDto[]): Periods | null {
  const [first, last] = [days[0], days.at(-1)];
  if (!first || !last || first.day === last.day) return null;
  const [length, shift] = last.day - first.day < MOST_DAYS ? [1, 0] : [WEEK, FIRST_WEEKDAY];
  const period = (day: number): number => Math.floor((day + shift) / length);
  const start = period(first.day);
  const found = new Map<number, { taken: number; all: number }>();
  for (const { day, taken, refused } of days) {
    const step = period(day) - start + 1;
    const before = found.get(step) ?? { taken: 0, all: 0 };
    found.set(step, { taken: before.taken + taken, all: before.all + taken + refused });
  }
  const steps = [...found].map(([step, { taken, all }]) => ({ step, seconds: null, metrics: { decisions: all, taken: taken / all } }));
  const begins = (step: number): number => (start + step - 1) * length - shift;
  return {
    plot: PLOT,
    steps,
    total: period(last.day) - start + 1,
    unit: length === 1 ? "Day" : "Week",
    name: (step) => long(begins(step)),
    tick: (step) => short(begins(step)),
  };
}
