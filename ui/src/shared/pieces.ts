/** A text with edits, cut into what stays, what goes and what comes. */

export interface Piece {
  readonly kind: "same" | "old" | "new";
  readonly text: string;
}

export interface TextEdit {
  /** Offsets in the text. */
  readonly from: number;
  readonly to: number;
  readonly replacement: string;
}

/** `edits` must be disjoint; one that lies outside the text or overlaps its predecessor is left out. */
export function pieces(text: string, edits: readonly TextEdit[]): Piece[] {
  const found: Piece[] = [];
  const push = (kind: Piece["kind"], words: string) => {
    if (words !== "") found.push({ kind, text: words });
  };
  let at = 0;
  for (const edit of [...edits].sort((a, b) => a.from - b.from || a.to - b.to)) {
    if (edit.from < at || edit.to > text.length || edit.to < edit.from) continue;
    push("same", text.slice(at, edit.from));
    push("old", text.slice(edit.from, edit.to));
    push("new", edit.replacement);
    at = edit.to;
  }
  push("same", text.slice(at));
  return found;
}

/** The text with all edits applied. */
export const rewritten = (cut: readonly Piece[]): string =>
  cut
    .filter((piece) => piece.kind !== "old")
    .map((piece) => piece.text)
    .join("");
