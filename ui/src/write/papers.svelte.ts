/** The open document: its text in the editor, its revision in the store. */

import { isolateHistory } from "@codemirror/commands";
import type { EditorState, Text } from "@codemirror/state";
import type { EditorView } from "@codemirror/view";
import { Autosave, type SaveState } from "../compose/autosave";
import { Marks, type Mark } from "../compose/marks";
import { AppError, backend, isStale, type DocumentDto } from "../ipc/client";

export interface OpenDocument {
  readonly id: number;
  readonly title: string;
  readonly path: string | null;
  readonly format: DocumentDto["format"];
}

/** A text that the backend holds under a revision, and what has happened to it since. */
export interface KnownText {
  readonly revision: number;
  readonly mark: Mark;
}

/** Closed documents whose undo history is kept while the window is open. */
const REMEMBERED_DOCUMENTS = 6;
const TITLE_LINES = 5;
const LONGEST_TITLE = 60;

/** A file is called by its name, any other text by its first words. */
export function titleOf(path: string | null, text: Text): string {
  if (path !== null) return path.split(/[\\/]/u).at(-1) ?? path;
  for (let number = 1; number <= Math.min(TITLE_LINES, text.lines); number++) {
    const words = text.line(number).text.slice(0, 300).replace(/^[#>\-*\s]+/u, "").trim();
    if (words !== "") return words.length > LONGEST_TITLE ? `${words.slice(0, LONGEST_TITLE).trimEnd()}…` : words;
  }
  return "Untitled";
}

export class Papers {
  current: OpenDocument = $state.raw({ id: 0, title: "", path: null, format: "markdown" });
  title = $state("");
  saved: SaveState<AppError> = $state.raw({ kind: "saved" });

  readonly marks = new Marks();
  private autosave: Autosave | null = null;
  private taken: Mark | null = null;
  private known: KnownText | null = null;
  /** Editors of documents that were closed, with the revision that holds their text. */
  private readonly left = new Map<number, { state: EditorState; revision: number }>();

  constructor(
    private readonly view: EditorView,
    private readonly state: (document: DocumentDto) => EditorState,
  ) {}

  /** Puts a document into the editor. What was open before must have been closed. */
  show(document: DocumentDto): void {
    const { view } = this;
    this.marks.clear();
    view.setState(this.recalled(document) ?? this.state(document));
    this.taken = null;
    this.known = { revision: document.revision, mark: this.marks.set(view.state.doc) };
    this.describe(document);
    this.saved = { kind: "saved" };
    const id = document.id;
    this.autosave = new Autosave({
      revision: document.revision,
      take: () => {
        this.taken = this.marks.set(view.state.doc);
        return view.state.doc.toString();
      },
      save: (base, text) => backend.autosave(id, base, text),
      onRevision: (revision) => {
        this.marks.release(this.known?.mark ?? null);
        if (this.taken) this.known = { revision, mark: this.taken };
        this.taken = null;
      },
      onState: (state) => {
        this.saved = state.kind === "failed" ? { ...state, error: AppError.from(state.error) } : state;
      },
      isConflict: (error) => error instanceof AppError && isStale(error),
    });
  }

  /** The editor as it was left, with its undo history, if the document has not changed since. */
  private recalled(document: DocumentDto): EditorState | null {
    const left = this.left.get(document.id);
    this.left.delete(document.id);
    return left?.revision === document.revision && left.state.doc.toString() === document.text ? left.state : null;
  }

  private describe({ id, title, path, format }: OpenDocument): void {
    this.current = { id, title, path, format };
    this.title = titleOf(path, this.view.state.doc);
  }

  /** The text has changed. */
  touched(): void {
    this.autosave?.touched();
    this.title = titleOf(this.current.path, this.view.state.doc);
  }

  /** Saves if needed, then tells under which revision the backend knows the text, and what was typed since. */
  async settle(): Promise<KnownText> {
    await this.autosave?.flush();
    if (!this.known) throw new AppError("nothing_open", "No document is open.");
    const { revision, mark } = this.known;
    // A copy of the mark of its own: the next save moves the other one on.
    return { revision, mark: this.marks.copy(mark) };
  }

  /** Saves now, quietly: the state in the status bar tells what came of it. */
  saveSoon(): void {
    if (this.autosave?.unsaved) this.autosave.flush().catch(() => undefined);
  }

  async flush(): Promise<void> {
    await this.autosave?.flush();
  }

  /** Saves the rest and stops following. Fails, and goes on following, when the text is not safe. */
  async close(): Promise<void> {
    await this.flush();
    await this.autosave?.close();
    if (!this.known) return;
    this.left.set(this.current.id, { state: this.view.state, revision: this.known.revision });
    for (const oldest of this.left.keys()) {
      if (this.left.size <= REMEMBERED_DOCUMENTS) break;
      this.left.delete(oldest);
    }
  }

  async saveFile(as: boolean): Promise<string | null> {
    await this.flush();
    const { id } = this.current;
    const file = await (as ? backend.saveFileAs(id) : backend.saveFile(id));
    if (file && this.current.id === id) this.describe({ ...this.current, path: file.path });
    return file?.path ?? null;
  }

  /** After a conflict: what is on the screen becomes the newest revision. */
  async keepMine(): Promise<void> {
    const other = await backend.openDocument(this.current.id);
    await this.autosave?.keepMine(other.revision);
  }

  /** After a conflict: the stored text replaces the one on the screen, as a change that can be undone. */
  async takeTheirs(): Promise<void> {
    const { view } = this;
    const other = await backend.openDocument(this.current.id);
    view.dispatch({
      changes: { from: 0, to: view.state.doc.length, insert: view.state.toText(other.text) },
      annotations: isolateHistory.of("full"),
    });
    this.marks.release(this.known?.mark ?? null);
    this.known = { revision: other.revision, mark: this.marks.set(view.state.doc) };
    this.autosave?.takeTheirs(other.revision);
  }
}
