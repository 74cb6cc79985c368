/** The Write screen: one editor, its document, its review. Components read this and call it; it calls the backend. */

import { redo, undo } from "@codemirror/commands";
import type { EditorState, Text } from "@codemirror/state";
import { EditorView, type ViewUpdate } from "@codemirror/view";
import { counts, countRange, type Counts } from "../compose/counts";
import { editorState } from "../compose/editor";
import { hintMenu, openHintMenu } from "../compose/hint-menu";
import { enableHints, hints, hintsEnabled } from "../compose/lints";
import { paragraphs } from "../compose/paragraphs";
import { scopeOf, scopeWords, type Scope } from "../compose/scope";
import { Diagnosis } from "../diagnosis/diagnosis.svelte";
import {
  AppError,
  backend,
  type DecisionDto,
  type DocumentDto,
  type IntentDto,
  type ModelDto,
  type Startup,
  type Theme,
} from "../ipc/client";
import { Cascade } from "../large/cascade.svelte";
import { acceptAll, acceptEdit, acceptWords, focusEdit, leave, rejectAll, rejectEdit, walk } from "../review/commands";
import { editDecorations } from "../review/decorations";
import { activeField, pendingEdits, preview, reviewField, reviewState } from "../review/field";
import { editHover } from "../review/hover";
import type { ReviewEdit } from "../review/model";
import { nextTheme, showTheme } from "../shared/theme";
import { plural } from "../shared/words";
import { Alternatives } from "./alternatives.svelte";
import { decisionsBetween } from "./decisions";
import { Papers } from "./papers.svelte";
import { Rewriting, type Asked } from "./rewriting.svelte";
import { reviewWords } from "./speech";

export type ModelState =
  | { readonly kind: "loading"; readonly model: ModelDto | null }
  | { readonly kind: "ready"; readonly model: ModelDto }
  | { readonly kind: "missing"; readonly error: AppError };

/** What the person asks for: an intent by id, or words of their own. */
export type Wish = { readonly intent: IntentDto } | { readonly own: string };

export type Dialog = "none" | "palette" | "documents" | "large" | "keys";

const SELECTION_PAUSE_MS = 120;
/** How long a closing window waits for its last save. */
const CLOSE_PATIENCE_MS = 3_000;
const DEFAULT_INTENT = "fix";
/** The intent that repairs what would derail a discussion. */
const REPAIRING_INTENT = "appropriate";
/** To somebody who asks for other versions while a rewrite is running. */
export const BUSY = "Finish or cancel the rewrite first";

export class Write {
  // What the person sees of the editor's state. Set in one place, after each transaction.
  edits: readonly ReviewEdit[] = $state.raw([]);
  active: string | null = $state(null);
  counts: Counts = $state.raw({ words: 0, characters: 0 });
  selected: Counts | null = $state.raw(null);
  hintsOn = $state(true);

  dialog: Dialog = $state("none");
  model: ModelState = $state.raw({ kind: "loading", model: null });
  theme: Theme = $state("system");
  instructions: string[] = $state.raw([]);
  lastWish: Wish | null = $state.raw(null);
  /** Nothing has been rewritten in this profile yet. */
  firstRun = $state(false);
  /** Sentences from the start that the person should see. */
  notices: readonly string[] = $state.raw([]);
  /** Something that failed outside a rewrite, with what was being done. */
  trouble: { readonly doing: string; readonly error: AppError } | null = $state.raw(null);
  /** Read out by screen readers. */
  spoken = $state("");
  /** Other versions were asked for while a rewrite was running, which goes first. */
  busy = $state(false);
  /** The edit whose replacement is being typed. */
  editing: string | null = $state(null);
  /** Grows when the keyboard should move to the active card. */
  cardFocus = $state(0);

  readonly intents: readonly IntentDto[];
  readonly version: string;
  readonly papers: Papers;
  readonly rewriting: Rewriting;
  readonly alternatives: Alternatives;
  readonly diagnosis: Diagnosis;
  readonly cascade = new Cascade();
  readonly view: EditorView;

