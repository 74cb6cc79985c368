/** What the person asks for, and about which part of the text. */

import type { EditorView } from "@codemirror/view";
import { scopeOf, scopeWords, type Scope } from "../compose/scope";
import { backend, type IntentDto, type Startup } from "../ipc/client";
import type { Troubles } from "../ipc/troubles.svelte";
import type { Announcer } from "../shared/announcer.svelte";
import type { Asked, Rewriting } from "./rewriting.svelte";

/** An intent, or words of the person's own. */
export type Wish = { readonly intent: IntentDto } | { readonly own: string };

const DEFAULT_INTENT = "fix";
/** The intent that repairs what would derail a discussion. */
const REPAIRING_INTENT = "appropriate";

export class Wishes {
  /** Words of one's own that were asked for before, the newest first. */
  instructions: readonly string[] = $state.raw([]);
  /** Nothing has been rewritten in this profile yet. */
  firstRun = $state(false);

  readonly intents: readonly IntentDto[];
  private last: Wish | null = $state.raw(null);
  /** The person writes on, and wants to be left at it. */
  typedSinceAsked = false;

  constructor(
    { intents, instructions, firstRun }: Startup,
    private readonly view: EditorView,
    private readonly rewriting: Rewriting,
    private readonly announcer: Announcer,
    private readonly troubles: Troubles,
  ) {
    this.intents = intents;
    this.instructions = instructions;
    this.firstRun = firstRun;
  }

  /** What Ctrl+Enter runs when nothing is pending. */
  get usual(): Wish | null {
    if (this.last) return this.last;
    const intent = this.intents.find((one) => one.id === DEFAULT_INTENT) ?? this.intents[0];
    return intent ? { intent } : null;
  }

  get usualId(): string {
    return this.usual && "intent" in this.usual ? this.usual.intent.id : DEFAULT_INTENT;
  }

  get usualLabel(): string {
    const { usual } = this;
    if (!usual) return "";
    return "own" in usual ? `“${usual.own}”` : usual.intent.label;
  }

  /** Null when there is no such intent. */
  get repair(): Wish | null {
    const intent = this.intents.find((one) => one.id === REPAIRING_INTENT);
    return intent ? { intent } : null;
  }

  /** What a rewrite would be about. On the first run that is all of the sample. */
  scope(wanted: "document" | "paragraph" | null): Scope {
    const untouched = this.firstRun && this.view.state.selection.main.empty && !this.typedSinceAsked;
    return scopeOf(this.view.state, wanted ?? (untouched ? "document" : null));
  }

  /** Has it rewritten. Nothing else may be under way. */
  ask(wish: Wish, scope: Scope): void {
    this.last = wish;
    if ("own" in wish) this.keep(wish.own);
    this.typedSinceAsked = false;
    const asked: Asked =
      "own" in wish
        ? { instruction: { kind: "own", text: wish.own }, label: wish.own, scope }
        : { instruction: { kind: "intent", id: wish.intent.id }, label: wish.intent.label, scope };
    this.announcer.say(`${asked.label}: ${scopeWords(scope.kind)}`);
    void this.rewriting.start(asked).then(() => {
      this.firstRun = false;
    });
  }

  private keep(text: string): void {
    if (this.instructions.includes(text)) return;
    this.instructions = [text, ...this.instructions];
    this.troubles.attempt("Saving the instruction", backend.saveInstruction(text));
  }

  removeInstruction(text: string): void {
    this.instructions = this.instructions.filter((own) => own !== text);
    this.troubles.attempt("Removing the instruction", backend.removeInstruction(text));
  }
}
