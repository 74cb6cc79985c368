/** What the person does with suggestions: each decision is said, and the keyboard goes to what comes next. */

import { redo, undo } from "@codemirror/commands";
import type { EditorView, ViewUpdate } from "@codemirror/view";
import { backend, type DecisionDto } from "../ipc/client";
import type { Troubles } from "../ipc/troubles.svelte";
import { acceptAll, acceptEdit, acceptWords, focusEdit, leave, rejectAll, rejectEdit, walk } from "../review/commands";
import { pendingEdits, preview, reviewField } from "../review/field";
import type { Announcer } from "../shared/announcer.svelte";
import { plural } from "../shared/words";
import type { Alternatives } from "./alternatives.svelte";
import { decisionsBetween } from "./decisions";
import type { Mirror } from "./mirror.svelte";
import type { Rewriting } from "./rewriting.svelte";
import { reviewWords } from "./speech";

/** To somebody who asks for other versions while a rewrite is running. */
export const BUSY = "Finish or cancel the rewrite first";

export class Reviewing {
  /** The edit whose replacement is being typed. */
  editing: string | null = $state(null);
  /** Grows when the keyboard should move to the active card. */
  cardFocus = $state(0);
  /** Other versions were asked for while a rewrite was running, which goes first. */
  busy = $state(false);

  constructor(
    private readonly view: EditorView,
    private readonly mirror: Mirror,
    private readonly rewriting: Rewriting,
    private readonly alternatives: Alternatives,
    private readonly announcer: Announcer,
    private readonly troubles: Troubles,
  ) {}

  /** Another document is in the editor. */
  reset(): void {
    this.editing = null;
  }

  // ---- going through them

  /** Suggestions have begun to arrive: the keyboard goes to the first. */
  start(): void {
    const first = pendingEdits(this.view.state)[0];
    if (first) this.toCard(first.id);
  }

  walk(direction: 1 | -1): void {
    const edit = walk(this.view, direction);
    if (edit) this.cardFocus++;
    else this.announcer.say("No suggestions.");
  }

  select(id: string): void {
    focusEdit(this.view, id);
  }

  toCard(id: string): void {
    focusEdit(this.view, id);
    this.cardFocus++;
  }

  /** Back to the text; what is undecided stays. */
  leave(): void {
    leave(this.view);
    this.view.focus();
  }

  // ---- deciding

  accept(id: string, then: "next" | "stay"): void {
    acceptEdit(this.view, id, then);
    this.afterDecision("Accepted", then);
  }

  reject(id: string, then: "next" | "stay"): void {
    rejectEdit(this.view, id, then);
    this.afterDecision("Rejected", then);
  }

  acceptAll(): void {
    const all = acceptAll(this.view);
    if (all > 0) this.end(`Accepted ${plural(all, "suggestion")}.`);
  }

  rejectAll(): void {
    const all = rejectAll(this.view);
    if (all > 0) this.end(`Rejected ${plural(all, "suggestion")}.`);
  }

  private afterDecision(what: string, then: "next" | "stay"): void {
    const { edits, active } = this.mirror;
    if (edits.length === 0) this.end(`${what}.`);
    else if (then === "next") {
      this.announcer.say(`${what}. ${reviewWords(edits, active)}`);
      this.cardFocus++;
    } else {
      this.announcer.say(`${what}. ${plural(edits.length, "suggestion")} left.`);
      this.view.focus();
    }
  }

  private end(what: string): void {
    this.announcer.say(`${what} No suggestions left.`);
    this.view.focus();
  }

  // ---- words of one's own

  edit(id: string): void {
    focusEdit(this.view, id);
    this.editing = id;
  }

  showTyped(id: string, words: string): void {
    this.view.dispatch({ effects: preview.of({ id, words }) });
  }

  finishEditing(id: string, words: string | null): void {
    this.editing = null;
    if (words === null) {
      this.view.dispatch({ effects: preview.of(null) });
      this.cardFocus++;
      return;
    }
    acceptWords(this.view, id, words, "next");
    this.afterDecision("Accepted with your words", "next");
  }

  // ---- other versions

  another(id: string): void {
    const edit = this.mirror.edits.find((open) => open.id === id);
    if (!edit) return;
    focusEdit(this.view, id);
    if (this.rewriting.working) {
      // The model does one thing at a time; waiting for it unseen would look like a window that hangs.
      this.busy = true;
      this.announcer.say(`${BUSY}.`);
      return;
    }
    void this.alternatives.ask(edit);
  }

  choose(index: number): void {
    if (this.alternatives.choose(index)) this.afterDecision(`Version ${index + 1} taken`, "stay");
  }

  closeAlternatives(): void {
    this.alternatives.close();
    if (this.mirror.active === null) this.view.focus();
    else this.cardFocus++;
  }

  // ---- taking back

  undo(): void {
    this.step(undo, "Undone");
  }

  redo(): void {
    this.step(redo, "Redone");
  }

  /** A step through the history. A suggestion that comes back by it is the one to look at. */
  private step(command: (view: EditorView) => boolean, what: string): void {
    const before = new Set(this.mirror.edits.map((edit) => edit.id));
    if (!command(this.view)) return;
    const back = this.mirror.edits.find((edit) => !before.has(edit.id));
    if (back) {
      focusEdit(this.view, back.id);
      if (!this.view.hasFocus) this.cardFocus++;
    }
    this.announcer.say(`${what}. ${reviewWords(this.mirror.edits, this.mirror.active)}`);
  }

  // ---- remembering

  follow({ startState, state }: ViewUpdate): void {
    this.report(decisionsBetween(startState.field(reviewField, false) ?? [], state.field(reviewField)));
  }

  report(decisions: DecisionDto[]): void {
    if (decisions.length > 0) this.troubles.attempt("Remembering the decision", backend.decide(decisions));
  }
}
