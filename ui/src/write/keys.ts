/** The keys of the Write screen. They come before the editor's own. */

import { pressed } from "../shared/keys";
import type { Write } from "./write.svelte";

type Binding = readonly [keys: string, run: (write: Write) => void];

/** Work everywhere, also while a card has the focus. */
const ANYWHERE: readonly Binding[] = [
  ["Mod-k", (write) => (write.dialog = "palette")],
  ["Mod-Enter", (write) => write.acceptAllOrRun()],
  ["Mod-Shift-Backspace", (write) => write.reviewing.rejectAll()],
  ["F7", (write) => write.diagnosing.walk(1)],
  ["Shift-F7", (write) => write.diagnosing.walk(-1)],
  ["F8", (write) => write.reviewing.walk(1)],
  ["Shift-F8", (write) => write.reviewing.walk(-1)],
  ["Alt-ArrowDown", (write) => write.reviewing.walk(1)],
  ["Alt-ArrowUp", (write) => write.reviewing.walk(-1)],
  ["Mod-o", (write) => (write.dialog = "documents")],
  ["Mod-n", (write) => void write.newDocument()],
  ["Mod-s", (write) => void write.saving.toFile(false)],
  ["Mod-Shift-s", (write) => void write.saving.toFile(true)],
  ["Mod-.", (write) => write.showHint()],
  ["Mod-,", (write) => (write.dialog = "large")],
  ["F1", (write) => (write.dialog = "keys")],
];

/** Work everywhere but in small fields, which have their own. */
const OUTSIDE_FIELDS: readonly Binding[] = [
  ["Mod-z", (write) => write.reviewing.undo()],
  ["Mod-Shift-z", (write) => write.reviewing.redo()],
  ["Mod-y", (write) => write.reviewing.redo()],
];

function inField(event: KeyboardEvent): boolean {
  return event.target instanceof HTMLElement && event.target.closest("input, textarea") !== null;
}

export function keyHandler(write: Write): (event: KeyboardEvent) => void {
  return (event) => {
    if (write.dialog !== "none" || write.alternatives.open || event.isComposing) return;
    const bindings = inField(event) ? ANYWHERE : [...ANYWHERE, ...OUTSIDE_FIELDS];
    const binding = bindings.find(([keys]) => pressed(event, keys));
    if (binding) binding[1](write);
    // Held down, Esc does one thing: what stopped a rewrite does not leave the review as well.
    else if (!(pressed(event, "Escape") && !editingHere(event) && (event.repeat || write.escape()))) return;
    event.preventDefault();
    event.stopPropagation();
  };
}

/** The field of a card goes back by itself. */
const editingHere = (event: KeyboardEvent): boolean => event.target instanceof HTMLTextAreaElement;
