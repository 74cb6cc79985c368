/** What runs have made: which adapter answers, for which wish, and what else can be done with it. */

import { backend, type AppErrorDto } from "../ipc/client";
import type { Troubles } from "../ipc/troubles.svelte";
import type { Announcer } from "../shared/announcer.svelte";
import type { Overview } from "./overview.svelte";

export class AdapterRegistry {
  /** The wish that an adapter is tested and used for; every wish if null. */
  wish: string | null = $state(null);
  /** The adapter that is looked at beside others. */
  comparing: string | null = $state(null);
  /** Where an adapter was written to. */
  exported: { readonly id: string; readonly path: string } | null = $state.raw(null);

  constructor(
    private readonly overview: Overview,
    private readonly announcer: Announcer,
    private readonly troubles: Troubles,
    /** Another adapter answers from now on, or none. */
    private readonly onChosen: () => void,
  ) {}

  use = (id: string) => this.choose("Using the adapter", `${id} answers from now on.`, backend.useAdapter(id, this.wish));
  takeOff = (id: string) => this.choose("Taking the adapter off", `${id} answers no more.`, backend.takeOffAdapter(id));
  rollBack = () => this.choose("Going back", "What was in use before is in use again.", backend.rollBackAdapters());
  delete = (id: string) => this.overview.change("Deleting the adapter", `${id} is deleted.`, backend.deleteAdapter(id));

  /** Changes what is in use, which is then measured; the log of what was expected may not know of it. */
  private async choose(doing: string, done: string, work: Promise<AppErrorDto | null>): Promise<void> {
    await this.overview.change(doing, done, work);
    const unlogged = await work.catch(() => null);
    if (unlogged) this.troubles.report("Noting what was in use", unlogged);
    else this.onChosen();
  }

  async export(id: string): Promise<void> {
    try {
      const path = await backend.exportAdapter(id);
      if (path === null) return;
      this.troubles.dismiss();
      this.exported = { id, path };
      this.announcer.say(`${id} was written to ${path}.`);
    } catch (error) {
      this.troubles.report("Exporting the adapter", error);
    }
  }
}
