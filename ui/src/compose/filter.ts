/** What the palette offers for a typed query. Pure: intents and saved instructions in, ordered options out. */

export interface Intent {
  readonly id: string;
  readonly label: string;
  readonly description: string;
  readonly shortcut: string;
}

export type Option =
  | { readonly kind: "intent"; readonly key: string; readonly intent: Intent }
  | { readonly kind: "saved"; readonly key: string; readonly text: string }
  | { readonly kind: "own"; readonly key: string; readonly text: string };

/** The longest instruction that the backend takes, in characters. */
export const LONGEST_INSTRUCTION = 500;

const fold = (text: string): string => text.normalize("NFD").replaceAll(/\p{M}/gu, "").toLowerCase();

/**
 * How well `query` fits `text`: 0 not at all; more is better. A prefix beats the start of a later word, which beats
 * a run inside a word, which beats scattered letters in order.
 */
export function fit(query: string, text: string): number {
  const wanted = fold(query).trim();
  const given = fold(text);
  if (wanted === "") return 1;
  if (given.startsWith(wanted)) return 100;
  const at = given.indexOf(wanted);
  if (at > 0) return /[^\p{L}\p{N}]/u.test(given[at - 1] ?? "") ? 80 : 60;
  let next = 0;
  for (const char of given) if (char === wanted[next]) next++;
  return next === wanted.length && wanted.length > 1 ? 20 : 0;
}

function intentFit(query: string, intent: Intent): number {
  const wanted = query.trim();
  if (wanted.length === 1 && fold(wanted) === fold(intent.shortcut)) return 200;
  // A description is prose: scattered letters fit almost any of it.
  const described = fit(wanted, intent.description);
  return Math.max(fit(wanted, intent.label), described >= 60 ? described / 2 : 0);
}

/** An instruction as the backend wants it: one line, trimmed; empty when there is nothing to send. */
export const oneLine = (query: string): string => query.replaceAll(/\s+/gu, " ").trim();

/**
 * Intents and saved instructions that fit, best first, then the query itself as an instruction.
 *
 * Without a query the last used intent comes first, so that opening the palette and pressing Enter repeats it.
 */
export function options(query: string, intents: readonly Intent[], saved: readonly string[], last: string): Option[] {
  const text = oneLine(query);
  const ranked = intents
    .map((intent, order) => ({ intent, order, score: intentFit(text, intent) + (text === "" && intent.id === last ? 1 : 0) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || a.order - b.order);
  const found: Option[] = ranked.map(({ intent }) => ({ kind: "intent", key: `intent-${intent.id}`, intent }));
  const kept = saved
    .map((own, order) => ({ own, order, score: fit(text, own) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || a.order - b.order);
  for (const { own, order } of kept) found.push({ kind: "saved", key: `saved-${order}`, text: own });
  const known = saved.some((own) => fold(own) === fold(text)) || intents.some((intent) => fold(intent.label) === fold(text));
  if (text.length > 1 && text.length <= LONGEST_INSTRUCTION && !known) found.push({ kind: "own", key: "own", text });
  return found;
}
