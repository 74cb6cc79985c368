import { EditorState } from "@codemirror/state";
import { describe, expect, it } from "vitest";
import { counts, countText } from "./counts";

describe("counts", () => {
  it.each([
    ["", 0, 0],
    ["one", 1, 3],
    ["It's a well-known fact: 3.14 — isn't it?", 7, 40],
    ["# Heading\n\n- item one\n- item two", 5, 32],
    ["naïve 北京 🙂 'quoted'", 3, 19],
  ])("counts %j", (text, words, characters) => {
    expect(countText(text)).toEqual({ words, characters });
  });

  it("stays equal to a fresh count through random changes", () => {
    const pieces = ["a", "b1", " ", "-", "'", ".", "\n", "🙂", "𝒳", "é", "e\u0301", "well-known "];
    let state = EditorState.create({ doc: "Start here.", extensions: counts });
    let seed = 7;
    const random = (below: number) => {
      seed = (seed * 1103515245 + 12345) % 2147483648;
      return seed % below;
    };
    for (let turn = 0; turn < 1500; turn++) {
      const cuts = [0, 0, 0, 0].map(() => random(state.doc.length + 1)).sort((a, b) => a - b) as [number, number, number, number];
      const insert = () => Array.from({ length: random(4) }, () => pieces[random(pieces.length)]).join("");
      // No surrogate pair is cut in half, as in an editor.
      const [a, b, c, d] = cuts.map((at) => {
        const code = state.doc.sliceString(at, at + 1).charCodeAt(0);
        return code >= 0xdc00 && code <= 0xdfff ? at - 1 : at;
      }) as [number, number, number, number];
      state = state.update({
        changes: [
          { from: a, to: Math.min(b, a + 6), insert: insert() },
          { from: Math.max(b, c), to: Math.max(b, d, c) > Math.max(b, c) + 6 ? Math.max(b, c) : Math.max(b, d, c), insert: insert() },
        ],
      }).state;
      expect(state.field(counts), JSON.stringify(state.doc.toString())).toEqual(countText(state.doc.toString()));
    }
  });
});
