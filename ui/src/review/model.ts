/**
 * The review of proposed edits, as a value.
 *
 * While an edit is pending, the document holds the *original* text; accepting it replaces that stretch, rejecting
 * it changes nothing. So rejecting everything leaves the text byte-identical, accepting everything gives the
 * rewrite, and any subset in any order is well defined. Offsets are UTF-16, in the document as it is now: they
 * follow the person's typing, and an edit whose stretch was touched is dropped, never applied blind.
 */

import type { ChangeDesc, Text } from "@codemirror/state";
import type { TierDecision } from "../ipc/client";
import { ChangeIndex } from "./changes";

export type Outcome =
  | "pending"
  | "accepted"
  | "rejected"
  /** The person typed inside it. */
  | "dropped"
  /** A newer request covers the same text. */
  | "superseded"
  /** The person chose another version of the sentence. */
  | "replaced";

/** What the model proposes. */
export interface Proposal {
  /** Unique across requests. */
  readonly id: string;
  readonly request: number;
  /** Index of the sentence or paragraph within the request. */
  readonly segment: number;
  readonly from: number;
  /** Equal to `from` for an insertion. */
  readonly to: number;
  /** The text between `from` and `to`. */
  readonly original: string;
  /** Empty for a deletion. */
  readonly replacement: string;
  readonly kind: string;
  readonly reason: string;
  /** How sure the model was of these words, in [0, 1]; null when the backend gives none. */
  readonly confidence: number | null;
  /** Who rewrote the sentence and how likely it is that a person keeps that; null when the backend does not say. */
  readonly decision: TierDecision | null;
}

export interface ReviewEdit extends Proposal {
  /** The model's words; `replacement` differs when the person edited them. */
  readonly proposed: string;
  readonly outcome: Outcome;
}

/** All edits of a document, pending and decided, ordered by position. Pending ones never overlap. */
export type Review = readonly ReviewEdit[];

/** Where an edit stands after a step, and what became of it. Offsets belong to the document after the step. */
export interface Placement {
  readonly id: string;
  readonly outcome: Outcome;
  readonly from: number;
  readonly to: number;
  readonly replacement: string;
}

/** A replacement of document text, in the shape that a transaction takes. */
export interface Change {
  readonly from: number;
  readonly to: number;
  readonly insert: string;
}

/** One decision: what to write, and how the review stands afterwards. */
export interface Step {
  readonly changes: readonly Change[];
  readonly placements: readonly Placement[];
}

export const isPending = (edit: ReviewEdit): boolean => edit.outcome === "pending";

export const pending = (review: Review): ReviewEdit[] => review.filter(isPending);

const byPosition = (a: ReviewEdit, b: ReviewEdit): number => a.from - b.from || a.to - b.to;

const overlaps = (a: { from: number; to: number }, b: { from: number; to: number }): boolean =>
  (a.from < b.to && b.from < a.to) || (a.from === b.from && a.to === b.to);

/**
 * Adds proposals. One that no longer fits its text, changes nothing, is known already, or overlaps a pending edit
 * is left out.
 */
export function add(review: Review, proposals: readonly Proposal[], doc: Text): Review {
  const known = new Set(review.map((edit) => edit.id));
  const taken = pending(review);
  const added: ReviewEdit[] = [];
  for (const proposal of proposals) {
    if (known.has(proposal.id) || proposal.original === proposal.replacement) continue;
    if (doc.sliceString(proposal.from, proposal.to) !== proposal.original) continue;
    if (taken.some((edit) => overlaps(edit, proposal))) continue;
    const edit: ReviewEdit = { ...proposal, proposed: proposal.replacement, outcome: "pending" };
    known.add(edit.id);
    taken.push(edit);
    added.push(edit);
  }
  return added.length === 0 ? review : [...review, ...added].sort(byPosition);
}

/** Accepts the given pending edits. One whose text is not the original any more is dropped instead. */
export function accept(review: Review, ids: ReadonlySet<string>, doc: Text): Step {
  const changes: Change[] = [];
  const placements: Placement[] = [];
  let shift = 0;
  for (const edit of review) {
    if (!isPending(edit) || !ids.has(edit.id)) continue;
    const { id, from, to, replacement } = edit;
    if (doc.sliceString(from, to) !== edit.original) {
      placements.push({ id, outcome: "dropped", from: from + shift, to: to + shift, replacement });
      continue;
    }
    changes.push({ from, to, insert: replacement });
    placements.push({ id, outcome: "accepted", from: from + shift, to: from + shift + replacement.length, replacement });
    shift += replacement.length - (to - from);
  }
  return { changes, placements };
}

/** Accepts one edit with the person's own words in place of the model's. */
export function acceptEdited(review: Review, id: string, words: string, doc: Text): Step {
  const edited = review.map((edit) => (edit.id === id ? { ...edit, replacement: words } : edit));
  return accept(edited, new Set([id]), doc);
}

