/** The test of what a run made: the gate says whether it is better. */

import { backend, type JudgedDto, type MeasuredDto } from "../ipc/client";
import type { Troubles } from "../ipc/troubles.svelte";
import type { Announcer } from "../shared/announcer.svelte";
import type { AdapterRegistry } from "./adapter-registry.svelte";
import type { Overview } from "./overview.svelte";
import type { Training } from "./training.svelte";

export class Judging {
  /** What is compared, and how far that is. */
  going: { readonly run: string; readonly at: MeasuredDto | null; readonly stopping: boolean } | null = $state.raw(null);
  judged: { readonly run: string; readonly verdict: JudgedDto } | null = $state.raw(null);

  constructor(
    private readonly overview: Overview,
    private readonly training: Training,
    private readonly adapters: AdapterRegistry,
    private readonly announcer: Announcer,
    private readonly troubles: Troubles,
    private readonly onPromoted: () => void,
  ) {}

  async judge(run: string): Promise<void> {
    if (this.going !== null || this.training.going) return;
    this.going = { run, at: null, stopping: false };
    this.judged = null;
    this.announcer.say("The adapter is being tested.");
    try {
      const verdict = await backend.judgeRun(run, this.adapters.wish, (at) => {
        if (this.going) this.going = { ...this.going, at };
      });
      this.troubles.dismiss();
      if (verdict) this.judged = { run, verdict };
      this.announcer.say(verdict === null ? "The test was stopped." : verdict.usedAs === null ? "Not promoted." : "Promoted: it answers from now on.");
    } catch (error) {
      this.troubles.report("The test", error);
    } finally {
      this.going = null;
      await this.overview.load();
      if (this.judged?.verdict.usedAs) this.onPromoted();
    }
  }

  /** Nothing is changed by a test that is stopped; it can be made again. */
  stop(): void {
    if (!this.going || this.going.stopping) return;
    this.going = { ...this.going, stopping: true };
    this.troubles.attempt("Stopping", backend.stopComparing());
  }
}
