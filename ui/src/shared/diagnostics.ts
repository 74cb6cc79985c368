/** Marks in the text from sources that do not know each other. */

import { forEachDiagnostic, setDiagnostics, type Diagnostic } from "@codemirror/lint";
import type { EditorView } from "@codemirror/view";

/** Shows what `source` found in the place of what it had found before, beside what the others found. */
export function publish(view: EditorView, source: string, found: readonly Diagnostic[]): void {
  const others: Diagnostic[] = [];
  forEachDiagnostic(view.state, (one, from, to) => {
    if (one.source !== source) others.push({ ...one, from, to });
  });
  view.dispatch(setDiagnostics(view.state, [...others, ...found]));
}
