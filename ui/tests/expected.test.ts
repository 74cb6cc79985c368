// @vitest-environment jsdom

/** How often decisions were expected: when there is a curve, of what, and when the model is asked. */

import { cleanup, render, screen } from "@testing-library/svelte";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { ExpectedDto } from "../src/ipc/bindings.gen";
import Expected from "../src/learn/Expected.svelte";
import { foreseen } from "../src/learn/foreseen";
import { Learn } from "../src/learn/learn.svelte";
import { fakeBackend, stopBackend } from "./backend";

// uPlot asks for it as soon as it is imported, and jsdom does not have it.
vi.hoisted(() => {
  globalThis.matchMedia = () => new EventTarget() as MediaQueryList;
});

afterEach(() => {
  cleanup();
  stopBackend();
});

const point = (adapter: string | null, inUse: number, alone: number) => ({ adapter, inUse, alone });
const FEW: ExpectedDto = { decisions: 7, window: 20, points: [] };

describe("the curve", () => {
  it("has a place for each decision from the first with enough behind it", () => {
    const found = foreseen({ decisions: 22, window: 20, points: [point(null, 0.5, 0.5), point("a", 0.6, 0.5), point("a", 0.7, 0.5)] });
    expect(found?.steps.map(({ step, metrics }) => [step, metrics.inUse, metrics.alone])).toEqual([
      [20, 0.5, 0.5],
      [21, 0.6, 0.5],
      [22, 0.7, 0.5],
    ]);
    expect(found?.plot.lines.map(({ label, reference }) => [label, reference])).toEqual([
      ["what was in use", false],
      ["the model alone", true],
    ]);
  });

  it("is one line as long as the model was alone, and none for few decisions", () => {
    expect(foreseen({ decisions: 20, window: 20, points: [point(null, 0.5, 0.5)] })?.plot.lines.map(({ metric }) => metric)).toEqual(["alone"]);
    expect(foreseen(FEW)).toBeNull();
  });

  it("is waited for in words", () => {
    render(Expected, { props: { expected: FEW } });
    expect(screen.getByTestId("expected").textContent).toContain("7 were asked about so far");
    expect(screen.queryByTestId("plot")).toBeNull();
  });
});

describe("the model", () => {
  it("is asked about new decisions when the screen opens, but not while a run needs the machine", async () => {
    const backend = fakeBackend("");
    Object.assign(backend.answers, { expected: () => FEW, catch_up_expected: () => ({ ...FEW, decisions: 9 }) });
    const learn = new Learn();
    await learn.loadExpected();
    expect(learn.expected?.decisions).toBe(9);
    learn.going = { id: "r", recipe: "r", examples: 0, total: 0, paused: false, waits: null, stopping: false };
    await learn.loadExpected();
    expect(learn.expected?.decisions).toBe(7);
    expect(backend.calls.filter(({ command }) => command === "catch_up_expected").length).toBe(1);
  });

  it("that cannot be asked is said", async () => {
    const backend = fakeBackend("");
    Object.assign(backend.answers, { expected: () => Promise.reject({ code: "expected", message: "Line 3 is damaged.", hint: "" }) });
    const learn = new Learn();
    await learn.loadExpected();
    expect(learn.trouble?.error.message).toBe("Line 3 is damaged.");
  });
});