  private readonly nonce: string;
  private typedSinceAsked = false;
  private warnedOfLoss = false;
  private selectionTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(startup: Startup, nonce: string) {
    this.nonce = nonce;
    this.intents = startup.intents;
    this.version = startup.version;
    this.instructions = startup.instructions;
    this.theme = startup.theme;
    this.firstRun = startup.firstRun;
    this.notices = startup.notices;
    showTheme(startup.theme);
    // The nonce must be there from the first moment: styles that were refused once stay refused.
    this.view = new EditorView({ extensions: EditorView.cspNonce.of(nonce) });
    const { view } = this;
    this.papers = new Papers(view, (document) => this.stateFor(document));
    this.rewriting = new Rewriting({
      view,
      marks: this.papers.marks,
      settle: async () => ({ ...(await this.papers.settle()), document: this.papers.current.id }),
      onFirst: () => this.startReview(),
      onEnd: () => {
        this.busy = false;
        this.say(this.summary());
      },
    });
    this.alternatives = new Alternatives(view, this.rewriting, (decisions) => this.report(decisions));
    this.diagnosis = new Diagnosis({
      view,
      paragraphs: (state) => paragraphs(state, [{ from: 0, to: state.doc.length }]),
      diagnose: (text) => backend.diagnose(text),
      repair: (from, to) => this.repair(from, to),
      say: (words) => this.say(words),
      onError: (error) => (this.trouble = { doing: "Looking for what would derail a discussion", error: AppError.from(error) }),
    });
    this.open(startup.document);
    if (startup.model) this.warmUp(startup.model);
    else this.model = { kind: "missing", error: AppError.from(startup.modelError ?? noModel()) };
  }

  // ---- the model

  /** Loads the model in the background, so that the first rewrite does not wait for it. */
  warmUp(model: ModelDto | null): void {
    this.model = { kind: "loading", model };
    backend.warmUp().then(
      (ready) => (this.model = { kind: "ready", model: ready }),
      (error: unknown) => (this.model = { kind: "missing", error: AppError.from(error) }),
    );
  }

  /** The chip: which model, on which device. */
  get modelWords(): string {
    if (this.model.kind === "missing") return "no model";
    if (this.model.kind === "loading") return `${this.model.model?.name ?? "model"} · loading`;
    return `${this.model.model.name} · this device`;
  }

  get modelDetail(): string {
    if (this.model.kind === "missing") return this.model.error.message;
    const { model } = this.model;
    return model ? `${model.name}, ${Math.round(model.sizeBytes / 1e6)} MB, ${model.licence}` : "";
  }

  // ---- the editor

  private stateFor(document: DocumentDto): EditorState {
    return editorState({
      text: document.text,
      markdown: document.format === "markdown",
      nonce: this.nonce,
      extensions: [
        reviewState,
        editDecorations,
        editHover({
          accept: (id) => this.accept(id, "stay"),
          reject: (id) => this.reject(id, "stay"),
          edit: (id) => this.edit(id),
          another: (id) => this.another(id),
          focus: (id) => {
            focusEdit(this.view, id);
            this.cardFocus++;
          },
        }),
        this.papers.marks.follow,
        this.diagnosis.follow,
        hintMenu,
        hints({
          check: (text) => backend.check(text),
          addToDictionary: (word) => backend.dictionaryAdd(word),
          underReview: (view) => pendingEdits(view.state),
          onError: (error) => (this.trouble = { doing: "Checking with rules", error: AppError.from(error) }),
        }),
        EditorView.updateListener.of((update) => this.follow(update)),
      ],
    });
  }

  private follow(update: ViewUpdate): void {
    const { startState, state } = update;
    if (update.docChanged) {
      this.papers.touched();
      this.warnedOfLoss = false;
      if (update.transactions.some((tr) => tr.isUserEvent("input") || tr.isUserEvent("delete"))) this.typed();
    }
    const before = startState.field(reviewField, false) ?? [];
    const after = state.field(reviewField);
    if (before !== after) this.report(decisionsBetween(before, after));
    this.mirror(before !== after);
    if (update.selectionSet || update.docChanged) this.countSelectionSoon();
  }

  /** The person writes on: what the last rewrite had to say is over, unless something is left to decide. */
  private typed(): void {
    this.typedSinceAsked = true;
    if (this.edits.length === 0) this.rewriting.dismiss();
  }

