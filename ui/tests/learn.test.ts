// @vitest-environment jsdom

/** What the Learn screen makes of what a run tells: steps made anew, a pause that begins later, a stop, a failure. */

import { afterEach, describe, expect, it } from "vitest";
import type { LearnDto, StepDto, TrainEventDto } from "../src/ipc/bindings.gen";
import { Learn } from "../src/learn/learn.svelte";
import { fakeBackend, stopBackend } from "./backend";

afterEach(stopBackend);

const OVERVIEW: LearnDto = {
  decided: 60,
  imported: 0,
  needed: 50,
  missing: 0,
  intents: [],
  writers: [],
  days: [],
  reliability: { answers: 0, missing: 20, bins: [], error: null },
  recipes: [{ name: "prefer-dpo", about: "", paper: "", steps: 150, reads: "preferences", examples: 40 }],
  runs: [],
  adapters: [],
  stepsBack: 0,
  heldOut: 0,
  when: { pauses: true, idle: true, grades: false },
  wishes: [{ id: "fix", label: "Fix grammar" }],
};
const step = (number: number): StepDto => ({ step: number, steps: 10, seconds: 2, metrics: { loss: 1 / number }, samples: [] });
const begun: TrainEventDto = { event: "begun", data: { run: "prefer-dpo-1", recipe: "prefer-dpo", examples: 40, steps: 10 } };
const settle = () => new Promise((resolve) => setTimeout(resolve, 0));

async function opened() {
  const backend = fakeBackend("");
  let send: (event: TrainEventDto) => void = () => undefined;
  let end: (ended: { finished: boolean; leftOut: number }) => void = () => undefined;
  let fail: (error: unknown) => void = () => undefined;
  Object.assign(backend.answers, {
    learn: () => OVERVIEW,
    run_steps: () => [step(1), step(2), step(3)],
    train: ({ onEvent }: { onEvent: { onmessage: (event: TrainEventDto) => void } }) => {
      send = (event) => onEvent.onmessage(event);
      return new Promise((resolve, reject) => ([end, fail] = [resolve, reject]));
    },
  });
  const learn = new Learn();
  await learn.overview.load();
  const asked = () => backend.calls.map(({ command }) => command);
  return { backend, learn, asked, send: (event: TrainEventDto) => send(event), end: (finished: boolean) => end({ finished, leftOut: 0 }), fail: (error: unknown) => fail(error) };
}

describe("a run", () => {
  it("is asked for with the recipe's steps or the person's, and only once", async () => {
    const { learn, backend } = await opened();
    void learn.training.start();
    void learn.training.start();
    await settle();
    const trained = backend.calls.filter(({ command }) => command === "train");
    expect(trained.map(({ args }) => args.args)).toEqual([{ kind: "new", recipe: "prefer-dpo", steps: 150 }]);
  });

  it("says how much time is left, and that it waits only when it does", async () => {
    const { learn, send, end } = await opened();
    void learn.training.start();
    await settle();
    send(begun);
    expect(learn.training.left).toBeNull();
    send({ event: "step", data: step(1) });
    expect([learn.training.made, learn.training.left]).toEqual([1, 18_000]);
    learn.training.pause(true);
    send({ event: "step", data: step(2) });
    expect(learn.training.going?.waits).toBeNull();
    send({ event: "waits", data: "asked" });
    expect(learn.training.going?.waits).toBe("asked");
    send({ event: "goesOn" });
    expect(learn.training.going?.waits).toBeNull();
    end(true);
    await settle();
    expect([learn.training.going, learn.training.ended]).toEqual([null, { run: "prefer-dpo-1", finished: true, leftOut: 0 }]);
  });

  it("that goes on keeps the steps that were made, but not those that are made anew", async () => {
    const { learn, send } = await opened();
    void learn.training.resume({ id: "prefer-dpo-1", recipe: "prefer-dpo", data: "", created: 0, stoppedAt: 3, verdict: null });
    await settle();
    send(begun);
    send({ event: "step", data: step(3) });
    send({ event: "step", data: step(4) });
    expect(learn.runs.drawn?.steps.map((one) => one.step)).toEqual([1, 2, 3, 4]);
  });

  it("says how far the large model is before it begins, and nothing of a run that never began", async () => {
    const { learn, send, backend } = await opened();
    let end: (ended: null) => void = () => undefined;
    const train = backend.answers.train as (payload: object) => Promise<unknown>;
    Object.assign(backend.answers, { train: (payload: object) => (void train(payload), new Promise((resolve) => (end = resolve))) });
    const started = learn.training.start();
    await settle();
    send({ event: "guided", data: { done: 8, of: 40 } });
    expect(learn.training.going?.guided).toEqual({ done: 8, of: 40 });
    end(null);
    await started;
    expect([learn.training.going, learn.training.ended, learn.announcer.spoken]).toEqual([null, null, "Training was stopped before it began."]);
  });

  it("stops once, and can be begun again after it failed", async () => {
    const { learn, asked, fail } = await opened();
    void learn.training.start();
    await settle();
    learn.training.stop();
    learn.training.stop();
    expect(asked().filter((command) => command === "stop_training").length).toBe(1);
    fail({ code: "not_finite", message: "The loss is not a number.", hint: "" });
    await settle();
    expect([learn.training.going, learn.troubles.latest?.error.message]).toEqual([null, "The loss is not a number."]);
  });
});

