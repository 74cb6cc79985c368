/** One rewrite at a time: from the request to its last event. */

import type { EditorView } from "@codemirror/view";
import type { Mark, Marks } from "../compose/marks";
import type { Scope } from "../compose/scope";
import { AppError, backend, type InstructionDto, type RewriteEvent, type RewriteOutcome, type TierDto } from "../ipc/client";
import type { KnownText } from "./papers.svelte";
import { Stretch, type RevisionRange, type Unasked } from "./stretch";

export interface Asked {
  readonly instruction: InstructionDto;
  /** As the person knows it: "Fix", or their own words. */
  readonly label: string;
  readonly scope: Scope;
}

export interface Working {
  readonly kind: "working";
  readonly asked: Asked;
  /** Null until the backend has started; until then the model may still be loading. */
  readonly request: number | null;
  readonly done: number;
  readonly total: number;
  readonly cancelling: boolean;
}

export interface Finished {
  readonly kind: "finished";
  readonly asked: Asked;
  readonly outcome: Exclude<RewriteOutcome, "cancelled">;
  readonly ms: number;
  readonly model: string;
  readonly tier: TierDto;
  readonly found: number;
  readonly missed: number;
  readonly held: readonly { readonly reason: string; readonly times: number }[];
  readonly unsure: boolean;
  /** The large model failed; null when it did not. */
  readonly unasked: Unasked | null;
}

export type Run =
  | { readonly kind: "idle" }
  | Working
  | Finished
  | { readonly kind: "cancelled"; readonly asked: Asked; readonly found: number }
  | { readonly kind: "failed"; readonly asked: Asked; readonly error: AppError };

/** What is needed to ask for other versions of a sentence later. */
export interface PastRequest {
  readonly mark: Mark;
  readonly segments: ReadonlyMap<number, { readonly start: number; readonly end: number }>;
}

/** Requests whose sentences can still be asked about. Each costs a little at every key press. */
const PAST_REQUESTS = 4;

export interface RewritingOptions {
  readonly view: EditorView;
  readonly marks: Marks;
  /** The document, saved, and its number. */
  readonly settle: () => Promise<KnownText & { document: number }>;
  /** The first suggestions are on the screen. */
  readonly onFirst: () => void;
  readonly onEnd: () => void;
}

export class Rewriting {
  run: Run = $state.raw({ kind: "idle" });
  private readonly past = new Map<number, PastRequest>();
  /** The only stretch whose events count. */
  private current: Stretch | null = null;

  constructor(private readonly options: RewritingOptions) {}

  get working(): boolean {
    return this.run.kind === "working";
  }

  /** What the last request was about, unless it was a selection or a mark, which may be gone. */
  get lastScope(): "document" | "paragraph" | null {
    const kind = this.run.kind === "idle" ? null : this.run.asked.scope.kind;
    return kind === "document" || kind === "paragraph" ? kind : null;
  }

  pastRequest(request: number): PastRequest | undefined {
    return this.past.get(request);
  }

  dismiss(): void {
    if (!this.working) this.run = { kind: "idle" };
  }

  /** Another document is being opened: what is under way no longer concerns the screen. */
  abandon(): void {
    this.cancel();
    this.current = null;
    this.past.clear();
    this.run = { kind: "idle" };
  }

  async start(asked: Asked): Promise<void> {
    if (this.working) return;
    const { view, marks, settle } = this.options;
    const then = marks.set(view.state.doc);
    this.run = { kind: "working", asked, request: null, done: 0, total: 0, cancelling: false };
    try {
      const known = await settle();
      if (this.run.cancelling) return this.end({ kind: "cancelled", asked, found: 0 });
      const stretch = new Stretch(view, known.document, known.revision, known.mark, inRevision(asked.scope, then, known.mark));
      this.current = stretch;
      await this.listen(asked, stretch);
    } catch (error) {
      this.current?.withdraw();
      this.end({ kind: "failed", asked, error: AppError.from(error) });
    } finally {
      marks.release(then);
    }
  }

  /** Stops the running rewrite. What has arrived stays for review; what comes while it stops is not shown. */
  cancel(): void {
    if (this.run.kind !== "working" || this.run.cancelling) return;
    this.run = { ...this.run, cancelling: true };
    if (this.run.request !== null) this.tellCancel(this.run.request, this.run.asked);
  }

  private tellCancel(request: number, asked: Asked): void {
    backend.cancel(request).catch((error: unknown) => {
      if (this.working) this.end({ kind: "failed", asked, error: AppError.from(error) });
    });
  }

  private end(run: Run): void {
    this.current = null;
    this.run = run;
    this.options.onEnd();
  }

  /** Settles at the `finished` event, whether the call itself returns before or after it. */
  private listen(asked: Asked, stretch: Stretch): Promise<void> {
    const { document, revision, range } = stretch;
    return new Promise((resolve, reject) => {
      const onEvent = (event: RewriteEvent) => {
        if (this.current !== stretch || this.run.kind !== "working") return;
        try {
          this.take(event, this.run, stretch);
          if (event.event === "finished") resolve();
        } catch (error) {
          reject(AppError.from(error));
        }
      };
      backend.rewrite({ document, revision, ...range, instruction: asked.instruction }, onEvent).catch((error: unknown) => {
        if (this.current === stretch) reject(AppError.from(error));
        else resolve();
      });
    });
  }

  private take(event: RewriteEvent, run: Working, stretch: Stretch): void {
    const { asked } = run;
    switch (event.event) {
      case "started": {
        const { request, revision, segments } = event.data;
        if (revision !== stretch.revision) {
          this.tellCancel(request, asked);
          throw new AppError("stale", "The text changed before the rewrite began.", "Run it again.");
        }
        this.run = { ...run, request, total: segments };
        if (run.cancelling) {
          // It will bring nothing, so nothing has to make room for it.
          this.tellCancel(request, asked);
          return;
        }
        stretch.begin(request);
        this.remember(request, stretch);
        return;
      }
      case "segment": {
        if (run.cancelling) return;
        const first = stretch.found === 0;
        stretch.take(event.data);
        if (first && stretch.found > 0) this.options.onFirst();
        return;
      }
      case "progress":
        this.run = { ...run, done: event.data.done, total: event.data.total };
        return;
      case "finished": {
        const { outcome, ms, model, tier } = event.data;
        if (outcome === "cancelled" || run.cancelling) {
          this.end({ kind: "cancelled", asked, found: stretch.found });
        } else {
          const { found, missed, held, unsure, unasked } = stretch;
          this.end({ kind: "finished", asked, outcome, ms, model, tier, found, missed, held, unsure, unasked });
        }
      }
    }
  }

  private remember(request: number, { mark, segments }: Stretch): void {
    this.past.set(request, { mark, segments });
    for (const [oldest, { mark: old }] of this.past) {
      if (this.past.size <= PAST_REQUESTS) break;
      this.options.marks.release(old);
      this.past.delete(oldest);
    }
  }
}

/** A scope given in the text at `then`, in the revision that the backend holds. */
function inRevision(scope: Scope, then: Mark, revision: Mark): RevisionRange {
  if (scope.kind === "document") return { start: null, end: null };
  const back = revision.changes.invertedDesc;
  const start = back.mapPos(then.changes.mapPos(scope.from, -1), -1);
  const end = back.mapPos(then.changes.mapPos(scope.to, 1), 1);
  return { start, end: Math.max(start, end) };
}
