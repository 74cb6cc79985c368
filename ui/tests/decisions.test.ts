// @vitest-environment jsdom

/** What there is to learn from: where the count comes from, what became of suggestions, and whether its confidence is right. */

import { cleanup, render, screen } from "@testing-library/svelte";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { LearnDto, ReliabilityDto } from "../src/ipc/bindings.gen";
import Decisions from "../src/learn/Decisions.svelte";
import Reliability from "../src/learn/Reliability.svelte";

// uPlot asks for it as soon as it is imported, and jsdom does not have it.
vi.hoisted(() => {
  globalThis.matchMedia = () => new EventTarget() as MediaQueryList;
});

afterEach(cleanup);

const NONE: ReliabilityDto = { answers: 0, missing: 20, bins: [], error: null };
const OVERVIEW: LearnDto = {
  decided: 24,
  imported: 0,
  needed: 50,
  missing: 26,
  intents: [],
  writers: [],
  days: [],
  reliability: NONE,
  recipes: [],
  runs: [],
  adapters: [],
  stepsBack: 0,
  heldOut: 0,
  when: { pauses: true, idle: false, grades: false },
  wishes: [],
};
const shows = (more: Partial<LearnDto>) => {
  const overview = { ...OVERVIEW, ...more };
  render(Decisions, { props: { overview, missing: overview.missing } });
};
const words = (testid: string) => screen.getByTestId(testid).textContent.replaceAll(/\s+/gu, " ").trim();

describe("the count", () => {
  it("says what was decided here and what was imported", () => {
    shows({});
    expect([words("missing"), words("known")]).toEqual(["26 more decisions are needed", "24 so far; 50 needed"]);
    expect(screen.getByRole("meter").getAttribute("aria-valuenow")).toBe("24");
    cleanup();
    shows({ imported: 31 });
    expect(words("known")).toBe("24 decisions, 31 imported; 50 needed");
    expect(words("decisions")).toContain("it makes up for no decision");
    cleanup();
    shows({ imported: 180, missing: 0 });
    expect([words("missing"), words("known")]).toEqual(["Enough to learn from", "24 decisions, 180 imported; 50 needed"]);
    expect(screen.getByRole("meter").getAttribute("aria-valuenow")).toBe("50");
  });
});

describe("suggestions", () => {
  it("have a table by wish and one by writer, each only when there are any", () => {
    shows({});
    expect(screen.queryByRole("table")).toBeNull();
    cleanup();
    shows({ writers: [{ label: "starter with mine", accepted: 5, edited: 1, rejected: 2 }, { label: "starter", accepted: 0, edited: 0, rejected: 0 }] });
    const rows = screen.getAllByRole("row").map((row) => [...row.children].map((cell) => cell.textContent));
    expect(rows).toEqual([
      ["Suggestions by", "Accepted", "In your words", "Rejected", "Taken"],
      ["starter with mine", "5", "1", "2", "75%"],
      ["starter", "0", "0", "0", "–"],
    ]);
  });

  it("have no plot over time before the second day", () => {
    shows({ days: [{ day: 20_785, taken: 24, refused: 0 }] });
    expect(screen.queryByTestId("plot")).toBeNull();
  });
});

describe("its confidence", () => {
  it("is waited for in words", () => {
    render(Reliability, { props: { found: { ...NONE, answers: 13, missing: 7 } } });
    expect(words("reliability")).toContain("Once you have decided about 20 answers");
    expect(words("reliability")).toContain("7 are missing");
    expect(screen.queryByTestId("reliability-plot")).toBeNull();
  });

  it("stands beside what was kept, in a plot and in a table", () => {
    const bins = [{ answers: 11, said: 0.304, kept: 0.4 }, { answers: 10, said: 0.9, kept: 0.8 }];
    render(Reliability, { props: { found: { answers: 21, missing: 0, bins, error: 0.096 } } });
    expect(words("reliability")).toContain("10 points of 100 apart on average (the expected calibration error), over the 21 that");
    expect(screen.getByTestId("reliability-plot").querySelectorAll("circle").length).toBe(2);
    const rows = [...document.querySelectorAll("tbody tr")].map((row) => [...row.children].map((cell) => cell.textContent));
    expect(rows).toEqual([["30%", "40%", "11"], ["90%", "80%", "10"]]);
  });
});
