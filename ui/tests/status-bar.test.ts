// @vitest-environment jsdom

import { cleanup, render, screen } from "@testing-library/svelte";
import { afterEach, expect, it } from "vitest";
import StatusBar from "../src/compose/StatusBar.svelte";

afterEach(cleanup);

const nothing = () => undefined;
const bar = (selected: { words: number; characters: number } | null) =>
  render(StatusBar, {
    props: {
      counts: { words: 74, characters: 1_400 },
      selected,
      saved: { kind: "saved", reason: "" },
      model: { kind: "ready", words: "starter · this device", detail: "" },
      hintsOn: true,
      diagnosisOn: false,
      theme: "system",
      onhints: nothing,
      ondiagnosis: nothing,
      onmodel: nothing,
      ontheme: nothing,
      onkeys: nothing,
    },
  });
const said = (testid: string) => screen.getByTestId(testid).textContent?.trim();

it("says how much there is", () => {
  bar(null);
  expect([said("words"), said("characters")]).toEqual(["74 words", "1,400 characters"]);
});

it("says how much of it is selected", () => {
  bar({ words: 1, characters: 3 });
  expect([said("words"), said("characters")]).toEqual(["1 of 74 words", "3 of 1,400 characters"]);
});
