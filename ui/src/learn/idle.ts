/** What is done by itself while the person is away, and makes room when they type. */

import { backend } from "../ipc/client";
import type { Troubles } from "../ipc/troubles.svelte";
import type { Overview } from "./overview.svelte";
import type { Training } from "./training.svelte";

/** Milliseconds between two words to a run that the person types. */
const TELL_TYPING = 1000;
/** Milliseconds without a key after which the person is taken to be away. */
const AWAY = 5 * 60_000;

export class Idle {
  /** The large model grades, because nobody needs the machine. */
  private grading = false;
  private lastTyped = Date.now();
  private toldTyping = 0;

  constructor(
    private readonly overview: Overview,
    private readonly training: Training,
    private readonly troubles: Troubles,
    /** Something takes the whole machine. */
    private readonly busy: () => boolean,
  ) {}

  /** The person has typed; a run that is going makes room, and none begins of itself for a while. */
  typed(now = Date.now()): void {
    if ((this.training.going || this.grading) && now - this.toldTyping >= TELL_TYPING) {
      this.toldTyping = now;
      this.troubles.attempt("Making room", backend.typing());
    }
    this.lastTyped = now;
  }

  /** Begins a run of itself, or has the large model grade, if the person wants that and it is time. */
  async lookWhetherDue(now = Date.now()): Promise<void> {
    const when = this.overview.ready?.when;
    if (!when || this.busy() || this.grading || now - this.lastTyped < AWAY) return;
    try {
      const due = when.idle ? await backend.trainingDue() : null;
      if (due) await this.training.begin(due.recipe, due.steps);
      else if (when.grades) await this.grade();
    } catch (error) {
      this.troubles.report("Learning when idle", error);
    }
  }

  private async grade(): Promise<void> {
    this.grading = true;
    try {
      if ((await backend.gradeWhenIdle()) > 0) await this.overview.load();
    } finally {
      this.grading = false;
    }
  }
}
