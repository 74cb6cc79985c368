/**
 * The review as editor state: it follows the text, and its decisions are part of the undo history.
 */

import { invertedEffects, isolateHistory } from "@codemirror/commands";
import {
  StateEffect,
  StateField,
  Transaction,
  type EditorState,
  type Extension,
  type TransactionSpec,
} from "@codemirror/state";
import { add, advance, inverse, pending, type Placement, type Proposal, type Review, type ReviewEdit, type Step } from "./model";

/** Proposals that have arrived. Not part of the undo history. */
export const propose = StateEffect.define<readonly Proposal[]>();

/** Edits that change their place or outcome, together with the change of text in the same transaction. */
export const place = StateEffect.define<readonly Placement[]>({
  map: (placements, mapping) =>
    placements.map((placement) => {
      const from = mapping.mapPos(placement.from, 1);
      return { ...placement, from, to: Math.max(from, mapping.mapPos(placement.to, -1)) };
    }),
});

/** The edit that the keyboard acts on, or null when the person is back in the text. */
export const activate = StateEffect.define<string | null>();

/** The replacement that the person is typing for an edit, shown in the text before it is accepted. */
export const preview = StateEffect.define<{ id: string; words: string } | null>();

function placementsOf(tr: Transaction): Placement[] {
  return tr.effects.flatMap((effect) => (effect.is(place) ? effect.value : []));
}

/** Steps are asked for twice per transaction (by the field and by the history) and cost one walk over the edits. */
const stepped = new WeakMap<Transaction, Review>();

function step(tr: Transaction): Review {
  const known = stepped.get(tr);
  if (known) return known;
  let review = advance(tr.startState.field(reviewField), tr.changes, placementsOf(tr), tr.newDoc);
  for (const effect of tr.effects) if (effect.is(propose)) review = add(review, effect.value, tr.newDoc);
  stepped.set(tr, review);
  return review;
}

export const reviewField = StateField.define<Review>({
  create: () => [],
  update: (review, tr) => (tr.docChanged || tr.effects.length > 0 ? step(tr) : review),
});

export const activeField = StateField.define<string | null>({
  create: () => null,
  update(active, tr) {
    for (const effect of tr.effects) if (effect.is(activate)) active = effect.value;
    if (active === null) return null;
    const review = tr.state.field(reviewField);
    return review.some((edit) => edit.id === active && edit.outcome === "pending") ? active : null;
  },
});

export const previewField = StateField.define<{ id: string; words: string } | null>({
  create: () => null,
  update(shown, tr) {
    for (const effect of tr.effects) if (effect.is(preview)) shown = effect.value;
    return shown;
  },
});

/** Undo takes back decisions as well as text: each transaction leaves the placements that would reverse it. */
const history = invertedEffects.of((tr) => {
  const before = tr.startState.field(reviewField);
  if (before.length === 0 || (!tr.docChanged && placementsOf(tr).length === 0)) return [];
  const placements = inverse(before, step(tr), tr.changes);
  return placements.length > 0 ? [place.of(placements)] : [];
});

export const reviewState: Extension = [reviewField, activeField, previewField, history];

/** A transaction that carries out a step as one entry of the undo history. */
export function carryOut(taken: Step, extra: readonly StateEffect<unknown>[] = []): TransactionSpec {
  return {
    changes: [...taken.changes],
    effects: [place.of(taken.placements), ...extra],
    annotations: isolateHistory.of("full"),
    userEvent: "review",
  };
}

/** A transaction that carries out a step behind the person's back: undo does not stop at it. */
export function carryOutSilently(taken: Step): TransactionSpec {
  return { effects: place.of(taken.placements), annotations: Transaction.addToHistory.of(false) };
}

export const pendingEdits = (state: EditorState): ReviewEdit[] => pending(state.field(reviewField));

export function activeEdit(state: EditorState): ReviewEdit | undefined {
  const id = state.field(activeField);
  return id === null ? undefined : state.field(reviewField).find((edit) => edit.id === id);
}
