// @vitest-environment jsdom

/** The dialog about who answers: what it says, what it saves, and what happens when that fails. */

import { cleanup, render, screen } from "@testing-library/svelte";
import axe from "axe-core";
import { tick } from "svelte";
import { afterEach, describe, expect, it } from "vitest";
import "./layout";
import type { CascadeDto } from "../src/ipc/bindings.gen";
import { Cascade } from "../src/large/cascade.svelte";
import LargeDialog from "../src/large/LargeDialog.svelte";
import { keyHandler } from "../src/write/keys";
import { Write } from "../src/write/write.svelte";
import { fakeBackend, stopBackend } from "./backend";

// jsdom has the element without its methods.
HTMLDialogElement.prototype.showModal = function () {
  this.open = true;
};
HTMLDialogElement.prototype.close = function () {
  this.open = false;
};

afterEach(() => {
  cleanup();
  stopBackend();
});

const RISKS = [
  { oneBadIn: 2, accepted: 1, asked: 0 },
  { oneBadIn: 5, accepted: 0.72, asked: 0.28 },
  { oneBadIn: 10, accepted: 0.34, asked: 0.66 },
  { oneBadIn: 100, accepted: 0, asked: 1 },
];
const settle = async () => {
  await new Promise((resolve) => setTimeout(resolve, 0));
  await tick();
};

async function opened(setting: Partial<CascadeDto> = {}, answers: Record<string, (args: Record<string, unknown>) => unknown> = {}) {
  const backend = fakeBackend("");
  let now: CascadeDto = { large: null, oneBadIn: 10, risks: RISKS, deferral: [], ...setting };
  Object.assign(backend.answers, {
    cascade: () => now,
    set_risk: ({ oneBadIn }: { oneBadIn: number }) => {
      now = { ...now, oneBadIn };
      return null;
    },
    choose_large: () => (now = { ...now, large: "big-one" }),
    remove_large: () => (now = { ...now, large: null }),
    ...answers,
  });
  const cascade = new Cascade();
  const show = () => render(LargeDialog, { props: { cascade, small: "starter · this device", busy: false, onclose: () => undefined } });
  const { container } = show();
  await settle();
  return { backend, container, saved: () => now, show };
}

const slider = () => screen.getByRole<HTMLInputElement>("slider");
const words = (testid: string) => screen.getByTestId(testid).textContent?.replace(/\s+/gu, " ").trim();

async function slide(to: number) {
  slider().value = String(to);
  slider().dispatchEvent(new Event("input", { bubbles: true }));
  await settle();
}

describe("who answers", () => {
  it("says that nobody is asked, and takes a model", async () => {
    const { saved } = await opened();
    expect(words("asked")).toContain("Nobody");
    expect(screen.queryByTestId("remove-large")).toBeNull();
    screen.getByTestId("choose-large").click();
    await settle();
    expect(saved().large).toBe("big-one");
    expect(screen.getByTestId("asked").dataset.large).toBe("big-one");
    expect(words("consequence")).toContain("goes to big-one");
    screen.getByTestId("remove-large").click();
    await settle();
    expect(words("asked")).toContain("Nobody");
  });

  it("tells why a file was refused and keeps the model that there was", async () => {
    await opened(
      { large: "big-one" },
      {
        choose_large: () => {
          throw { code: "model", message: "notes.gguf is no GGUF file", hint: "Choose a file that ends in .gguf." };
        },
      },
    );
    screen.getByTestId("choose-large").click();
    await settle();
    expect(screen.getByTestId("notice").dataset.state).toBe("cascade-trouble");
    expect(words("notice")).toBe("Choosing the model failed notes.gguf is no GGUF file Choose a file that ends in .gguf.");
    expect(screen.getByTestId("asked").dataset.large).toBe("big-one");
  });

  it("tells why nothing can be said, and tries again", async () => {
    const { backend, saved } = await opened(
      {},
      {
        cascade: () => {
          throw { code: "model_missing", message: "No model was found.", hint: "Put one beside the program." };
        },
      },
    );
    expect(screen.getByRole("alert").textContent).toContain("No model was found.");
    backend.answers.cascade = saved;
    screen.getByRole("button", { name: "Try again" }).click();
    await settle();
    expect(slider()).toBeTruthy();
  });
});

