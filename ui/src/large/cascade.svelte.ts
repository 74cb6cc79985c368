/** Who is asked and at which risk, as the dialog shows it. Every change is saved at once. */

import { AppError, backend, type CascadeDto } from "../ipc/client";
import { Troubles } from "../ipc/troubles.svelte";
import type { Deferral, Risk } from "./risk";

interface Setting {
  /** Who is asked when the small model is not sure. */
  readonly large: string | null;
  readonly oneBadIn: number;
  /** From the boldest to the most careful; none when the small model is not calibrated. */
  readonly risks: readonly Risk[];
  /** None when nobody measured this large model. */
  readonly deferral: readonly Deferral[];
}

export type Known =
  | { readonly kind: "loading" }
  | { readonly kind: "failed"; readonly error: AppError }
  | { readonly kind: "ready"; readonly setting: Setting };

export class Cascade {
  known: Known = $state.raw({ kind: "loading" });
  readonly troubles = new Troubles();
  /** Another model is being chosen and looked at. */
  changing = $state(false);

  /** The risk that the person sees, and the one that the backend is known to have. */
  private wanted = 0;
  private saved = 0;
  private saving: Promise<void> | null = null;

  /** Asks the backend, after it has what is still being saved. */
  async load(): Promise<void> {
    this.known = { kind: "loading" };
    this.troubles.dismiss();
    try {
      await this.saving;
      const setting = read(await backend.cascade());
      this.wanted = this.saved = setting.oneBadIn;
      this.known = { kind: "ready", setting };
    } catch (error) {
      this.known = { kind: "failed", error: AppError.from(error) };
    }
  }

  /** Shows the risk, then saves it. What cannot be saved is taken back. */
  setRisk(oneBadIn: number): void {
    this.show(oneBadIn);
    // One save at a time, or an earlier one could come last.
    this.saving ??= this.save().finally(() => (this.saving = null));
  }

  private async save(): Promise<void> {
    try {
      while (this.wanted !== this.saved) {
        const next = this.wanted;
        await backend.setRisk(next);
        this.saved = next;
      }
      this.troubles.dismiss();
    } catch (error) {
      this.show(this.saved);
      this.troubles.report("Saving the risk", error);
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
      this.troubles.dismiss();
      // A risk that is being saved is newer than the one that came with the answer.
      this.known = { kind: "ready", setting: { ...setting, oneBadIn: this.wanted } };
    } catch (error) {
      this.troubles.report(doing, error);
    } finally {
      this.changing = false;
    }
  }

  private show(oneBadIn: number): void {
    this.wanted = oneBadIn;
    if (this.known.kind === "ready") this.known = { kind: "ready", setting: { ...this.known.setting, oneBadIn } };
  }
}

/** A share that is no number cannot be drawn. None is known to come. */
function read({ large, oneBadIn, risks, deferral }: CascadeDto): Setting {
  return {
    large,
    oneBadIn,
    risks: risks.flatMap(({ oneBadIn, accepted, asked }) => (accepted === null || asked === null ? [] : [{ oneBadIn, accepted, asked }])),
    deferral: deferral.flatMap(({ asked, quality }) => (asked === null || quality === null ? [] : [{ asked, quality }])),
  };
}
