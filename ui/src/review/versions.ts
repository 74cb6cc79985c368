/** Putting another version of a sentence in the place of what was proposed for it. */

import type { Text } from "@codemirror/state";
import { isPending, type Change, type Placement, type Review, type Step } from "./model";

export interface Segment {
  readonly request: number;
  readonly index: number;
  /** The text that the request was made for. */
  readonly original: string;
}

const isHigh = (code: number): boolean => code >= 0xd800 && code <= 0xdbff;
const isLow = (code: number): boolean => code >= 0xdc00 && code <= 0xdfff;

/** The replacement of `before` by `after` without the beginning and end that they share. */
export function narrowed(before: string, after: string, offset: number): Change[] {
  if (before === after) return [];
  const most = Math.min(before.length, after.length);
  let head = 0;
  while (head < most && before.charCodeAt(head) === after.charCodeAt(head)) head++;
  if (head > 0 && isHigh(before.charCodeAt(head - 1))) head--;
  let tail = 0;
  while (tail < most - head && before.charCodeAt(before.length - 1 - tail) === after.charCodeAt(after.length - 1 - tail)) tail++;
  if (tail > 0 && isLow(before.charCodeAt(before.length - tail))) tail--;
  return [
    { from: offset + head, to: offset + before.length - tail, insert: after.slice(head, after.length - tail) },
  ];
}

/**
 * Puts `words` in the place of the segment that now stands at `from..to`.
 *
 * Decisions already taken inside it are part of what is replaced. Null when the segment holds anything else than
 * its original with accepted edits: the person has written there, and that is not ours to replace.
 */
export function adopt(review: Review, doc: Text, segment: Segment, from: number, to: number, words: string): Step | null {
  const own = review.filter((edit) => edit.request === segment.request && edit.segment === segment.index);
  const now = doc.sliceString(from, to);
  let reverted = "";
  let at = from;
  for (const edit of own) {
    if (edit.outcome !== "accepted" || edit.from < at || edit.to > to) continue;
    reverted += doc.sliceString(at, edit.from) + edit.original;
    at = edit.to;
  }
  reverted += doc.sliceString(at, to);
  if (reverted !== segment.original) return null;
  const end = from + words.length;
  const placements: Placement[] = own
    .filter((edit) => isPending(edit) || edit.outcome === "accepted")
    .map(({ id, replacement }) => ({ id, outcome: "replaced", from: end, to: end, replacement }));
  return { changes: narrowed(now, words, from), placements };
}
