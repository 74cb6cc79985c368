/**
 * The Write screen: one editor, its document, its review. Each concept is a room of its own; here they are joined, and
 * here stands what concerns several of them. Components read this and call it; it calls the backend.
 */

import type { EditorState } from "@codemirror/state";
import { EditorView, type ViewUpdate } from "@codemirror/view";
import { editorState } from "../compose/editor";
import { openHintMenu } from "../compose/hint-menu";
import { enableHints } from "../compose/lints";
import { paragraphs } from "../compose/paragraphs";
import type { Scope } from "../compose/scope";
import { Diagnosis } from "../diagnosis/diagnosis.svelte";
import { backend, type DocumentDto, type Startup, type Theme } from "../ipc/client";
import { Troubles } from "../ipc/troubles.svelte";
import { Cascade } from "../large/cascade.svelte";
import { Announcer } from "../shared/announcer.svelte";
import { nextTheme, showTheme } from "../shared/theme";
import { Alternatives } from "./alternatives.svelte";
import { Diagnosing } from "./diagnosing";
import { extensions } from "./extensions";
import { Mirror } from "./mirror.svelte";
import { Model } from "./model.svelte";
import { Papers } from "./papers.svelte";
import { Reviewing } from "./reviewing.svelte";
import { Rewriting } from "./rewriting.svelte";
import { Saving } from "./saving";
import { outcomeWords } from "./speech";
import { Wishes, type Wish } from "./wishes.svelte";

export type Dialog = "none" | "palette" | "documents" | "large" | "keys";

export class Write {
  dialog: Dialog = $state("none");
  theme: Theme = $state("system");
  /** Sentences from the start that the person should see. */
  notices: readonly string[] = $state.raw([]);

  readonly view: EditorView;
  readonly announcer = new Announcer();
  readonly troubles = new Troubles();
  readonly mirror: Mirror;
  readonly papers: Papers;
  readonly saving: Saving;
  readonly rewriting: Rewriting;
  readonly wishes: Wishes;
  readonly alternatives: Alternatives;
  readonly reviewing: Reviewing;
  readonly diagnosis: Diagnosis;
  readonly diagnosing: Diagnosing;
  readonly model: Model;
  readonly cascade = new Cascade();

  constructor(startup: Startup, private readonly nonce: string) {
    this.theme = startup.theme;
    this.notices = startup.notices;
    showTheme(startup.theme);
    // The nonce must be there from the first moment: styles that were refused once stay refused.
    this.view = new EditorView({ extensions: EditorView.cspNonce.of(nonce) });
    const { view, announcer, troubles } = this;
    this.mirror = new Mirror(view);
    this.papers = new Papers(view, (document) => this.stateFor(document));
    this.saving = new Saving(this.papers, announcer, troubles);
    this.rewriting = new Rewriting({
      view,
      marks: this.papers.marks,
      settle: async () => ({ ...(await this.papers.settle()), document: this.papers.current.id }),
      onFirst: () => this.startReview(),
      onEnd: () => this.endRewrite(),
    });
    this.wishes = new Wishes(startup, view, this.rewriting, announcer, troubles);
    this.alternatives = new Alternatives(view, this.rewriting, (decisions) => this.reviewing.report(decisions));
    this.reviewing = new Reviewing(view, this.mirror, this.rewriting, this.alternatives, announcer, troubles);
    this.diagnosis = new Diagnosis({
      view,
      paragraphs: (state) => paragraphs(state, [{ from: 0, to: state.doc.length }]),
      diagnose: (text) => backend.diagnose(text),
      repair: (from, to) => this.repair(from, to),
      say: (words) => announcer.say(words),
      onError: (error) => troubles.report("Looking for what would derail a discussion", error),
    });
    this.diagnosing = new Diagnosing(view, this.diagnosis);
    this.show(startup.document);
    this.model = new Model(startup);
  }

  // ---- the editor

  private stateFor(document: DocumentDto): EditorState {
    return editorState({
      text: document.text,
      markdown: document.format === "markdown",
      nonce: this.nonce,
      extensions: extensions(this, (update) => this.follow(update)),
    });
  }

