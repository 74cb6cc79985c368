/** Where the parts of a plot stand, in units of its view box. */

export interface Area {
  readonly width: number;
  readonly height: number;
  /** The edges of what is plotted. */
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  /** Where the words beside it end, and the line that the words below it stand on. */
  readonly beside: number;
  readonly below: number;
}

/** A value that is written at an axis, as a share of its length. */
export interface Tick {
  readonly at: number;
  readonly label: string;
  readonly chosen?: boolean;
}

interface Scales {
  readonly x: (share: number) => number;
  readonly y: (share: number) => number;
}

/** From shares of the axes, 0 to 1, to units. */
export function scales({ left, right, top, bottom }: Area): Scales {
  return {
    x: (share) => left + (right - left) * share,
    y: (share) => bottom - (bottom - top) * share,
  };
}

export const polyline = (points: readonly { readonly x: number; readonly y: number }[]): string =>
  points.map(({ x, y }) => `${x},${y}`).join(" ");
