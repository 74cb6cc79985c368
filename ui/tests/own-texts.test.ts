// @vitest-environment jsdom

/** A folder of one's own texts: progress, what came of it, and that nothing is said when the person changed their mind. */

import { cleanup, fireEvent, render, screen } from "@testing-library/svelte";
import { afterEach, describe, expect, it } from "vitest";
import type { MeasuredDto, VoicedDto } from "../src/ipc/bindings.gen";
import { OwnTexts } from "../src/learn/own-texts.svelte";
import Card from "../src/learn/OwnTexts.svelte";
import { fakeBackend, stopBackend } from "./backend";

afterEach(() => {
  cleanup();
  stopBackend();
});

const MADE: VoicedDto = { files: 12, sentences: 400, pairs: 136, added: 130, toldApart: 0.82, passedOver: ["b.txt: it is not in UTF-8"] };
const settle = () => new Promise((resolve) => setTimeout(resolve, 0));
const words = (): string => (screen.getByTestId("own-texts").textContent ?? "").replace(/\s+/g, " ");

function opened() {
  const backend = fakeBackend("");
  let tell: (at: MeasuredDto) => void = () => undefined;
  let end: (made: VoicedDto | null) => void = () => undefined;
  let loads = 0;
  Object.assign(backend.answers, {
    take_voice: ({ onEvent }: { onEvent: { onmessage: (at: MeasuredDto) => void } }) => {
      tell = (at) => onEvent.onmessage(at);
      return new Promise((resolve) => (end = resolve));
    },
    stop_voice: () => null,
  });
  const texts = new OwnTexts(() => {
    loads += 1;
    return Promise.resolve();
  });
  render(Card, { props: { texts, busy: false } });
  const asked = () => backend.calls.map(({ command }) => command);
  return { texts, backend, asked, loads: () => loads, tell: (at: MeasuredDto) => tell(at), end: (made: VoicedDto | null) => end(made) };
}

describe("one's own texts", () => {
  it("are read with the wish that will ask for the style, and say what came of it", async () => {
    const { backend, loads, tell, end } = opened();
    await fireEvent.input(screen.getByTestId("voice-wish"), { target: { value: "Like me, please" } });
    await fireEvent.click(screen.getByTestId("take-voice"));
    await settle();
    expect(backend.calls.at(-1)?.args.wish).toBe("Like me, please");
    tell({ done: 32, of: 400 });
    await settle();
    expect(screen.getByRole("progressbar").getAttribute("aria-valuenow")).toBe("32");
    end(MADE);
    await settle();
    await settle();
    expect(words()).toContain("136 preferences, 130 of them new");
    expect(words()).toContain("In 82 of 100 comparisons a sentence of yours is told from the model's; 50 would be chance.");
    expect(words()).toContain("Passed over: b.txt: it is not in UTF-8");
    expect(loads()).toBe(1);
  });

  it("that hardly tell the person from the model are said to", async () => {
    const { end } = opened();
    await fireEvent.click(screen.getByTestId("take-voice"));
    await settle();
    end({ ...MADE, toldApart: 0.55 });
    await settle();
    await settle();
    expect(words()).toContain("That is little to learn from");
  });

  it("can be stopped once, and then nothing was taken in", async () => {
    const { texts, asked, loads, tell, end } = opened();
    void texts.choose();
    await settle();
    tell({ done: 1, of: 9 });
    await settle();
    texts.stop();
    texts.stop();
    end(null);
    await settle();
    expect(asked().filter((command) => command === "stop_voice").length).toBe(1);
    expect([texts.made, texts.spoken, loads()]).toEqual([null, "Stopped; nothing was taken in.", 0]);
  });
});
