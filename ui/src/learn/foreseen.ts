/** How often decisions were expected, as a plot over the decisions; and what was forgotten, in words. */

import type { ExpectedDto, ExpectedPointDto, FellDto, MeasuredOnTextsDto } from "../ipc/client";
import { percent, type Plot, type Step } from "./series";

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

const WORSE: Record<MeasuredOnTextsDto, string> = {
  meaning: "keeps less of the meaning",
  fluency: "more often writes what is less correct",
  clean: "less often leaves alone what needs no change",
};

/** What an adapter does worse than what was in use before it. */
export function forgotten({ adapter, measure, texts, now, before, than }: FellDto): string {
  const other = than ?? "the model alone";
  return `On ${texts} fixed texts, ${adapter} ${WORSE[measure]} than ${other} did before it: ${percent(now)} where that had ${percent(before)}.`;
}
