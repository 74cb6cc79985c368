/** Other versions of one sentence, side by side. */

import type { EditorView } from "@codemirror/view";
import { AppError, backend, type CandidateDto, type DecisionDto } from "../ipc/client";
import { carryOut, reviewField } from "../review/field";
import type { ReviewEdit } from "../review/model";
import { pieces, rewritten, type Piece } from "../shared/pieces";
import { adopt } from "../review/versions";
import type { Rewriting } from "./rewriting.svelte";

export interface Version {
  readonly id: string;
  readonly cut: readonly Piece[];
  readonly text: string;
  readonly score: number | null;
  readonly edits: readonly string[];
}

export type Asking =
  | { readonly kind: "closed" }
  | { readonly kind: "loading"; readonly original: string }
  | { readonly kind: "ready"; readonly original: string; readonly versions: readonly Version[]; readonly changed: boolean }
  | { readonly kind: "failed"; readonly original: string; readonly error: AppError };

/** More do not fit beside each other, and the keys end at 9. */
const MOST_VERSIONS = 9;

export class Alternatives {
  asking: Asking = $state.raw({ kind: "closed" });
  private subject: { edit: ReviewEdit; start: number; end: number; original: string } | null = null;

  constructor(
    private readonly view: EditorView,
    private readonly rewriting: Rewriting,
    private readonly decided: (decisions: DecisionDto[]) => void,
  ) {}

  get open(): boolean {
    return this.asking.kind !== "closed";
  }

  async ask(edit: ReviewEdit): Promise<void> {
    const past = this.rewriting.pastRequest(edit.request);
    const place = past?.segments.get(edit.segment);
    if (!past || !place) {
      const error = new AppError("forgotten", "This suggestion is too old to ask for other versions.", "Run the rewrite again.");
      this.asking = { kind: "failed", original: edit.original, error };
      return;
    }
    const original = past.mark.doc.sliceString(place.start, place.end);
    const subject = { edit, ...place, original };
    this.subject = subject;
    this.asking = { kind: "loading", original };
    try {
      const { candidates } = await backend.another({ request: edit.request, index: edit.segment });
      if (this.subject !== subject) return;
      const versions = distinct(candidates.map((candidate) => version(candidate, original, place.start)), original);
      this.asking = { kind: "ready", original, versions, changed: false };
    } catch (error) {
      if (this.subject === subject) this.asking = { kind: "failed", original, error: AppError.from(error) };
    }
  }

  /** Puts a version into the text, as one step of the undo history. False when the person has written there since. */
  choose(index: number): boolean {
    const { asking, subject } = this;
    if (asking.kind !== "ready" || !subject) return false;
    const chosen = asking.versions[index];
    const past = this.rewriting.pastRequest(subject.edit.request);
    if (!chosen || !past) return false;
    const { view } = this;
    const { doc } = view.state;
    const review = view.state.field(reviewField);
    const segment = { request: subject.edit.request, index: subject.edit.segment, original: subject.original };
    // Text accepted or typed exactly at a border may belong to the sentence or to its neighbour: the one reading
    // under which the sentence is its original plus accepted edits is the right one.
    for (const before of [1, -1] as const) {
      for (const after of [-1, 1] as const) {
        const from = past.mark.changes.mapPos(subject.start, before);
        const to = past.mark.changes.mapPos(subject.end, after);
        const step = from <= to ? adopt(review, doc, segment, from, to, chosen.text) : null;
        if (!step) continue;
        const replaced = step.placements.map((placement) => placement.id);
        view.dispatch(carryOut(step));
        this.decided([
          ...replaced.map((edit) => ({ edit, verdict: "another" as const, finalText: chosen.text })),
          ...chosen.edits.map((edit) => ({ edit, verdict: "accept" as const, finalText: null })),
        ]);
        this.close();
        return true;
      }
    }
    this.asking = { ...asking, changed: true };
    return false;
  }

  close(): void {
    // Nobody waits for the answer any more, so a failure to stop it changes nothing.
    if (this.asking.kind === "loading" && this.subject) backend.cancel(this.subject.edit.request).catch(() => undefined);
    this.subject = null;
    this.asking = { kind: "closed" };
  }
}

/** What is really another version: not the original, and none twice. */
function distinct(versions: readonly Version[], original: string): Version[] {
  const seen = new Set([original]);
  return versions.filter(({ text }) => !seen.has(text) && seen.add(text)).slice(0, MOST_VERSIONS);
}

function version({ id, text, edits, score }: CandidateDto, original: string, start: number): Version {
  const inside = edits.map((edit) => ({ from: edit.start - start, to: edit.end - start, replacement: edit.replacement }));
  const cut = pieces(original, inside);
  // The edits are what is shown, so they are what is written; a candidate without edits is the whole text or nothing.
  const shown = edits.length > 0 || text === original ? cut : pieces(original, [{ from: 0, to: original.length, replacement: text }]);
  return { id, cut: shown, text: rewritten(shown), score, edits: edits.map((edit) => edit.id) };
}
