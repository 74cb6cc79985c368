// @vitest-environment jsdom

/** How often decisions were expected: when there is a curve, of what, and when the model is asked. */

import { cleanup, render, screen } from "@testing-library/svelte";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { ExpectedDto } from "../src/ipc/bindings.gen";
import Expected from "../src/learn/Expected.svelte";
import { foreseen, forgotten } from "../src/learn/foreseen";
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
const NONE = { damaged: 0, fell: null };
const FEW: ExpectedDto = { decisions: 7, window: 20, points: [], ...NONE };

describe("the curve", () => {
  it("has a place for each decision from the first with enough behind it", () => {
    const found = foreseen({ decisions: 22, window: 20, points: [point(null, 0.5, 0.5), point("a", 0.6, 0.5), point("a", 0.7, 0.5)], ...NONE });
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
    expect(foreseen({ decisions: 20, window: 20, points: [point(null, 0.5, 0.5)], ...NONE })?.plot.lines.map(({ metric }) => metric)).toEqual(["alone"]);
    expect(foreseen(FEW)).toBeNull();
  });

  it("is waited for in words", () => {
    render(Expected, { props: { expected: FEW } });
    expect(screen.getByTestId("expected").textContent).toContain("7 were asked about so far");
    expect(screen.queryByTestId("plot")).toBeNull();
  });
});

describe("what was forgotten", () => {
  const fell = { adapter: "mine", measure: "meaning" as const, texts: 38, now: 0.704, before: 0.9, than: null };

  it("is one sentence, and only when something fell", () => {
    render(Expected, { props: { expected: { ...FEW, fell } } });
    const sentence = "On 38 fixed texts, mine keeps less of the meaning than the model alone did before it: 70% where that had 90%.";
    expect(screen.getByTestId("forgotten").textContent).toBe(sentence);
    expect(forgotten({ ...fell, measure: "clean", than: "older" })).toContain("mine less often leaves alone what needs no change than older did");
    cleanup();
    render(Expected, { props: { expected: FEW } });
    expect(screen.queryByTestId("forgotten")).toBeNull();
    expect(screen.queryByTestId("damaged")).toBeNull();
  });

  it("shows after an adapter is used, as does a log that does not know of it", async () => {
    const backend = fakeBackend("");
    Object.assign(backend.answers, { use_adapter: () => null, learn: () => ({}), expected: () => FEW, catch_up_expected: () => ({ ...FEW, fell }) });
    const learn = new Learn();
    await learn.adapters.use("mine");
    await vi.waitFor(() => expect(learn.expected?.fell).toEqual(fell));
    expect(learn.troubles.latest).toBeNull();
    const asked = backend.calls.length;
    Object.assign(backend.answers, { use_adapter: () => ({ code: "expected", message: "Not permitted.", hint: "" }) });
    await learn.adapters.use("mine");
    expect(learn.troubles.latest?.error.message).toBe("Not permitted.");
    expect(learn.announcer.spoken).toContain("mine answers from now on");
    expect(backend.calls.slice(asked).map(({ command }) => command)).toEqual(["use_adapter", "learn"]);
  });
});

describe("a damaged log", () => {
  it("is told, and the rest is shown", () => {
    render(Expected, { props: { expected: { ...FEW, damaged: 1 } } });
    expect(screen.getByTestId("damaged").textContent).toContain("1 line of its log is damaged and was left out");
    expect(screen.getByTestId("expected").textContent).toContain("7 were asked about so far");
  });
});

describe("the model", () => {
  it("is asked about new decisions when the screen opens, but not while a run needs the machine", async () => {
    const backend = fakeBackend("");
    Object.assign(backend.answers, { expected: () => FEW, catch_up_expected: () => ({ ...FEW, decisions: 9 }) });
    const learn = new Learn();
    await learn.loadExpected();
    expect(learn.expected?.decisions).toBe(9);
    learn.training.going = { id: "r", guided: null, recipe: "r", examples: 0, total: 0, paused: false, waits: null, stopping: false };
    await learn.loadExpected();
    expect(learn.expected?.decisions).toBe(7);
    expect(backend.calls.filter(({ command }) => command === "catch_up_expected").length).toBe(1);
  });

  it("that cannot be asked is said", async () => {
    const backend = fakeBackend("");
    Object.assign(backend.answers, { expected: () => Promise.reject({ code: "expected", message: "Not permitted.", hint: "" }) });
    const learn = new Learn();
    await learn.loadExpected();
    expect(learn.troubles.latest?.error.message).toBe("Not permitted.");
  });
});
