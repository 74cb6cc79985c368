// @vitest-environment jsdom

/** The Write screen without its components: a person's actions in, backend calls and text out. */

import { afterEach, describe, expect, it } from "vitest";
import "./layout";
import { keyHandler } from "../src/write/keys";
import { Write } from "../src/write/write.svelte";
import { editOf, fakeBackend, finished, segment, started, stopBackend, type FakeBackend } from "./backend";

const opened: Write[] = [];

afterEach(async () => {
  // A save that is still waiting would go to the backend of the next test.
  for (const write of opened.splice(0)) await write.papers.flush().catch(() => undefined);
  stopBackend();
});

const TEXT = "We was late. He go home.\n\nAnother paragraph stay here.";

function open(text = TEXT, startup: Parameters<typeof fakeBackend>[1] = {}) {
  const backend = fakeBackend(text, startup);
  const write = new Write(backend.startup, "");
  opened.push(write);
  return { backend, write };
}

const type = (write: Write, from: number, insert: string, to = from) =>
  write.view.dispatch({ changes: { from, to, insert }, userEvent: "input.type" });
const onScreen = (write: Write) => write.view.state.doc.toString();
const fix = (write: Write) => {
  const [intent] = write.wishes.intents;
  if (intent) write.ask({ intent }, write.wishes.scope("document"));
};
const pause = () => new Promise((resolve) => setTimeout(resolve, 0));

/** Asks for a rewrite and lets the backend begin it. */
async function begin(write: Write, backend: FakeBackend, revision = backend.revision) {
  fix(write);
  const running = await backend.running();
  running.send(started(revision));
  return running;
}

const edits = () => [editOf("7:0", TEXT, "was", "were"), editOf("7:1", TEXT, "go", "goes"), editOf("7:2", TEXT, "stay", "stays")];

/** A rewrite with three suggestions, finished. */
async function reviewed() {
  const { backend, write } = open();
  const running = await begin(write, backend);
  running.send(segment(TEXT, edits()));
  running.send(finished("rewritten"));
  await pause();
  return { backend, write };
}

