/**
 * Rule-based hints while typing, paragraph by paragraph.
 *
 * Only paragraphs on the screen are checked, at a pause, one at a time, and never the same text twice.
 */

import type { Action, Diagnostic } from "@codemirror/lint";
import { StateEffect, StateField, type Extension } from "@codemirror/state";
import { ViewPlugin, type EditorView, type ViewUpdate } from "@codemirror/view";
import { publish } from "../shared/diagnostics";
import { paragraphs, type Paragraph } from "./paragraphs";

/** A hint with offsets in UTF-16 within the checked text. */
export interface Hint {
  readonly start: number;
  readonly end: number;
  readonly message: string;
  readonly rule: string;
  readonly suggestions: readonly { readonly label: string; readonly replacement: string }[];
}

export interface HintSource {
  check(text: string): Promise<readonly Hint[]>;
  addToDictionary(word: string): Promise<unknown>;
  /** Stretches under review: a hint about words that are being replaced is noise. */
  underReview(view: EditorView): readonly { from: number; to: number }[];
  onError(error: unknown): void;
}

export const SOURCE_NAME = "Rules: Harper";

const PAUSE_MS = 450;
/** Longer paragraphs are left alone: nobody wants to wait for a data dump to be spell-checked. */
const LONGEST_PARAGRAPH = 20_000;
const CACHED_PARAGRAPHS = 400;
/** Quick fixes shown; more is a list that nobody reads. */
const MOST_FIXES = 5;

const setEnabled = StateEffect.define<boolean>();
/** Everything must be checked again, because the dictionary has changed. */
const recheck = StateEffect.define<null>();

export const hintsEnabled = StateField.define<boolean>({
  create: () => true,
  update: (on, tr) => tr.effects.reduce((value, effect) => (effect.is(setEnabled) ? effect.value : value), on),
});

export const recheckHints = (): StateEffect<null> => recheck.of(null);

export const enableHints = (on: boolean): StateEffect<boolean> => setEnabled.of(on);

class HintPlugin {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly cache = new Map<string, readonly Hint[]>();
  private running = false;
  private stopped = false;

  constructor(
    private readonly view: EditorView,
    private readonly source: HintSource,
  ) {
    this.plan();
  }

  update(update: ViewUpdate): void {
    const rechecked = update.transactions.some((tr) => tr.effects.some((effect) => effect.is(recheck)));
    const switched = update.startState.field(hintsEnabled) !== update.state.field(hintsEnabled);
    if (rechecked) this.cache.clear();
    if (update.docChanged || update.viewportChanged || rechecked || switched) this.plan(switched || rechecked ? 0 : PAUSE_MS);
  }

  destroy(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  private plan(ms = PAUSE_MS): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.run(), ms);
  }

  private paragraphs(): Paragraph[] {
    const shown = paragraphs(this.view.state, this.view.visibleRanges);
    return shown.filter(({ from, to }) => to - from <= LONGEST_PARAGRAPH);
  }

  /** Checks what is not known yet, one paragraph at a time; a change of the text starts over. */
  private async run(): Promise<void> {
    if (this.running) return this.plan();
    if (!this.view.state.field(hintsEnabled)) return publish(this.view, SOURCE_NAME, []);
    this.running = true;
    const { doc } = this.view.state;
    try {
      for (const { text } of this.paragraphs()) {
        if (this.stopped) return;
        if (this.cache.has(text)) continue;
        this.remember(text, await this.source.check(text));
        if (this.view.state.doc !== doc) return this.plan();
      }
    } catch (error) {
      this.source.onError(error);
      return;
    } finally {
      this.running = false;
    }
    if (!this.stopped && this.view.state.field(hintsEnabled)) publish(this.view, SOURCE_NAME, this.diagnostics());
  }

  private remember(text: string, hints: readonly Hint[]): void {
    this.cache.set(text, hints);
    for (const oldest of this.cache.keys()) {
      if (this.cache.size <= CACHED_PARAGRAPHS) break;
      this.cache.delete(oldest);
    }
  }

  private diagnostics(): Diagnostic[] {
    const reviewed = this.source.underReview(this.view);
    return this.paragraphs().flatMap(({ from, text }) =>
      (this.cache.get(text) ?? [])
        .map((hint) => this.diagnostic(hint, from, text))
        .filter((one) => !reviewed.some((edit) => edit.from <= one.to && one.from <= edit.to)),
    );
  }

  private diagnostic(hint: Hint, offset: number, text: string): Diagnostic {
    const word = text.slice(hint.start, hint.end);
    const fixes: Action[] = hint.suggestions.slice(0, MOST_FIXES).map(({ label, replacement }) => ({
      name: label,
      apply: (view, from, to) =>
        view.dispatch({ changes: { from, to, insert: replacement }, userEvent: "input.complete", scrollIntoView: true }),
    }));
    if (/spell/i.test(hint.rule) && !/\s/.test(word)) {
      fixes.push({
        name: `Add “${word}” to dictionary`,
        apply: (view) => {
          this.source.addToDictionary(word).then(
            () => view.dispatch({ effects: recheckHints() }),
            (error: unknown) => this.source.onError(error),
          );
        },
      });
    }
    return {
      from: offset + hint.start,
      to: offset + hint.end,
      severity: "hint",
      markClass: "cm-rule",
      source: SOURCE_NAME,
      message: hint.message,
      actions: fixes,
    };
  }
}

export function hints(source: HintSource): Extension {
  return [hintsEnabled, ViewPlugin.define((view) => new HintPlugin(view, source))];
}
