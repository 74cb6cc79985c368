/** The Learn screen: its rooms joined, and what decisions say. Components read this and call it; it calls the backend. */

import { backend, type ExpectedDto, type TasteDto, type WhenDto } from "../ipc/client";
import { Troubles } from "../ipc/troubles.svelte";
import { Announcer } from "../shared/announcer.svelte";
import { AdapterRegistry } from "./adapter-registry.svelte";
import { HouseRules } from "./house-rules.svelte";
import { Idle } from "./idle";
import { Judging } from "./judging.svelte";
import { Overview } from "./overview.svelte";
import { OwnTexts } from "./own-texts.svelte";
import { RunHistory } from "./run-history.svelte";
import { Training } from "./training.svelte";

/** What decisions say about the person's taste, once it is known. */
export type Told = TasteDto | "looking";

export class Learn {
  /** How well decisions were expected. */
  expected: ExpectedDto | null = $state.raw(null);
  /** Null while there are too few decisions. */
  taste: Told | null = $state.raw(null);

  readonly announcer = new Announcer();
  readonly troubles = new Troubles();
  readonly overview = new Overview(this.announcer, this.troubles);
  readonly runs = new RunHistory(this.overview, this.troubles);
  readonly training = new Training(this.overview, this.runs, this.announcer, this.troubles, () => (this.judging.judged = null));
  readonly adapters = new AdapterRegistry(this.overview, this.announcer, this.troubles, () => void this.loadExpected());
  readonly judging = new Judging(this.overview, this.training, this.adapters, this.announcer, this.troubles, () => void this.loadExpected());
  readonly idle = new Idle(this.overview, this.training, this.troubles, () => this.busy);
  readonly houseRules = new HouseRules();
  /** Reading a folder of the person's own texts. */
  readonly ownTexts = new OwnTexts(() => this.overview.load());

  /** Something takes the whole machine. */
  get busy(): boolean {
    return this.training.going !== null || this.judging.going !== null || this.ownTexts.going !== null;
  }

  /** Decisions that are missing. */
  get missing(): number {
    return this.overview.ready?.missing ?? 0;
  }

  /** Shows how decisions were expected, and has the model asked about the new ones, unless a run or a test needs the machine. */
  async loadExpected(): Promise<void> {
    try {
      this.expected = await backend.expected();
      if (!this.busy) this.expected = await backend.catchUpExpected();
    } catch (error) {
      this.troubles.report("Asking what was expected", error);
    }
  }

  /** Reads what decisions say; what was known of them stays until then. */
  async loadTaste(): Promise<void> {
    this.taste ??= "looking";
    try {
      this.taste = await backend.taste();
    } catch (error) {
      this.taste = null;
      this.troubles.report("Reading your decisions", error);
    }
  }

  setWhen(when: WhenDto): void {
    void this.overview.change("Choosing", "Chosen.", backend.setWhen(when));
  }
}