describe("a rewrite", () => {
  it("asks for the paragraph at the cursor, and on the first run for all of the sample", async () => {
    const { backend, write } = open();
    expect(write.wishes.scope(null)).toEqual({ kind: "paragraph", from: 0, to: 24 });
    write.acceptAllOrRun();
    const { args } = await backend.running();
    expect(args).toEqual({ document: 1, revision: 1, start: 0, end: 24, instruction: { kind: "intent", id: "fix" } });

    const first = open(TEXT, { firstRun: true });
    expect(first.write.wishes.scope(null).kind).toBe("document");
    first.write.acceptAllOrRun();
    expect((await first.backend.running()).args).toMatchObject({ start: null, end: null });
  });

  it("changes nothing by itself; accepting everything gives the rewrite in one batch of decisions", async () => {
    const { backend, write } = await reviewed();
    expect(onScreen(write)).toBe(TEXT);
    expect(write.mirror.edits.length).toBe(3);
    write.acceptAllOrRun();
    expect(onScreen(write)).toBe("We were late. He goes home.\n\nAnother paragraph stays here.");
    expect(backend.decisions).toEqual([["7:0", "7:1", "7:2"].map((edit) => ({ edit, verdict: "accept", finalText: null }))]);
    write.reviewing.undo();
    expect(onScreen(write)).toBe(TEXT);
    expect(write.mirror.edits.length).toBe(3);
  });

  it("reports a rejection and the person's own words", async () => {
    const { backend, write } = await reviewed();
    write.reviewing.reject("7:1", "next");
    write.reviewing.finishEditing("7:0", "had been");
    expect(onScreen(write)).toBe("We had been late. He go home.\n\nAnother paragraph stay here.");
    expect(backend.decisions.flat()).toEqual([
      { edit: "7:1", verdict: "reject", finalText: null },
      { edit: "7:0", verdict: "edited", finalText: "had been" },
    ]);
  });

  it("takes own words equal to the old text as a rejection", async () => {
    const { backend, write } = await reviewed();
    write.reviewing.finishEditing("7:0", "was");
    expect(onScreen(write)).toBe(TEXT);
    expect(backend.decisions.flat()).toEqual([{ edit: "7:0", verdict: "reject", finalText: null }]);
  });

  it("saves the text first, so that offsets and revision belong together", async () => {
    const { backend, write } = open();
    type(write, 0, "Oh. ");
    fix(write);
    const { args } = await backend.running();
    expect(backend.text).toBe(`Oh. ${TEXT}`);
    expect(args.revision).toBe(2);
  });

  it("carries suggestions over what was typed meanwhile, and drops those whose text was touched", async () => {
    const { backend, write } = open();
    const running = await begin(write, backend);
    type(write, 0, "Yesterday: ");
    const at = onScreen(write).indexOf("go");
    type(write, at + 1, "x");
    running.send(segment(TEXT, edits()));
    running.send(finished("rewritten"));
    await pause();
    expect(write.rewriting.run).toMatchObject({ kind: "finished", found: 2, missed: 1 });
    write.reviewing.acceptAll();
    expect(onScreen(write)).toBe("Yesterday: We were late. He gxo home.\n\nAnother paragraph stays here.");
  });

  it("is not called unsure when the large model answered what the small one was unsure of", async () => {
    const { backend, write } = open();
    const running = await begin(write, backend);
    const { data } = segment(TEXT, edits()) as Extract<ReturnType<typeof segment>, { event: "segment" }>;
    running.send({ event: "segment", data: { ...data, decision: { tier: "large", confidence: 0.2, why: "", failed: null } } });
    running.send(finished("rewritten"));
    await pause();
    expect(write.rewriting.run).toMatchObject({ kind: "finished", unsure: false, unasked: null });
  });

  it("does not take the keyboard from a person who is writing", async () => {
    const { backend, write } = open();
    const running = await begin(write, backend);
    type(write, 0, "x");
    running.send(segment(TEXT, edits()));
    expect(write.mirror.active).toBeNull();
    const idle = await reviewed();
    expect(idle.write.mirror.active).toBe("7:0");
    expect(idle.write.reviewing.cardFocus).toBe(1);
  });

  it("ignores an answer for a revision that was not asked about", async () => {
    const { backend, write } = open();
    const running = await begin(write, backend, 99);
    await pause();
    running.send(segment(TEXT, edits()));
    expect(write.mirror.edits).toEqual([]);
    expect(write.rewriting.run.kind).toBe("failed");
    expect(backend.calls.some(({ command }) => command === "cancel")).toBe(true);
  });

  it("makes room for a newer request over the same text", async () => {
    const { backend, write } = await reviewed();
    fix(write);
    const running = await backend.running();
    running.send(started(backend.revision, 1, 8));
    expect(write.mirror.edits).toEqual([]);
    running.send(segment(TEXT, [editOf("8:0", TEXT, "was", "have been")]));
    expect(write.mirror.edits.map((edit) => edit.id)).toEqual(["8:0"]);
    expect(backend.decisions).toEqual([]);
  });
});

