/** Suggestions and rewrites in words, for the live region and for labels. */

import type { ReviewEdit } from "../review/model";
import { plural } from "../shared/words";
import type { Run } from "./rewriting.svelte";

export function editWords({ original, replacement }: { original: string; replacement: string }): string {
  const spoken = (text: string) => (text.trim() === "" ? "white space" : `“${text.trim()}”`);
  if (original === "") return `insert ${spoken(replacement)}`;
  if (replacement === "") return `delete ${spoken(original)}`;
  return `${spoken(original)} becomes ${spoken(replacement)}`;
}

/** `3 suggestions. 1 of 3: Grammar: “have” becomes “has”`. */
export function reviewWords(edits: readonly ReviewEdit[], active: string | null): string {
  if (edits.length === 0) return "No suggestions.";
  const all = `${plural(edits.length, "suggestion")}.`;
  const at = edits.findIndex((edit) => edit.id === active);
  const edit = edits[at];
  return edit ? `${all} ${at + 1} of ${edits.length}: ${edit.kind}: ${editWords(edit)}.` : all;
}

/** What came of a rewrite that has ended. */
export function outcomeWords(run: Run, edits: readonly ReviewEdit[], active: string | null): string {
  if (run.kind === "cancelled") {
    if (run.found === 0) return "Cancelled. Your text is unchanged.";
    return `Cancelled. ${plural(run.found, "suggestion")} found. ${plural(edits.length, "suggestion")} left to review.`;
  }
  if (run.kind === "failed") return `Failed: ${run.error.message}`;
  if (run.kind !== "finished") return "";
  if (run.found === 0 && run.outcome === "nothingToRewrite") return "Nothing to rewrite here.";
  if (run.found === 0) return run.asked.scope.kind === "marked" ? "No repair found." : "Nothing to change.";
  return reviewWords(edits, active);
}
