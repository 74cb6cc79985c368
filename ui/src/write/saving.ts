/** Where the text is kept: files, the choice after a conflict, and the last save before the window goes. */

import { AppError } from "../ipc/client";
import type { Troubles } from "../ipc/troubles.svelte";
import type { Announcer } from "../shared/announcer.svelte";
import type { Papers } from "./papers.svelte";

/** How long a closing window waits for its last save. */
const CLOSE_PATIENCE_MS = 3_000;

export class Saving {
  private warnedOfLoss = false;

  constructor(
    private readonly papers: Papers,
    private readonly announcer: Announcer,
    private readonly troubles: Troubles,
  ) {}

  /** The text has changed. A warning was about the text as it was. */
  touched(): void {
    this.papers.touched();
    this.warnedOfLoss = false;
  }

  async toFile(as: boolean): Promise<void> {
    try {
      const path = await this.papers.saveFile(as);
      if (path !== null) this.announcer.say(`Saved to ${path}.`);
    } catch (error) {
      this.troubles.report("Saving the file", error);
    }
  }

  resolveConflict(keep: "mine" | "theirs"): void {
    this.troubles.attempt("Saving", keep === "mine" ? this.papers.keepMine() : this.papers.takeTheirs());
  }

  /** Saves before the window goes. When that fails the person is told first; asking again closes anyway. */
  async mayClose(): Promise<boolean> {
    if (this.warnedOfLoss) return true;
    const saved = await Promise.race([
      this.papers.flush().then(() => true),
      new Promise<false>((resolve) => setTimeout(() => resolve(false), CLOSE_PATIENCE_MS)),
    ]).catch(() => false);
    if (saved) return true;
    this.warnedOfLoss = true;
    const error = new AppError("unsaved", "Your latest changes could not be saved.", "Copy them to be safe; closing again leaves without them.");
    this.troubles.report("Saving before closing", error);
    return false;
  }

  cannotWatchClosing(error: unknown): void {
    this.troubles.report("Watching for the window to close", error);
  }
}
