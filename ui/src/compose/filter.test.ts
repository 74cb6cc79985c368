import { describe, expect, it } from "vitest";
import { fit, LONGEST_INSTRUCTION, oneLine, options, type Intent } from "./filter";

const intents: Intent[] = [
  { id: "fix", label: "Fix", description: "Grammar, spelling and punctuation only", shortcut: "f" },
  { id: "clearer", label: "Clearer", description: "Easier to follow, same meaning", shortcut: "c" },
  { id: "simpler", label: "Simpler", description: "Plain words and short sentences", shortcut: "s" },
  { id: "shorter", label: "Shorter", description: "The same in fewer words", shortcut: "h" },
  { id: "formal", label: "More formal", description: "For a letter or a report", shortcut: "o" },
];
const keys = (query: string, saved: string[] = [], last = "fix") => options(query, intents, saved, last).map((option) => option.key);

describe("palette options", () => {
  it("lists all intents without a query, the last used one first", () => {
    expect(keys("", [], "shorter")).toEqual(["intent-shorter", "intent-fix", "intent-clearer", "intent-simpler", "intent-formal"]);
  });

  it("puts the shortcut letter before everything else", () => {
    expect(keys("s")[0]).toBe("intent-simpler");
    expect(keys("h")[0]).toBe("intent-shorter");
    expect(keys("o")[0]).toBe("intent-formal");
  });

  it("ranks prefix, word start, inside, scattered", () => {
    expect(fit("form", "formal")).toBeGreaterThan(fit("form", "more formal"));
    expect(fit("form", "more formal")).toBeGreaterThan(fit("form", "informal"));
    expect(fit("form", "informal")).toBeGreaterThan(fit("frm", "formal"));
    expect(fit("frm", "formal")).toBeGreaterThan(0);
    expect(fit("zz", "formal")).toBe(0);
  });

  it("finds an intent by its description", () => {
    expect(keys("grammar")).toEqual(["intent-fix", "own"]);
  });

  it("offers anything else as an instruction of one's own, last", () => {
    expect(keys("Write like a pirate")).toEqual(["own"]);
    expect(keys("shorter")).toEqual(["intent-shorter"]);
    expect(options("  sound \n warmer ", intents, [], "fix").at(-1)).toEqual({ kind: "own", key: "own", text: "sound warmer" });
  });

  it("lists saved instructions and does not offer them twice", () => {
    expect(keys("pirate", ["Write like a pirate", "Use British spelling"])).toEqual(["saved-0", "own"]);
    expect(keys("write like a pirate", ["Write like a pirate"])).toEqual(["saved-0"]);
    expect(keys("", ["Write like a pirate"]).at(-1)).toBe("saved-0");
  });

  it("offers nothing that the backend would refuse", () => {
    expect(keys("x".repeat(LONGEST_INSTRUCTION + 1))).toEqual([]);
    expect(keys("q")).toEqual([]);
    expect(oneLine("\n\t ")).toBe("");
  });

  it("ignores case and accents", () => {
    expect(keys("CLÉAR")[0]).toBe("intent-clearer");
  });
});
