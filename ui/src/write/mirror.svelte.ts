/** What the person sees of the editor's state. Set in one place, after each transaction. */

import type { EditorView, ViewUpdate } from "@codemirror/view";
import { counts, countRange, type Counts } from "../compose/counts";
import { hintsEnabled } from "../compose/lints";
import type { Scope } from "../compose/scope";
import { activeField, pendingEdits, reviewField } from "../review/field";
import type { ReviewEdit } from "../review/model";

const SELECTION_PAUSE_MS = 120;

export class Mirror {
  edits: readonly ReviewEdit[] = $state.raw([]);
  active: string | null = $state(null);
  counts: Counts = $state.raw({ words: 0, characters: 0 });
  selected: Counts | null = $state.raw(null);
  hintsOn = $state(true);

  private selectionTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly view: EditorView) {}

  follow({ startState, state, selectionSet, docChanged }: ViewUpdate): void {
    this.show(startState.field(reviewField, false) !== state.field(reviewField));
    if (selectionSet || docChanged) this.countSelectionSoon();
  }

  /** Another document is in the editor. */
  reset(): void {
    this.selected = null;
    this.show(true);
  }

  private show(reviewChanged: boolean): void {
    const { state } = this.view;
    if (reviewChanged) this.edits = pendingEdits(state);
    this.active = state.field(activeField);
    this.counts = state.field(counts);
    this.hintsOn = state.field(hintsEnabled);
  }

  private countSelectionSoon(): void {
    clearTimeout(this.selectionTimer);
    this.selectionTimer = setTimeout(() => {
      const { main } = this.view.state.selection;
      this.selected = main.empty ? null : countRange(this.view.state.doc, main.from, main.to);
    }, SELECTION_PAUSE_MS);
  }

  wordsIn({ kind, from, to }: Scope): number {
    return kind === "document" ? this.counts.words : countRange(this.view.state.doc, from, to).words;
  }
}
