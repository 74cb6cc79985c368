/** What was found, as places in the text and as shares of reasons. Pure: values in, values out. */

/** One thing that a reader may object to. Offsets count in the paragraph, in UTF-16. */
export interface Finding {
  readonly start: number;
  readonly end: number;
  readonly reason: string;
  readonly label: string;
  readonly group: string;
  /** From 0 to 100: how sure and how grave. */
  readonly score: number;
  readonly message: string;
  /** What a repair rewrites. */
  readonly sentenceStart: number;
  readonly sentenceEnd: number;
}

/** A stretch of the text and everything that was found about exactly these words, the gravest first. */
export interface Place {
  readonly from: number;
  readonly to: number;
  /** How far the sentences around it reach, before and after. */
  readonly before: number;
  readonly after: number;
  readonly findings: readonly Finding[];
}

/** A reason, and how much of it there is. */
export interface Share {
  readonly reason: string;
  readonly label: string;
  readonly group: string;
  readonly places: number;
  /** The highest score, from 0 to 100. */
  readonly strongest: number;
}

/** The places of a paragraph that begins at `from`, in the order of the text; of two that begin together, the longer first. */
export function placesOf(findings: readonly Finding[], from: number): Place[] {
  const bySpan = new Map<string, Finding[]>();
  for (const finding of findings) {
    const span = `${finding.start} ${finding.end}`;
    bySpan.set(span, [...(bySpan.get(span) ?? []), finding].sort((a, b) => b.score - a.score));
  }
  const places = [...bySpan.values()].flatMap((here): Place[] => {
    const [first] = here;
    if (!first || first.start >= first.end) return [];
    const { start, end, sentenceStart, sentenceEnd } = first;
    return [{ from: from + start, to: from + end, before: start - sentenceStart, after: sentenceEnd - end, findings: here }];
  });
  return places.sort(inOrder);
}

/** Whether `inner` is another place inside of `outer`. */
export const holds = (outer: Place, inner: Place): boolean => inner !== outer && outer.from <= inner.from && inner.to <= outer.to;

export const inOrder = (a: Place, b: Place): number => a.from - b.from || b.to - a.to;

/** The reasons, the gravest first. */
export function shares(places: readonly Place[]): Share[] {
  const byReason = new Map<string, Share>();
  for (const { reason, label, group, score } of places.flatMap((place) => place.findings)) {
    const known = byReason.get(reason);
    byReason.set(reason, { reason, label, group, places: (known?.places ?? 0) + 1, strongest: Math.max(known?.strongest ?? 0, score) });
  }
  return [...byReason.values()].sort((a, b) => b.strongest - a.strongest || b.places - a.places);
}

/** The place that is selected, else the shortest one around the cursor; -1 when it is in none. */
export function placeAt(places: readonly Place[], from: number, to: number): number {
  const selected = places.findIndex((place) => place.from === from && place.to === to);
  if (selected >= 0) return selected;
  let found = -1;
  places.forEach((place, index) => {
    const best = places[found];
    if (place.from <= from && to <= place.to && (!best || place.to - place.from < best.to - best.from)) found = index;
  });
  return found;
}

/**
 * The next place from the selection on, or the one before, and round again at the end; only those with `reason` if it
 * is given. From a bare cursor, a place that begins there is the next one.
 */
export function step(places: readonly Place[], from: number, to: number, direction: 1 | -1, reason?: string): Place | undefined {
  const wanted = places.filter(({ findings }) => reason === undefined || findings.some((finding) => finding.reason === reason));
  const after = (place: Place) => place.from - from || (from === to ? 1 : to - place.to);
  if (direction === 1) return wanted.find((place) => after(place) > 0) ?? wanted[0];
  return wanted.findLast((place) => after(place) < 0) ?? wanted.at(-1);
}