  private mirror(reviewChanged: boolean): void {
    const { state } = this.view;
    if (reviewChanged) this.edits = pendingEdits(state);
    this.active = state.field(activeField);
    this.counts = state.field(counts);
    this.hintsOn = state.field(hintsEnabled);
  }

  wordsIn({ kind, from, to }: Scope): number {
    return kind === "document" ? this.counts.words : countRange(this.view.state.doc, from, to).words;
  }

  /** A few words on both sides of an edit, from its own line. */
  contextOf({ from, to }: ReviewEdit): { before: string; after: string } {
    const { doc } = this.view.state;
    if (to > doc.length) return { before: "", after: "" };
    return around(doc, from, to);
  }

  private countSelectionSoon(): void {
    clearTimeout(this.selectionTimer);
    this.selectionTimer = setTimeout(() => {
      const { main } = this.view.state.selection;
      this.selected = main.empty ? null : countRange(this.view.state.doc, main.from, main.to);
    }, SELECTION_PAUSE_MS);
  }

  private open(document: DocumentDto): void {
    const hintsOff = !this.hintsOn;
    this.papers.show(document);
    if (hintsOff) this.view.dispatch({ effects: enableHints(false) });
    this.typedSinceAsked = false;
    this.editing = null;
    this.selected = null;
    this.mirror(true);
  }

  undo(): void {
    this.step(undo, "Undone");
  }

  redo(): void {
    this.step(redo, "Redone");
  }

  /** A step through the history. A suggestion that comes back by it is the one to look at. */
  private step(command: (view: EditorView) => boolean, what: string): void {
    const before = new Set(this.edits.map((edit) => edit.id));
    if (!command(this.view)) return;
    const back = this.edits.find((edit) => !before.has(edit.id));
    if (back) {
      focusEdit(this.view, back.id);
      if (!this.view.hasFocus) this.cardFocus++;
    }
    this.say(`${what}. ${reviewWords(this.edits, this.active)}`);
  }

  focusText(): void {
    leave(this.view);
    this.view.focus();
  }

  closeDialog(): void {
    this.dialog = "none";
    this.view.focus();
  }

  /**
   * Esc: stops what is running, else leaves the review, else clears what is over, else leaves the diagnosis. False when
   * there was nothing to do.
   */
  escape(): boolean {
    if (this.rewriting.working) this.rewriting.cancel();
    else if (this.active !== null) this.focusText();
    else if (this.rewriting.run.kind !== "idle" && this.view.hasFocus && this.edits.length === 0) this.rewriting.dismiss();
    else if (this.diagnosis.open) this.leaveDiagnosis();
    else return false;
    return true;
  }

  showHint(): void {
    if (!openHintMenu(this.view)) this.say("No hints here.");
  }

  toggleHints(): void {
    this.view.dispatch({ effects: enableHints(!this.hintsOn) });
  }

  // ---- what would derail a discussion

  toggleDiagnosis(): void {
    if (this.diagnosis.open) this.closeDiagnosis();
    else this.diagnosis.start();
  }

  closeDiagnosis(): void {
    this.diagnosis.close();
    this.view.focus();
  }

  /** Opens the diagnosis; when it is open, goes to the next place or the one before. */
  walkDiagnosis(direction: 1 | -1): void {
    if (!this.diagnosis.open) return this.diagnosis.start();
    this.diagnosis.walk(direction);
    this.view.focus();
  }

  /** From its panel back to the text, from the text it is closed. */
  private leaveDiagnosis(): void {
    if (this.view.hasFocus) this.diagnosis.close();
    else this.view.focus();
  }

  get canRepair(): boolean {
    return this.repairing !== undefined;
  }

  private get repairing(): IntentDto | undefined {
    return this.intents.find((intent) => intent.id === REPAIRING_INTENT);
  }

  private repair(from: number, to: number): void {
    if (this.repairing) this.ask({ intent: this.repairing }, { kind: "marked", from, to });
  }

  // ---- asking for a rewrite