describe("cancelling", () => {
  it("stops the backend, leaves the text byte-identical and keeps what has arrived for review", async () => {
    const { backend, write } = open();
    const running = await begin(write, backend);
    running.send(segment(TEXT, edits().slice(0, 1)));
    expect(write.escape()).toBe(true);
    expect(write.escape(), "once more while it stops").toBe(true);
    running.send(segment(TEXT, edits().slice(1), 1));
    expect(write.mirror.edits.map((edit) => edit.id)).toEqual(["7:0"]);
    running.send(finished("cancelled"));
    await pause();
    expect(backend.calls.filter(({ command }) => command === "cancel")).toEqual([{ command: "cancel", args: { request: 7 } }]);
    expect(write.mirror.edits.map((edit) => edit.id)).toEqual(["7:0"]);
    expect(write.mirror.active).toBe("7:0");
    expect(onScreen(write)).toBe(TEXT);
    expect(backend.text).toBe(TEXT);
    expect(write.rewriting.run).toMatchObject({ kind: "cancelled", found: 1 });
    expect(write.announcer.spoken).toBe("Cancelled. 1 suggestion found. 1 suggestion left to review.");
    expect(backend.decisions).toEqual([]);
  });

  it("leaves the review only with another Esc, and the suggestions stay even then", async () => {
    const { backend, write } = open();
    const running = await begin(write, backend);
    running.send(segment(TEXT, edits()));
    const onkey = keyHandler(write);
    const esc = (repeat: boolean) => onkey(new KeyboardEvent("keydown", { key: "Escape", repeat, cancelable: true }));
    esc(false);
    running.send(finished("cancelled"));
    await pause();
    esc(true);
    expect(write.mirror.active, "the key is still held down").toBe("7:0");
    esc(false);
    expect(write.mirror.active).toBeNull();
    expect(write.mirror.edits.length).toBe(3);
    expect(onScreen(write)).toBe(TEXT);
    write.reviewing.acceptAll();
    expect(onScreen(write)).toBe("We were late. He goes home.\n\nAnother paragraph stays here.");
  });

  it("before the backend has begun keeps the suggestions of the rewrite before", async () => {
    const { backend, write } = await reviewed();
    fix(write);
    const running = await backend.running();
    write.escape();
    running.send(started(backend.revision, 1, 8));
    running.send(finished("cancelled"));
    await pause();
    expect(write.rewriting.run).toMatchObject({ kind: "cancelled", found: 0 });
    expect(write.mirror.edits.length).toBe(3);
  });

  it("works before the backend has begun", async () => {
    const { backend, write } = open();
    fix(write);
    const running = await backend.running();
    write.escape();
    expect(backend.calls.some(({ command }) => command === "cancel")).toBe(false);
    running.send(started(1));
    expect(backend.calls.some(({ command }) => command === "cancel")).toBe(true);
    running.send(finished("cancelled"));
    await pause();
    expect(write.rewriting.run.kind).toBe("cancelled");
  });

  it("keeps what was accepted meanwhile", async () => {
    const { backend, write } = open();
    const running = await begin(write, backend);
    running.send(segment(TEXT, edits()));
    write.reviewing.accept("7:0", "next");
    write.escape();
    running.send(finished("cancelled"));
    await pause();
    expect(onScreen(write)).toBe(TEXT.replace("was", "were"));
    expect(write.rewriting.run).toMatchObject({ kind: "cancelled", found: 3 });
  });
});

describe("when something is wrong", () => {
  it("shows why a rewrite failed and takes half a result back", async () => {
    const { backend, write } = open();
    const running = await begin(write, backend);
    running.send(segment(TEXT, edits()));
    running.fail({ code: "engine", message: "ran out of memory", hint: "Close something." });
    await pause();
    expect(write.rewriting.run).toMatchObject({ kind: "failed", error: { message: "ran out of memory", hint: "Close something." } });
    expect(write.mirror.edits).toEqual([]);
    expect(onScreen(write)).toBe(TEXT);
  });

  it("keeps the person's text at a conflict and saves it when they choose so", async () => {
    const { backend, write } = open();
    backend.revision = 5;
    backend.text = "Somebody else was here.";
    type(write, 0, "Mine. ");
    await write.papers.flush().catch(() => undefined);
    expect(write.papers.saved).toMatchObject({ kind: "failed", error: { code: "stale" } });
    expect(onScreen(write)).toBe(`Mine. ${TEXT}`);
    await write.papers.keepMine();
    expect(backend.text).toBe(`Mine. ${TEXT}`);
    expect(write.papers.saved.kind).toBe("saved");
  });

  it("takes the other text at a conflict in a way that can be undone", async () => {
    const { backend, write } = open();
    backend.revision = 5;
    backend.text = "Somebody else was here.";
    type(write, 0, "Mine. ");
    await write.papers.flush().catch(() => undefined);
    await write.papers.takeTheirs();
    expect(onScreen(write)).toBe("Somebody else was here.");
    write.reviewing.undo();
    expect(onScreen(write)).toBe(`Mine. ${TEXT}`);
  });

  it("does not close a window whose text could not be saved, the first time", async () => {
    const { backend, write } = open();
    expect(await write.saving.mayClose()).toBe(true);
    backend.answers.autosave = () => {
      throw { code: "full", message: "disk full", hint: "" };
    };
    type(write, 0, "x");
    expect(await write.saving.mayClose()).toBe(false);
    expect(write.troubles.latest?.error.code).toBe("unsaved");
    expect(await write.saving.mayClose()).toBe(true);
  });

  it("saves what is left before the window closes", async () => {
    const { backend, write } = open();
    type(write, 0, "Last words. ");
    expect(await write.saving.mayClose()).toBe(true);
    expect(backend.text).toBe(`Last words. ${TEXT}`);
  });
});

