import { describe, expect, it } from "vitest";
import { keyCaps, pressed } from "./keys";

const press = (key: string, held: Partial<Record<"ctrlKey" | "shiftKey" | "altKey" | "metaKey", boolean>> = {}) =>
  ({ key, ctrlKey: false, shiftKey: false, altKey: false, metaKey: false, ...held }) as KeyboardEvent;

describe("keys", () => {
  it("match exactly the named modifiers, whatever caps lock says", () => {
    expect(pressed(press("z", { ctrlKey: true }), "Mod-z")).toBe(true);
    expect(pressed(press("Z", { ctrlKey: true, shiftKey: true }), "Mod-Shift-z")).toBe(true);
    expect(pressed(press("z", { ctrlKey: true, shiftKey: true }), "Mod-Shift-z")).toBe(true);
    expect(pressed(press("z", { ctrlKey: true, shiftKey: true }), "Mod-z")).toBe(false);
    expect(pressed(press("F8"), "F8")).toBe(true);
    expect(pressed(press("F8", { shiftKey: true }), "F8")).toBe(false);
    expect(pressed(press("k", { ctrlKey: true, altKey: true }), "Mod-k")).toBe(false);
  });

  it("are written as on the keyboard", () => {
    expect(keyCaps("Mod-Shift-z")).toEqual(["Ctrl", "Shift", "Z"]);
    expect(keyCaps("Alt-ArrowDown")).toEqual(["Alt", "↓"]);
  });
});
