import { Text } from "@codemirror/state";
import { describe, expect, it } from "vitest";
import { contextOf } from "./context";

const around = (text: string, words: string) => {
  const from = text.indexOf(words);
  return contextOf(Text.of(text.split("\n")), { from, to: from + words.length });
};

describe("the words around an edit", () => {
  it("are all of a short line, and of no other", () => {
    expect(around("Above.\nWe was there.\nBelow.", "was")).toEqual({ before: "We ", after: " there." });
  });

  it("are cut between words, which is said", () => {
    const words = around("Everybody who came to the workshop was glad that it had been moved to the library.", "was");
    expect(words).toEqual({ before: "…who came to the workshop ", after: " glad that it had been moved…" });
  });

  it("are left out where there is no place to cut", () => {
    expect(around(`${"a".repeat(40)}was${"b".repeat(40)}`, "was")).toEqual({ before: "…", after: "…" });
  });

  it("are none beside a text that ends before it", () => {
    expect(contextOf(Text.of(["We"]), { from: 3, to: 6 })).toEqual({ before: "", after: "" });
  });
});
