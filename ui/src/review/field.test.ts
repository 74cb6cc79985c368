import { history, redo, redoDepth, undo, undoDepth } from "@codemirror/commands";
import { ChangeSet, EditorState, type Transaction, type TransactionSpec } from "@codemirror/state";
import { describe, expect, it } from "vitest";
import { ChangeIndex } from "./changes";
import { carryOut, pendingEdits, propose, reviewField, reviewState } from "./field";
import { accept, acceptEdited, settle, type Proposal } from "./model";
import { proposalsFor, seeded } from "./testing";

/** An editor without a window. */
class Bench {
  state: EditorState;

  constructor(text: string, proposals: readonly Proposal[]) {
    this.state = EditorState.create({ doc: text, extensions: [history(), reviewState, EditorState.lineSeparator.of("\n")] });
    this.run({ effects: propose.of(proposals) });
  }

  run(spec: TransactionSpec): void {
    this.state = this.state.update(spec).state;
  }

  private command(command: (target: { state: EditorState; dispatch: (tr: Transaction) => void }) => boolean): boolean {
    return command({ state: this.state, dispatch: (tr) => (this.state = tr.state) });
  }

  undo = () => this.command(undo);
  redo = () => this.command(redo);

  get text(): string {
    return this.state.doc.toString();
  }

  get open(): string[] {
    return pendingEdits(this.state).map((edit) => edit.id);
  }

  accept(...ids: string[]): void {
    this.run(carryOut(accept(this.state.field(reviewField), new Set(ids), this.state.doc)));
  }

  reject(...ids: string[]): void {
    this.run(carryOut(settle(this.state.field(reviewField), new Set(ids), "rejected")));
  }

  type(from: number, insert: string, to = from): void {
    this.run({ changes: { from, to, insert }, userEvent: "input.type" });
  }

  /** All that must come back exactly when a step is undone: text, and place and outcome of each edit. */
  get everything(): string {
    const edits = this.state
      .field(reviewField)
      .map(({ id, outcome, from, to, replacement }) =>
        outcome === "pending" || outcome === "accepted" ? `${id} ${outcome} ${from}-${to} ${replacement}` : `${id} ${outcome}`,
      )
      .sort();
    return JSON.stringify([this.text, edits]);
  }
}

const proposal = (id: string, text: string, original: string, replacement: string, nth = 0): Proposal => {
  let from = -1;
  for (let i = 0; i <= nth; i++) from = text.indexOf(original, from + 1);
  return { id, request: 1, segment: 0, from, to: from + original.length, original, replacement, kind: "", reason: "", confidence: null, decision: null };
};

describe("following the person's typing", () => {
  const text = "She go to school and he walk home.";
  const edits = [proposal("go", text, "go", "goes"), proposal("walk", text, "walk", "walks")];

  it("moves with text typed before it", () => {
    const bench = new Bench(text, edits);
    bench.type(0, "Today: ");
    bench.accept("go", "walk");
    expect(bench.text).toBe("Today: She goes to school and he walks home.");
  });

  it("drops the edit that was typed into, and only that one", () => {
    const bench = new Bench(text, edits);
    bench.type(5, "x");
    expect(bench.open).toEqual(["walk"]);
  });

  it("drops an edit whose word grows at its edge, but not one that merely gets a neighbour", () => {
    const grown = new Bench(text, edits);
    grown.type(6, "t");
    expect(grown.open).toEqual(["walk"]);
    const beside = new Bench(text, edits);
    beside.type(6, ",");
    expect(beside.open).toEqual(["go", "walk"]);
  });

  it("drops an edit whose text is deleted, and brings it back with undo", () => {
    const bench = new Bench(text, edits);
    bench.type(2, "", 8);
    expect(bench.open).toEqual(["walk"]);
    bench.undo();
    expect(bench.text).toBe(text);
    expect(bench.open).toEqual(["go", "walk"]);
    bench.accept("go");
    expect(bench.text).toBe("She goes to school and he walk home.");
  });

  it("keeps touching edits when their neighbour is accepted", () => {
    const line = "a b";
    const touching: Proposal[] = [
      { ...proposal("space", line, " ", ""), from: 1, to: 2 },
      { ...proposal("word", line, "b", "c"), from: 2, to: 3 },
      { ...proposal("new", line, "a", ""), id: "new", from: 3, to: 3, original: "", replacement: "!" },
    ];
    const bench = new Bench(line, touching);
    bench.accept("space");
    expect(bench.open).toEqual(["word", "new"]);
    bench.accept("word");
    bench.accept("new");
    expect(bench.text).toBe("ac!");
  });
});

