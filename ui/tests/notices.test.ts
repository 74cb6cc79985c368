// @vitest-environment jsdom

/** What the panel says about a rewrite. */

import { cleanup, render, screen } from "@testing-library/svelte";
import { tick } from "svelte";
import { afterEach, describe, expect, it } from "vitest";
import "./layout";
import Held from "../src/write/Held.svelte";
import Notices from "../src/write/Notices.svelte";
import { Write } from "../src/write/write.svelte";
import { editOf, fakeBackend, finished, segment, started, stopBackend } from "./backend";

afterEach(() => {
  cleanup();
  stopBackend();
});

const TEXT = "We was late. He go home.";

/** A rewrite under way, with two suggestions on the screen. */
async function running() {
  const backend = fakeBackend(TEXT);
  const write = new Write(backend.startup, "");
  render(Notices, { props: { write } });
  write.acceptAllOrRun();
  const run = await backend.running();
  run.send(started(backend.revision));
  run.send(segment(TEXT, [editOf("7:0", TEXT, "was", "were"), editOf("7:1", TEXT, "go", "goes")]));
  return { write, run };
}

const words = (element: HTMLElement) => element.textContent?.replace(/\s+/gu, " ").trim();
const states = () => screen.queryAllByTestId("notice").map((notice) => notice.dataset.state);

describe("the panel", () => {
  it("says that a rewrite was cancelled, and how much it had found", async () => {
    const { write, run } = await running();
    write.escape();
    run.send(finished("cancelled"));
    await tick();
    expect(states()).toEqual(["cancelled"]);
    expect(words(screen.getByTestId("notice"))).toContain("2 suggestions had been found. They stay until you decide");
  });

  it("says why other versions have to wait, as long as they have to", async () => {
    const { write, run } = await running();
    write.reviewing.another("7:0");
    await tick();
    expect(states()).toEqual(["busy"]);
    expect(screen.getByRole("heading", { name: "Finish or cancel the rewrite first" })).toBeTruthy();
    run.send(finished("rewritten"));
    await tick();
    expect(states()).toEqual([]);
  });

  it("leaves what was held back to the foot of the list while there are suggestions", async () => {
    const { write, run } = await running();
    const { data } = segment(TEXT, [], 1) as Extract<ReturnType<typeof segment>, { event: "segment" }>;
    run.send({ event: "segment", data: { ...data, outcome: "vetoed", reason: "the model wrote nothing" } });
    run.send(finished("rewritten"));
    await tick();
    expect(states()).toEqual([]);
    write.reviewing.rejectAll();
    await tick();
    expect(states()).toEqual(["all-decided", "held"]);
  });
});

describe("a large model that failed", () => {
  it("is told once, with the reason and how often", async () => {
    const { run } = await running();
    const failed = { tier: "small", confidence: 0.3, why: "30% sure; the large model could not be asked: it was killed", failed: "it was killed" } as const;
    for (const index of [1, 2]) {
      const { data } = segment(TEXT, [], index) as Extract<ReturnType<typeof segment>, { event: "segment" }>;
      run.send({ event: "segment", data: { ...data, decision: failed } });
    }
    run.send(finished("rewritten"));
    await tick();
    expect(states()).toEqual(["large-failed"]);
    expect(words(screen.getByTestId("notice"))).toBe("The large model could not be asked: it was killed The small model's answer stands for 2 sentences.");
  });
});

describe("what was left as it was", () => {
  it("is one plain sentence", () => {
    render(Held, { props: { held: [{ reason: "the rewrite lost “6”", times: 1 }] } });
    expect(words(screen.getByTestId("notice"))).toBe("1 sentence was left as it was: the rewrite lost “6”");
  });

  it("shows the first reason and folds the rest", () => {
    const held = [
      { reason: "the model wrote nothing", times: 2 },
      { reason: "the rewrite lost “6”", times: 1 },
    ];
    render(Held, { props: { held } });
    expect(screen.getByRole("heading").textContent).toBe("3 sentences were left as they were:");
    expect(screen.getByText("the model wrote nothing (2 sentences)").closest("details")).toBeNull();
    const folded = screen.getByText("the rewrite lost “6”").closest("details") as HTMLDetailsElement;
    expect(folded.open).toBe(false);
    expect(words(folded)).toContain("1 other reason");
  });
});
