/** The Learn screen: what there is to learn from, the run that is going, the runs and adapters that are there. */

import { AppError, backend, type AppErrorDto, type ExpectedDto, type JudgedDto, type LearnDto, type MeasuredDto, type RecipeDto, type RunDto, type StepDto, type TasteDto, type TrainArgs, type TrainEventDto, type WaitsDto, type WhenDto } from "../ipc/client";
import { HouseRules } from "./house-rules.svelte";
import { OwnTexts } from "./own-texts.svelte";
import { timeLeft } from "./series";

export type Known =
  | { readonly kind: "loading" }
  | { readonly kind: "failed"; readonly error: AppError }
  | { readonly kind: "ready"; readonly overview: LearnDto };

/** A run that is going. */
export interface Going {
  /** How many texts the large model has rewritten before the run begins; null if it is not asked. */
  readonly guided: MeasuredDto | null;
  /** Absent until the model is loaded. */
  readonly id: string | null;
  readonly recipe: string;
  readonly examples: number;
  readonly total: number;
  readonly paused: boolean;
  /** Why it waits now; null while it makes a step. */
  readonly waits: WaitsDto | null;
  readonly stopping: boolean;
}

/** What became of the last run in this window. */
export type Ended = { readonly run: string; readonly finished: boolean; readonly leftOut: number };

/** What decisions say about the person's taste, once it is known. */
export type Told = TasteDto | "looking";

export class Learn {
  known: Known = $state.raw({ kind: "loading" });
  chosen: string | null = $state(null);
  /** Steps that the person asked for; the recipe's own if null. */
  steps: number | null = $state(null);
  going: Going | null = $state.raw(null);
  /** The steps that are drawn, and whose they are. */
  drawn: { readonly run: string; readonly steps: readonly StepDto[] } | null = $state.raw(null);
  ended: Ended | null = $state.raw(null);
  /** What is compared, and how far that is. */
  judging: { readonly run: string; readonly at: MeasuredDto | null; readonly stopping: boolean } | null = $state.raw(null);
  /** The wish that an adapter is tested and used for; every wish if null. */
  wish: string | null = $state(null);
  judged: { readonly run: string; readonly verdict: JudgedDto } | null = $state.raw(null);
  /** How well decisions were expected. */
  expected: ExpectedDto | null = $state.raw(null);
  readonly houseRules = new HouseRules();
  /** Reading a folder of the person's own texts. */
  readonly ownTexts = new OwnTexts(() => this.load());
  /** The large model grades, because nobody needs the machine. */
  private grading = false;
  /** Null while there are too few decisions. */
  taste: Told | null = $state.raw(null);
  /** The adapter that is looked at beside others. */
  comparing: string | null = $state(null);
  /** Where an adapter was written to. */
  exported: { readonly id: string; readonly path: string } | null = $state.raw(null);
  trouble: { readonly doing: string; readonly error: AppError } | null = $state.raw(null);
  /** Read out by screen readers. */
  spoken = $state("");
  private lastTyped = Date.now();
  private toldTyping = 0;

  get overview(): LearnDto | null {
    return this.known.kind === "ready" ? this.known.overview : null;
  }

  get recipe(): RecipeDto | null {
    const recipes = this.overview?.recipes ?? [];
    return recipes.find(({ name }) => name === this.chosen) ?? recipes.find(({ name }) => name === USUAL) ?? recipes[0] ?? null;
  }

  /** Decisions that are missing. */
  get missing(): number {
    return this.overview?.missing ?? 0;
  }

  get made(): number {
    return this.going !== null && this.drawn?.run === this.going.id ? (this.drawn.steps.at(-1)?.step ?? 0) : 0;
  }

  /** Milliseconds. */
  get left(): number | null {
    return this.going && this.made > 0 ? timeLeft(this.drawn?.steps ?? [], this.going.total) : null;
  }

  /** Something takes the whole machine. */
  get busy(): boolean {
    return this.going !== null || this.judging !== null || this.ownTexts.going !== null;
  }

  async load(): Promise<void> {
    try {
      this.known = { kind: "ready", overview: await backend.learn() };
    } catch (error) {
      this.known = { kind: "failed", error: AppError.from(error) };
    }
  }

