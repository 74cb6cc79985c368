/**
 * Word and character counts that cost no more than the change.
 *
 * A word starts at a letter or digit that does not continue one: `don't`, `well-known` and `3.14` are one word each,
 * a lone dash or a heading mark is none. Whether a position starts a word depends on the two characters before it,
 * so a change needs only its own text and two characters around it.
 */

import { StateField, type Text } from "@codemirror/state";

export interface Counts {
  readonly words: number;
  /** Unicode characters, not UTF-16 units. */
  readonly characters: number;
}

const ALNUM = /[\p{L}\p{N}\p{M}]/u;
const ASCII_ALNUM = /[0-9A-Za-z]/;
/** Joins two parts of one word when it stands between letters or digits. */
const JOINER = /['’\-.,_\u00ad\u200d]/;

/** How many UTF-16 units before a position decide whether a word starts there: a joiner and a surrogate pair. */
const LOOKBACK = 3;

function alnum(char: string | undefined): boolean {
  if (char === undefined) return false;
  return char.length === 1 && char.charCodeAt(0) < 128 ? ASCII_ALNUM.test(char) : ALNUM.test(char);
}

/** Counts words that start at or after `from`, where `text` begins with context for the first of them. */
function count(text: string, from: number): Counts {
  let words = 0;
  let characters = 0;
  let before: string | undefined;
  let beforeThat: string | undefined;
  let at = 0;
  for (const char of text) {
    if (at >= from) {
      characters++;
      const continues = alnum(before) || (before !== undefined && JOINER.test(before) && alnum(beforeThat));
      if (alnum(char) && !continues) words++;
    }
    at += char.length;
    beforeThat = before;
    before = char;
  }
  return { words, characters };
}

/** Counts `from..to` of a document as if the text before it were there too. */
export function countRange(doc: Text, from: number, to: number): Counts {
  const start = Math.max(0, from - LOOKBACK);
  return count(doc.sliceString(start, to), from - start);
}

/** Counts a text on its own. */
export const countText = (text: string): Counts => count(text, 0);

/** How far beyond a change its effect on word starts can reach. */
const LOOKAHEAD = 3;

export const counts = StateField.define<Counts>({
  create: (state) => countRange(state.doc, 0, state.doc.length),
  update(known, tr) {
    if (!tr.docChanged) return known;
    let { words, characters } = known;
    const before = tr.startState.doc;
    const after = tr.newDoc;
    // Adjacent changes are merged, or their margins would be counted twice; changes nearer than the margin are
    // recounted as one.
    const ranges: { fromA: number; toA: number; fromB: number; toB: number }[] = [];
    tr.changes.iterChangedRanges((fromA, toA, fromB, toB) => {
      const last = ranges.at(-1);
      if (last && fromA - last.toA <= LOOKAHEAD + 1) {
        last.toA = toA;
        last.toB = toB;
      } else {
        ranges.push({ fromA, toA, fromB, toB });
      }
    });
    for (const { fromA, toA, fromB, toB } of ranges) {
      const old = countRange(before, fromA, Math.min(before.length, toA + LOOKAHEAD));
      const now = countRange(after, fromB, Math.min(after.length, toB + LOOKAHEAD));
      words += now.words - old.words;
      characters += now.characters - old.characters;
    }
    return { words, characters };
  },
});
