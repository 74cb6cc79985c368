import { describe, expect, it } from "vitest";
import { measured, plots, scale, shown, thin, timeLeft, valueAt, values, type Step } from "./series";

const step = (number: number, metrics: Record<string, number | null>, seconds = 2): Step => ({ step: number, seconds, metrics });

describe("plots", () => {
  it("put the parts beside the texts as they were, and leave out what a run does not have", () => {
    const found = plots([step(1, { loss: 1, kl: 0, "reward/meaning": 0.9, "original/meaning": 1, "multiplier/meaning/fix": 2, tokens: 9, entropy: 0.4, "held-out": 0.5, skipped: 1 })]);
    expect(found.map(({ title }) => title)).toEqual(["Reward parts", "Held-out decisions it agrees with", "Multipliers", "Distance from the model (KL)", "Entropy (nats a token)", "Length (tokens)", "Loss"]);
    expect(found[0]?.lines.map(({ label, reference }) => [label, reference])).toEqual([
      ["meaning", false],
      ["meaning, as it was", true],
    ]);
    expect(found[2]?.lines[0]?.label).toBe("meaning, fix");
    expect(plots([step(1, { loss: 1 })]).map(({ title }) => title)).toEqual(["Loss"]);
    expect(plots([])).toEqual([]);
  });

  it("have a gap where nothing was measured", () => {
    expect(values([step(1, { kl: 0.5 }), step(2, {}), step(3, { kl: null })], "kl")).toEqual([0.5, null, null]);
  });
});

describe("what is measured now and then", () => {
  const steps = [step(1, { "held-out": 0.5, kl: 1 }), step(2, { kl: 2 }), step(3, { "held-out": 0.75 }), step(4, {})];
  const [plot] = plots(steps);
  const agrees = plot?.lines[0];
  if (!plot || !agrees) throw new Error("no plot");

  it("keeps its value until the next time, and never has one before the first", () => {
    expect([0, 1, 2, 3].map((at) => valueAt(steps, at, agrees))).toEqual(["50%", "50%", "75%", "75%"]);
    expect(valueAt(steps.slice(1, 2), 0, agrees)).toBe("–");
    expect(valueAt(steps, 2, { metric: "kl", label: "", reference: false })).toBe("–");
    expect(valueAt([], -1, agrees)).toBe("–");
  });

  it("has the steps in its table in which it was measured", () => {
    expect(measured(steps, plot).map((one) => one.step)).toEqual([1, 3]);
  });
});

describe("the scale", () => {
  it("holds all values with room", () => {
    const [low, high] = scale([2.4, null, 3.1, 2.9]);
    expect(low).toBeGreaterThan(2);
    expect(low).toBeLessThan(2.4);
    expect(high).toBeGreaterThan(3.1);
  });

  it("begins at 0 when the values reach far down to it, and ends at 1 for shares", () => {
    expect(scale([0.1, 0.9])[0]).toBe(0);
    expect(scale([0.9, 0.99])[1]).toBeCloseTo(0.9972);
    expect(scale([0.2, 1])).toEqual([0, 1]);
  });

  it("has a height even when nothing changes, or there is nothing", () => {
    expect(scale([])).toEqual([0, 1]);
    expect(scale([null, Number.NaN])).toEqual([0, 1]);
    expect(scale([0, 0])).toEqual([0, 1]);
    expect(scale([4])).toEqual([2, 6]);
    expect(scale([1, 1])).toEqual([0.5, 1]);
    expect(scale([-4, -4])).toEqual([-6, -2]);
  });

  it("shows what lies below 0", () => {
    const [low, high] = scale([-0.5, 0.25]);
    expect(low).toBeLessThan(-0.5);
    expect(high).toBeGreaterThan(0.25);
  });
});

describe("rows of the table", () => {
  it("are few, and the last is among them", () => {
    const rows = Array.from({ length: 95 }, (_, i) => i + 1);
    const some = thin(rows, 12);
    expect(some.length).toBeLessThanOrEqual(12);
    expect(some.at(-1)).toBe(95);
    expect(thin([1, 2], 12)).toEqual([1, 2]);
    expect(thin([], 12)).toEqual([]);
  });
});

describe("the time left", () => {
  it("goes by the middle of the latest steps", () => {
    const slowOnce = [step(1, {}, 2), step(2, {}, 60), step(3, {}, 2)];
    expect(timeLeft(slowOnce, 10)).toBe(14_000);
    expect(timeLeft([], 10)).toBeNull();
    expect(timeLeft([step(10, {})], 10)).toBe(0);
  });
});

describe("numbers", () => {
  it("are short and never wrong by rounding to 0", () => {
    expect([0, 0.12345, 12.345, 0.00002, 123456, null, Number.NaN].map(shown)).toEqual(["0.000", "0.123", "12.3", "2.0e-5", "1.2e+5", "–", "–"]);
  });
});
