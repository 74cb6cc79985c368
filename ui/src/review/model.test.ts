import { Text } from "@codemirror/state";
import { describe, expect, it } from "vitest";
import { accept, add, pending, settle } from "./model";
import { applyAll, proposalsFor, seeded } from "./testing";

const ids = (edits: readonly { id: string }[]) => new Set(edits.map((edit) => edit.id));

describe("a review as a value", () => {
  it("keeps only proposals that fit their text, change something and do not overlap", () => {
    const doc = Text.of(["We was happy."]);
    const base = { request: 1, segment: 0, kind: "grammar", reason: "", confidence: null, decision: null };
    const review = add(
      [],
      [
        { ...base, id: "fits", from: 3, to: 6, original: "was", replacement: "were" },
        { ...base, id: "stale", from: 7, to: 12, original: "gloomy", replacement: "glad" },
        { ...base, id: "overlaps", from: 0, to: 6, original: "We was", replacement: "We were" },
        { ...base, id: "nothing", from: 7, to: 12, original: "happy", replacement: "happy" },
      ],
      doc,
    );
    expect(review.map((edit) => edit.id)).toEqual(["fits"]);
  });

  it("accepts all into the rewrite, rejects all into the original, and any subset into what the subset says", () => {
    for (let seed = 1; seed <= 300; seed++) {
      const random = seeded(seed);
      const { original, rewrite, proposals } = proposalsFor(random);
      const doc = Text.of(original.split("\n"));
      const review = add([], proposals, doc);
      expect(review.length, `seed ${seed}: proposals are disjoint`).toBe(proposals.length);

      const all = accept(review, ids(review), doc);
      expect(applyAll(original, all.changes), `seed ${seed}`).toBe(rewrite);
      expect(settle(review, ids(review), "rejected").changes).toEqual([]);

      const some = proposals.filter(() => random() < 0.5);
      expect(applyAll(original, accept(review, ids(some), doc).changes), `seed ${seed}`).toBe(applyAll(
        original,
        some.map(({ from, to, replacement }) => ({ from, to, insert: replacement })),
      ));
    }
  });

  it("drops instead of applying when the text is not what the edit was made for", () => {
    const doc = Text.of(["We was happy."]);
    const proposal = {
      id: "1", request: 1, segment: 0, from: 3, to: 6, original: "was", replacement: "were", kind: "", reason: "", confidence: null, decision: null,
    };
    const review = add([], [proposal], doc);
    const elsewhere = accept(review, new Set(["1"]), Text.of(["We are happy."]));
    expect(elsewhere.changes).toEqual([]);
    expect(elsewhere.placements[0]?.outcome).toBe("dropped");
  });

  it("says where accepted text ended up", () => {
    for (let seed = 1; seed <= 100; seed++) {
      const random = seeded(seed);
      const { original, proposals } = proposalsFor(random);
      const doc = Text.of(original.split("\n"));
      const review = add([], proposals, doc);
      const taken = accept(review, ids(pending(review).filter(() => random() < 0.7)), doc);
      const after = applyAll(original, taken.changes);
      for (const placement of taken.placements) {
        expect(after.slice(placement.from, placement.to), `seed ${seed}`).toBe(placement.replacement);
      }
    }
  });
});
