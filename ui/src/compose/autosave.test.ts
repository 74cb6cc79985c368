import { beforeEach, describe, expect, it } from "vitest";
import { Autosave, type SaveState } from "./autosave";

/** A store with revisions, a clock that is moved by hand, and the two wired to a queue. */
function bench(start = { revision: 1, text: "one" }) {
  const store = { ...start, calls: [] as { base: number; text: string }[], failNext: null as Error | null };
  const timers = new Map<number, { run: () => void; at: number }>();
  const states: SaveState[] = [];
  const screen = { text: start.text };
  let now = 0;
  let ids = 0;
  let hold: Promise<void> = Promise.resolve();
  const queue = new Autosave({
    revision: start.revision,
    take: () => screen.text,
    async save(base, text) {
      store.calls.push({ base, text });
      await hold;
      if (store.failNext) {
        const error = store.failNext;
        store.failNext = null;
        throw error;
      }
      if (base !== store.revision) throw new Error("stale");
      store.text = text;
      return { revision: ++store.revision };
    },
    onState: (state) => states.push(state),
    isConflict: (error) => error instanceof Error && error.message === "stale",
    timer: {
      set: (run, ms) => (timers.set(++ids, { run, at: now + ms }), ids),
      clear: (id) => timers.delete(id as number),
    },
  });
  return {
    queue,
    store,
    states,
    type(text: string) {
      screen.text = text;
      queue.touched();
    },
    async wait(ms: number) {
      now += ms;
      for (const [id, { run, at }] of [...timers]) if (at <= now && timers.delete(id)) run();
      await settle();
    },
    /** Keeps saves in flight until the returned function is called. */
    hold() {
      let release: () => void = () => undefined;
      hold = new Promise((resolve) => (release = resolve));
      return async () => {
        release();
        hold = Promise.resolve();
        await settle();
      };
    },
    last: () => states.at(-1),
  };
}

const settle = async () => {
  for (let i = 0; i < 12; i++) await Promise.resolve();
};

let b: ReturnType<typeof bench>;
beforeEach(() => {
  b = bench();
});

describe("autosave", () => {
  it("saves once, at the pause after the last change, on top of the known revision", async () => {
    b.type("one t");
    await b.wait(300);
    b.type("one two");
    await b.wait(400);
    expect(b.store.calls).toEqual([]);
    await b.wait(100);
    expect(b.store.calls).toEqual([{ base: 1, text: "one two" }]);
    expect(b.queue.revision).toBe(2);
    expect(b.last()).toEqual({ kind: "saved" });
  });

  it("never has two saves in flight and saves later changes on top of the first", async () => {
    const release = b.hold();
    b.type("a");
    await b.wait(500);
    b.type("ab");
    await b.wait(5000);
    expect(b.store.calls.length).toBe(1);
    await release();
    await b.wait(500);
    expect(b.store.calls).toEqual([{ base: 1, text: "a" }, { base: 2, text: "ab" }]);
    expect(b.store.text).toBe("ab");
  });

  it("flushes what is on the screen now, also behind a save in flight", async () => {
    const release = b.hold();
    b.type("a");
    await b.wait(500);
    b.type("ab");
    const flushed = b.queue.flush();
    await release();
    expect(await flushed).toBe(3);
    expect(b.store.text).toBe("ab");
  });

  it("flush without a change asks the store nothing", async () => {
    expect(await b.queue.flush()).toBe(1);
    expect(b.store.calls).toEqual([]);
  });

  it("says why a save failed and tries again by itself", async () => {
    b.store.failNext = new Error("disk full");
    b.type("a");
    await b.wait(500);
    expect(b.last()).toMatchObject({ kind: "failed", willRetry: true });
    await b.wait(2000);
    expect(b.store.text).toBe("a");
    expect(b.last()).toEqual({ kind: "saved" });
  });

  it("stops at a conflict, keeps the text, and goes on as the person chooses", async () => {
    b.store.revision = 9;
    b.type("mine");
    await b.wait(500);
    expect(b.last()).toMatchObject({ kind: "failed", willRetry: false });
    b.type("mine too");
    await b.wait(60_000);
    expect(b.store.calls.length).toBe(1);
    await expect(b.queue.flush()).rejects.toThrow("stale");
    expect(await b.queue.keepMine(9)).toBe(10);
    expect(b.store.text).toBe("mine too");
  });

  it("can take the other text instead", async () => {
    b.store.revision = 9;
    b.type("mine");
    await b.wait(500);
    b.queue.takeTheirs(9);
    expect(b.queue.unsaved).toBe(false);
    b.type("theirs, edited");
    await b.wait(500);
    expect(b.store.calls.at(-1)).toEqual({ base: 9, text: "theirs, edited" });
  });

  it("saves the rest when closed, and nothing afterwards", async () => {
    b.type("last words");
    await b.queue.close();
    expect(b.store.text).toBe("last words");
    b.type("ghost");
    await b.wait(60_000);
    expect(b.store.text).toBe("last words");
  });
});
