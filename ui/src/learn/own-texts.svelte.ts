/** How the person writes, learned from a folder of their own texts. */

import { AppError, backend, type MeasuredDto, type VoicedDto } from "../ipc/client";

/** What will be asked for to get one's own style, unless the person says it otherwise. */
const WISH = "Write this the way I write";

export class OwnTexts {
  wish = $state(WISH);
  /** What is read: how many sentences of how many; null `at` until a folder is chosen. */
  going: { readonly at: MeasuredDto | null; readonly stopping: boolean } | null = $state.raw(null);
  /** What came of the last folder. */
  made: VoicedDto | null = $state.raw(null);
  error: AppError | null = $state.raw(null);
  /** Read out by screen readers. */
  spoken = $state("");
  private readonly changed: () => Promise<void>;

  /** `changed` is called when there is something new to learn from. */
  constructor(changed: () => Promise<void>) {
    this.changed = changed;
  }

  async choose(): Promise<void> {
    if (this.going || this.wish.trim() === "") return;
    this.going = { at: null, stopping: false };
    this.error = this.made = null;
    try {
      const made = await backend.takeVoice(this.wish, (at) => {
        if (this.going) this.going = { ...this.going, at };
      });
      this.made = made;
      if (made) this.spoken = "Your texts were read.";
      else this.spoken = this.going.stopping ? "Stopped; nothing was taken in." : "";
      if (made) await this.changed();
    } catch (error) {
      this.error = AppError.from(error);
    } finally {
      this.going = null;
    }
  }

  /** Nothing is taken in then. */
  stop(): void {
    if (!this.going || this.going.stopping) return;
    this.going = { ...this.going, stopping: true };
    backend.stopVoice().catch((error: unknown) => (this.error = AppError.from(error)));
  }
}
