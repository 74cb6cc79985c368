/**
 * The backend as plain promises: a call resolves to its data or throws an `AppError`.
 *
 * The only file that knows the generated bindings; the rest of the page imports types and calls from here.
 */

import { Channel } from "@tauri-apps/api/core";
import {
  commands,
  type AnotherArgs,
  type AppErrorDto,
  type CompareEventDto,
  type CompareOn,
  type DecisionDto,
  type MeasuredDto,
  type RewriteArgs,
  type RewriteEvent,
  type Theme,
  type TrainArgs,
  type TrainEventDto,
  type WhenDto,
} from "./bindings.gen";
import { AppError } from "./errors";

export type {
  AcceptanceDto,
  AdapterDto,
  AppErrorDto,
  BinDto,
  CandidateDto,
  CascadeDto,
  ChangeDto,
  ComparedDto,
  CompareOn,
  DayDto,
  DecisionDto,
  DiagnosisDto,
  DocumentDto,
  DocumentSummary,
  EditDto,
  ExpectedDto,
  ExpectedPointDto,
  FellDto,
  InstructionDto,
  IntentDto,
  JudgedDto,
  LearnDto,
  LintDto,
  MeasuredDto,
  MeasuredOnTextsDto,
  ModelDto,
  RecipeDto,
  ReliabilityDto,
  RewriteArgs,
  RewriteEvent,
  RewriteOutcome,
  RunDto,
  Startup,
  StepDto,
  SuggestedWordDto,
  TasteDto,
  Theme,
  TierDecision,
  TierDto,
  TrainArgs,
  TrainEventDto,
  VerdictOfGateDto,
  WaitsDto,
  VoicedDto,
  WhenDto,
  WishDto,
} from "./bindings.gen";
export { AppError, isStale } from "./errors";

type Answer<T> = { status: "ok"; data: T } | { status: "error"; error: AppErrorDto };

/** The data of an answer, or its error thrown. */
export async function unwrap<T>(answer: Promise<Answer<T>>): Promise<T> {
  let settled: Answer<T>;
  try {
    settled = await answer;
  } catch (error) {
    throw AppError.from(error);
  }
  if (settled.status === "error") throw AppError.from(settled.error);
  return settled.data;
}

function channel<T>(onEvent: (event: T) => void): Channel<T> {
  const opened = new Channel<T>();
  opened.onmessage = onEvent;
  return opened;
}

export const backend = {
  start: () => unwrap(commands.start()),
  warmUp: () => unwrap(commands.warmUp()),

  autosave: (document: number, base: number, text: string) => unwrap(commands.autosave(document, base, text)),
  listDocuments: () => unwrap(commands.listDocuments()),
  newDocument: () => unwrap(commands.newDocument()),
  openDocument: (id: number) => unwrap(commands.openDocument(id)),
  deleteDocument: (id: number) => unwrap(commands.deleteDocument(id)),
  openFile: () => unwrap(commands.openFile()),
  saveFile: (document: number) => unwrap(commands.saveFile(document)),
  saveFileAs: (document: number) => unwrap(commands.saveFileAs(document)),

  /** Settles when the rewrite is over; everything of interest arrives through `onEvent`, in order. */
  rewrite: (args: RewriteArgs, onEvent: (event: RewriteEvent) => void) => unwrap(commands.rewrite(args, channel(onEvent))),
  cancel: (request: number) => unwrap(commands.cancel(request)),
  another: (args: AnotherArgs) => unwrap(commands.another(args)),
  decide: (decisions: DecisionDto[]) => unwrap(commands.decide(decisions)),

  cascade: () => unwrap(commands.cascade()),
  setRisk: (oneBadIn: number) => unwrap(commands.setRisk(oneBadIn)),
  /** Asks for a model file; the same as before if the person changed their mind. */
  chooseLarge: () => unwrap(commands.chooseLarge()),
  removeLarge: () => unwrap(commands.removeLarge()),

  learn: () => unwrap(commands.learn()),
  /** Settles when the run is over, or has stopped. */
  train: (args: TrainArgs, onEvent: (event: TrainEventDto) => void) => unwrap(commands.train(args, channel(onEvent))),
  pauseTraining: (paused: boolean) => unwrap(commands.pauseTraining(paused)),
  stopTraining: () => unwrap(commands.stopTraining()),
  typing: () => unwrap(commands.typing()),
  setWhen: (when: WhenDto) => unwrap(commands.setWhen(when)),
  trainingDue: () => unwrap(commands.trainingDue()),
  /** Lets the large model grade if it is time; how many it graded. */
  gradeWhenIdle: () => unwrap(commands.gradeWhenIdle()),
  /** Asks for a folder of the person's own texts; null if they changed their mind, or it was stopped. */
  takeVoice: (wish: string, onEvent: (at: MeasuredDto) => void) => unwrap(commands.takeVoice(wish, channel(onEvent))),
  stopVoice: () => unwrap(commands.stopVoice()),
  runSteps: (run: string) => unwrap(commands.runSteps(run)),
  /** Compares a run with what answers now, for one wish or all; null if it was stopped. */
  judgeRun: (run: string, wish: string | null, onEvent: (at: MeasuredDto) => void) => unwrap(commands.judgeRun(run, wish, channel(onEvent))),
  stopComparing: () => unwrap(commands.stopComparing()),
  useAdapter: (id: string, wish: string | null) => unwrap(commands.useAdapter(id, wish)),
  takeOffAdapter: (id: string) => unwrap(commands.takeOffAdapter(id)),
  rollBackAdapters: () => unwrap(commands.rollBackAdapters()),
  deleteAdapter: (id: string) => unwrap(commands.deleteAdapter(id)),
  deleteRun: (run: string) => unwrap(commands.deleteRun(run)),
  /** Settles when all texts are written, or it was stopped. */
  compareAdapter: (id: string, on: CompareOn, onEvent: (event: CompareEventDto) => void) => unwrap(commands.compareAdapter(id, on, channel(onEvent))),
  stopAdapterComparison: () => unwrap(commands.stopAdapterComparison()),
  /** How well decisions were expected. */
  expected: () => unwrap(commands.expected()),
  /** The same after the next decisions were asked about, which takes a while. */
  catchUpExpected: () => unwrap(commands.catchUpExpected()),
  /** What decisions say about the person's taste; null while they are too few. */
  taste: () => unwrap(commands.taste()),
  /** Asks for a folder; where it was written, or null if the person changed their mind. */
  exportAdapter: (id: string) => unwrap(commands.exportAdapter(id)),

  check: (text: string) => unwrap(commands.check(text)),
  /** What would derail a fair discussion in one paragraph. */
  diagnose: (text: string) => unwrap(commands.diagnose(text)),
  /** A word that is right, or a house rule: `utilise -> use`. */
  dictionaryAdd: (word: string) => unwrap(commands.dictionaryAdd(word)),
  dictionaryRemove: (word: string) => unwrap(commands.dictionaryRemove(word)),
  dictionaryList: () => unwrap(commands.dictionaryList()),
  /** What the person did each time with the same words, as entries, with the texts. */
  dictionarySuggested: () => unwrap(commands.dictionarySuggested()),
  dictionaryRefuse: (entry: string) => unwrap(commands.dictionaryRefuse(entry)),
  saveInstruction: (text: string) => unwrap(commands.saveInstruction(text)),
  removeInstruction: (text: string) => unwrap(commands.removeInstruction(text)),
  setTheme: (theme: Theme) => unwrap(commands.setTheme(theme)),
};

export type Backend = typeof backend;
