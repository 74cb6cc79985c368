/** What there is to learn from and what was made of it, read again after each change. */

import { AppError, backend, type LearnDto } from "../ipc/client";
import type { Troubles } from "../ipc/troubles.svelte";
import type { Announcer } from "../shared/announcer.svelte";

export type Known =
  | { readonly kind: "loading" }
  | { readonly kind: "failed"; readonly error: AppError }
  | { readonly kind: "ready"; readonly overview: LearnDto };

export class Overview {
  known: Known = $state.raw({ kind: "loading" });

  constructor(
    private readonly announcer: Announcer,
    private readonly troubles: Troubles,
  ) {}

  get ready(): LearnDto | null {
    return this.known.kind === "ready" ? this.known.overview : null;
  }

  async load(): Promise<void> {
    try {
      this.known = { kind: "ready", overview: await backend.learn() };
    } catch (error) {
      this.known = { kind: "failed", error: AppError.from(error) };
    }
  }

  /** Waits for a change and shows what is there then. False when it failed. */
  async change(doing: string, done: string, work: Promise<unknown>): Promise<boolean> {
    const changed = await this.outcome(doing, done, work);
    await this.load();
    return changed;
  }

  private async outcome(doing: string, done: string, work: Promise<unknown>): Promise<boolean> {
    try {
      await work;
      this.troubles.dismiss();
      this.announcer.say(done);
      return true;
    } catch (error) {
      this.troubles.report(doing, error);
      return false;
    }
  }
}
