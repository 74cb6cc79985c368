/** A backend that a test steers event by event, behind the page's real IPC. */

import { clearMocks, mockIPC } from "@tauri-apps/api/mocks";
import type { AppErrorDto, DecisionDto, EditDto, RewriteArgs, RewriteEvent, Startup } from "../src/ipc/bindings.gen";

interface Running {
  readonly args: RewriteArgs;
  readonly send: (event: RewriteEvent) => void;
  readonly fail: (error: AppErrorDto) => void;
  readonly done: () => void;
}

export interface FakeBackend {
  readonly startup: Startup;
  text: string;
  revision: number;
  readonly calls: { command: string; args: Record<string, unknown> }[];
  readonly decisions: DecisionDto[][];
  /** Waits for the next rewrite to be asked for. */
  running(): Promise<Running>;
  answers: Record<string, (args: Record<string, unknown>) => unknown>;
}

const intents = [
  { id: "fix", label: "Fix", description: "Grammar", shortcut: "f" },
  { id: "shorter", label: "Shorter", description: "Fewer words", shortcut: "h" },
];
const model = { id: "starter", name: "starter", sizeBytes: 1, licence: "Apache-2.0", path: "" };

export function fakeBackend(text: string, startup: Partial<Startup> = {}): FakeBackend {
  const waiting: ((running: Running) => void)[] = [];
  const begun: Running[] = [];
  const backend: FakeBackend = {
    text,
    revision: 1,
    calls: [],
    decisions: [],
    startup: {
      version: "0",
      document: { id: 1, title: "", path: null, format: "markdown", text, revision: 1 },
      intents,
      instructions: [],
      model,
      modelError: null,
      notices: [],
      theme: "system",
      firstRun: false,
      ...startup,
    },
    running: () =>
      new Promise((resolve) => {
        const ready = begun.shift();
        if (ready) resolve(ready);
        else waiting.push(resolve);
      }),
    answers: {
      warm_up: () => model,
      dictionary_list: () => [],
      dictionary_suggested: () => [],
      autosave(args) {
        const { base, text: sent } = args as { base: number; text: string };
        if (base !== backend.revision) throw { code: "stale", message: "newer", hint: "" };
        if (sent !== backend.text) {
          backend.text = sent;
          backend.revision++;
        }
        return { revision: backend.revision };
      },
      open_document: () => ({ ...backend.startup.document, text: backend.text, revision: backend.revision }),
      decide: ({ decisions }) => {
        backend.decisions.push(decisions as DecisionDto[]);
        return null;
      },
      rewrite: (args) =>
        new Promise((resolve, reject) => {
          const { args: asked, onEvent } = args as { args: RewriteArgs; onEvent: { onmessage: (event: RewriteEvent) => void } };
          const running = { args: asked, send: (event: RewriteEvent) => onEvent.onmessage(event), fail: reject, done: () => resolve(null) };
          const next = waiting.shift();
          if (next) next(running);
          else begun.push(running);
        }),
    },
  };
  mockIPC((command, payload) => {
    const args = (payload ?? {}) as Record<string, unknown>;
    backend.calls.push({ command, args });
    return backend.answers[command]?.(args) ?? null;
  });
  return backend;
}

export const stopBackend = clearMocks;

/** The edit that replaces the first `original` of a text. */
export function editOf(id: string, text: string, original: string, replacement: string, confidence: number | null = null): EditDto {
  const start = text.indexOf(original);
  if (start < 0) throw new Error(`no “${original}” in the text`);
  return { id, start, end: start + original.length, replacement, kind: "grammar", reason: "", confidence };
}

export const started = (revision: number, segments = 1, request = 7): RewriteEvent => ({
  event: "started",
  data: { request, revision, segments },
});

export const segment = (text: string, edits: EditDto[], index = 0): RewriteEvent => ({
  event: "segment",
  data: { index, start: 0, end: text.length, outcome: edits.length > 0 ? "rewritten" : "unchanged", reason: null, edits, decision: { tier: "small", confidence: null, why: "", failed: null } },
});

export const finished = (outcome: "rewritten" | "nothingToChange" | "nothingToRewrite" | "cancelled"): RewriteEvent => ({
  event: "finished",
  data: { outcome, ms: 5, tier: "small", model: "starter" },
});
