/**
 * Keeps the stored text equal to the text on the screen.
 *
 * One save at a time; changes made meanwhile are saved after it. Pure: the clock and the store come from outside.
 */

export type SaveState<E = unknown> =
  | { readonly kind: "saved" }
  | { readonly kind: "unsaved" }
  | { readonly kind: "saving" }
  | { readonly kind: "failed"; readonly error: E; readonly willRetry: boolean };

export interface Timer {
  set(run: () => void, ms: number): unknown;
  clear(timer: unknown): void;
}

export interface AutosaveOptions {
  /** The revision that the text on the screen started from. */
  readonly revision: number;
  /** The text now. Called when a save starts, so that the caller can note from which text the revision comes. */
  readonly take: () => string;
  readonly save: (base: number, text: string) => Promise<{ revision: number }>;
  /** Called with each state. A `saved` or partial save has happened when `revision` grew. */
  readonly onState: (state: SaveState) => void;
  readonly onRevision?: (revision: number) => void;
  /** A conflict is not tried again: somebody has to choose. */
  readonly isConflict: (error: unknown) => boolean;
  /** Pause after the last change. */
  readonly delayMs?: number;
  readonly timer?: Timer;
}

const DELAY_MS = 500;
/** Pauses before a failed save is tried again; the last one repeats. */
const RETRY_MS = [2_000, 5_000, 15_000];

const clock: Timer = {
  set: (run, ms) => setTimeout(run, ms),
  clear: (timer) => clearTimeout(timer as ReturnType<typeof setTimeout>),
};

export class Autosave {
  private changed = 0;
  private stored = 0;
  private failures = 0;
  private timer: unknown;
  private running: Promise<void> | null = null;
  private conflict: unknown = null;
  private closed = false;
  private known: number;

  constructor(private readonly options: AutosaveOptions) {
    this.known = options.revision;
  }

  /** The newest revision that this page knows. */
  get revision(): number {
    return this.known;
  }

  get unsaved(): boolean {
    return this.changed !== this.stored;
  }

  /** Tells that the text has changed. */
  touched(): void {
    this.changed++;
    if (this.conflict !== null || this.closed) return;
    if (!this.running) this.options.onState({ kind: "unsaved" });
    this.plan(this.options.delayMs ?? DELAY_MS);
  }

  /** Saves now if anything is unsaved. Resolves to the revision that holds the text as it is now. */
  async flush(): Promise<number> {
    this.unplan();
    const wanted = this.changed;
    while (this.stored < wanted) {
      if (this.conflict !== null) throw this.conflict;
      await (this.running ?? this.start());
    }
    return this.known;
  }

  /** After a conflict: the person keeps the text on the screen, on top of `revision`. */
  keepMine(revision: number): Promise<number> {
    this.conflict = null;
    this.known = revision;
    if (!this.unsaved) this.changed++;
    return this.flush();
  }

  /** After a conflict: the text on the screen has become that of `revision`. */
  takeTheirs(revision: number): void {
    this.conflict = null;
    this.known = revision;
    this.stored = this.changed;
    this.unplan();
    this.options.onState({ kind: "saved" });
  }

  /** Saves what is left and stops. */
  async close(): Promise<void> {
    try {
      await this.flush();
    } finally {
      this.closed = true;
      this.unplan();
    }
  }

  private plan(ms: number): void {
    this.unplan();
    const timer = this.options.timer ?? clock;
    this.timer = timer.set(() => {
      this.timer = undefined;
      if (!this.running && this.unsaved && this.conflict === null && !this.closed) this.start().catch(() => undefined);
    }, ms);
  }

  private unplan(): void {
    if (this.timer === undefined) return;
    (this.options.timer ?? clock).clear(this.timer);
    this.timer = undefined;
  }

  private start(): Promise<void> {
    this.running = this.saveOnce().finally(() => {
      this.running = null;
    });
    return this.running;
  }

  private async saveOnce(): Promise<void> {
    const version = this.changed;
    this.options.onState({ kind: "saving" });
    try {
      const { revision } = await this.options.save(this.known, this.options.take());
      this.known = revision;
      this.stored = version;
      this.failures = 0;
      this.options.onRevision?.(revision);
    } catch (error) {
      const conflict = this.options.isConflict(error);
      if (conflict) this.conflict = error;
      this.options.onState({ kind: "failed", error, willRetry: !conflict });
      if (!conflict) this.plan(RETRY_MS[Math.min(this.failures++, RETRY_MS.length - 1)] ?? DELAY_MS);
      throw error;
    }
    if (this.unsaved) {
      this.options.onState({ kind: "unsaved" });
      if (this.timer === undefined) this.plan(this.options.delayMs ?? DELAY_MS);
    } else {
      this.options.onState({ kind: "saved" });
    }
  }
}
