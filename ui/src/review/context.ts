/** A few words on both sides of an edit, from its own line. */

import type { Text } from "@codemirror/state";
import type { ReviewEdit } from "./model";

const CONTEXT_UNITS = 30;

export interface Context {
  readonly before: string;
  readonly after: string;
}

export function contextOf(doc: Text, { from, to }: Pick<ReviewEdit, "from" | "to">): Context {
  // A card that is going may be drawn once more, beside the next text.
  if (to > doc.length) return { before: "", after: "" };
  const first = doc.lineAt(from);
  const last = doc.lineAt(to);
  const start = Math.max(first.from, from - CONTEXT_UNITS);
  const end = Math.min(last.to, to + CONTEXT_UNITS);
  let before = doc.sliceString(start, from);
  let after = doc.sliceString(to, end);
  // Whole words only; a text without spaces is cut where it is.
  if (start > first.from) before = `…${/\s/u.test(before) ? before.replace(/^\S*\s/u, "") : ""}`;
  if (end < last.to) after = `${/\s/u.test(after) ? after.replace(/\s\S*$/u, "") : ""}…`;
  return { before, after };
}
