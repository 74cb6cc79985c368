/** The paragraphs of prose in a text, for whoever reads it piece by piece. */

import { ensureSyntaxTree, syntaxTree } from "@codemirror/language";
import type { EditorState } from "@codemirror/state";
import { paragraphAt } from "./scope";

export interface Paragraph {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** Code and markup are no prose. */
const NOT_PROSE = new Set(["FencedCode", "CodeBlock", "HTMLBlock", "CommentBlock", "Table"]);

/** How long the text may be parsed at once; what is not parsed by then counts as prose. */
const PATIENCE_MS = 50;

function isProse(state: EditorState, pos: number): boolean {
  for (let node = syntaxTree(state).resolveInner(pos, 1); ; ) {
    if (NOT_PROSE.has(node.name)) return false;
    if (!node.parent) return true;
    node = node.parent;
  }
}

/** Those that touch one of the ranges, in the order of the ranges, none twice in a row. */
export function paragraphs(state: EditorState, ranges: readonly { from: number; to: number }[]): Paragraph[] {
  const found: Paragraph[] = [];
  for (const { from, to } of ranges) {
    ensureSyntaxTree(state, to, PATIENCE_MS);
    for (let pos = from; pos <= to; ) {
      const line = state.doc.lineAt(pos);
      if (line.text.trim() === "") {
        pos = line.to + 1;
        continue;
      }
      const paragraph = paragraphAt(state.doc, line.from);
      if (!paragraph) break;
      if (found.at(-1)?.from !== paragraph.from && isProse(state, paragraph.from)) {
        found.push({ ...paragraph, text: state.doc.sliceString(paragraph.from, paragraph.to) });
      }
      pos = paragraph.to + 1;
    }
  }
  return found;
}
