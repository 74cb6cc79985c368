/** What stands beside what when an adapter is compared. */

import type { ChangeDto, ComparedDto } from "../ipc/client";
import { pieces, rewritten } from "../shared/pieces";

export interface Column {
  readonly name: string;
  /** What the changes alone do not say. */
  readonly remark: string | null;
  readonly changes: readonly ChangeDto[];
}

const ALONE = "The model alone";

/** The writers in their order, the adapter that is compared last, then what the person made of the text. */
export function columns({ source, sides, kept }: ComparedDto, adapter: string): Column[] {
  const text = (changes: readonly ChangeDto[]): string => rewritten(pieces(source, changes));
  const alone = text(sides[0]?.edits ?? []);
  const written = sides.map(({ adapter: writer, edits }, i): Column => {
    const same = i > 0 && text(edits) === alone ? "the same as the model alone" : null;
    const inUse = writer !== null && writer !== adapter ? "in use" : null;
    return { name: writer ?? ALONE, remark: edits.length === 0 ? "left as it is" : (same ?? inUse), changes: edits };
  });
  return kept === null ? written : [...written, { name: "You", remark: kept.length === 0 ? "left it as it was" : null, changes: kept }];
}
