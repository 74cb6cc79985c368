// Placeholder with the agreed types and commands; replaced by the export of the Rust side.

import { invoke as TAURI_INVOKE, Channel as TAURI_CHANNEL } from "@tauri-apps/api/core";

export type AppErrorDto = { code: string; message: string; hint: string };
export type Result<T, E> = { status: "ok"; data: T } | { status: "error"; error: E };
export type Theme = "system" | "light" | "dark";

export type IntentDto = { id: string; label: string; description: string; shortcut: string };
export type ModelDto = { id: string; name: string; sizeBytes: number; licence: string; path: string };
export type DocumentDto = {
  id: number;
  title: string;
  path: string | null;
  format: "plain" | "markdown";
  text: string;
  revision: number;
};
export type DocumentSummary = { id: number; title: string; path: string | null; updated: number; words: number };
export type Startup = {
  version: string;
  document: DocumentDto;
  intents: IntentDto[];
  instructions: string[];
  model: ModelDto | null;
  modelError: AppErrorDto | null;
  notices: string[];
  theme: Theme;
  firstRun: boolean;
};
export type Saved = { revision: number };
export type SavedFile = { path: string };
export type InstructionDto = { kind: "intent"; id: string } | { kind: "own"; text: string };
export type RewriteArgs = {
  document: number;
  revision: number;
  start: number | null;
  end: number | null;
  instruction: InstructionDto;
};
export type EditDto = {
  id: string;
  start: number;
  end: number;
  replacement: string;
  kind: string;
  reason: string;
  confidence: number | null;
};
export type SegmentOutcome = "rewritten" | "unchanged" | "vetoed" | "skipped";
export type RewriteOutcome = "rewritten" | "nothingToChange" | "nothingToRewrite" | "cancelled";
export type RewriteEvent =
  | { event: "started"; data: { request: number; revision: number; segments: number } }
  | {
      event: "segment";
      data: { index: number; start: number; end: number; outcome: SegmentOutcome; reason: string | null; edits: EditDto[] };
    }
  | { event: "progress"; data: { done: number; total: number } }
  | { event: "finished"; data: { outcome: RewriteOutcome; ms: number; tier: string; model: string } };
export type AnotherArgs = { request: number; index: number };
export type CandidateDto = { id: string; text: string; edits: EditDto[]; score: number | null };
export type Alternatives = { candidates: CandidateDto[] };
export type DecisionDto = { edit: string; verdict: Verdict; finalText: string | null };
export type Verdict = "accept" | "reject" | "edited" | "another";
export type SuggestionDto = { label: string; replacement: string };
export type LintDto = { start: number; end: number; message: string; rule: string; suggestions: SuggestionDto[] };

async function call<T>(command: string, args?: Record<string, unknown>): Promise<Result<T, AppErrorDto>> {
  try {
    return { status: "ok", data: await TAURI_INVOKE<T>(command, args) };
  } catch (error) {
    if (error instanceof Error) throw error;
    return { status: "error", error: error as AppErrorDto };
  }
}

export const commands = {
  start: () => call<Startup>("start"),
  warmUp: () => call<ModelDto>("warm_up"),
  autosave: (document: number, base: number, text: string) => call<Saved>("autosave", { document, base, text }),
  listDocuments: () => call<DocumentSummary[]>("list_documents"),
  newDocument: () => call<DocumentDto>("new_document"),
  openDocument: (id: number) => call<DocumentDto>("open_document", { id }),
  deleteDocument: (id: number) => call<null>("delete_document", { id }),
  openFile: () => call<DocumentDto | null>("open_file"),
  openPath: (path: string) => call<DocumentDto>("open_path", { path }),
  saveFile: (document: number) => call<SavedFile | null>("save_file", { document }),
  saveFileAs: (document: number) => call<SavedFile | null>("save_file_as", { document }),
  rewrite: (args: RewriteArgs, onEvent: TAURI_CHANNEL<RewriteEvent>) => call<null>("rewrite", { args, onEvent }),
  cancel: (request: number) => call<null>("cancel", { request }),
  another: (args: AnotherArgs) => call<Alternatives>("another", { args }),
  decide: (decisions: DecisionDto[]) => call<null>("decide", { decisions }),
  check: (text: string) => call<LintDto[]>("check", { text }),
  dictionaryAdd: (word: string) => call<null>("dictionary_add", { word }),
  dictionaryRemove: (word: string) => call<null>("dictionary_remove", { word }),
  dictionaryList: () => call<string[]>("dictionary_list"),
  saveInstruction: (text: string) => call<null>("save_instruction", { text }),
  removeInstruction: (text: string) => call<null>("remove_instruction", { text }),
  setTheme: (theme: Theme) => call<null>("set_theme", { theme }),
  exportFeedback: () => call<string | null>("export_feedback"),
  deleteEverything: () => call<null>("delete_everything"),
};
