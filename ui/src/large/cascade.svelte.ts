/** Who is asked and at which risk, as the dialog shows it. Every change is saved at once. */

import { AppError, backend, type CascadeDto } from "../ipc/client";
import type { Risk } from "./risk";

interface Setting {
  /** Who is asked when the small model is not sure. */
  readonly large: string | null;
  readonly oneBadIn: number;
  /** From the boldest to the most careful; none when the small model is not calibrated. */
  readonly risks: readonly Risk[];
}

export type Known =
  | { readonly kind: "loading" }
  | { readonly kind: "failed"; readonly error: AppError }
  | { readonly kind: "ready"; readonly setting: Setting };

export class Cascade {
  known: Known = $state.raw({ kind: "loading" });
  /** What could not be done. */
  trouble: { readonly doing: string; readonly error: AppError } | null = $state.raw(null);
  /** Another model is being chosen and looked at. */
  changing = $state(false);

  private savedRisk = 0;
  private saving = false;

  async load(): Promise<void> {
    this.known = { kind: "loading" };
    try {
      const setting = read(await backend.cascade());
      this.savedRisk = setting.oneBadIn;
      this.known = { kind: "ready", setting };
    } catch (error) {
      this.known = { kind: "failed", error: AppError.from(error) };
    }
  }

  /** Shows the risk, then saves it. What cannot be saved is taken back. */
  async setRisk(oneBadIn: number): Promise<void> {
    this.show(oneBadIn);
    // One save at a time, or an earlier one could come last: the loop takes what is shown by then.
    if (this.saving) return;
    this.saving = true;
    try {
      for (let next = this.shownRisk; next !== this.savedRisk; next = this.shownRisk) {
        await backend.setRisk(next);
        this.savedRisk = next;
      }
      this.trouble = null;
    } catch (error) {
      this.show(this.savedRisk);
      this.trouble = { doing: "Saving the risk", error: AppError.from(error) };
    } finally {
      this.saving = false;
    }
  }

  choose(): Promise<void> {
    return this.change("Choosing the model", backend.chooseLarge);
  }

  remove(): Promise<void> {
    return this.change("Forgetting the model", backend.removeLarge);
  }

  private async change(doing: string, call: () => Promise<CascadeDto>): Promise<void> {
    if (this.changing) return;
    this.changing = true;
    try {
      const setting = read(await call());
      this.trouble = null;
      // A risk that is being saved is newer than the one that came with the answer.
      this.known = { kind: "ready", setting: { ...setting, oneBadIn: this.shownRisk } };
    } catch (error) {
      this.trouble = { doing, error: AppError.from(error) };
    } finally {
      this.changing = false;
    }
  }

  private get shownRisk(): number {
    return this.known.kind === "ready" ? this.known.setting.oneBadIn : this.savedRisk;
  }

  private show(oneBadIn: number): void {
    if (this.known.kind === "ready") this.known = { kind: "ready", setting: { ...this.known.setting, oneBadIn } };
  }
}

/** A share that is no number cannot be drawn. None is known to come. */
function read({ large, oneBadIn, risks }: CascadeDto): Setting {
  return { large, oneBadIn, risks: risks.flatMap(({ oneBadIn, accepted }) => (accepted === null ? [] : [{ oneBadIn, accepted }])) };
}