describe("undo and redo", () => {
  it("takes back an accept, a reject and an edited replacement one by one", () => {
    const text = "She go to school and he walk home, they was late.";
    const bench = new Bench(text, [
      proposal("go", text, "go", "goes"),
      proposal("walk", text, "walk", "walks"),
      proposal("was", text, "was", "were"),
    ]);
    bench.accept("go");
    bench.reject("walk");
    bench.run(carryOut(acceptEdited(bench.state.field(reviewField), "was", "had been", bench.state.doc)));
    expect(bench.text).toBe("She goes to school and he walk home, they had been late.");
    expect(bench.open).toEqual([]);
    bench.undo();
    expect(bench.open).toEqual(["was"]);
    bench.undo();
    expect(bench.open).toEqual(["walk", "was"]);
    bench.undo();
    expect(bench.text).toBe(text);
    expect(bench.open).toEqual(["go", "walk", "was"]);
    bench.redo();
    bench.redo();
    expect(bench.open).toEqual(["was"]);
    expect(bench.text).toBe("She goes to school and he walk home, they was late.");
  });

  it("lets an edit that comes back win over a newer proposal for the same words", () => {
    const text = "They was late.";
    const bench = new Bench(text, [proposal("old", text, "was", "were")]);
    bench.reject("old");
    bench.run({ effects: propose.of([{ ...proposal("new", text, "was late", "came late"), request: 2 }]) });
    expect(bench.open).toEqual(["new"]);
    bench.undo();
    expect(bench.open).toEqual(["old"]);
    bench.redo();
    expect(bench.open).toEqual(["new"]);
  });

  it("returns to exactly the same text and review, whatever was done", () => {
    for (let seed = 1; seed <= 400; seed++) {
      const random = seeded(seed);
      const { original, proposals } = proposalsFor(random);
      const bench = new Bench(original, proposals);
      const trail = [bench.everything];
      for (let turn = 0; turn < 8; turn++) {
        const some = bench.open.filter(() => random() < 0.4);
        const dice = random();
        const depth = undoDepth(bench.state);
        if (dice < 0.4) bench.accept(...some);
        else if (dice < 0.6) bench.reject(...some);
        else {
          const from = Math.floor(random() * (bench.text.length + 1));
          const to = Math.min(bench.text.length, from + Math.floor(random() * 3));
          // A pause before each change keeps the history from joining it to the one before.
          bench.run({ changes: { from, to, insert: random() < 0.5 ? "x" : " 🙂 " } });
        }
        if (undoDepth(bench.state) > depth) trail.push(bench.everything);
        else trail[trail.length - 1] = bench.everything;
      }
      const steps = undoDepth(bench.state);
      expect(steps, `seed ${seed}`).toBe(trail.length - 1);
      for (let back = trail.length - 2; back >= 0; back--) {
        expect(bench.undo()).toBe(true);
        expect(bench.everything, `seed ${seed}, undo to ${back}`).toBe(trail[back]);
      }
      expect(redoDepth(bench.state)).toBe(steps);
      for (let on = 1; on < trail.length; on++) {
        bench.redo();
        expect(bench.everything, `seed ${seed}, redo to ${on}`).toBe(trail[on]);
      }
    }
  });
});

describe("the index of a change", () => {
  it("maps positions as the editor does", () => {
    for (let seed = 1; seed <= 300; seed++) {
      const random = seeded(seed);
      const length = 30;
      const specs = Array.from({ length: 4 }, () => {
        const from = Math.floor(random() * length);
        const to = random() < 0.3 ? from : Math.min(length, from + Math.floor(random() * 5));
        return { from, to, insert: "x".repeat(Math.floor(random() * 4)) };
      })
        .sort((a, b) => a.from - b.from)
        .filter((spec, at, all) => at === 0 || spec.from >= Math.max(...all.slice(0, at).map((other) => other.to)));
      const changes = ChangeSet.of(specs, length);
      const index = new ChangeIndex(changes);
      for (let pos = 0; pos <= length; pos++) {
        for (const assoc of [-1, 1] as const) {
          expect(index.map(pos, assoc), `seed ${seed}, ${pos} ${assoc}, ${changes}`).toBe(changes.mapPos(pos, assoc));
        }
      }
    }
  });
});
