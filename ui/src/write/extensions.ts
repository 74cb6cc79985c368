/** What the editor of this screen knows besides writing: suggestions, marks that follow the text, hints of the rules. */

import type { Extension } from "@codemirror/state";
import { EditorView, type ViewUpdate } from "@codemirror/view";
import { hintMenu } from "../compose/hint-menu";
import { hints } from "../compose/lints";
import type { Diagnosis } from "../diagnosis/diagnosis.svelte";
import { backend } from "../ipc/client";
import type { Troubles } from "../ipc/troubles.svelte";
import { editDecorations } from "../review/decorations";
import { pendingEdits, reviewState } from "../review/field";
import { editHover } from "../review/hover";
import type { Papers } from "./papers.svelte";
import type { Reviewing } from "./reviewing.svelte";

interface Rooms {
  readonly papers: Papers;
  readonly reviewing: Reviewing;
  readonly diagnosis: Diagnosis;
  readonly troubles: Troubles;
}

export function extensions({ papers, reviewing, diagnosis, troubles }: Rooms, follow: (update: ViewUpdate) => void): Extension[] {
  return [
    reviewState,
    editDecorations,
    editHover({
      accept: (id) => reviewing.accept(id, "stay"),
      reject: (id) => reviewing.reject(id, "stay"),
      edit: (id) => reviewing.edit(id),
      another: (id) => reviewing.another(id),
      focus: (id) => reviewing.toCard(id),
    }),
    papers.marks.follow,
    diagnosis.follow,
    hintMenu,
    hints({
      check: (text) => backend.check(text),
      addToDictionary: (word) => backend.dictionaryAdd(word),
      underReview: (view) => pendingEdits(view.state),
      onError: (error) => troubles.report("Checking with rules", error),
    }),
    EditorView.updateListener.of(follow),
  ];
}
