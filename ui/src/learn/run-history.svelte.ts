/** The runs that there are, and the one whose steps are drawn. */

import { backend, type StepDto } from "../ipc/client";
import type { Troubles } from "../ipc/troubles.svelte";
import type { Overview } from "./overview.svelte";

interface Drawn {
  readonly run: string;
  readonly steps: readonly StepDto[];
}

export class RunHistory {
  drawn: Drawn | null = $state.raw(null);

  constructor(
    private readonly overview: Overview,
    private readonly troubles: Troubles,
  ) {}

  /** Draws an earlier run. */
  async draw(run: string): Promise<void> {
    try {
      this.drawn = { run, steps: await backend.runSteps(run) };
      this.troubles.dismiss();
    } catch (error) {
      this.troubles.report("Reading the run", error);
    }
  }

  async delete(run: string): Promise<void> {
    const deleted = await this.overview.change("Deleting the run", `${run} is deleted.`, backend.deleteRun(run));
    if (deleted && this.drawn?.run === run) this.drawn = null;
  }
}
