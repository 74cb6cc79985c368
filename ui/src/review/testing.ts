/** Random texts and proposals for the laws of the review; used by tests only. */

import type { Change, Proposal } from "./model";

/** Mulberry32: a small generator with a seed, so that a failing case can be run again. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const TOKENS = ["a", "the", "was", " ", " ", " ", ", ", ".", "\n", "naïve", "👩‍👩‍👧", "e\u0301", "🙂", "北京", "3.14", "**"];

function words(random: () => number, most: number): string {
  let text = "";
  for (let left = Math.floor(random() * (most + 1)); left > 0; left--) {
    text += TOKENS[Math.floor(random() * TOKENS.length)] ?? "";
  }
  return text;
}

/** A text, its rewrite, and the disjoint edits between the two. Touching edits and insertions are frequent. */
export function proposalsFor(random: () => number): { original: string; rewrite: string; proposals: Proposal[] } {
  let original = "";
  let rewrite = "";
  const proposals: Proposal[] = [];
  for (let piece = Math.floor(random() * 12) + 1; piece > 0; piece--) {
    const kept = random() < 0.25 ? "" : words(random, 4);
    original += kept;
    rewrite += kept;
    const old = random() < 0.3 ? "" : words(random, 3);
    const replacement = random() < 0.3 ? "" : words(random, 3);
    const from = original.length;
    const last = proposals.at(-1);
    const twoInsertions = old === "" && last?.from === from && last.to === from;
    if (old !== replacement && !twoInsertions) {
      proposals.push({
        id: `1:${proposals.length}`,
        request: 1,
        segment: 0,
        from,
        to: from + old.length,
        original: old,
        replacement,
        kind: "wording",
        reason: "",
        confidence: null, decision: null,
      });
      rewrite += replacement;
    } else {
      rewrite += old;
    }
    original += old;
  }
  return { original, rewrite, proposals };
}

/** Applies disjoint changes, given in order of position, to a string. */
export function applyAll(text: string, changes: readonly Change[]): string {
  let result = "";
  let at = 0;
  for (const { from, to, insert } of changes) {
    result += text.slice(at, from) + insert;
    at = to;
  }
  return result + text.slice(at);
}
