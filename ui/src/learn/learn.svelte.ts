/** The Learn screen: what there is to learn from, the run that is going, the runs and adapters that are there. */

import { AppError, backend, type JudgedDto, type LearnDto, type RecipeDto, type RunDto, type StepDto, type TrainArgs, type TrainEventDto } from "../ipc/client";
import { timeLeft } from "./series";

export type Known =
  | { readonly kind: "loading" }
  | { readonly kind: "failed"; readonly error: AppError }
  | { readonly kind: "ready"; readonly overview: LearnDto };

/** A run that is going. */
export interface Going {
  /** Absent until the model is loaded. */
  readonly id: string | null;
  readonly recipe: string;
  readonly examples: number;
  readonly total: number;
  readonly paused: boolean;
  /** It waits now, and not only after the present step. */
  readonly waits: boolean;
  readonly stopping: boolean;
}

/** What became of the last run in this window. */
export type Ended = { readonly run: string; readonly finished: boolean; readonly leftOut: number };

export class Learn {
  known: Known = $state.raw({ kind: "loading" });
  chosen: string | null = $state(null);
  /** Steps that the person asked for; the recipe's own if null. */
  steps: number | null = $state(null);
  going: Going | null = $state.raw(null);
  /** The steps that are drawn, and whose they are. */
  drawn: { readonly run: string; readonly steps: readonly StepDto[] } | null = $state.raw(null);
  ended: Ended | null = $state.raw(null);
  judging: string | null = $state(null);
  judged: { readonly run: string; readonly verdict: JudgedDto } | null = $state.raw(null);
  trouble: { readonly doing: string; readonly error: AppError } | null = $state.raw(null);
  /** Read out by screen readers. */
  spoken = $state("");

  get overview(): LearnDto | null {
    return this.known.kind === "ready" ? this.known.overview : null;
  }

  get recipe(): RecipeDto | null {
    const recipes = this.overview?.recipes ?? [];
    return recipes.find(({ name }) => name === this.chosen) ?? recipes.find(({ name }) => name === USUAL) ?? recipes[0] ?? null;
  }

  /** Decisions that are missing. */
  get missing(): number {
    return this.overview ? Math.max(0, this.overview.needed - this.overview.decided) : 0;
  }

  get made(): number {
    return this.going !== null && this.drawn?.run === this.going.id ? (this.drawn.steps.at(-1)?.step ?? 0) : 0;
  }

  /** Milliseconds. */
  get left(): number | null {
    return this.going && this.made > 0 ? timeLeft(this.drawn?.steps ?? [], this.going.total) : null;
  }

  async load(): Promise<void> {
    try {
      this.known = { kind: "ready", overview: await backend.learn() };
    } catch (error) {
      this.known = { kind: "failed", error: AppError.from(error) };
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
    this.going = { id: null, recipe, examples: 0, total: 0, paused: false, waits: false, stopping: false };
    this.drawn = null;
    this.say("Training begins.");
    let run = "";
    try {
      // What was made before is known before the first new step comes.
      const earlier = args.kind === "resume" ? await backend.runSteps(args.run) : [];
      const { finished, leftOut } = await backend.train(args, (event) => {
        if (event.event === "begun") run = event.data.run;
        this.hear(event, earlier);
      });
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
    const { data: step } = event;
    // Steps after the checkpoint that it went on from are made anew.
    const before = (this.drawn?.steps ?? []).filter((one) => one.step < step.step);
    this.drawn = { run: this.going.id ?? "", steps: [...before, step] };
    this.going = { ...this.going, waits: this.going.paused };
  }

  pause(paused: boolean): void {
    if (!this.going || this.going.stopping) return;
    this.going = { ...this.going, paused, waits: false };
    this.say(paused ? "Pauses after this step." : "Goes on.");
    this.attempt(paused ? "Pausing" : "Going on", backend.pauseTraining(paused));
  }

  stop(): void {
    if (!this.going || this.going.stopping) return;
    this.going = { ...this.going, stopping: true };
    this.say("Stops after this step.");
    this.attempt("Stopping", backend.stopTraining());
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
    this.judging = run;
    this.judged = null;
    this.say("The adapter is being tested.");
    try {
      const verdict = await backend.judgeRun(run);
      this.judged = { run, verdict };
      this.trouble = null;
      this.say(verdict.usedAs === null ? "Not promoted." : "Promoted: it answers from now on.");
    } catch (error) {
      this.trouble = { doing: "The test", error: AppError.from(error) };
    } finally {
      this.judging = null;
      await this.load();
    }
  }

  useAdapter = (id: string) => this.change("Using the adapter", `${id} answers from now on.`, backend.useAdapter(id));
  adaptersOff = () => this.change("Taking the adapter off", "The model alone answers.", backend.adaptersOff());
  rollBack = () => this.change("Going back", "What was in use before is in use again.", backend.rollBackAdapters());
  deleteAdapter = (id: string) => this.change("Deleting the adapter", `${id} is deleted.`, backend.deleteAdapter(id));

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

/** What is offered first: learning from preferences, the most usual outcome of a review. */
const USUAL = "prefer-dpo";
