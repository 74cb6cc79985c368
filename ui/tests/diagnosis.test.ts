// @vitest-environment jsdom

/** The view of appropriateness: off until asked for, fresh while it is open, gone when it is closed. */

import { cleanup, render, screen } from "@testing-library/svelte";
import { tick } from "svelte";
import { afterEach, describe, expect, it, vi } from "vitest";
import "./layout";
import Panel from "../src/diagnosis/Panel.svelte";
import type { DiagnosisDto, FindingDto } from "../src/ipc/bindings.gen";
import { keyHandler } from "../src/write/keys";
import { Write } from "../src/write/write.svelte";
import { fakeBackend, finished, started, stopBackend } from "./backend";

Element.prototype.scrollIntoView = () => undefined;

const opened: Write[] = [];

afterEach(async () => {
  vi.useRealTimers();
  cleanup();
  for (const write of opened.splice(0)) {
    write.diagnosis.close();
    await write.papers.flush().catch(() => undefined);
  }
  stopBackend();
});

const TEXT = "The plan is late. Only a moron waits for it.\n\nMeine Katze schläft auf dem warmen Stein.\n\nWe meet on Friday, lol.";

function found(text: string, words: string, label: string, score: number): FindingDto[] {
  const start = text.indexOf(words);
  if (start < 0) return [];
  const sentenceStart = text.lastIndexOf(". ", start) + 1 || 0;
  const from = sentenceStart > 0 ? sentenceStart + 1 : 0;
  return [
    { start, end: start + words.length, reason: label, label, group: "group", score, message: `says “${words}”`, sentenceStart: from, sentenceEnd: text.length },
  ];
}

const judge = (text: string): DiagnosisDto =>
  text.startsWith("Meine")
    ? { kind: "otherLanguage" }
    : { kind: "judged", learned: true, findings: [...found(text, "moron", "Intensity", 80), ...found(text, "lol", "Seriousness", 60)] };

function open(text = TEXT, answer: (text: string) => unknown = judge) {
  const appropriate = { id: "appropriate", label: "Appropriate", description: "", shortcut: "a" };
  const fix = { id: "fix", label: "Fix", description: "", shortcut: "f" };
  const backend = fakeBackend(text, { intents: [fix, appropriate] });
  backend.answers.diagnose = (args) => answer(args.text as string);
  const write = new Write(backend.startup, "");
  opened.push(write);
  const asked = () => backend.calls.filter(({ command }) => command === "diagnose").map(({ args }) => args.text as string);
  return { backend, write, asked };
}

const settled = (write: Write) => vi.waitFor(() => expect(write.diagnosis.reading).toBeNull());
const marked = (write: Write) => write.diagnosis.places.map((place) => write.diagnosis.words(place));
const show = (write: Write, brief = false) =>
  render(Panel, { props: { diagnosis: write.diagnosis, brief, canRepair: write.wishes.repair !== null, busy: false, onclose: () => write.diagnosing.close() } });
const text = (element: HTMLElement) => element.textContent?.replace(/\s+/gu, " ").trim();

describe("the view of appropriateness", () => {
  it("asks nothing until it is opened, then marks what was found, paragraph by paragraph", async () => {
    const { write, asked } = open();
    await tick();
    expect(asked()).toEqual([]);
    write.diagnosing.toggle();
    await settled(write);
    expect(asked()).toEqual(TEXT.split("\n\n"));
    expect(marked(write)).toEqual(["moron", "lol"]);
    expect(write.diagnosis.unread).toBe(1);
    expect(write.announcer.spoken).toBe("2 places: Intensity, Seriousness.");
  });

  it("takes its marks away when it is closed, and reads nothing more", async () => {
    const { write, asked } = open();
    write.diagnosing.toggle();
    await settled(write);
    write.diagnosing.close();
    expect(marked(write)).toEqual([]);
    expect(write.view.dom.querySelector(".cm-finding")).toBeNull();
    vi.useFakeTimers();
    write.view.dispatch({ changes: { from: 0, insert: "Well. " } });
    vi.advanceTimersByTime(5_000);
    expect(asked().length).toBe(3);
  });

  it("reads only the paragraph that was edited, at a pause, and its marks move meanwhile", async () => {
    const { write, asked } = open();
    write.diagnosing.toggle();
    await settled(write);
    write.view.dispatch({ changes: { from: 0, insert: "Friends: " } });
    expect(marked(write)).toEqual(["moron", "lol"]);
    await vi.waitFor(() => expect(asked().length).toBe(4), { timeout: 3_000 });
    expect(asked()[3]).toBe(`Friends: ${TEXT.split("\n\n")[0]}`);
    const at = write.view.state.doc.toString().indexOf("moron");
    write.view.dispatch({ changes: { from: at, to: at + 5, insert: "person" } });
    await vi.waitFor(() => expect(marked(write)).toEqual(["lol"]), { timeout: 3_000 });
  });

  it("drops an answer about words that are no longer there", async () => {
    const waiting: ((found: DiagnosisDto) => void)[] = [];
    const { write } = open("Only a moron waits.", () => new Promise((resolve) => waiting.push(resolve)));
    write.diagnosing.toggle();
    await vi.waitFor(() => expect(waiting.length).toBe(1));
    write.view.dispatch({ changes: { from: 0, to: 19, insert: "All is well here." } });
    waiting[0]?.(judge("Only a moron waits."));
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(marked(write)).toEqual([]);
    await vi.waitFor(() => expect(waiting.length).toBe(2), { timeout: 3_000 });
    waiting[1]?.(judge("All is well here."));
    await settled(write);
    expect(marked(write)).toEqual([]);
  });

  it("leaves the marks of the rules alone", async () => {
    const { backend, write } = open();
    backend.answers.check = ({ text }) =>
      (text as string).startsWith("We meet") ? [{ start: 3, end: 7, message: "?", rule: "R", suggestions: [] }] : [];
    write.diagnosing.toggle();
    await settled(write);
    await vi.waitFor(() => expect(write.view.dom.querySelector(".cm-rule")?.textContent).toBe("meet"));
    expect(marked(write)).toEqual(["moron", "lol"]);
    write.diagnosing.toggle();
    expect(write.view.dom.querySelector(".cm-finding")).toBeNull();
    expect(write.view.dom.querySelector(".cm-rule")?.textContent).toBe("meet");
  });

  it("is walked by F7, says where it is, and Esc leaves it", async () => {
    const { write } = open();
    document.body.append(write.view.dom);
    const key = keyHandler(write);
    const press = (name: string, shiftKey = false) => key(new KeyboardEvent("keydown", { key: name, shiftKey, cancelable: true }));
    press("F7");
    await settled(write);
    press("F7");
    expect(write.view.state.sliceDoc(write.view.state.selection.main.from, write.view.state.selection.main.to)).toBe("moron");
    expect(write.announcer.spoken).toBe("1 of 2: “moron” Intensity: says “moron”.");
    press("F7", true);
    expect(write.announcer.spoken).toBe("2 of 2: “lol” Seriousness: says “lol”.");
    press("Escape");
    expect(write.diagnosis.open).toBe(false);
    write.view.dom.remove();
  });

  it("is closed, and its marks are gone, in another document", async () => {
    const { backend, write } = open();
    write.diagnosing.toggle();
    await settled(write);
    backend.answers.new_document = () => ({ ...backend.startup.document, id: 2, text: "", revision: 1 });
    await write.newDocument();
    expect(write.diagnosis.open).toBe(false);
    await write.openDocument(1);
    expect(write.view.dom.querySelector(".cm-finding")).toBeNull();
  });

  it("says what went wrong and closes", async () => {
    const { write } = open(TEXT, () => {
      throw { code: "io", message: "The critic cannot be read.", hint: "" };
    });
    write.diagnosing.toggle();
    await vi.waitFor(() => expect(write.troubles.latest?.error.message).toBe("The critic cannot be read."));
    expect(write.diagnosis.open).toBe(false);
  });
});