  /** Shows how decisions were expected, and has the model asked about the new ones, unless a run or a test needs the machine. */
  async loadExpected(): Promise<void> {
    try {
      this.expected = await backend.expected();
      if (!this.busy) this.expected = await backend.catchUpExpected();
    } catch (error) {
      this.trouble = { doing: "Asking what was expected", error: AppError.from(error) };
    }
  }

  /** Reads what decisions say; what was known of them stays until then. */
  async loadTaste(): Promise<void> {
    this.taste ??= "looking";
    try {
      this.taste = await backend.taste();
    } catch (error) {
      this.taste = null;
      this.trouble = { doing: "Reading your decisions", error: AppError.from(error) };
    }
  }

  start(): Promise<void> {
    const { recipe } = this;
    if (!recipe) return Promise.resolve();
    return this.train(recipe.name, { kind: "new", recipe: recipe.name, steps: this.steps ?? recipe.steps });
  }

  resume(run: RunDto): Promise<void> {
    return this.train(run.recipe, { kind: "resume", run: run.id });
  }

  private async train(recipe: string, args: TrainArgs): Promise<void> {
    if (this.going) return;
    this.trouble = this.ended = this.judged = null;
    this.going = { id: null, guided: null, recipe, examples: 0, total: 0, paused: false, waits: null, stopping: false };
    this.drawn = null;
    this.say("Training begins.");
    let run = "";
    try {
      // What was made before is known before the first new step comes.
      const earlier = args.kind === "resume" ? await backend.runSteps(args.run) : [];
      const ended = await backend.train(args, (event) => {
        if (event.event === "begun") run = event.data.run;
        this.hear(event, earlier);
      });
      if (!ended) return this.say("Training was stopped before it began.");
      const { finished, leftOut } = ended;
      this.ended = { run, finished, leftOut };
      this.say(finished ? "Training is finished." : "Training has stopped. It can go on later.");
    } catch (error) {
      this.trouble = { doing: "Training", error: AppError.from(error) };
    } finally {
      this.going = null;
      await this.load();
    }
  }

  private hear(event: TrainEventDto, earlier: readonly StepDto[]): void {
    if (!this.going) return;
    if (event.event === "begun") {
      const { run, examples, steps } = event.data;
      this.going = { ...this.going, id: run, examples, total: steps };
      this.drawn = { run, steps: earlier };
      // It is among the runs from now on.
      void this.load();
      return;
    }
    if (event.event === "guided") {
      this.going = { ...this.going, guided: event.data };
      return;
    }
    if (event.event === "waits" || event.event === "goesOn") {
      const waits = event.event === "waits" ? event.data : null;
      this.going = { ...this.going, waits };
      if (waits === "battery") this.say("The run waits: the machine runs on its battery.");
      return;
    }
    const { data: step } = event;
    // Steps after the checkpoint that it went on from are made anew.
    const before = (this.drawn?.steps ?? []).filter((one) => one.step < step.step);
    this.drawn = { run: this.going.id ?? "", steps: [...before, step] };
  }

  pause(paused: boolean): void {
    if (!this.going || this.going.stopping) return;
    this.going = { ...this.going, paused };
    this.say(paused ? "Pauses after this step." : "Goes on.");
    this.attempt(paused ? "Pausing" : "Going on", backend.pauseTraining(paused));
  }

  stop(): void {
    if (!this.going || this.going.stopping) return;
    this.going = { ...this.going, stopping: true };
    this.say("Stops after this step.");
    this.attempt("Stopping", backend.stopTraining());
  }

  /** The person has typed; a run that is going makes room, and none begins of itself for a while. */
  typed(now = Date.now()): void {
    if ((this.going || this.grading) && now - this.toldTyping >= TELL_TYPING) {
      this.toldTyping = now;
      this.attempt("Making room", backend.typing());
    }
    this.lastTyped = now;
  }

  setWhen(when: WhenDto): void {
    void this.change("Choosing", "Chosen.", backend.setWhen(when));
  }

  /** Begins a run of itself, or has the large model grade, if the person wants that and it is time. */
  async lookWhetherDue(now = Date.now()): Promise<void> {
    const when = this.overview?.when;
    if (!when || this.busy || this.grading || now - this.lastTyped < AWAY) return;
    try {
      const due = when.idle ? await backend.trainingDue() : null;
      if (due) await this.train(due.recipe, { kind: "new", recipe: due.recipe, steps: due.steps });
      else if (when.grades) await this.grade();
    } catch (error) {
      this.trouble = { doing: "Learning when idle", error: AppError.from(error) };
    }
  }