  /** What a rewrite would be about. On the first run that is all of the sample. */
  scope(wanted: "document" | "paragraph" | null): Scope {
    const untouched = this.firstRun && this.view.state.selection.main.empty && !this.typedSinceAsked;
    return scopeOf(this.view.state, wanted ?? (untouched ? "document" : null));
  }

  /** What Ctrl+Enter runs when nothing is pending. */
  get usual(): Wish | null {
    if (this.lastWish) return this.lastWish;
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

  ask(wish: Wish, scope: Scope): void {
    this.dialog = "none";
    if (this.rewriting.working) return;
    this.lastWish = wish;
    if ("own" in wish) this.keepInstruction(wish.own);
    this.trouble = null;
    this.typedSinceAsked = false;
    this.busy = false;
    this.view.focus();
    const asked: Asked =
      "own" in wish
        ? { instruction: { kind: "own", text: wish.own }, label: wish.own, scope }
        : { instruction: { kind: "intent", id: wish.intent.id }, label: wish.intent.label, scope };
    this.say(`${asked.label}: ${scopeWords(scope.kind)}`);
    void this.rewriting.start(asked).then(() => {
      this.firstRun = false;
    });
  }

  /** The last rewrite once more, on what is selected or under the cursor now. */
  again(): void {
    if (this.usual) this.ask(this.usual, this.scope(this.rewriting.lastScope));
  }

  /** Accepts what is pending; with nothing pending, runs the usual rewrite. */
  acceptAllOrRun(): void {
    if (this.edits.length > 0) this.acceptAll();
    else if (this.usual) this.ask(this.usual, this.scope(null));
  }

  private keepInstruction(text: string): void {
    if (this.instructions.includes(text)) return;
    this.instructions = [text, ...this.instructions];
    this.attempt("Saving the instruction", backend.saveInstruction(text));
  }

  removeInstruction(text: string): void {
    this.instructions = this.instructions.filter((own) => own !== text);
    this.attempt("Removing the instruction", backend.removeInstruction(text));
  }

  // ---- the review

  /** Suggestions have begun to arrive: unless the person is writing, the keyboard goes to the first. */
  private startReview(): void {
    const first = pendingEdits(this.view.state)[0];
    if (!first || this.typedSinceAsked || this.dialog !== "none") return;
    focusEdit(this.view, first.id);
    this.cardFocus++;
  }

  walk(direction: 1 | -1): void {
    const edit = walk(this.view, direction);
    if (edit) this.cardFocus++;
    else this.say("No suggestions.");
  }

  select(id: string): void {
    focusEdit(this.view, id);
  }

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
    if (all > 0) this.endReview(`Accepted ${plural(all, "suggestion")}.`);
  }

  rejectAll(): void {
    const all = rejectAll(this.view);
    if (all > 0) this.endReview(`Rejected ${plural(all, "suggestion")}.`);
  }

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

  another(id: string): void {
    const edit = this.edits.find((open) => open.id === id);
    if (!edit) return;
    focusEdit(this.view, id);
    if (this.rewriting.working) {
      // The model does one thing at a time; waiting for it unseen would look like a window that hangs.
      this.busy = true;
      this.say(`${BUSY}.`);
      return;
    }
    void this.alternatives.ask(edit);
  }

  choose(index: number): void {
    if (this.alternatives.choose(index)) this.afterDecision(`Version ${index + 1} taken`, "stay");
  }

  closeAlternatives(): void {
    this.alternatives.close();
    if (this.active === null) this.view.focus();
    else this.cardFocus++;
  }

  private afterDecision(what: string, then: "next" | "stay"): void {
    const left = this.edits.length;
    if (left === 0) this.endReview(`${what}.`);
    else if (then === "next") {
      this.say(`${what}. ${reviewWords(this.edits, this.active)}`);
      this.cardFocus++;
    } else {
      this.say(`${what}. ${plural(left, "suggestion")} left.`);
      this.view.focus();
    }
  }

  private endReview(what: string): void {
    this.say(`${what} No suggestions left.`);
    this.view.focus();
  }

  private report(decisions: DecisionDto[]): void {
    if (decisions.length > 0) this.attempt("Remembering the decision", backend.decide(decisions));
  }

  // ---- documents and settings

