/** Key names such as `Mod-Shift-Backspace`, matched and written the way the platform does. */

export const isMac = typeof navigator !== "undefined" && navigator.platform.startsWith("Mac");

/** Whether the pressed keys are exactly those named. `Mod` is Ctrl, or Cmd on a Mac. */
export function pressed(event: KeyboardEvent, name: string): boolean {
  const parts = name.split("-");
  const key = parts.at(-1) ?? "";
  const wants = (modifier: string) => parts.slice(0, -1).includes(modifier);
  const mod = wants("Mod");
  return (
    event.key.toLowerCase() === key.toLowerCase() &&
    event.ctrlKey === ((mod && !isMac) || wants("Ctrl")) &&
    event.metaKey === (mod && isMac) &&
    event.shiftKey === wants("Shift") &&
    event.altKey === wants("Alt")
  );
}

const MAC: Record<string, string> = { Mod: "⌘", Shift: "⇧", Alt: "⌥", Ctrl: "⌃", Enter: "⏎", Backspace: "⌫" };
const OTHERS: Record<string, string> = { Mod: "Ctrl" };
const BOTH: Record<string, string> = { ArrowDown: "↓", ArrowUp: "↑", Escape: "Esc" };

/** The parts of a key name as they are printed on keys. */
export function keyCaps(name: string): string[] {
  return name.split("-").map((part) => (isMac ? MAC : OTHERS)[part] ?? BOTH[part] ?? (part.length === 1 ? part.toUpperCase() : part));
}