describe("the risk", () => {
  it("is shown as a sentence, a point and a row, and saved when it moves", async () => {
    const { saved } = await opened();
    expect(slider().getAttribute("aria-valuetext")).toBe("1 in 10 may be bad");
    expect(words("consequence")).toContain("About 34%");
    await slide(1);
    expect(saved().oneBadIn).toBe(5);
    expect(words("risk-words")).toBe("1 in 5");
    expect(words("consequence")).toContain("About 72%");
    const plot = screen.getByTestId("risk-plot");
    const points = [...plot.querySelectorAll("circle")];
    expect(points.map((point) => point.classList.contains("chosen"))).toEqual([false, true, false, false]);
    const heights = points.map((point) => Number(point.getAttribute("cy")));
    expect(heights).toEqual([...heights].sort((a, b) => a - b));
    const row = screen.getByText("1 in 5", { selector: "th" }).closest("tr");
    expect(row?.getAttribute("aria-current")).toBe("true");
    expect(row?.textContent).toContain("72%");
  });

  it("has its point on the deferral curve, if the large model was measured", async () => {
    const deferral = [0, 0.25, 0.5, 0.75, 1].map((asked, i) => ({ asked, quality: [50, 56, 58, 57, 54][i] ?? 0 }));
    await opened({ large: "big-one", deferral });
    expect(words("deferral-plot")).toContain("57.0");
    const marked = () => [...document.querySelectorAll("tr[aria-current] td")].map((cell) => cell.textContent);
    expect(marked()).toContain("57.0");
    await slide(1);
    expect(marked()).toContain("58.0");
    cleanup();
    await opened({ large: "big-one" });
    expect(screen.queryByTestId("deferral-plot")).toBeNull();
  });

  it("goes back to what is saved when it could not be", async () => {
    await opened(
      {},
      {
        set_risk: () => {
          throw { code: "settings", message: "The settings could not be written.", hint: "The disk is full." };
        },
      },
    );
    await slide(3);
    expect(slider().valueAsNumber).toBe(2);
    expect(words("risk-words")).toBe("1 in 10");
    expect(words("notice")).toContain("Saving the risk failed The settings could not be written. The disk is full.");
  });

  it("is saved in order, the last one last, however slow a save is", async () => {
    const release: (() => void)[] = [];
    const { backend } = await opened({}, { set_risk: () => new Promise((resolve) => release.push(() => resolve(null))) });
    await slide(1);
    await slide(0);
    await slide(3);
    expect(words("risk-words")).toBe("1 in 100");
    while (release.length > 0) {
      release.shift()?.();
      await settle();
    }
    expect(backend.calls.filter(({ command }) => command === "set_risk").map(({ args }) => args.oneBadIn)).toEqual([5, 100]);
  });

  it("is the new one when the dialog is opened again while it is still being saved", async () => {
    const release: (() => void)[] = [];
    const { backend, saved, show } = await opened();
    const save = backend.answers.set_risk;
    backend.answers.set_risk = (args) => new Promise((resolve) => release.push(() => resolve(save?.(args))));
    await slide(0);
    cleanup();
    show();
    await settle();
    expect(screen.queryByRole("slider")).toBeNull();
    release.shift()?.();
    await settle();
    expect(saved().oneBadIn).toBe(2);
    expect(words("risk-words")).toBe("1 in 2");
  });

  it("has no slider where nothing was measured, but a sentence", async () => {
    await opened({ risks: [] });
    expect(screen.queryByRole("slider")).toBeNull();
    expect(screen.getByTestId("notice").dataset.state).toBe("not-calibrated");
  });
});

describe("the dialog", () => {
  it("is opened by keyboard", () => {
    const { startup } = fakeBackend("We was late.");
    const write = new Write(startup, "");
    keyHandler(write)(new KeyboardEvent("keydown", { key: ",", ctrlKey: true, cancelable: true }));
    expect(write.dialog).toBe("large");
  });

  it.each([{}, { large: "big-one" }, { risks: [] }])("has nothing for axe to complain about (%o)", async (setting) => {
    const { container } = await opened(setting);
    // Colours and sizes are not known here; the window's tests check those.
    const { violations } = await axe.run(container, { rules: { "color-contrast": { enabled: false } } });
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
  });
});
