import { describe, expect, it } from "vitest";
import { periods } from "./periods";

const day = (number: number, taken: number, refused: number) => ({ day: number, taken, refused });

describe("decisions over time", () => {
  it("need more than one day", () => {
    expect(periods([])).toBeNull();
    expect(periods([day(20_785, 4, 1)])).toBeNull();
  });

  it("are shown by day, those without any left out", () => {
    const found = periods([day(20_782, 1, 3), day(20_785, 4, 0)]);
    expect(found?.steps).toEqual([
      { step: 1, seconds: null, metrics: { decisions: 4, taken: 0.25 } },
      { step: 4, seconds: null, metrics: { decisions: 4, taken: 1 } },
    ]);
    expect([found?.total, found?.unit, found?.name(1), found?.tick(4)]).toEqual([4, "Day", "Nov 25, 2026", "Nov 28"]);
  });

  it("are shown by week, from Monday to Sunday, when there were many days", () => {
    // A Sunday, the Monday and the Sunday after it, and six weeks later.
    const found = periods([day(20_772, 1, 0), day(20_773, 1, 1), day(20_779, 0, 2), day(20_816, 2, 0)]);
    expect(found?.steps.map(({ step, metrics }) => [step, metrics.decisions, metrics.taken])).toEqual([
      [1, 1, 1],
      [2, 4, 0.25],
      [8, 2, 1],
    ]);
    expect([found?.total, found?.unit, found?.name(1), found?.tick(2)]).toEqual([8, "Week", "Nov 9, 2026", "Nov 16"]);
  });
});
