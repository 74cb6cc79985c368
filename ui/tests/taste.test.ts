// @vitest-environment jsdom

/** What decisions say: which way each liking points and how far, when nothing is drawn, and when nothing is shown. */

import { cleanup, render, screen, within } from "@testing-library/svelte";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { TasteDto } from "../src/ipc/bindings.gen";
import { Learn } from "../src/learn/learn.svelte";
import LearnScreen from "../src/learn/LearnScreen.svelte";
import Taste from "../src/learn/Taste.svelte";
import { fakeBackend, stopBackend } from "./backend";

// uPlot asks for it as soon as it is imported, and jsdom does not have it.
vi.hoisted(() => {
  globalThis.matchMedia = () => new EventTarget() as MediaQueryList;
});

afterEach(() => {
  cleanup();
  stopBackend();
});

const CLEAR: TasteDto = {
  decisions: 132,
  foreseen: 0.781,
  likings: [
    { what: "exclamation marks", strength: -1.25 },
    { what: "contractions", strength: 0.5 },
  ],
};
const words = (): string => (screen.getByTestId("taste").textContent ?? "").replace(/\s+/g, " ");

describe("a taste that shows", () => {
  it("is a sentence and a table in words, with numbers for who does not see the bars", () => {
    render(Taste, { props: { taste: CLEAR } });
    expect(words()).toContain("78 of 100 of your 132 decisions are foreseen from the others; 50 would be chance.");
    const table = within(screen.getByRole("table", { name: "What you like more and fewer of, the strongest first" }));
    const cells = table.getAllByRole("rowheader").map((head) => [head.textContent, head.nextElementSibling?.textContent]);
    expect(cells).toEqual([
      ["fewer exclamation marks", "−1.25"],
      ["more contractions", "+0.50"],
    ]);
  });

  it("has bars that reach half of the column for the strongest, and as much less for others", () => {
    const { container } = render(Taste, { props: { taste: CLEAR } });
    const bars = [...container.querySelectorAll<HTMLElement>(".bar")].map((bar) => [bar.classList.contains("fewer"), bar.style.width]);
    expect(bars).toEqual([
      [true, "50%"],
      [false, "20%"],
    ]);
  });
});

describe("a taste that does not show", () => {
  it("is told from how many decisions, and nothing is drawn, however strong it seems", () => {
    render(Taste, { props: { taste: { ...CLEAR, foreseen: 0.594 } } });
    expect(words()).toContain("Not enough shows yet: 59 of 100 of your 132 decisions");
    expect(screen.queryByRole("table")).toBeNull();
  });

  it("is not drawn either when nothing is strong enough to be named", () => {
    render(Taste, { props: { taste: { ...CLEAR, likings: [] } } });
    expect(words()).toContain("Not enough shows yet");
    expect(screen.queryByRole("table")).toBeNull();
  });
});

describe("the screen", () => {
  const opened = (decided: number, taste: () => unknown) => {
    const overview = { decided, imported: 0, needed: 50, missing: Math.max(0, 50 - decided), intents: [], writers: [], days: [], reliability: { answers: 0, missing: 20, bins: [], error: null }, recipes: [], runs: [], adapters: [], stepsBack: 0, heldOut: 0, when: { pauses: true, idle: false, grades: false }, wishes: [] };
    Object.assign(fakeBackend("").answers, { learn: () => overview, taste });
    const learn = new Learn();
    render(LearnScreen, { props: { learn, onback: () => undefined } });
    return learn;
  };

  it("keeps its place while decisions are read, and shows what came of it", async () => {
    let tell: (taste: TasteDto) => void = () => undefined;
    opened(83, () => new Promise<TasteDto>((resolve) => (tell = resolve)));
    expect((await screen.findByTestId("taste")).dataset.state).toBe("looking");
    tell(CLEAR);
    expect(await screen.findByText("more contractions")).toBeTruthy();
  });

  it("says nothing of it below the decisions that are needed", async () => {
    const learn = opened(49, () => null);
    await screen.findByTestId("decisions");
    expect(screen.queryByTestId("taste")).toBeNull();
    await vi.waitFor(() => expect(learn.taste).toBeNull());
    expect(screen.queryByTestId("taste")).toBeNull();
  });

  it("says what went wrong instead", async () => {
    const learn = opened(83, () => Promise.reject({ code: "store", message: "The decisions cannot be read.", hint: "" }));
    expect(await screen.findByText("The decisions cannot be read.")).toBeTruthy();
    expect(learn.taste).toBeNull();
    expect(screen.queryByTestId("taste")).toBeNull();
  });
});
