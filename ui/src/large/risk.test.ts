import { describe, expect, it } from "vitest";
import { consequence, offered, percent } from "./risk";

describe("shares", () => {
  it("are whole per cent, and never rounded to all or nothing", () => {
    expect([0, 0.004, 0.344, 0.999, 1].map(percent)).toEqual(["0%", "1%", "34%", "99%", "100%"]);
  });
});

describe("the risk that is shown", () => {
  const risks = [2, 5, 10].map((oneBadIn) => ({ oneBadIn, accepted: 0.5, asked: 0.5 }));

  it("is the one that is set, or the next more careful one", () => {
    expect([2, 5, 7, 10].map((set) => offered(risks, set))).toEqual([0, 1, 2, 2]);
  });

  it("is the most careful one when more was asked for than is offered", () => {
    expect(offered(risks, 50)).toBe(2);
  });
});

describe("what a risk means", () => {
  const of = (accepted: number, asked: number, large: string | null = "qwen"): string => consequence({ accepted, asked }, large);

  it("says who gets the rest", () => {
    expect(of(0.34, 0.66)).toBe("About 34% of first answers are sure enough for that. The others are thought over; what stays unsure goes to qwen.");
    expect(of(0.34, 0.66, null)).toBe(
      "About 34% of first answers are sure enough for that. The others stand all the same, because nobody can be asked; each shows how sure it is.",
    );
  });

  it("says when the large model is asked about some of the rest only", () => {
    expect(of(0.34, 0.2)).toBe(
      "About 34% of first answers are sure enough for that. The others are thought over; qwen is asked about 20% of all, where it is expected to do better.",
    );
    expect(of(0.34, 0)).toBe(
      "About 34% of first answers are sure enough for that. The others stand all the same, because qwen is not expected to do better; each shows how sure it is.",
    );
  });

  it("says so when there is no rest, or nothing else", () => {
    expect(of(1, 0)).toBe("Every first answer is sure enough for that.");
    expect(of(0, 1)).toBe("No first answer is sure enough for that. All are thought over; what stays unsure goes to qwen.");
  });
});
