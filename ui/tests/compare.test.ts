// @vitest-environment jsdom

/** An adapter looked at beside others, and written elsewhere: what is asked for, what is shown, what a stop and a failure leave. */

import { cleanup, render, screen } from "@testing-library/svelte";
import axe from "axe-core";
import { tick } from "svelte";
import { afterEach, describe, expect, it } from "vitest";
import "./layout";
import type { AdapterDto, ComparedDto, CompareEventDto } from "../src/ipc/bindings.gen";
import { columns } from "../src/learn/columns";
import CompareDialog from "../src/learn/CompareDialog.svelte";
import { Learn } from "../src/learn/learn.svelte";
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

const settle = async () => {
  await new Promise((resolve) => setTimeout(resolve, 0));
  await tick();
};
const ADAPTER: AdapterDto = { id: "mine", sizeBytes: 1, recipe: null, created: null, metrics: { loss: 0.25 }, verdict: null, problem: null, answersAll: false, answers: [] };
const WISHES = [{ id: "fix", label: "Fix grammar" }, { id: "own", label: "Own words" }];
const change = (source: string, old: string, replacement: string) => ({ from: source.indexOf(old), to: source.indexOf(old) + old.length, replacement });
const SOURCE = "He go home.";
const COMPARED: ComparedDto = {
  wish: "Fix grammar",
  source: SOURCE,
  kept: [change(SOURCE, "go", "went")],
  sides: [
    { adapter: null, edits: [] },
    { adapter: "mine", edits: [change(SOURCE, "go", "goes")] },
  ],
};

async function opened(heldOut: number, adapter = ADAPTER) {
  const backend = fakeBackend("");
  let send: (event: CompareEventDto) => void = () => undefined;
  let end: () => void = () => undefined;
  let fail: (error: unknown) => void = () => undefined;
  Object.assign(backend.answers, {
    compare_adapter: ({ onEvent }: { onEvent: { onmessage: (event: CompareEventDto) => void } }) => {
      send = (event) => onEvent.onmessage(event);
      return new Promise((resolve, reject) => ([end, fail] = [() => resolve(null), reject]));
    },
  });
  const { container, unmount } = render(CompareDialog, { props: { adapter, wishes: WISHES, heldOut, onclose: () => undefined } });
  await settle();
  const asked = (command: string) => backend.calls.filter((call) => call.command === command);
  return { container, unmount, asked, send: (event: CompareEventDto) => send(event), end: () => end(), fail: (error: unknown) => fail(error) };
}

const choose = async (testid: string, value: string) => {
  const select = screen.getByTestId<HTMLSelectElement>(testid);
  select.value = value;
  select.dispatchEvent(new Event("change", { bubbles: true }));
  await settle();
};
const press = async (testid: string) => {
  screen.getByTestId(testid).click();
  await settle();
};

describe("the writers beside each other", () => {
  it("have what goes and what comes, and the person's own words last", () => {
    expect(columns(COMPARED, "mine").map(({ name, remark }) => [name, remark])).toEqual([
      ["The model alone", "left as it is"],
      ["mine", null],
      ["You", null],
    ]);
  });

  it("say who is in use, and who writes the same as the model alone", () => {
    const [one] = COMPARED.sides.slice(1);
    const edits = one?.edits ?? [];
    const sides = [{ adapter: null, edits }, { adapter: "older", edits: [change(SOURCE, "He", "She")] }, { adapter: "mine", edits }];
    expect(columns({ ...COMPARED, kept: null, sides }, "mine").map(({ remark }) => remark)).toEqual([null, "in use", "the same as the model alone"]);
  });
});

describe("a comparison", () => {
  it("is of the text that is there, with the wish, and shows each text as it comes", async () => {
    const { asked, send, end, container } = await opened(0);
    expect(screen.queryByTestId("compare-on")).toBeNull();
    await press("compare-start");
    const [call] = asked("compare_adapter");
    expect(call?.args).toMatchObject({ id: "mine", on: { kind: "text", instruction: { kind: "intent", id: "fix" } } });
    send({ event: "progress", data: { done: 1, of: 2 } });
    await settle();
    expect(screen.getByRole("progressbar").getAttribute("aria-valuenow")).toBe("1");
    send({ event: "text", data: COMPARED });
    end();
    await settle();
    const mine = container.querySelector("[data-writer='mine'] p");
    expect([mine?.querySelector("del")?.textContent, mine?.querySelector("ins")?.textContent]).toEqual(["go", "goes"]);
    expect(screen.queryByTestId("compare-stop")).toBeNull();
    const { violations } = await axe.run(container, { rules: { "color-contrast": { enabled: false }, region: { enabled: false } } });
    expect(violations.map(({ id }) => id)).toEqual([]);
  });

  it("is of the held-out texts when the person wants those", async () => {
    const { asked } = await opened(3);
    await choose("compare-on", "heldOut");
    expect(screen.queryByTestId("compare-text")).toBeNull();
    await press("compare-start");
    expect(asked("compare_adapter").map(({ args }) => args.on)).toEqual([{ kind: "heldOut" }]);
  });

  it("says what the test said, if there was one", async () => {
    await opened(0);
    expect(screen.queryByTestId("tested")).toBeNull();
    cleanup();
    const measures = [{ name: "meaning", live: 0.9, new: 0.75 }];
    await opened(0, { ...ADAPTER, verdict: { promoted: false, reasons: ["meaning fell"], measures } });
    const tested = screen.getByTestId("tested").textContent;
    for (const words of ["not promoted", "meaning fell", "0.900", "0.750"]) expect(tested).toContain(words);
  });

  it("waits for the person's own words", async () => {
    await opened(0);
    await choose("compare-wish", "own");
    expect(screen.getByTestId<HTMLButtonElement>("compare-start").disabled).toBe(true);
  });

  it("stops once, keeps what is finished, and ends when the dialog does", async () => {
    const { asked, send, end, unmount } = await opened(0);
    await press("compare-start");
    send({ event: "text", data: COMPARED });
    await settle();
    await press("compare-stop");
    unmount();
    expect(asked("stop_adapter_comparison").length).toBe(1);
    end();

    const again = await opened(0);
    await press("compare-start");
    again.unmount();
    expect(again.asked("stop_adapter_comparison").length).toBe(1);
  });

  it("that fails says why and can be begun again", async () => {
    const { fail } = await opened(0);
    await press("compare-start");
    fail({ code: "no_adapter", message: "There is no adapter `mine`.", hint: "" });
    await settle();
    expect(screen.getByText("There is no adapter `mine`.")).toBeTruthy();
    expect(screen.getByTestId<HTMLButtonElement>("compare-start").disabled).toBe(false);
  });
});

describe("an export", () => {
  it("says where it went, and nothing when the person changed their mind", async () => {
    const backend = fakeBackend("");
    let answer: unknown = null;
    Object.assign(backend.answers, { export_adapter: () => answer });
    const learn = new Learn();
    await learn.adapters.export("mine");
    expect([learn.adapters.exported, learn.announcer.spoken]).toEqual([null, ""]);
    answer = "/home/ada/mine";
    await learn.adapters.export("mine");
    expect(learn.adapters.exported).toEqual({ id: "mine", path: "/home/ada/mine" });
    expect(learn.announcer.spoken).toContain("/home/ada/mine");
    answer = Promise.reject({ code: "write", message: "The disk is full.", hint: "" });
    await learn.adapters.export("mine");
    expect(learn.troubles.latest?.error.message).toBe("The disk is full.");
  });
});