  private follow(update: ViewUpdate): void {
    if (update.docChanged) {
      this.saving.touched();
      if (update.transactions.some((tr) => tr.isUserEvent("input") || tr.isUserEvent("delete"))) this.typed();
    }
    this.reviewing.follow(update);
    this.mirror.follow(update);
  }

  /** The person writes on: what the last rewrite had to say is over, unless something is left to decide. */
  private typed(): void {
    this.wishes.typedSinceAsked = true;
    if (this.mirror.edits.length === 0) this.rewriting.dismiss();
  }

  showHint(): void {
    if (!openHintMenu(this.view)) this.announcer.say("No hints here.");
  }

  toggleHints(): void {
    this.view.dispatch({ effects: enableHints(!this.mirror.hintsOn) });
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
    const { edits, active } = this.mirror;
    if (this.rewriting.working) this.rewriting.cancel();
    else if (active !== null) this.reviewing.leave();
    else if (this.rewriting.run.kind !== "idle" && this.view.hasFocus && edits.length === 0) this.rewriting.dismiss();
    else if (this.diagnosis.open) this.diagnosing.leave();
    else return false;
    return true;
  }

  // ---- a rewrite, from asking to its end

  ask(wish: Wish, scope: Scope): void {
    this.dialog = "none";
    if (this.rewriting.working) return;
    this.troubles.dismiss();
    this.reviewing.busy = false;
    this.view.focus();
    this.wishes.ask(wish, scope);
  }

  /** The last rewrite once more, on what is selected or under the cursor now. */
  again(): void {
    const { usual } = this.wishes;
    if (usual) this.ask(usual, this.wishes.scope(this.rewriting.lastScope));
  }

  /** Accepts what is pending; with nothing pending, runs the usual rewrite. */
  acceptAllOrRun(): void {
    const { usual } = this.wishes;
    if (this.mirror.edits.length > 0) this.reviewing.acceptAll();
    else if (usual) this.ask(usual, this.wishes.scope(null));
  }

  private repair(from: number, to: number): void {
    const { repair } = this.wishes;
    if (repair) this.ask(repair, { kind: "marked", from, to });
  }

  /** Suggestions have begun to arrive: unless the person is writing, the keyboard goes to them. */
  private startReview(): void {
    if (!this.wishes.typedSinceAsked && this.dialog === "none") this.reviewing.start();
  }

  private endRewrite(): void {
    this.reviewing.busy = false;
    this.announcer.say(outcomeWords(this.rewriting.run, this.mirror.edits, this.mirror.active));
  }

  // ---- documents

  private async switchTo(doing: string, open: () => Promise<DocumentDto | null>): Promise<void> {
    try {
      await this.papers.flush();
      const document = await open();
      if (!document) return;
      this.rewriting.abandon();
      this.alternatives.close();
      this.diagnosis.close();
      await this.papers.close();
      this.show(document);
      this.dialog = "none";
      this.troubles.dismiss();
      this.announcer.say(`Opened ${this.papers.title}.`);
      this.view.focus();
    } catch (error) {
      this.dialog = "none";
      this.troubles.report(doing, error);
    }
  }

  private show(document: DocumentDto): void {
    const hintsOff = !this.mirror.hintsOn;
    this.papers.show(document);
    if (hintsOff) this.view.dispatch({ effects: enableHints(false) });
    this.wishes.typedSinceAsked = false;
    this.reviewing.reset();
    this.mirror.reset();
  }

  newDocument = () => this.switchTo("Starting a new document", backend.newDocument);
  openFile = () => this.switchTo("Opening a file", backend.openFile);
  openDocument = (id: number) => this.switchTo("Opening the document", () => backend.openDocument(id));

  // ---- settings

  switchTheme(): void {
    this.theme = nextTheme(this.theme);
    showTheme(this.theme);
    this.troubles.attempt("Remembering the theme", backend.setTheme(this.theme));
  }
}
