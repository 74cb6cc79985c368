/** Remembers a text and what happened to it since, so that offsets into that text can be carried to the present. */

import { ChangeSet, type Extension, type Text } from "@codemirror/state";
import { EditorView } from "@codemirror/view";

export interface Mark {
  /** The text when the mark was set. */
  readonly doc: Text;
  /** From that text to the one on the screen. */
  readonly changes: ChangeSet;
}

class OpenMark implements Mark {
  constructor(
    readonly doc: Text,
    public changes: ChangeSet,
  ) {}
}

export class Marks {
  private readonly open = new Set<OpenMark>();

  /** Follows the changes of one editor. */
  readonly follow: Extension = EditorView.updateListener.of((update) => {
    if (update.docChanged) for (const mark of this.open) mark.changes = mark.changes.compose(update.changes);
  });

  set(doc: Text): Mark {
    const mark = new OpenMark(doc, ChangeSet.empty(doc.length));
    this.open.add(mark);
    return mark;
  }

  /** A second mark at the same text, released on its own. */
  copy(mark: Mark): Mark {
    const copied = new OpenMark(mark.doc, mark.changes);
    this.open.add(copied);
    return copied;
  }

  /** Forgets a mark; its changes stop growing. */
  release(mark: Mark | null): void {
    if (mark instanceof OpenMark) this.open.delete(mark);
  }

  clear(): void {
    this.open.clear();
  }
}

/**
 * Where `from..to` of the marked text is now, or null when it was touched.
 *
 * Strict on purpose: text inserted exactly at a border counts as touching only if the range is empty, because an
 * insertion has no other way of telling its place.
 */
export function carry(mark: Mark, from: number, to: number): { from: number; to: number } | null {
  let touched = false;
  mark.changes.iterChangedRanges((fromA, toA) => {
    if (from === to ? fromA <= from && toA >= to : fromA < to && toA > from) touched = true;
  }, true);
  if (touched) return null;
  return { from: mark.changes.mapPos(from, 1), to: mark.changes.mapPos(to, -1) };
}
