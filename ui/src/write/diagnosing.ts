/** The diagnosis from the keyboard and the status bar: what a key does depends on whether it is open. */

import type { EditorView } from "@codemirror/view";
import type { Diagnosis } from "../diagnosis/diagnosis.svelte";

export class Diagnosing {
  constructor(
    private readonly view: EditorView,
    private readonly diagnosis: Diagnosis,
  ) {}

  toggle(): void {
    if (this.diagnosis.open) this.close();
    else this.diagnosis.start();
  }

  close(): void {
    this.diagnosis.close();
    this.view.focus();
  }

  /** Opens the diagnosis; when it is open, goes to the next place or the one before. */
  walk(direction: 1 | -1): void {
    if (!this.diagnosis.open) return this.diagnosis.start();
    this.diagnosis.walk(direction);
    this.view.focus();
  }

  /** From its panel back to the text, from the text it is closed. */
  leave(): void {
    if (this.view.hasFocus) this.diagnosis.close();
    else this.view.focus();
  }
}
