import { Text } from "@codemirror/state";
import { describe, expect, it } from "vitest";
import { accept, add, advance, type Proposal } from "./model";
import { pieces, rewritten } from "../shared/pieces";
import { applyAll } from "./testing";
import { adopt, narrowed } from "./versions";
import { ChangeSet } from "@codemirror/state";

describe("pieces of a version", () => {
  it("shows what stays, goes and comes, and gives the rewrite", () => {
    const cut = pieces("We was very happy.", [
      { from: 3, to: 6, replacement: "were" },
      { from: 6, to: 11, replacement: "" },
      { from: 18, to: 18, replacement: " Really." },
    ]);
    expect(cut.map(({ kind, text }) => `${kind}:${text}`)).toEqual([
      "same:We ", "old:was", "new:were", "old: very", "same: happy.", "new: Really.",
    ]);
    expect(rewritten(cut)).toBe("We were happy. Really.");
  });
});

describe("adopting another version", () => {
  const text = "We was happy. The end.";
  const original = "We was happy.";
  const proposal: Proposal = {
    id: "was", request: 1, segment: 0, from: 3, to: 6, original: "was", replacement: "were", kind: "", reason: "", confidence: null, decision: null,
  };
  const segment = { request: 1, index: 0, original };

  it("replaces the sentence and nothing else", () => {
    const doc = Text.of([text]);
    const step = adopt(add([], [proposal], doc), doc, segment, 0, 13, "We were glad.");
    expect(step && applyAll(text, step.changes)).toBe("We were glad. The end.");
    expect(step?.placements.map((placement) => placement.outcome)).toEqual(["replaced"]);
  });

  it("takes back what was accepted inside it first", () => {
    const doc = Text.of([text]);
    const review = add([], [proposal], doc);
    const taken = accept(review, new Set(["was"]), doc);
    const changes = ChangeSet.of([...taken.changes], doc.length);
    const after = changes.apply(doc);
    const decided = advance(review, changes, taken.placements, after);
    const step = adopt(decided, after, segment, 0, 14, "We was so happy.");
    expect(step && applyAll(after.toString(), step.changes)).toBe("We was so happy. The end.");
  });

  it("refuses when the person has written in the sentence", () => {
    const doc = Text.of(["We was not happy. The end."]);
    expect(adopt([], doc, segment, 0, 17, "We were glad.")).toBeNull();
  });

  it("never cuts a character in half", () => {
    expect(narrowed("a🙂b", "a🙃b", 0)).toEqual([{ from: 1, to: 3, insert: "🙃" }]);
    expect(narrowed("\u{1F642}", "\u{1F242}", 0)).toEqual([{ from: 0, to: 2, insert: "\u{1F242}" }]);
    expect(narrowed("aa", "a", 5)).toEqual([{ from: 6, to: 7, insert: "" }]);
  });
});
