/** The one run that may go at a time: what it is asked for with, how far it is, what became of it. */

import { backend, type MeasuredDto, type RecipeDto, type RunDto, type StepDto, type TrainArgs, type TrainEventDto, type WaitsDto } from "../ipc/client";
import type { Troubles } from "../ipc/troubles.svelte";
import type { Announcer } from "../shared/announcer.svelte";
import type { Overview } from "./overview.svelte";
import type { RunHistory } from "./run-history.svelte";
import { timeLeft } from "./series";

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

/** What is offered first: of all that learns from decisions, what simulated writers took most of afterwards (docs/learning.md). */
const USUAL = "rloo-taste";

export class Training {
  chosen: string | null = $state(null);
  /** Steps that the person asked for; the recipe's own if null. */
  steps: number | null = $state(null);
  going: Going | null = $state.raw(null);
  ended: Ended | null = $state.raw(null);

  constructor(
    private readonly overview: Overview,
    private readonly runs: RunHistory,
    private readonly announcer: Announcer,
    private readonly troubles: Troubles,
    private readonly onBegin: () => void,
  ) {}

  get recipe(): RecipeDto | null {
    const recipes = this.overview.ready?.recipes ?? [];
    return recipes.find(({ name }) => name === this.chosen) ?? recipes.find(({ name }) => name === USUAL) ?? recipes[0] ?? null;
  }

  /** Steps made. */
  get made(): number {
    const { drawn } = this.runs;
    return this.going !== null && drawn?.run === this.going.id ? (drawn.steps.at(-1)?.step ?? 0) : 0;
  }

  /** Milliseconds. */
  get left(): number | null {
    return this.going && this.made > 0 ? timeLeft(this.runs.drawn?.steps ?? [], this.going.total) : null;
  }

  choose(recipe: string): void {
    this.chosen = recipe;
    this.steps = null;
  }

  start(): Promise<void> {
    const { recipe } = this;
    if (!recipe) return Promise.resolve();
    return this.begin(recipe.name, this.steps ?? recipe.steps);
  }

  begin(recipe: string, steps: number): Promise<void> {
    return this.train(recipe, { kind: "new", recipe, steps });
  }

  resume(run: RunDto): Promise<void> {
    return this.train(run.recipe, { kind: "resume", run: run.id });
  }

  private async train(recipe: string, args: TrainArgs): Promise<void> {
    if (this.going) return;
    this.onBegin();
    this.troubles.dismiss();
    this.ended = null;
    this.going = { id: null, guided: null, recipe, examples: 0, total: 0, paused: false, waits: null, stopping: false };
    this.runs.drawn = null;
    this.announcer.say("Training begins.");
    let run = "";
    try {
      // What was made before is known before the first new step comes.
      const earlier = args.kind === "resume" ? await backend.runSteps(args.run) : [];
      const ended = await backend.train(args, (event) => {
        if (event.event === "begun") run = event.data.run;
        this.hear(event, earlier);
      });
      if (!ended) return this.announcer.say("Training was stopped before it began.");
      const { finished, leftOut } = ended;
      this.ended = { run, finished, leftOut };
      this.announcer.say(finished ? "Training is finished." : "Training has stopped. It can go on later.");
    } catch (error) {
      this.troubles.report("Training", error);
    } finally {
      this.going = null;
      await this.overview.load();
    }
  }

  private hear(event: TrainEventDto, earlier: readonly StepDto[]): void {
    if (!this.going) return;
    if (event.event === "begun") {
      const { run, examples, steps } = event.data;
      this.going = { ...this.going, id: run, examples, total: steps };
      this.runs.drawn = { run, steps: earlier };
      // It is among the runs from now on.
      void this.overview.load();
      return;
    }
    if (event.event === "guided") {
      this.going = { ...this.going, guided: event.data };
      return;
    }
    if (event.event === "waits" || event.event === "goesOn") {
      const waits = event.event === "waits" ? event.data : null;
      this.going = { ...this.going, waits };
      if (waits === "battery") this.announcer.say("The run waits: the machine runs on its battery.");
      return;
    }
    const { data: step } = event;
    // Steps after the checkpoint that it went on from are made anew.
    const before = (this.runs.drawn?.steps ?? []).filter((one) => one.step < step.step);
    this.runs.drawn = { run: this.going.id ?? "", steps: [...before, step] };
  }

  pause(paused: boolean): void {
    if (!this.going || this.going.stopping) return;
    this.going = { ...this.going, paused };
    this.announcer.say(paused ? "Pauses after this step." : "Goes on.");
    this.troubles.attempt(paused ? "Pausing" : "Going on", backend.pauseTraining(paused));
  }

  stop(): void {
    if (!this.going || this.going.stopping) return;
    this.going = { ...this.going, stopping: true };
    this.announcer.say("Stops after this step.");
    this.troubles.attempt("Stopping", backend.stopTraining());
  }
}
