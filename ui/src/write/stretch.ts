/** The suggestions of one request, carried from the revision they were made for to the text on the screen. */

import type { EditorView } from "@codemirror/view";
import { carry, type Mark } from "../compose/marks";
import type { EditDto, RewriteEvent, TierDecision } from "../ipc/client";
import { show, withdraw } from "../review/commands";
import { reviewField } from "../review/field";
import type { Proposal } from "../review/model";
import { sureness } from "../review/sureness";

/** Under this, the page says in words that the model was unsure. */
export const UNSURE_BELOW = 0.5;

/** Sentences that the small model answered because the large one failed, and the first reason it gave. */
export interface Unasked {
  readonly reason: string;
  readonly times: number;
}

type SegmentEvent = Extract<RewriteEvent, { event: "segment" }>["data"];

/** Offsets in the revision; null is the beginning or the end of the document. */
export interface RevisionRange {
  readonly start: number | null;
  readonly end: number | null;
}

export class Stretch {
  /** Null until the backend has started. */
  request: number | null = null;
  /** Suggestions shown. */
  found = 0;
  /** Suggestions that met changed text and were left out. */
  missed = 0;
  unasked: Unasked | null = null;
  private confident = 0;
  private rated = 0;
  private readonly reasons = new Map<string, number>();
  readonly segments = new Map<number, { readonly start: number; readonly end: number }>();

  constructor(
    private readonly view: EditorView,
    readonly document: number,
    readonly revision: number,
    readonly mark: Mark,
    readonly range: RevisionRange,
  ) {}

  /** Every suggestion came with a low confidence. */
  get unsure(): boolean {
    return this.rated > 0 && this.confident === 0;
  }

  /** Why segments were left as they are, each reason once. */
  get held(): { reason: string; times: number }[] {
    return [...this.reasons].map(([reason, times]) => ({ reason, times }));
  }

  /** The request has begun: undecided suggestions of earlier ones for the same text make room. */
  begin(request: number): void {
    this.request = request;
    const { changes, doc } = this.mark;
    const from = changes.mapPos(this.range.start ?? 0, -1);
    const to = changes.mapPos(this.range.end ?? doc.length, 1);
    withdraw(this.view, (edit) => edit.request !== request && edit.from <= to && edit.to >= from, "superseded");
  }

  take({ index, start, end, outcome, reason, edits, decision }: SegmentEvent): void {
    this.segments.set(index, { start, end });
    if (reason !== null && reason !== "" && (outcome === "vetoed" || outcome === "skipped")) {
      this.reasons.set(reason, (this.reasons.get(reason) ?? 0) + 1);
    }
    const { failed } = decision;
    if (failed !== null) this.unasked = { reason: this.unasked?.reason ?? failed, times: (this.unasked?.times ?? 0) + 1 };
    const proposals = edits.flatMap((edit) => this.proposal(edit, index, decision) ?? []);
    const before = this.view.state.field(reviewField).length;
    show(this.view, proposals);
    const shown = this.view.state.field(reviewField).length - before;
    this.found += shown;
    this.missed += edits.length - shown;
    for (const proposal of proposals) {
      const sure = sureness(proposal);
      if (sure === null) continue;
      this.rated++;
      if (sure.value >= UNSURE_BELOW) this.confident++;
    }
  }

  private proposal({ id, start, end, replacement, kind, reason, confidence }: EditDto, segment: number, decision: TierDecision): Proposal | null {
    const now = carry(this.mark, start, end);
    if (!now || this.request === null) return null;
    const original = this.mark.doc.sliceString(start, end);
    return { id, request: this.request, segment, ...now, original, replacement, kind, reason, confidence, decision };
  }

  /** Takes back what is undecided: half a result of a rewrite that failed is none. */
  withdraw(): void {
    withdraw(this.view, (edit) => edit.request === this.request, "dropped");
  }
}
