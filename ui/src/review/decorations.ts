/**
 * Pending edits in the text: the old words struck through, the new ones beside them.
 *
 * Only edits near the visible part are drawn. The new words are not part of the document, so nothing that reads
 * the document (saving, searching, word count) ever sees them.
 */

import { RangeSetBuilder, type EditorState } from "@codemirror/state";
import { Decoration, ViewPlugin, WidgetType, type DecorationSet, type EditorView, type ViewUpdate } from "@codemirror/view";
import { activeField, previewField, reviewField } from "./field";
import { isPending, type Review, type ReviewEdit } from "./model";

/** Line breaks and lone blanks are made visible, or a person could not see what they accept. */
export function visibleText(text: string): string {
  const broken = text.replaceAll("\n", "↵");
  return /^[ \u00a0]+$/u.test(broken) ? broken.replaceAll(/[ \u00a0]/gu, "␣") : broken;
}

class NewWords extends WidgetType {
  constructor(
    readonly id: string,
    readonly words: string,
    readonly active: boolean,
  ) {
    super();
  }

  override eq(other: NewWords): boolean {
    return other.id === this.id && other.words === this.words && other.active === this.active;
  }

  override toDOM(): HTMLElement {
    const dom = document.createElement("ins");
    dom.className = this.active ? "cm-new cm-active-edit" : "cm-new";
    dom.dataset.edit = this.id;
    dom.textContent = visibleText(this.words);
    return dom;
  }

  // Clicks reach the editor, which selects the edit.
  override ignoreEvent(): boolean {
    return false;
  }
}

/** The first edit that ends at or after `pos`. Edits are ordered by start and short, so a small step back is enough. */
function firstNear(review: Review, pos: number): number {
  let low = 0;
  let high = review.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((review[middle]?.from ?? 0) < pos) low = middle + 1;
    else high = middle;
  }
  while (low > 0 && (review[low - 1]?.to ?? 0) >= pos) low--;
  return low;
}

function draw(view: EditorView): DecorationSet {
  const { state } = view;
  const review = state.field(reviewField);
  const active = state.field(activeField);
  const shown = state.field(previewField);
  const builder = new RangeSetBuilder<Decoration>();
  let drawnTo = -1;
  for (const { from, to } of view.visibleRanges) {
    for (let i = firstNear(review, from); i < review.length; i++) {
      const edit = review[i];
      if (!edit || edit.from > to) break;
      if (!isPending(edit) || i <= drawnTo) continue;
      drawnTo = i;
      mark(builder, edit, edit.id === active, shown?.id === edit.id ? shown.words : edit.replacement);
    }
  }
  return builder.finish();
}

function mark(builder: RangeSetBuilder<Decoration>, edit: ReviewEdit, active: boolean, words: string): void {
  if (edit.from < edit.to) {
    const blank = /^\s+$/u.test(edit.original) ? " cm-old-blank" : "";
    builder.add(
      edit.from,
      edit.to,
      Decoration.mark({
        tagName: "del",
        class: `cm-old${blank}${active ? " cm-active-edit" : ""}`,
        attributes: { "data-edit": edit.id },
      }),
    );
  }
  if (words !== "") {
    builder.add(edit.to, edit.to, Decoration.widget({ widget: new NewWords(edit.id, words, active), side: 1 }));
  }
}

function redrawn(before: EditorState, after: EditorState): boolean {
  return (
    before.field(reviewField) !== after.field(reviewField) ||
    before.field(activeField) !== after.field(activeField) ||
    before.field(previewField) !== after.field(previewField)
  );
}

export const editDecorations = ViewPlugin.fromClass(
  class {
    decorations: DecorationSet;

    constructor(view: EditorView) {
      this.decorations = draw(view);
    }

    update(update: ViewUpdate): void {
      const { docChanged, viewportChanged, startState, state, view } = update;
      if (docChanged || viewportChanged || redrawn(startState, state)) this.decorations = draw(view);
    }
  },
  { decorations: (plugin) => plugin.decorations },
);
