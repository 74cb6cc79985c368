// @vitest-environment jsdom

/** One's own words and rules: what decisions suggest becomes one only when the person says so, and can be taken away again. */

import { cleanup, fireEvent, render, screen } from "@testing-library/svelte";
import { afterEach, describe, expect, it } from "vitest";
import type { SuggestedWordDto } from "../src/ipc/bindings.gen";
import { HouseRules } from "../src/learn/house-rules.svelte";
import Card from "../src/learn/HouseRules.svelte";
import { fakeBackend, stopBackend } from "./backend";

afterEach(() => {
  cleanup();
  stopBackend();
});

const USE: SuggestedWordDto = {
  entry: "utilise -> use",
  word: "utilise",
  instead: "use",
  texts: ["We utilise it.", "They utilise it.", "Utilise it now.", "I utilise it."],
};
const GONNA: SuggestedWordDto = { entry: "gonna", word: "gonna", instead: null, texts: ["It's gonna rain.", "I'm gonna go.", "Gonna try."] };
const settle = () => new Promise((resolve) => setTimeout(resolve, 0));
const words = (): string => (screen.getByTestId("house-rules").textContent ?? "").replace(/\s+/g, " ");

async function opened(entries: string[], suggested: SuggestedWordDto[] = []) {
  const backend = fakeBackend("");
  const refused: string[] = [];
  Object.assign(backend.answers, {
    dictionary_list: () => [...entries],
    dictionary_suggested: () => suggested.filter(({ entry }) => !entries.includes(entry) && !refused.includes(entry)),
    dictionary_add: ({ word }: { word: string }) => {
      if (word.length > 90) throw { code: "invalid", message: "the word must be 1 to 100 characters", hint: "" };
      entries.push(word);
      return null;
    },
    dictionary_remove: ({ word }: { word: string }) => {
      entries.splice(entries.indexOf(word), 1);
      return null;
    },
    dictionary_refuse: ({ entry }: { entry: string }) => {
      refused.push(entry);
      return null;
    },
  });
  const rules = new HouseRules();
  render(Card, { props: { rules } });
  await rules.load();
  await settle();
  return rules;
}

describe("one's own words and rules", () => {
  it("are suggested with the texts they come from, and hold from then on", async () => {
    const rules = await opened([], [USE, GONNA]);
    expect(words()).toContain("Write use for utilise");
    expect(words()).toContain("You did so each time, in 4 texts");
    expect(words()).toContain("Utilise it now.");
    expect(words()).not.toContain("I utilise it.");
    expect(words()).toContain("Leave gonna as it is");
    await fireEvent.click(screen.getByRole("button", { name: "Always: utilise -> use" }));
    await settle();
    await settle();
    expect(words()).toContain("utilise → use");
    expect(words()).not.toContain("Write use for utilise");
    expect(words()).toContain("Added: utilise -> use");
    expect(rules.changed).toBe(true);
  });

  it("are not suggested again once they were refused", async () => {
    const rules = await opened([], [GONNA]);
    await fireEvent.click(screen.getByRole("button", { name: "No rule: gonna" }));
    await settle();
    await settle();
    expect(screen.queryByTestId("suggested-word")).toBeNull();
    expect(words()).toContain("Nothing becomes one by itself.");
    expect(rules.changed).toBe(false);
  });

  it("can be written and taken away by hand", async () => {
    await opened(["Kubernetes"]);
    await fireEvent.input(screen.getByTestId("own-word"), { target: { value: "in order to -> to" } });
    await fireEvent.click(screen.getByRole("button", { name: "Add" }));
    await settle();
    await settle();
    expect(words()).toContain("in order to → to");
    expect((screen.getByTestId("own-word") as HTMLInputElement).value).toBe("");
    await fireEvent.click(screen.getByRole("button", { name: "Remove Kubernetes" }));
    await settle();
    await settle();
    expect(words()).not.toContain("Kubernetes×");
    expect(screen.queryByRole("button", { name: "Remove Kubernetes" })).toBeNull();
  });

  it("say what is wrong with what was written, and keep it", async () => {
    const rules = await opened([]);
    const long = "x".repeat(95);
    await fireEvent.input(screen.getByTestId("own-word"), { target: { value: long } });
    await fireEvent.click(screen.getByRole("button", { name: "Add" }));
    await settle();
    await settle();
    expect(screen.getByRole("alert").textContent).toContain("1 to 100 characters");
    expect(rules.written).toBe(long);
  });
});
