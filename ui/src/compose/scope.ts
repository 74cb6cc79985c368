/** Which part of the text a rewrite is about. */

import type { EditorState, Text } from "@codemirror/state";

/** What was found to be wrong with the text is `marked`. */
export type ScopeKind = "selection" | "paragraph" | "document" | "marked";

export interface Scope {
  readonly kind: ScopeKind;
  readonly from: number;
  readonly to: number;
}

const blank = (text: string): boolean => text.trim() === "";

/** A run of lines without an empty one among them, around `pos`; the nearest one when `pos` is between two. */
export function paragraphAt(doc: Text, pos: number): { from: number; to: number } | null {
  let line = doc.lineAt(pos);
  if (blank(line.text)) {
    let above = line.number - 1;
    while (above >= 1 && blank(doc.line(above).text)) above--;
    let below = line.number + 1;
    while (above < 1 && below <= doc.lines && blank(doc.line(below).text)) below++;
    const found = above >= 1 ? above : below;
    if (found > doc.lines) return null;
    line = doc.line(found);
  }
  let first = line;
  while (first.number > 1 && !blank(doc.line(first.number - 1).text)) first = doc.line(first.number - 1);
  let last = line;
  while (last.number < doc.lines && !blank(doc.line(last.number + 1).text)) last = doc.line(last.number + 1);
  return { from: first.from, to: last.to };
}

/** The selection if there is one, else the paragraph at the cursor, else the whole document. */
export function scopeOf(state: EditorState, wanted: Exclude<ScopeKind, "marked"> | null): Scope {
  const { main } = state.selection;
  const document: Scope = { kind: "document", from: 0, to: state.doc.length };
  if (wanted === "document") return document;
  if (!main.empty && wanted !== "paragraph" && !blank(state.doc.sliceString(main.from, main.to))) {
    return { kind: "selection", from: main.from, to: main.to };
  }
  const paragraph = paragraphAt(state.doc, main.head);
  return paragraph ? { kind: "paragraph", ...paragraph } : document;
}

const WORDS: Record<ScopeKind, string> = {
  selection: "the selection",
  paragraph: "the paragraph at the cursor",
  document: "the whole document",
  marked: "what is marked",
};

export const scopeWords = (kind: ScopeKind): string => WORDS[kind];
