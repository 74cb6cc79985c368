// @vitest-environment jsdom

import { cleanup, render, screen } from "@testing-library/svelte";
import axe from "axe-core";
import { createRawSnippet } from "svelte";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { ReviewEdit } from "../src/review/model";
import Rail from "../src/review/Rail.svelte";

afterEach(cleanup);
Element.prototype.scrollIntoView = () => undefined;

const edit = (n: number): ReviewEdit => ({
  id: `7:${n}`,
  request: 7,
  segment: 0,
  from: n * 10,
  to: n * 10 + 3,
  original: "was",
  replacement: "were",
  proposed: "were",
  kind: "Grammar",
  reason: "“We” takes “were”.",
  confidence: 0.4,
  decision: null,
  outcome: "pending",
});

function rail(count: number, active: string | null = "7:0", editing: string | null = null, more: Partial<ReviewEdit> = {}) {
  const heard = {
    onselect: vi.fn(),
    onaccept: vi.fn(),
    onreject: vi.fn(),
    onedit: vi.fn(),
    onanother: vi.fn(),
    ontyped: vi.fn(),
    onedited: vi.fn(),
    onacceptall: vi.fn(),
    onrejectall: vi.fn(),
    onleave: vi.fn(),
    onwalk: vi.fn(),
    onlost: vi.fn(),
  };
  const { container } = render(Rail, {
    props: {
      edits: Array.from({ length: count }, (_, n) => ({ ...edit(n), ...more })),
      active,
      editing,
      cardFocus: 1,
      model: "starter · this device",
      context: () => ({ before: "…we ", after: " late…" }),
      spoken: () => "“was” becomes “were”",
      above: createRawSnippet(() => ({ render: () => "<span></span>" })),
      below: createRawSnippet(() => ({ render: () => "<p>What can wait</p>" })),
      ...heard,
    },
  });
  return { heard, container };
}

const press = (target: Element, key: string) =>
  target.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));

describe("the review rail", () => {
  it("gives the keyboard to the active card, which says what it is about", () => {
    rail(3);
    const card = screen.getByRole("group", { name: "1 of 3: Grammar: “was” becomes “were”. “We” takes “were”." });
    expect(document.activeElement).toBe(card);
    expect(card.getAttribute("aria-current")).toBe("true");
  });

  it.each([
    ["Enter", "onaccept", ["7:0", "next"]],
    ["Backspace", "onreject", ["7:0", "next"]],
    ["Delete", "onreject", ["7:0", "next"]],
    ["e", "onedit", ["7:0"]],
    ["E", "onedit", ["7:0"]],
    ["a", "onanother", ["7:0"]],
    ["Escape", "onleave", []],
    ["ArrowDown", "onwalk", [1]],
    ["ArrowUp", "onwalk", [-1]],
  ] as const)("answers the key %s", (key, handler, args) => {
    const { heard } = rail(2);
    press(document.activeElement as Element, key);
    expect(heard[handler]).toHaveBeenCalledExactlyOnceWith(...args);
  });

  it("decides once while a key is held down", () => {
    const { heard } = rail(2);
    const held = new KeyboardEvent("keydown", { key: "Enter", repeat: true, bubbles: true, cancelable: true });
    document.activeElement?.dispatchEvent(held);
    expect(heard.onaccept).not.toHaveBeenCalled();
    expect(held.defaultPrevented).toBe(true);
  });

  it("leaves the keys of its buttons to the buttons", () => {
    const { heard } = rail(1);
    press(screen.getByTestId("reject"), "Enter");
    expect(heard.onaccept).not.toHaveBeenCalled();
  });

  it("takes the person's own words with Enter and goes back with Esc", () => {
    const { heard } = rail(1, "7:0", "7:0");
    const field = screen.getByLabelText<HTMLTextAreaElement>("Your words");
    expect(field.value).toBe("were");
    field.value = "had been";
    press(field, "Enter");
    expect(heard.onedited).toHaveBeenLastCalledWith("7:0", "had been");
    press(field, "Escape");
    expect(heard.onedited).toHaveBeenLastCalledWith("7:0", null);
    expect(heard.onleave).not.toHaveBeenCalled();
  });

  it("draws a window of a long review around the active card", () => {
    rail(500, "7:250");
    const cards = screen.getAllByTestId("edit-card");
    expect(cards.length).toBe(60);
    expect(cards.some((card) => card.dataset.card === "7:250")).toBe(true);
    expect(screen.getByText("220 suggestions above")).toBeTruthy();
    expect(screen.getByText("220 more suggestions below")).toBeTruthy();
  });

  it("shows what can wait below the last suggestion, and not without one", () => {
    rail(2);
    const last = screen.getAllByTestId("edit-card").at(-1) as HTMLElement;
    expect(last.compareDocumentPosition(screen.getByText("What can wait"))).toBe(Node.DOCUMENT_POSITION_FOLLOWING);
    cleanup();
    rail(0);
    expect(screen.queryByText("What can wait")).toBeNull();
  });

  it("says in words why the large model answered, and does not lend its answer the small one's doubt", () => {
    const why = "the large model's answer: the small one was only 41% sure";
    rail(1, "7:0", null, { decision: { tier: "large", confidence: 0.41, why, failed: null } });
    expect(screen.getByTestId("tier").textContent).toBe("large model");
    expect(screen.getByTestId("why").textContent).toBe(why);
    expect(screen.getByTestId("confidence").textContent).toContain("0.40 of 1");
  });

  it("says how likely a person keeps the small model's sentence", () => {
    rail(1, "7:0", null, { decision: { tier: "small", confidence: 0.86, why: "86% sure", failed: null } });
    expect(screen.getByTestId("tier").textContent).toBe("starter · this device");
    expect(screen.getByTestId("confidence").textContent).toContain("sure, 86%");
    expect(screen.queryByTestId("why")).toBeNull();
  });

  it("has nothing for axe to complain about", async () => {
    const { container } = rail(3);
    // Colours and sizes are not known here; the screens check those in a browser.
    const { violations } = await axe.run(container, { rules: { "color-contrast": { enabled: false } } });
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
  });
});
