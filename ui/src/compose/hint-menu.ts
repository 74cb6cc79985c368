/** What a rule has to say about the word at the cursor, and its fixes, without a mouse. */

import { forEachDiagnostic, type Diagnostic } from "@codemirror/lint";
import { StateEffect, StateField, type Extension } from "@codemirror/state";
import { showTooltip, type Command, type EditorView, type Tooltip } from "@codemirror/view";

interface Open {
  readonly hint: Diagnostic;
  readonly from: number;
  readonly to: number;
}

const setOpen = StateEffect.define<Open | null>();

function close(view: EditorView): void {
  view.dispatch({ effects: setOpen.of(null) });
  view.focus();
}

function menu(view: EditorView, { hint, from, to }: Open): HTMLElement {
  const dom = document.createElement("div");
  dom.className = "cm-hint-menu";
  dom.dataset.testid = "hint-menu";
  dom.setAttribute("role", "group");
  dom.setAttribute("aria-label", hint.message);
  const message = document.createElement("p");
  message.textContent = hint.message;
  dom.append(message);
  const buttons = (hint.actions ?? []).map(({ name, apply }) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "cm-diagnosticAction";
    button.textContent = name;
    button.addEventListener("click", () => {
      close(view);
      apply(view, from, to);
    });
    return button;
  });
  dom.append(...buttons);
  const source = document.createElement("p");
  source.className = "cm-diagnosticSource";
  source.textContent = hint.source ?? "";
  dom.append(source);
  dom.addEventListener("keydown", (event) => {
    const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
    const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    if (event.key === "Escape") close(view);
    else if (step !== undefined) buttons[(at + step + buttons.length) % buttons.length]?.focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  dom.addEventListener("focusout", (event) => {
    if (event.relatedTarget instanceof Node && !dom.contains(event.relatedTarget)) view.dispatch({ effects: setOpen.of(null) });
  });
  return dom;
}

const openField = StateField.define<Open | null>({
  create: () => null,
  update(open, tr) {
    for (const effect of tr.effects) if (effect.is(setOpen)) open = effect.value;
    return tr.docChanged || tr.selection ? null : open;
  },
  provide: (field) =>
    showTooltip.from(field, (open): Tooltip | null =>
      open && {
        pos: open.from,
        above: true,
        create: (view) => {
          const dom = menu(view, open);
          return { dom, mount: () => (dom.querySelector("button") ?? dom).focus() };
        },
      },
    ),
});

/** Opens the menu for the hint at the cursor, or for the next one after it. False when there is none. */
export const openHintMenu: Command = (view) => {
  const { head } = view.state.selection.main;
  let found: Open | null = null;
  forEachDiagnostic(view.state, (hint, from, to) => {
    if (to >= head && (!found || from < found.from)) found = { hint, from, to };
  });
  if (!found) return false;
  const { from } = found as Open;
  view.dispatch({ selection: { anchor: from }, scrollIntoView: true });
  view.dispatch({ effects: setOpen.of(found) });
  return true;
};

export const hintMenu: Extension = openField;
