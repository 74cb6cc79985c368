/** What the steps of a run say, as lines to draw, scales for them, and rows of numbers. */

/** A step of a run. A number that cannot be told is null. */
export interface Step {
  /** From 1. */
  readonly step: number;
  readonly seconds: number | null;
  readonly metrics: Readonly<Partial<Record<string, number | null>>>;
}

export interface Line {
  readonly metric: string;
  readonly label: string;
  /** How a reward part scores the texts as they are: what the run has to beat. */
  readonly reference: boolean;
  /** Dots with lines between them, for what is measured now and then; or bars on a scale of their own. A line otherwise. */
  readonly drawn?: "dots" | "bars";
  /** A value in words; as the others are if absent. */
  readonly words?: (value: number) => string;
}

export interface Plot {
  readonly title: string;
  readonly lines: readonly Line[];
  /** The scale; if absent, as all values need it, those of bars among them. */
  readonly range?: readonly [low: number, high: number];
}

/** The share of held-out decisions that the model agrees with; in the first step, of the model before it learned. */
const HELD_OUT = "held-out";

/** A share in words. */
export const percent = (share: number | null): string => (share === null ? "–" : `${Math.round(100 * share)}%`);

const line = (metric: string, label: string, reference = false): Line => ({ metric, label, reference });

/** The plots that a run has, in the order in which they are read. */
export function plots(steps: readonly Step[]): Plot[] {
  const known = new Set(steps.flatMap(({ metrics }) => Object.keys(metrics)));
  const after = (prefix: string): string[] => [...known].filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length)).sort();
  const one = (metric: string, title: string): Plot => ({ title, lines: known.has(metric) ? [line(metric, metric)] : [] });
  const parts = after("reward/").flatMap((part) => [
    line(`reward/${part}`, part),
    ...(known.has(`original/${part}`) ? [line(`original/${part}`, `${part}, as it was`, true)] : []),
  ]);
  const all: Plot[] = [
    { title: "Reward parts", lines: parts.length > 0 ? parts : one("reward", "").lines },
    { title: "Held-out decisions it agrees with", lines: known.has(HELD_OUT) ? [{ ...line(HELD_OUT, "agrees"), drawn: "dots", words: percent }] : [] },
    { title: "Multipliers", lines: after("multiplier/").map((name) => line(`multiplier/${name}`, name.replace("/", ", "))) },
    { title: "Distance from the model (KL)", lines: one("kl", "").lines },
    one("entropy", "Entropy (nats a token)"),
    one("tokens", "Length (tokens)"),
    one("loss", "Loss"),
  ];
  return all.filter(({ lines }) => lines.length > 0);
}

/** A metric at each step; null where it was not measured. */
export const values = (steps: readonly Step[], metric: string): (number | null)[] =>
  steps.map(({ metrics }) => metrics[metric] ?? null);

/** Steps in which something of a plot was measured. */
export const measured = (steps: readonly Step[], { lines }: Plot): Step[] =>
  steps.filter(({ metrics }) => lines.some(({ metric }) => (metrics[metric] ?? null) !== null));

/** A line's value at a place among the steps, in words; of one that is measured now and then, its latest until there. */
export function valueAt(steps: readonly Step[], at: number, { metric, drawn, words }: Line): string {
  const until = drawn === "dots" ? steps.slice(0, at + 1) : steps.slice(at, at + 1);
  const value = values(until, metric).findLast((one) => one !== null) ?? null;
  return value !== null && Number.isFinite(value) && words ? words(value) : shown(value);
}

/**
 * The scale for some values: all of them with a little room, and never without height. Shares keep to 0 and 1, and what
 * is nearly 0 below shows its 0, so that a small change does not look like a large one.
 */
export function scale(found: readonly (number | null)[]): [low: number, high: number] {
  const known = found.filter((value) => value !== null && Number.isFinite(value)) as number[];
  if (known.length === 0) return [0, 1];
  const least = known.reduce((a, b) => Math.min(a, b));
  const most = known.reduce((a, b) => Math.max(a, b));
  if (least === most) {
    const room = least === 0 ? 1 : Math.abs(least) / 2;
    if (least >= 0) return [Math.max(0, least - room), most <= 1 ? Math.min(1, most + room) : most + room];
    return [least - room, Math.min(0, most + room)];
  }
  const room = (most - least) * 0.08;
  const low = least >= 0 && least - room < (most - least) / 2 ? 0 : least - room;
  const high = most <= 1 && most + room > 1 ? 1 : most + room;
  return [low, high];
}

/** At most `most` of the rows, evenly, the last always. */
export function thin<T>(rows: readonly T[], most: number): T[] {
  const stride = Math.max(1, Math.ceil(rows.length / most));
  return rows.filter((_, i) => (rows.length - 1 - i) % stride === 0);
}

/** Steps that tell how long the next take. */
const RECENT = 10;

/** Milliseconds that the steps left will take if they go like the latest; null before the first. */
export function timeLeft(steps: readonly Step[], total: number): number | null {
  const last = steps.at(-1);
  const recent = steps.slice(-RECENT).flatMap(({ seconds }) => (seconds === null ? [] : [seconds])).sort((a, b) => a - b);
  const middle = recent[Math.floor(recent.length / 2)];
  if (!last || middle === undefined) return null;
  return Math.max(0, total - last.step) * middle * 1000;
}

/** A value as it stands in a legend or a table. */
export function shown(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  return size !== 0 && (size < 0.001 || size >= 10_000) ? value.toExponential(1) : value.toFixed(size < 10 ? 3 : 1);
}