describe("documents", () => {
  it("keeps the undo history of a document that is left and opened again", async () => {
    const { backend, write } = open();
    type(write, 0, "Dear all. ");
    const other = { id: 2, title: "", path: null, format: "markdown", text: "Other.", revision: 1 };
    const mine = backend.answers.open_document;
    backend.answers.open_document = (args) => (args.id === 2 ? other : mine?.(args));
    await write.openDocument(2);
    expect(onScreen(write)).toBe("Other.");
    write.reviewing.undo();
    expect(onScreen(write)).toBe("Other.");
    await write.openDocument(1);
    expect(onScreen(write)).toBe(`Dear all. ${TEXT}`);
    write.reviewing.undo();
    expect(onScreen(write)).toBe(TEXT);
  });

  it("stays where it is when the text cannot be saved", async () => {
    const { backend, write } = open();
    backend.answers.autosave = () => {
      throw { code: "full", message: "disk full", hint: "" };
    };
    type(write, 0, "x");
    await write.openDocument(2);
    expect(onScreen(write)).toBe(`x${TEXT}`);
    expect(write.troubles.latest?.error.message).toBe("disk full");
  });
});

describe("other versions", () => {
  it("are refused aloud while a rewrite is running, and can be asked for after it", async () => {
    const { backend, write } = open();
    const running = await begin(write, backend);
    running.send(segment(TEXT, edits()));
    write.reviewing.another("7:0");
    write.escape();
    write.reviewing.another("7:0");
    expect(write.alternatives.open).toBe(false);
    expect(write.reviewing.busy).toBe(true);
    expect(write.announcer.spoken.trim()).toBe("Finish or cancel the rewrite first.");
    expect(backend.calls.some(({ command }) => command === "another")).toBe(false);
    running.send(finished("cancelled"));
    await pause();
    expect(write.reviewing.busy).toBe(false);
    backend.answers.another = () => ({ candidates: [] });
    write.reviewing.another("7:0");
    expect(write.alternatives.open).toBe(true);
    await pause();
    expect(write.alternatives.asking.kind).toBe("ready");
  });

  it("puts the chosen one into the text and tells what it replaced", async () => {
    const { backend, write } = await reviewed();
    write.reviewing.accept("7:1", "stay");
    backend.decisions.length = 0;
    backend.answers.another = () => ({
      candidates: [{ id: "7:9:0", text: "", edits: [editOf("7:9", TEXT, "was late", "came late")], score: 0.8 }],
    });
    write.reviewing.another("7:0");
    await pause();
    expect(write.alternatives.asking).toMatchObject({ kind: "ready" });
    write.reviewing.choose(0);
    expect(onScreen(write)).toBe(TEXT.replace("was late", "came late"));
    expect(write.alternatives.open).toBe(false);
    expect(backend.decisions.flat().map(({ edit, verdict }) => `${edit} ${verdict}`).sort()).toEqual([
      "7:0 another",
      "7:1 another",
      "7:2 another",
      "7:9 accept",
    ]);
    write.reviewing.undo();
    expect(onScreen(write)).toBe(TEXT.replace("go", "goes"));
    expect(write.mirror.edits.map((edit) => edit.id)).toEqual(["7:0", "7:2"]);
  });

  it("leaves a sentence alone that the person has changed", async () => {
    const { backend, write } = await reviewed();
    backend.answers.another = () => ({
      candidates: [{ id: "7:9:0", text: "", edits: [editOf("7:9", TEXT, "was late", "came late")], score: null }],
    });
    write.reviewing.another("7:0");
    await pause();
    type(write, 7, "very ");
    write.reviewing.choose(0);
    expect(onScreen(write)).toBe("We was very late. He go home.\n\nAnother paragraph stay here.");
    expect(write.alternatives.asking).toMatchObject({ kind: "ready", changed: true });
  });
});
