import { describe, expect, it } from "vitest";
import { remark, sureness } from "./sureness";

const small = (confidence: number | null, why = "") => ({ tier: "small", confidence, why, failed: null }) as const;
const large = { tier: "large", confidence: 0.41, why: "the large model's answer: the small one was only 41% sure", failed: null } as const;

describe("how sure an edit is", () => {
  it("is the calibrated chance of the small model's sentence, where there is one", () => {
    expect(sureness({ confidence: 0.9, decision: small(0.7) })).toEqual({ value: 0.7, of: "kept" });
    expect(sureness({ confidence: 0.9, decision: small(null) })).toEqual({ value: 0.9, of: "words" });
    expect(sureness({ confidence: null, decision: null })).toBeNull();
  });

  it("is not what the small model thought of its own answer when the large one's is shown", () => {
    expect(sureness({ confidence: 0.9, decision: large })).toEqual({ value: 0.9, of: "words" });
    expect(sureness({ confidence: null, decision: large })).toBeNull();
  });
});

describe("the remark on who answered", () => {
  it("is the reason of a large answer", () => {
    expect(remark(large)).toBe(large.why);
  });

  it("leaves out of a small one what the meter says", () => {
    expect(remark(small(0.91, "91% sure"))).toBe("");
    expect(remark(small(0.6, "60% sure after a second thought"))).toBe("after a second thought");
    expect(remark(small(0.3, "30% sure; the large model had nothing better"))).toBe("the large model had nothing better");
    expect(remark(small(null, "the small model's first answer"))).toBe("");
  });
});