  private async switchTo(doing: string, open: () => Promise<DocumentDto | null>): Promise<void> {
    try {
      await this.papers.flush();
      const document = await open();
      if (!document) return;
      this.rewriting.abandon();
      this.alternatives.close();
      this.diagnosis.close();
      await this.papers.close();
      this.open(document);
      this.dialog = "none";
      this.trouble = null;
      this.say(`Opened ${this.papers.title}.`);
      this.view.focus();
    } catch (error) {
      this.dialog = "none";
      this.trouble = { doing, error: AppError.from(error) };
    }
  }

  newDocument = () => this.switchTo("Starting a new document", backend.newDocument);
  openFile = () => this.switchTo("Opening a file", backend.openFile);
  openDocument = (id: number) => this.switchTo("Opening the document", () => backend.openDocument(id));

  async save(as: boolean): Promise<void> {
    try {
      const path = await this.papers.saveFile(as);
      if (path !== null) this.say(`Saved to ${path}.`);
    } catch (error) {
      this.trouble = { doing: "Saving the file", error: AppError.from(error) };
    }
  }

  switchTheme(): void {
    this.theme = nextTheme(this.theme);
    showTheme(this.theme);
    this.attempt("Remembering the theme", backend.setTheme(this.theme));
  }

  /** Saves before the window goes. When that fails the person is told first; asking again closes anyway. */
  async mayClose(): Promise<boolean> {
    if (this.warnedOfLoss) return true;
    const saved = await Promise.race([
      this.papers.flush().then(() => true),
      new Promise<false>((resolve) => setTimeout(() => resolve(false), CLOSE_PATIENCE_MS)),
    ]).catch(() => false);
    if (saved) return true;
    this.warnedOfLoss = true;
    const error = new AppError("unsaved", "Your latest changes could not be saved.", "Copy them to be safe; closing again leaves without them.");
    this.trouble = { doing: "Saving before closing", error };
    return false;
  }

  cannotWatchClosing(error: unknown): void {
    this.trouble = { doing: "Watching for the window to close", error: AppError.from(error) };
  }

  private attempt(doing: string, work: Promise<unknown>): void {
    work.catch((error: unknown) => (this.trouble = { doing, error: AppError.from(error) }));
  }

  resolveConflict(keep: "mine" | "theirs"): void {
    this.attempt("Saving", keep === "mine" ? this.papers.keepMine() : this.papers.takeTheirs());
  }

  // ---- words for screen readers

  say(words: string): void {
    // The same words twice are not read again unless something differs.
    this.spoken = this.spoken === words ? `${words}\u00a0` : words;
  }

  private summary(): string {
    const { run } = this.rewriting;
    if (run.kind === "cancelled") {
      if (run.found === 0) return "Cancelled. Your text is unchanged.";
      return `Cancelled. ${plural(run.found, "suggestion")} found. ${plural(this.edits.length, "suggestion")} left to review.`;
    }
    if (run.kind === "failed") return `Failed: ${run.error.message}`;
    if (run.kind !== "finished") return "";
    if (run.found === 0 && run.outcome === "nothingToRewrite") return "Nothing to rewrite here.";
    if (run.found === 0) return run.asked.scope.kind === "marked" ? "No repair found." : "Nothing to change.";
    return reviewWords(this.edits, this.active);
  }
}

const CONTEXT_UNITS = 30;

function around(doc: Text, from: number, to: number): { before: string; after: string } {
  const first = doc.lineAt(from);
  const last = doc.lineAt(to);
  const start = Math.max(first.from, from - CONTEXT_UNITS);
  const end = Math.min(last.to, to + CONTEXT_UNITS);
  let before = doc.sliceString(start, from);
  let after = doc.sliceString(to, end);
  // Whole words only; a text without spaces is cut where it is.
  if (start > first.from) before = `…${/\s/u.test(before) ? before.replace(/^\S*\s/u, "") : ""}`;
  if (end < last.to) after = `${/\s/u.test(after) ? after.replace(/\s\S*$/u, "") : ""}…`;
  return { before, after };
}

function noModel(): AppError {
  return new AppError("model_missing", "No model was found.", "Put a model folder beside the program or into the profile.");
}
