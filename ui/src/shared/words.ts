/** Numbers and times in words. The language is English, as is the rest of the page. */

const LANGUAGE = "en";
const numbers = new Intl.NumberFormat(LANGUAGE);

export const count = (value: number): string => numbers.format(value);

/** `1 word`, `2 words`. */
export const plural = (value: number, one: string, many = `${one}s`): string => `${count(value)} ${value === 1 ? one : many}`;

export function duration(ms: number): string {
  if (ms < 950) return `${Math.max(1, Math.round(ms / 10) * 10)} ms`;
  if (ms < 59_500) return `${(ms / 1000).toFixed(ms < 9_950 ? 1 : 0)} s`;
  return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`;
}

const relative = new Intl.RelativeTimeFormat(LANGUAGE, { numeric: "auto" });
const STEPS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ["year", 31_536_000],
  ["month", 2_592_000],
  ["week", 604_800],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

/** How long ago `then` was, seen from `now`; both in milliseconds since 1970. */
export function ago(then: number, now: number): string {
  const seconds = (then - now) / 1000;
  for (const [unit, size] of STEPS) {
    if (Math.abs(seconds) >= size) return relative.format(Math.trunc(seconds / size), unit);
  }
  return "just now";
}
