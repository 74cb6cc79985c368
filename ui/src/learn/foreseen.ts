/** How often decisions were expected, as a plot over the decisions. */

import type { ExpectedDto, ExpectedPointDto } from "../ipc/client";
import type { Plot, Step } from "./series";

const ALONE = { metric: "alone", label: "the model alone", reference: true };
const IN_USE = { metric: "inUse", label: "what was in use", reference: false };

/** Null as long as there are too few decisions. As long as there was no adapter, there is one line. */
export function foreseen({ decisions, points }: ExpectedDto): { plot: Plot; steps: Step[]; last: ExpectedPointDto } | null {
  const last = points.at(-1);
  if (!last) return null;
  const adapted = points.some(({ adapter }) => adapter !== null);
  const lines = adapted ? [IN_USE, ALONE] : [{ ...ALONE, reference: false }];
  const first = decisions - points.length + 1;
  const steps = points.map(({ inUse, alone }, i) => ({ step: first + i, seconds: null, metrics: { inUse, alone } }));
  return { plot: { title: "Share that was expected", lines }, steps, last };
}