describe("making room", () => {
  it("is told to a run once a second at most, and to nobody else", async () => {
    const { learn, asked } = await opened();
    learn.idle.typed(1_000);
    void learn.training.start();
    await settle();
    for (const now of [2_000, 2_400, 2_900, 3_100]) learn.idle.typed(now);
    expect(asked().filter((command) => command === "typing").length).toBe(2);
  });

  it("a run begins of itself only when the person is away and it is time", async () => {
    const { learn, backend, asked } = await opened();
    let due: unknown = null;
    Object.assign(backend.answers, { training_due: () => due });
    learn.idle.typed(1_000_000);
    await learn.idle.lookWhetherDue(1_000_000 + 60_000);
    expect(asked()).not.toContain("training_due");
    await learn.idle.lookWhetherDue(1_000_000 + 600_000);
    expect(asked()).not.toContain("train");
    due = { recipe: "prefer-dpo", steps: 150 };
    void learn.idle.lookWhetherDue(1_000_000 + 660_000);
    await settle();
    await settle();
    expect(asked()).toContain("train");
  });
});

describe("grading", () => {
  it("is asked for only when the person wants it and is away, and ends when they type", async () => {
    const { learn, backend, asked } = await opened();
    let end: (graded: number) => void = () => undefined;
    const grade = () => new Promise((resolve) => (end = resolve));
    Object.assign(backend.answers, { training_due: () => null, grade_when_idle: grade, typing: () => null });
    learn.idle.typed(1_000_000);
    await learn.idle.lookWhetherDue(1_600_000);
    expect(asked()).not.toContain("grade_when_idle");
    Object.assign(backend.answers, { learn: () => ({ ...OVERVIEW, when: { pauses: true, idle: false, grades: true } }) });
    await learn.overview.load();
    const going = learn.idle.lookWhetherDue(1_660_000);
    await settle();
    await learn.idle.lookWhetherDue(1_720_000);
    expect(asked().filter((command) => command === "grade_when_idle").length).toBe(1);
    learn.idle.typed(1_730_000);
    expect(asked()).toContain("typing");
    end(12);
    await going;
    expect(asked().at(-1)).toBe("learn");
  });
});

describe("a test", () => {
  it("tells how far it is, and changes nothing when it is stopped", async () => {
    const { learn, backend, asked } = await opened();
    let tell: (at: unknown) => void = () => undefined;
    let end: (verdict: unknown) => void = () => undefined;
    Object.assign(backend.answers, {
      judge_run: ({ onEvent }: { onEvent: { onmessage: (at: unknown) => void } }) => {
        tell = (at) => onEvent.onmessage(at);
        return new Promise((resolve) => (end = resolve));
      },
      stop_comparing: () => null,
    });
    learn.adapters.wish = "fix";
    void learn.judging.judge("prefer-dpo-1");
    await settle();
    tell({ done: 32, of: 200 });
    expect(learn.judging.going?.at).toEqual({ done: 32, of: 200 });
    learn.judging.stop();
    learn.judging.stop();
    expect(asked().filter((command) => command === "stop_comparing").length).toBe(1);
    end(null);
    await settle();
    expect([learn.judging.going, learn.judging.judged, learn.troubles.latest]).toEqual([null, null, null]);
    expect(backend.calls.find(({ command }) => command === "judge_run")?.args.wish).toBe("fix");
  });
});
