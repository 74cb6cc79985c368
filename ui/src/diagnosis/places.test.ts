import { describe, expect, it } from "vitest";
import { placeAt, placesOf, shares, step, type Finding } from "./places";

//            0         10        20        30        40
const TEXT = "Only a moron waits. It is sooo late, lol. Go.";

function finding(words: string, reason: string, score: number, sentence = words): Finding {
  const start = TEXT.indexOf(words);
  const sentenceStart = TEXT.indexOf(sentence);
  return {
    start,
    end: start + words.length,
    reason,
    label: reason,
    group: "",
    score,
    message: "",
    sentenceStart,
    sentenceEnd: sentenceStart + sentence.length,
  };
}

const FOUND = [
  finding("moron", "intensity", 80, "Only a moron waits."),
  finding("Only a moron waits.", "intensity", 83),
  finding("lol", "spelling", 57, "It is sooo late, lol."),
  finding("lol", "seriousness", 60, "It is sooo late, lol."),
];

const words = ({ from, to }: { from: number; to: number }) => TEXT.slice(from - 100, to - 100);

describe("places", () => {
  const places = placesOf(FOUND, 100);

  it("holds what was found about the same words, the gravest first, in the order of the text", () => {
    expect(places.map(words)).toEqual(["Only a moron waits.", "moron", "lol"]);
    expect(places[2]?.findings.map(({ reason }) => reason)).toEqual(["seriousness", "spelling"]);
  });

  it("knows how far its sentence reaches", () => {
    const [, moron] = places;
    expect(moron && words({ from: moron.from - moron.before, to: moron.to + moron.after })).toBe("Only a moron waits.");
  });

  it("counts the places of each reason and takes the strongest", () => {
    expect(shares(places).map(({ reason, places, strongest }) => [reason, places, strongest])).toEqual([
      ["intensity", 2, 83],
      ["seriousness", 1, 60],
      ["spelling", 1, 57],
    ]);
  });

  it("finds the one at the cursor: the selected one, else the shortest around it", () => {
    expect(placeAt(places, 100, 119)).toBe(0);
    expect(placeAt(places, 109, 109)).toBe(1);
    expect(placeAt(places, 102, 102)).toBe(0);
    expect(placeAt(places, 130, 130)).toBe(-1);
  });

  it("walks through all of them and round again, also of one reason alone", () => {
    const walked = (direction: 1 | -1, reason?: string) => {
      let at = { from: 100, to: 100 };
      return [1, 2, 3, 4].map(() => {
        at = step(places, at.from, at.to, direction, reason) ?? at;
        return words(at);
      });
    };
    expect(walked(1)).toEqual(["Only a moron waits.", "moron", "lol", "Only a moron waits."]);
    expect(walked(-1)).toEqual(["lol", "moron", "Only a moron waits.", "lol"]);
    expect(walked(1, "intensity")).toEqual(["Only a moron waits.", "moron", "Only a moron waits.", "moron"]);
    expect(step([], 0, 0, 1)).toBeUndefined();
  });
});