  private async grade(): Promise<void> {
    this.grading = true;
    try {
      if ((await backend.gradeWhenIdle()) > 0) await this.load();
    } finally {
      this.grading = false;
    }
  }

  /** Draws an earlier run. */
  async draw(run: string): Promise<void> {
    try {
      this.drawn = { run, steps: await backend.runSteps(run) };
      this.trouble = null;
    } catch (error) {
      this.trouble = { doing: "Reading the run", error: AppError.from(error) };
    }
  }

  /** Lets the gate say whether what a run made is better. */
  async judge(run: string): Promise<void> {
    if (this.judging !== null || this.going) return;
    this.judging = { run, at: null, stopping: false };
    this.judged = null;
    this.say("The adapter is being tested.");
    try {
      const verdict = await backend.judgeRun(run, this.wish, (at) => {
        if (this.judging) this.judging = { ...this.judging, at };
      });
      this.trouble = null;
      if (verdict) this.judged = { run, verdict };
      this.say(verdict === null ? "The test was stopped." : verdict.usedAs === null ? "Not promoted." : "Promoted: it answers from now on.");
    } catch (error) {
      this.trouble = { doing: "The test", error: AppError.from(error) };
    } finally {
      this.judging = null;
      await this.load();
      if (this.judged?.verdict.usedAs) void this.loadExpected();
    }
  }

  /** Nothing is changed by a test that is stopped; it can be made again. */
  stopJudging(): void {
    if (!this.judging || this.judging.stopping) return;
    this.judging = { ...this.judging, stopping: true };
    this.attempt("Stopping", backend.stopComparing());
  }

  async deleteRun(run: string): Promise<void> {
    await this.change("Deleting the run", `${run} is deleted.`, backend.deleteRun(run));
    if (this.trouble === null && this.drawn?.run === run) this.drawn = null;
  }

  useAdapter = (id: string) => this.choose("Using the adapter", `${id} answers from now on.`, backend.useAdapter(id, this.wish));
  takeOffAdapter = (id: string) => this.choose("Taking the adapter off", `${id} answers no more.`, backend.takeOffAdapter(id));
  rollBack = () => this.choose("Going back", "What was in use before is in use again.", backend.rollBackAdapters());
  deleteAdapter = (id: string) => this.change("Deleting the adapter", `${id} is deleted.`, backend.deleteAdapter(id));

  async exportAdapter(id: string): Promise<void> {
    try {
      const path = await backend.exportAdapter(id);
      if (path === null) return;
      this.trouble = null;
      this.exported = { id, path };
      this.say(`${id} was written to ${path}.`);
    } catch (error) {
      this.trouble = { doing: "Exporting the adapter", error: AppError.from(error) };
    }
  }

  /** Changes what is in use, which is then measured; the log of what was expected may not know of it. */
  private async choose(doing: string, done: string, work: Promise<AppErrorDto | null>): Promise<void> {
    await this.change(doing, done, work);
    const unlogged = await work.catch(() => null);
    if (unlogged) this.trouble = { doing: "Noting what was in use", error: AppError.from(unlogged) };
    else void this.loadExpected();
  }

  private async change(doing: string, done: string, work: Promise<unknown>): Promise<void> {
    try {
      await work;
      this.trouble = null;
      this.say(done);
    } catch (error) {
      this.trouble = { doing, error: AppError.from(error) };
    }
    await this.load();
  }

  private attempt(doing: string, work: Promise<unknown>): void {
    work.catch((error: unknown) => (this.trouble = { doing, error: AppError.from(error) }));
  }

  private say(words: string): void {
    this.spoken = this.spoken === words ? `${words}\u00a0` : words;
  }
}

/** Milliseconds between two words to a run that the person types. */
const TELL_TYPING = 1000;
/** Milliseconds without a key after which the person is taken to be away. */
const AWAY = 5 * 60_000;

/** What is offered first: of all that learns from decisions, what simulated writers took most of afterwards (docs/learning.md). */
const USUAL = "rloo-taste";
