/**
 * The view of appropriateness: what would derail a fair discussion, and why.
 *
 * It is closed until the person opens it. While it is open the text is read paragraph by paragraph, and again at a
 * pause where it has changed; an answer about words that are no longer there is not shown.
 */

import { forEachDiagnostic, setDiagnosticsEffect, type Diagnostic } from "@codemirror/lint";
import type { EditorState } from "@codemirror/state";
import { EditorView, type ViewUpdate } from "@codemirror/view";
import type { DiagnosisDto } from "../ipc/client";
import { publish } from "../shared/diagnostics";
import { plural } from "../shared/words";
import { holds, inOrder, placeAt, placesOf, shares, step, type Place } from "./places";

interface Paragraph {
  readonly from: number;
  readonly text: string;
}

export interface DiagnosisOptions {
  readonly view: EditorView;
  /** All paragraphs of prose, in order. */
  readonly paragraphs: (state: EditorState) => readonly Paragraph[];
  readonly diagnose: (text: string) => Promise<DiagnosisDto>;
  readonly repair: (from: number, to: number) => void;
  readonly say: (words: string) => void;
  readonly onError: (error: unknown) => void;
}

/** How far the reading is, in paragraphs. */
export interface Reading {
  readonly done: number;
  readonly total: number;
}

const SOURCE = "Appropriateness";
const PAUSE_MS = 700;
/** While it reads, what was found so far is shown this often. */
const SHOW_MS = 250;
/** Longer paragraphs are left out: one of them would keep the critics busy for minutes. */
const LONGEST_PARAGRAPH = 20_000;

/** A mark in the text that knows what it is about. */
interface PlaceMark extends Diagnostic {
  readonly place: Place;
}

const isPlaceMark = (mark: Diagnostic): mark is PlaceMark => "place" in mark;

export class Diagnosis {
  open = $state(false);
  /** Null when everything has been read. */
  reading: Reading | null = $state.raw(null);
  /** Where they are now, in the order of the text. */
  places: readonly Place[] = $state.raw([]);
  /** The place at the cursor, as an index; -1 when there is none. */
  at = $state(-1);
  /** Paragraphs read, and those that cannot be judged: in another language, or too long. */
  read = $state(0);
  unread = $state(0);
  /** Whether the critic model took part. */
  learned = $state(true);

  private readonly cache = new Map<string, DiagnosisDto>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  /** Grows with each reading; an older one ends at its next step. */
  private round = 0;

  constructor(private readonly options: DiagnosisOptions) {}

  /** Follows the editor's changes. */
  readonly follow = EditorView.updateListener.of((update) => {
    if (this.open) this.take(update);
  });

  start(): void {
    this.open = true;
    this.reading = { done: 0, total: 0 };
    void this.check();
  }

  close(): void {
    if (!this.open) return;
    this.open = false;
    this.round++;
    clearTimeout(this.timer);
    this.places = [];
    this.at = -1;
    publish(this.options.view, SOURCE, []);
  }

  /** Selects the next place in the text, or the one before; with a reason, the next of its sort. */
  walk(direction: 1 | -1, reason?: string): void {
    const { view } = this.options;
    const { from, to } = view.state.selection.main;
    const place = step(this.places, from, to, direction, reason);
    if (!place) return;
    view.dispatch({
      selection: { anchor: place.from, head: place.to },
      effects: EditorView.scrollIntoView(place.from, { y: "center" }),
    });
    this.options.say(`${this.at + 1} of ${this.places.length}: “${this.words(place)}” ${told(place)}`);
  }

  words({ from, to }: Place): string {
    return this.options.view.state.doc.sliceString(from, to).replaceAll(/\s+/gu, " ");
  }

  /** Has the sentences around a place rewritten; without one, everything from the first place to the last. */
  repair(place?: Place): void {
    const wanted = place ? [place] : this.places;
    const [first] = wanted;
    if (!first) return;
    const { view } = this.options;
    const from = Math.min(...wanted.map((one) => one.from - one.before));
    const to = Math.max(...wanted.map((one) => one.to + one.after));
    // Its card stays open, and who asks once more asks about this paragraph.
    view.dispatch({ selection: { anchor: first.from } });
    // Text may have gone since it was read.
    this.options.repair(Math.max(0, from), Math.min(view.state.doc.length, to));
  }