/** Takes pending edits out of the review without touching the text. */
export function settle(
  review: Review,
  ids: ReadonlySet<string>,
  outcome: "rejected" | "superseded" | "dropped" | "replaced",
): Step {
  const placements = review
    .filter((edit) => isPending(edit) && ids.has(edit.id))
    .map(({ id, from, to, replacement }) => ({ id, outcome, from, to, replacement }));
  return { changes: [], placements };
}

const WORD = /[\p{L}\p{N}\p{M}_]/u;

/** Whether the characters on both sides of `pos` belong to one word. */
function insideWord(doc: Text, pos: number): boolean {
  if (pos <= 0 || pos >= doc.length) return false;
  const around = doc.sliceString(Math.max(0, pos - 2), Math.min(doc.length, pos + 2));
  const middle = Math.min(2, pos);
  const before = Array.from(around.slice(0, middle)).at(-1) ?? "";
  const after = Array.from(around.slice(middle)).at(0) ?? "";
  return WORD.test(before) && WORD.test(after);
}

/** Whether the person's change makes the edit meaningless: it reached inside, or grew a word into its edge. */
function spoiled(edit: ReviewEdit, from: number, to: number, index: ChangeIndex, deliberate: boolean, after: Text): boolean {
  for (const range of index.touching(edit.from, edit.to)) {
    if (range.fromA < edit.to && range.toA > edit.from) return true;
    if (deliberate) continue;
    if (edit.from === edit.to) return true;
    if (insideWord(after, from) || insideWord(after, to)) return true;
  }
  return false;
}

/**
 * The review after a change of the text and the placements that came with it.
 *
 * `after` is the document after the change. A change that carries placements is a decision (or its undoing), so
 * edits that merely touch it stay; any other change is the person's typing.
 */
export function advance(review: Review, changes: ChangeDesc, placements: readonly Placement[], after: Text): Review {
  if (changes.empty && placements.length === 0) return review;
  const index = new ChangeIndex(changes);
  const placed = new Map(placements.map((placement) => [placement.id, placement]));
  const deliberate = placements.length > 0;

  let next: ReviewEdit[] = review.map((edit) => {
    const placement = placed.get(edit.id);
    if (placement) {
      const { outcome, from, to, replacement } = placement;
      return { ...edit, outcome, from, to, replacement };
    }
    if (index.empty) return edit;
    const from = index.map(edit.from, edit.from === edit.to ? -1 : 1);
    const to = Math.max(from, index.map(edit.to, -1));
    if (isPending(edit) && spoiled(edit, from, to, index, deliberate, after)) return { ...edit, outcome: "dropped", from, to };
    return from === edit.from && to === edit.to ? edit : { ...edit, from, to };
  });
  if (deliberate) next = withoutCollisions(next.sort(byPosition), placed);
  return next;
}

/** An edit that comes back by undo wins over newer proposals for the same text. */
function withoutCollisions(edits: ReviewEdit[], placed: ReadonlyMap<string, Placement>): ReviewEdit[] {
  const back = edits.filter((edit) => isPending(edit) && placed.has(edit.id));
  if (back.length === 0) return edits;
  let next = 0;
  return edits.map((edit) => {
    if (!isPending(edit) || placed.has(edit.id)) return edit;
    while (next < back.length && (back[next]?.to ?? Infinity) < edit.from) next++;
    for (let i = next; i < back.length; i++) {
      const other = back[i];
      if (!other || other.from > edit.to) break;
      if (overlaps(edit, other)) return { ...edit, outcome: "dropped" as const };
    }
    return edit;
  });
}

/**
 * The placements that bring `after` back to `before` once the text change itself is undone.
 *
 * Edits that merely moved follow the text by themselves. One whose outcome changed, or that touches the change
 * (so that its place cannot be told from the text alone), is written down.
 */
export function inverse(before: Review, after: Review, changes: ChangeDesc): Placement[] {
  if (before === after) return [];
  const index = new ChangeIndex(changes);
  const outcomes = new Map(after.map((edit) => [edit.id, edit]));
  return before
    .filter((edit) => {
      const now = outcomes.get(edit.id);
      if (!now) return false;
      if (now.outcome !== edit.outcome || now.replacement !== edit.replacement) return true;
      const matters = edit.outcome === "pending" || edit.outcome === "accepted";
      return matters && !index.empty && index.touching(edit.from, edit.to).length > 0;
    })
    .map(({ id, outcome, from, to, replacement }) => ({ id, outcome, from, to, replacement }));
}

/** The pending edit after (or before) `pos`, going round at the end. */
export function neighbour(review: Review, pos: number, direction: 1 | -1): ReviewEdit | undefined {
  const open = pending(review);
  if (direction > 0) return open.find((edit) => edit.from >= pos) ?? open[0];
  return open.findLast((edit) => edit.from < pos) ?? open.at(-1);
}

/** The pending edit that follows `id` in order; when it was the last one, the one before it. */
export function nextAfter(review: Review, id: string): ReviewEdit | undefined {
  const at = review.findIndex((edit) => edit.id === id);
  if (at < 0) return review.find(isPending);
  return review.slice(at + 1).find(isPending) ?? review.slice(0, at).findLast(isPending);
}
