/** A small bar over an edit under the mouse: what it is about, and the four things to do with it. */

import type { Extension } from "@codemirror/state";
import { hoverTooltip, EditorView } from "@codemirror/view";
import { activate, pendingEdits, place } from "./field";
import type { ReviewEdit } from "./model";

export interface EditActions {
  accept(id: string): void;
  reject(id: string): void;
  edit(id: string): void;
  another(id: string): void;
  /** The new words were clicked: there is nothing to type into, so the keyboard goes to the edit's card. */
  focus(id: string): void;
}

const BUTTONS: readonly { action: Exclude<keyof EditActions, "focus">; label: string; sign: string }[] = [
  { action: "accept", label: "Accept", sign: "✓" },
  { action: "reject", label: "Reject", sign: "✕" },
  { action: "edit", label: "Edit", sign: "✎" },
  { action: "another", label: "Another", sign: "⟳" },
];

function bar(edit: ReviewEdit, actions: EditActions): HTMLElement {
  const dom = document.createElement("div");
  dom.className = "cm-edit-bar";
  dom.dataset.testid = "edit-bar";
  const reason = document.createElement("span");
  reason.className = "cm-edit-reason";
  reason.textContent = edit.reason === "" ? edit.kind : edit.reason;
  dom.append(reason);
  for (const { action, label, sign } of BUTTONS) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = sign;
    button.title = label;
    button.setAttribute("aria-label", label);
    button.dataset.testid = `bar-${action}`;
    // The press must not move the cursor of the editor below.
    button.addEventListener("mousedown", (event) => event.preventDefault());
    button.addEventListener("click", () => actions[action](edit.id));
    dom.append(button);
  }
  return dom;
}

function editAt(view: EditorView, target: EventTarget | null): ReviewEdit | undefined {
  const dom = target instanceof HTMLElement ? target.closest<HTMLElement>("[data-edit]") : null;
  return dom ? pendingEdits(view.state).find((edit) => edit.id === dom.dataset.edit) : undefined;
}

export function editHover(actions: EditActions): Extension {
  return [
    hoverTooltip(
      (view, pos) => {
        const edit = pendingEdits(view.state).find((open) => open.from <= pos && pos <= open.to);
        if (!edit) return null;
        return { pos: edit.from, end: edit.to, above: true, create: () => ({ dom: bar(edit, actions) }) };
      },
      { hoverTime: 200, hideOn: (tr) => tr.docChanged || tr.effects.some((effect) => effect.is(place)) },
    ),
    EditorView.domEventHandlers({
      mousedown(event, view) {
        const edit = editAt(view, event.target);
        if (!edit || event.button !== 0) return false;
        if (event.target instanceof HTMLElement && event.target.closest(".cm-new")) {
          event.preventDefault();
          actions.focus(edit.id);
          return true;
        }
        view.dispatch({ effects: activate.of(edit.id) });
        return false;
      },
    }),
  ];
}
