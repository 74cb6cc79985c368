import type { ChangeDesc } from "@codemirror/state";

/** A replaced stretch of text: `fromA..toA` of the old document became `fromB..toB` of the new one. */
export interface ChangedRange {
  readonly fromA: number;
  readonly toA: number;
  readonly fromB: number;
  readonly toB: number;
}

/**
 * A change, indexed so that many positions can be asked about at O(log n) each.
 *
 * `ChangeDesc` walks its sections for every question, which is quadratic when hundreds of suggestions are
 * accepted in one step while hundreds of others must follow.
 */
export class ChangeIndex {
  readonly ranges: readonly ChangedRange[];

  constructor(changes: ChangeDesc) {
    const ranges: ChangedRange[] = [];
    changes.iterChangedRanges((fromA, toA, fromB, toB) => ranges.push({ fromA, toA, fromB, toB }), true);
    this.ranges = ranges;
  }

  get empty(): boolean {
    return this.ranges.length === 0;
  }

  /** The first range that ends at or after `pos`, as an index. */
  private firstEndingAt(pos: number): number {
    let low = 0;
    let high = this.ranges.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const range = this.ranges[middle];
      if (range && range.toA < pos) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The same as `ChangeDesc.mapPos(pos, assoc)`: `assoc` < 0 stays before text inserted at `pos`, > 0 goes after it. */
  map(pos: number, assoc: -1 | 1): number {
    let index = this.firstEndingAt(pos);
    const before = this.ranges[index - 1];
    let shift = before ? before.toB - before.toA : 0;
    for (let range = this.ranges[index]; range && range.fromA <= pos; range = this.ranges[++index]) {
      const pureInsertion = range.fromA === range.toA;
      if (range.toA > pos || (assoc < 0 && pureInsertion)) {
        return pos === range.fromA || assoc < 0 ? range.fromB : range.toB;
      }
      shift = range.toB - range.toA;
    }
    return pos + shift;
  }

  /** Ranges that overlap or touch `from..to`, in order. */
  touching(from: number, to: number): ChangedRange[] {
    const found: ChangedRange[] = [];
    let index = this.firstEndingAt(from);
    for (let range = this.ranges[index]; range && range.fromA <= to; range = this.ranges[++index]) found.push(range);
    return found;
  }
}
