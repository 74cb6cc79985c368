/** What a person can do with pending edits. Each takes one step of the undo history. */

import type { StateEffect } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { activate, activeEdit, activeField, carryOut, carryOutSilently, pendingEdits, preview, propose, reviewField } from "./field";
import { accept, acceptEdited, neighbour, nextAfter, settle, type Proposal, type ReviewEdit, type Step } from "./model";

/** Whether the next edit becomes the active one after a decision, or the person goes on writing. */
type Then = "next" | "stay";

function decide(view: EditorView, id: string, step: Step, then: Then): void {
  const review = view.state.field(reviewField);
  const next = then === "next" ? nextAfter(review, id) : undefined;
  const effects: StateEffect<unknown>[] = [preview.of(null), activate.of(next?.id ?? null)];
  view.dispatch(carryOut(step, effects));
  if (next) reveal(view, next.id);
}

export function acceptEdit(view: EditorView, id: string, then: Then): void {
  decide(view, id, accept(view.state.field(reviewField), new Set([id]), view.state.doc), then);
}

/** Accepts with the person's own words. Words equal to the old text are a rejection. */
export function acceptWords(view: EditorView, id: string, words: string, then: Then): void {
  const edit = pendingEdits(view.state).find((open) => open.id === id);
  if (!edit) return;
  if (words === edit.original) rejectEdit(view, id, then);
  else decide(view, id, acceptEdited(view.state.field(reviewField), id, words, view.state.doc), then);
}

export function rejectEdit(view: EditorView, id: string, then: Then): void {
  decide(view, id, settle(view.state.field(reviewField), new Set([id]), "rejected"), then);
}

const allOf = (edits: readonly ReviewEdit[]): Set<string> => new Set(edits.map((edit) => edit.id));

/** Accepts everything that is pending, as one step of the undo history. Returns how many there were. */
export function acceptAll(view: EditorView): number {
  const open = pendingEdits(view.state);
  if (open.length === 0) return 0;
  const step = accept(view.state.field(reviewField), allOf(open), view.state.doc);
  view.dispatch(carryOut(step, [activate.of(null), preview.of(null)]));
  return open.length;
}

export function rejectAll(view: EditorView): number {
  const open = pendingEdits(view.state);
  if (open.length === 0) return 0;
  const step = settle(view.state.field(reviewField), allOf(open), "rejected");
  view.dispatch(carryOut(step, [activate.of(null), preview.of(null)]));
  return open.length;
}

/** Shows proposals that have arrived. */
export function show(view: EditorView, proposals: readonly Proposal[]): void {
  if (proposals.length > 0) view.dispatch({ effects: propose.of(proposals) });
}

/** Takes pending edits away without a decision: a newer request covers them, or their request failed. */
export function withdraw(view: EditorView, which: (edit: ReviewEdit) => boolean, why: "superseded" | "dropped"): number {
  const gone = pendingEdits(view.state).filter(which);
  if (gone.length > 0) view.dispatch(carryOutSilently(settle(view.state.field(reviewField), allOf(gone), why)));
  return gone.length;
}

/** Makes an edit the active one and brings it into view, with the cursor at its place. */
export function focusEdit(view: EditorView, id: string): void {
  const edit = pendingEdits(view.state).find((open) => open.id === id);
  if (!edit) return;
  view.dispatch({ effects: activate.of(id), selection: { anchor: edit.from } });
  reveal(view, id);
}

/** Brings an edit into view, away from the borders. */
export function reveal(view: EditorView, id: string): void {
  const edit = pendingEdits(view.state).find((open) => open.id === id);
  if (edit) view.dispatch({ effects: EditorView.scrollIntoView(edit.from, { y: "nearest", yMargin: 96 }) });
}

/** Walks to the next or previous edit, from the active one or from the cursor. Returns the edit that is now active. */
export function walk(view: EditorView, direction: 1 | -1): ReviewEdit | undefined {
  const { state } = view;
  const review = state.field(reviewField);
  const now = activeEdit(state);
  const open = pendingEdits(state);
  const at = now ? open.indexOf(now) : -1;
  const next =
    at >= 0 ? open[(at + direction + open.length) % open.length] : neighbour(review, state.selection.main.from, direction);
  if (next) focusEdit(view, next.id);
  return next;
}

/** Back to the text; pending edits stay. */
export function leave(view: EditorView): void {
  if (view.state.field(activeField) !== null) view.dispatch({ effects: [activate.of(null), preview.of(null)] });
}