describe("a repair", () => {
  it("rewrites the sentences around a place with the intent that repairs", async () => {
    const { backend, write } = open();
    write.diagnosing.toggle();
    await settled(write);
    write.diagnosis.walk(1);
    write.diagnosis.repair(write.diagnosis.places[write.diagnosis.at]);
    const { args } = await backend.running();
    expect(args.instruction).toEqual({ kind: "intent", id: "appropriate" });
    expect(TEXT.slice(args.start ?? 0, args.end ?? 0)).toBe("Only a moron waits for it.");
  });

  it("of everything goes from the first place to the last", async () => {
    const { backend, write } = open();
    write.diagnosing.toggle();
    await settled(write);
    write.diagnosis.repair();
    const { args } = await backend.running();
    expect(TEXT.slice(args.start ?? 0, args.end ?? 0)).toBe(TEXT.slice(TEXT.indexOf("Only")));
  });

  it("that finds nothing better says so, and does not call the words good", async () => {
    const { backend, write } = open();
    write.diagnosing.toggle();
    await settled(write);
    write.diagnosis.repair();
    const run = await backend.running();
    run.send(started(backend.revision));
    run.send(finished("nothingToChange"));
    await vi.waitFor(() => expect(write.announcer.spoken).toBe("No repair found."));
  });
});

describe("the panel", () => {
  it("shows each reason with its meter, and the place at the cursor with a repair", async () => {
    const { write } = open();
    write.diagnosing.toggle();
    await settled(write);
    show(write);
    expect(screen.getAllByTestId("reason").map(text)).toEqual(["Intensity , 80 of 100 1, 1 place", "Seriousness , 60 of 100 1, 1 place"]);
    expect(screen.queryByTestId("place")).toBeNull();
    screen.getAllByTestId("reason")[1]?.click();
    await tick();
    expect(text(screen.getByTestId("place"))).toContain("lol");
    expect(text(screen.getByTestId("diagnosis-at"))).toBe("2 of 2");
    expect(text(screen.getByTestId("diagnosis"))).toContain("1 paragraph left out: not in English, or too long.");
  });

  it("says plainly that nothing was found", async () => {
    const { write } = open("The plan is fine.");
    write.diagnosing.toggle();
    await settled(write);
    show(write);
    expect(screen.getByTestId("diagnosis").dataset.state).toBe("nothing");
    expect(screen.queryByTestId("no-critic")).toBeNull();
    expect(write.announcer.spoken).toBe("Nothing found that would derail a discussion.");
  });

  it("does not call a text fine that it cannot judge", async () => {
    const { write } = open("Meine Katze schläft auf dem warmen Stein.");
    write.diagnosing.toggle();
    await settled(write);
    show(write);
    expect(screen.getByTestId("diagnosis").dataset.state).toBe("nothing-to-judge");
  });

  it("says that it goes by phrases alone when there is no critic model", async () => {
    const { write } = open("The plan is fine.", () => ({ kind: "judged", learned: false, findings: [] }));
    write.diagnosing.toggle();
    await settled(write);
    show(write);
    expect(screen.getByTestId("no-critic")).toBeTruthy();
  });
});