  private take(update: ViewUpdate): void {
    if (update.docChanged) {
      // What is being read counts in a text that is gone.
      this.round++;
      clearTimeout(this.timer);
      this.timer = setTimeout(() => void this.check(), PAUSE_MS);
    }
    const shown = update.transactions.some((tr) => tr.effects.some((effect) => effect.is(setDiagnosticsEffect)));
    if (update.docChanged || shown) this.places = placesIn(update.state);
    const { from, to } = update.state.selection.main;
    this.at = placeAt(this.places, from, to);
  }

  /** Reads what is not known yet, in the order of the text. */
  private async check(): Promise<void> {
    const round = ++this.round;
    const all = this.options.paragraphs(this.options.view.state);
    const missing = all.filter(({ text }) => text.length <= LONGEST_PARAGRAPH && !this.cache.has(text));
    // One paragraph that was edited is read in no time; to say so each time would flicker.
    if (missing.length > 1 || this.reading) this.reading = { done: all.length - missing.length, total: all.length };
    let shown = performance.now();
    for (const [index, { text }] of missing.entries()) {
      try {
        this.cache.set(text, await this.options.diagnose(text));
      } catch (error) {
        if (round !== this.round) return;
        this.close();
        return this.options.onError(error);
      }
      if (round !== this.round) return;
      if (this.reading) this.reading = { done: all.length - missing.length + index + 1, total: all.length };
      if (performance.now() - shown < SHOW_MS) continue;
      this.show(all);
      shown = performance.now();
    }
    const told = this.reading !== null;
    this.reading = null;
    this.show(all);
    this.forgetBut(all);
    if (told) this.options.say(this.summary());
  }

  /** Keeps what is known of the text as it is. */
  private forgetBut(all: readonly Paragraph[]): void {
    const texts = new Set(all.map(({ text }) => text));
    for (const text of this.cache.keys()) if (!texts.has(text)) this.cache.delete(text);
  }

  private show(all: readonly Paragraph[]): void {
    let [read, unread, learned] = [0, 0, true];
    const marks: PlaceMark[] = [];
    for (const { from, text } of all) {
      const found = this.cache.get(text);
      if (found?.kind === "judged") {
        read++;
        learned &&= found.learned;
        const places = placesOf(found.findings, from);
        marks.push(...places.map((place) => this.mark(place, places.some((other) => holds(place, other)))));
      } else if (found || text.length > LONGEST_PARAGRAPH) unread++;
    }
    this.read = read;
    this.unread = unread;
    this.learned = learned;
    publish(this.options.view, SOURCE, marks);
  }

  /** A place that holds others is marked more lightly, so that the words stand out in their sentence. */
  private mark(place: Place, holdsOthers: boolean): PlaceMark {
    return {
      from: place.from,
      to: place.to,
      severity: "hint",
      markClass: holdsOthers ? "cm-finding" : "cm-finding cm-finding-words",
      source: SOURCE,
      message: told(place),
      actions: [
        {
          name: "Repair",
          apply: (_, from, to) => this.repair({ ...place, from, to }),
        },
      ],
      place,
    };
  }

  private summary(): string {
    if (this.places.length > 0) return `${plural(this.places.length, "place")}: ${shares(this.places).map(({ label }) => label).join(", ")}.`;
    return this.read > 0 ? "Nothing found that would derail a discussion." : "There is nothing here that can be judged.";
  }
}

/** The places that are marked now. */
function placesIn(state: EditorState): Place[] {
  const found: Place[] = [];
  forEachDiagnostic(state, (mark, from, to) => {
    if (isPlaceMark(mark) && from < to) found.push({ ...mark.place, from, to });
  });
  return found.sort(inOrder);
}

/** `Excessive intensity: insults; a reader who is attacked stops listening.` */
function told({ findings }: Place): string {
  return findings.map(({ label, message }) => `${label}: ${message}.`).join("\n");
}
